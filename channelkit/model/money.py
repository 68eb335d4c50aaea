"""Money by the column: decimal text to whole minor units and back, exactly, rounded half up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import one

_PLACES = 6
"""Commerce keeps prices with up to six decimals."""

_PLAIN = r"^[+-]?\d{1,12}(\.\d{1,6})?$"
_ANY = r"^[+-]?\d{1,12}(\.\d{0,30})?$"


def minor_units(amounts: pa.Array | pa.ChunkedArray, digits: int) -> pa.Array:
    """Return decimal amounts, written as text, as whole minor units.

    Arguments:
        amounts: strings such as ``"12.340000"``; what is not a plain decimal number becomes null.
        digits: decimals of the currency.

    >>> minor_units(pa.array(["12.345", "9", "0.5", "n/a", None]), 2).to_pylist()
    [1235, 900, 50, None, None]
    >>> minor_units(pa.array(["1980.50"]), 0).to_pylist()
    [1981]
    """
    texts = pc.utf8_trim_whitespace(one(amounts))
    is_plain = pc.fill_null(pc.match_substring_regex(texts, _PLAIN), False)
    scaled = pc.if_else(is_plain, texts, None).cast(pa.decimal128(38, _PLACES))
    whole = _rounded(_words(scaled), 10 ** (_PLACES - digits))
    units = pa.array(whole, mask=~is_plain.to_numpy(zero_copy_only=False))
    longer = pc.and_(pc.invert(is_plain), pc.fill_null(pc.match_substring_regex(texts, _ANY), False))
    if pc.any(longer).as_py():
        exact = [_exact(text, digits) for text in texts.filter(longer).to_pylist()]
        units = pc.replace_with_mask(units, longer, pa.array(exact, pa.int64()))
    return units


def minor_text(units: pa.Array | pa.ChunkedArray, digits: int) -> pa.Array:
    """Return whole minor units as decimal text.

    >>> minor_text(pa.array([1235, 5, 0, -7, None]), 2).to_pylist()
    ['12.35', '0.05', '0.00', '-0.07', None]
    >>> minor_text(pa.array([1980]), 0).to_pylist()
    ['1980']
    """
    units = one(units)
    if digits == 0:
        return units.cast(pa.string())
    sign = pc.if_else(pc.less(units, 0), "-", "")
    padded = pc.utf8_lpad(pc.abs(units).cast(pa.string()), digits + 1, "0")
    whole = pc.utf8_slice_codeunits(padded, 0, -digits)
    fraction = pc.utf8_slice_codeunits(padded, -digits)
    return pc.binary_join_element_wise(pc.binary_join_element_wise(sign, whole, ""), fraction, ".")


def _exact(text: str, digits: int) -> int:
    return int(Decimal(text).scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP))


def _words(scaled: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return decimals as the whole numbers in memory; twelve digits and six decimals fit into the lower half."""
    if not len(scaled):
        return np.zeros(0, np.int64)
    memory = np.frombuffer(scaled.buffers()[1], np.dtype("<i8"))
    return memory.reshape(-1, 2)[scaled.offset : scaled.offset + len(scaled), 0]


def _rounded(
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]], divisor: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    rounded: np.ndarray[tuple[int], np.dtype[np.int64]] = np.sign(numbers) * (
        (np.abs(numbers) + divisor // 2) // divisor
    )
    return rounded
