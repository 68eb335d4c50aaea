"""The least price that pays for itself: own cost, what Amazon keeps, what the state takes, and so many percent more."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, mask, numbers, one
from channelkit.pricing.arithmetic import LARGEST, ONE, share_of
from channelkit.pricing.terms import PriceTerms


@dataclass(frozen=True)
class Least:
    """The least price of each row, in minor units; 0 where nothing is known of its cost.

    Arguments:
        net: before tax is added.
        gross: with it.
        is_never: whatever the price, Amazon would keep so much of it that it does not pay.
    """

    net: Numbers
    gross: Numbers
    is_never: Mask


def cost_floor(rows: pa.Table, cost: Numbers, fees: pa.Table, terms: PriceTerms) -> Least | None:
    """Return the least price that leaves ``floor_margin`` percent upon cost and fees; None where no such floor is set.

    Amazon's share grows with the price, tax included; it is taken as so many millionths, rounded up. Every rounding is
    up, so that a price at the floor pays. Fees that are not known count as none: a floor from cost alone is better than
    no floor.

    Arguments:
        rows: with ``seller_sku``.
        cost: in minor units; 0 where it is not known.
        fees: columns of `channelkit.pricing.terms.FEES`.

    >>> asked = {"seller_sku": ["a"], "price": [2000], "referral": [300], "fulfillment": [350], "other": [0]}
    >>> terms = PriceTerms("EUR", 2, floor_margin=Decimal(10))
    >>> cost_floor(pa.table({"seller_sku": ["a"]}), np.array([1000]), pa.table(asked), terms).net.tolist()
    [1779]
    """
    if terms.floor_margin is None:
        return None
    place = pc.index_in(one(rows["seller_sku"]), value_set=one(fees["seller_sku"]))
    asked = {name: numbers(one(fees[name]).take(place)) for name in ("price", "referral", "fulfillment", "other")}
    whole, tax = ONE + share_of(terms.floor_margin), ONE + share_of(terms.vat or Decimal(0))
    is_told = (asked["price"] > 0) & (asked["referral"] > 0) & mask(pc.is_valid(place))
    referral = np.where(is_told, _up(np.clip(asked["referral"], 0, LARGEST) * ONE, np.maximum(asked["price"], 1)), 0)
    kept = _up(_up(np.minimum(referral, ONE) * tax, ONE) * whole, ONE)
    is_never = (kept >= ONE) & (cost > 0)
    fixed = np.clip(asked["fulfillment"], 0, LARGEST) + np.clip(asked["other"], 0, LARGEST)
    spent: Numbers = np.minimum(cost, LARGEST) + fixed
    net = np.minimum(_up(spent * whole, np.maximum(ONE - kept, 1)), LARGEST + 1)
    net = np.where((cost > 0) & ~is_never, net, 0)
    return Least(net, np.minimum(_up(net * tax, ONE), LARGEST + 1), is_never)


def _up(part: Numbers, whole: Numbers | int) -> Numbers:
    return -(-part // whole)
