"""The parts of conditions, zones and dues, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from casus.language import nodes as n


def conditions(cond: n.Cond | None) -> Iterator[n.Cond]:
    """The atoms of a condition on an event."""
    match cond:
        case None:
            return
        case n.COr(parts=parts) | n.CAnd(parts=parts):
            for part in parts:
                yield from conditions(part)
        case n.CNot(part=part):
            yield from conditions(part)
        case _:
            yield cond


def atoms(cond: n.TCond) -> Iterator[n.TAtom]:
    """The atoms of a trigger's condition."""
    match cond:
        case n.TOr(parts=parts) | n.TAnd(parts=parts):
            for part in parts:
                yield from atoms(part)
        case n.TNot(part=part):
            yield from atoms(part)
        case _:
            yield cond


def window(atom: n.TAtom) -> n.Window | None:
    match atom:
        case n.TCount(window=found) | n.TSum(window=found) | n.TDistinct(window=found) | n.TMet(window=found):
            return found
        case n.TRate(window=found) | n.TRatio(window=found):
            return found
        case _:
            return None


def happenings(atom: n.TAtom) -> Iterator[tuple[str, n.By | None]]:
    """The event types, definitions and exceptions that an atom reads, with the actors it reads them of."""
    match atom:
        case n.TAny() | n.TCount() | n.TSum() | n.TDistinct() | n.TRate() | n.TQuiet():
            yield atom.name, atom.by
        case n.TRatio():
            yield atom.name, atom.by
            yield atom.other, atom.other_by
        case n.TAbsent():
            yield atom.name, atom.by
            yield atom.after, None
        case n.THolds():
            yield atom.name, None
        case n.TThen():
            yield atom.first, None
            yield atom.second, None
        case n.TLatest() | n.TMet():
            return


def zone_names(expr: n.ZoneExpr | None) -> Iterator[str]:
    match expr:
        case None:
            return
        case n.ZName(name=name):
            yield name
        case n.ZNear(zone=left, of=right) | n.ZMinus(left=left, right=right) | n.ZPlus(left=left, right=right):
            yield from zone_names(left)
            yield from zone_names(right)


def placed_zones(decl: n.Decl) -> Iterator[n.ZoneExpr | n.CNear]:
    """The zones that a declaration names where it uses them, outside of `zone`: as they stand in the text."""
    match decl:
        case n.DefineDecl(where=cond) | n.ExceptionDecl(when=cond):
            for atom in conditions(cond):
                if isinstance(atom, n.CIn):
                    yield atom.zone
                elif isinstance(atom, n.CNear):
                    yield atom
        case n.NormDecl():
            if decl.act is not None and decl.act.zone is not None:
                yield decl.act.zone
            for limit in (decl.until, decl.unless):
                for atom in conditions(limit):
                    if isinstance(atom, n.CIn):
                        yield atom.zone
                    elif isinstance(atom, n.CNear):
                        yield atom
        case n.ContributionDecl(zone=zone) if zone is not None:
            yield zone
        case _:
            return
