"""Proofs that stand without the journal (`docs/formats/proof.md`): what is inside, and what was only appended to.

A proof shows that something belongs to a checkpoint. That the checkpoint is the journal's is for the reader to know, by
one that was published or kept: give it as `trusted`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from casus.journal.canonical import NotCanonical, canonical
from casus.journal.entry import Checkpoint
from casus.journal.leaf import SALT_BYTES, commit, entry_id
from casus.journal.merkle import leaf_hash, verify_consistency, verify_inclusion

INCLUSION: Final = "casus inclusion proof 1"
CONSISTENCY: Final = "casus consistency proof 1"

_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """Whether a proof holds for `checkpoint`; `reason` says it in a sentence."""

    valid: bool
    reason: str
    checkpoint: Checkpoint | None = None
    id: str | None = None
    index: int | None = None
    payload_shown: bool = False
    """The payload is part of the proof and is what the header commits to."""


class _Fails(Exception):
    """Why a proof does not hold."""


def check_proof(proof: Mapping[str, Any], trusted: Checkpoint | None = None) -> ProofCheck:
    """Check the inclusion proof of one entry; needs nothing but the proof. Never raises for a bad proof.

    Without `trusted` the answer holds only if the checkpoint inside the proof is the journal's.
    """
    try:
        _has_keys(proof, {"checkpoint", "format", "header", "index", "leaf", "path", "payload", "salt"}, INCLUSION)
        checkpoint = _checkpoint(proof["checkpoint"])
        _is_trusted(checkpoint, trusted)
        leaf, index = _hash(proof["leaf"], "leaf"), _count(proof["index"], "index")
        header = proof["header"]
        if not isinstance(header, dict) or leaf_hash(_bytes(header, "header")) != leaf:
            raise _Fails("the header does not have the leaf hash of the proof")
        shown = _check_payload(header, proof["payload"], proof["salt"])
        if not verify_inclusion(leaf, index, checkpoint.size, _path(proof["path"]), bytes.fromhex(checkpoint.root)):
            raise _Fails(f"the path does not lead from entry {index} to the root")
    except _Fails as problem:
        return ProofCheck(False, str(problem))
    what = "header and payload" if shown else "header"
    reason = f"{what} of entry {index} belong to the checkpoint of {checkpoint.size} entries with root {checkpoint.root}"
    return ProofCheck(True, _trust(reason, trusted), checkpoint, entry_id(leaf), index, shown)


def check_consistency(proof: Mapping[str, Any], trusted: Checkpoint | None = None) -> ProofCheck:
    """Check that the second checkpoint of a proof only appends to the first. `trusted` is compared with the second."""
    try:
        _has_keys(proof, {"first", "format", "path", "second"}, CONSISTENCY)
        first, second = _checkpoint(proof["first"]), _checkpoint(proof["second"])
        _is_trusted(second, trusted)
        roots = bytes.fromhex(first.root), bytes.fromhex(second.root)
        if not verify_consistency(first.size, roots[0], second.size, roots[1], _path(proof["path"])):
            raise _Fails(f"the {second.size} entries are not the {first.size} with others appended")
    except _Fails as problem:
        return ProofCheck(False, str(problem))
    reason = f"the checkpoint of {second.size} entries appends to that of {first.size} and changes nothing in it"
    return ProofCheck(True, _trust(reason, trusted), second)


def inclusion(
    header: Mapping[str, Any],
    payload: Mapping[str, Any] | None,
    salt: bytes | None,
    leaf: bytes,
    index: int,
    path: Sequence[bytes],
    checkpoint: Checkpoint,
) -> dict[str, Any]:
    """The inclusion proof as JSON values."""
    return {
        "checkpoint": {"root": checkpoint.root, "size": checkpoint.size},
        "format": INCLUSION,
        "header": dict(header),
        "index": index,
        "leaf": leaf.hex(),
        "path": [node.hex() for node in path],
        "payload": None if payload is None else dict(payload),
        "salt": None if salt is None else salt.hex(),
    }


def consistency(first: Checkpoint, second: Checkpoint, path: Sequence[bytes]) -> dict[str, Any]:
    """The consistency proof as JSON values."""
    return {
        "first": {"root": first.root, "size": first.size},
        "format": CONSISTENCY,
        "path": [node.hex() for node in path],
        "second": {"root": second.root, "size": second.size},
    }


def _check_payload(header: Mapping[str, Any], payload: Any, salt: Any) -> bool:
    if payload is None and salt is None:
        return False
    if payload is None or salt is None:
        raise _Fails("payload and salt stand together or not at all")
    if not isinstance(salt, str) or not _HASH.fullmatch(salt) or len(salt) != 2 * SALT_BYTES:
        raise _Fails("the salt is not 64 hexadecimal digits")
    if commit(bytes.fromhex(salt), _bytes(payload, "payload")).hex() != header.get("commitment"):
        raise _Fails("the payload is not the one its header commits to")
    return True


def _has_keys(proof: Mapping[str, Any], keys: set[str], name: str) -> None:
    if not isinstance(proof, Mapping) or proof.get("format") != name:
        raise _Fails(f"this is no {name!r}")
    if set(proof) != keys:
        raise _Fails(f"it has other parts than {', '.join(sorted(keys))}")


def _checkpoint(value: Any) -> Checkpoint:
    if not isinstance(value, dict) or set(value) != {"root", "size"}:
        raise _Fails("a checkpoint has a root and a size")
    return Checkpoint(_count(value["size"], "size"), _hash(value["root"], "root").hex())


def _is_trusted(checkpoint: Checkpoint, trusted: Checkpoint | None) -> None:
    if trusted is not None and checkpoint != trusted:
        raise _Fails(f"it is about the checkpoint {checkpoint.size} {checkpoint.root}, not the one you trust")


def _trust(reason: str, trusted: Checkpoint | None) -> str:
    return reason if trusted is not None else f"{reason}; compare this checkpoint with one that was published or kept"


def _count(value: Any, name: str) -> int:
    if type(value) is not int or value < 0:
        raise _Fails(f"the {name} is not a whole number of 0 or more")
    return value


def _hash(value: Any, name: str) -> bytes:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise _Fails(f"the {name} is not 64 hexadecimal digits")
    return bytes.fromhex(value)


def _path(value: Any) -> list[bytes]:
    if not isinstance(value, list):
        raise _Fails("the path is not a list")
    return [_hash(node, "path") for node in value]


def _bytes(value: Any, name: str) -> bytes:
    try:
        return canonical(value)
    except NotCanonical as problem:
        raise _Fails(f"the {name} has no canonical form: {problem}") from None
