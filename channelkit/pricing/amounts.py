"""Amounts of Commerce as minor units of the marketplace's currency, converted exactly and rounded once (LS-09)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, one
from channelkit.pricing.arithmetic import LARGEST, half_up, multiply
from channelkit.pricing.terms import Amounts, PriceTerms

_PLACES, _RATE_PLACES = 6, 12
_GREAT = 10**16
_NUMBER = r"^[+-]?\d{1,30}(\.\d{0,30})?$"


@dataclass(frozen=True)
class Units:
    """Amounts in minor units of the marketplace's currency, in the order of the products.

    Only what is above zero counts: a zero in a price attribute says as little as nothing (ruling; the reference only
    speaks of empty ones).

    Arguments:
        values: 0 for nothing; one above `LARGEST` for what is beyond it.
        foreign: there is an amount, in a currency that is not converted.
    """

    values: Numbers
    foreign: Mask


def read_units(amounts: Amounts, terms: PriceTerms) -> Units:
    """Return what products have in a price attribute.

    >>> terms = PriceTerms("USD", 2, rates={"EUR": Decimal("1.25")})
    >>> found = read_units(Amounts(pa.array(["10.00", "9.995", "n/a"]), pa.array(["EUR", "USD", "USD"])), terms)
    >>> found.values.tolist(), found.foreign.tolist()
    ([1250, 1000, 0], [False, False, False])
    """
    texts, encoded = one(amounts.values), one(amounts.currencies)
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    names = [name or "" for name in encoded.dictionary.to_pylist()]
    place = pc.fill_null(encoded.indices, -1).cast(pa.int64()).to_numpy(zero_copy_only=False)
    values, foreign = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.bool_)
    micro, odd = _read_micro(texts)
    for number, name in [(-1, ""), *enumerate(names)]:
        where = place == number
        if not where.any():
            continue
        rate = Decimal(1) if name == terms.currency else terms.rates.get(name)
        if rate is None:
            foreign |= where & ((micro > 0) | odd)
            continue
        if where.all():
            values = _convert(micro, rate, terms.digits)
        else:
            values[where] = _convert(micro[where], rate, terms.digits)
        for row in np.flatnonzero(where & odd).tolist():
            values[row] = _exact(texts[row].as_py(), rate, terms.digits)
    return Units(np.clip(values, 0, LARGEST + 1), foreign)


def _read_micro(texts: pa.Array) -> tuple[Numbers, Mask]:
    """Return amounts in millionths, 0 for what is none, and which must be read one by one."""
    odd = np.zeros(len(texts), np.bool_)
    try:
        exact = texts.cast(pa.decimal128(38, _PLACES))
    except pa.ArrowInvalid:
        # Somewhere a word, spaces, an exponent or a seventh decimal.
        trimmed = pc.utf8_trim_whitespace(texts)
        is_plain = pc.fill_null(pc.match_substring_regex(trimmed, r"^[+-]?\d{1,12}(\.\d{1,6})?$"), False)
        exact = pc.if_else(is_plain, trimmed, None).cast(pa.decimal128(38, _PLACES))
        is_number = pc.fill_null(pc.match_substring_regex(trimmed, _NUMBER), False)
        odd = pc.and_(is_number, pc.invert(is_plain)).to_numpy(zero_copy_only=False)
    if not len(exact):
        return np.zeros(0, np.int64), odd
    words = np.frombuffer(exact.buffers()[1], np.dtype("<i8")).reshape(-1, 2)
    low, high = words[exact.offset : exact.offset + len(exact)].T
    is_there = pc.is_valid(exact).to_numpy(zero_copy_only=False)
    # What is so great that a product of it would leave 64 bits; in a currency of small worth it may still be a price.
    is_great = is_there & ((high > 0) | ((high == 0) & ((low < 0) | (low > _GREAT))))
    return np.where(is_there & ~is_great & (high == 0), low, 0), odd | is_great


def _convert(micro: Numbers, rate: Decimal, digits: int) -> Numbers:
    """Return millionths of one currency as minor units of another."""
    if rate == 1:
        divisor = 10 ** (_PLACES - digits)
        units: Numbers = (micro + divisor // 2) // divisor
        return units
    factor = rate.scaleb(_RATE_PLACES)
    if factor != factor.to_integral_value() or not 0 < factor <= 10**18:
        return _by_one(micro, rate, digits)
    return half_up(*multiply(micro * 10**digits, int(factor)))


def _by_one(micro: Numbers, rate: Decimal, digits: int) -> Numbers:
    """Convert with a rate that is finer than twelve decimals: each distinct amount once."""
    distinct, place = np.unique(micro, return_inverse=True)
    exact = [_exact(str(Decimal(each).scaleb(-_PLACES)), rate, digits) for each in distinct.tolist()]
    return np.array(exact, np.int64)[place]


def _exact(text: str, rate: Decimal, digits: int) -> int:
    with localcontext(prec=120):
        amount = (Decimal(text) * rate).scaleb(digits)
        return int(min(amount, Decimal(LARGEST + 1)).quantize(Decimal(1), ROUND_HALF_UP))
