"""What to say about a token that the grammar does not take: what is wrong, in the reader's words, and what would help.

The grammar knows only what could have stood there. From that, the token and the ones before it, `explain` looks for what the
author meant: a mark of another language, a unit of the wrong kind, a clause of another declaration, a slip of the pen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from casus.diagnostics import Diagnostic, Span
from casus.language.faults import fault
from casus.language.grammar import Grammar, Rejected
from casus.language.scan import Token

_OPEN_ENDED: Final[Mapping[str, str]] = {
    "NAME": "a name",
    "CODE": "a party's code",
    "NUMBER": "a number",
    "STRING": 'a text in "quotation marks"',
    "INSTANT": "an instant",
    "ACT": "an act (consult, notify, supply, …)",
}
_UNITS: Final[Mapping[str, str]] = {
    "DUNIT": "an exact duration is needed here: minutes, hours or days",
    "CUNIT": "a calendar period is needed here: months or years",
    "LUNIT": "a distance is needed here: km or m",
}
_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("minutes", "hours", "days"), "an exact duration"),
    **dict.fromkeys(("months", "years"), "a calendar period"),
    **dict.fromkeys(("km", "m"), "a distance"),
}
_NO_UNITS: Final[Mapping[str, str]] = {
    "seconds": "the shortest unit is `minutes`",
    "weeks": "write the weeks in `days`",
    "quarters": "write the quarters in `months`",
    "decades": "write the decades in `years`",
    "metres": "write `m`",
    "meters": "write `m`",
    "kilometres": "write `km`",
    "kilometers": "write `km`",
    "miles": "write the miles in `km`",
}
_SIGNS: Final[Mapping[str, str]] = {
    **dict.fromkeys("“”„‟«»‘’‚'", 'a text stands in straight quotation marks: "…"'),
    **dict.fromkeys("-–—−", "a name is written with `_`, and nothing is subtracted here (zones: `minus`)"),
    **dict.fromkeys(";:", "clauses need no sign between them, only a space or a new line"),
    "&": "write `and`",
    "!": "write `not`",
    "/": "alternatives of a list are written with `|`",
    "%": "write `percent`",
    "≥": "write `>=`",
    "≤": "write `<=`",
    **dict.fromkeys("[]{}", "parentheses are written `(` and `)`"),
}
_SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "verify": ("needs", "level"),
    "verified": ("needs", "level"),
    "requires": ("needs",),
    "deadline": ("due", "closes"),
    "within": ("due",),
    "by": ("debtor", "adopts"),
    "owes": ("debtor",),
    "owed": ("creditor",),
    "obligor": ("debtor",),
    "beneficiary": ("creditor",),
    "shall": ("to",),
    "must": ("to",),
    "may": ("to",),
    "expires": ("lapses", "lasts"),
    "duration": ("lasts",),
    "majority": ("adopts",),
    "threshold": ("quorum",),
    "notice": ("withdrawal",),
    "ratified": ("in",),
    "ignoring": ("excluding",),
    "replaces": ("absorbs",),
    "again": ("rearm",),
    "version": ("language",),
    "name": ("title",),
    "timezone": ("clock",),
    "zone": ("clock",),
}
_GAPS: Final[Mapping[str, str]] = {
    "deadline": "due",
    "date": "due",
    "time": "due",
    "court": "forum",
    "arbitration": "forum",
    "sanction": "remedy",
    "consequence": "remedy",
    "withdrawal": "exit",
    "term": "duration",
    "extension": "renewal",
    "party": "actors",
    "parties": "actors",
    "beneficiary": "creditor",
    "holder": "debtor",
    "area": "territory",
    "proof": "evidence",
    "quorum": "threshold",
    "majority": "rule",
    "voters": "members",
    "end": "closing",
    "beginning": "start",
}
"""What `open` calls a thing that somebody else would call so."""
_GOES_ON: Final[Mapping[str, str]] = {
    **dict.fromkeys(("breach", "reversal", "exercise", "refusal", "lapse", "fulfilment"), "of"),
    **dict.fromkeys(("count", "sum", "rate", "distinct"), "of"),
    "cured": "by",
    "repeated": "within",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """The token at fault (None: the end) with what stands before it and what could have stood there."""

    grammar: Grammar
    tokens: Sequence[Token]
    rejected: Rejected
    path: str

    @property
    def token(self) -> Token | None:
        return self.tokens[self.rejected.index] if self.rejected.index < len(self.tokens) else None

    @property
    def previous(self) -> Token | None:
        return self.tokens[self.rejected.index - 1] if self.rejected.index else None

    @property
    def accepted(self) -> frozenset[str]:
        return self.rejected.accepted

    @property
    def words(self) -> tuple[str, ...]:
        """The words and signs that could stand here."""
        return tuple(word for name in sorted(self.accepted) for word in self.grammar.spelling.get(name, ()))

    @property
    def declaration(self) -> tuple[int, str] | None:
        """The keyword of the declaration that the token stands in, and its number."""
        begins = self.grammar.first("decl")
        for index in range(len(self.rejected.terminals) - 1, -1, -1):
            if self.rejected.terminals[index] in begins and not (index and self.tokens[index - 1].text == "of"):
                return index, self.tokens[index].text
        return None

    def what(self) -> str:
        """`trigger incident`, or "this line"."""
        found = self.declaration
        if found is None:
            return "this line"
        index, keyword = found
        named = self.rejected.terminals[index + 1 : index + 2] in (("NAME",), ("CODE",))
        return f"`{keyword} {self.tokens[index + 1].text}`" if named else f"`{keyword}`"

    def span(self, token: Token | None = None) -> Span:
        token = token or self.token or self.tokens[-1]
        return Span(self.path, token.line, token.col, token.line, token.end_col)

    def could_stand(self) -> str:
        """What could stand here, as a sentence; declarations may always follow and are left out."""
        begins = self.grammar.first("decl") | {"$END"}
        names = sorted(self.accepted - begins)
        if names == ["ACT"]:
            return f"here may stand: {_listed([f'`{word}`' for word in self.words])}"
        parts = [_OPEN_ENDED[name] for name in names if name in _OPEN_ENDED]
        parts += [f"`{word}`" for name in names if name not in _OPEN_ENDED for word in self.grammar.spelling.get(name, ())]
        return f"here may stand: {_listed(parts)}" if parts else "here only the next declaration may follow"


def explain(grammar: Grammar, tokens: Sequence[Token], rejected: Rejected, path: str) -> Diagnostic:
    """The finding about the token that was rejected; `tokens` are those of its declaration or line."""
    place = _Place(grammar, tokens, rejected, path)
    return next(found for found in (case(place) for case in _CASES) if found is not None)


# ---------------------------------------------------------------- marks and numbers


def _open_string(place: _Place) -> Diagnostic | None:
    token = place.token
    if token is None or token.kind != "open_string":
        return None
    help_text = 'end it with `"` on the same line; inside a text a quotation mark is written `\\"`'
    return fault("E124", "this text has no closing quotation mark", place.span(), help_text)


def _strange_letters(place: _Place) -> Diagnostic | None:
    """A word with letters that are not Latin: most often one that only looks Latin."""
    token = place.token
    if token is None or token.kind != "word" or token.text.isascii():
        return None
    strange = next(letter for letter in token.text if not letter.isascii())
    name = unicodedata.name(strange, f"U+{ord(strange):04X}").lower()
    help_text = f"names are written a-z, 0-9 and `_`; `{strange}` here is {name}"
    return fault("E126", f"`{_short(token.text)}` is no name", place.span(), help_text)


def _bad_character(place: _Place) -> Diagnostic | None:
    token = place.token
    if token is None or token.kind != "bad":
        return None
    previous = place.previous
    if token.text == "-" and previous is not None and previous.kind == "word" and _adjacent(previous, token):
        return fault("E126", "a name has no `-`", place.span(), f"write it with `_`: `{previous.text}_…`")
    name = "" if token.text.isascii() else f" ({unicodedata.name(token.text, f'U+{ord(token.text):04X}').lower()})"
    help_text = _SIGNS.get(token.text, 'only letters, digits and the signs = < > | , . ( ) # " _ have a meaning here')
    return fault("E125", f"`{token.text}`{name} has no meaning here", place.span(), help_text)


def _number(place: _Place) -> Diagnostic | None:
    token, previous = place.token, place.previous
    if token is None or previous is None:
        return None
    if token.kind == "number" and token.text.startswith("-") and "NUMBER" in place.accepted:
        return fault("E127", f"`{token.text}`: a number has no sign", place.span(), "write a number of 0 or more")
    if previous.kind != "number" or not _adjacent(previous, token):
        return _spaced_number(place, previous, token)
    if token.text in (",", ".") or token.text.startswith("_"):
        digits = re.sub(r"\D", "", "".join(t.text for t in _run(place, place.rejected.index - 1)))
        example = f"{int(digits):_}" if 3 < len(digits) < 30 else "1_000"
        help_text = f"thousands are written `{example}`, a fraction `2.5`"
        return fault("E127", f"`{previous.text}{_short(token.text)}` is not how a number is written", place.span(), help_text)
    return None


def _spaced_number(place: _Place, previous: Token, token: Token) -> Diagnostic | None:
    if previous.kind != "number" or token.kind != "number" or "NUMBER" in place.accepted:
        return None
    help_text = f"one number is written without spaces: `{previous.text}_{token.text}`"
    return fault("E127", "a number follows a number", place.span(), help_text)


def _run(place: _Place, start: int) -> Iterable[Token]:
    """Tokens from `start` on that touch one another."""
    yield place.tokens[start]
    for before, after in zip(place.tokens[start:], place.tokens[start + 1 :], strict=False):
        if not _adjacent(before, after):
            return
        yield after


def _unit(place: _Place) -> Diagnostic | None:
    """`3 months` where hours are needed, `1 hour`, `2 weeks`, a number without its unit."""
    wanted = [name for name in _UNITS if name in place.accepted]
    token, number = place.token, place.previous
    if not wanted or number is None:
        return None
    needed = "; or ".join(_UNITS[name] for name in wanted)
    if token is None:
        return _no_unit(place, number, needed)
    text = token.text.lower()
    plural = text if text.endswith("s") or text in _KINDS else text + "s"
    if plural in _NO_UNITS:
        return fault("E128", f"there is no unit `{token.text}`; {needed}", place.span(), _NO_UNITS[plural])
    if plural in _KINDS and plural in place.words:
        return fault("E128", f"`{token.text}` is not how the unit is written", place.span(), f"write `{plural}`")
    if plural in _KINDS:
        help_text = "the two kinds never mix: a month is not always equally long, a day here is 24 hours"
        return fault("E128", f"`{token.text}` is {_KINDS[plural]}; {needed}", place.span(), help_text)
    return _no_unit(place, number, needed)


def _no_unit(place: _Place, number: Token, needed: str) -> Diagnostic | None:
    if not all(name in _UNITS for name in place.accepted):
        return None
    help_text = f"write, say, `{number.text} {place.words[-1]}`"
    return fault("E128", f"a unit is missing after `{number.text}`; {needed}", place.span(), help_text)


# ---------------------------------------------------------------- words


def _unfinished(place: _Place) -> Diagnostic | None:
    if place.token is not None:
        return None
    found = place.declaration
    clauses = place.grammar.clauses(found[1]) if found is not None else frozenset()
    if clauses and clauses & place.accepted == clauses:
        message = f"{place.what()} needs at least one clause"
    elif ")" in place.words:
        message = f"{place.what()} ends with an open `(`"
    else:
        message = f"{place.what()} ends too early"
    return fault("E123", message, place.span(), place.could_stand())


def _beginning(place: _Place) -> Diagnostic | None:
    """The first token begins nothing."""
    token = place.token
    if token is None or place.rejected.index:
        return None
    near = _near(token.text, place.words)
    if not place.grammar.declarations:
        help_text = f"did you mean `{near}`?" if near else "a line begins with an instant, with `expect` or with `scenario`"
        return fault("E122", f"`{_short(token.text)}` begins no line of a scenario", place.span(), help_text)
    owners = _owners(place, token.text)
    if owners:
        message = f"the clause `{token.text}` stands outside of a declaration"
        return fault("E120", message, place.span(), f"it is a clause of {_listed(owners)}")
    help_text = f"did you mean `{near}`?" if near else f"declarations begin with {_listed([f'`{w}`' for w in place.words])}"
    return fault("E120", f"`{_short(token.text)}` begins no declaration", place.span(), help_text)


def _clause(place: _Place) -> Diagnostic | None:
    """A word where a clause could begin."""
    token, found = place.token, place.declaration
    if token is None or token.kind != "word" or found is None:
        return None
    keyword = found[1]
    clauses = place.grammar.clauses(keyword)
    words = sorted({word for name in clauses for word in place.grammar.spelling.get(name, ())})
    if not clauses & place.accepted or token.text in words or "NAME" in clauses & place.accepted:
        return None
    meant = next((word for word in _SYNONYMS.get(token.text.lower(), ()) if word in words), None)
    meant = meant or _near(token.text, sorted({*words, *place.words}))
    owners = _owners(place, token.text)
    message = f"`{_short(token.text)}` is not a clause of `{keyword}`"
    if meant:
        message += f"; did you mean `{meant}`?"
    if owners and not meant:
        return fault("E121", message, place.span(), f"it is a clause of {_listed(owners)}")
    return fault("E121", message, place.span(), f"clauses of `{keyword}`: {_listed([f'`{word}`' for word in words])}")


def _owners(place: _Place, word: str) -> list[str]:
    """The declarations that have a clause of this name."""
    return [
        f"`{keyword}`"
        for keyword in sorted(place.grammar.declarations)
        if any(word in place.grammar.spelling.get(name, ()) for name in place.grammar.clauses(keyword))
    ]


def _name(place: _Place) -> Diagnostic | None:
    """Capitals in a name, small letters in a code."""
    token = place.token
    if token is None or token.kind != "word":
        return None
    is_name, is_code = re.fullmatch("[a-z][a-z0-9_]*", token.text), re.fullmatch("[A-Z][A-Z0-9]{1,7}", token.text)
    if "NAME" in place.accepted and not is_name:
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", token.text).lower().strip("_")
        said = "is a party's code; a name is needed here" if is_code else "is no name"
        help_text = f"names are written in small letters, digits and `_`: `{_short(snake)}`"
        return fault("E126", f"`{_short(token.text)}` {said}", place.span(), help_text)
    if "CODE" in place.accepted and "NAME" not in place.accepted and not is_code and token.text not in place.words:
        help_text = "a party's code is 2 to 8 capital letters and digits, and begins with a letter: `VDR`"
        return fault("E126", f"`{_short(token.text)}` is no party's code", place.span(), help_text)
    return None


def _goes_on(place: _Place) -> Diagnostic | None:
    """A word of the language was taken for a name, or the other way round."""
    token, previous = place.token, place.previous
    if token is None or previous is None or previous.kind != "word":
        return None
    follows = _GOES_ON.get(previous.text)
    if follows is None or follows not in place.words:
        return None
    message = f"`{previous.text}` is a word of the language here, and `{follows}` is missing after it"
    help_text = f"write `{previous.text} {follows} …`; if something is called `{previous.text}`, it needs another name"
    return fault("E122", message, place.span(), help_text)


def _anything(place: _Place) -> Diagnostic:
    token = place.token
    assert token is not None
    message = f"`{_short(token.text)}` is not expected here"
    near = _near(token.text, place.words) if token.kind == "word" else None
    near = _GAPS.get(token.text.lower()) if "GAP" in place.accepted and near is None else near
    if near and near != token.text:
        message += f"; did you mean `{near}`?"
    return fault("E122", message, place.span(), place.could_stand())


_CASES: Final[tuple[Callable[[_Place], Diagnostic | None], ...]] = (
    _open_string,
    _strange_letters,
    _bad_character,
    _number,
    _unit,
    _unfinished,
    _beginning,
    _clause,
    _goes_on,
    _name,
    _anything,
)


def _adjacent(before: Token, after: Token) -> bool:
    return before.line == after.line and before.end_col == after.col


def _near(word: str, words: Iterable[str]) -> str | None:
    """The word of the language that was probably meant."""
    letters = [known for known in words if known[0].isalpha()]
    if len(word) > 40:
        return None
    if word.lower() in letters:
        return word.lower()
    found = get_close_matches(word.lower(), letters, 1, 0.7)
    return found[0] if found else None


def _listed(parts: Sequence[str]) -> str:
    """`a`, `b` or `c`; a long list is cut."""
    shown = list(dict.fromkeys(parts))
    if len(shown) > 60:
        return ", ".join(shown[:60]) + ", …"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
