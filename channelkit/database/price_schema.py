"""Tables of prices: rules in versions, what Amazon keeps of a price as fees, and tries on a few listings first."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table

from channelkit.database import trend_schema
from channelkit.database.schema import NUMBERED, TEXT, listings, metadata

ALL_TABLES = trend_schema.ALL_TABLES

# Each version of all price rules of a store; the newest holds, and none is ever changed.
price_rules = Table(
    "price_rules",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("store", TEXT, nullable=False),
    Column("name", TEXT, nullable=False, doc="what this version changed, in a person's words"),
    Column("rules", TEXT, nullable=False, doc="JSON: the list of rules"),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", TEXT, nullable=False),
    Column("restores", BigInteger, doc="the earlier version that it brings back"),
)
Index("price_rules_store", price_rules.c.store, price_rules.c.id)

# What Amazon would keep of a price; the newest estimate only.
fees = Table(
    "fees",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("seller_sku", TEXT, primary_key=True),
    Column("price", BigInteger, nullable=False, doc="that was asked about, in minor units"),
    Column("referral", BigInteger, doc="Amazon's share of that price; null where Amazon gave no answer"),
    Column("fulfillment", BigInteger, doc="what Amazon takes for sending it; 0 where the merchant does"),
    Column("other", BigInteger, doc="all other fees"),
    Column("currency", TEXT, nullable=False, server_default=""),
    Column("note", TEXT, nullable=False, server_default="", doc="why there is no answer, in Amazon's words"),
    Column("asked_at", BigInteger, nullable=False),
)

# Prices that go to a few listings first, and to the others once those are seen to be right.
canaries = Table(
    "canaries",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("store", TEXT, nullable=False),
    Column("state", TEXT, nullable=False, doc="running, passed, stopped, closed"),
    Column("share", TEXT, nullable=False, doc="of the price changes that go first, as a decimal"),
    Column("prices", TEXT, nullable=False, doc="JSON: seller SKU to before and after, of those that go first"),
    Column("rest", TEXT, nullable=False, server_default="", doc="fingerprint of the others that a person saw"),
    Column("started_at", BigInteger, nullable=False),
    Column("started_by", TEXT, nullable=False),
    Column("ended_at", BigInteger),
    Column("note", TEXT, nullable=False, server_default="", doc="why it was stopped"),
)
Index("canaries_store", canaries.c.store, canaries.c.id)

# Whose turn it is to be asked about: item by item what never was, else what was longest ago. Each holds all that is
# looked at, so that no wide row is read for it, and SQLite takes it although it does not know how many rows there are.
Index("listings_asin", *(listings.c[name] for name in ("store", "asin", "condition", "buyable")))
_competition = trend_schema.competition.c
Index("competition_asked", *(_competition[name] for name in ("store", "asked_at", "asin", "condition")))
Index("fees_asked", fees.c.store, fees.c.asked_at, fees.c.seller_sku)
