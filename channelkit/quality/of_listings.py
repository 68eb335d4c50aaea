"""Tests of a store's listings: offers, links, seller SKUs, tabs, and what was decided and never planned."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, mask, one
from channelkit.quality.groups import find_divided, find_shared, find_twins
from channelkit.quality.test import Test
from channelkit.quality.texts import (
    LONGEST_TITLE,
    find_blank,
    find_escaped,
    find_misread,
    find_padded,
    find_replaced,
)

TENFOLD = 10
"""So many times another price is a slip of the keyboard, another thing, or a whole pack."""

DAY = 24 * 3_600_000

MANAGED_TABS = pa.array(["Active", "Inactive", "Incomplete", "Ineligible"])
"""Tabs of listings that are ours to change."""


def _are_merchants(rows: pa.Table) -> Mask:
    return mask(pc.equal(rows["fulfillment_channel"], "DEFAULT"))


def _find_same_offer(rows: pa.Table) -> Mask:
    # Another condition, or goods in Amazon's own warehouse, are another offer of the same item.
    condition = pc.fill_null(one(rows["condition"]), "")
    return find_shared(rows["asin"], condition, pa.array(_are_merchants(rows)))


def _find_divided(rows: pa.Table) -> Mask:
    product = rows["product_sku"]
    return find_divided(rows["price"], by=product) | find_divided(rows["condition"], by=product)


def _find_foreign(rows: pa.Table) -> Mask:
    return mask(pc.and_(pc.is_valid(rows["price"]), pc.not_equal(rows["currency"], rows["store_currency"])))


def _find_tenfold(rows: pa.Table) -> Mask:
    price, wanted = (pc.fill_null(one(rows[name]), 0).to_numpy() for name in ("price", "wanted_price"))
    same = mask(pc.equal(rows["currency"], rows["store_currency"]))
    # Divided, not multiplied: ten times a large number may not fit 64 bits.
    apart: Mask = ((price // TENFOLD >= wanted) | (wanted // TENFOLD >= price)) & (price > 0) & (wanted > 0)
    return apart & same


def _find_oversold(rows: pa.Table) -> Mask:
    is_counted = mask(pc.fill_null(one(rows["managed"]), True))
    is_above = mask(pc.greater(rows["quantity"], pc.max_element_wise(one(rows["salable"]), 0, skip_nulls=False)))
    return is_above & _are_merchants(rows) & is_counted & ~mask(rows["quantity_known"])


def _find_unplanned(rows: pa.Table) -> Mask:
    is_ours = mask(pc.is_in(one(rows["tab"]), value_set=MANAGED_TABS)) & ~mask(rows["stale"])
    is_ours &= mask(pc.is_valid(rows["product_sku"]))
    price = mask(pc.not_equal(rows["price"], rows["wanted_price"])) & mask(pc.greater(rows["wanted_price"], 0))
    # Units that an order took since it was decided are wanted by nobody any more.
    left = pc.subtract(pc.min_element_wise(one(rows["wanted_quantity"]), one(rows["salable"])), one(rows["unpaid"]))
    shown, wanted = one(rows["quantity"]), one(rows["wanted_quantity"])
    quantity = (mask(pc.greater(shown, wanted)) | mask(pc.less(shown, left))) & _are_merchants(rows)
    # What comes back at a higher price gets its quantity only once Amazon shows the price.
    quantity &= ~mask(rows["quantity_known"]) & ~mask(rows["price_known"])
    return is_ours & ((price & ~mask(rows["price_known"])) | quantity)


def _find_long(rows: pa.Table) -> Mask:
    return mask(pc.greater(pc.utf8_length(rows["title"]), LONGEST_TITLE))


_OFFER = ("quantity", "fulfillment_channel")

TESTS = (
    Test(
        "listing-currency",
        "Each price is in the marketplace's currency, since an amount in another one is a wrong price.",
        "listings",
        ("price", "currency", "store_currency"),
        _find_foreign,
        "Look at the store's marketplace in the settings, and at the listing in Seller Central.",
        "error",
    ),
    Test(
        "listing-price-zero",
        "Each price is above zero, since Amazon sells or blocks what costs nothing.",
        "listings",
        ("price",),
        lambda rows: pc.less_equal(rows["price"], 0),
        "Set the price in Commerce; until then end the listing, or set its quantity to 0.",
        "error",
    ),
    Test(
        "listing-price-tenfold",
        "No price is ten times, or a tenth of, the one that it should be, since that is a slip, or another thing.",
        "listings",
        ("price", "currency", "store_currency", "wanted_price"),
        _find_tenfold,
        "Look whether the listing is linked to the right product, and at changes that are held: store.held().",
        "error",
    ),
    Test(
        "listing-oversold",
        "Amazon offers no more than Commerce can sell, since what is not there is sold all the same.",
        "listings",
        (*_OFFER, "salable", "managed", "quantity_known"),
        _find_oversold,
        "Run a cycle, and see why no lower quantity is planned: store.explain(sku).",
        "error",
    ),
    Test(
        "listing-unplanned",
        "Where Amazon shows another price or quantity than is wanted, a change is under way, or it stays so unseen.",
        "listings",
        (
            *("price", "wanted_price", "price_known", "wanted_quantity", "quantity_known", *_OFFER),
            *("tab", "stale", "product_sku", "salable", "unpaid"),
        ),
        _find_unplanned,
        "Run a cycle; what is still here after it has a reason that store.explain(sku) tells.",
    ),
    Test(
        "listing-asin-shared",
        "No two listings of a store offer one ASIN in the same condition and from the same warehouse, as they compete.",
        "listings",
        ("asin", "condition", "fulfillment_channel"),
        _find_same_offer,
        "Keep the one with the better history, and end the other.",
    ),
    Test(
        "listing-product-divided",
        "All listings of one product have one price and one condition, unless somebody means them to differ.",
        "listings",
        ("product_sku", "price", "condition"),
        _find_divided,
        "Look whether each is linked to the right product; where they differ on purpose, nothing is to do.",
        "note",
    ),
    Test(
        "listing-sku-twins",
        "No two seller SKUs differ in case or blanks alone, since Commerce takes them for one.",
        "listings",
        ("seller_sku",),
        lambda rows: find_twins(rows["seller_sku"]),
        "End one of the two, and list it anew under another seller SKU.",
    ),
    Test(
        "listing-sku-blanks",
        "No seller SKU begins or ends with a blank, since nobody sees it and no SKU of Commerce equals it.",
        "listings",
        ("seller_sku",),
        lambda rows: find_padded(rows["seller_sku"]),
        "End it, and list it anew under a seller SKU without the blank.",
    ),
    Test(
        "listing-title-lossy",
        "No title has lost characters, since buyers find it by none of the words that they type.",
        "listings",
        ("title",),
        lambda rows: find_replaced(rows["title"]),
        "Look at the item on Amazon: if it is whole there, the report lost it and a sweep mends it; else mend it.",
    ),
    Test(
        "listing-title-misread",
        "No title was read in the wrong encoding (Ã© for é), since it looks broken and is found by nobody.",
        "listings",
        ("title",),
        lambda rows: find_misread(rows["title"]),
        "Send the title anew as UTF-8, and mend what sent it first.",
    ),
    Test(
        "listing-title-entities",
        "No title shows HTML (&amp; for &), since buyers see it as it is.",
        "listings",
        ("title",),
        lambda rows: find_escaped(rows["title"]),
        "Send the title anew without HTML, and mend what escaped it.",
    ),
    Test(
        "listing-title-long",
        f"No title has more than {LONGEST_TITLE} characters, since Amazon may hide the item from its search.",
        "listings",
        ("title",),
        _find_long,
        "Shorten it: what tells the item apart comes first.",
    ),
    Test(
        "listing-without-tab",
        "Each listing is in a tab, since nothing is decided about one that is in none.",
        "listings",
        ("tab",),
        lambda rows: find_blank(rows["tab"]),
        "Run a cycle; if it stays so, the cycle fails before it decides: channelkit doctor.",
    ),
    Test(
        "listing-stale",
        "No tab rests on facts that are older than promised, since the listing may long be elsewhere.",
        "listings",
        ("stale",),
        lambda rows: rows["stale"],
        "See which reading is late: the test reading-stale names it.",
    ),
    Test(
        "listing-in-doubt",
        "What one look did not find is looked for again within a day, since it may be gone, or there all the same.",
        "listings",
        ("in_doubt",),
        lambda rows: pc.greater(rows["in_doubt"], DAY),
        "Give the store more sweep_calls, and see whether its look-ups by name fail: channelkit doctor.",
    ),
)
