"""The decision tables: which tab, in which order, with which words. The first row that holds wins (TB-01)."""

from __future__ import annotations

import numpy as np

from channelkit.listings.conditions import BY_ATTRIBUTE
from channelkit.listings.ineligible import ineligible_rows
from channelkit.listings.situation import Situation
from channelkit.listings.tabs import ACTIVE, ENDED, INACTIVE, INCOMPLETE, NO_TAB, READY, THIRD_PARTY, Row
from channelkit.listings.terms import Terms
from channelkit.model.columns import Mask

WANTS_ASIN = ("Multiple Matches Found", "Has Variants", "Unable to Assign to Amazon Listing")
"""Statuses of a product that can be listed once it is known which of Amazon's items it is."""

_GONE = "it was looked for from {missing_since:time} to {missing_last:time} and not found."
_SUPPLY = "Supply it in Seller Central, or in the mapped attributes."
_ASINS = "channelkit asins {product_sku} shows"


def listing_rows(see: Situation, terms: Terms) -> list[Row]:
    """Return the decision table for listings that exist on Amazon, or did and nobody wants them back."""
    everywhere = np.ones(len(see.is_listed), np.bool_)
    is_unlinked = ~see.is_linked
    kept = np.full(len(everywhere), terms.import_third_party)
    return [
        _nowhere("it has no product, and third-party listings are not imported", is_unlinked & ~kept),
        Row(
            *(1, "it has no product, and could be several", is_unlinked & ~see.is_gone & see.has_candidates),
            *(THIRD_PARTY, "Multiple Matches Found", "It is not certain which product this is. {evidence}"),
            "Choose the product in the notebook 02_match or with channelkit match, or correct the shared identifier.",
            "nothing",
        ),
        Row(
            *(1, "it has no product, and is still on Amazon", is_unlinked & ~see.is_gone),
            *(THIRD_PARTY, "Awaiting Product Assignment"),
            "No product in Commerce has the seller SKU {sku}, the ASIN {asin} or the listing's identifier.",
            "Assign a product or create one from the listing (channelkit match), or add the identifier in Commerce.",
            "nothing",
        ),
        Row(
            *(2, "a person ended it, and Amazon still shows it", see.is_ended & ~see.is_gone),
            *(ENDED, "Ending In Progress", "{wish_listed_by} ended it, and Amazon still shows it."),
            *("Wait until Amazon no longer shows it.", "nothing", False),
        ),
        Row(
            *(3, "a person ended it, and it is gone from Amazon", see.is_gone & see.is_ended),
            *(ENDED, "Manually Ended", f"{{wish_listed_by}} ended it, and {_GONE}"),
            *("Publish it again if it is to be sold.", "nothing"),
        ),
        Row(
            *(3, "it is gone from Amazon", see.is_gone),
            *(ENDED, "Removed on Amazon", f"It is no longer on Amazon, and {_GONE}"),
            "Find out in Seller Central why it was removed; publish it again if it is to be sold.",
            "nothing",
        ),
        *ineligible_rows(see, terms, 4, ~see.is_by_amazon, " Until then its quantity is 0; the listing stays."),
        *ineligible_rows(see, terms, 4, see.is_by_amazon, " Amazon's own stock is not ours to set."),
        Row(
            *(5, "Amazon names required information that is missing", see.lacks_information & see.names_missing),
            *(INCOMPLETE, "Missing Information: {issue_attributes}"),
            "Amazon says that required information is missing ({issue_attributes}): {issue_words}",
            _SUPPLY,
        ),
        Row(
            *(5, "Amazon says that required information is missing", see.lacks_information & see.has_reason),
            *(INCOMPLETE, "Missing Information", "Amazon says that required information is missing: {issue_words}"),
            _SUPPLY,
        ),
        Row(
            *(5, "Amazon's report calls it incomplete", see.lacks_information),
            *(INCOMPLETE, "Missing Information"),
            "Amazon's report calls it incomplete, and does not say what is missing.",
            "Look in Seller Central what is missing, and supply it.",
        ),
        Row(
            *(6, "Amazon does not sell it and says why", see.is_inactive & see.has_reason),
            *(INACTIVE, "{issue_reason}", "Amazon does not sell it and says: {issue_words}"),
            "Do what Amazon asks in Seller Central; it becomes Active by itself once Amazon clears it.",
        ),
        Row(
            *(6, "Amazon does not sell it", see.is_inactive),
            *(INACTIVE, "Not Provided", "Amazon does not sell it, and its reason is not provided."),
            "Look at the listing in Seller Central; it becomes Active by itself once Amazon clears it.",
        ),
        Row(
            *(7, "a person assigned another ASIN", see.is_moved),
            *(ACTIVE, "Relist in Progress"),
            "It is to be {wanted_asin} instead of {asin}: it is ended first, then listed anew under its seller SKU.",
            "Wait until Amazon no longer shows it; the cycle after that lists it anew.",
        ),
        Row(
            *(7, "an own change that brings it back is on its way", see.is_returning),
            *(ACTIVE, "Relist in Progress"),
            "A change that brings it back is on its way to Amazon and not yet visible.",
            "Wait for the next reading.",
        ),
        Row(
            *(8, "nothing speaks against it, and Amazon shows no units", see.is_empty & ~see.is_by_amazon),
            *(ACTIVE, "Active", "Amazon shows no units, while Commerce can sell {salable} of product {product_sku}."),
            "The next cycle restores the quantity.",
        ),
        Row(
            *(8, "nothing speaks against it, and Amazon fulfils it", see.is_by_amazon),
            *(ACTIVE, "Active"),
            "Amazon offers it at {price:money} {currency} from its own stock; it is product {product_sku}.",
            "Nothing.",
        ),
        Row(
            *(8, "nothing speaks against it", everywhere),
            *(ACTIVE, "Active", "Amazon offers {quantity} at {price:money} {currency}; it is product {product_sku}."),
            "Nothing.",
        ),
    ]


def product_rows(see: Situation, terms: Terms) -> list[Row]:
    """Return the decision table for what is not on Amazon and could be: products, and listings that are wanted back."""
    everywhere = np.ones(len(see.is_listed), np.bool_)
    is_waiting = ~see.is_asked & (not terms.auto_list)
    unclear = "No condition is set for product {product_sku}, and Amazon wants one."
    if terms.condition == BY_ATTRIBUTE:
        unclear = "Nothing says which of Amazon's conditions {condition_choice} is, as product {product_sku} has it."
    can, units = "Product {product_sku} can be listed as {wanted_asin}", "; Commerce can sell {salable}."
    return [
        _nowhere("the listing rules exclude it", see.is_excluded & ~see.is_listed),
        _nowhere("Amazon cannot list products of its type", see.is_composite & ~see.is_listed),
        _nowhere("it is no longer in Commerce", see.is_product_gone & ~see.is_listed),
        _nowhere("it is not on the store's website", see.is_elsewhere & ~see.is_listed),
        Row(
            *(1, "a person ended it", see.is_ended),
            *(ENDED, "Manually Ended", "{wish_listed_by} ended its listing; it is not listed again by itself."),
            *("Publish it again if it is to be sold.", "nothing"),
        ),
        *ineligible_rows(see, terms, 2, everywhere, ""),
        Row(
            *(3, "no condition can be resolved", see.lacks_condition, INCOMPLETE, "Missing Condition", unclear),
            "Choose its condition (Update Required Info), or one in the settings for all.",
        ),
        Row(
            *(4, "several of Amazon's items could be it", see.has_several_asins, INCOMPLETE, "Multiple Matches Found"),
            "Several items in Amazon's catalog could be product {product_sku}.",
            f"Choose the right ASIN, or type it: {_ASINS} them.",
        ),
        Row(
            *(4, "it is only known as a parent of variants", see.is_parent, INCOMPLETE, "Has Variants"),
            "{wanted_asin} is the parent of several variants; a parent cannot be sold.",
            f"Choose the variant's ASIN, or type it: {_ASINS} them.",
        ),
        Row(
            *(4, "no ASIN is known", ~see.has_asin, INCOMPLETE, "Unable to Assign to Amazon Listing"),
            "No ASIN is known for product {product_sku}.",
            f"Enter the ASIN in Commerce, or choose it: {_ASINS} what was found.",
        ),
        Row(
            *(4, "its seller SKU is another's", see.is_sku_taken, INCOMPLETE, "Seller SKU Taken"),
            "Its seller SKU {seller_sku} is that of another listing or product, too; to publish it would replace that.",
            "Give the product a seller SKU of its own in Commerce.",
        ),
        Row(
            *(5, "Amazon's definition asks for what it lacks", see.lacks_attributes),
            *(INCOMPLETE, "Missing Information: {lacking}"),
            "Amazon's definition asks for {lacking}, which the product lacks.",
            "Fill in the attributes in Commerce.",
        ),
        Row(
            *(5, "it has no price that could be sent", see.lacks_price, INCOMPLETE, "Missing Information: price"),
            "Product {product_sku} has no price that could be sent.",
            "Give it a price in Commerce, or a price of its own on Amazon (an override).",
        ),
        Row(
            *(6, "it was sent to Amazon, which does not show it yet", see.is_publishing, READY, "List in Progress"),
            "It was sent to Amazon, and Amazon does not show it yet.",
            *("Wait for the next reading.", "terms", True),
        ),
        Row(
            *(7, "its stock has not been read", see.lacks_quantity, READY, "Ready to List", f"{can}."),
            "It can be published once its stock has been read.",
        ),
        Row(
            *(7, "Amazon's catalog has not been asked for its ASIN yet", see.is_unproven, READY, "Ready to List"),
            f"{can} once Amazon's catalog has shown that it is no parent of variants.",
            "The cycles search Amazon's catalog, some products at a time; publish it yourself if you are certain.",
        ),
        Row(
            *(7, "it waits for a person to publish it", is_waiting & see.is_by_amazon, READY, "Ready to List"),
            *(f"{can}, fulfilled by Amazon.", "Publish it, if it is to be sold on Amazon."),
        ),
        Row(
            *(7, "it waits for a person to publish it", is_waiting, READY, "Ready to List", f"{can}{units}"),
            "Publish it, if it is to be sold on Amazon.",
        ),
        Row(
            *(
                7,
                "Amazon refused it lately",
                see.was_refused,
                READY,
                "Ready to List",
                f"{can}. Amazon refused it: {{refusal}}",
            ),
            "Do what Amazon asks; it is sent again a day later, or once something of it is different.",
            *("terms", True),
        ),
        Row(
            *(7, "nothing is missing, and Amazon fulfils it", see.is_by_amazon, READY, "Ready to List"),
            *(f"{can}, fulfilled by Amazon.", "The next cycle publishes it.", "terms", True),
        ),
        Row(
            *(7, "nothing is missing", everywhere, READY, "Ready to List", f"{can}{units}"),
            *("The next cycle publishes it.", "terms", True),
        ),
    ]


def _nowhere(condition: str, when: Mask) -> Row:
    return Row(0, condition, when, NO_TAB, "", "", "", "nothing")
