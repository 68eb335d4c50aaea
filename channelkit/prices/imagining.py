"""Prices of past days as some rules would have made them: a day after the other, over whole columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.facts import Store
from channelkit.model.columns import Mask, mask, one
from channelkit.model.days import day_of
from channelkit.prices.past_offers import (
    Past,
    count_rated,
    listed_in,
    own_shipping,
    prices_then,
    read_past,
    rivals_now,
    rivals_of,
)
from channelkit.prices.trying import Ground, load_ground
from channelkit.prices.what_if import PriceWhatIf
from channelkit.pricing.price import price
from channelkit.pricing.rules import PriceRule, hold_on
from channelkit.trends.sold import load_sales

DAY = 86_400_000
LONGEST = 366
FLOOR, CEILING, MINIMUM = "floor", "ceiling", "MAP"

IMAGINED = pa.schema(
    [
        ("day", pa.string()),
        ("seller_sku", pa.string()),
        *((name, pa.int64()) for name in ("asked", "was", "featured", "lowest", "units")),
        ("met", pa.bool_()),
        ("met_then", pa.bool_()),
        ("bound", pa.string()),
        ("rule", pa.string()),
        ("note", pa.string()),
    ]
)
"""A row for each day and listing of which the history knows what others wanted.

``asked``: by the rules; ``was``: what our price was at the end of that day; ``featured, lowest``: landed; ``met``:
asked and shipping are no more than the featured offer; ``bound``: floor, ceiling or MAP where one was hit, else empty.
"""


def check_days(days: int) -> None:
    """Refuse a number of days that cannot be looked at.

    Raises:
        UsageError: they are none, or too many.
    """
    if not 1 <= days <= LONGEST:
        raise UsageError(f"{days} days cannot be looked at.", f"Ask for 1 to {LONGEST:,} days.")


def imagine_prices(database: Database, store: Store, rules: Sequence[PriceRule], now: int, days: int) -> PriceWhatIf:
    """Return what rules would have asked on each of the last days.

    Arguments:
        now: milliseconds since 1970.
        days: how many, today among them.
    """
    terms = store.prices
    past = read_past(database, store.name, terms.time_zone, now, days)
    known = listed_in(past)
    with database.read() as connection:
        # Rules that rest today may have held then.
        awake = [replace(rule, first_day=None, last_day=None) for rule in rules if rule.active]
        ground = load_ground(connection, store, awake, now, known, everywhere=True)
        applies = {rule.id: where for rule, where in zip(ground.rules, ground.applies, strict=True)}
        sales = load_sales(connection, store.name, now - (days + 1) * DAY, now)
    # What we ask for shipping is as our own offers tell it now; it is looked up by the item, which a past day has not.
    shipping = own_shipping(ground.standing, ground.facts.offers)
    standing = ground.standing.set_column(ground.standing.column_names.index("shipping"), "shipping", shipping)
    ground = replace(ground, standing=standing)
    parts = [_imagine_day(past, day, ground, rules, applies) for day in past.days]
    table = pa.concat_tables(parts) if parts else IMAGINED.empty_table()
    table = _with_units(table, sales, terms.time_zone)
    rated = count_rated(past.offers.filter(pc.less(past.offers["day"], past.days[-1])))
    told = pc.count_distinct(past.offers["day"]).as_py() if past.offers.num_rows else 0
    return PriceWhatIf(store.name, terms.currency, len(awake), days, told, table, rated)


def _imagine_day(
    past: Past, day: str, ground: Ground, rules: Sequence[PriceRule], applies: Mapping[str, Mask]
) -> pa.Table:
    """Return what rules would have asked at the end of one day, of the listings of which anything was known then."""
    of_day = past.offers.filter(pc.equal(past.offers["day"], day)).combine_chunks()
    is_known = pc.is_in(ground.standing["seller_sku"], value_set=one(of_day["sku"]))
    standing = ground.standing.filter(is_known).combine_chunks()
    skus = one(standing["seller_sku"])
    if day == past.days[-1]:
        offers = rivals_now(ground.facts.offers, ground.now, ground.terms.offers_for)
    else:
        # Each listing is an item of its own here: the history follows listings, not items.
        standing = standing.set_column(standing.column_names.index("asin"), "asin", skus)
        offers = rivals_of(of_day, standing)
    place = pc.index_in(skus, value_set=one(of_day["sku"]))
    then = {name: one(of_day[name]).take(place) for name in ("featured", "lowest")}
    was = prices_then(past, day, skus, one(standing["before"]))
    held = [rule for rule in hold_on(rules, date.fromisoformat(day)) if rule.id in applies]
    facts = replace(ground.facts, offers=offers)
    ends = int(of_day["ends"][0].as_py()) if of_day.num_rows else ground.now
    masks = [applies[rule.id] for rule in held]
    terms = replace(ground.terms, paused="")
    asked = price(standing, facts, held, masks, terms, now=ends)
    # Without bounds: where that is another price, one was hit.
    loose = [replace(rule, floor=None, ceiling=None) for rule in held]
    free = price(standing, facts, loose, masks, replace(terms, minimum="", floor_margin=None), now=ends)
    columns = {
        "day": pa.repeat(day, len(skus)),
        "seller_sku": skus,
        "asked": one(asked["price"]),
        "was": was,
        **then,
        "units": pa.repeat(pa.scalar(0, pa.int64()), len(skus)),
        "met": _meets(one(asked["price"]), one(standing["shipping"]), then["featured"]),
        "met_then": _meets(was, one(standing["shipping"]), then["featured"]),
        "bound": _bounds(asked, free),
        "rule": pc.fill_null(one(asked["rule"]), ""),
        "note": pc.fill_null(one(asked["note"]), ""),
    }
    return pa.table({name: columns[name] for name in IMAGINED.names}, schema=IMAGINED)


def _meets(price_of: pa.Array, shipping: pa.Array, featured: pa.Array) -> pa.Array:
    """Tell where a price with shipping is no more than the featured offer; null where one of them is not there."""
    return pc.less_equal(pc.add(price_of, pc.fill_null(shipping, 0)), featured)


def _bounds(asked: pa.Table, free: pa.Table) -> pa.Array:
    """Return which bound each price stands at; empty for none."""
    with_bounds, without = one(asked["price"]), one(free["price"])
    is_minimum = mask(pc.equal(with_bounds, asked["minimum"]))
    is_raised, is_lowered = mask(pc.greater(with_bounds, without)), mask(pc.less(with_bounds, without))
    words = np.select([is_raised & is_minimum, is_raised, is_lowered], [MINIMUM, FLOOR, CEILING], "")
    return pa.array(words.astype(object), pa.string())


def _with_units(table: pa.Table, sales: pa.Table, zone: str) -> pa.Table:
    """Return the days with what each listing sold on them."""
    if not sales.num_rows or not table.num_rows:
        return table
    days = pa.array([day_of(at, zone) for at in sales["at"].to_pylist()], pa.string())
    sold = pa.table({"day": days, "seller_sku": sales["seller_sku"], "units": sales["units"]})
    summed = sold.group_by(["day", "seller_sku"]).aggregate([("units", "sum")])
    keys = [pc.binary_join_element_wise(one(each["day"]), one(each["seller_sku"]), "\x1f") for each in (table, summed)]
    units = one(summed["units_sum"]).take(pc.index_in(keys[0], value_set=keys[1]))
    return table.set_column(table.column_names.index("units"), "units", pc.fill_null(units, 0))
