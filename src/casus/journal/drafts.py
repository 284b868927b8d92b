"""Which drafts the journal takes: each alone, then against each other and against what stands.

`prepare` looks at a draft alone and makes its bytes; `sort_out` decides once the batch's instant is known. What stands
on the record is asked for through the small `Record` interface, so that nothing here knows how it is stored. The order
of the drafts never decides what is taken: of two acts that exclude each other both are rejected.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from casus.acts import from_payload, to_payload
from casus.journal.canonical import canonical
from casus.journal.entry import Axis, Draft
from casus.journal.leaf import fingerprint, payload_bytes, slot_text
from casus.journal.marking import MARKINGS
from casus.time import BEGINNING, END, Instant


class Rejected(NamedTuple):
    """A draft that was not taken: its place in the batch, counted from 0, and why."""

    draft: int
    reason: str


class Duplicate(NamedTuple):
    """A draft whose content stands already: its place in the batch, counted from 0, and the id of what stands."""

    draft: int
    entry: str


class Prepared(NamedTuple):
    """A draft that is sound by itself, with its bytes. `claimed`: the knowledge instant its author gives, in µs, or None."""

    place: int
    draft: Draft
    claimed: int | None
    act: bytes
    payload: bytes
    fingerprint: int
    slot: str | None

    @property
    def said(self) -> bytes:
        """How its payload begins: the act, and the agreement that it is addressed to."""
        agreement = self.draft.agreement
        addressed = b"" if agreement is None else _ADDRESSED + canonical(agreement)
        return b'{"act":' + self.act + addressed + b","


_ADDRESSED = b',"agreement":'


class Standing(NamedTuple):
    """An entry that stands: its content as far as a duplicate has to share it."""

    id: str
    lo: int
    hi: int
    known: int
    recorded: int
    author: str
    marking: str
    payload: bytes

    def says(self, draft: Prepared) -> bool:
        """Whether it has the draft's content, origin aside."""
        occurred = draft.draft.occurred
        return (
            (self.lo, self.hi, self.author, self.marking)
            == (occurred.lo.us, occurred.hi.us, draft.draft.author, draft.draft.marking)
            and self.known == (self.recorded if draft.claimed is None else draft.claimed)
            # The act is a complete JSON object at the start of the payload, so an equal beginning is an equal act; the
            # agreement that it is addressed to, where it is to one, comes next.
            and self.payload.startswith(draft.said)
            and (draft.draft.agreement is not None or not self.payload.startswith(draft.said[:-1] + _ADDRESSED))
        )

    def has_origin(self, draft: Prepared) -> bool:
        return self.payload == draft.payload


class Record(Protocol):
    """What `sort_out` asks of the record."""

    def with_fingerprints(self, fingerprints: Sequence[int]) -> Mapping[int, Sequence[Standing]]:
        """The entries that stand, by the fingerprint of their content."""
        ...

    def with_slots(self, slots: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
        """The ids of entries that stand, by (slot, knowledge instant in µs)."""
        ...


@dataclass(frozen=True, slots=True)
class Sorted:
    """The drafts of a batch: taken (in the order given), duplicates of `standing` or of another draft, rejected."""

    taken: tuple[Prepared, ...]
    duplicates: tuple[Duplicate, ...]
    repeats: tuple[tuple[int, int], ...]
    """Drafts that say the same as another draft of the batch, origin included: (its place, the other's place)."""
    rejected: tuple[Rejected, ...]


def prepare(drafts: Iterable[Draft]) -> tuple[list[Prepared], list[Rejected]]:
    """Look at each draft alone and make its bytes."""
    sound: list[Prepared] = []
    rejected: list[Rejected] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # how the serializer says that a field has another type than declared
        for place, draft in enumerate(drafts):
            try:
                sound.append(_prepared(place, draft))
            except UserWarning as problem:
                rejected.append(Rejected(place, f"its act has a field of another type than declared: {_last_line(problem)}"))
            except ValueError as problem:  # NotCanonical, InvalidAct, _Unfit, and pydantic's for what it cannot write
                rejected.append(Rejected(place, str(problem)))
    return sound, rejected


def _last_line(problem: UserWarning) -> str:
    return str(problem).strip().splitlines()[-1].strip()


class _Unfit(ValueError):
    """The draft cannot be taken; the message is for its author."""


def _prepared(place: int, draft: Draft) -> Prepared:
    if draft.marking not in MARKINGS:
        raise _Unfit(f"the marking {draft.marking!r} is none of {', '.join(MARKINGS)}")
    if not draft.author.strip():
        raise _Unfit("it has no author; name the office or source that puts it on the record")
    lo, hi = draft.occurred.lo.us, draft.occurred.hi.us
    if lo < BEGINNING.us or hi > END.us:
        raise _Unfit("it occurred outside the years 1 to 9999")
    payload = to_payload(draft.act)
    act = canonical(payload)
    # What cannot be read back as it was said would stand on the record for ever and stop every later view.
    if from_payload(payload) != draft.act:
        raise _Unfit("its act does not come back from its payload as it was given; check the types of its fields")
    if draft.agreement is not None and not draft.agreement.strip():
        raise _Unfit("the agreement that it is addressed to has no name")
    claimed = None if draft.known is None else draft.known.us
    return Prepared(
        place,
        draft,
        claimed,
        act,
        payload_bytes(act, draft.origin, draft.agreement, draft.signed),
        fingerprint(lo, hi, claimed, draft.author, draft.marking, act, draft.agreement),
        slot_text(draft.act, draft.agreement),
    )


def sort_out(sound: Sequence[Prepared], recorded: int, axis: Axis, dedup: bool, record: Record) -> Sorted:
    """Decide about each draft of a batch that the journal takes at `recorded` (µs)."""
    timely: list[Prepared] = []
    rejected: list[Rejected] = []
    for draft in sound:
        reason = _untimely(draft, recorded)
        if reason is None:
            timely.append(draft)
        else:
            rejected.append(Rejected(draft.place, reason))
    duplicates: list[Duplicate] = []
    repeats: list[tuple[int, int]] = []
    if dedup:
        timely, duplicates, repeats = _without_duplicates(timely, record)
    taken, collisions = _without_collisions(timely, recorded, axis, record)
    rejected += collisions
    lost = {reject.draft for reject in collisions}
    # A draft that only repeats a rejected one shares its fate.
    rejected += [Rejected(place, f"it repeats draft {other}, which is rejected") for place, other in repeats if other in lost]
    repeats = [(place, other) for place, other in repeats if other not in lost]
    return Sorted(tuple(taken), tuple(duplicates), tuple(repeats), tuple(sorted(rejected)))


def _untimely(draft: Prepared, recorded: int) -> str | None:
    """lo ≤ known ≤ recorded (semantics, section 1)."""
    known = recorded if draft.claimed is None else draft.claimed
    lo = draft.draft.occurred.lo.us
    if known > recorded:
        return f"it is said to be known at {Instant(known)}, after it is recorded ({Instant(recorded)})"
    if lo > known:
        which = "it is recorded" if draft.claimed is None else "it is said to be known"
        return f"it occurred at {Instant(lo)} or later, after {which} ({Instant(known)})"
    return None


def _without_duplicates(
    drafts: Sequence[Prepared], record: Record
) -> tuple[list[Prepared], list[Duplicate], list[tuple[int, int]]]:
    """Keep of each content as many drafts as the batch has more, by origin, than stand on the record.

    Two rows of one file that say the same from different origins are two sightings and both stay; the file imported
    again adds nothing, also where its rows moved or its name changed.
    """
    standing = record.with_fingerprints([draft.fingerprint for draft in drafts])
    if not standing and len({draft.fingerprint for draft in drafts}) == len(drafts):
        return list(drafts), [], []
    groups: dict[tuple[object, ...], list[Prepared]] = {}
    first: dict[tuple[object, ...], Prepared] = {}
    repeats: list[tuple[int, int]] = []
    for draft in drafts:
        content = (draft.fingerprint, draft.act, draft.claimed, *_columns(draft.draft))
        seen = first.setdefault((*content, draft.draft.origin), draft)
        if seen is draft:
            groups.setdefault(content, []).append(draft)
        else:
            repeats.append((draft.place, seen.place))
    taken: list[Prepared] = []
    duplicates: list[Duplicate] = []
    for group in groups.values():
        there = [entry for entry in standing.get(group[0].fingerprint, ()) if entry.says(group[0])]
        if not there:
            taken += group
            continue
        stays, gone = _surplus(group, there)
        taken += stays
        duplicates += gone
    stood = dict(duplicates)
    duplicates += [Duplicate(place, stood[other]) for place, other in repeats if other in stood]
    repeats = [(place, other) for place, other in repeats if other not in stood]
    return sorted(taken, key=lambda draft: draft.place), sorted(duplicates), repeats


def _columns(draft: Draft) -> tuple[object, ...]:
    return draft.occurred.lo.us, draft.occurred.hi.us, draft.author, draft.marking, draft.agreement


def _surplus(group: Sequence[Prepared], there: Sequence[Standing]) -> tuple[list[Prepared], list[Duplicate]]:
    """Pair drafts with entries of the same content: by origin first, then in the order of origins; the rest stays."""
    free = list(there)
    left: list[Prepared] = []
    gone: list[Duplicate] = []
    for draft in sorted(group, key=lambda draft: draft.payload):
        same = next((entry for entry in free if entry.has_origin(draft)), None)
        if same is None:
            left.append(draft)
        else:
            free.remove(same)
            gone.append(Duplicate(draft.place, same.id))
    pairs = list(zip(left, free, strict=False))
    gone += [Duplicate(draft.place, entry.id) for draft, entry in pairs]
    return left[len(pairs) :], gone


def _without_collisions(
    drafts: Sequence[Prepared], recorded: int, axis: Axis, record: Record
) -> tuple[list[Prepared], list[Rejected]]:
    """Two acts of one member on one instance at one knowledge instant are rejected (semantics, section 1)."""
    by_slot: dict[tuple[str, int], list[Prepared]] = defaultdict(list)
    for draft in drafts:
        if draft.slot is not None:
            instant = recorded if axis == "recorded" or draft.claimed is None else draft.claimed
            by_slot[draft.slot, instant].append(draft)
    if not by_slot:
        return list(drafts), []
    standing = record.with_slots(list(by_slot))
    rejected: list[Rejected] = []
    for (slot, instant), group in by_slot.items():
        who = f"a second act of one member on one instance, {slot}, at the same knowledge instant {Instant(instant)}"
        if (slot, instant) in standing:
            rejected += [Rejected(draft.place, f"{who}: entry {standing[slot, instant]} stands already") for draft in group]
        elif len(group) > 1:
            places = [draft.place for draft in group]
            rejected += [
                Rejected(place, f"{who}: drafts {', '.join(str(other) for other in places)} of this batch exclude each other")
                for place in places
            ]
    lost = {reject.draft for reject in rejected}
    return [draft for draft in drafts if draft.place not in lost], rejected
