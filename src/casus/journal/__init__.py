"""The append-only record: entries, their order, a Merkle tree over them, views by knowledge instant and reader.

A leaf is the hash of an entry's header, which holds a salted commitment to the payload, so that destroying a payload
breaks no proof. What an entry means is no matter of this package. The formats are in `docs/formats/`.
"""

from casus.journal.canonical import NotCanonical, canonical
from casus.journal.drafts import Duplicate, Rejected
from casus.journal.entry import Axis, Checkpoint, Draft, Entry, Reader, Signature, Signed, View
from casus.journal.errors import (
    EntryNotFound,
    JournalBusy,
    JournalDamaged,
    JournalDenied,
    JournalError,
    JournalExists,
    JournalFull,
    JournalNotFound,
    JournalTooNew,
    NotAJournal,
    UnknownMarking,
    UnreadablePayload,
)
from casus.journal.export import verify_export
from casus.journal.marking import MARKINGS
from casus.journal.proof import ProofCheck, check_consistency, check_proof
from casus.journal.results import AppendResult, BatchInfo, Erasure, Genesis, Stored
from casus.journal.store import Journal, create_journal, open_journal
from casus.journal.verify import BadEntry, Unreadable, VerifyReport

__all__ = [
    "MARKINGS",
    "AppendResult",
    "Axis",
    "BadEntry",
    "BatchInfo",
    "Checkpoint",
    "Draft",
    "Duplicate",
    "Entry",
    "EntryNotFound",
    "Erasure",
    "Genesis",
    "Journal",
    "JournalBusy",
    "JournalDamaged",
    "JournalDenied",
    "JournalError",
    "JournalExists",
    "JournalFull",
    "JournalNotFound",
    "JournalTooNew",
    "NotAJournal",
    "NotCanonical",
    "ProofCheck",
    "Reader",
    "Rejected",
    "Signature",
    "Signed",
    "Stored",
    "UnknownMarking",
    "Unreadable",
    "UnreadablePayload",
    "VerifyReport",
    "View",
    "canonical",
    "check_consistency",
    "check_proof",
    "create_journal",
    "open_journal",
    "verify_export",
]
