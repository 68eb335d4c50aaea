"""Tables of trends: figures by day, results of tests of the data, alerts, and what others offer."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, SmallInteger, Table

from channelkit.database import order_schema
from channelkit.database.schema import NUMBERED, TEXT, metadata

ALL_TABLES = order_schema.ALL_TABLES

# How the listings of a store stood at the end of a day; a day that is over never changes.
daily_tabs = Table(
    "daily_tabs",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("day", TEXT, primary_key=True, doc="in the marketplace's time zone: 2026-11-30"),
    Column("tab", TEXT, primary_key=True),
    Column("status", TEXT, primary_key=True),
    Column("brand", TEXT, primary_key=True, doc="of the product; empty where none is known"),
    Column("category", TEXT, primary_key=True, doc="of the product, by its name; empty where none is known"),
    Column("listings", BigInteger, nullable=False),
    Column("sold_out", BigInteger, nullable=False, doc="of them those that offer no unit of the merchant's"),
    Column("units", BigInteger, nullable=False, doc="on offer; what Amazon fulfils is not counted"),
    Column("priced", BigInteger, nullable=False, doc="of them those with a price"),
    Column("prices", BigInteger, nullable=False, doc="sum of these prices, in minor units of the store's currency"),
    Column("featured", BigInteger, nullable=False, doc="of them those whose offer was the featured one"),
    Column("compared", BigInteger, nullable=False, doc="of them those of which that is known"),
)

# What went from tab to tab on a day.
daily_moves = Table(
    "daily_moves",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("day", TEXT, primary_key=True),
    Column("from_tab", TEXT, primary_key=True, doc="empty for what is new"),
    Column("to_tab", TEXT, primary_key=True, doc="empty for what is in no tab any more"),
    Column("status", TEXT, primary_key=True, doc="the status that it came to"),
    Column("brand", TEXT, primary_key=True),
    Column("category", TEXT, primary_key=True),
    Column("listings", BigInteger, nullable=False),
)

# The same, and why: as the decision told it, without whose it was.
daily_flows = Table(
    "daily_flows",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("day", TEXT, primary_key=True),
    Column("from_tab", TEXT, primary_key=True),
    Column("to_tab", TEXT, primary_key=True),
    Column("status", TEXT, primary_key=True),
    Column("reason", TEXT, primary_key=True, doc="empty where none was kept"),
    Column("listings", BigInteger, nullable=False),
)

# How prices moved on a day, and where they stood at its end; a day that is over never changes.
daily_prices = Table(
    "daily_prices",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("day", TEXT, primary_key=True),
    Column("moved", BigInteger, nullable=False, doc="changes of prices that were seen"),
    Column("median_price", BigInteger, doc="in minor units; of two the lower one, and nothing where no price is known"),
)

# When a listing ran out of stock on a day, and when it had some again; a day that is over never changes.
daily_crossings = Table(
    "daily_crossings",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("day", TEXT, primary_key=True),
    Column("number", BigInteger, primary_key=True, doc="what one listing went through on a day is in its order"),
    Column("seller_sku", TEXT, nullable=False),
    Column("moment", BigInteger, nullable=False, doc="when it was seen, in milliseconds since 1970"),
    Column("is_out", SmallInteger, nullable=False, doc="it ran out; else it had some again, or is Amazon's to fulfil"),
    Column("price", BigInteger, doc="when it ran out, in minor units of the store's currency"),
    sqlite_with_rowid=False,
)

# Tests of the data, as each of them came out whenever that was not as before.
quality_results = Table(
    "quality_results",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("store", TEXT, nullable=False, doc="empty for what all stores share"),
    Column("test", TEXT, nullable=False),
    Column("looked_at", BigInteger, nullable=False, doc="rows"),
    Column("failing", BigInteger, nullable=False, doc="rows"),
    Column("examples", TEXT, nullable=False, server_default="[]", doc="JSON: some of the failing rows' SKUs"),
)
Index("quality_results_test", quality_results.c.store, quality_results.c.test, quality_results.c.at)

# One row for each trouble while it lasts; who was told of it is not told again each time it is seen.
alerts = Table(
    "alerts",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("key", TEXT, nullable=False, doc="names the trouble: late/sync, read-only/us"),
    Column("kind", TEXT, nullable=False),
    Column("store", TEXT, nullable=False, server_default=""),
    Column("words", TEXT, nullable=False, doc="what is wrong"),
    Column("fix", TEXT, nullable=False, doc="what to do"),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False, doc="when it was last seen"),
    Column("times", BigInteger, nullable=False, server_default="1"),
    Column("told_at", BigInteger, doc="when somebody was last told"),
    Column("told_how", TEXT, nullable=False, server_default="", doc="by which ways, and what went wrong"),
    Column("closed_at", BigInteger, doc="when it was over"),
)
Index("alerts_key", alerts.c.key, alerts.c.closed_at)

# What Amazon says of all offers for an item; the newest only, the history follows the rest.
competition = Table(
    "competition",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("asin", TEXT, primary_key=True),
    Column("condition", TEXT, primary_key=True, doc="New, Used, Collectible, Refurbished"),
    Column("offers", TEXT, nullable=False, doc="JSON: whether ours is featured, and the lowest ones"),
    Column("featured_seller", TEXT, nullable=False, server_default="", doc="empty where no offer is featured"),
    Column("featured_landed", BigInteger, doc="price and shipping of the featured offer, in minor units"),
    Column("lowest_landed", BigInteger, doc="of the lowest offer of somebody else"),
    Column("expected", BigInteger, doc="the price at which Amazon expects the offer to be featured"),
    Column("currency", TEXT, nullable=False, server_default=""),
    Column("asked_at", BigInteger, nullable=False, doc="when Amazon was asked"),
)
