"""NumPy kernels: what windows hold at many instants s at once.

One idea carries them. A window of any kind turns an event [lo, hi] into two stretches of s: `[hi, leaves(lo))`, in which it
is certainly inside, and `[lo, leaves(hi))`, in which it may be. What a window holds at s is then the number (or the sum, or
the number of distinct keys) of stretches that contain s: two sorted columns and two binary searches for all s together.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casus.triggers.plan import FAR, Window

Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
Truths = NDArray[np.int8]

_LARGEST: Final = 1 << 62


def leaves(window: Window, x: Ints, start: int) -> Ints:
    """`Window.leaves` for a column."""
    if window.kind == "rolling":
        return x + (window.us + (1 if window.closed else 0))
    if window.kind == "fixed":
        return start - ((start - x) // window.us) * window.us + 1
    return np.full(x.shape, FAR, np.int64)


def certainly(window: Window, lo: Ints, hi: Ints, start: int) -> tuple[Ints, Ints]:
    """The stretches [a, b) of s in which each event certainly lies in the window; empty ones have b ≤ a."""
    base = start if window.moment is None else max(start, window.moment)
    return hi, np.where(lo >= base, leaves(window, lo, start), hi)


def possibly(window: Window, lo: Ints, hi: Ints, start: int) -> tuple[Ints, Ints]:
    """The stretches in which each event may lie in the window."""
    base = start if window.moment is None else max(start, window.moment)
    return lo, np.where(hi >= base, leaves(window, hi, start), lo)


def stabbed(begin: Ints, end: Ints, at: Ints) -> Ints:
    """How many of the stretches [begin, end) hold each instant."""
    real = end > begin
    if not real.all():
        begin, end = begin[real], end[real]
    return np.searchsorted(np.sort(begin), at, "right") - np.searchsorted(np.sort(end), at, "right")


def stabbed_sum(begin: Ints, end: Ints, weight: NDArray[np.generic], at: Ints) -> NDArray[np.generic]:
    """The sum of the weights of those stretches; exact, also in whole numbers beyond 64 bits (dtype object)."""
    real = end > begin
    begin, end, weight = begin[real], end[real], weight[real]

    def until(edge: Ints) -> NDArray[np.generic]:
        order = np.argsort(edge, kind="stable")
        running = np.concatenate([np.zeros(1, weight.dtype), np.cumsum(weight[order])])
        found: NDArray[np.generic] = running[np.searchsorted(edge[order], at, "right")]
        return found

    return until(begin) - until(end)  # type: ignore[operator]


def stabbed_keys(begin: Ints, end: Ints, key: Ints, at: Ints) -> Ints:
    """How many different keys have a stretch that holds each instant: stretches of one key are merged first."""
    real = end > begin
    begin, end, key = begin[real], end[real], key[real]
    if not len(begin):
        return np.zeros(at.shape, np.int64)
    times = np.unique(np.concatenate([begin, end]))
    first, last = np.searchsorted(times, begin), np.searchsorted(times, end)
    order = np.lexsort((first, key))
    shift = key[order] * len(times)
    first, last = first[order] + shift, last[order] + shift
    ahead = np.maximum.accumulate(last)
    fresh = np.concatenate([[True], first[1:] > ahead[:-1]])
    starts = np.flatnonzero(fresh)
    stops = np.concatenate([starts[1:], [len(first)]]) - 1
    return stabbed(times[(first - shift)[starts]], times[(ahead - shift)[stops]], at)


def scaled(values: list[Decimal]) -> tuple[NDArray[np.generic], int]:
    """Decimals as whole numbers times 10 ** -exponent; beyond 64 bits as Python's own."""
    exponent = max((max(-int(v.as_tuple().exponent), 0) for v in values), default=0)
    whole = [int(v.scaleb(exponent)) for v in values]
    fits = sum(abs(v) for v in whole) < _LARGEST
    return np.array(whole, np.int64 if fits else object), exponent


def compared(op: str, low: Ints, high: Ints, bound: Decimal, unbounded: Marks | None = None) -> Truths:
    """`x op bound` for whole x in [low, high] at each instant: 1, 0 or -1; `unbounded` where there is no bound above."""
    return between(op, low, high, bound, bound, unbounded)


def between(op: str, low: Ints, high: Ints, least: Decimal, most: Decimal, unbounded: Marks | None = None) -> Truths:
    """`x op y` for whole x in [low, high] and y in [least, most]."""
    easy, hard = (least, most) if op in (">=", ">") else (most, least)
    if op in (">=", ">"):
        surely, maybe = _holds(op, low, hard), _holds(op, high, easy)
        if unbounded is not None:
            maybe |= unbounded
    else:
        surely, maybe = _holds(op, high, hard), _holds(op, low, easy)
        if unbounded is not None:
            surely &= ~unbounded
    return np.where(surely, 1, np.where(maybe, 0, -1)).astype(np.int8)


def _holds(op: str, x: Ints, bound: Decimal) -> Marks:
    """Whole numbers against an exact bound."""
    match op:
        case ">=":
            return np.asarray(x >= ceil(bound), np.bool_)
        case ">":
            return np.asarray(x > floor(bound), np.bool_)
        case "<=":
            return np.asarray(x <= floor(bound), np.bool_)
        case _:
            return np.asarray(x < ceil(bound), np.bool_)
