"""Each table of facts and decisions, declared once: its columns, their kinds and units, and its key.

The database builds its tables from here, the readers their columns, and the pure rooms name what they take and
give by it. Kinds:

* ``text``: exact text; SKUs keep their case, their spaces and their leading zeros;
* ``whole``: a 64-bit whole number;
* ``minor``: money, in whole minor units of the currency that stands beside it (cents; yen);
* ``decimal``: an exact decimal number, written as text;
* ``flag``: yes, no, or not known;
* ``number``: a number that need not be exact, such as a probability;
* ``time``: milliseconds since 1970 in UTC;
* ``json``: a JSON document, as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal["text", "whole", "minor", "decimal", "flag", "number", "time", "json"]

ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "whole": pa.int64(),
    "minor": pa.int64(),
    "decimal": pa.string(),
    "flag": pa.bool_(),
    "number": pa.float64(),
    "time": pa.int64(),
    "json": pa.string(),
}


@dataclass(frozen=True)
class Column:
    """One column: its name, its kind, what it holds, and whether the history follows its changes."""

    name: str
    kind: Kind
    holds: str
    followed: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its name, its key columns, all of its columns in order, and what the history says of a new row.

    Arguments:
        first: the column whose first value the history tells; of the others it tells what changes, so that
            a million new listings do not make ten million rows of history.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    first: str = ""

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def followed(self) -> list[str]:
        """Columns whose changes are kept for ever."""
        return [column.name for column in self.columns if column.followed]

    def schema(self, names: Iterable[str] | None = None) -> pa.Schema:
        """Return the Arrow schema of these columns, or of all."""
        kinds = {column.name: column.kind for column in self.columns}
        return pa.schema([(name, ARROW[kinds[name]]) for name in (self.names if names is None else names)])


LISTINGS = Table(
    "listings",
    ("store", "seller_sku"),
    (
        Column("store", "text", "the Amazon store, by its name in the settings"),
        Column("seller_sku", "text", "the seller's key of the listing; exact, case-sensitive"),
        Column("asin", "text", "Amazon's catalog item", followed=True),
        Column("listing_id", "text", "Amazon's own id of the listing"),
        Column("title", "text", "the item's name on Amazon", followed=True),
        Column("description", "text", "the item's description on Amazon"),
        Column("price", "minor", "price of the offer", followed=True),
        Column("currency", "text", "currency of the price"),
        Column("quantity", "whole", "units on offer; not known where Amazon fulfils", followed=True),
        Column("pending_quantity", "whole", "units in pending orders"),
        Column("fulfillment_channel", "text", "DEFAULT for the merchant, AMAZON_… for Amazon", followed=True),
        Column("condition", "text", "condition, in Amazon's words (new_new, used_good, …)", followed=True),
        Column("condition_note", "text", "the seller's note on the condition"),
        Column("status", "text", "Active, Inactive or Incomplete, as the report says", followed=True),
        Column("buyable", "flag", "Amazon lets people buy it", followed=True),
        Column("discoverable", "flag", "Amazon shows it in its search", followed=True),
        Column("issues", "json", "Amazon's complaints: code, message, severity, categories, attributes, actions"),
        Column("product_type", "text", "Amazon's product type"),
        Column("product_id", "text", "an identifier that the seller gave, as given"),
        Column("product_id_type", "text", "1 ASIN, 2 ISBN, 3 UPC, 4 EAN"),
        Column("image_url", "text", "address of the main image"),
        Column("opened", "text", "when the listing was opened, in Amazon's local words"),
        Column("shipping_group", "text", "the merchant's shipping template"),
        Column("changed_at", "time", "when Amazon last changed the listing"),
        Column("observed_at", "time", "when a search last read it, or a report with other contents than before"),
        Column("source", "text", "report or search"),
        Column("missing_since", "time", "when it was first looked for and not found"),
        Column("missing_last", "time", "when it was last looked for and not found"),
        Column("digest", "whole", "digest of what the report said; not known after a newer reading"),
        Column("handling_days", "whole", "days from order to dispatch; not known where it was not read", followed=True),
        Column("business", "text", "what businesses pay, as `model.offer_terms` writes it; empty: none", followed=True),
        Column("sale", "text", "sale price and days, as `model.offer_terms` writes it; empty: none", followed=True),
        Column("list_price", "minor", "what it is said to cost elsewhere (MSRP)", followed=True),
        Column("least_price", "minor", "below this Amazon takes no price of it from the seller"),
        Column("largest_price", "minor", "above this Amazon takes no price of it from the seller"),
    ),
    first="asin",
)

SIGHTINGS_APART = 15 * 60_000
"""Milliseconds between two looks that did not find it, before a listing is gone: one truncated report moves nothing."""

PRODUCTS = Table(
    "products",
    ("sku",),
    (
        Column("sku", "text", "Commerce's SKU, as Commerce writes it"),
        Column("entity_id", "whole", "Commerce's number of the product"),
        Column("name", "text", "name in all store views", followed=True),
        Column("type", "text", "simple, virtual, downloadable, configurable, bundle, grouped, …"),
        Column("enabled", "flag", "enabled in all store views", followed=True),
        Column("visibility", "whole", "1 not visible, 2 catalog, 3 search, 4 both"),
        Column("attribute_set", "whole", "number of the attribute set"),
        Column("price", "decimal", "price in all store views, in the base currency", followed=True),
        Column("websites", "text", "numbers of its websites, with commas before and after: ,1,2,"),
        Column("seller_sku", "text", "the attribute that holds the seller SKU, or the SKU itself", followed=True),
        Column("asin", "text", "the attribute that holds the ASIN", followed=True),
        Column("upc", "text", "the attribute that holds the UPC", followed=True),
        Column("ean", "text", "the attribute that holds the EAN", followed=True),
        Column("isbn", "text", "the attribute that holds the ISBN", followed=True),
        Column("gtin", "text", "the attribute that holds a GTIN of any length", followed=True),
        Column("attributes", "json", "all custom attributes, code to value"),
        Column("changed_at", "time", "when Commerce last changed it"),
        Column("observed_at", "time", "when it was last read with other contents than before"),
        Column("missing_since", "time", "when a complete reading first lacked it"),
        Column("digest", "whole", "digest of what Commerce said"),
        Column("gcid", "text", "the attribute that holds Amazon's identifier of a brand's own product", followed=True),
    ),
    first="name",
)

SCOPES = Table(
    "product_scopes",
    ("store_view", "sku"),
    (
        Column("store_view", "text", "code of the store view"),
        Column("sku", "text", "Commerce's SKU"),
        Column("name", "text", "name there, where it differs"),
        Column("enabled", "flag", "enabled there, where it differs", followed=True),
        Column("price", "decimal", "price there, where it differs, in the website's currency", followed=True),
        Column("observed_at", "time", "when it was last read with other contents than before"),
        Column("prices", "json", "other price attributes there, where they differ: their codes to decimal texts"),
    ),
    first="price",
)

STOCK = Table(
    "stock",
    ("website", "sku"),
    (
        Column("website", "text", "code of the website whose stock it is"),
        Column("sku", "text", "Commerce's SKU"),
        Column("salable", "whole", "salable quantity, decimals cut off", followed=True),
        Column("in_stock", "flag", "Commerce would sell it", followed=True),
        Column("managed", "flag", "Commerce counts its stock; not known until asked"),
        Column("observed_at", "time", "when it was last read with other contents than before"),
    ),
    first="salable",
)

TABS = Table(
    "tabs",
    ("store", "listed", "sku"),
    (
        Column("store", "text", "the Amazon store"),
        Column("listed", "flag", "it exists on Amazon, or is to be asked for there"),
        Column("sku", "text", "the seller SKU of a listing, else the product's SKU"),
        Column("asin", "text", "Amazon's catalog item"),
        Column("product_sku", "text", "the linked product", followed=True),
        Column(
            "method", "text", "how the link was found: seller_sku, asin, gtin, gcid, similarity, manual", followed=True
        ),
        Column("evidence", "text", "what speaks for the link, for a person"),
        Column("tab", "text", "the one tab it is in", followed=True),
        Column("status", "text", "the status within the tab", followed=True),
        Column("reason", "text", "why, in a sentence"),
        Column("next_step", "text", "what to do next"),
        Column("actions", "text", "what may be done, comma separated"),
        Column("since", "time", "since when it has had this tab and status"),
        Column("stale", "flag", "the facts are older than promised; the tab was kept"),
        Column("wanted_price", "minor", "the price it should have"),
        Column("wanted_quantity", "whole", "the quantity it should have"),
        Column("digest", "whole", "digest of all this but the times"),
        Column("confidence", "number", "how certain the link is, from 0 to 1"),
        Column("linked_by", "text", "who made the link; empty where no person did"),
        Column("linked_at", "time", "since when it has been linked to this product in this way"),
        Column("seller_sku", "text", "the seller SKU it has, or under which it would be listed"),
    ),
    first="tab",
)
"""What was decided about each listing, and about each product that could be one."""

HISTORY = pa.schema(
    [
        ("seen_at", pa.timestamp("ms", "UTC")),
        ("store", pa.string()),
        ("subject", pa.string()),
        ("sku", pa.string()),
        ("field", pa.string()),
        ("before", pa.string()),
        ("after", pa.string()),
        ("because", pa.string()),
        ("run", pa.string()),
    ]
)
"""One row for each change ever seen: when, where, of what, from, to, because of whom, found by which run."""
