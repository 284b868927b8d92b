"""The two grammars, loaded once and when first needed, and the step from tokens to Lark's tree.

Tokens are fed to Lark's LALR parser one by one. Which terminal a word is depends on what may stand at its place: a
keyword where the grammar takes it, else a name; so `report` can be an anchor, an act and the name of an event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final, Literal

from lark import Lark, Tree
from lark import Token as LarkToken
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer, PatternStr, TerminalDef
from lark.parsers.lalr_interactive_parser import InteractiveParser

from casus.language.scan import Token

Language = Literal["casus", "casus-test"]
_FILES: Final[Mapping[Language, str]] = {"casus": "casus.lark", "casus-test": "casus_test.lark"}
_OPEN_ENDED: Final = ("NAME", "CODE", "NUMBER", "INSTANT", "STRING")
_BAD: Final = "BAD"


class Rejected:
    """The token at `index` (or the end, if `index` is the number of tokens) cannot stand where it stands."""

    def __init__(self, grammar: Grammar, fed: Sequence[LarkToken]) -> None:
        self.index = len(fed)
        self.terminals = tuple(token.type for token in fed)
        """The terminals that the tokens before it were taken for."""
        self._grammar = grammar
        self._fed = fed

    @cached_property
    def accepted(self) -> frozenset[str]:
        """The terminals that could have stood there. A fresh parser is asked: one that failed has given up branches."""
        parser = self._grammar.start()
        for token in self._fed:
            parser.feed_token(token)
        return frozenset(parser.accepts())  # type: ignore[no-untyped-call]


class _NoLexer(Lexer):
    """Lark's own lexers stay unused: `scan` cuts the text."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any) -> Any:
        raise AssertionError("tokens are fed by Feeding")


class Grammar:
    """One of the two languages: `parse` for its trees, the rest for messages about what does not parse."""

    def __init__(self, source: str) -> None:
        self._lark = Lark(source, parser="lalr", lexer=_NoLexer, propagate_positions=True, maybe_placeholders=False)
        self._terminals: tuple[TerminalDef, ...] = tuple(t for t in self._lark.terminals if t.name not in ("WS", "COMMENT"))
        self._patterns = {t.name: re.compile(t.pattern.to_regexp()) for t in self._terminals}
        self._candidates: dict[str, tuple[str, ...]] = {}

    @cached_property
    def spelling(self) -> Mapping[str, tuple[str, ...]]:
        """The words or signs that each closed terminal can be: `{"UPON": ("upon",), "ANCHOR": ("occurrence", …)}`."""
        spelled: dict[str, tuple[str, ...]] = {}
        for terminal in self._terminals:
            if isinstance(terminal.pattern, PatternStr):
                spelled[terminal.name] = (terminal.pattern.value,)
            elif terminal.name not in _OPEN_ENDED:
                found = re.findall(r"[a-z_]+|[<>]=?", terminal.pattern.value)
                spelled[terminal.name] = tuple(word for word in found if self._patterns[terminal.name].fullmatch(word))
        return spelled

    @cached_property
    def keywords(self) -> frozenset[str]:
        """Every word of the language."""
        return frozenset(word for words in self.spelling.values() for word in words if word[0].isalpha())

    @cached_property
    def declarations(self) -> frozenset[str]:
        """The words that begin a declaration."""
        return frozenset(word for name in self.first("decl") for word in self.spelling[name])

    @cache  # noqa: B019 - there are two grammars, and they live as long as the program
    def first(self, rule: str) -> frozenset[str]:
        """The terminals with which a rule can begin."""
        seen: set[str] = set()
        terminals: set[str] = set()
        todo = [rule]
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            for made in self._lark.rules:
                if made.origin.name == name and made.expansion:
                    symbol = made.expansion[0]
                    (terminals.add if symbol.is_term else todo.append)(symbol.name)
        return frozenset(terminals)

    @cache  # noqa: B019
    def clauses(self, declaration: str) -> frozenset[str]:
        """The terminals with which the clauses of a declaration begin (`trigger`: NEEDS, REARM, …)."""
        found: set[str] = set()
        for made in self._lark.rules:
            if made.origin.name == declaration:
                symbols = [symbol.name for symbol in made.expansion]
                for name in symbols:
                    parts = [s.name for r in self._lark.rules if r.origin.name == name for s in r.expansion]
                    for part in (name, *parts):
                        if part.endswith("_clause") or part in ("rung", "silence"):
                            found |= self.first(part)
        return frozenset(found)

    def parse(self, tokens: Iterable[Token]) -> Tree[Any] | Rejected:
        """The tree of these tokens (no comments among them); see `Feeding`."""
        feeding = self.feeding()
        for token in tokens:
            if not feeding.feed(token):
                break
        return feeding.finish()

    def feeding(self) -> Feeding:
        return Feeding(self)

    def start(self) -> InteractiveParser:
        """A fresh parser."""
        return self._lark.parse_interactive()

    def terminal(self, token: Token, choices: Mapping[str, Any]) -> str:
        """What a token is taken for where these choices are open."""
        if token.kind == "instant":
            return "INSTANT"  # what it means is looked at by the builder, which can say more
        candidates = self._candidates_of(token.text)
        return next((name for name in candidates if name in choices), candidates[0] if candidates else _BAD)

    def _candidates_of(self, text: str) -> tuple[str, ...]:
        """The terminals that a word or sign can be, the one that is meant where several can stand first."""
        found = self._candidates.get(text)
        if found is None:
            fitting = [t for t in self._terminals if self._patterns[t.name].fullmatch(text)]
            fitting.sort(key=_precedence)
            found = tuple(t.name for t in fitting)
            if len(self._candidates) < 10_000:
                self._candidates[text] = found
        return found


def _precedence(terminal: TerminalDef) -> tuple[bool, bool, bool, int, str]:
    """What the grammar ranks above all (3 and more), then keywords, then lists of words, then names and codes."""
    listed = not isinstance(terminal.pattern, PatternStr)
    return terminal.priority < 3, listed, terminal.name in _OPEN_ENDED, -terminal.priority, terminal.name


class Feeding:
    """A parse under way, token by token.

    In the tree a node's `meta` gives lines and columns of the file, and in `start_pos` and `end_pos` the numbers of its first
    token and of the one after its last.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._parser = grammar.start()
        self._fed: list[LarkToken] = []
        self._rejected: Rejected | None = None

    def feed(self, token: Token) -> bool:
        """False from the first token on that cannot stand where it stands."""
        if self._rejected is None:
            name = self._grammar.terminal(token, self._parser.choices())  # type: ignore[no-untyped-call]
            index = len(self._fed)
            made = LarkToken(name, token.text, index, token.line, token.col, token.line, token.end_col, index + 1)
            try:
                self._parser.feed_token(made)
            except UnexpectedToken:
                self._rejected = Rejected(self._grammar, self._fed)
            else:
                self._fed.append(made)
        return self._rejected is None

    def takes(self, token: Token) -> bool:
        """Whether the token could stand next, as far as the parser's state alone tells."""
        if self._rejected is not None:
            return False
        choices = self._parser.choices()  # type: ignore[no-untyped-call]
        return self._grammar.terminal(token, choices) in choices

    def complete(self) -> bool:
        """Whether the text could end here, as far as the parser's state alone tells."""
        return self._rejected is None and "$END" in self._parser.choices()  # type: ignore[no-untyped-call]

    @property
    def rejected(self) -> bool:
        return self._rejected is not None

    def finish(self) -> Tree[Any] | Rejected:
        if self._rejected is None:
            try:
                tree: Tree[Any] = self._parser.feed_eof()  # type: ignore[no-untyped-call]
                return tree
            except UnexpectedToken:
                self._rejected = Rejected(self._grammar, self._fed)
        return self._rejected


@cache
def grammar(language: Language) -> Grammar:
    """The grammar of a fence's language."""
    return Grammar(files("casus.language").joinpath(_FILES[language]).read_text(encoding="utf-8"))
