"""The tables that tests of the data look at: each row with what belongs to it from both sides beside it.

The key column comes first; the examples of a test are named by it.
"""

from __future__ import annotations

from channelkit.model.tables import Column, Table

PRODUCTS = Table(
    "products",
    ("sku",),
    (
        Column("sku", "text", "Commerce's SKU, as Commerce writes it"),
        Column("name", "text", "name in all store views"),
        Column("type", "text", "simple, virtual, downloadable, configurable, bundle, grouped, …"),
        Column("enabled", "flag", "enabled in all store views"),
        Column("price", "decimal", "price in all store views, in the base currency"),
        Column("websites", "text", "numbers of its websites, with commas before and after: ,1,2,"),
        *(
            Column(name, "text", f"the attribute that holds the {words}")
            for name, words in (
                *(("seller_sku", "seller SKU"), ("asin", "ASIN"), ("upc", "UPC"), ("ean", "EAN"), ("isbn", "ISBN")),
                *(("gtin", "GTIN of any length"), ("gcid", "GCID")),
            )
        ),
        Column("brand", "text", "the attribute that holds the brand, by its label"),
    ),
)
"""Products that Commerce has; all stores share them."""

STOCK = Table(
    "stock",
    ("sku",),
    (
        Column("sku", "text", "Commerce's SKU"),
        Column("salable", "whole", "salable quantity, decimals cut off"),
        Column("in_stock", "flag", "Commerce would sell it"),
        Column("managed", "flag", "Commerce counts its stock; not known until asked"),
    ),
)
"""The stock of the store's website."""

LISTINGS = Table(
    "listings",
    ("seller_sku",),
    (
        Column("seller_sku", "text", "the seller's key of the listing; exact, case-sensitive"),
        Column("asin", "text", "Amazon's catalog item"),
        Column("title", "text", "the item's name on Amazon"),
        Column("price", "minor", "price of the offer"),
        Column("currency", "text", "currency of the price"),
        Column("store_currency", "text", "currency of the marketplace"),
        Column("quantity", "whole", "units on offer; not known where Amazon fulfils"),
        Column("fulfillment_channel", "text", "DEFAULT for the merchant, AMAZON_… for Amazon"),
        Column("condition", "text", "condition, in Amazon's words"),
        Column("listing_status", "text", "Active, Inactive or Incomplete, as Amazon's report says"),
        Column("product_id", "text", "an identifier that the seller gave, as given"),
        Column("product_id_type", "text", "1 ASIN, 2 ISBN, 3 UPC, 4 EAN"),
        Column("product_type", "text", "Amazon's product type"),
        Column("in_doubt", "time", "milliseconds since the last look that did not find it, while it is not gone"),
        Column("product_sku", "text", "the linked product"),
        Column("tab", "text", "the one tab it is in"),
        Column("status", "text", "the status within the tab"),
        Column("stale", "flag", "the facts were older than promised; the tab was kept"),
        Column("wanted_price", "minor", "the price it should have: Commerce's, or a person's"),
        Column("wanted_quantity", "whole", "the quantity it should have"),
        Column("salable", "whole", "what Commerce can sell, less what is held for orders that it does not know of"),
        Column("unpaid", "whole", "units of it in orders that are not paid yet; Amazon has taken them off"),
        Column("managed", "flag", "Commerce counts the product's stock; not known until asked"),
        Column("price_known", "flag", "a price is planned, held or on its way, or was refused within a day"),
        Column("quantity_known", "flag", "the same of a quantity; or it fell on Amazon by itself"),
    ),
)
"""A store's listings that Amazon has."""

CHANGES = Table(
    "changes",
    ("seller_sku",),
    (
        Column("seller_sku", "text", "the listing"),
        Column("field", "text", "price, quantity, publish, end, condition, notes, handling or fulfillment"),
        Column("before", "whole", "what was expected to stand there"),
        Column("after", "whole", "what is to stand there"),
        Column("state", "text", "planned, held, sent or accepted"),
        Column("fulfillment_channel", "text", "of the listing as it is: DEFAULT, or AMAZON_…"),
        Column("age", "time", "milliseconds since it was planned"),
    ),
)
"""A store's changes that are planned, held or on their way."""

ORDERS = Table(
    "orders",
    ("order_id",),
    (
        Column("order_id", "text", "Amazon's number"),
        Column("order_status", "text", "Amazon's word"),
        Column("fulfilled_by", "text", "merchant or amazon"),
        Column("currency", "text", "of its amounts"),
        Column("total", "minor", "what the buyer pays; not known while Amazon does not tell"),
        Column("net", "minor", "what its lines come to by Amazon's prices, less discounts"),
        Column("tax", "minor", "all tax of its lines"),
        Column("cancelled", "whole", "units that were cancelled"),
        Column("lines", "whole", "how many lines it has"),
        Column("stage", "text", "where it stands with us"),
        Column("copies", "whole", "how many orders Commerce has of it"),
        Column("age", "time", "milliseconds since it has stood there, or since it was first read"),
    ),
)
"""A store's orders."""

READINGS = Table(
    "readings",
    ("what",),
    (
        Column("what", "text", "what is read: listings, orders, products, stock"),
        Column("age", "time", "milliseconds since it was last read as a whole, or since the store was made"),
        Column("promise", "time", "milliseconds that it may be old"),
    ),
)
"""What is read of both sides, and how long ago it was."""

TABLES = {table.name: table for table in (PRODUCTS, STOCK, LISTINGS, CHANGES, ORDERS, READINGS)}

SHARED = (PRODUCTS.name,)
"""Tables that all stores share; what is found in them is kept under no store's name."""
