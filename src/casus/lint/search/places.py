"""Points to try: one for each way of lying inside and outside of the zones that conditions ask about.

A condition knows a point only by the zones that it lies in. So points fall into classes, and one of each class, well away
from the edges, stands for all. The points lie on a grid over the zones, so that they are few and can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import numpy as np
import numpy.typing as npt

from casus.acts import Place
from casus.geo import FeatureZone, Region
from casus.geo.region import Both, Minus, Near, Plus, holds_many
from casus.language import nodes as n
from casus.language.agreement import Agreement

Placed = n.CIn | n.CNear

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SIDE: Final = 24
"""Points of the grid from west to east, and from south to north."""
_MOST: Final = 12


def features(region: Region) -> Iterator[FeatureZone]:
    """The features of which a region is made."""
    match region:
        case FeatureZone():
            yield region
        case Near(zone=zone, of=of):
            if zone is not None:
                yield from features(zone)
            yield of
        case Minus(left=left, right=right) | Plus(left=left, right=right) | Both(left=left, right=right):
            yield from features(left)
            yield from features(right)
        case _:
            return


def region_of(agreement: Agreement, cond: Placed) -> Region:
    return agreement.near(cond.length, cond.zone) if isinstance(cond, n.CNear) else agreement.region(cond.zone)


def points(agreement: Agreement, conds: Sequence[Placed], side: int = SIDE) -> tuple[Place, ...]:
    """One point for each combination of answers that some point of the grid gives, the most answers `yes` first.

    Empty where the conditions name no zone that has a boundary.
    """
    regions = list(dict.fromkeys(region_of(agreement, cond) for cond in conds))
    regions = [region for region in regions if any(not x.is_empty for x in features(region))]
    if not regions:
        return ()
    boxes = np.array([x.geometry.bounds for region in regions for x in features(region) if not x.is_empty])
    west, south, east, north = boxes[:, 0].min(), boxes[:, 1].min(), boxes[:, 2].max(), boxes[:, 3].max()
    margin = max(east - west, north - south, 0.01) * 0.15
    digits = 2 if max(east - west, north - south) > 0.3 else 4
    lons = np.unique(np.round(np.linspace(west - margin, east + margin, side), digits))
    lats = np.unique(np.round(np.linspace(south - margin, north + margin, side), digits))
    lat, lon = (grid.ravel() for grid in np.meshgrid(lats.clip(-90, 90), lons.clip(-180, 180), indexing="ij"))
    inner = [x.geometry.representative_point() for region in regions for x in features(region) if not x.is_empty]
    lat, lon = np.append(lat, [round(p.y, digits) for p in inner]), np.append(lon, [round(p.x, digits) for p in inner])
    answers = np.stack([holds_many(region, lat, lon, 0.0) for region in regions], axis=1)
    found: list[tuple[tuple[int, ...], Place]] = []
    for answer in sorted({tuple(int(x) for x in row) for row in answers}, reverse=True):
        own = (answers == np.array(answer)).all(axis=1)
        chosen = _deepest(lat, lon, own)
        found.append((answer, Place(_exact(lat[chosen], digits), _exact(lon[chosen], digits))))
    found.sort(key=lambda pair: (-sum(pair[0]), tuple(-x for x in pair[0])))
    return tuple(place for _, place in found[:_MOST])


def _deepest(lat: Points, lon: Points, own: Mask) -> int:
    """The point of a class that is farthest from every point of another."""
    mine = np.flatnonzero(own)
    others = np.flatnonzero(~own)
    if not others.size:
        return int(mine[mine.size // 2])
    away = np.hypot(lat[mine, None] - lat[None, others], lon[mine, None] - lon[None, others]).min(axis=1)
    return int(mine[int(away.argmax())])


def _exact(value: float, digits: int) -> Decimal:
    return Decimal(f"{float(value):.{digits}f}")
