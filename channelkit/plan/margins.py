"""What is left of a price: Amazon's fees and the state's tax are not ours to keep, nor is what the product cost."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Numbers, mask, numbers, one

_SCALE = 10_000


def keeps(price: pa.Array, fees: pa.Table, vat: Decimal | None = None) -> pa.Array:
    """Return what is left of each price when Amazon has taken its fees and the state its tax, in minor units.

    Amazon's share grows with the price, tax included; all other fees stay. Where fees are not known, none are taken.

    Arguments:
        price: in minor units.
        fees: ``price, referral, fulfillment, other``, a row for each price.
        vat: percent that is in the price.

    >>> fees = {"price": [1000], "referral": [150], "fulfillment": [300], "other": [0]}
    >>> keeps(pa.array([2000]), pa.table(fees)).to_pylist()
    [1400]
    >>> keeps(pa.array([2000]), pa.table(fees), Decimal("19.00")).to_pylist()
    [1081]
    """
    amount, share = numbers(price), int((vat or Decimal(0)) * _SCALE)
    net = _share(amount, np.full(len(amount), 100 * _SCALE, np.int64), np.full(len(amount), 100 * _SCALE + share))
    asked, referral = numbers(fees["price"]), numbers(fees["referral"])
    kept = _share(amount, referral, np.maximum(asked, 1))
    left = net - kept - numbers(fees["fulfillment"]) - numbers(fees["other"])
    return pa.array(left, pa.int64(), mask=mask(pc.is_null(price)))


def earns(price: pa.Array, fees: pa.Table, cost: pa.Array, vat: Decimal | None = None) -> pa.Array:
    """Return the margin of each price: what `keeps` leaves of it, less what the product cost, in minor units (PR-09).

    It is null where it is not known: without a price, without Amazon's fees, without a cost.

    Arguments:
        price, fees, vat: as for `keeps`; ``referral`` is null where fees are not known.
        cost: in minor units, null where it is not known.

    >>> fees = {"price": [1000, None], "referral": [150, None], "fulfillment": [300, None], "other": [0, None]}
    >>> earns(pa.array([2000, 2000]), pa.table(fees), pa.array([900, 900])).to_pylist()
    [500, None]
    """
    left = pc.subtract(keeps(price, fees, vat), cost)
    return one(pc.if_else(pc.is_valid(one(fees["referral"])), left, pa.scalar(None, pa.int64())))


def _share(amount: Numbers, part: Numbers, whole: Numbers) -> Numbers:
    """Return ``amount * part / whole``, rounded half up; parts and wholes are not negative."""
    if len(amount) and int(np.abs(amount).max()) * max(int(part.max()), 1) >= 1 << 61:
        exact = [(int(a) * int(p) * 2 + int(w)) // (2 * int(w)) for a, p, w in zip(amount, part, whole, strict=True)]
        return np.array(exact, np.int64)
    return (amount * part * 2 + whole) // (2 * whole)
