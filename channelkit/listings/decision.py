"""The decision tables: which tab, in which order, with which words. The first row that holds wins (TB-01).

Texts are templates for `channelkit.listings.sentences`. What a row wants: ``terms`` (price and quantity as
`channelkit.listings.terms` found them), ``zero`` (quantity 0, the listing stays: LR-05), or ``nothing``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from channelkit.listings.situation import Situation
from channelkit.listings.terms import Terms
from channelkit.model.columns import Mask

ACTIVE, INACTIVE, INCOMPLETE, INELIGIBLE = "Active", "Inactive", "Incomplete", "Ineligible"
THIRD_PARTY, READY, ENDED, NO_TAB = "New Third Party", "Ready to List", "Ended", ""


WANTS_ASIN = ("Multiple Matches Found", "Has Variants", "Unable to Assign to Amazon Listing")
"""Statuses of a product that can be listed once it is known which of Amazon's items it is."""


@dataclass(frozen=True)
class Row:
    """One row of a decision table."""

    when: Mask
    tab: str
    status: str
    reason: str
    next_step: str
    wants: Literal["terms", "zero", "nothing"] = "terms"


def listing_rows(see: Situation, terms: Terms) -> list[Row]:
    """Return the decision table for listings that exist on Amazon, or did."""
    everywhere = np.ones(len(see.is_listed), np.bool_)
    is_unlinked = ~see.is_linked
    kept = np.full(len(everywhere), terms.import_third_party)
    return [
        Row(is_unlinked & ~kept, NO_TAB, "", "", "", "nothing"),
        Row(
            is_unlinked & ~see.is_gone & see.has_candidates,
            *(THIRD_PARTY, "Multiple Matches Found", "It is not certain which product this is. {evidence}"),
            "Choose the product in the notebook 02_match or with channelkit match, or correct the shared identifier.",
            "nothing",
        ),
        Row(
            is_unlinked & ~see.is_gone,
            *(THIRD_PARTY, "Awaiting Product Assignment"),
            "No product in Commerce has the seller SKU {sku}, the ASIN {asin} or the listing's identifier.",
            "Assign a product or create one from the listing (channelkit match), or add the identifier in Commerce.",
            "nothing",
        ),
        Row(
            see.is_ended & ~see.is_gone,
            *(ENDED, "Ending In Progress", "A person ended it, and Amazon still shows it."),
            "Wait until Amazon no longer shows it.",
            "nothing",
        ),
        Row(
            see.is_gone & see.is_ended,
            *(ENDED, "Manually Ended", f"A person ended it, {_GONE}"),
            "Publish it again if it is to be sold.",
            "nothing",
        ),
        Row(
            see.is_gone,
            *(ENDED, "Removed on Amazon", f"It is no longer on Amazon, {_GONE}"),
            "Find out in Seller Central why it was removed; publish it again if it is to be sold.",
            "nothing",
        ),
        *_ineligible_rows(see, terms, ~see.is_by_amazon, " Until then its quantity is 0; the listing stays."),
        *_ineligible_rows(see, terms, see.is_by_amazon, " Amazon's own stock is not ours to set."),
        Row(
            see.lacks_information & see.names_missing,
            *(INCOMPLETE, "Missing Information: {issue_attributes}"),
            "Amazon says that required information is missing ({issue_attributes}): {issue_words}",
            "Supply it in Seller Central, or in the mapped attributes.",
        ),
        Row(
            see.lacks_information & see.has_reason,
            *(INCOMPLETE, "Missing Information", "Amazon says that required information is missing: {issue_words}"),
            "Supply it in Seller Central, or in the mapped attributes.",
        ),
        Row(
            see.lacks_information,
            *(
                INCOMPLETE,
                "Missing Information",
                "Amazon's report calls it incomplete, and does not say what is missing.",
            ),
            "Look in Seller Central what is missing, and supply it.",
        ),
        Row(
            see.is_inactive & see.has_reason,
            *(INACTIVE, "{issue_reason}", "Amazon does not sell it and says: {issue_words}"),
            "Do what Amazon asks in Seller Central; it becomes Active by itself once Amazon clears it.",
        ),
        Row(
            see.is_inactive,
            *(INACTIVE, "Not Provided", "Amazon does not sell it, and its reason is not provided."),
            "Look at the listing in Seller Central; it becomes Active by itself once Amazon clears it.",
        ),
        Row(
            see.is_returning,
            *(
                ACTIVE,
                "Relist in Progress",
                "A change that brings it back is on its way to Amazon and not yet visible.",
            ),
            "Wait for the next reading.",
        ),
        Row(
            see.is_empty,
            *(ACTIVE, "Active", "Amazon shows no units, while Commerce can sell {salable} of product {product_sku}."),
            "The next cycle restores the quantity.",
        ),
        Row(
            see.is_by_amazon,
            *(
                ACTIVE,
                "Active",
                "Amazon offers it at {price:money} {currency} from its own stock; it is product {product_sku}.",
            ),
            "Nothing.",
        ),
        Row(
            everywhere,
            *(ACTIVE, "Active", "Amazon offers {quantity} at {price:money} {currency}; it is product {product_sku}."),
            "Nothing.",
        ),
    ]


def product_rows(see: Situation, terms: Terms) -> list[Row]:
    """Return the decision table for products that are not on Amazon and could be."""
    everywhere = np.ones(len(see.is_listed), np.bool_)
    publishes = "The next cycle publishes it." if terms.auto_list else "Publish it, if it is to be sold on Amazon."
    return [
        Row(see.is_excluded | see.is_composite | see.is_product_gone | see.is_elsewhere, NO_TAB, "", "", "", "nothing"),
        Row(
            see.is_ended,
            *(ENDED, "Manually Ended", "A person ended its listing; it is not listed again by itself."),
            "Publish it again if it is to be sold.",
            "nothing",
        ),
        *_ineligible_rows(see, terms, everywhere, ""),
        Row(
            everywhere & (not terms.condition),
            *(INCOMPLETE, "Missing Condition", "No condition is set for product {product_sku}, and Amazon wants one."),
            "Choose a condition in the settings.",
        ),
        Row(
            see.has_several_asins,
            *(
                INCOMPLETE,
                "Multiple Matches Found",
                "Several items in Amazon's catalog could be product {product_sku}.",
            ),
            "Choose the right ASIN, or type it: channelkit asins {product_sku} shows them.",
        ),
        Row(
            see.is_parent,
            *(INCOMPLETE, "Has Variants", "{asin} is the parent of several variants; a parent cannot be sold."),
            "Choose the variant's ASIN, or type it: channelkit asins {product_sku} shows them.",
        ),
        Row(
            ~see.has_asin,
            *(INCOMPLETE, "Unable to Assign to Amazon Listing", "No ASIN is known for product {product_sku}."),
            "Enter the ASIN in Commerce, or choose it: channelkit asins {product_sku} shows what was found.",
        ),
        Row(
            see.lacks_attributes,
            *(
                INCOMPLETE,
                "Missing Information: {lacking}",
                "Amazon's definition asks for {lacking}, which the product lacks.",
            ),
            "Fill in the attributes in Commerce.",
        ),
        Row(
            see.is_publishing,
            *(READY, "List in Progress", "It was sent to Amazon, and Amazon does not show it yet."),
            "Wait for the next reading.",
        ),
        Row(
            everywhere,
            *(READY, "Ready to List", "Product {product_sku} can be listed as {asin}; Commerce can sell {salable}."),
            publishes,
        ),
    ]


_GONE = "and it was looked for from {missing_since:time} to {missing_last:time} and not found."


def _ineligible_rows(see: Situation, terms: Terms, where: Mask, until: str) -> list[Row]:
    back = "It is sold again once there is enough stock."
    return [
        Row(when & where, INELIGIBLE, status, reason, step + until, "zero")
        for when, status, reason, step in (
            (
                see.is_excluded,
                "Excluded by Rule",
                "The store's listing rules exclude product {product_sku}.",
                "Change the rules if it is to be sold.",
            ),
            (
                see.is_composite,
                "Excluded by Rule",
                "Product {product_sku} is of type {product_type}, which Amazon cannot list.",
                "Link the listing to a simple product.",
            ),
            (
                see.is_product_gone,
                "Product Disabled",
                "Product {product_sku} has not been in Commerce since {product_gone_since:time}.",
                "End the listing, or assign another product.",
            ),
            (
                see.is_elsewhere,
                "Product Disabled",
                "Product {product_sku} is not on the store's website.",
                "Assign it to the website in Commerce if it is to be sold.",
            ),
            (
                see.is_disabled,
                "Product Disabled",
                "Product {product_sku} is disabled in Commerce.",
                "Enable it in Commerce if it is to be sold.",
            ),
            (see.is_out_of_stock, "Out of Stock", "Commerce can sell {salable} of product {product_sku}.", back),
            (
                see.is_below_threshold,
                "Below Threshold",
                f"Commerce can sell {{salable}} of product {{product_sku}}; the threshold is {terms.threshold}.",
                back,
            ),
            (
                see.is_not_yet_on_sale,
                "Not Yet on Sale",
                "Its sale starts at {sale_starts:time}.",
                "It is sold from then on.",
            ),
            (
                see.is_sale_over,
                "Sale Ended",
                "Its sale ended at {sale_ends:time}.",
                "Set a later end if it is to be sold.",
            ),
        )
    ]
