"""Which listings have a price to be made, and what stands there now: read once, for every set of rules tried."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import decisions, journal, listings, schema, tabs
from channelkit.listings.tabs import ACTIVE, INACTIVE, INCOMPLETE, READY
from channelkit.model.columns import one
from channelkit.model.decisions import CONDITION, PRICE
from channelkit.plan.expected import expect
from channelkit.pricing.terms import PRICE_ROWS

PRICED_TABS = (ACTIVE, INACTIVE, INCOMPLETE)
"""Tabs of listings that have a price of ours; what may not be sold keeps the price that it has."""

ON_AMAZON = (
    *("seller_sku", "asin", "price", "quantity", "fulfillment_channel", "product_type", "condition", "condition_note"),
    *("handling_days", "missing_since", "missing_last", "currency", "least_price", "largest_price"),
    *("business", "sale", "list_price"),
)
STANDING = pa.schema(
    [
        *PRICE_ROWS,
        ("listed", pa.bool_()),
        ("tab", pa.string()),
        ("before", pa.int64()),
        ("currency", pa.string()),
        ("least_price", pa.int64()),
        ("largest_price", pa.int64()),
    ]
)
"""Columns of `load_standing`: those that prices are made from, and ``before``: the price that is expected on Amazon."""

_DECIDED = ("listed", "sku", "seller_sku", "product_sku", "asin", "tab", "stale")


def load_standing(
    connection: Connection, store: str, now: int, skus: Sequence[str] | None = None, *, everywhere: bool = False
) -> pa.Table:
    """Return what has a price to be made, as the last decision left it; in the order of seller SKUs.

    Listings on Amazon that the store manages and may sell, and products that are ready to be listed. What we ask for
    shipping is not in it: our own offers tell it where rules look at offers.

    Arguments:
        now: milliseconds since 1970.
        skus: seller SKUs, or SKUs of products: only these.
        everywhere: whatever has a product, in whatever tab it is.
    """
    decided = tabs.load_tabs(connection, store, _DECIDED, skus)
    is_listed = one(decided["listed"])
    is_managed = pc.and_(is_listed, pc.is_in(decided["tab"], pa.array(PRICED_TABS)))
    is_coming = pc.and_(pc.invert(is_listed), pc.equal(decided["tab"], READY))
    is_ours = pc.and_(pc.or_(is_managed, is_coming), pc.invert(decided["stale"]))
    chosen = pc.and_(pc.or_(is_ours, everywhere), pc.is_valid(decided["product_sku"]))
    decided = decided.filter(pc.fill_null(chosen, False)).combine_chunks()
    seller_skus = pc.if_else(decided["listed"], decided["sku"], pc.coalesce(decided["seller_sku"], decided["sku"]))
    seller_skus = one(seller_skus)
    named = None if skus is None else seller_skus.to_pylist()
    shown = listings.load(connection, store, ON_AMAZON, named)
    expected = expect(shown, journal.open_changes(connection, store, named), now)
    wishes = decisions.load_decisions(connection, store, named, (PRICE, CONDITION))
    there = _at(expected, seller_skus, ("price",))
    facts = _at(shown, seller_skus, ("currency", "least_price", "largest_price"))
    known = _at(shown, seller_skus, ("asin", "condition"))
    columns = {
        "seller_sku": seller_skus,
        "product_sku": one(decided["product_sku"]),
        "asin": pc.coalesce(one(decided["asin"]), known["asin"]),
        # Others are compared within the condition that Amazon shows; what is not there yet has the one that is chosen.
        "condition": pc.coalesce(known["condition"], _wish(wishes, seller_skus, CONDITION)),
        "override": _whole(_wish(wishes, seller_skus, PRICE)),
        "shipping": pa.nulls(len(seller_skus), pa.int64()),
        "listed": one(decided["listed"]),
        "tab": one(decided["tab"]),
        "before": pc.if_else(decided["listed"], there["price"], pa.scalar(None, pa.int64())),
        **facts,
    }
    found = pa.table({name: one(columns[name]) for name in STANDING.names}, schema=STANDING)
    return found.take(pc.sort_indices(found["seller_sku"]))


def count_stale(connection: Connection, store: str) -> int:
    """Return of how much that has a price to be made the facts are older than a decision may rest on."""
    c = schema.tabs.c
    is_managed = sa.and_(c.listed == 1, c.tab.in_(PRICED_TABS))
    is_coming = sa.and_(c.listed == 0, c.tab == READY)
    query = sa.select(sa.func.count()).select_from(schema.tabs)
    query = query.where(c.store == store, c.stale == 1, c.product_sku.is_not(None), sa.or_(is_managed, is_coming))
    return int(connection.execute(query).scalar_one())


def _at(table: pa.Table, skus: pa.Array, names: Sequence[str]) -> dict[str, pa.Array]:
    place = pc.index_in(skus, value_set=one(table["seller_sku"]))
    return {name: one(table[name]).take(place) for name in names}


def _wish(wishes: pa.Table, skus: pa.Array, kind: str) -> pa.Array:
    chosen = wishes.filter(pc.equal(wishes["kind"], kind)).combine_chunks()
    return one(chosen["value"]).take(pc.index_in(skus, value_set=one(chosen["seller_sku"])))


def _whole(texts: pa.Array) -> pa.Array:
    is_whole = pc.fill_null(pc.match_substring_regex(texts, r"^-?\d{1,18}$"), False)
    return pc.if_else(is_whole, texts, pa.scalar(None, pa.string())).cast(pa.int64())


def distinct(skus: pa.Array) -> pa.Array:
    """Return the products of rows, each once, in the order in which they first appear."""
    place = pc.index_in(skus, value_set=skus).to_numpy()
    return skus.filter(pa.array(place == np.arange(len(skus))))
