"""What Commerce was last seen to say about each product, in all store views together."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import facts, rows
from channelkit.database.difference import Tally, difference, digest
from channelkit.database.history import Origin
from channelkit.database.schema import products
from channelkit.model.tables import PRODUCTS

READ = tuple(name for name in PRODUCTS.names if name not in ("observed_at", "missing_since", "digest"))
"""What a reading of products brings."""

SELLABLE = ("simple", "virtual", "downloadable")
"""Types that can be on Amazon by themselves; a configurable product is there as its children."""


def load_products(
    connection: Connection,
    names: Sequence[str] = tuple(PRODUCTS.names),
    *,
    gone: bool = False,
    skus: Sequence[str] | None = None,
) -> pa.Table:
    """Return the products that Commerce still has, these columns, in SKU order.

    Arguments:
        gone: also those that it no longer has; ``missing_since`` tells them.
        skus: only these.
    """
    query = sa.select(*(products.c[name] for name in names))
    if not gone:
        query = query.where(products.c.missing_since.is_(None))
    query, schema = query.order_by(products.c.sku), PRODUCTS.schema(names)
    if skus is None:
        return rows.read(connection, query, schema)
    return rows.read_keys(connection, query, products.c.sku, skus, schema)


def listable_skus(connection: Connection, website_id: int | None) -> list[str]:
    """Return the SKUs whose stock matters to a website: of a type that Amazon can list; none while it is unknown."""
    if website_id is None:
        return []
    query = sa.select(products.c.sku).where(
        products.c.missing_since.is_(None), products.c.type.in_(SELLABLE), _is_on(website_id)
    )
    return list(connection.execute(query.order_by(products.c.sku)).scalars())


def store_products(connection: Connection, batch: pa.Table, *, at: int, run: str) -> Tally:
    """Keep what Commerce says about some products, writing only the rows that differ.

    A product whose SKU was changed keeps its ``entity_id``: the row with the old SKU then counts as missing.

    Arguments:
        batch: the columns `READ`, ``sku`` unique.
        at: when it was read, in milliseconds since 1970.
    """
    batch = batch.append_column("digest", digest(batch, READ))
    found = difference(connection, products, PRODUCTS, {}, batch, whole=False)
    facts.write(connection, products, PRODUCTS, found, subject="product", origin=Origin("", at, "Commerce", run))
    _return(connection, batch["sku"].to_pylist())
    _miss(connection, _renamed(connection, batch), at, run)
    return found.tally


def mark_absent(connection: Connection, present: Sequence[pa.ChunkedArray | pa.Array], *, at: int, run: str) -> Tally:
    """Write down which products a complete reading did not have.

    Arguments:
        present: the ``entity_id`` of every product that was read, in any number of pieces.
        at: when it was read, in milliseconds since 1970.
    """
    names = ("sku", "entity_id")
    query = sa.select(*(products.c[name] for name in names)).where(products.c.missing_since.is_(None))
    known = rows.read(connection, query, PRODUCTS.schema(names))
    chunks = [chunk for piece in present for chunk in (piece.chunks if isinstance(piece, pa.ChunkedArray) else [piece])]
    seen = pa.chunked_array(chunks, pa.int64()).combine_chunks()
    absent = known["sku"].filter(pc.invert(pc.is_in(known["entity_id"], seen))).to_pylist()
    _miss(connection, absent, at, run)
    return Tally(missing=len(absent))


def _is_on(website_id: int) -> sa.ColumnElement[bool]:
    return products.c.websites.like(f"%,{website_id:d},%")


def _renamed(connection: Connection, batch: pa.Table) -> list[str]:
    """Return stored SKUs whose product now goes by another."""
    names = ("sku", "entity_id")
    query = sa.select(*(products.c[name] for name in names)).where(products.c.missing_since.is_(None))
    ids = batch["entity_id"].drop_null().to_pylist()
    stored = rows.read_keys(connection, query, products.c.entity_id, ids, PRODUCTS.schema(names))
    renamed = pc.invert(pc.is_in(stored["sku"], batch["sku"].combine_chunks()))
    return list(stored["sku"].filter(renamed).to_pylist())


def _return(connection: Connection, skus: Sequence[str]) -> None:
    """Clear the doubt about products that are there again."""
    statement = products.update().where(products.c.sku == sa.bindparam("known"), products.c.missing_since.isnot(None))
    missing = sa.select(products.c.sku).where(products.c.missing_since.isnot(None))
    schema = PRODUCTS.schema(["sku"])
    back = rows.read_keys(connection, missing, products.c.sku, skus, schema)["sku"].to_pylist()
    if back:
        connection.execute(statement.values(missing_since=None), [{"known": sku} for sku in back])


def _miss(connection: Connection, skus: Sequence[str], at: int, run: str) -> None:
    if not skus:
        return
    statement = products.update().where(products.c.sku == sa.bindparam("known"), products.c.missing_since.is_(None))
    connection.execute(statement.values(missing_since=at), [{"known": sku} for sku in skus])
    facts.record_gone(connection, skus, subject="product", origin=Origin("", at, "Commerce", run))
