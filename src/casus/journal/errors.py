"""What can go wrong with a journal: one small family, each with its place, the reason and what helps."""

from __future__ import annotations


class JournalError(Exception):
    """Something about a journal that the user has to know. `place`: the file, or the file and the entry."""

    def __init__(self, place: str, reason: str, help: str) -> None:  # noqa: A002 - the word users read
        super().__init__(place, reason, help)
        self.place = place
        self.reason = reason
        self.help = help

    def __str__(self) -> str:
        return f"{self.place}: {self.reason} (help: {self.help})"


class JournalNotFound(JournalError):
    """There is no such file or folder."""


class JournalExists(JournalError):
    """A journal is created only where no file is."""


class JournalDenied(JournalError):
    """The system refuses to read or to write the file or its folder."""


class NotAJournal(JournalError):
    """The file is something else."""


class JournalTooNew(JournalError):
    """The file has a format that a later version of Casus wrote."""


class JournalBusy(JournalError):
    """Another process is writing; nothing was written."""


class JournalFull(JournalError):
    """The medium refused a write (full disk, quota, limit of file size); nothing of the batch was kept."""


class JournalDamaged(JournalError):
    """What is stored is not what was recorded, or cannot be read."""


class UnreadablePayload(JournalDamaged):
    """The payload is what was recorded, but this version of Casus cannot read it as an act."""


class EntryNotFound(JournalError):
    """No entry, or more than one, answers to the given id, prefix or index."""


class UnknownMarking(JournalError):
    """Not a marking of TLP 2.0."""
