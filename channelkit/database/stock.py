"""What Commerce would still sell of each product, website by website."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import facts, rows
from channelkit.database.difference import Tally, difference
from channelkit.database.history import Origin
from channelkit.database.schema import stock
from channelkit.model.tables import STOCK


def load_stock(
    connection: Connection,
    website: str,
    names: Sequence[str] = tuple(STOCK.names),
    skus: Sequence[str] | None = None,
) -> pa.Table:
    """Return a website's stock, or of it that of these products, with these columns, in SKU order."""
    query = sa.select(*(stock.c[name] for name in names)).where(stock.c.website == website)
    query, schema = query.order_by(stock.c.sku), STOCK.schema(names)
    if skus is None:
        return rows.read(connection, query, schema)
    return rows.read_keys(connection, query, stock.c.sku, skus, schema)


def find_changed(connection: Connection, websites: Sequence[str], since: int, most: int) -> list[str]:
    """Return products whose stock was read with another figure since a moment, in SKU order.

    Arguments:
        since: milliseconds since 1970.
        most: so many at the most.
    """
    query = sa.select(stock.c.sku).distinct().where(stock.c.website.in_(websites), stock.c.observed_at >= since)
    return list(connection.execute(query.order_by(stock.c.sku).limit(most)).scalars())


def store_stock(connection: Connection, batch: pa.Table, *, at: int, run: str) -> Tally:
    """Keep salable quantities, writing only the rows that differ.

    Arguments:
        batch: ``website, sku, salable, in_stock`` and, where it was asked for, ``managed``; a SKU stands once in
            each website. Columns that are left out keep what they hold.
        at: when it was read, in milliseconds since 1970.
    """
    tally = Tally()
    for website in batch["website"].unique().to_pylist():
        part = batch.filter(pc.equal(batch["website"], website))
        found = difference(connection, stock, STOCK, {"website": website}, part, whole=False)
        facts.write(connection, stock, STOCK, found, subject="stock", origin=Origin(website, at, "Commerce", run))
        tally += found.tally
    return tally
