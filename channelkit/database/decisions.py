"""What people decided about listings: a decision is never overwritten, only taken back or followed by a newer one."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.listing_schema import decisions
from channelkit.database.schema import arrow, changes
from channelkit.model.changes import CONFIRMED, PUBLISH
from channelkit.model.columns import one
from channelkit.model.decisions import ASIN, DECISIONS

KEPT = ("store", "seller_sku", "kind", "value", "by_whom", "at")


def keep_decisions(connection: Connection, decided: pa.Table) -> None:
    """Keep decisions; of two about the same listing and kind, the one that is kept later holds.

    Arguments:
        decided: the columns `KEPT`; further ones are left out.
    """
    rows.insert(connection, decisions, decided.select(list(KEPT)).cast(DECISIONS.schema(KEPT)))


def withdraw_decisions(connection: Connection, store: str, ids: Sequence[int], at: int) -> int:
    """Take decisions back, so that the ones before them hold again, and return how many that were.

    Arguments:
        at: milliseconds since 1970.
    """
    where = (decisions.c.store == store, decisions.c.withdrawn_at.is_(None))
    count = 0
    for part in rows.in_parts(ids):
        chosen = decisions.c.id.in_(part)
        count += connection.execute(decisions.update().where(*where, chosen).values(withdrawn_at=at)).rowcount
    return count


def load_decisions(
    connection: Connection, store: str, skus: Sequence[str] | None = None, kinds: Sequence[str] | None = None
) -> pa.Table:
    """Return what holds in a store: the newest decision of each kind about each seller SKU, in their order.

    Arguments:
        skus: only these seller SKUs; all by default.
        kinds: only these kinds; all by default.

    Returns:
        The columns of `channelkit.model.decisions.DECISIONS`.
    """
    where = [decisions.c.store == store, decisions.c.withdrawn_at.is_(None)]
    if kinds is not None:
        where.append(decisions.c.kind.in_(list(kinds)))
    newest = sa.select(sa.func.max(decisions.c.id).label("id")).where(*where)
    newest = newest.group_by(decisions.c.seller_sku, decisions.c.kind)
    columns = [decisions.c[name] for name in DECISIONS.names]
    if skus is None:
        query = sa.select(*columns).where(decisions.c.id.in_(newest))
        return rows.read(connection, query.order_by(decisions.c.seller_sku, decisions.c.kind), DECISIONS.schema())
    parts = [DECISIONS.schema().empty_table()]
    for part in rows.in_parts(skus):
        chosen = newest.where(decisions.c.seller_sku.in_(part))
        query = sa.select(*columns).where(decisions.c.id.in_(chosen))
        parts.append(rows.read(connection, query, DECISIONS.schema()))
    found = pa.concat_tables(parts).combine_chunks()
    return found.sort_by([("seller_sku", "ascending"), ("kind", "ascending")])


def drop_fulfilled(connection: Connection, store: str, held: pa.Table) -> pa.Table:
    """Return decisions without the ASINs that a listing was published with since: Amazon's word counts from then on.

    Amazon merges items and moves listings between them; without this, such a listing would be ended and published
    again and again (AC-07).

    Arguments:
        held: columns of `channelkit.model.decisions.DECISIONS`.
    """
    is_asin = pc.equal(held["kind"], ASIN)
    if not pc.any(is_asin).as_py():
        return held
    done = sa.select(changes.c.seller_sku, sa.func.max(changes.c.planned_at).label("at")).group_by(changes.c.seller_sku)
    done = done.where(changes.c.store == store, changes.c.field == PUBLISH, changes.c.state == CONFIRMED)
    schema = pa.schema([("seller_sku", pa.string()), ("at", pa.int64())])
    found = rows.read_keys(
        connection, done, changes.c.seller_sku, held.filter(is_asin)["seller_sku"].to_pylist(), schema
    )
    place = pc.index_in(one(held["seller_sku"]), value_set=one(found["seller_sku"]))
    is_done = pc.fill_null(pc.greater_equal(one(found["at"]).take(place), one(held["at"])), False)
    return held.filter(pc.invert(pc.and_(one(is_asin), is_done)))


def list_decisions(connection: Connection, store: str, skus: Sequence[str] | None = None) -> pa.Table:
    """Return every decision that was ever made, the oldest first, with ``withdrawn_at`` where it was taken back."""
    query = sa.select(*decisions.c).where(decisions.c.store == store)
    if skus is None:
        return rows.read(connection, query.order_by(decisions.c.id), arrow(decisions))
    found = rows.read_keys(connection, query, decisions.c.seller_sku, skus, arrow(decisions))
    return found.sort_by("id")


def newest_decision(connection: Connection, store: str) -> int:
    """Return the number of a store's newest decision, taken back or not; 0 where there is none."""
    query = sa.select(sa.func.max(decisions.c.id)).where(decisions.c.store == store)
    return connection.execute(query).scalar() or 0
