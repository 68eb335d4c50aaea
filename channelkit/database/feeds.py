"""Bulk submissions to Amazon: written down before they are handed in, and followed until they are closed.

::

    asked ─> submitted ─> done       Amazon has answered for its messages
      │          ├──────> failed     Amazon gave it up or cancelled it
      └──────────┴──────> lost       it never arrived, or Amazon says nothing of it any more

Until Amazon's own name for it is known, a submission goes by its document's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import journal, rows
from channelkit.database.listing_schema import feeds
from channelkit.database.schema import arrow, changes
from channelkit.model.changes import QUANTITY

ASKED, SUBMITTED = "asked", "submitted"
DONE, FAILED, LOST = "done", "failed", "lost"
OPEN = (ASKED, SUBMITTED)

STUCK_AFTER = 2 * 3_600_000
"""Milliseconds after which a submission without an answer counts as stuck; Amazon may take half an hour."""

AT_ONCE = 5_000
"""Changes that one statement names."""

_CARRIED = ("id", "seller_sku", "field", "after", "after_text", "state")


@dataclass(frozen=True)
class Feed:
    """A bulk submission; ``submitted_at`` in milliseconds since 1970, ``messages`` how many it has."""

    feed_id: str
    store: str
    state: str
    document_id: str
    messages: int
    submitted_at: int


def ask_feed(
    connection: Connection, document_id: str, *, store: str, messages: int, ids: Sequence[int], at: int
) -> None:
    """Write down that a submission leaves now with these changes, before it does.

    Raises:
        PlanError: one of the changes is not planned any more; nothing may be sent.
    """
    for start in range(0, len(ids), AT_ONCE):
        chosen = ids[start : start + AT_ONCE]
        journal.mark_sent(connection, chosen, at)
        connection.execute(changes.update().where(changes.c.id.in_(chosen)).values(feed=document_id))
    row = {"feed_id": document_id, "store": store, "state": ASKED, "document_id": document_id, "messages": messages}
    connection.execute(feeds.insert().values(**row, submitted_at=at, note=""))


def name_feed(connection: Connection, document_id: str, feed_id: str) -> None:
    """Write down what Amazon calls a submission that it has taken."""
    named = feeds.update().where(feeds.c.feed_id == document_id, feeds.c.state == ASKED)
    connection.execute(named.values(feed_id=feed_id, state=SUBMITTED))
    connection.execute(changes.update().where(changes.c.feed == document_id).values(feed=feed_id))


def list_open(connection: Connection, store: str) -> list[Feed]:
    """Return a store's submissions that are under way, the earliest first."""
    query = sa.select(*(feeds.c[name] for name in Feed.__dataclass_fields__))
    query = query.where(feeds.c.store == store, feeds.c.state.in_(OPEN))
    return [Feed(*row) for row in connection.execute(query.order_by(feeds.c.submitted_at, feeds.c.feed_id))]


def list_known(connection: Connection, feed_ids: Sequence[str]) -> set[str]:
    """Return which of Amazon's feeds are ours already."""
    found = connection.execute(sa.select(feeds.c.feed_id).where(feeds.c.feed_id.in_(feed_ids)))
    return {str(row.feed_id) for row in found}


def failed_since(connection: Connection, store: str, since: int) -> bool:
    """Tell whether Amazon gave up a submission of a store since a moment, in milliseconds since 1970."""
    where = (feeds.c.store == store, feeds.c.state == FAILED, feeds.c.closed_at >= since)
    return bool(connection.execute(sa.select(sa.func.count()).select_from(feeds).where(*where)).scalar_one())


def load_busy(connection: Connection, store: str) -> pa.Array:
    """Return the seller SKUs that are in a submission which is under way."""
    open_ones = [feed.feed_id for feed in list_open(connection, store)]
    if not open_ones:
        return pa.array([], pa.string())
    query = sa.select(changes.c.seller_sku).distinct().where(changes.c.store == store, changes.c.feed.in_(open_ones))
    found = rows.read(connection, query, pa.schema([("seller_sku", pa.string())]))
    return found["seller_sku"].combine_chunks()


def load_carried(connection: Connection, feed: Feed) -> pa.Table:
    """Return a submission's changes in any state: ``id, seller_sku, field, after, after_text, state``."""
    query = sa.select(*(changes.c[name] for name in _CARRIED)).where(*_carried(feed))
    return rows.read(connection, query.order_by(changes.c.id), arrow(changes, _CARRIED))


def keep_waiting(connection: Connection, feed: Feed, at: int) -> None:
    """Let a submission's changes count as sent only now: Amazon has not taken them up before.

    A quantity that a newer one has overtaken meanwhile stays the older.
    """
    overtaken = sa.and_(changes.c.field == QUANTITY, changes.c.seller_sku.in_(_overtaken(feed)))
    connection.execute(changes.update().where(*_still_sent(feed), sa.not_(overtaken)).values(sent_at=at))


def expire_overtaken(connection: Connection, feed: Feed, at: int) -> int:
    """Stop expecting the quantities that were sent while a submission was under way; return how many.

    The submission may have undone them, so the next plan compares anew.
    """
    theirs = sa.select(changes.c.seller_sku).where(*_carried(feed), changes.c.field == QUANTITY)
    where = (
        changes.c.store == feed.store,
        changes.c.field == QUANTITY,
        changes.c.feed != feed.feed_id,
        changes.c.state.in_(journal.ON_THE_WAY),
        changes.c.sent_at >= feed.submitted_at,
        changes.c.seller_sku.in_(theirs),
    )
    note = "A bulk submission with this listing ended after it was sent, and may have undone it."
    statement = changes.update().where(*where).values(state="expired", closed_at=at, note=note)
    return connection.execute(statement).rowcount


def accept_carried(connection: Connection, feed: Feed, at: int) -> int:
    """Write down that Amazon has no complaint about what is left of a submission, and return how many changes."""
    values = {"state": "accepted", "accepted_at": at, "sent_at": at, "submission_id": feed.feed_id}
    return connection.execute(changes.update().where(*_still_sent(feed)).values(values)).rowcount


def end_carried(connection: Connection, feed: Feed, state: str, at: int, note: str) -> int:
    """Write down that nobody waits any more for what is left of a submission, and return how many changes.

    Arguments:
        state: dropped where it certainly did not happen, else expired.
    """
    values = {"state": state, "closed_at": at, "note": note, "submission_id": feed.feed_id}
    return connection.execute(changes.update().where(*_still_sent(feed)).values(values)).rowcount


def close_feed(connection: Connection, feed_id: str, state: str, at: int, note: str = "") -> None:
    """Write down what became of a submission: done, failed or lost."""
    where = (feeds.c.feed_id == feed_id, feeds.c.state.in_(OPEN))
    connection.execute(feeds.update().where(*where).values(state=state, closed_at=at, note=note))


def _carried(feed: Feed) -> tuple[sa.ColumnElement[bool], ...]:
    return changes.c.store == feed.store, changes.c.feed == feed.feed_id


def _still_sent(feed: Feed) -> tuple[sa.ColumnElement[bool], ...]:
    return (*_carried(feed), changes.c.state == "sent")


def _overtaken(feed: Feed) -> sa.Select[tuple[str]]:
    newer = changes.alias("newer")
    query = sa.select(newer.c.seller_sku).where(newer.c.store == feed.store, newer.c.feed != feed.feed_id)
    return query.where(newer.c.field == QUANTITY, newer.c.sent_at >= feed.submitted_at, newer.c.state != "refused")
