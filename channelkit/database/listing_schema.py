"""The tables of listing: rules, people's decisions, bulk submissions, Amazon's definitions, saved views."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table

from channelkit.database import onboarding_schema
from channelkit.database.schema import NUMBERED, TEXT, metadata

ALL_TABLES = onboarding_schema.attribute_map.metadata
"""Every table of the database: these, and those of the two files that are read before this one."""

# Each version of a store's listing rules; the newest holds, and none is ever changed.
rules = Table(
    "rules",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("store", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("rule", TEXT, nullable=False, doc="JSON; a group without conditions admits everything"),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", TEXT, nullable=False),
    Column("restores", BigInteger, doc="the earlier version that it brings back"),
    Column("moves", TEXT, nullable=False, doc="JSON: how many listings went from which tab to which"),
)
Index("rules_store", rules.c.store, rules.c.id)

# What people decided about listings: never overwritten, only taken back or followed.
decisions = Table(
    "decisions",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("store", TEXT, nullable=False),
    Column("seller_sku", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False, doc="see `channelkit.model.decisions`"),
    Column("value", TEXT, doc="nothing where an override was removed"),
    Column("by_whom", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("withdrawn_at", BigInteger),
)
Index("decisions_listing", decisions.c.store, decisions.c.seller_sku, decisions.c.kind)

# Bulk submissions to Amazon.
feeds = Table(
    "feeds",
    metadata,
    Column("feed_id", TEXT, primary_key=True),
    Column("store", TEXT, nullable=False),
    Column("state", TEXT, nullable=False, doc="asked, submitted, done, failed, lost"),
    Column("document_id", TEXT, nullable=False),
    Column("messages", BigInteger, nullable=False),
    Column("submitted_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("note", TEXT, nullable=False, server_default=""),
)
Index("feeds_store", feeds.c.store, feeds.c.state)

# What Amazon's definition of a product type asks for.
definitions = Table(
    "definitions",
    metadata,
    Column("marketplace_id", TEXT, primary_key=True),
    Column("product_type", TEXT, primary_key=True),
    Column("checksum", TEXT, nullable=False, doc="Amazon's digest of the schema"),
    Column("version", TEXT, nullable=False),
    Column("required", TEXT, nullable=False, doc="JSON: attributes that an offer must have"),
    Column("body", LargeBinary, nullable=False, doc="the JSON schema, compressed"),
    Column("checked_at", BigInteger, nullable=False),
)

views = Table(
    "views",
    metadata,
    Column("page", TEXT, primary_key=True, doc="the grid it belongs to"),
    Column("name", TEXT, primary_key=True),
    Column("by_whom", TEXT, nullable=False),
    Column("body", TEXT, nullable=False, doc="JSON: tab, filters, order and columns"),
    Column("at", BigInteger, nullable=False),
)
