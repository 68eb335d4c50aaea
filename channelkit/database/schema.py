"""The database's tables: facts and decisions as `channelkit.model.tables` declares them, and the house's own books."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    literal_column,
)
from sqlalchemy.types import TypeEngine

from channelkit.model import tables

metadata = MetaData()

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by its bytes on every machine, as SQLite does; a server's language would change order and indexes."""

NUMBERED = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database hands out; SQLite does so only for its own word for it."""

_SQL: dict[tables.Kind, TypeEngine[Any]] = {
    "text": TEXT,
    "whole": BigInteger(),
    "minor": BigInteger(),
    "decimal": TEXT,
    "flag": SmallInteger(),
    "number": Float(),
    "time": BigInteger(),
    "json": TEXT,
}

_ARROW = {
    Text: pa.string(),
    BigInteger: pa.int64(),
    SmallInteger: pa.bool_(),
    Float: pa.float64(),
    LargeBinary: pa.binary(),
}


def arrow(table: Table, names: Iterable[str] | None = None) -> pa.Schema:
    """Return the Arrow schema of one of the house's own books: of these columns, or of all."""
    chosen = table.columns.keys() if names is None else names
    return pa.schema([(name, _ARROW[type(table.c[name].type)]) for name in chosen])


def _declared(table: tables.Table) -> Table:
    columns = [
        Column(column.name, _SQL[column.kind], primary_key=column.name in table.key, doc=column.holds)
        for column in table.columns
    ]
    # Rows lie in key order in SQLite itself: a fifth faster to fill, and one look-up less to read.
    return Table(table.name, metadata, *columns, sqlite_with_rowid=False)


listings = _declared(tables.LISTINGS)
products = _declared(tables.PRODUCTS)
product_scopes = _declared(tables.SCOPES)
stock = _declared(tables.STOCK)
tabs = _declared(tables.TABS)

Index("products_entity", products.c.entity_id)
Index("tabs_product", tabs.c.store, tabs.c.product_sku)
_missing = listings.c.missing_since.isnot(None)
Index("listings_missing", listings.c.store, listings.c.missing_since, sqlite_where=_missing, postgresql_where=_missing)

NONE_LEFT: ColumnElement[int] = literal_column("0")
"""Few listings of many are sold out: indexes hold these alone, and serve who compares with this literal."""

for _place, _units in ((listings.c.store, listings.c.quantity), (stock.c.website, stock.c.salable)):
    _is_out = _units <= NONE_LEFT
    Index(f"{_units.table.name}_out", _place, _units, sqlite_where=_is_out, postgresql_where=_is_out)

reference = Table(
    "reference",
    metadata,
    Column("system", TEXT, primary_key=True, doc="amazon or commerce"),
    Column("kind", TEXT, primary_key=True, doc="websites, store_views, attributes, …"),
    Column("body", TEXT, nullable=False, doc="JSON, as it was read"),
    Column("observed_at", BigInteger, nullable=False),
)

stores = Table(
    "stores",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("account", TEXT, nullable=False),
    Column("marketplace_id", TEXT, nullable=False),
    Column("website", TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False, doc="the oldest store decides what several share"),
    Column("state", TEXT, nullable=False, server_default="active", doc="active, or inactive: everything is kept"),
    Column("email", TEXT, nullable=False, server_default="", doc="whom to tell"),
    Column("label", TEXT, nullable=False, server_default="", doc="the name that people use"),
    Column("connected_at", BigInteger, doc="when its account first answered"),
    Column("golive_at", BigInteger, doc="when a person confirmed that it may send"),
    Column("golive_by", TEXT, nullable=False, server_default="", doc="who did"),
    Column("golive_fingerprint", TEXT, nullable=False, server_default="", doc="the installation it was confirmed on"),
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("name", TEXT, primary_key=True, doc="what was read, and of whom: listings/us"),
    Column("value", TEXT, nullable=False),
    Column("moved_at", BigInteger, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("report_id", TEXT, primary_key=True),
    Column("store", TEXT, nullable=False),
    Column("report_type", TEXT, nullable=False),
    Column("state", TEXT, nullable=False, doc="asked, read, cancelled, failed, lost"),
    Column("asked_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("rows", BigInteger),
    Column("note", TEXT, nullable=False, default=""),
)
Index("reports_store", reports.c.store, reports.c.report_type)

changes = Table(
    "changes",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("plan", TEXT, nullable=False, doc="fingerprint of the plan it belongs to"),
    Column("run", TEXT, nullable=False),
    Column("store", TEXT, nullable=False),
    Column("seller_sku", TEXT, nullable=False),
    Column("field", TEXT, nullable=False, doc="what it is of: `channelkit.model.changes.FIELDS`"),
    Column("before", BigInteger, doc="what was expected to stand there: minor units, units or days"),
    Column("after", BigInteger, doc="nothing where it is text"),
    Column("because", TEXT, nullable=False),
    Column("state", TEXT, nullable=False, doc="planned, held, sent, accepted, refused, confirmed, expired, dropped"),
    Column("note", TEXT, nullable=False, default="", doc="why it was held, refused, expired or dropped"),
    Column("code", TEXT, nullable=False, default="", doc="the other side's error code"),
    Column("submission_id", TEXT, nullable=False, default=""),
    Column("request_id", TEXT, nullable=False, default=""),
    Column("planned_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("accepted_at", BigInteger),
    Column("closed_at", BigInteger, doc="when it was refused, confirmed, expired or dropped"),
    Column("before_text", TEXT),
    Column("after_text", TEXT, doc="what is to stand there, where it is text; of a new listing all of it, as JSON"),
    Column("ordered_by", TEXT, nullable=False, server_default="", doc="who asked for it; empty for a cycle's own"),
    Column("feed", TEXT, nullable=False, server_default="", doc="the bulk submission that it left with"),
)
Index("changes_state", changes.c.store, changes.c.state)
Index("changes_listing", changes.c.store, changes.c.seller_sku)
_fed = changes.c.feed != ""
Index("changes_feed", changes.c.feed, sqlite_where=_fed, postgresql_where=_fed)
_priced = changes.c.field == "price"
Index("changes_priced", changes.c.store, changes.c.sent_at, sqlite_where=_priced, postgresql_where=_priced)

plans = Table(
    "plans",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("fingerprint", TEXT, nullable=False),
    Column("run", TEXT, nullable=False),
    Column("store", TEXT, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("listings", BigInteger, nullable=False, doc="listings that the plan looked at"),
    Column("changes", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("verdict", TEXT, nullable=False, doc="clear, stopped, read-only, or approved by a person"),
    Column("note", TEXT, nullable=False, default="", doc="why it was stopped"),
)
Index("plans_store", plans.c.store, plans.c.made_at)

runs = Table(
    "runs",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("job", TEXT, nullable=False),
    Column("state", TEXT, nullable=False, doc="running, done, partial, failed, busy, died"),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("notebook", TEXT, nullable=False, default="", doc="file of the executed notebook"),
    Column("summary", TEXT, nullable=False, default="{}", doc="JSON: what it read, decided and sent, per store"),
    Column("error", TEXT, nullable=False, default=""),
)
Index("runs_started", runs.c.started_at)

# Communication errors, as they happened.
failures = Table(
    "failures",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("run", TEXT, nullable=False),
    Column("store", TEXT, nullable=False),
    Column("system", TEXT, nullable=False),
    Column("operation", TEXT, nullable=False),
    Column("status", BigInteger),
    Column("code", TEXT, nullable=False),
    Column("message", TEXT, nullable=False),
    Column("fix", TEXT, nullable=False),
    Column("request_id", TEXT, nullable=False),
)
Index("failures_at", failures.c.at)

buckets = Table(
    "buckets",
    metadata,
    Column("owner", TEXT, primary_key=True, doc="system, seller and region that share the quota"),
    Column("operation", TEXT, primary_key=True),
    Column("rate", Float, nullable=False, doc="calls gained per second"),
    Column("burst", Float, nullable=False),
    Column("tokens", Float, nullable=False),
    Column("filled_at", Float, nullable=False, doc="Unix seconds"),
    Column("calls", BigInteger, nullable=False, doc="calls made since the beginning"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", TEXT, primary_key=True, doc="store/us"),
    Column("holder", TEXT, nullable=False),
    Column("expires_at", Float, nullable=False, doc="Unix seconds by the database's own clock"),
)

# Changes that are committed and not yet in a file.
history_batches = Table(
    "history_batches",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False, doc="Parquet; waits here until its file is in place"),
    sqlite_autoincrement=True,
)
