"""Ed25519 signatures of two persons over one document (RFC 8032; `docs/formats/entry.md`).

The **document** is what an entry will say: the journal it is for, when it occurred, who says it, under which marking, the act.
The first key signs it as entered, the second as confirmed, so that neither signature can stand for the other; the journal's id
is in it, so that neither stands in another journal. Nothing here has randomness but the making of a key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from casus.acts import Act, Proposal, to_payload
from casus.journal.canonical import NotCanonical, canonical
from casus.journal.entry import Entry, Signature, Signed
from casus.journal.leaf import timestamp
from casus.time import Instant, Occurred

Part = Literal["entered", "confirmed"]
FORMAT: Final = "casus document 1"


class BadKey(ValueError):
    """The text is no Ed25519 private key, or its password is not this one."""


def document(
    journal: str,
    occurred: Occurred,
    known: Instant | None,
    author: str,
    marking: str,
    act: Act,
    agreement: str | None = None,
    origin: str | None = None,
) -> dict[str, Any]:
    """What is signed, as JSON values. `known` None: known when it is recorded."""
    said: dict[str, Any] = {
        "act": to_payload(act),
        "author": author,
        "format": FORMAT,
        "journal": journal,
        "marking": marking,
        "occurred": [timestamp(occurred.lo.us), timestamp(occurred.hi.us)],
    }
    for key, value in (("known", None if known is None else timestamp(known.us)), ("agreement", agreement), ("origin", origin)):
        if value is not None:
            said[key] = value
    return said


def digest(said: Mapping[str, Any]) -> str:
    """The hash of a document (raises NotCanonical)."""
    return sha256(canonical(json.loads(json.dumps(dict(said))))).hexdigest()


def _message(hashed: str, part: Part) -> bytes:
    return f"casus signature 1 {part} {hashed}".encode()


# ---------------------------------------------------------------- keys


def new_key(password: bytes | None = None) -> tuple[str, str]:
    """A private key (PEM, encrypted where there is a password) and its public key in hex."""
    key = Ed25519PrivateKey.generate()
    how = s.BestAvailableEncryption(password) if password else s.NoEncryption()
    pem = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, how)
    return pem.decode(), _public(key)


def public_key(pem: str, password: bytes | None = None) -> str:
    """The public key of a private one, in hex (raises BadKey)."""
    return _public(_private(pem, password))


def sign(pem: str, said: Mapping[str, Any], part: Part, password: bytes | None = None) -> Signature:
    """Sign a document as entered, or as confirmed (raises BadKey, NotCanonical)."""
    key = _private(pem, password)
    return Signature(_public(key), key.sign(_message(digest(said), part)).hex())


def _private(pem: str, password: bytes | None) -> Ed25519PrivateKey:
    try:
        key = s.load_pem_private_key(pem.encode(), password)
    except (ValueError, TypeError) as problem:
        raise BadKey(f"it cannot be read as a private key ({problem})") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("it is a key of another kind than Ed25519")
    return key


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw).hex()


# ---------------------------------------------------------------- checks


def holds(signature: Signature, hashed: str, part: Part) -> bool:
    """Whether a key has signed a document's hash as this part."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.key))
        key.verify(bytes.fromhex(signature.signature), _message(hashed, part))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def signature_fault(entry: Entry, journal: str) -> str | None:
    """What is wrong with the signatures of an entry of this journal; None where nothing is, or where it has none."""
    known: list[Instant | None] = [entry.known]
    if entry.known.us == entry.recorded.us:
        known.append(None)
    return fault_of(
        entry.act, entry.signed, entry.occurred, known, entry.author, entry.marking, entry.agreement, entry.origin, journal
    )


def fault_of(
    act: Act | None,
    signed: Signed | None,
    occurred: Occurred,
    known: Iterable[Instant | None],
    author: str,
    marking: str,
    agreement: str | None,
    origin: str | None,
    journal: str,
) -> str | None:
    """As `signature_fault`, of an entry's parts; `known` are the instants that its author may have claimed."""
    if isinstance(act, Proposal):
        return _proposal_fault(act, journal)
    if signed is None or act is None:
        return None
    documents = [document(journal, occurred, instant, author, marking, act, agreement, origin) for instant in known]
    if signed.document not in [digest(said) for said in documents]:
        return "what was signed is not what it says: the document has another hash"
    if signed.entered.key == signed.confirmed.key:
        return f"the key {signed.entered.key[:16]}… has both entered and confirmed it"
    if not holds(signed.entered, signed.document, "entered"):
        return f"the signature of the key {signed.entered.key[:16]}…, which entered it, does not hold"
    if not holds(signed.confirmed, signed.document, "confirmed"):
        return f"the signature of the key {signed.confirmed.key[:16]}…, which confirmed it, does not hold"
    return None


def _proposal_fault(act: Proposal, journal: str) -> str | None:
    try:
        hashed = digest(act.document)
    except (NotCanonical, TypeError, ValueError):
        return "its document is none"
    if act.document.get("journal") != journal:
        return "its document is for another journal"
    if not holds(Signature(act.key, act.signature), hashed, "entered"):
        return f"the signature of the key {act.key[:16]}…, which entered it, does not hold"
    return None
