"""Links and candidates as analysts see them: both sides in words, and who linked what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.schema import listings, products, tabs
from channelkit.model.columns import join_words, one
from channelkit.model.tables import LISTINGS, PRODUCTS
from channelkit.report.tables import money

if TYPE_CHECKING:
    import pandas as pd

_LINKS = pa.schema(
    [(name, pa.string()) for name in ("seller_sku", "asin", "title", "product_sku", "product", "method", "evidence")]
    + [("confidence", pa.float64()), ("linked_by", pa.string()), ("linked_at", pa.int64())]
)
_LISTED = ("seller_sku", "title", "asin", "price", "currency", "product_id", "image_url", "description")
_MADE = ("sku", "name", "price", "attributes", "asin", "upc", "ean", "isbn", "gtin", "gcid")


def links_frame(database: Database, store: str) -> pd.DataFrame:
    """Return every listing of a store with its product: method, evidence, confidence, who linked it and when."""
    import pandas as pd  # noqa: PLC0415

    on_amazon = sa.and_(listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku)
    joined = tabs.outerjoin(listings, on_amazon).outerjoin(products, products.c.sku == tabs.c.product_sku)
    columns = {name: tabs.c[name] for name in _LINKS.names if name in tabs.c}
    columns |= {"seller_sku": tabs.c.sku, "title": listings.c.title, "product": products.c.name}
    query = sa.select(*(columns[name].label(name) for name in _LINKS.names)).select_from(joined)
    query = query.where(tabs.c.store == store, tabs.c.listed == 1).order_by(tabs.c.sku)
    with database.read() as connection:
        frame = rows.read(connection, query, _LINKS).to_pandas()
    frame["linked_at"] = pd.to_datetime(frame["linked_at"], unit="ms", utc=True)
    return frame


def describe_listings(connection: Connection, store: str, skus: pa.Array) -> pa.Table:
    """Return what there is to compare of some listings, in their order.

    Returns:
        ``known`` (the store has it), ``sku, title, price`` (with its currency), ``identifier, image_url, description,
        asin``.
    """
    query = sa.select(*(listings.c[name] for name in _LISTED)).where(listings.c.store == store)
    keys = pc.unique(skus).to_pylist()
    found = rows.read_keys(connection, query, listings.c.seller_sku, keys, LISTINGS.schema(_LISTED))
    at = pc.index_in(skus, value_set=one(found["seller_sku"]))
    told = {name: one(found[name]).take(at) for name in _LISTED}
    price = one(money(pa.chunked_array([told["price"]]), pa.chunked_array([told["currency"]]))).cast(pa.string())
    return pa.table(
        {
            "known": pc.is_valid(at),
            "sku": skus,
            "title": told["title"],
            "price": pc.binary_join_element_wise(price, told["currency"], " "),
            "identifier": join_words(told["asin"], _unless_same(told["product_id"], told["asin"])),
            "image_url": told["image_url"],
            "description": told["description"],
            "asin": told["asin"],
        }
    )


def _unless_same(codes: pa.Array, others: pa.Array) -> pa.Array:
    is_same = pc.fill_null(pc.equal(codes, others), False)
    return pc.if_else(is_same, pa.scalar(None, pa.string()), codes)


def describe_products(connection: Connection, skus: pa.Array, currency: str = "") -> pa.Table:
    """Return what there is to compare of some products, in their order.

    Arguments:
        currency: of Commerce's prices; empty where it is not known.

    Returns:
        ``known`` (Commerce has it), ``sku, title, price`` (with its currency), ``identifier, attributes``.
    """
    query = sa.select(*(products.c[name] for name in _MADE)).where(products.c.missing_since.is_(None))
    found = rows.read_keys(connection, query, products.c.sku, pc.unique(skus).to_pylist(), PRODUCTS.schema(_MADE))
    at = pc.index_in(skus, value_set=one(found["sku"]))
    told = {name: one(found[name]).take(at) for name in _MADE}
    codes = [told[name] for name in ("asin", "upc", "ean", "isbn", "gtin", "gcid")]
    return pa.table(
        {
            "known": pc.is_valid(at),
            "sku": skus,
            "title": told["name"],
            "price": pc.binary_join_element_wise(told["price"], currency, " ") if currency else told["price"],
            "identifier": join_words(*codes),
            "attributes": told["attributes"],
        }
    )
