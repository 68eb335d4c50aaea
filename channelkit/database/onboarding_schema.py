"""The tables of setting up: tasks, attributes and values, changes towards Commerce, and how listings were matched."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, SmallInteger, Table

from channelkit.database.schema import NUMBERED, TEXT, metadata

tasks = Table(
    "tasks",
    metadata,
    Column("task", TEXT, primary_key=True),
    Column("store", TEXT, primary_key=True, doc="empty where it concerns all"),
    Column("done_at", BigInteger, nullable=False),
    Column("done_by", TEXT, nullable=False),
    Column("note", TEXT, nullable=False),
)

# The attribute catalogue: which Commerce attribute takes which of Amazon's values.
attribute_map = Table(
    "attribute_map",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("country", TEXT, nullable=False),
    Column("amazon_attribute", TEXT, nullable=False),
    Column("attribute", TEXT, nullable=False, doc="code of the Commerce attribute"),
    Column("active", SmallInteger, nullable=False),
    Column("overwrite", SmallInteger, nullable=False, doc="a value that Commerce has already gives way"),
    Column("scope", TEXT, nullable=False, doc="global or views"),
    Column("store_views", TEXT, nullable=False, doc="codes, with commas before and after: ,de,fr,"),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", TEXT, nullable=False),
)
Index("attribute_map_pair", attribute_map.c.country, attribute_map.c.amazon_attribute, attribute_map.c.attribute)

attribute_values = Table(
    "attribute_values",
    metadata,
    Column("marketplace_id", TEXT, primary_key=True),
    Column("asin", TEXT, primary_key=True),
    Column("amazon_attribute", TEXT, primary_key=True),
    Column("value", TEXT, nullable=False, doc="JSON"),
    Column("observed_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

catalog_changes = Table(
    "catalog_changes",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("plan", TEXT, nullable=False, doc="fingerprint of the plan it belongs to"),
    Column("run", TEXT, nullable=False),
    Column("store", TEXT, nullable=False, doc="the store whose listing it comes from"),
    Column("sku", TEXT, nullable=False, doc="the Commerce product"),
    Column("action", TEXT, nullable=False, doc="set or create"),
    Column("attribute", TEXT, nullable=False, doc="code; empty where a product is created"),
    Column("scope", TEXT, nullable=False, doc="all, or the code of a store view"),
    Column("before", TEXT, doc="what stood there; not known where nothing did"),
    Column("after", TEXT, doc="what is to stand there; not known where it is to be empty"),
    Column("because", TEXT, nullable=False),
    Column("state", TEXT, nullable=False, doc="planned, held, sent, accepted, refused, confirmed, expired, dropped"),
    Column("note", TEXT, nullable=False, default=""),
    Column("code", TEXT, nullable=False, default=""),
    Column("bulk_id", TEXT, nullable=False, default=""),
    Column("request_id", TEXT, nullable=False, default=""),
    Column("undoes", BigInteger, doc="the change that it takes back"),
    Column("planned_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("accepted_at", BigInteger),
    Column("closed_at", BigInteger),
)
Index("catalog_changes_state", catalog_changes.c.state)
Index("catalog_changes_plan", catalog_changes.c.plan)
Index("catalog_changes_sku", catalog_changes.c.sku)

# What a search of Amazon's catalog found for products without a listing.
catalog_items = Table(
    "catalog_items",
    metadata,
    Column("marketplace_id", TEXT, primary_key=True),
    Column("product_sku", TEXT, primary_key=True),
    Column("asin", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False, doc="asin, missing, identifier, keywords, child or chosen"),
    Column("found_by", TEXT, nullable=False, doc="the words or the code that found it"),
    Column("title", TEXT),
    Column("brand", TEXT),
    Column("product_type", TEXT),
    Column("parent", SmallInteger, nullable=False, doc="it stands for its variations and cannot be sold itself"),
    Column("parent_asin", TEXT),
    Column("children", TEXT, nullable=False, doc="JSON: ASINs of its variations"),
    Column("observed_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

catalog_searches = Table(
    "catalog_searches",
    metadata,
    Column("marketplace_id", TEXT, primary_key=True),
    Column("product_sku", TEXT, primary_key=True),
    Column("digest", TEXT, nullable=False, doc="of what was asked for; other identifiers are searched anew"),
    Column("at", BigInteger, nullable=False),
    Column("found", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

asins = Table(
    "asins",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("product_sku", TEXT, primary_key=True),
    Column("asin", TEXT, nullable=False),
    Column("by_whom", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# What people said of a listing and a product: the newest that was not withdrawn holds.
answers = Table(
    "answers",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("store", TEXT, nullable=False),
    Column("seller_sku", TEXT, nullable=False),
    Column("product_sku", TEXT, nullable=False),
    Column("answer", TEXT, nullable=False, doc="yes, no or skip"),
    Column("asked", TEXT, nullable=False, doc="uncertain, likely, audit or manual"),
    Column("by_whom", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("probability", Float, doc="what was thought of the pair when it was asked"),
    Column("withdrawn_at", BigInteger),
)
Index("answers_listing", answers.c.store, answers.c.seller_sku)

candidates = Table(
    "candidates",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("seller_sku", TEXT, primary_key=True),
    Column("product_sku", TEXT, primary_key=True),
    Column("rank", BigInteger, nullable=False),
    Column("probability", Float, nullable=False),
    Column("verdict", TEXT, nullable=False, doc="accepted, likely, possible or vetoed"),
    Column("evidence", TEXT, nullable=False),
    Column("veto", TEXT, nullable=False, doc="what forbids the link, or nothing"),
    Column("audit", SmallInteger, nullable=False, doc="accepted by itself, and drawn for a person to check"),
    Column("found_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
