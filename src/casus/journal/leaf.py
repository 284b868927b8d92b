"""From an entry to the bytes that are hashed: header, salted commitment, payload (`docs/formats/entry.md`).

A leaf is the hash of a header. The header says who put the entry on the record, when, about when and under which
marking; what was said is in the payload, and the header holds only SHA-256(salt ‖ payload). Destroy salt and payload,
and every hash that stands remains provable while nobody can test a guess against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

from casus.acts import ACT_SCHEMA_VERSION, Act, slot, to_payload
from casus.journal.canonical import canonical
from casus.journal.entry import Axis, Checkpoint, Signature, Signed
from casus.time import Instant

FORMAT: Final = 1
"""The version of headers and payload envelopes, written in each."""

ADDRESSED: Final = 2
"""The version of a payload that names the agreement it is addressed to, or carries signatures."""

SALT_BYTES: Final = 32

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - the text below carries the zone


@lru_cache(maxsize=65536)
def timestamp(us: int) -> str:
    """Microseconds since 1970 as RFC 3339 of fixed width: `2027-03-01T02:10:00.000000Z`."""
    return (_EPOCH + timedelta(microseconds=us)).isoformat(timespec="microseconds") + "Z"


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return canonical(text).decode()


def entry_header(lo: int, hi: int, known: int, recorded: int, author: str, marking: str, commitment: bytes) -> bytes:
    """The canonical header of an entry; instants in microseconds since 1970. Raises NotCanonical for a broken author."""
    # Written out because it runs for every leaf; a test holds it against `canonical`.
    return (
        f'{{"author":{_quoted(author)},"commitment":"{commitment.hex()}","kind":"entry","known":"{timestamp(known)}",'
        f'"marking":{_quoted(marking)},"occurred":["{timestamp(lo)}","{timestamp(hi)}"],'
        f'"recorded":"{timestamp(recorded)}","v":{FORMAT}}}'
    ).encode()


def genesis_header(journal: str, axis: Axis, recorded: Instant, lineage: str | None, predecessor: Checkpoint | None) -> bytes:
    """The canonical header of leaf 0: which journal, which knowledge axis, and the journal it succeeds, if any."""
    header: dict[str, Any] = {
        "axis": axis,
        "journal": journal,
        "kind": "genesis",
        "recorded": timestamp(recorded.us),
        "v": FORMAT,
    }
    if lineage is not None:
        header["lineage"] = lineage
    if predecessor is not None:
        header["predecessor"] = {"root": predecessor.root, "size": predecessor.size}
    return canonical(header)


def erasure_header(of: int, entry_id: str, reason: str, recorded: int) -> bytes:
    """The canonical header of an erasure: which payload was destroyed, why and when."""
    header = {"id": entry_id, "kind": "erasure", "of": of, "reason": reason, "recorded": timestamp(recorded), "v": FORMAT}
    return canonical(header)


def entry_id(leaf: bytes) -> str:
    """The id of an entry: `e` and its leaf hash in hex. It survives the destruction of the payload."""
    return "e" + leaf.hex()


def commit(salt: bytes, payload: bytes) -> bytes:
    """The salted commitment to a payload. The salt has a fixed length, so the concatenation reads one way only."""
    return sha256(salt + payload).digest()


def payload_bytes(act: bytes, origin: str | None, agreement: str | None = None, signed: Signed | None = None) -> bytes:
    """The canonical payload around the canonical bytes of an act. One that is addressed or signed has version 2."""
    addressed = b"" if agreement is None else b',"agreement":' + canonical(agreement)
    where = b"" if origin is None else b',"origin":' + canonical(origin)
    by = b"" if signed is None else b',"signed":' + canonical(signed_json(signed))
    version = ACT_SCHEMA_VERSION if agreement is None and signed is None else ADDRESSED
    return b'{"act":' + act + addressed + where + by + b',"v":%d}' % version


def signed_json(signed: Signed) -> dict[str, Any]:
    """The signatures as they stand in a payload."""
    return {
        "confirmed": {"key": signed.confirmed.key, "signature": signed.confirmed.signature},
        "document": signed.document,
        "entered": {"key": signed.entered.key, "signature": signed.entered.signature},
        "proposal": signed.proposal,
    }


def act_bytes(act: Act) -> bytes:
    """The canonical bytes of an act's payload (raises NotCanonical)."""
    return canonical(to_payload(act))


def fingerprint(
    lo: int, hi: int, claimed: int | None, author: str, marking: str, act: bytes, agreement: str | None = None
) -> int:
    """64 bits of the content without its origin, by which a second import of the same rows is found.

    Unsalted, so it is kept with the payload and destroyed with it. A match is only a hint: contents are compared.
    """
    addressed = "" if agreement is None else f"{_quoted(agreement)} "
    head = f"{lo} {hi} {claimed} {marking} {_quoted(author)} {addressed}".encode()
    return int.from_bytes(sha256(head + act).digest()[:8], "big", signed=True)


def slot_text(act: Act, agreement: str | None = None) -> str | None:
    """`casus.acts.slot` as one text, kept with the payload; of each agreement that is addressed its own."""
    found = slot(act)
    if found is None:
        return None
    return canonical([*found, *(() if agreement is None else (agreement,))]).decode()


class Envelope(NamedTuple):
    """A payload taken apart: the act's JSON and what stands around it."""

    act: Any
    origin: str | None
    agreement: str | None
    signed: Signed | None


def open_payload(payload: Mapping[str, Any]) -> Envelope:
    """The parts of a payload (raises ValueError for another shape or a later version)."""
    version = payload.get("v")
    if version not in (ACT_SCHEMA_VERSION, ADDRESSED):
        raise ValueError(f"its payload has version {version!r}; this version of Casus reads up to {ADDRESSED}")
    act, origin = payload.get("act"), payload.get("origin")
    if not isinstance(act, dict) or not (origin is None or isinstance(origin, str)):
        raise ValueError("its payload is no object with an act and an origin")
    agreement, signed = (payload.get("agreement"), payload.get("signed")) if version == ADDRESSED else (None, None)
    if not (agreement is None or isinstance(agreement, str)):
        raise ValueError("the agreement that it is addressed to is no name")
    return Envelope(act, origin, agreement, None if signed is None else _signed(signed))


def _signed(said: Any) -> Signed:
    try:
        one, two = said["entered"], said["confirmed"]
        found = Signed(
            said["document"], Signature(one["key"], one["signature"]), Signature(two["key"], two["signature"]), said["proposal"]
        )
    except (KeyError, TypeError):
        raise ValueError("its signatures are not in the form of this version") from None
    if signed_json(found) != said:
        raise ValueError("its signatures are not in the form of this version")
    return found
