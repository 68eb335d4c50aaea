"""Listings beside what others want for the same item: our landed price, the lowest, and the featured one (RP-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.competition import FRESH, load_newest, read_offers
from channelkit.database.competition_due import read_revenue
from channelkit.database.connection import Database
from channelkit.database.schema import listings, tabs
from channelkit.model.columns import one
from channelkit.model.competition import Offer, condition_of
from channelkit.report.margin_columns import FindMargins, find_in_stores

YES, NO, UNKNOWN = "Yes", "No", "NA"

COMPARED = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "seller_sku", "asin", "title", "condition", "currency")),
        *((name, pa.int64()) for name in ("price", "margin", "shipping", "landed")),
        ("lowest_landed", pa.int64()),
        ("lowest_condition", pa.string()),
        ("featured_landed", pa.int64()),
        ("featured_condition", pa.string()),
        ("featured_seller", pa.string()),
        ("won", pa.string()),
        *((name, pa.int64()) for name in ("difference", "expected", "offers", "revenue", "asked_at")),
    ]
)
"""A row for each matched listing on sale. Money in minor units: ``margin`` is what is left of our price, null where
that is not known, ``landed`` price and shipping, ``difference`` how far ours is above the featured offer, ``expected``
the price at which Amazon expects ours to be featured, ``revenue`` what the listing sold in the stretch of time. ``won``
is Yes, No, or NA where Amazon did not say so within a day."""

_MARGIN = COMPARED.names.index("margin")
_READ = COMPARED.remove(_MARGIN)

_LISTED = pa.schema(
    [
        *((name, pa.string()) for name in ("seller_sku", "asin", "title", "condition", "currency")),
        ("price", pa.int64()),
    ]
)
_LINKS = pa.schema([(name, pa.string()) for name in ("sku", "product_sku")])

BY_NAME = 20_000
"""Products of up to so many listings are looked up by name; of more, those of all are read in one pass."""

Known = Mapping[str, Sequence[Mapping[str, Any]]]


def read_compared(
    database: Database, stores: Sequence[str], since_ms: int, until_ms: int, now_ms: int | None = None
) -> pa.Table:
    """Return the columns of `COMPARED` but ``margin``, in the order of the stores and of seller SKUs.

    Arguments:
        since_ms, until_ms: the stretch of time that revenue is of, in milliseconds since 1970.
        now_ms: the time by which answers are old; by default the end of the stretch.
    """
    now = until_ms if now_ms is None else now_ms
    parts = [_READ.empty_table()]
    with database.read() as connection:
        for store in stores:
            known: dict[str, list[dict[str, Any]]] = {}
            for row in load_newest(connection, store).to_pylist():
                known.setdefault(row["asin"], []).append(row)
            sold = read_revenue(connection, store, since_ms, until_ms)
            listed = _read_listings(connection, store)
            place = pc.index_in(one(listed["seller_sku"]), value_set=one(sold["seller_sku"]))
            listed = listed.append_column("revenue", pc.fill_null(one(sold["revenue"]).take(place), 0))
            listed = listed.append_column("store", pa.repeat(pa.scalar(store, pa.string()), listed.num_rows))
            is_known = pc.is_in(pc.fill_null(listed["asin"], ""), value_set=pa.array(list(known), pa.string()))
            told = [row | _compare(row, known, now) for row in listed.filter(is_known).to_pylist()]
            compared = pa.Table.from_pylist(told, schema=_READ)
            both = pa.concat_tables([compared, _alone(listed.filter(pc.invert(is_known)))])
            parts.append(both.take(pc.index_in(one(listed["seller_sku"]), value_set=one(both["seller_sku"]))))
    return pa.concat_tables(parts).combine_chunks()


def add_margins(database: Database, compared: pa.Table, find: FindMargins | None) -> pa.Table:
    """Return all columns of `COMPARED`: who shows a few rows of many looks for no margins of the others.

    Arguments:
        compared: what `read_compared` gave, or some rows of it.
        find: finds what is left of prices; None where nobody does, so that no margin is known.
    """
    margins = pa.nulls(compared.num_rows, pa.int64())
    if find is not None:
        asked = compared.select(["store", "seller_sku", "price", "currency"])
        with database.read() as connection:
            asked = asked.append_column("product_sku", _read_products(connection, asked))
            margins = find_in_stores(connection, asked, find)
    return compared.add_column(_MARGIN, COMPARED.field(_MARGIN), margins)


def _alone(listed: pa.Table) -> pa.Table:
    """Return listings of whose items nothing is known, as `_compare` would: of many stores these are almost all."""
    told = {name: listed[name] for name in listed.column_names}
    told |= {"landed": listed["price"], "won": pa.repeat(pa.scalar(UNKNOWN, pa.string()), listed.num_rows)}
    nothing = (pa.nulls(listed.num_rows, field.type) for field in _READ)
    return pa.table([told.get(name, each) for name, each in zip(_READ.names, nothing, strict=True)], schema=_READ)


def _read_listings(connection: Connection, store: str) -> pa.Table:
    of_listing = sa.and_(listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku)
    query = sa.select(*(listings.c[name] for name in _LISTED.names)).select_from(tabs.join(listings, of_listing))
    query = query.where(tabs.c.store == store, tabs.c.listed == 1, tabs.c.tab == "Active")
    query = query.where(tabs.c.product_sku.isnot(None)).order_by(listings.c.seller_sku)
    return rows.read(connection, query, _LISTED)


def _read_products(connection: Connection, compared: pa.Table) -> pa.Array:
    """Return the product of each listing."""
    stores, found = one(compared["store"]), pa.nulls(compared.num_rows, pa.string())
    for store in pc.unique(stores).to_pylist():
        is_its = pc.equal(stores, store)
        skus = one(compared["seller_sku"].filter(is_its))
        query = sa.select(tabs.c.sku, tabs.c.product_sku).where(tabs.c.store == store, tabs.c.listed == 1)
        if len(skus) <= BY_NAME:
            links = rows.read_keys(connection, query, tabs.c.sku, skus.to_pylist(), _LINKS)
        else:
            links = rows.read(connection, query.order_by(tabs.c.sku), _LINKS)
        place = pc.index_in(skus, value_set=one(links["sku"]))
        found = pc.replace_with_mask(found, is_its, one(links["product_sku"]).take(place))
    return found


def _compare(listing: Mapping[str, Any], known: Known, now: int) -> dict[str, Any]:
    """Return what a listing is compared with: offers of its own condition where there are any, else the others'."""
    mine = condition_of(listing["condition"])
    answers = {row["condition"]: row for row in known.get(listing["asin"] or "", ())}
    here = answers.get(mine)
    offers = [] if here is None else read_offers(here["offers"])
    ours = [offer for offer in offers if offer.ours]
    own = next((offer for offer in ours if offer.price == listing["price"]), min(ours, key=_landed, default=None))
    price = listing["price"]
    shipping = None if own is None else own.shipping - own.points
    landed = None if price is None else price + (shipping or 0)
    lowest = _first(answers, mine, "lowest_landed")
    featured = _first(answers, mine, "featured_landed")
    is_fresh = here is not None and here["asked_at"] > now - FRESH
    won = here["won"] if here is not None and is_fresh else None
    return {
        "shipping": shipping,
        "landed": landed,
        "lowest_landed": lowest and lowest["lowest_landed"],
        "lowest_condition": lowest and lowest["condition"],
        "featured_landed": featured and featured["featured_landed"],
        "featured_condition": featured and featured["condition"],
        "featured_seller": featured and featured["featured_seller"],
        "won": UNKNOWN if won is None else YES if won else NO,
        "difference": landed - featured["featured_landed"] if featured and landed is not None else None,
        "expected": here and here["expected"],
        "offers": len(offers) if here is not None and here["currency"] else None,
        "asked_at": here and here["asked_at"],
    }


def _first(answers: Mapping[str, Mapping[str, Any]], mine: str, name: str) -> Mapping[str, Any] | None:
    """Return the answer of our own condition that has a value, else the one of another with the lowest."""
    others = [row for row in answers.values() if row[name] is not None]
    return min(others, key=lambda row: (row["condition"] != mine, row[name]), default=None)


def _landed(offer: Offer) -> int:
    return offer.landed
