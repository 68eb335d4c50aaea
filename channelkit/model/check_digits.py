"""Arithmetic on whole columns of codes: GS1's check digit, and what is a GTIN in another form."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, mask
from channelkit.model.placeholders import are_placeholders


def check_digit_fits(numbers: Numbers) -> Mask:
    """Return whether each number's last digit is GS1's check digit of the others; weights count from the right.

    >>> check_digit_fits(np.array([36000291452, 36000291453])).tolist()
    [True, False]
    """
    fits: Mask = _weigh(numbers) % 10 == 0
    return fits


def complete(stems: Numbers) -> Numbers:
    """Return numbers whose last digit, a zero, is replaced by the check digit of the others.

    >>> complete(np.array([36000291450])).tolist()
    [36000291452]
    """
    return stems + -_weigh(stems) % 10


def unit_of(cases: Numbers) -> Numbers:
    """Return the GTIN of the unit in each case: without the indicator, and with a check digit of its own.

    >>> unit_of(np.array([10036000291459])).tolist()
    [36000291452]
    """
    return complete(cases // 10 % 10**12 * 10)


def read_short_isbns(texts: pa.Array, is_short: Mask) -> tuple[Numbers, Mask]:
    """Return the ISBN-13 of codes of nine or ten characters, and which of them are ISBN-10 (nine: a zero was lost)."""
    keys, is_book = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.bool_)
    place = np.flatnonzero(is_short)
    padded = pc.utf8_lpad(texts.take(pa.array(place)), 10, "0")
    is_written = mask(pc.match_substring_regex(padded, r"^\d{9}[\dX]$"))
    place, padded = place[is_written], padded.filter(pa.array(is_written))
    body = pc.utf8_slice_codeunits(padded, 0, 9).cast(pa.int64()).to_numpy()
    last = pc.index_in(pc.utf8_slice_codeunits(padded, 9), value_set=pa.array(list("0123456789X")))
    total, rest = last.to_numpy(zero_copy_only=False).astype(np.int64), body
    for weight in range(2, 11):
        rest, digit = np.divmod(rest, 10)
        total = total + digit * weight
    is_book[place] = (total % 11 == 0) & ~are_placeholders(body)
    keys[place] = complete((978 * 10**9 + body) * 10)
    return keys, is_book


def expand_upc_e(numbers: Numbers, length: Numbers) -> Numbers:
    """Return the UPC-A of each UPC-E, or -1 where it is none; six digits lack number system and check digit."""
    system = np.where(length == 8, numbers // 10**7, 0)
    six = np.where(length == 8, numbers // 10 % 10**6, numbers)
    digits = [six // 10 ** (5 - place) % 10 for place in range(6)]
    last = digits[5]
    first_two, first_three = six // 10**4, six // 10**3
    body = np.select(
        [last <= 2, last == 3, last == 4],
        [
            first_two * 10**8 + last * 10**7 + six // 10 % 10**3,
            first_three * 10**7 + six // 10 % 100,
            six // 100 * 10**6 + digits[4],
        ],
        six // 10 * 10**5 + last,
    )
    stem = (system * 10**10 + body) * 10
    full = np.where(length == 8, stem + numbers % 10, complete(stem))
    return np.where(system <= 1, full, -1)


_FOUR = np.arange(10_000)
_WEIGHTS = (_FOUR % 10 + _FOUR // 10 % 10 * 3 + _FOUR // 100 % 10 + _FOUR // 1000 * 3).astype(np.int64)
"""The weighted sum of any four digits: weights alternate, so four of them are the same wherever they stand."""


def _weigh(numbers: Numbers) -> Numbers:
    total, rest = np.zeros(len(numbers), np.int64), numbers
    for _ in range(4):
        rest, four = np.divmod(rest, 10_000)
        total += _WEIGHTS[four]
    return total
