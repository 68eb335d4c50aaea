"""Columns as the decision reads them: in one piece, and as masks where no answer counts as no."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]


def one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def mask(flags: pa.Array | pa.ChunkedArray) -> Mask:
    """Return flags as a mask; what is not known is not so.

    >>> mask(pa.array([True, None, False])).tolist()
    [True, False, False]
    """
    told: Mask = pc.fill_null(one(flags), False).to_numpy(zero_copy_only=False)
    return told


def flag(table: pa.Table, name: str) -> Mask:
    """Return a column of flags as a mask; a column that is not there says no everywhere."""
    if name not in table.column_names:
        return np.zeros(table.num_rows, np.bool_)
    return mask(table[name])


def text(table: pa.Table, name: str) -> pa.Array:
    """Return a text column, or one without values where it is not there."""
    return one(table[name]) if name in table.column_names else pa.nulls(table.num_rows, pa.string())


def whole(table: pa.Table, name: str) -> pa.Array:
    """Return a column of whole numbers, or one without values where it is not there."""
    return one(table[name]) if name in table.column_names else pa.nulls(table.num_rows, pa.int64())
