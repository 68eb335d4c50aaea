"""Prices that wait for a person: in another currency, too far, below what they cost, below what somebody allows.

One wrong price can sell a whole stock at a loss in minutes, and Amazon takes offers off sale whose price looks like a
mistake. So whatever looks like one is held, while everything else goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import BUSINESS, LIST_PRICE, PRICE, PUBLISH, SALE
from channelkit.model.columns import Mask, mask, numbers, one
from channelkit.model.marketplaces import currency_digits
from channelkit.model.money import minor_text
from channelkit.plan.margins import keeps
from channelkit.plan.unit_prices import read_unit_prices
from channelkit.pricing.terms import FEES

PRICED_FIELDS = (PRICE, BUSINESS, SALE, LIST_PRICE)
"""What of a listing is money; a new listing brings its price with it."""

TENFOLD = 19
"""Halves: a price that becomes 9.5 times what it was, or a 9.5th of it, looks like a slip of the decimal point."""

_SCALE = 10_000
_WHOLE = pa.int64()

OUR_TERMS = pa.schema([("seller_sku", pa.string()), ("minimum", _WHOLE), ("cost", _WHOLE)])
ITS_TERMS = pa.schema(
    [
        ("seller_sku", pa.string()),
        ("currency", pa.string()),
        *((name, _WHOLE) for name in ("price", "least_price", "largest_price")),
    ]
)
DAY_AGO = pa.schema([("seller_sku", pa.string()), ("price", _WHOLE)])


@dataclass(frozen=True)
class PriceLimits:
    """What the settings say of prices that wait for a person.

    Arguments:
        currency: the marketplace's.
        largest_daily_move: share of the price a day ago; 0.5 holds what moves by more than half.
        below_cost: hold what is below cost and fees.
        vat: percent that is in the price and is not ours to keep; None for none.
    """

    currency: str
    largest_daily_move: float = 0.5
    below_cost: bool = True
    vat: Decimal | None = None


@dataclass(frozen=True)
class PriceBasis:
    """What planned prices are held against; money in minor units of the marketplace's currency.

    Arguments:
        ours: the columns `OUR_TERMS`, perhaps among others: MAP, and own cost, of each listing.
        theirs: the columns `ITS_TERMS`, perhaps among others: what Amazon shows of each, and the least and the largest
            price that it takes there.
        fees: the columns `FEES`, perhaps among others: what Amazon keeps of a price that was asked about.
        day_ago: the columns `DAY_AGO`: the price from which today's moves are counted, of those that moved.
    """

    limits: PriceLimits
    ours: pa.Table = field(default_factory=OUR_TERMS.empty_table)
    theirs: pa.Table = field(default_factory=ITS_TERMS.empty_table)
    fees: pa.Table = field(default_factory=FEES.empty_table)
    day_ago: pa.Table = field(default_factory=DAY_AGO.empty_table)


def price_notes(changes: pa.Table, basis: PriceBasis, is_asked: Mask) -> pa.Array:
    """Return for each change why its price is held, or null.

    Nobody may overrule by name that a price is above zero, in the marketplace's currency and inside what Amazon takes
    for the listing. What a person asked for by name is held for nothing else: an override is final.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`.
        is_asked: which of them are of listings whose price a person asked for by name.
    """
    fields = (*PRICED_FIELDS, PUBLISH)
    rows = np.flatnonzero(mask(pc.is_in(one(changes["field"]), value_set=pa.array(fields))))
    notes = pa.nulls(changes.num_rows, pa.string())
    if not len(rows):
        return notes
    chosen = changes.take(pa.array(rows)).combine_chunks()
    found = _find(chosen, basis, is_asked[rows])
    place = np.full(changes.num_rows, -1)
    place[rows] = np.arange(len(rows))
    return one(found.take(pa.array(place, mask=place < 0)))


def _find(chosen: pa.Table, basis: PriceBasis, is_asked: Mask) -> pa.Array:
    skus, kind = one(chosen["seller_sku"]), one(chosen["field"])
    limits = basis.limits
    ours, theirs, fees, earlier = _lay((basis.ours, basis.theirs, basis.fees, basis.day_ago), skus)
    price, least = read_unit_prices(chosen)
    is_price, is_list = mask(pc.equal(kind, PRICE)), mask(pc.equal(kind, LIST_PRICE))
    # What a listing is measured by: what is expected there, else what Amazon shows.
    stands = pc.if_else(pa.array(is_price), one(chosen["before"]), theirs["price"])
    free, told = ~is_asked, mask(pc.is_valid(price))
    cost, minimum = ours["cost"], ours["minimum"]
    day_ago = pc.if_else(pa.array(is_price), earlier["price"], pa.scalar(None, _WHOLE))
    sells = told & ~is_list
    shown_in = theirs["currency"]
    is_elsewhere = mask(pc.not_equal(shown_in, limits.currency)) & mask(pc.not_equal(shown_in, ""))
    below_cost = mask(pc.less(keeps(least, pa.table(fees), limits.vat), cost)) & mask(pc.greater(cost, 0))
    return _first(
        # Nought takes a price away that is only said to be asked elsewhere.
        (told & mask(pc.less(least, pa.array(np.where(is_list, 0, 1)))), (_ZERO, ""), None),
        (is_elsewhere & told, (_ELSEWHERE, f", not {limits.currency}."), shown_in),
        (sells & mask(pc.less(price, theirs["least_price"])), _BELOW_LEAST, theirs["least_price"]),
        (sells & mask(pc.greater(price, theirs["largest_price"])), _ABOVE, theirs["largest_price"]),
        (free & sells & mask(pc.less(price, minimum)), _BELOW_MAP, minimum),
        (free & sells & below_cost & limits.below_cost, _BELOW_COST, cost),
        # How far it moves comes last: where that alone speaks against it, a person who names the listing lets it go.
        (free & sells & (_is_tenfold(stands, price) | _is_tenfold(day_ago, price)), (_TEN_TIMES, ""), None),
        (free & sells & _is_far(day_ago, price, limits.largest_daily_move), (_daily(limits), ""), None),
        digits=currency_digits(limits.currency),
    )


_ZERO = "A price must be above zero."
_ELSEWHERE = "Amazon shows this listing's price in "
_TEN_TIMES = "The price would become ten times what it is, or a tenth: look at the decimal point."
_BELOW_LEAST = ("It is below ", ", the least price that Amazon takes for this listing.")
_ABOVE = ("It is above ", ", the largest price that Amazon takes for this listing.")
_BELOW_MAP = ("It is below ", ", the least price at which the product may be advertised.")
_BELOW_COST = ("What Amazon's fees leave of it is less than the product costs, ", ".")


def distance_words(limits: PriceLimits) -> tuple[str, str]:
    """Return why a price is held that nothing but its distance speaks against."""
    return _TEN_TIMES, _daily(limits)


def _daily(limits: PriceLimits) -> str:
    return f"The price would have moved by more than {limits.largest_daily_move:.0%} within a day."


def _lay(tables: Iterable[pa.Table], skus: pa.Array) -> list[dict[str, pa.Array]]:
    """Return the columns of tables in the order of these seller SKUs, null where a table has no row.

    Looking SKUs up is most of the work: a table with the SKUs of another, or the first of them, is not looked up again.
    """
    looked_up, laid = list[tuple[pa.Array, pa.Array]](), list[dict[str, pa.Array]]()
    for table in tables:
        names = one(table["seller_sku"])
        place = next((found for known, found in looked_up if known.slice(0, len(names)).equals(names)), None)
        if place is None:
            place = pc.index_in(skus, value_set=names)
            looked_up.append((names, place))
        else:
            place = pc.if_else(pc.less(place, len(names)), place, pa.scalar(None, place.type))
        laid.append({name: one(table[name]).take(place) for name in table.column_names if name != "seller_sku"})
    return laid


def _is_tenfold(before: pa.Array, after: pa.Array) -> Mask:
    both = mask(pc.greater(before, 0)) & mask(pc.greater(after, 0))
    was, will = numbers(before), numbers(after)
    found: Mask = both & ((will * 2 >= was * TENFOLD) | (was * 2 >= will * TENFOLD))
    return found


def _is_far(before: pa.Array, after: pa.Array, largest: float) -> Mask:
    was, will = numbers(before), numbers(after)
    is_known = mask(pc.greater(before, 0)) & mask(pc.is_valid(after))
    found: Mask = is_known & (np.abs(will - was) * _SCALE > was * int(Decimal(str(largest)) * _SCALE))
    return found


Reason = tuple[Mask, tuple[str, str], pa.Array | None]
"""Where something is held, what is said before and after a value, and the values: money, texts, or none."""


def _first(*reasons: Reason, digits: int) -> pa.Array:
    """Return for each row the first reason that holds there, in words, or null; only those rows are put into words."""
    place = np.full(len(reasons[0][0]), -1)
    words, count = [pa.array([], pa.string())], 0
    for where, (before, after), values in reasons:
        rows = np.flatnonzero(where & (place < 0))
        told = pa.repeat("", len(rows)) if values is None else one(values.take(pa.array(rows)))
        told = minor_text(told, digits) if pa.types.is_integer(told.type) else told
        words.append(pc.binary_join_element_wise(before, told, after, ""))
        place[rows] = count + np.arange(len(rows))
        count += len(rows)
    return pa.concat_arrays(words).take(pa.array(place, mask=place < 0))
