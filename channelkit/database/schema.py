"""The database's tables: facts and decisions as `channelkit.model.tables` declares them, and the house's own books."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, SmallInteger, Table, Text

from channelkit.model import tables

metadata = MetaData()

_NUMBERED = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database hands out; SQLite does so only for its own word for it."""

_SQL = {
    "text": Text,
    "whole": BigInteger,
    "minor": BigInteger,
    "decimal": Text,
    "flag": SmallInteger,
    "time": BigInteger,
    "json": Text,
}


def _declared(table: tables.Table) -> Table:
    columns = [
        Column(column.name, _SQL[column.kind](), primary_key=column.name in table.key, doc=column.holds)
        for column in table.columns
    ]
    # Rows lie in key order in SQLite itself: a fifth faster to fill, and one look-up less to read.
    return Table(table.name, metadata, *columns, sqlite_with_rowid=False)


listings = _declared(tables.LISTINGS)
products = _declared(tables.PRODUCTS)
product_scopes = _declared(tables.SCOPES)
stock = _declared(tables.STOCK)
tabs = _declared(tables.TABS)

_missing = listings.c.missing_since.isnot(None)
Index("listings_missing", listings.c.store, listings.c.missing_since, sqlite_where=_missing, postgresql_where=_missing)

reference = Table(
    "reference",
    metadata,
    Column("system", Text, primary_key=True, doc="amazon or commerce"),
    Column("kind", Text, primary_key=True, doc="websites, store_views, attributes, …"),
    Column("body", Text, nullable=False, doc="JSON, as it was read"),
    Column("observed_at", BigInteger, nullable=False),
)

stores = Table(
    "stores",
    metadata,
    Column("name", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("marketplace_id", Text, nullable=False),
    Column("website", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False, doc="the oldest store decides what several share"),
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("name", Text, primary_key=True, doc="what was read, and of whom: listings/us"),
    Column("value", Text, nullable=False),
    Column("moved_at", BigInteger, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("report_id", Text, primary_key=True),
    Column("store", Text, nullable=False),
    Column("report_type", Text, nullable=False),
    Column("state", Text, nullable=False, doc="asked, read, cancelled, failed, lost"),
    Column("asked_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("rows", BigInteger),
    Column("note", Text, nullable=False, default=""),
)

changes = Table(
    "changes",
    metadata,
    Column("id", _NUMBERED, primary_key=True),
    Column("plan", Text, nullable=False, doc="fingerprint of the plan it belongs to"),
    Column("run", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("seller_sku", Text, nullable=False),
    Column("field", Text, nullable=False, doc="price or quantity"),
    Column("before", BigInteger, doc="what was expected to stand there: minor units, or units"),
    Column("after", BigInteger, nullable=False),
    Column("because", Text, nullable=False),
    Column("state", Text, nullable=False, doc="planned, held, sent, accepted, refused, confirmed, expired, dropped"),
    Column("note", Text, nullable=False, default="", doc="why it was held, refused, expired or dropped"),
    Column("code", Text, nullable=False, default="", doc="the other side's error code"),
    Column("submission_id", Text, nullable=False, default=""),
    Column("request_id", Text, nullable=False, default=""),
    Column("planned_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("accepted_at", BigInteger),
    Column("closed_at", BigInteger, doc="when it was refused, confirmed, expired or dropped"),
)
Index("changes_state", changes.c.store, changes.c.state)
Index("changes_listing", changes.c.store, changes.c.seller_sku)

plans = Table(
    "plans",
    metadata,
    Column("id", _NUMBERED, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("listings", BigInteger, nullable=False, doc="listings that the plan looked at"),
    Column("changes", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("verdict", Text, nullable=False, doc="clear, stopped, read-only, or approved by a person"),
    Column("note", Text, nullable=False, default="", doc="why it was stopped"),
)
Index("plans_store", plans.c.store, plans.c.made_at)

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("job", Text, nullable=False),
    Column("state", Text, nullable=False, doc="running, done, partial, failed, busy, died"),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("notebook", Text, nullable=False, default="", doc="file of the executed notebook"),
    Column("summary", Text, nullable=False, default="{}", doc="JSON: what it read, decided and sent, per store"),
    Column("error", Text, nullable=False, default=""),
)
Index("runs_started", runs.c.started_at)

# Communication errors, as they happened.
failures = Table(
    "failures",
    metadata,
    Column("id", _NUMBERED, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("run", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("status", BigInteger),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("fix", Text, nullable=False),
    Column("request_id", Text, nullable=False),
)
Index("failures_at", failures.c.at)

buckets = Table(
    "buckets",
    metadata,
    Column("owner", Text, primary_key=True, doc="system, seller and region that share the quota"),
    Column("operation", Text, primary_key=True),
    Column("rate", Float, nullable=False, doc="calls gained per second"),
    Column("burst", Float, nullable=False),
    Column("tokens", Float, nullable=False),
    Column("filled_at", Float, nullable=False, doc="Unix seconds"),
    Column("calls", BigInteger, nullable=False, doc="calls made since the beginning"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True, doc="store/us"),
    Column("holder", Text, nullable=False),
    Column("expires_at", Float, nullable=False, doc="Unix seconds by the database's own clock"),
)

# Changes that are committed and not yet in a file.
history_batches = Table(
    "history_batches",
    metadata,
    Column("id", _NUMBERED, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False, doc="Parquet; waits here until its file is in place"),
    sqlite_autoincrement=True,
)
