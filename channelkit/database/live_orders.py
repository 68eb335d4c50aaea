"""Orders that something may still have to be done about: those that are not at their end, or of which news has come."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import progress
from channelkit.database.order_schema import copies, credit_memos, order_changes, orders, returns, shipments, stands

FINAL = ("complete", "cancelled", "viewed", "earlier")
"""Stages at which nothing is left to do, unless news comes."""

_OPEN = ("planned", "held", "sent", "accepted")


def find_live(connection: Connection, store: str, *, importing: bool = True) -> list[str]:
    """Return the ids of a store's orders to decide about, in their order.

    An order that is at its end is decided anew once, when either side has told something of it since, or
    refused something.

    Arguments:
        importing: orders become orders in Commerce; then those that were only shown so far are live again.
    """
    final = tuple(stage for stage in FINAL if not importing or stage != "viewed")
    decided = progress.moved_at(connection, _mark(store)) or 0
    news = [
        sa.select(table.c.order_id).where(table.c.store == store, table.c.observed_at >= decided)
        for table in (orders, copies, shipments, credit_memos, returns)
    ]
    undecided = (
        sa.select(orders.c.order_id)
        .outerjoin(stands, sa.and_(stands.c.store == orders.c.store, stands.c.order_id == orders.c.order_id))
        .where(orders.c.store == store, stands.c.order_id.is_(None))
    )
    unfinished = sa.select(stands.c.order_id).where(stands.c.store == store, stands.c.stage.not_in(final))
    # A refusal is news, too: of an order that was at its end nobody would look at it otherwise.
    refused = sa.select(order_changes.c.order_id).where(
        *(order_changes.c.store == store, order_changes.c.state == "refused", order_changes.c.closed_at >= decided)
    )
    busy = sa.select(order_changes.c.order_id).where(order_changes.c.store == store, order_changes.c.state.in_(_OPEN))
    found = connection.execute(sa.union(*news, undecided, unfinished, refused, busy)).scalars()
    return sorted(found)


def mark_decided(connection: Connection, store: str, at: int) -> None:
    """Write down that all that was known at a moment has been decided on.

    Arguments:
        at: when the facts were read, in milliseconds since 1970.
    """
    progress.move_watermark(connection, _mark(store), str(at), at=at)


def _mark(store: str) -> str:
    return f"orders-decided/{store}"
