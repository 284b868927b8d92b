"""The journal as JSON Lines (`docs/formats/entry.md`), and its verification without the journal.

One line a leaf, in order, then one line with the checkpoint. What the reader may not see goes out as its leaf hash alone,
which is enough to recompute the root.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from casus.acts import from_payload
from casus.journal.canonical import NotCanonical, canonical
from casus.journal.entry import Checkpoint
from casus.journal.leaf import SALT_BYTES, commit, entry_id, open_payload
from casus.journal.merkle import leaf_hash, tree_root
from casus.journal.rows import Row, header_of
from casus.journal.signing import fault_of
from casus.journal.verify import Findings, Unreadable, VerifyReport
from casus.time import Instant, Occurred

EXPORT: Final = "casus journal 1"

_PARTS: Final = frozenset({"header", "index", "leaf"})


def export_lines(rows: Iterable[Row], allowed: frozenset[str], checkpoint: Checkpoint) -> Iterator[bytes]:
    """The lines for rows that were checked, each with its newline."""
    for row in rows:
        tail = b',"index":%d,"leaf":"%s"' % (row.idx, row.leaf.hex().encode())
        if row.kind == "entry" and row.marking not in allowed:
            yield b'{"header":null%s}\n' % tail
        elif row.kind != "entry":
            yield b'{"header":%s%s}\n' % (header_of(row), tail)
        elif row.payload is None or row.salt is None:
            yield b'{"header":%s%s,"payload":null,"salt":null}\n' % (header_of(row), tail)
        else:
            salt = row.salt.hex().encode()
            yield b'{"header":%s%s,"payload":%s,"salt":"%s"}\n' % (header_of(row), tail, row.payload, salt)
    yield canonical({"checkpoint": {"root": checkpoint.root, "size": checkpoint.size}, "format": EXPORT}) + b"\n"


def verify_export(lines: Iterable[bytes | str], against: Checkpoint | None = None) -> VerifyReport:
    """Verify an export by itself: every header, every payload, the order, and the root of its last line.

    Never raises for a bad export; the report names the first bad entry.
    """
    found = Findings()
    leaves: list[bytes] = []
    state = _State()
    said: Checkpoint | None = None
    for line in lines:
        if said is not None:
            found.file_faults.append("something follows the checkpoint")
            break
        parsed = _parsed(line)
        if parsed is None:
            found.note(len(leaves), None, "file", "the line is no JSON object in canonical form")
            break
        if "checkpoint" in parsed:
            said = _said(parsed, found)
        else:
            leaves.append(_check_line(parsed, len(leaves), state, found))
    for index in sorted(state.gone - state.erasures):
        found.note(index, entry_id(leaves[index]), "payload", "its payload is gone without an erasure")
    for index in sorted(state.erasures - state.gone - state.withheld):
        found.note(index, None, "payload", "its payload, which an erasure says was destroyed, is there")
    checkpoint = Checkpoint(len(leaves), tree_root(leaves).hex())
    if said is None:
        found.file_faults.append("the export was cut off: it does not end with a checkpoint")
    elif said != checkpoint:
        found.note(0, None, "root", f"the entries have the root {checkpoint.root}, not that of the export's checkpoint")
    if against is not None and (against.size > len(leaves) or tree_root(leaves[: against.size]).hex() != against.root):
        found.note(
            0, None, "root", f"the entries do not have the root {against.root} of the first {against.size} kept elsewhere"
        )
    return found.report(checkpoint, state.batches)


class _State:
    """What has to be remembered from line to line."""

    def __init__(self) -> None:
        self.recorded = ""
        self.journal = ""
        self.batches = 0
        self.gone: set[int] = set()
        self.erasures: set[int] = set()
        self.withheld: set[int] = set()


def _parsed(line: bytes | str) -> dict[str, Any] | None:
    """The object of a line; None unless the line is its canonical form, so that it reads one way only."""
    raw = (line.encode(errors="replace") if isinstance(line, str) else line).rstrip(b"\r\n")
    try:
        value = json.loads(raw)
        return value if isinstance(value, dict) and canonical(value) == raw else None
    except (ValueError, RecursionError):  # what is nested that deep is no line of ours
        return None


def _said(parsed: dict[str, Any], found: Findings) -> Checkpoint | None:
    value = parsed["checkpoint"]
    if set(parsed) != {"checkpoint", "format"} or parsed["format"] != EXPORT or not isinstance(value, dict):
        found.file_faults.append(f"its last line is no checkpoint of a {EXPORT!r}")
        return None
    if set(value) != {"root", "size"}:
        found.file_faults.append("its checkpoint is no root and size")
    return Checkpoint(value.get("size", -1), str(value.get("root")))


def _check_line(line: dict[str, Any], index: int, state: _State, found: Findings) -> bytes:
    """Check one leaf; its hash as it belongs into the tree."""
    leaf, header = _leaf(line.get("leaf")), line.get("header")
    name = entry_id(leaf)
    kind = header.get("kind") if isinstance(header, dict) else None
    if set(line) != (_PARTS | {"payload", "salt"} if kind == "entry" else _PARTS):
        found.note(index, name, "file", "the line has other parts than it should")
    if line.get("index") != index:
        found.note(index, None, "missing", f"entry {line.get('index')!r} stands in its place")
    if header is None:
        found.withheld += 1
        state.withheld.add(index)
        return leaf
    try:
        sound = isinstance(header, dict) and leaf_hash(canonical(header)) == leaf
    except NotCanonical:
        sound = False
    if not sound:
        found.note(index, name, "header", "its header does not have the leaf hash of the line")
        return leaf
    recorded = str(header.get("recorded"))
    if recorded < state.recorded:
        found.note(index, name, "order", "it was recorded before the entry before it")
    state.batches += recorded != state.recorded
    state.recorded = recorded
    if (kind == "genesis") != (index == 0):
        found.note(index, name, "order", "a journal begins with its genesis, and has only one")
    if kind == "genesis":
        state.journal = str(header.get("journal"))
    if kind == "entry":
        found.entries += 1
        _check_payload(line, header, index, name, state, found)
    elif kind == "erasure" and type(header.get("of")) is int:
        state.erasures.add(header["of"])
    return leaf


def _check_payload(line: dict[str, Any], header: dict[str, Any], index: int, name: str, state: _State, found: Findings) -> None:
    payload, salt = line.get("payload"), line.get("salt")
    if payload is None and salt is None:
        found.erased += 1
        state.gone.add(index)
        return
    try:
        raw = bytes.fromhex(salt) if isinstance(salt, str) else b""
        kept = len(raw) == SALT_BYTES and commit(raw, canonical(payload)).hex() == header.get("commitment")
    except ValueError:  # no hex, or no canonical form
        kept = False
    if not kept:
        found.note(index, name, "payload", "its payload is not the one its header commits to")
        return
    try:
        around = open_payload(payload if isinstance(payload, dict) else {})
        act = from_payload(around.act)
    except ValueError as problem:
        found.unreadable.append(Unreadable(index, name, str(problem)))
        return
    try:
        occurred = Occurred(*(Instant.parse(text) for text in header["occurred"]))
        known, recorded = Instant.parse(header["known"]), Instant.parse(header["recorded"])
    except (KeyError, TypeError, ValueError):
        found.note(index, name, "header", "its header has no instants")
        return
    claimed = [known, None] if known == recorded else [known]
    author, marking = str(header.get("author")), str(header.get("marking"))
    fault = fault_of(act, around.signed, occurred, claimed, author, marking, around.agreement, around.origin, state.journal)
    if fault is not None:
        found.note(index, name, "signature", fault)


def _leaf(value: Any) -> bytes:
    """The stored leaf hash; zeros where it is none, which no header has."""
    try:
        leaf = bytes.fromhex(value)
    except (TypeError, ValueError):
        return bytes(32)
    return leaf if len(leaf) == 32 else bytes(32)
