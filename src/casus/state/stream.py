"""The change stream of a view: what verification and membership say of each trigger, over knowledge time.

It runs the fold once. Where nothing that a trigger brings about can lead back to what triggers read (no finding passes to a
decision, no notice is barred by a trigger), no trigger is tested meanwhile; elsewhere the reference tests them on the way.
"""

from __future__ import annotations

from functools import partial

from casus.journal.entry import View
from casus.language.agreement import Agreement
from casus.state.fold import Fold
from casus.time import Instant
from casus.triggers.stream import Recording, Stream


def stream_of(agreement: Agreement, view: View, until: Instant) -> Stream:
    """What each trigger reads, as known to the view, up to and including `until`."""
    fold = Fold(agreement, view, partial(Recording, judge=leads_back(agreement)))
    fold.run([entry for entry in view.entries if view.knowledge(entry) <= until], until)
    recording = fold.engine
    assert isinstance(recording, Recording)
    return recording.stream


def leads_back(agreement: Agreement) -> bool:
    """Whether what triggers bring about may change what they read."""
    barred = agreement.term is not None and bool(agreement.term.barred_while)
    return barred or any(decl.escalates_to in agreement.decisions for decl in agreement.findings.values())
