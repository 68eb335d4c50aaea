"""The rows themselves, as many as a person reads: what waits for somebody, what is held, what changed, what failed."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history, rows
from channelkit.database.connection import Database
from channelkit.database.schema import changes, listings, products, runs, tabs
from channelkit.report.counts import WAITING, moved_at

_CHANGE = (
    *("id", "store", "seller_sku", "field", "before", "after", "because", "state", "note", "request_id"),
    *("before_text", "after_text"),
)
_TIMES = ("planned_at", "sent_at", "accepted_at", "closed_at")
_CHANGES = pa.schema(
    [
        *((name, pa.int64() if name in ("id", "before", "after") else pa.string()) for name in _CHANGE),
        *((name, pa.int64()) for name in (*_TIMES, "moved_at")),
        ("title", pa.string()),
    ]
)
_RUNS = pa.schema(
    [(name, pa.string()) for name in ("id", "job", "state", "notebook", "error")]
    + [(name, pa.int64()) for name in ("started_at", "finished_at")]
)
_WAITING = pa.schema(
    [(name, pa.string()) for name in ("store", "sku", "asin", "tab", "status", "reason", "next_step", "title")]
    + [("since", pa.int64()), ("listed", pa.bool_())]
)

BAD_RUNS = ("failed", "died")


def read_waiting(connection: Connection, store: str, limit: int) -> pa.Table:
    """Return what only a person can move on in a store: listings before products, the longest wait first."""
    on_amazon = sa.and_(tabs.c.listed == 1, listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku)
    in_commerce = sa.and_(tabs.c.listed == 0, products.c.sku == tabs.c.sku)
    names = ("store", "sku", "asin", "tab", "status", "reason", "next_step")
    title = sa.func.coalesce(listings.c.title, products.c.name, "")
    query = (
        sa.select(*(tabs.c[name] for name in names), title, tabs.c.since, tabs.c.listed)
        .select_from(tabs.outerjoin(listings, on_amazon).outerjoin(products, in_commerce))
        .where(tabs.c.store == store, tabs.c.tab.in_(WAITING))
        .order_by(tabs.c.listed.desc(), tabs.c.since, tabs.c.sku)
        .limit(limit)
    )
    return rows.read(connection, query, _WAITING)


def read_held(connection: Connection, names: Sequence[str], limit: int) -> pa.Table:
    """Return changes that are held for a person now."""
    query = _select_changes(names).where(changes.c.state == "held")
    return rows.read(connection, query.order_by(changes.c.id).limit(limit), _CHANGES)


def read_unsent(connection: Connection, names: Sequence[str], limit: int) -> pa.Table:
    """Return changes that are planned and not sent: those of stores that send nothing, or that are stopped."""
    query = _select_changes(names).where(changes.c.state == "planned")
    return rows.read(connection, query.order_by(changes.c.id).limit(limit), _CHANGES)


def read_changes(connection: Connection, names: Sequence[str], since_ms: int, limit: int) -> pa.Table:
    """Return changes that were sent and moved since a moment, the newest first."""
    order = (moved_at.desc(), changes.c.id.desc())
    # By its index SQLite would look up the rows of a store one by one, and of each its listing.
    where = (moved_at >= since_ms, changes.c.sent_at.isnot(None), changes.c.store.concat("").in_(names))
    newest = connection.execute(sa.select(changes.c.id).where(*where).order_by(*order).limit(limit)).scalars()
    query = _select_changes(names).where(changes.c.id.in_(list(newest)))
    return rows.read(connection, query.order_by(*order), _CHANGES)


def read_bad_runs(connection: Connection, since_ms: int, limit: int) -> pa.Table:
    """Return runs that failed or died, the newest first."""
    query = sa.select(*(runs.c[name] for name in _RUNS.names))
    query = query.where(runs.c.started_at >= since_ms, runs.c.state.in_(BAD_RUNS))
    return rows.read(connection, query.order_by(runs.c.started_at.desc(), runs.c.id).limit(limit), _RUNS)


def read_moves(database: Database, since_ms: int, names: Sequence[str], limit: int) -> pa.Table:
    """Return ``store, before, after, rows, sku``: how many listings and products went from which tab to which."""
    return history.query(
        database,
        "select store, before, after, count(*) as rows, min(sku) as sku from history "
        "where subject in ('tab', 'unlisted') and field = 'tab' and seen_at >= make_timestamptz(? * 1000) "
        "and list_contains(?, store) "
        "and before is not null and before != '' and after is not null "
        "group by all order by rows desc, store, before, after limit ?",
        [since_ms, list(names), limit],
    )


def read_sightings(database: Database, since_ms: int, places: Sequence[str], limit: int) -> pa.Table:
    """Return ``store, subject, field, because, rows``: what was seen to change on either side, but for what is new.

    Arguments:
        places: stores, and the websites whose stock is theirs; what all of Commerce shares is always told.
    """
    return history.query(
        database,
        "select store, subject, field, split_part(because, ': ', 1) as because, count(*) as rows from history "
        "where subject not in ('tab', 'unlisted') and before is not null "
        "and seen_at >= make_timestamptz(? * 1000) and list_contains(?, store) "
        "group by all order by rows desc, store, subject, field limit ?",
        [since_ms, ["", *places], limit],
    )


def _select_changes(names: Sequence[str]) -> sa.Select[tuple[object, ...]]:
    same = sa.and_(listings.c.store == changes.c.store, listings.c.seller_sku == changes.c.seller_sku)
    columns = [*(changes.c[name] for name in (*_CHANGE, *_TIMES)), moved_at, sa.func.coalesce(listings.c.title, "")]
    return sa.select(*columns).select_from(changes.outerjoin(listings, same)).where(changes.c.store.in_(names))
