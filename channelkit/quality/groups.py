"""Rows that share what should be theirs alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, mask, one


def number(column: pa.Array | pa.ChunkedArray) -> Numbers:
    """Return a number for each value, the same for the same value; -1 where there is none.

    >>> number(pa.array(["a", None, "b", "a"])).tolist()
    [0, -1, 1, 0]
    """
    encoded = one(column).dictionary_encode()
    numbers: Numbers = pc.fill_null(encoded.indices.cast(pa.int64()), -1).to_numpy()
    return numbers


def find_shared(*columns: pa.Array | pa.ChunkedArray) -> Mask:
    """Say which rows have the same values in all of these columns as another row; where one is not there: no.

    >>> find_shared(pa.array(["a", "a", "b", None, None]), pa.array([1, 1, 1, 2, 2])).tolist()
    [True, True, False, False, False]
    """
    codes = number(columns[0])
    for column in columns[1:]:
        further = number(column)
        whole = (codes >= 0) & (further >= 0)
        codes = np.where(whole, codes * (further.max(initial=0) + 1) + further, -1)
        # Numbered anew, so that many columns never leave 64 bits.
        codes = np.unique(codes, return_inverse=True)[1] - int((codes < 0).any())
    counts = np.bincount(codes[codes >= 0])
    shared = np.zeros(len(codes), np.bool_)
    shared[codes >= 0] = counts[codes[codes >= 0]] > 1
    return shared


def find_divided(column: pa.Array | pa.ChunkedArray, by: pa.Array | pa.ChunkedArray) -> Mask:
    """Say which rows belong to a group whose members have different values.

    Arguments:
        column: the values; where one is not there, it differs from none.
        by: what the rows are grouped by; where it is not there, the row is in no group.

    >>> find_divided(pa.array([1, 2, 5, 5, None]), by=pa.array(["a", "a", "b", "b", "a"])).tolist()
    [True, True, False, False, True]
    """
    groups, values = number(by), number(column)
    size = int(groups.max(initial=-1)) + 1
    told = (groups >= 0) & (values >= 0)
    lowest, highest = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
    np.minimum.at(lowest, groups[told], values[told])
    np.maximum.at(highest, groups[told], values[told])
    divided = np.zeros(len(groups), np.bool_)
    divided[groups >= 0] = (highest > lowest)[groups[groups >= 0]]
    return divided


def find_twins(column: pa.Array | pa.ChunkedArray) -> Mask:
    """Say which texts another row has, too, but for case and blanks; exact repetitions are no twins.

    >>> find_twins(pa.array(["Mug-1", "mug -1", "MUG-2", None])).tolist()
    [True, True, False, False]
    """
    texts = one(column)
    folded = pc.replace_substring_regex(pc.utf8_lower(texts), r"[\s\p{Z}\x{200B}]+", "")
    return find_divided(texts, by=folded) & ~mask(pc.is_null(texts))
