"""Products without a listing, as the last decision left them: which wait for an ASIN, and what one of them is."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.onboarding_schema import catalog_items, catalog_searches
from channelkit.database.schema import products, tabs

_WAITING = pa.schema(
    [
        *((name, pa.string()) for name in ("product_sku", "title", "status", "asin")),
        ("candidates", pa.int64()),
        ("reason", pa.string()),
        ("since", pa.int64()),
        ("searched_at", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Product:
    """What Commerce says of one product, and which listing it has.

    Arguments:
        websites: numbers, with commas before and after.
        is_gone: a complete reading lacked it.
        seller_sku: of its listing; None where it has none.
    """

    sku: str
    type: str
    websites: str
    is_gone: bool
    seller_sku: str | None


def load_waiting(
    connection: Connection, store: str, marketplace_id: str, statuses: tuple[str, ...], missing: str
) -> pa.Table:
    """Return the products that wait for an ASIN, how many items are on offer for each, and when it was searched for.

    Arguments:
        statuses: within the tab Incomplete.
        missing: kind of the items that Amazon does not have.
    """
    here = (catalog_items.c.marketplace_id == marketplace_id, catalog_items.c.product_sku == tabs.c.sku)
    offered = sa.select(sa.func.count()).where(*here, catalog_items.c.kind != missing).scalar_subquery()
    searched = sa.and_(
        catalog_searches.c.marketplace_id == marketplace_id, catalog_searches.c.product_sku == tabs.c.sku
    )
    # A search that a person asked for anew has not been made.
    at = sa.func.nullif(catalog_searches.c.at, 0)
    columns = (tabs.c.sku, products.c.name, tabs.c.status, tabs.c.asin, offered, tabs.c.reason, tabs.c.since)
    joined = tabs.join(products, products.c.sku == tabs.c.sku).join(catalog_searches, searched, isouter=True)
    query = sa.select(*columns, at).select_from(joined)
    query = query.where(tabs.c.store == store, tabs.c.listed == 0, tabs.c.status.in_(statuses))
    return rows.read(connection, query.order_by(tabs.c.sku), _WAITING)


def find_product(connection: Connection, store: str, sku: str) -> Product | None:
    """Return a product, or None where Commerce never had that SKU."""
    names = (products.c.type, products.c.websites, products.c.missing_since)
    found = connection.execute(sa.select(*names).where(products.c.sku == sku)).first()
    if found is None:
        return None
    linked = sa.select(tabs.c.sku).where(tabs.c.store == store, tabs.c.listed == 1, tabs.c.product_sku == sku)
    return Product(
        sku=sku,
        type=found.type or "",
        websites=found.websites or "",
        is_gone=found.missing_since is not None,
        seller_sku=connection.execute(linked.order_by(tabs.c.sku)).scalar(),
    )
