"""Links between the two catalogs, and the changes that a plan makes: their columns, and the states of a change."""

from __future__ import annotations

from channelkit.model.tables import Column, Table

PLANNED, HELD, SENT, ACCEPTED = "planned", "held", "sent", "accepted"
REFUSED, CONFIRMED, EXPIRED, DROPPED = "refused", "confirmed", "expired", "dropped"

STATES = (PLANNED, HELD, SENT, ACCEPTED, REFUSED, CONFIRMED, EXPIRED, DROPPED)
"""``planned -> sent -> accepted | refused -> confirmed | expired``; held for a person; dropped before it was sent."""

OPEN = (SENT, ACCEPTED)
"""On its way: it may or may not be visible yet."""

PATIENCE = 30 * 60_000
"""Milliseconds for which a reading may lag behind a change (Listings Items: minutes, price slower than quantity)."""

PUBLISH_PATIENCE = 8 * 3_600_000
"""Milliseconds for which a new listing may stay invisible: Amazon takes hours to build its page."""

PRICE, QUANTITY = "price", "quantity"
PUBLISH, END = "publish", "end"
CONDITION, NOTES, HANDLING, FULFILLMENT = "condition", "notes", "handling", "fulfillment"
BUSINESS, SALE, LIST_PRICE = "business", "sale", "list_price"

FIELDS = (PRICE, QUANTITY, PUBLISH, END, CONDITION, NOTES, HANDLING, FULFILLMENT, BUSINESS, SALE, LIST_PRICE)
"""What a change may be of. To publish is a change from 0 to 1, to end one from 1 to 0."""

MANUAL, SIMILARITY = "manual", "similarity"
"""Methods of links that no identifier made."""

LINKS = Table(
    "links",
    ("seller_sku",),
    (
        Column("seller_sku", "text", "the listing"),
        Column("product_sku", "text", "the product it is, or nothing where that is not certain"),
        Column("method", "text", "how the link was found: seller_sku, asin, gtin, gcid"),
        Column("evidence", "text", "what speaks for the link, or against one, for a person"),
        Column("candidates", "whole", "how many products it could be"),
    ),
)

DECIDED_LINKS = Table(
    "decided_links",
    ("seller_sku",),
    (
        *LINKS.columns[:2],
        Column("method", "text", "how the link was found: seller_sku, asin, gtin, gcid, similarity, manual"),
        *LINKS.columns[3:],
        Column("confidence", "number", "how certain it is, from 0 to 1; identifiers and people count as certain"),
        Column("linked_by", "text", "who made the link; empty where no person did"),
    ),
)
"""The links that hold once similarity and people have had their word."""

CHANGES = Table(
    "changes",
    ("seller_sku", "field"),
    (
        Column("seller_sku", "text", "the listing"),
        Column("field", "text", "price, quantity, publish, end, condition, notes, handling or fulfillment"),
        Column(
            "before",
            "whole",
            "what is expected to stand there: minor units, units or days; not known where Amazon says none",
        ),
        Column("after", "whole", "what is to stand there: minor units, units or days; nothing where it is text"),
        Column("because", "text", "why, in a sentence"),
        Column("before_text", "text", "what is expected to stand there, where it is text"),
        Column("after_text", "text", "what is to stand there, where it is text; of a new listing all of it, as JSON"),
    ),
)

OPEN_CHANGES = Table(
    "open_changes",
    ("id",),
    (
        Column("id", "whole", "the change's number in the journal"),
        *CHANGES.columns[:4],
        Column("state", "text", "sent or accepted"),
        Column("sent_at", "time", "when it left"),
        *CHANGES.columns[5:],
    ),
)
"""What the pure rooms read of changes that are on their way; a table may have more columns."""
