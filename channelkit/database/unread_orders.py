"""Orders that are known from Amazon's report and were not read yet: what they hold, and which to read first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.falls import KNOWN
from channelkit.database.order_schema import orders, unread_lines
from channelkit.database.schema import listings, stores, tabs
from channelkit.database.stock_ledger import HELD
from channelkit.model.unread_orders import UnreadLine, UnreadOrder

UNREAD_FOR = 24 * 3_600_000
"""Milliseconds after which an order that is told of and cannot be read wants a person."""

_FIELDS = tuple(UnreadLine.__dataclass_fields__)
_is_read = sa.exists().where(orders.c.store == unread_lines.c.store, orders.c.order_id == unread_lines.c.order_id)


def store_unread(connection: Connection, store: str, found: Iterable[UnreadLine], *, since: int, at: int) -> int:
    """Keep lines of orders, what is newer in place of what is older; forget those that were read; return how many.

    Arguments:
        since: orders that were made before it are not the store's, in milliseconds since 1970.
        at: when the report was asked for, in milliseconds since 1970.
    """
    known = {
        (row.order_id, row.seller_sku): row.updated_at
        for row in connection.execute(
            sa.select(unread_lines.c.order_id, unread_lines.c.seller_sku, unread_lines.c.updated_at).where(
                unread_lines.c.store == store
            )
        )
    }
    lines = [line for line in found if line.created_at >= since]
    newer = [line for line in lines if line.updated_at > known.get((line.order_id, line.seller_sku), -1)]
    columns = {name: [getattr(line, name) for line in newer] for name in _FIELDS}
    columns |= {"store": [store] * len(newer), "seen_at": [at] * len(newer)}
    rows.upsert(connection, unread_lines, pa.table({name: columns[name] for name in ("store", *_FIELDS, "seen_at")}))
    # What was read as it is told here, or later, is no news any more.
    is_old = sa.exists().where(
        *(orders.c.store == unread_lines.c.store, orders.c.order_id == unread_lines.c.order_id),
        orders.c.updated_at >= unread_lines.c.updated_at,
    )
    connection.execute(unread_lines.delete().where(unread_lines.c.store == store, is_old))
    return len(newer)


def find_unread(connection: Connection, names: Sequence[str], most: int) -> list[str]:
    """Return the numbers of orders to read: the first are of what there is least of.

    Arguments:
        names: of stores.
        most: so many at the most.
    """
    on_offer = sa.and_(listings.c.store == unread_lines.c.store, listings.c.seller_sku == unread_lines.c.seller_sku)
    is_fresh = sa.exists().where(
        *(orders.c.store == unread_lines.c.store, orders.c.order_id == unread_lines.c.order_id),
        orders.c.updated_at >= unread_lines.c.updated_at,
    )
    least = sa.func.min(sa.func.coalesce(listings.c.quantity, 0))
    query = (
        sa.select(unread_lines.c.order_id)
        .outerjoin(listings, on_offer)
        .where(unread_lines.c.store.in_(names), sa.not_(is_fresh))
        .group_by(unread_lines.c.order_id)
        .order_by(least, sa.func.min(unread_lines.c.created_at), unread_lines.c.order_id)
    )
    return list(connection.execute(query.limit(most)).scalars())


def list_unread(connection: Connection, names: Sequence[str] | None = None, *, before: int) -> list[UnreadOrder]:
    """Return the orders that were never read and hold units, what has waited longest first.

    Arguments:
        names: of stores; all where None.
        before: only those that the report told of before that moment, in milliseconds since 1970.
    """
    query = (
        sa.select(unread_lines)
        .where(unread_lines.c.units > 0, sa.not_(_is_read))
        .order_by(unread_lines.c.store, unread_lines.c.order_id, unread_lines.c.seller_sku)
    )
    if names is not None:
        query = query.where(unread_lines.c.store.in_(names))
    found = [
        _as_order([dict(line) for line in lines])
        for _, lines in groupby(connection.execute(query).mappings(), key=itemgetter("store", "order_id"))
    ]
    return sorted((each for each in found if each.since <= before), key=lambda each: (each.since, each.order_id))


def release_unread(connection: Connection, store: str, order_id: str) -> int:
    """Let an order that was never read hold nothing any more, and return the units that it held.

    It stays known and is still tried. When Amazon's report tells that it changed, it holds its units again.
    """
    its = (unread_lines.c.store == store, unread_lines.c.order_id == order_id)
    held = connection.execute(sa.select(sa.func.sum(unread_lines.c.units)).where(*its, sa.not_(_is_read))).scalar()
    if held:
        connection.execute(unread_lines.update().where(*its).values(units=0))
    return int(held or 0)


def _as_order(lines: Sequence[Mapping[str, Any]]) -> UnreadOrder:
    first = lines[0]
    return UnreadOrder(
        first["store"],
        first["order_id"],
        first["status"],
        tuple(line["seller_sku"] for line in lines),
        sum(line["units"] for line in lines),
        min(line["created_at"] for line in lines),
        min(line["seen_at"] for line in lines),
    )


def add_unread(connection: Connection, held: pa.Table, websites: Sequence[str]) -> pa.Table:
    """Return what is held of each product with the units of orders that were not read yet.

    Arguments:
        held: the columns `channelkit.database.stock_ledger.HELD`, a product once.
        websites: codes of the websites that share one stock.
    """
    linked = sa.and_(tabs.c.store == unread_lines.c.store, tabs.c.sku == unread_lines.c.seller_sku, tabs.c.listed == 1)
    units, newest = sa.func.sum(unread_lines.c.units), sa.func.max(unread_lines.c.seen_at)
    query = (
        sa.select(tabs.c.product_sku, sa.cast(units, sa.BigInteger), newest)
        .select_from(unread_lines)
        .join(stores, stores.c.name == unread_lines.c.store)
        .join(tabs, linked)
        .where(stores.c.website.in_(websites), sa.not_(_is_read), tabs.c.product_sku.isnot(None))
        .group_by(tabs.c.product_sku)
    )
    more = rows.read(connection, query.where(unread_lines.c.units > 0), HELD)
    if not more.num_rows:
        return held
    joined = pa.concat_tables([held.select(HELD.names), more]).group_by("product_sku")
    summed = joined.aggregate([("held", "sum"), ("held_at", "max")]).sort_by("product_sku")
    named = summed.select(["product_sku", "held_sum", "held_at_max"]).rename_columns(HELD.names).cast(HELD)
    return named.filter(pc.not_equal(named["held"], 0)).combine_chunks()


def load_unread(connection: Connection, names: Sequence[str], seller_skus: Sequence[str]) -> pa.Table:
    """Return the columns `KNOWN` of orders that were not read; what they hold is off the stock.

    Arguments:
        names: of stores.
    """
    query = sa.select(unread_lines.c.seller_sku, unread_lines.c.units, unread_lines.c.created_at, sa.literal(1))
    query = query.where(unread_lines.c.store.in_(names), unread_lines.c.units > 0, sa.not_(_is_read))
    return rows.read_keys(connection, query, unread_lines.c.seller_sku, seller_skus, KNOWN)
