"""Columns of a keyed clause from Parquet, Arrow or a polars frame: filtered while they are read, keys as small numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casus.triggers.kernels import Ints

_SPARSE = 1 << 22


class ArrowTable(Protocol):
    """Whatever exports an Arrow table by the PyCapsule interface: pyarrow, pandas, DuckDB, another frame."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


@dataclass(frozen=True, slots=True)
class Table:
    """`key` numbers the combinations of the key columns, from 0; `extra` holds further columns by name."""

    key: NDArray[np.unsignedinteger[Any]]
    ts: Ints
    extra: dict[str, NDArray[Any]]


def load(
    source: Path | str | pl.DataFrame | ArrowTable,
    keys: Sequence[str],
    ts: str,
    where: pl.Expr | None = None,
    extra: Sequence[str] = (),
) -> Table:
    """The rows of `source` for which `where` holds: a Parquet file, a polars frame, or anything that exports Arrow."""
    if isinstance(source, Path | str):
        frame = pl.scan_parquet(source)
    else:
        frame = (source if isinstance(source, pl.DataFrame) else pl.DataFrame(source)).lazy()
    if where is not None:
        frame = frame.filter(where)
    read = frame.select(
        *(pl.col(name).cast(pl.Categorical) if _is_text(frame, name) else pl.col(name) for name in keys),
        *dict.fromkeys((ts, *extra)),
    ).collect()
    key = numbered([read[name].to_physical().to_numpy() for name in keys])
    return Table(key, read[ts].cast(pl.Int64).to_numpy(), {name: read[name].to_numpy() for name in extra})


def numbered(columns: Sequence[NDArray[Any]]) -> NDArray[np.unsignedinteger[Any]]:
    """One number for each combination of values, from 0, in as few bits as hold it (so that sorting by it is a radix sort)."""
    size = len(columns[0])
    key = np.zeros(size, np.int64)
    width = 1
    for column in columns:
        codes, count = _dense(column)
        key = key * count + codes if width > 1 else codes.astype(np.int64)
        width *= count
        if width > _SPARSE:
            key, width = _dense(key)
    return key.astype(np.min_scalar_type(max(width - 1, 0)))


def _dense(column: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Values as codes below a count; codes that are small already stay as they are."""
    if column.dtype.kind in "ui" and len(column):
        least, most = int(column.min()), int(column.max())
        if least >= 0 and most < 256:
            return column, most + 1
    values, codes = np.unique(column, return_inverse=True)
    return codes, max(len(values), 1)


def _is_text(frame: pl.LazyFrame, name: str) -> bool:
    return frame.collect_schema()[name] in (pl.String, pl.Categorical)
