"""Where a store's listings and products stand, with what is on offer: what a rule's preview begins with."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.products import SELLABLE
from channelkit.database.schema import listings, products, tabs

_TEXTS = ("sku", "product_sku", "seller_sku", "asin", "tab", "status")
PLACED = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        ("listed", pa.bool_()),
        ("price", pa.int64()),
        ("currency", pa.string()),
        ("quantity", pa.int64()),
    ]
)
"""Columns of `load_placed`; the price in minor units."""

_OFFERED = ("price", "currency", "quantity")
DETAILS = pa.schema(
    [
        ("sku", pa.string()),
        ("entity_id", pa.int64()),
        ("name", pa.string()),
        ("type", pa.string()),
        ("attribute_set", pa.int64()),
        ("visibility", pa.int64()),
        ("enabled", pa.bool_()),
    ]
)
"""Columns of `load_details`."""


def load_placed(connection: Connection, store: str) -> pa.Table:
    """Return every listing of a store and every product that could be one, as the last decision left them."""
    here = sa.and_(listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku)
    sources = {name: tabs.c[name] for name in (*_TEXTS, "listed")} | {name: listings.c[name] for name in _OFFERED}
    # Only listings have an offer; looking for the others' would take a second in a large store.
    on_amazon = sa.select(*(sources[name] for name in PLACED.names)).select_from(tabs.outerjoin(listings, here))
    empty = {name: sa.null() for name in _OFFERED}
    others = sa.select(*((sources | empty)[name].label(name) for name in PLACED.names))
    parts = [
        rows.read(connection, query.where(tabs.c.store == store, tabs.c.listed == listed).order_by(tabs.c.sku), PLACED)
        for query, listed in ((on_amazon, 1), (others, 0))
    ]
    return pa.concat_tables(parts).combine_chunks()


def load_composites(connection: Connection) -> pa.Table:
    """Return ``sku`` and ``type`` of the products that Amazon cannot list by themselves (ON-11)."""
    query = sa.select(products.c.sku, products.c.type).where(products.c.type.notin_(SELLABLE))
    return rows.read(connection, query, pa.schema([DETAILS.field("sku"), DETAILS.field("type")]))


def load_details(connection: Connection, skus: Sequence[str]) -> pa.Table:
    """Return what tells products apart, of these alone; in no particular order."""
    query = sa.select(*(products.c[name] for name in DETAILS.names))
    return rows.read_keys(connection, query, products.c.sku, skus, DETAILS)
