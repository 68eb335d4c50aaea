"""What may not be sold for now, and why: rows that both decision tables have (LR-05, LS-11)."""

from __future__ import annotations

from channelkit.listings.situation import Situation
from channelkit.listings.tabs import INELIGIBLE, Row
from channelkit.listings.terms import Terms
from channelkit.model.columns import Mask

_BACK = "It is sold again once there is enough stock."


def ineligible_rows(see: Situation, terms: Terms, number: int, where: Mask, until: str) -> list[Row]:
    """Return the rows that make a listing or a product Ineligible.

    Arguments:
        number: of the row in its table.
        where: what they are about.
        until: added to each next step.
    """
    return [
        Row(number, condition, when & where, INELIGIBLE, status, reason, step + until, "zero")
        for condition, when, status, reason, step in (
            (
                "an older store that offers the seller SKU as well may not sell it",
                *(see.is_barred_by_elder, "{elder_status}"),
                "Store {elder_store} is the oldest with this seller SKU and decides whether it is sold: {elder_reason}",
                "See to it in store {elder_store}, or give the listing here a seller SKU of its own (an alias).",
            ),
            (
                "the listing rules exclude its product",
                *(see.is_excluded, "Excluded by Rule", "The store's listing rules exclude product {product_sku}."),
                "Change the rules if it is to be sold.",
            ),
            (
                "its product is of a type that Amazon cannot list",
                *(see.is_composite, "Excluded by Rule"),
                "Product {product_sku} is of type {product_type}, which Amazon cannot list.",
                "Link the listing to a simple product.",
            ),
            (
                "its product is no longer in Commerce",
                *(see.is_product_gone, "Product Disabled"),
                "Product {product_sku} has not been in Commerce since {product_gone_since:time}.",
                "End the listing, or assign another product.",
            ),
            (
                "its product is not on the store's website",
                *(see.is_elsewhere, "Product Disabled", "Product {product_sku} is not on the store's website."),
                "Assign it to the website in Commerce if it is to be sold.",
            ),
            (
                "its product is disabled",
                *(see.is_disabled, "Product Disabled", "Product {product_sku} is disabled in Commerce."),
                "Enable it in Commerce if it is to be sold.",
            ),
            (
                "the merchant fulfils it from counted stock, and there is none",
                *(see.is_out_of_stock & see.is_held, "Out of Stock", "{stock_words}", _BACK),
            ),
            (
                "the merchant fulfils it from counted stock, and there is none",
                *(see.is_out_of_stock, "Out of Stock", "Commerce can sell {salable} of product {product_sku}.", _BACK),
            ),
            (
                "the merchant fulfils it from counted stock, and that is below the threshold",
                *(see.is_below_threshold & see.is_held, "Below Threshold"),
                f"{{stock_words}} The threshold is {terms.threshold}.",
                _BACK,
            ),
            (
                "the merchant fulfils it from counted stock, and that is below the threshold",
                *(see.is_below_threshold, "Below Threshold"),
                f"Commerce can sell {{salable}} of product {{product_sku}}; the threshold is {terms.threshold}.",
                _BACK,
            ),
            (
                "its first day of sale has not begun",
                *(see.is_not_yet_on_sale, "Not Yet on Sale", "Its sale starts at {sale_starts_at:time}."),
                "It is sold from then on.",
            ),
            (
                "its last day of sale is over",
                *(see.is_sale_over, "Sale Ended", "Its sale ended at {sale_ends_at:time}."),
                "Set a later end if it is to be sold.",
            ),
        )
    ]
