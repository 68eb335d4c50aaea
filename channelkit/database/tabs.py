"""What was last decided about each listing, and about each product that could be one."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import facts, rows
from channelkit.database.difference import Tally, difference, digest
from channelkit.database.history import Origin
from channelkit.database.schema import tabs
from channelkit.model.tables import TABS

DECIDED = tuple(name for name in TABS.names if name not in (*TABS.key, "since", "linked_at", "digest"))
"""What makes a decision another one; since when it holds follows from it."""

SUBJECTS = {True: "tab", False: "unlisted"}
"""What the history calls the decisions about listings, and about products that are none yet: SKUs may be the same."""


def load_tabs(
    connection: Connection, store: str, names: Sequence[str] = tuple(TABS.names), skus: Sequence[str] | None = None
) -> pa.Table:
    """Return a store's decisions, these columns: listings first, then products, each in SKU order.

    Arguments:
        skus: only those of these listings and products, and those of the listings of these products.
    """
    query, schema = sa.select(*(tabs.c[name] for name in names)).where(tabs.c.store == store), TABS.schema(names)
    if skus is not None:
        skus = sorted({*skus, *_listings_of(connection, store, skus)})
    # One after the other, each in the order of the key: nothing is left to sort.
    parts = [query.where(tabs.c.listed == int(listed)).order_by(tabs.c.sku) for listed in (True, False)]
    if skus is None:
        return pa.concat_tables([rows.read(connection, part, schema) for part in parts])
    return pa.concat_tables([rows.read_keys(connection, part, tabs.c.sku, skus, schema) for part in parts])


def _listings_of(connection: Connection, store: str, products: Sequence[str]) -> list[str]:
    query = sa.select(tabs.c.sku).where(tabs.c.store == store)
    found = rows.read_keys(connection, query, tabs.c.product_sku, products, TABS.schema(["sku"]))
    return list(found["sku"].to_pylist())


def count_links(connection: Connection, store: str) -> tuple[int, int]:
    """Return how many listings a store has on Amazon, and how many of them are linked to a product."""
    query = sa.select(sa.func.count(), sa.func.count(tabs.c.product_sku))
    listed, linked = connection.execute(query.where(tabs.c.store == store, tabs.c.listed == 1)).one()
    return int(listed), int(linked)


def store_tabs(
    connection: Connection, store: str, decided: pa.Table, *, at: int, run: str, whole: bool = True
) -> Tally:
    """Keep decisions of a store, writing only the rows that differ and taking away what is no longer decided.

    Arguments:
        decided: the columns of `channelkit.model.tables.TABS` but ``digest``.
        at: when it was decided, in milliseconds since 1970.
        whole: all of the store was decided, so what is not in it goes; else the others stay as they are.
    """
    names = [name for name in TABS.names if name not in ("store", "digest")]
    decided = decided.select(names).append_column("digest", digest(decided, DECIDED))
    decided = decided.append_column("store", pa.repeat(pa.scalar(store, pa.string()), decided.num_rows))
    origin, tally = Origin(store, at, "channelkit", run), Tally()
    for listed in (True, False):
        part = decided.filter(pc.equal(decided["listed"], listed))
        scope = {"store": store, "listed": int(listed)}
        subject = SUBJECTS[listed]
        found = difference(connection, tabs, TABS, scope, part, whole=whole)
        facts.write(connection, tabs, TABS, found, subject=subject, origin=origin, because="reason")
        gone = found.absent.to_pylist() if whole else []
        if gone:
            names = ["sku", *TABS.followed]
            query = sa.select(*(tabs.c[name] for name in names))
            query = query.where(tabs.c.store == store, tabs.c.listed == int(listed))
            last = rows.read_keys(connection, query, tabs.c.sku, gone, TABS.schema(names))
            where = (tabs.c.store == store, tabs.c.listed == int(listed), tabs.c.sku == sa.bindparam("gone"))
            connection.execute(tabs.delete().where(*where), [{"gone": sku} for sku in gone])
            facts.record_gone(connection, gone, subject=subject, origin=origin, last=last)
        tally += found.tally + Tally(missing=len(gone))
    return tally
