"""Two persons: what waits for a second one, what one who confirms puts on the record, and what stands without them.

An act of a kind that a workspace names is entered with one key and confirmed with another. Entered, it stands as a proposal,
which no agreement reads. Confirmed, it stands a second time as the act itself, with both signatures; its effect begins there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from casus.acts import Act, Proposal, from_payload
from casus.journal.entry import Draft, Entry, Signature, Signed
from casus.journal.signing import Part, digest, document, sign
from casus.time import Instant, Known, Occurred, Recorded

PARTS: Final[tuple[Part, Part]] = ("entered", "confirmed")


class Unconfirmable(ValueError):
    """The proposal cannot be confirmed like this; the message says why."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An act that waits. `id` is that of its proposal."""

    id: str
    act: Act
    author: str
    marking: str
    occurred: Occurred
    known: Instant | None
    agreement: str | None
    origin: str | None
    key: str
    entered: Recorded
    document: str


def pending(entries: Iterable[Entry]) -> tuple[Pending, ...]:
    """What has been entered and not confirmed, the oldest first."""
    standing = list(entries)
    confirmed = {entry.signed.proposal for entry in standing if entry.signed is not None}
    found = [_pending(entry, entry.act) for entry in standing if isinstance(entry.act, Proposal) and entry.id not in confirmed]
    return tuple(sorted((p for p in found if p is not None), key=lambda p: (p.entered.us, p.id)))


def _pending(entry: Entry, act: Proposal) -> Pending | None:
    said = act.document
    try:
        lo, hi = (Instant.parse(text) for text in said["occurred"])
        known = Instant.parse(said["known"]) if "known" in said else None
        inner = from_payload(said["act"])
        author, marking = str(said["author"]), str(said["marking"])
        hashed = digest(said)
    except (KeyError, TypeError, ValueError):
        return None
    agreement, origin = said.get("agreement"), said.get("origin")
    return Pending(
        entry.id, inner, author, marking, Occurred(lo, hi), known, agreement, origin, act.key, entry.recorded, hashed
    )


def propose(journal: str, draft: Draft, pem: str, password: bytes | None = None) -> Draft:
    """The draft of a proposal: what `draft` says, signed as entered. Raises casus.journal.signing.BadKey."""
    known = None if draft.known is None else Instant(draft.known.us)
    said = document(journal, draft.occurred, known, draft.author, draft.marking, draft.act, draft.agreement, draft.origin)
    one = sign(pem, said, "entered", password)
    act = Proposal(said, one.key, one.signature)
    return Draft(draft.occurred, act, draft.author, draft.known, draft.marking, agreement=draft.agreement)


def confirm(journal: str, waiting: Pending, pem: str, password: bytes | None = None, first: Signature | None = None) -> Draft:
    """The draft of the act itself with both signatures (raises Unconfirmable, BadKey). `first`: the proposal's signature."""
    said = document(
        journal,
        waiting.occurred,
        waiting.known,
        waiting.author,
        waiting.marking,
        waiting.act,
        waiting.agreement,
        waiting.origin,
    )
    if digest(said) != waiting.document:
        raise Unconfirmable("its document is not what was signed")
    two = sign(pem, said, "confirmed", password)
    if two.key == waiting.key:
        raise Unconfirmable("it was entered with the same key; a second person confirms")
    if first is None or first.key != waiting.key:
        raise Unconfirmable("the signature of the first person is not at hand")
    signed = Signed(waiting.document, first, two, waiting.id)
    known = None if waiting.known is None else Known(waiting.known)
    return Draft(
        waiting.occurred,
        waiting.act,
        waiting.author,
        known,
        waiting.marking,
        waiting.origin,
        waiting.agreement,
        signed,
    )


def first_signature(entry: Entry) -> Signature | None:
    """The signature with which a proposal was entered."""
    return Signature(entry.act.key, entry.act.signature) if isinstance(entry.act, Proposal) else None


@dataclass(frozen=True, slots=True)
class Fault:
    """An entry that does not stand as the workspace demands."""

    index: int
    id: str
    why: str


def faults(entries: Iterable[Entry], kinds: Iterable[str], keys: Mapping[str, str]) -> tuple[Fault, ...]:
    """Entries of these kinds that nobody confirmed, and signatures by keys that are not listed (`keys`: name → public key)."""
    demanded, listed = set(kinds), set(keys.values())
    found: list[Fault] = []
    for entry in sorted(entries, key=lambda e: e.index):
        if entry.act is not None and entry.act.kind in demanded and entry.signed is None:
            found.append(Fault(entry.index, entry.id, f"a {entry.act.kind} on which only one person stands"))
        used: list[str] = []
        if entry.signed is not None:
            used = [entry.signed.entered.key, entry.signed.confirmed.key]
        elif isinstance(entry.act, Proposal):
            used = [entry.act.key]
        for key in used:
            if key not in listed:
                found.append(Fault(entry.index, entry.id, f"the key {key[:16]}… is not one that the workspace lists"))
    return tuple(found)
