"""Rules of adoption in words."""

from __future__ import annotations

from casus.language import nodes as n


def rule_words(decl: n.DecisionDecl) -> str:
    """`consensus, 1 may object; quorum 3; abstention counts for the quorum only`."""
    parts = [_rule(decl.rule)]
    if decl.rule is None:
        return parts[0]
    parts.append(f"quorum {decl.quorum.text}" if decl.quorum is not None else "quorum 1")
    parts.append(
        {
            "counts_as_no": "abstention counts as no",
            "ignored": "abstention is ignored",
        }.get(decl.abstention or "", "abstention counts for the quorum only")
    )
    if decl.early:
        parts.append("closes as soon as no vote can change it")
    return "; ".join(parts)


def _rule(rule: n.Rule | None) -> str:
    match rule:
        case n.Unanimity():
            return "unanimity: every member has to say yes"
        case n.Consensus(minus=None):
            return "consensus: nobody may object"
        case n.Consensus(minus=n.Number() as minus):
            return f"consensus, {minus.text} may object"
        case n.Majority():
            return "more yes than no"
        case n.Votes(number=number):
            return f"{number.text} yes votes"
        case n.Coalition(least=least):
            return f"a coalition of at least {least.text}, which binds those who join it"
        case n.Shares(shares=shares):
            return " and ".join(_share(share) for share in shares)
        case _:
            return "the text names no rule"


def _share(share: n.Share) -> str:
    of = {
        "members": "of the members",
        "present": "of those who take part",
        "cast": "of yes and no",
        "weights": f"of the weights {share.weights}",
    }
    return f"{share.percent.text} percent {of[share.base]}"
