"""Everything that is counted, counted by the database itself: a million rows come back as a few dozen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import buckets, changes, failures, listings, plans, products, runs, stores, tabs

TAB_NAMES = ("Incomplete", "New Third Party", "Ready to List", "Inactive", "Active", "Ineligible", "Ended")
"""The tabs in the order in which a person works through them; Overrides is a view across them and holds no rows."""

LIVE = "Active"

WAITING = ("Incomplete", "New Third Party", "Inactive")
"""Tabs that nothing but a person empties."""

CHANGE_STATES = ("planned", "held", "sent", "accepted", "refused", "confirmed", "expired", "dropped")
ON_THE_WAY = ("sent", "accepted")
RUN_STATES = ("running", "done", "partial", "failed", "busy", "died")

STEPS = (1, 5, 15, 60, 360, 1440, 10_080)
"""Minutes that one bar of a chart over time may span."""

BARS = 24
"""A chart over time has at most about this many bars."""

moved_at = sa.func.coalesce(changes.c.closed_at, changes.c.accepted_at, changes.c.sent_at, changes.c.planned_at)
"""When a change last moved from one state to the next."""


def count_tabs(connection: Connection) -> pa.Table:
    """Return ``store, tab, status, listed, rows, stale``: how many listings and products each tab holds."""
    key = (tabs.c.store, tabs.c.tab, tabs.c.status, tabs.c.listed)
    query = sa.select(*key, sa.func.count(), sa.func.coalesce(sa.func.sum(tabs.c.stale), 0)).group_by(*key)
    schema = _schema(store="text", tab="text", status="text", listed="flag", rows="whole", stale="whole")
    return rows.read(connection, query.order_by(*key), schema)


def count_reasons(connection: Connection) -> pa.Table:
    """Return ``store, tab, status, rows, varies, sku, reason, next_step``: why rows are where they are, most first.

    One row for each status of each tab. ``sku`` is one of them, with its ``reason`` and ``next_step``; ``varies`` says
    that the others have reasons of their own.
    """
    key = (tabs.c.store, tabs.c.tab, tabs.c.status)
    varies = sa.case((sa.func.min(tabs.c.reason) != sa.func.max(tabs.c.reason), 1), else_=0).label("varies")
    one, total = sa.func.min(tabs.c.sku).label("sku"), sa.func.count().label("rows")
    groups = sa.select(*key, total, varies, one).group_by(*key).subquery()
    same = sa.and_(*(groups.c[column.name] == column for column in (*key, tabs.c.sku)))
    # A listing and a product may have the same SKU, tab and status.
    words = (sa.func.min(tabs.c.reason), sa.func.min(tabs.c.next_step))
    query = sa.select(*groups.c, *words).join(tabs, same).group_by(*groups.c)
    schema = _schema(
        **{"store": "text", "tab": "text", "status": "text", "rows": "whole", "varies": "flag", "sku": "text"},
        **{"reason": "text", "next_step": "text"},
    )
    return rows.read(connection, query.order_by(groups.c.rows.desc(), *list(groups.c)[:3]), schema)


def count_listings(connection: Connection) -> dict[str, int]:
    """Return how many listings are known in each store."""
    return _tally(connection, listings.c.store)


def count_products(connection: Connection) -> int:
    """Return how many products Commerce has."""
    query = sa.select(sa.func.count()).select_from(products).where(products.c.missing_since.is_(None))
    return int(connection.execute(query).scalar_one())


def count_linked(connection: Connection) -> dict[str, int]:
    """Return how many products each store lists or could list."""
    product = sa.case((tabs.c.listed == 0, tabs.c.sku), else_=tabs.c.product_sku)
    query = sa.select(tabs.c.store, sa.func.count(product.distinct())).group_by(tabs.c.store)
    return {store: int(number) for store, number in connection.execute(query)}


def count_changes(connection: Connection, since_ms: int) -> pa.Table:
    """Return ``store, state, field, rows``: the changes that moved since a moment, and all that are not closed yet."""
    key = (changes.c.store, changes.c.state, changes.c.field)
    query = sa.select(*key, sa.func.count()).where(_counts(since_ms)).group_by(*key).order_by(*key)
    return rows.read(connection, query, _schema(store="text", state="text", field="text", rows="whole"))


def count_over_time(connection: Connection, since_ms: int, names: Sequence[str]) -> tuple[pa.Table, int]:
    """Return ``at, state, rows``, when sent changes reached their state, and the milliseconds of a bar."""
    # By its index SQLite would look up the rows of a store one by one, and these are almost all.
    where = (moved_at >= since_ms, changes.c.sent_at.isnot(None), changes.c.store.concat("").in_(names))
    first, last = connection.execute(sa.select(sa.func.min(moved_at), sa.func.max(moved_at)).where(*where)).one()
    step = _step(0 if first is None else last - first)
    # A literal: PostgreSQL takes two parameters of the same value for two different expressions.
    at = moved_at - moved_at % sa.literal_column(str(step))
    query = sa.select(at, changes.c.state, sa.func.count()).where(*where).group_by(at, changes.c.state).order_by(at)
    return rows.read(connection, query, _schema(at="time", state="text", rows="whole")), step


def newest_plans(connection: Connection) -> pa.Table:
    """Return each store's newest plan: ``id, store, run, made_at, listings, changes, held, verdict, note``."""
    newest = sa.select(sa.func.max(plans.c.id)).group_by(plans.c.store)
    names = ("id", "store", "run", "made_at", "listings", "changes", "held", "verdict", "note", "fingerprint")
    query = sa.select(*(plans.c[name] for name in names)).where(plans.c.id.in_(newest)).order_by(plans.c.store)
    schema = _schema(
        **{"id": "whole", "store": "text", "run": "text", "made_at": "time", "listings": "whole", "changes": "whole"},
        **{"held": "whole", "verdict": "text", "note": "text", "fingerprint": "text"},
    )
    return rows.read(connection, query, schema)


def count_runs(connection: Connection, since_ms: int) -> dict[str, int]:
    """Return how many runs ended in each state, of those that started since a moment."""
    found = _tally(connection, runs.c.state, runs.c.started_at >= since_ms)
    return {state: found.pop(state, 0) for state in RUN_STATES} | found


def count_failures(connection: Connection, since_ms: int) -> pa.Table:
    """Return communication errors by what they were, most first, each with the words of its newest one.

    Columns: ``store, system, operation, status, code, rows, first_at, last_at, message, fix, request_id``.
    """
    key = (failures.c.store, failures.c.system, failures.c.operation, failures.c.status, failures.c.code)
    total, newest = sa.func.count().label("rows"), sa.func.max(failures.c.id).label("newest")
    bounds = (sa.func.min(failures.c.at).label("first_at"), sa.func.max(failures.c.at).label("last_at"))
    groups = sa.select(total, newest, *bounds).where(failures.c.at >= since_ms).group_by(*key).subquery()
    words = (failures.c.message, failures.c.fix, failures.c.request_id)
    query = (
        sa.select(*key, groups.c.rows, groups.c.first_at, groups.c.last_at, *words)
        .join(groups, groups.c.newest == failures.c.id)
        .order_by(groups.c.rows.desc(), groups.c.last_at.desc())
    )
    schema = _schema(
        **{"store": "text", "system": "text", "operation": "text", "status": "whole", "code": "text", "rows": "whole"},
        **{"first_at": "time", "last_at": "time", "message": "text", "fix": "text", "request_id": "text"},
    )
    return rows.read(connection, query, schema)


def count_calls(connection: Connection) -> pa.Table:
    """Return ``owner, operation, calls`` since the beginning, most first."""
    query = sa.select(buckets.c.owner, buckets.c.operation, buckets.c.calls).order_by(buckets.c.calls.desc())
    return rows.read(connection, query, _schema(owner="text", operation="text", calls="whole"))


def store_names(connection: Connection) -> list[str]:
    """Return the stores that are known, the oldest first."""
    known = connection.execute(sa.select(stores.c.name).order_by(stores.c.created_at, stores.c.name)).scalars().all()
    seen = {name for table in (listings, tabs) for name in each_store(connection, table.c.store)}
    return [*known, *sorted(seen - set(known))]


def each_store(connection: Connection, column: sa.Column[str]) -> Iterator[str]:
    """Yield the stores in a table, each found by its index: of a million rows only as many are read as there are."""
    name: str | None = connection.execute(sa.select(sa.func.min(column))).scalar()
    while name is not None:
        yield name
        name = connection.execute(sa.select(sa.func.min(column)).where(column > name)).scalar()


def _counts(since_ms: int) -> sa.ColumnElement[bool]:
    return sa.or_(moved_at >= since_ms, changes.c.state.in_(("planned", "held", *ON_THE_WAY)))


def _tally(connection: Connection, column: sa.Column[str], *where: sa.ColumnElement[bool]) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(*where).group_by(column)
    return {name: int(number) for name, number in connection.execute(query)}


def _step(span: int) -> int:
    minutes = next((step for step in STEPS if span <= step * 60_000 * BARS), STEPS[-1])
    return minutes * 60_000


def _schema(**kinds: str) -> pa.Schema:
    types = {"text": pa.string(), "flag": pa.bool_()}
    return pa.schema([(name, types.get(kind, pa.int64())) for name, kind in kinds.items()])
