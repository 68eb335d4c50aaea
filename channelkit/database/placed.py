"""Where a store's listings and products stand, and what is on offer: what a rule's preview is made of."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.products import SELLABLE
from channelkit.database.schema import listings, products, tabs

_TEXTS = ("sku", "product_sku", "tab", "status")
PLACED = pa.schema([*((name, pa.string()) for name in _TEXTS), ("listed", pa.bool_())])
"""Columns of `load_placed`."""

OFFERED = pa.schema([("sku", pa.string()), ("price", pa.int64()), ("currency", pa.string()), ("quantity", pa.int64())])
"""Columns of `load_offered`; the price in minor units."""

NAMED = pa.schema([("sku", pa.string()), ("listed", pa.bool_()), ("seller_sku", pa.string()), ("asin", pa.string())])
"""Columns of `load_named`."""

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
    """Return every listing of a store and every product that could be one, as the last decision left them.

    What is on offer is not in it: a preview of a million listings looks at the offers of few.
    """
    query = sa.select(*(tabs.c[name] for name in _TEXTS)).where(tabs.c.store == store).order_by(tabs.c.sku)
    schema = pa.schema([PLACED.field(name) for name in _TEXTS])
    parts = []
    for listed in (True, False):
        part = rows.read(connection, query.where(tabs.c.listed == int(listed)), schema)
        parts.append(part.append_column("listed", pa.repeat(listed, part.num_rows)))
    return pa.concat_tables(parts).combine_chunks()


def load_offered(connection: Connection, store: str, skus: Sequence[str]) -> pa.Table:
    """Return what is on offer in these listings, in no particular order."""
    names = [name for name in OFFERED.names if name != "sku"]
    query = sa.select(listings.c.seller_sku, *(listings.c[name] for name in names)).where(listings.c.store == store)
    return rows.read_keys(connection, query, listings.c.seller_sku, skus, OFFERED)


def load_named(connection: Connection, store: str, skus: Sequence[str]) -> pa.Table:
    """Return the seller SKUs and ASINs of these listings and products, in no particular order."""
    query = sa.select(*(tabs.c[name] for name in NAMED.names))
    # Without both words for it, the key could not be used, and every row of the store would be looked at.
    query = query.where(tabs.c.store == store, tabs.c.listed.in_((0, 1)))
    return rows.read_keys(connection, query, tabs.c.sku, skus, NAMED)


def load_currency(connection: Connection, store: str) -> str:
    """Return the currency of a store's listings; empty where none is known."""
    query = sa.select(listings.c.currency).where(listings.c.store == store, listings.c.currency.isnot(None))
    found: str | None = connection.execute(query.limit(1)).scalar()
    return found or ""


def load_composites(connection: Connection) -> pa.Table:
    """Return ``sku`` and ``type`` of the products that Amazon cannot list by themselves (ON-11)."""
    query = sa.select(products.c.sku, products.c.type).where(products.c.type.notin_(SELLABLE))
    return rows.read(connection, query, pa.schema([DETAILS.field("sku"), DETAILS.field("type")]))


def load_details(connection: Connection, skus: Sequence[str]) -> pa.Table:
    """Return what tells products apart, of these alone; in no particular order."""
    query = sa.select(*(products.c[name] for name in DETAILS.names))
    return rows.read_keys(connection, query, products.c.sku, skus, DETAILS)
