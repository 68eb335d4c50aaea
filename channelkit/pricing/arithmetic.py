"""Exact arithmetic on columns of whole minor units: rounded half up, once, and never wrapped around.

Every amount that counts is at most `LARGEST`, so that no product below leaves 64 bits. What grows beyond it is set one
above it, where whoever prices sees that it was too much.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from channelkit.errors import UsageError
from channelkit.model.columns import Mask, Numbers
from channelkit.pricing.rules import Adjustment

LARGEST = 10**11
"""Minor units that a price may have: a thousand million dollars."""

ONE = 10**6
"""What a whole is in shares: percentages have at most four decimals."""

WIDE = 10**18
"""What a whole is in the rest of `multiply`."""

_LIMB = 10**6
_FINE = 10**4


def share_of(percent: Decimal) -> int:
    """Return a percentage in millionths.

    Raises:
        UsageError: it has more than four decimals, or is too great.

    >>> share_of(Decimal("19.00"))
    190000
    """
    return _ten_thousandths(percent)


def factor_of(adjustment: Adjustment) -> int:
    """Return what an adjustment by percent multiplies with, in millionths.

    >>> factor_of(Adjustment("decrease", "percent", Decimal("12.5"))), factor_of(Adjustment())
    (875000, 1000000)
    """
    share = share_of(adjustment.amount)
    return ONE + {"increase": share, "decrease": -share, "match": 0}[adjustment.direction]


def scale(amounts: Numbers, factor: int) -> Numbers:
    """Return amounts times a factor in millionths, rounded half up (P2).

    >>> scale(np.array([4549, 5, -5]), 900_000).tolist()
    [4094, 5, -5]
    """
    if factor == ONE:
        return amounts
    product = amounts * factor
    return _signed(product, (np.abs(product) + ONE // 2) // ONE)


def shift(amounts: Numbers, by: Decimal) -> Numbers:
    """Return amounts and so many minor units more, rounded half up.

    Arguments:
        by: with at most four decimals; negative for less.

    Raises:
        UsageError: it has more decimals, or is too great.

    >>> shift(np.array([1000]), Decimal("-0.5")).tolist(), shift(np.array([1000]), Decimal("0.49")).tolist()
    ([1000], [1000])
    """
    fine = _ten_thousandths(by)
    if fine % _FINE == 0:
        return amounts + fine // _FINE
    moved = amounts * _FINE + fine
    return _signed(moved, (np.abs(moved) + _FINE // 2) // _FINE)


def adjust(amounts: Numbers, adjustment: Adjustment, digits: int) -> Numbers:
    """Return amounts as an adjustment makes them, rounded half up (PR-03, PR-08).

    Arguments:
        digits: decimals of the currency that a fixed amount is in.

    >>> adjust(np.array([4094]), Adjustment("decrease", "fixed", Decimal(10)), 2).tolist()
    [3094]
    """
    if adjustment.direction == "match":
        return amounts
    if adjustment.unit == "percent":
        return scale(amounts, factor_of(adjustment))
    return shift(amounts, fixed_of(adjustment, digits))


def adjust_worth(amounts: Numbers, worth: Numbers, adjustment: Adjustment, digits: int) -> Numbers:
    """Return amounts, each times its own factor, as an adjustment makes them; both at once, rounded half up once.

    Arguments:
        worth: in millionths, not negative.

    >>> adjust_worth(np.array([799]), np.array([800_000]), Adjustment("decrease", "fixed", Decimal("0.01")), 2).tolist()
    [638]
    """
    if bool((worth == ONE).all()):
        return adjust(amounts, adjustment, digits)
    is_percent = adjustment.unit == "percent"
    # The factor is finer than what `multiply` counts in; a price below zero is none in any case.
    whole, rest = multiply(amounts * ONE, worth * (max(0, factor_of(adjustment)) if is_percent else ONE))
    fine = 0 if is_percent else _ten_thousandths(fixed_of(adjustment, digits))
    rest = rest + fine % _FINE * (WIDE // _FINE)
    return half_up(whole + fine // _FINE + rest // WIDE, rest % WIDE)


def fixed_of(adjustment: Adjustment, digits: int) -> Decimal:
    """Return what a fixed adjustment adds, in minor units; negative where it lowers."""
    amount = adjustment.amount.scaleb(digits)
    return {"increase": amount, "decrease": -amount, "match": Decimal(0)}[adjustment.direction]


def multiply(amounts: Numbers, factors: Numbers | int) -> tuple[Numbers, Numbers]:
    """Return products exactly: how many times 10 ** 18, and the rest, which is never negative.

    Arguments:
        amounts: from -10 ** 18 to 10 ** 18.
        factors: from 0 to 10 ** 18.

    >>> [part.tolist() for part in multiply(np.array([12, 7]), 15 * 10**16)]
    [[1, 1], [800000000000000000, 50000000000000000]]
    """
    a2, a1, a0 = _limbs(amounts)
    b2, b1, b0 = _limbs(factors)
    low = a0 * b0
    second = a0 * b1 + a1 * b0 + low // _LIMB
    third = a0 * b2 + a1 * b1 + a2 * b0 + second // _LIMB
    fourth = a1 * b2 + a2 * b1 + third // _LIMB
    high = a2 * b2 * _LIMB + fourth
    rest = (third % _LIMB * _LIMB + second % _LIMB) * _LIMB + low % _LIMB
    return high, rest


def half_up(whole: Numbers, rest: Numbers) -> Numbers:
    """Return what `multiply` gave, rounded half up; half a unit below zero goes away from zero."""
    up: Mask = np.where(whole >= 0, rest >= WIDE // 2, rest > WIDE // 2)
    return whole + up


def cap(amounts: Numbers) -> Numbers:
    """Return amounts that are not beyond `LARGEST`, and one above it for those that are.

    >>> cap(np.array([5, 10**15, -(10**15)])).tolist()
    [5, 100000000001, -100000000001]
    """
    return np.clip(amounts, -LARGEST - 1, LARGEST + 1)


def _ten_thousandths(number: Decimal) -> int:
    fine = number.scaleb(4)
    if not fine.is_finite() or fine != fine.to_integral_value() or abs(number) > LARGEST:
        raise UsageError(
            f"A price cannot be reckoned with {number}.", f"Use at most four decimals, and no more than {LARGEST:,}."
        )
    return int(fine)


def _limbs(numbers: Numbers | int) -> tuple[Numbers, Numbers, Numbers]:
    parts = np.asarray(numbers, np.int64)
    return parts // _LIMB**2, parts // _LIMB % _LIMB, parts % _LIMB


def _signed(like: Numbers, amounts: Numbers) -> Numbers:
    return np.where(like < 0, -amounts, amounts)
