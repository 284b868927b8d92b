"""What `casus.toml` says of the response: the time for a reply, who confirms whose acts, which notices go where."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from casus.cli.errors import Stop

WHEN: Final = ("due", "met", "breached", "open", "closed", "effect", "stuck", "pending")
VIA: Final = ("file", "stdout", "webhook", "smtp")
KINDS: Final = ("vote", "determination", "notice", "request", "approval", "refusal", "finding", "attribution", "adjudication")
_KEY: Final = re.compile(r"ed25519:([0-9a-f]{64})")
_NAME: Final = re.compile(r"[\w.-]{1,64}")


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """One `[[notice]]`: when it is due, about what, and the channel with its settings."""

    name: str
    when: str
    via: str
    to: str
    before: str | None = None
    party: str | None = None
    about: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TwoPersons:
    """`acts`: kinds that need entry and confirmation by two keys. `keys`: name → public key in hex."""

    acts: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    def name_of(self, key: str) -> str | None:
        return next((name for name, public in self.keys.items() if public == key), None)


@dataclass(frozen=True, slots=True)
class ResponseSettings:
    reply: str | None = None
    two_persons: TwoPersons = field(default_factory=TwoPersons)
    notices: tuple[NoticeRule, ...] = ()


def read_response_settings(said: dict[str, Any], path: Path) -> ResponseSettings:
    """Take `[response]`, `[two_persons]` and `[[notice]]` out of what a file says (raises Stop)."""
    response = _table(said.pop("response", {}), "response", ("reply",), path)
    two = _table(said.pop("two_persons", {}), "two_persons", ("acts", "keys"), path)
    rules = said.pop("notice", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise Stop("notice is a list of tables", place=path, help="write: [[notice]], and its settings on the lines below")
    notices = tuple(_rule(rule, path) for rule in rules)
    names = [rule.name for rule in notices]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Stop(f"two notices are called {twice[0]}", place=path, help="a name tells them apart in the journal")
    reply = response.get("reply")
    if reply is not None:
        _text(reply, "reply", path)
    return ResponseSettings(reply, _two_persons(two, path), notices)


def _table(value: Any, name: str, known: tuple[str, ...], path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Stop(f"{name} is a table", place=path, help=f"write: [{name}], and its settings on the lines below")
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            help_ = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise Stop(f"the setting {key!r} of [{name}] is not known", place=path, help=help_)
    return value


def _text(value: Any, name: str, path: Path) -> str:
    if not isinstance(value, str) or not value:
        raise Stop(f"{name} is text, not {value!r}", place=path, help=f'write: {name} = "…"')
    return value


def _two_persons(table: dict[str, Any], path: Path) -> TwoPersons:
    acts = table.get("acts", [])
    if not isinstance(acts, list) or not all(act in KINDS for act in acts):
        raise Stop(f"acts is a list of kinds, not {acts!r}", place=path, help=f"known are {', '.join(KINDS)}")
    keys = table.get("keys", {})
    if not isinstance(keys, dict):
        raise Stop("keys is a table", place=path, help='write: [two_persons.keys], and below it: name = "ed25519:…"')
    found: dict[str, str] = {}
    for name, text in keys.items():
        match = _KEY.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise Stop(f"the key of {name} is not one", place=path, help="casus key new prints the line to write here")
        if match[1] in found.values():
            raise Stop(f"the key of {name} is that of another person", place=path, help="two persons have two keys")
        found[name] = match[1]
    return TwoPersons(tuple(acts), found)


_CHANNELS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "file": (("path",), ()),
    "stdout": ((), ()),
    "webhook": (("url",), ("token_env",)),
    "smtp": (("host", "from"), ("port", "user", "password_env", "tls")),
}
"""Channel → settings that it needs, and that it may have."""


def _rule(table: dict[str, Any], path: Path) -> NoticeRule:
    name = _text(table.get("name"), "the name of a notice", path)
    place = f"{path} notice {name}"
    if not _NAME.fullmatch(name):
        raise Stop(f"{name!r} is no name for a notice", place=path, help="letters, digits, . _ and -")
    when, via = table.get("when"), table.get("via")
    if when not in WHEN:
        raise Stop(f"when = {when!r} is not known", place=place, help=f"known are {', '.join(WHEN)}")
    if via not in VIA:
        raise Stop(f"via = {via!r} is not known", place=place, help=f"known are {', '.join(VIA)}")
    needed, allowed = _CHANNELS[via]
    for key in table:
        if key not in ("name", "when", "via", "to", "before", "party", "about", *needed, *allowed):
            raise Stop(
                f"the setting {key!r} is not known for {via}", place=place, help=", ".join((*needed, *allowed)) or "none"
            )
    for key in needed:
        _text(table.get(key), f"{key} of the notice {name}", path)
    if (when == "due") != ("before" in table):
        raise Stop(
            'before says how long before a deadline, with when = "due" and only there', place=place, help='before = "24h"'
        )
    about = table.get("about", [])
    if not isinstance(about, list) or not all(isinstance(item, str) for item in about):
        raise Stop(f"about is a list of names, not {about!r}", place=place, help='write: about = ["consult"]')
    settings = {key: str(table[key]) for key in (*needed, *allowed) if key in table}
    to = _text(table.get("to", "the duty officer"), "to", path)
    if via == "smtp" and "@" not in to:
        raise Stop("to is an address", place=place, help='write: to = "duty@example.org"')
    for key in ("before", "party"):
        if key in table:
            _text(table[key], key, path)
    return NoticeRule(name, when, via, to, table.get("before"), table.get("party"), tuple(about), settings)
