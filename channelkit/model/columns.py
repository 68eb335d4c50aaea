"""Columns as the pure rooms read them: in one piece, and as masks where no answer counts as no."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, without copying it where it is in one already."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def mask(flags: pa.Array | pa.ChunkedArray) -> Mask:
    """Return flags as a mask; what is not known is not so.

    >>> mask(pa.array([True, None, False])).tolist()
    [True, False, False]
    """
    told: Mask = pc.fill_null(one(flags), False).to_numpy(zero_copy_only=False)
    return told


def numbers(column: pa.Array | pa.ChunkedArray) -> Numbers:
    """Return a column of whole numbers as an array; what is not known is 0.

    >>> numbers(pa.array([3, None])).tolist()
    [3, 0]
    """
    told: Numbers = pc.fill_null(one(column), 0).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return told


def flag(table: pa.Table, name: str) -> Mask:
    """Return a column of flags as a mask; a column that is not there says no everywhere."""
    if name not in table.column_names:
        return np.zeros(table.num_rows, np.bool_)
    return mask(table[name])


def join_words(*columns: pa.Array, separator: str = " ") -> pa.Array:
    """Return the texts that are there in each row, joined; null where none is.

    >>> join_words(pa.array(["a", None, None]), pa.array(["b", "c", None])).to_pylist()
    ['a b', 'c', None]
    """
    is_empty = pc.is_null(columns[0])
    for column in columns[1:]:
        is_empty = pc.and_(is_empty, pc.is_null(column))
    # Arrow's own skipping of nulls leaves out the whole row where every text is null.
    guard = pc.if_else(is_empty, "", pa.scalar(None, pa.string()))
    joined = pc.binary_join_element_wise(*columns, guard, separator, null_handling="skip")
    return pc.if_else(is_empty, pa.scalar(None, pa.string()), joined)
