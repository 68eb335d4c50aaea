"""People's decisions about listings, what an older store decides for a younger one, and what is wanted of a listing."""

from __future__ import annotations

import pyarrow as pa

from channelkit.model.tables import Column, Table

LISTED, FULFILLMENT, ASIN, ALIAS = "listed", "fulfillment", "asin", "alias"
PRICE, HANDLING, CONDITION, NOTES = "price", "handling", "condition", "notes"

OVERRIDES = (PRICE, HANDLING, CONDITION, NOTES)
"""Kinds that beat every setting and every rule until they are removed (AC-04)."""

YES, NO = "yes", "no"
MERCHANT, BY_AMAZON = "merchant", "amazon"

DECISIONS = Table(
    "decisions",
    ("store", "seller_sku", "kind"),
    (
        Column("store", "text", "the Amazon store"),
        Column("seller_sku", "text", "the listing, or the seller SKU under which a product would be listed"),
        Column(
            "kind",
            "text",
            "listed (yes, no), fulfillment (merchant, amazon), asin, alias (of which product), or an override: "
            "price (minor units), handling (days), condition (Amazon's words), notes",
        ),
        Column("value", "text", "what was decided; nothing where an override was removed"),
        Column("by_whom", "text", "who decided"),
        Column("at", "time", "when"),
        Column("id", "whole", "number of the decision; of two about the same, the greater one holds"),
    ),
)
"""The newest decision of each kind about each seller SKU that was not taken back."""

DECIDING = ("Active", "Inactive", "Incomplete", "Ineligible")
"""Tabs of listings that a store manages; what it has ended, or has no product for, it decides for no other store."""

ELDERS = pa.schema(
    [
        ("seller_sku", pa.string()),
        ("store", pa.string()),
        ("tab", pa.string()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("wanted_quantity", pa.int64()),
        ("wanted_fulfillment", pa.string()),
        ("wanted_handling", pa.int64()),
    ]
)
"""What the oldest store of the same account decided about seller SKUs that several of its stores offer (RG-02)."""

WANTED = pa.schema(
    [
        ("wanted_listed", pa.bool_()),
        ("wanted_asin", pa.string()),
        ("wanted_condition", pa.string()),
        ("wanted_notes", pa.string()),
        ("wanted_handling", pa.int64()),
        ("wanted_fulfillment", pa.string()),
        ("wanted_business", pa.string()),
        ("wanted_sale", pa.string()),
        ("wanted_list_price", pa.int64()),
        ("wanted_tax_code", pa.string()),
        ("priced_by", pa.string()),
        ("decided_by", pa.string()),
        ("asked", pa.bool_()),
    ]
)
"""What a decision wants of a listing besides price and quantity.

``wanted_listed``: yes to publish it, no to end it, nothing to leave it. What is null is left as it is.
``wanted_business``, ``wanted_sale``: texts of `channelkit.model.offer_terms`, empty to take it away.
``wanted_list_price``: in minor units, nought to take it away. ``wanted_tax_code``: of new listings alone (LS-08).
``priced_by``: id of the price rule that made the price; empty where none did.
``decided_by``: the older store that decides what several share; empty where the store decides itself.
``asked``: a person asked for the listing by name.
"""
