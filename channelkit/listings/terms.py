"""On what terms is a listing offered? The price and the quantity that it should have."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import one
from channelkit.model.money import minor_units


@dataclass(frozen=True)
class Terms:
    """What the settings say of one store.

    Arguments:
        store: its name.
        currency, digits: the marketplace's currency, and its decimals.
        price_currency: the currency of Commerce's prices in the store's view; empty while it is not known.
        threshold: units; less than this in stock and a listing is not sold (LS-11).
        largest_quantity: units; no more is shown (LS-12).
        unmanaged_quantity: units shown of products whose stock Commerce does not count (LS-12).
        import_third_party: listings without a product have a tab (LS-03).
        auto_list: products that can be listed are published by the next cycle.
        condition: the condition of what is listed anew; empty where none is set.
    """

    store: str
    currency: str
    digits: int
    price_currency: str
    threshold: int = 0
    largest_quantity: int = 10_000
    unmanaged_quantity: int = 100
    import_third_party: bool = True
    auto_list: bool = True
    condition: str = "new_new"


def decide_terms(subjects: pa.Table, terms: Terms) -> pa.Table:
    """Return the subjects with the price and the quantity that each should have while it is on sale.

    Where the listing may not be sold, `channelkit.listings.classify.classify` makes the quantity 0. Rulings: managed
    stock shows the smaller of stock and largest quantity; Amazon's own stock is never ours to set (LS-13); a price
    of zero or less is never sent; prices in another currency are not sent as they are.

    Returns:
        The subjects with ``wanted_price`` (minor units), ``wanted_quantity`` and ``unwanted`` (why there is no price or
        no quantity, for a person).
    """
    prices = minor_units(subjects["product_price"], terms.digits)
    has_price = pc.fill_null(pc.greater(prices, 0), False)
    same_currency = terms.price_currency == terms.currency
    wanted = pc.if_else(pc.and_(has_price, same_currency), prices, pa.scalar(None, pa.int64()))

    is_merchant = pc.fill_null(pc.equal(subjects["fulfillment_channel"], "DEFAULT"), False)
    is_unmanaged = pc.fill_null(pc.invert(one(subjects["managed"])), False)
    capped = pc.min_element_wise(
        pc.max_element_wise(one(subjects["salable"]), 0, skip_nulls=False), terms.largest_quantity, skip_nulls=False
    )
    quantity = pc.if_else(is_unmanaged, pa.scalar(terms.unmanaged_quantity, pa.int64()), capped)
    # What is not listed yet would be listed as fulfilled by the merchant.
    is_ours = pc.or_(one(is_merchant), pc.invert(one(subjects["listed"])))
    quantity = pc.if_else(is_ours, quantity, pa.scalar(None, pa.int64()))

    is_linked = pc.is_valid(one(subjects["product_sku"]))
    notes = [
        _note(pc.and_(is_linked, pc.invert(has_price)), "No price is sent: Commerce has none above zero."),
        _note(pc.and_(is_linked, pc.and_(has_price, not same_currency)), _currency_words(terms)),
        _note(
            pc.and_(pc.and_(is_linked, is_ours), pc.is_null(quantity)),
            "No quantity is sent: how many Commerce can sell has not been read.",
        ),
    ]
    # Not with null_handling="skip": pyarrow 26 leaves out the rows in which every part is null.
    unwanted = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*notes, " "))
    return (
        subjects.append_column("wanted_price", wanted)
        .append_column("wanted_quantity", quantity)
        .append_column("unwanted", pc.if_else(pc.equal(unwanted, ""), pa.scalar(None, pa.string()), unwanted))
    )


def _currency_words(terms: Terms) -> str:
    if not terms.price_currency:
        return "No price is sent: the currency of Commerce's prices is not known yet."
    return f"No price is sent: Commerce's prices are in {terms.price_currency}, the marketplace's in {terms.currency}."


def _note(where: pa.Array, words: str) -> pa.Array:
    return pc.if_else(one(where), words, "")
