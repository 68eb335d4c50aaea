"""The tables of orders: Amazon's, their copies in Commerce, what is done about them, the stock ledger, and people.

What identifies a person is in ``people`` alone, encrypted with a key that is not in the database.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, Table, UniqueConstraint

from channelkit.database import listing_schema
from channelkit.database.schema import NUMBERED, TEXT, metadata

ALL_TABLES = listing_schema.ALL_TABLES
"""Every table of the database."""


def _text(name: str, doc: str = "") -> Column[str]:
    return Column(name, TEXT, nullable=False, server_default="", doc=doc)


orders = Table(
    "orders",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("order_id", TEXT, primary_key=True, doc="Amazon's"),
    Column("seller_id", TEXT, nullable=False),
    Column("marketplace_id", TEXT, nullable=False),
    Column("status", TEXT, nullable=False, doc="Amazon's word"),
    Column("fulfilled_by", TEXT, nullable=False, doc="merchant or amazon"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False, doc="when Amazon last touched it"),
    Column("first_seen_at", BigInteger, nullable=False, doc="when we first read it"),
    Column("observed_at", BigInteger, nullable=False, doc="when we last read something new of it"),
    _text("currency"),
    Column("total", BigInteger, doc="minor units; nothing while Amazon does not tell"),
    Column("units", BigInteger, nullable=False),
    Column("ship_by", BigInteger),
    Column("deliver_by", BigInteger),
    Column("delivered_at", BigInteger, doc="when the last parcel was first seen delivered"),
    _text("service_level"),
    _text("programs", "separated by commas"),
    _text("replaces"),
    Column("wants_cancellation", SmallInteger, nullable=False, server_default="0"),
    _text("cancel_reason"),
    _text("country"),
    _text("lacking", "parts of the person that Amazon did not give, separated by commas"),
    _text("pseudonym"),
    UniqueConstraint("seller_id", "order_id", name="orders_once"),
)
Index("orders_created", orders.c.store, orders.c.created_at)
Index("orders_status", orders.c.store, orders.c.status)
Index("orders_observed", orders.c.store, orders.c.observed_at)

order_lines = Table(
    "order_lines",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("order_id", TEXT, primary_key=True),
    Column("item_id", TEXT, primary_key=True),
    Column("seller_sku", TEXT, nullable=False),
    _text("asin"),
    _text("title"),
    _text("condition"),
    Column("product_sku", TEXT, doc="the linked product when the line was first seen with one"),
    *(Column(name, BigInteger, nullable=False) for name in ("ordered", "fulfilled", "cancelled")),
    *(
        Column(name, BigInteger, nullable=False, server_default="0", doc="minor units")
        for name in ("item", "shipping", "gift_wrap", "cod", "other", "discount", "tax", "tax_shipping")
    ),
    Column("sold_at", BigInteger, doc="when the order was placed; nothing where it is no sale"),
    Column("sold_for", BigInteger, doc="minor units of the marketplace's currency; nothing in another one"),
)
# All that is asked of a listing's sales stands in the index: of each line, its order need not be looked up.
_sold = ("store", "seller_sku", "sold_at", "ordered", "cancelled", "sold_for")
Index("order_lines_sold", *(order_lines.c[name] for name in _sold))

parcels = Table(
    "parcels",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("order_id", TEXT, primary_key=True),
    Column("package_id", TEXT, primary_key=True),
    _text("status"),
    _text("carrier"),
    _text("tracking"),
    _text("service"),
    Column("shipped_at", BigInteger),
    _text("units", "JSON: units by order item"),
)

copies = Table(
    "copies",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("order_id", TEXT, primary_key=True, doc="Amazon's"),
    Column("entity_id", BigInteger, primary_key=True, autoincrement=False, doc="Commerce's; one for each order"),
    Column("increment_id", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("total", BigInteger, nullable=False, doc="minor units"),
    Column("store_id", BigInteger, nullable=False),
    Column("address_id", BigInteger),
    Column("updated_at", BigInteger, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    _text("lines", "JSON: the copy's items"),
)
Index("copies_observed", copies.c.store, copies.c.observed_at)

shipments = Table(
    "shipments",
    metadata,
    Column("shipment_id", BigInteger, primary_key=True, autoincrement=False, doc="Commerce's"),
    Column("store", TEXT, nullable=False),
    Column("order_id", TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    _text("tracks", "JSON"),
    _text("units", "JSON: units by item of the copy"),
)
Index("shipments_order", shipments.c.store, shipments.c.order_id)

credit_memos = Table(
    "credit_memos",
    metadata,
    Column("memo_id", BigInteger, primary_key=True, autoincrement=False, doc="Commerce's"),
    Column("store", TEXT, nullable=False),
    Column("order_id", TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False, doc="minor units"),
    _text("units", "JSON: units by item of the copy"),
)
Index("credit_memos_order", credit_memos.c.store, credit_memos.c.order_id)

returns = Table(
    "returns",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("return_id", TEXT, primary_key=True, doc="Amazon's RMA and the seller SKU it is of"),
    Column("order_id", TEXT, nullable=False),
    Column("seller_sku", TEXT, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("requested_at", BigInteger, nullable=False),
    Column("received_at", BigInteger),
    Column("refunded", BigInteger, nullable=False, server_default="0", doc="minor units"),
    _text("reason"),
    Column("observed_at", BigInteger, nullable=False),
)
Index("returns_order", returns.c.store, returns.c.order_id)

# An order's change is written down before it is sent, and there is one of a kind and key for ever.
order_changes = Table(
    "order_changes",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("store", TEXT, nullable=False),
    Column("order_id", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False, doc="`channelkit.model.orders.KINDS`"),
    _text("key", "tells changes of a kind apart: a shipment, a return"),
    _text("run"),
    Column("state", TEXT, nullable=False, doc="planned, held, sent, accepted, refused, confirmed, expired, dropped"),
    _text("body", "JSON, without anybody's data"),
    _text("because"),
    _text("note"),
    _text("code"),
    _text("request_id"),
    _text("submission_id"),
    _text("ordered_by"),
    Column("caused_at", BigInteger, doc="when its cause came to be on the other side"),
    Column("planned_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("accepted_at", BigInteger),
    Column("closed_at", BigInteger),
    UniqueConstraint("store", "order_id", "kind", "key", name="order_changes_once"),
)
Index("order_changes_state", order_changes.c.store, order_changes.c.state)

# Where each order stands with us, and what stands in its way.
stands = Table(
    "stands",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("order_id", TEXT, primary_key=True),
    Column("stage", TEXT, nullable=False),
    _text("blocker"),
    _text("note"),
    _text("next_step"),
    Column("since", BigInteger, nullable=False),
)
Index("stands_stage", stands.c.store, stands.c.stage)

stock_ledger = Table(
    "stock_ledger",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("store", TEXT, nullable=False),
    Column("website", TEXT, nullable=False, doc="whose stock it is"),
    Column("product_sku", TEXT, nullable=False),
    Column("seller_sku", TEXT, nullable=False),
    Column("order_id", TEXT, nullable=False),
    Column("item_id", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False, doc="`channelkit.model.stock_entries.LEDGER_KINDS`"),
    _text("source", "what it is known from: an order's version, a shipment, a credit memo"),
    Column("units", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("store", "order_id", "item_id", "kind", "source", name="stock_ledger_once"),
)
Index("stock_ledger_product", stock_ledger.c.website, stock_ledger.c.product_sku)

# Quantities that fell on Amazon by themselves: perhaps an order that was not read yet.
falls = Table(
    "falls",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("seller_sku", TEXT, primary_key=True),
    Column("quantity", BigInteger, nullable=False, doc="what Amazon shows"),
    Column("seen_at", BigInteger, nullable=False, doc="when it was first seen so"),
    Column("units", BigInteger, nullable=False, server_default="0", doc="how many units nothing explains"),
)

# What Amazon's report on orders tells of orders that were not read yet, so that nobody sells their units again.
unread_lines = Table(
    "unread_lines",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("order_id", TEXT, primary_key=True),
    Column("seller_sku", TEXT, primary_key=True),
    Column("units", BigInteger, nullable=False, doc="without those that were cancelled"),
    Column("status", TEXT, nullable=False, doc="in the report's words"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False, doc="when the report was asked for"),
)

backfills = Table(
    "backfills",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("store", TEXT, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("by_whom", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
)

# Were all orders read? Amazon's count of a day against ours, and ours against Commerce.
order_counts = Table(
    "order_counts",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("day", TEXT, primary_key=True, doc="in the marketplace's time zone"),
    Column("amazon", BigInteger, nullable=False, doc="orders by Amazon's own count"),
    Column("ours", BigInteger, nullable=False),
    Column("copied", BigInteger, nullable=False, doc="ours that Commerce has"),
    _text("missing", "JSON: order ids that one side lacks, and why"),
    Column("at", BigInteger, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("store", TEXT, primary_key=True),
    Column("order_id", TEXT, primary_key=True),
    Column("pseudonym", TEXT, nullable=False),
    Column("key_id", TEXT, nullable=False, doc="which key it was encrypted with"),
    Column("body", LargeBinary, nullable=False, doc="encrypted"),
    Column("kept_at", BigInteger, nullable=False),
)
Index("people_pseudonym", people.c.pseudonym)

# Who looked at somebody's data, when, and what for.
people_log = Table(
    "people_log",
    metadata,
    Column("id", NUMBERED, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("store", TEXT, nullable=False),
    Column("order_id", TEXT, nullable=False),
    Column("deed", TEXT, nullable=False, doc="kept, read, corrected, exported, erased, purged"),
    Column("by_whom", TEXT, nullable=False),
    Column("purpose", TEXT, nullable=False),
)
