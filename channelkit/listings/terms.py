"""On what terms is a listing offered? Its price, quantity, condition, notes, handling time, and who fulfils it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.conditions import find_conditions, find_notes, is_new
from channelkit.listings.fulfillment import by_whom, find_fulfillment, find_handling
from channelkit.listings.sale_dates import is_unreadable
from channelkit.listings.sharing import follow, is_shared, lay_elders, tell_elder
from channelkit.listings.wishes import column, lay_wishes, note, wish
from channelkit.model.columns import Mask, mask, one
from channelkit.model.decisions import ASIN, BY_AMAZON, CONDITION, FULFILLMENT, HANDLING, MERCHANT, NOTES
from channelkit.model.identifiers import asin
from channelkit.model.tables import SIGHTINGS_APART

LAID_PRICE, PRICE_NOTE = "priced_price", "priced_note"
"""What `channelkit.pricing.wanted.lay_prices` has laid beside each subject: its price, and what is said of it."""


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
        auto_list: products that can be listed are published by the next cycle (LS-01).
        condition: the condition of what is listed anew; empty where none is set, ``attribute`` where each product's
            own attribute says it (LS-14).
        conditions: what that attribute says -> Amazon's word.
        condition_notes: Amazon's word -> the note that goes with it.
        handling_days: days from order to dispatch of what is listed anew (LS-02).
        fulfilled_by: who fulfils what is listed anew: ``merchant``, ``amazon``, or ``attribute`` (LS-13).
        time_zone: the marketplace's; days of sale begin and end there.
        tax_code: Amazon's, of what is listed anew; empty leaves it to Amazon (LS-08).
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
    conditions: Mapping[str, str] = field(default_factory=dict)
    condition_notes: Mapping[str, str] = field(default_factory=dict)
    handling_days: int = 2
    fulfilled_by: str = MERCHANT
    time_zone: str = "UTC"
    tax_code: str = ""


def decide_terms(
    subjects: pa.Table, terms: Terms, decisions: pa.Table | None = None, elders: pa.Table | None = None
) -> pa.Table:
    """Return the subjects with the terms on which each should be offered while it is on sale.

    Where the listing may not be sold, `channelkit.listings.classify.classify` makes the quantity 0. Rulings: managed
    stock shows the smaller of stock and largest quantity; Amazon's own stock is never ours to set (LS-13); of a
    seller SKU that an older store of the account offers, that one decides quantity, fulfilment and handling (RG-02).

    Arguments:
        subjects: what `channelkit.listings.subjects.gather` gave, with what `channelkit.pricing.wanted.lay_prices`
            laid beside it; without that no price is wanted.
        decisions: what people decided, columns of `channelkit.model.decisions.DECISIONS`.
        elders: what the oldest store decided about shared seller SKUs, columns `channelkit.model.decisions.ELDERS`.

    Returns:
        The subjects with what `channelkit.listings.wishes.lay_wishes` and `channelkit.listings.sharing.lay_elders`
        lay over them; ``wanted_price`` (minor units), ``wanted_quantity``, ``wanted_condition``, ``wanted_notes``,
        ``wanted_handling``, ``wanted_fulfillment``, ``wanted_asin``, ``wanted_business``, ``wanted_sale``,
        ``wanted_list_price``, ``wanted_tax_code`` (null: as it is), ``priced_by``, ``decided_by``;
        ``fulfilled_by`` (merchant or amazon, once that is so) and ``unwanted`` (what is not sent and why, for a
        person).
    """
    if "seller_sku" not in subjects.column_names:
        subjects = subjects.append_column("seller_sku", subjects["sku"])
    subjects = lay_elders(lay_wishes(subjects, decisions), elders)
    on_amazon = mask(subjects["listed"]) & ~is_gone(subjects)
    fulfillment = find_fulfillment(subjects, terms.fulfilled_by, on_amazon)
    fulfilled_by = pc.coalesce(fulfillment, by_whom(one(subjects["fulfillment_channel"])))
    by_amazon = mask(pc.equal(fulfilled_by, BY_AMAZON))
    condition = find_conditions(subjects, terms.condition, terms.conditions, on_amazon, by_amazon)
    quantity = _find_quantity(subjects, terms, mask(pc.equal(fulfilled_by, MERCHANT)))

    is_linked = mask(pc.is_valid(one(subjects["product_sku"])))
    lacks_quantity = is_linked & mask(pc.equal(fulfilled_by, MERCHANT)) & mask(pc.is_null(quantity))
    of_elder = is_shared(subjects)
    unwanted = note(
        [
            (mask(pc.is_valid(column(subjects, PRICE_NOTE, pa.string()))), column(subjects, PRICE_NOTE, pa.string())),
            (lacks_quantity & ~of_elder, "No quantity is sent: how many Commerce can sell has not been read."),
            *_barred_notes(subjects, condition, on_amazon & by_amazon),
            *_date_notes(subjects),
            (of_elder, tell_elder(subjects)),
        ],
        subjects.num_rows,
    )
    wanted_asin = asin(wish(subjects, ASIN))
    added = {
        "wanted_price": column(subjects, LAID_PRICE, pa.int64()),
        "wanted_business": column(subjects, "priced_business", pa.string()),
        "wanted_sale": column(subjects, "priced_sale", pa.string()),
        "wanted_list_price": column(subjects, "priced_list_price", pa.int64()),
        "wanted_tax_code": pa.repeat(pa.scalar(terms.tax_code or None, pa.string()), subjects.num_rows),
        "wanted_quantity": quantity,
        "unwanted": unwanted,
        "wanted_condition": condition,
        "wanted_notes": find_notes(subjects, condition, terms.condition_notes, on_amazon),
        "wanted_handling": find_handling(subjects, terms.handling_days, on_amazon, by_amazon),
        "wanted_fulfillment": fulfillment,
        "wanted_asin": pc.if_else(pa.array(on_amazon), wanted_asin, pc.coalesce(wanted_asin, one(subjects["asin"]))),
        "priced_by": pc.fill_null(column(subjects, "priced_rule", pa.string()), ""),
        "decided_by": pc.fill_null(column(subjects, "elder_store", pa.string()), ""),
        "fulfilled_by": fulfilled_by,
    }
    for name, values in added.items():
        subjects = subjects.append_column(name, values)
    return subjects


def is_gone(subjects: pa.Table) -> Mask:
    """Tell which listings two looks, far enough apart, did not find on Amazon (`SIGHTINGS_APART`)."""
    apart = pc.subtract(one(subjects["missing_last"]), one(subjects["missing_since"]))
    return mask(pc.greater_equal(apart, SIGHTINGS_APART))


def _find_quantity(subjects: pa.Table, terms: Terms, by_merchant: Mask) -> pa.Array:
    """Return how many units of each should be shown; null where that is not ours to say, or not known."""
    is_unmanaged = pc.fill_null(pc.invert(one(subjects["managed"])), False)
    capped = pc.min_element_wise(
        pc.max_element_wise(one(subjects["salable"]), 0, skip_nulls=False), terms.largest_quantity, skip_nulls=False
    )
    quantity = pc.if_else(is_unmanaged, pa.scalar(terms.unmanaged_quantity, pa.int64()), capped)
    quantity = follow(subjects, "wanted_quantity", quantity)
    return pc.if_else(pa.array(by_merchant), quantity, pa.scalar(None, pa.int64()))


def _barred_notes(subjects: pa.Table, condition: pa.Array, by_amazon: Mask) -> list[tuple[Mask, str]]:
    """Say which overrides do nothing, and why (AC-05, RG-02)."""
    notes: list[tuple[Mask, str]] = []
    for kind, words in ((HANDLING, "handling time"), (CONDITION, "condition")):
        if f"wish_{kind}" in subjects.column_names:
            is_there = mask(pc.is_valid(wish(subjects, kind)))
            notes.append((is_there & by_amazon, f"The override of its {words} rests while Amazon fulfils it."))
    if f"wish_{NOTES}" in subjects.column_names:
        is_there = mask(pc.is_valid(wish(subjects, NOTES)))
        its = pc.coalesce(condition, column(subjects, "condition", pa.string()))
        notes.append((is_there & is_new(its), "Its notes rest: a new article has none."))
    of_elder = is_shared(subjects)
    for kind, words in ((HANDLING, "handling time"), (FULFILLMENT, "fulfilment")):
        if of_elder.any() and f"wish_{kind}" in subjects.column_names:
            is_there = mask(pc.is_valid(wish(subjects, kind)))
            notes.append((is_there & of_elder & ~by_amazon, f"What was decided here of its {words} rests."))
    return notes


def _date_notes(subjects: pa.Table) -> list[tuple[Mask, str]]:
    notes: list[tuple[Mask, str]] = []
    for name, words in (("sale_starts", "first"), ("sale_ends", "last")):
        if name in subjects.column_names:
            where: Mask = np.asarray(is_unreadable(subjects[name]))
            notes.append((where, f"Its {words} day of sale is no date, so it sets no limit."))
    return notes
