"""What Commerce was last seen to say about products in one store view, where that differs from all of them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import facts, rows
from channelkit.database.difference import Tally, difference
from channelkit.database.history import Origin
from channelkit.database.schema import product_scopes
from channelkit.model.tables import SCOPES


def load_scopes(
    connection: Connection,
    store_view: str,
    names: Sequence[str] = tuple(SCOPES.names),
    skus: Sequence[str] | None = None,
) -> pa.Table:
    """Return a store view's own values, or of them those of these products, with these columns, in SKU order."""
    query = sa.select(*(product_scopes.c[name] for name in names)).where(product_scopes.c.store_view == store_view)
    query, schema = query.order_by(product_scopes.c.sku), SCOPES.schema(names)
    if skus is None:
        return rows.read(connection, query, schema)
    return rows.read_keys(connection, query, product_scopes.c.sku, skus, schema)


def store_scopes(connection: Connection, batch: pa.Table, *, at: int, run: str) -> Tally:
    """Keep what a store view says about some products, writing only the rows that differ.

    Arguments:
        batch: ``store_view, sku, name, enabled, price``; a SKU stands once in each store view.
        at: when it was read, in milliseconds since 1970.
    """
    tally = Tally()
    for store_view in batch["store_view"].unique().to_pylist():
        part = batch.filter(pc.equal(batch["store_view"], store_view))
        found = difference(connection, product_scopes, SCOPES, {"store_view": store_view}, part, whole=False)
        origin = Origin(store_view, at, "Commerce", run)
        facts.write(connection, product_scopes, SCOPES, found, subject="product", origin=origin)
        tally += found.tally
    return tally
