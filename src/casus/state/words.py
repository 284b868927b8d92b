"""Facts of the State in plain words: instants with their zone, values against thresholds, acts as a scenario writes them.

Used by the explanations and by everything that prints, so that one fact reads the same wherever it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from casus.acts import shapes as a
from casus.language.agreement import Agreement
from casus.state.model import Measured
from casus.state.output import value_text
from casus.time import Instant, Occurred

_STATE_WORDS: Final = {"not_met": "not met", "in_force": "in force", "not_in_force": "not in force", "in_effect": "in effect"}
_NEEDED: Final = {">=": "{} needed", ">": "more than {} needed", "<=": "at most {} allowed", "<": "less than {} needed"}
_ENTRY: Final = re.compile(r"e?[0-9a-f]{64}")
_INSTANT_TEXT: Final = re.compile(r"(?<![@/\w])\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z(?![@/\w])")


def when(instant: Instant) -> str:
    """`2027-03-03 05:00 UTC`."""
    return str(instant).replace("T", " ").replace("Z", " UTC")


def bracket(occurred: Occurred) -> str:
    """`2027-03-03 05:00 UTC`, or `between … and …` where it is not known more exactly."""
    if occurred.lo == occurred.hi:
        return when(occurred.lo)
    return f"between {when(occurred.lo)} and {when(occurred.hi)}"


def plain(text: str) -> str:
    """A reason or tally with its instants as people write them; those inside ids stay as they are."""
    said = _INSTANT_TEXT.sub(lambda m: m[0].replace("T", " ").replace("Z", " UTC"), text)
    return re.sub(r"\(>= ([^()]+) needed\)", r"(\1 needed)", said)


def state_word(state: str) -> str:
    return _STATE_WORDS.get(state, state.replace("_", " "))


def article(agreement: Agreement | None, article_id: str | None) -> str:
    """`Article 5` for `art-5`; the heading where the id is not of that form; `no article` for None."""
    if article_id is None:
        return "no article"
    if match := re.fullmatch(r"art-([0-9]+[a-z]*)", article_id):
        return f"Article {match[1]}"
    known = agreement.articles.get(article_id) if agreement is not None else None
    return known.title if known is not None and known.title else article_id


def names(codes: Iterable[str], last: str = "and", most: int | None = None) -> str:
    """`KST, LYS and MRV`; `nobody` for none; past `most` the rest is counted."""
    listed = list(codes)
    if not listed:
        return "nobody"
    if most is not None and len(listed) > most:
        listed = [*listed[:most], f"{len(listed) - most:,} more"]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} {last} {listed[-1]}"


def short(entry_id: str) -> str:
    """The beginning of an entry's id, enough to ask for it; any other id whole."""
    return entry_id[:12] if _ENTRY.fullmatch(entry_id) else entry_id


def money(amount: str) -> str:
    """`EUR 800,000,000` for `EUR 800000000`."""
    return re.sub(r"\d{4,}(?=\.|$)", lambda m: f"{int(m[0]):,}", amount)


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 entry`, `2 entries`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def needed(threshold: str) -> str:
    """`5 needed` for `>= 5` or `5`; `none allowed` for an absence."""
    if threshold == "none":
        return "none allowed"
    if match := re.fullmatch(r"(>=|<=|>|<) *(.+)", threshold):
        return _NEEDED[match[1]].format(match[2])
    return f"{threshold} needed"


def measure(m: Measured) -> str:
    """`count of violation by OSK within rolling 72 hours is 5 (5 needed)`; an interval where it is uncertain."""
    value = value_text(m)
    if m.high is None:
        value = f"at least {m.low}"
    elif m.low != m.high:
        value = f"between {m.low} and {m.high}"
    asked = f" ({needed(m.threshold)})" if m.threshold else ""
    verb = ":" if m.what.startswith(("any ", "no ")) or " then " in m.what or " holds for " in m.what else " is"
    return f"{m.what}{verb} {value}{asked}"


def window(m: Measured) -> str | None:
    return None if m.window is None else f"after {when(m.window[0])} until {when(m.window[1])}"


# ---------------------------------------------------------------- acts


def act_kind(kind: str) -> str:
    """`a vote`, `an adjudication`: the kind of an act with its article."""
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}" if kind != "destroyed" else "an entry with a destroyed payload"


def value(v: a.Value) -> str:
    """A field's value as a scenario writes it."""
    match v:
        case a.Quantity(low=low, high=high):
            if high is None:
                return f"at least {low}"
            return f"{low}" if low == high else f"{low} to {high}"
        case a.Length(us=us):
            minutes, rest = divmod(us, 60_000_000)
            return f"{us / 1_000_000:g} seconds" if rest else _length(minutes)
        case a.Money(currency=currency, amount=amount):
            return f"{currency} {amount:,f}"
        case a.Code(code=code):
            return code
        case a.Word(word=word):
            return word
        case a.Text(text=text):
            return f'"{text}"'
        case a.Place(lat=lat, lon=lon, radius=radius):
            return f"{lat} {lon}" + (f" radius {radius} m" if radius else "")


def _length(minutes: int) -> str:
    for size, unit in ((1440, "days"), (60, "hours")):
        if minutes and minutes % size == 0:
            return f"{minutes // size} {unit}"
    return f"{minutes} minutes"


def fields(values: Mapping[str, a.Value]) -> str:
    return "".join(f" {name} {value(v)}" for name, v in sorted(values.items()))


def act(one: a.Act | None) -> str:
    """An act in the words of a scenario line: `strike by OSK id s1 at 46.05 -26.30 killed 1`."""
    match one:
        case None:
            return "payload destroyed"
        case a.Report():
            by = f" by {one.actor}" if one.actor else ""
            stands = f" as {' '.join(one.stands_for)}" if one.stands_for else ""
            return f"{one.event}{by} id {one.id}{fields(one.fields)}{stands}"
        case a.Estimate():
            by = f" by {one.actor}" if one.actor else ""
            place = f" place {one.place}" if one.place else ""
            stands = f" as {' '.join(one.stands_for)}" if one.stands_for else ""
            return f"{one.body} estimates {one.estimate}{by} {value(one.value)}{place}{stands}"
        case a.Coverage(body=body, of=of):
            return f"{body} observes {of}"
        case a.Adjudication(body=body, on=on, word=word, ladder=ladder):
            return f"{body} says {ladder + ' ' if ladder else ''}{word} on {on}"
        case a.FindingAnswer(body=body, finding=finding, answer=answer, on=on):
            return f"{body} finds {finding} {answer} on {on}"
        case a.Determination(body=body, determination=determination, answer=answer):
            return f"{body} determines {determination} {answer}"
        case a.Attribution(body=body, actor=actor, to=to, answer=answer):
            return f"{body} attributes {actor} to {to} {answer}"
        case a.Correction(id=report):
            return f"correct {report}{fields(one.fields)}{' (its time)' if one.occurred else ''}"
        case a.Withdrawal(id=report):
            return f"withdraw {report}"
        case a.Proposal() | a.Notice() | a.Acknowledgement():
            return _act_of_the_office(one)
        case _:
            return _act_of_a_member(one)


def _act_of_the_office(one: a.Proposal | a.Notice | a.Acknowledgement) -> str:
    match one:
        case a.Proposal(document=document):
            try:
                said = act(a.from_payload(document["act"]))
            except (KeyError, TypeError, a.InvalidAct):
                said = "what cannot be read"
            return f"to be confirmed by a second person: {said}"
        case a.Notice(to=to, subject=subject, key=key):
            return f"notice {key[:12]} to {to}: {subject}"
        case a.Acknowledgement(notice=notice, by=by):
            return f"{by} acknowledges notice {notice[:12]}"


def _act_of_a_member(
    one: a.Ratification
    | a.Denunciation
    | a.Objection
    | a.Vote
    | a.Request
    | a.Fulfilment
    | a.Approval
    | a.Refusal
    | a.Waiver
    | a.Proxy
    | a.Provisional
    | a.Claim
    | a.Settlement
    | a.Ruling
    | a.Adoption,
) -> str:
    match one:
        case a.Ratification(party=party):
            return f"{party} ratifies"
        case a.Denunciation(party=party):
            return f"{party} denounces"
        case a.Objection(party=party):
            return f"{party} objects"
        case a.Vote(member=member, vote=vote, decision=decision):
            return f"{member} votes {vote} on {decision}"
        case a.Request(member=member, decision=decision):
            return f"{member} requests {decision}"
        case a.Fulfilment(member=member, norm=norm):
            return f"{member} fulfils {norm}"
        case a.Approval(member=member, norm=norm):
            return f"{member} approves {norm}"
        case a.Refusal(member=member, norm=norm):
            return f"{member} refuses {norm}"
        case a.Waiver(member=member, norm=norm, debtor=debtor):
            return f"{member} waives {norm}{' of ' + debtor if debtor else ''}"
        case a.Proxy(member=member, decision=decision, holder=holder):
            return (
                f"{member} takes back its proxy on {decision}"
                if holder is None
                else f"{holder} votes for {member} on {decision}"
            )
        case a.Provisional(party=party, ended=ended):
            return f"{party} {'no longer applies' if ended else 'applies'} the agreement provisionally"
        case a.Claim(member=member, dispute=dispute, respondent=respondent):
            return f"{member} claims {dispute} against {respondent}"
        case a.Settlement(member=member, dispute=dispute):
            return f"{member} settles {dispute}"
        case a.Ruling(body=body, dispute=dispute, claimant=claimant, answer=answer):
            return f"{body} rules {dispute} of {claimant} {answer}"
        case a.Adoption(hash=digest, effective=effective):
            return f"the parties adopt {digest} effective {effective}"
