"""Both sides next to each other, before anything is sent for the first time: what would change, what looks wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import PRICE, QUANTITY
from channelkit.model.columns import Mask, mask, one
from channelkit.model.marketplaces import currency_digits
from channelkit.model.money import minor_units

TENFOLD = 19
"""Halves: a price that becomes 9.5 times what it was, or a 9.5th of it, looks like a slip of the decimal point."""

COMPARISON = pa.schema(
    [(name, pa.string()) for name in ("sku", "product_sku", "title", "tab", "fulfillment_channel", "currency")]
    + [("commerce_currency", pa.string())]
    + [(name, pa.int64()) for name in ("amazon_price", "commerce_price", "new_price", "price_difference")]
    + [(name, pa.int64()) for name in ("amazon_quantity", "commerce_quantity", "new_quantity", "quantity_difference")]
    + [("sharing", pa.int64()), ("looks_wrong", pa.string()), ("held", pa.string())]
)
"""One row for each linked listing. Money is in minor units; ``new_…`` is null where nothing would change."""

WORDS: Mapping[str, tuple[str, str, bool]] = {
    "currency": ("Amazon and Commerce name different currencies", "Set the store view whose currency this is.", True),
    "tenfold": ("the price would become ten times what it is, or a tenth", "Look at the decimal point.", True),
    "off_sale": ("it is on sale, and would be taken off sale", "The plan says why: no stock, or disabled.", True),
    "no_price": ("Commerce has no price above zero", "Give the product a price; until then none is sent.", True),
    "no_stock": ("how many Commerce can sell is not known", "Read Commerce again; until then nothing is sent.", False),
    "shared": (
        "several listings sell the stock of one product",
        "Each shows all of it: they can sell too many.",
        False,
    ),
    "held": ("a guard holds the change", "It is not sent until you release it.", False),
    "by_amazon": ("Amazon fulfils it", "Its quantity is never touched.", False),
}
"""Each finding about listings: what it says, what to do, and whether go-live needs somebody to name it."""


@dataclass(frozen=True)
class Compared:
    """What the two sides say of each linked listing.

    Arguments:
        rows: columns of `COMPARISON`, what changes and what looks wrong first.
        counts: listings by finding; those with none are left out.
        unlinked: listings that belong to no product, which nobody touches.
    """

    rows: pa.Table
    counts: dict[str, int]
    unlinked: int


def compare_sides(
    tabs: pa.Table,
    listings: pa.Table,
    products: pa.Table,
    stock: pa.Table,
    changes: pa.Table,
    *,
    currency: str,
    price_currency: str,
) -> Compared:
    """Return stock and price of every linked listing on both sides, and what would change (SY-06).

    Arguments:
        tabs: the decisions, columns of `channelkit.model.tables.TABS`.
        listings: ``seller_sku, title, price, currency, quantity, fulfillment_channel`` as Amazon was last read.
        products: ``sku, price``: the price as the store's view has it, decimal text.
        stock: ``sku, salable``.
        changes: what would be sent or is held: ``seller_sku, field, after`` and ``note``, why it is held.
        currency: the marketplace's.
        price_currency: of Commerce's prices; empty while it is not known.
    """
    is_listed = mask(tabs["listed"]) & ~mask(pc.equal(tabs["tab"], "Ended"))
    is_linked = is_listed & mask(pc.is_valid(tabs["product_sku"]))
    chosen = tabs.filter(pa.array(is_linked)).combine_chunks()
    sku, product = one(chosen["sku"]), one(chosen["product_sku"])
    facts = _at(listings, pc.index_in(sku, value_set=one(listings["seller_sku"])))
    texts = one(products["price"]).take(pc.index_in(product, value_set=one(products["sku"])))
    commerce_price = minor_units(texts, currency_digits(price_currency or currency))
    salable = one(stock["salable"]).take(pc.index_in(product, value_set=one(stock["sku"])))
    new_price, price_note = _planned(changes, PRICE, sku)
    new_quantity, quantity_note = _planned(changes, QUANTITY, sku)
    sharing = _sharing(product, one(facts["fulfillment_channel"]))
    rows = pa.table(
        {
            "sku": sku,
            "product_sku": product,
            "title": facts["title"],
            "tab": chosen["tab"],
            "fulfillment_channel": facts["fulfillment_channel"],
            "currency": facts["currency"],
            "commerce_currency": pa.repeat(price_currency, len(sku)),
            "amazon_price": facts["price"],
            "commerce_price": commerce_price,
            "new_price": new_price,
            "price_difference": pc.subtract(new_price, facts["price"]),
            "amazon_quantity": facts["quantity"],
            "commerce_quantity": salable,
            "new_quantity": new_quantity,
            "quantity_difference": pc.subtract(new_quantity, facts["quantity"]),
            "sharing": sharing,
            "looks_wrong": pa.repeat("", len(sku)),
            "held": pc.coalesce(price_note, quantity_note),
        },
        schema=COMPARISON,
    )
    found = _find(rows, currency, price_currency)
    words = np.full(len(sku), "", dtype=object)
    for code, where in found.items():
        words[where] = words[where] + f", {code}"
    told = pc.utf8_ltrim(pa.array(words, pa.string()), ", ")
    rows = rows.set_column(rows.column_names.index("looks_wrong"), "looks_wrong", told)
    counts = {code: int(where.sum()) for code, where in found.items() if where.any()}
    return Compared(rows.take(_order(rows, found)), counts, int((is_listed & ~is_linked).sum()))


def sum_up(rows: pa.Table) -> list[dict[str, Any]]:
    """Return for each currency what would change in units and in money, exactly.

    ``on_offer_before`` and ``on_offer_after`` are the units on Amazon times their prices: what all of it would cost.

    Arguments:
        rows: columns of `COMPARISON`.
    """
    found = []
    for currency in sorted(set(rows["currency"].to_pylist()), key=str):
        is_of = pc.is_null(rows["currency"]) if currency is None else pc.equal(rows["currency"], currency)
        part = rows.filter(is_of)
        digits = currency_digits(currency or "")
        price, units = part["price_difference"], part["quantity_difference"]
        after = _value(
            pc.coalesce(part["new_price"], part["amazon_price"]),
            pc.coalesce(part["new_quantity"], part["amazon_quantity"]),
        )
        before = _value(part["amazon_price"], part["amazon_quantity"])
        found.append(
            {
                "currency": currency or "",
                "listings": part.num_rows,
                "prices_up": _count(pc.greater(price, 0)),
                "prices_up_by": _money(_sum(price, positive=True), digits),
                "prices_down": _count(pc.less(price, 0)),
                "prices_down_by": _money(-_sum(price, positive=False), digits),
                "quantities_up": _count(pc.greater(units, 0)),
                "units_up": _sum(units, positive=True),
                "quantities_down": _count(pc.less(units, 0)),
                "units_down": -_sum(units, positive=False),
                "on_offer_before": _money(before, digits),
                "on_offer_after": _money(after, digits),
            }
        )
    return found


def _find(rows: pa.Table, currency: str, price_currency: str) -> dict[str, Mask]:
    """Return for each finding where it is so."""
    is_merchant = mask(pc.equal(rows["fulfillment_channel"], "DEFAULT"))
    before, wanted = one(rows["amazon_price"]), one(pc.coalesce(rows["new_price"], rows["commerce_price"]))
    here_is_another = mask(pc.not_equal(rows["currency"], currency))
    there_is_another = bool(price_currency) and price_currency != currency
    return {
        "currency": here_is_another | np.full(rows.num_rows, there_is_another),
        "tenfold": _is_tenfold(before, wanted) & ~here_is_another & np.full(rows.num_rows, not there_is_another),
        "off_sale": is_merchant
        & mask(pc.greater(rows["amazon_quantity"], 0))
        & mask(pc.equal(rows["new_quantity"], 0)),
        "no_price": ~mask(pc.greater(rows["commerce_price"], 0)),
        "no_stock": is_merchant & mask(pc.is_null(rows["commerce_quantity"])),
        "shared": mask(pc.greater(rows["sharing"], 1)),
        "held": mask(pc.is_valid(rows["held"])),
        "by_amazon": mask(pc.is_valid(rows["fulfillment_channel"])) & ~is_merchant,
    }


def _is_tenfold(before: pa.Array, after: pa.Array) -> Mask:
    # Price of zero or less, before or after, is another finding. Prices are far below what doubling could overflow.
    both = mask(pc.greater(before, 0)) & mask(pc.greater(after, 0))
    up = mask(pc.greater_equal(pc.multiply(after, 2), pc.multiply(before, TENFOLD)))
    down = mask(pc.greater_equal(pc.multiply(before, 2), pc.multiply(after, TENFOLD)))
    return both & (up | down)


def _planned(changes: pa.Table, field: str, sku: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the new value and why it is held, for each SKU; null where nothing would change."""
    part = changes.filter(pc.equal(changes["field"], field)).combine_chunks()
    place = pc.index_in(sku, value_set=one(part["seller_sku"]))
    return one(part["after"]).take(place), one(part["note"]).take(place)


def _sharing(product: pa.Array, channel: pa.Array) -> pa.Array:
    """Return how many listings that the merchant fulfils sell each listing's product; 0 for the others."""
    is_merchant = mask(pc.equal(channel, "DEFAULT"))
    codes = pc.dictionary_encode(product).indices.to_numpy(zero_copy_only=False)
    counts = np.bincount(codes[is_merchant], minlength=int(codes.max()) + 1 if len(codes) else 0)
    return pa.array(np.where(is_merchant, counts[codes], 0) if len(codes) else [], pa.int64())


def _order(rows: pa.Table, found: Mapping[str, Mask]) -> pa.Array:
    """Return positions: what looks wrong, then what would change, then the rest; by SKU within."""
    serious = np.zeros(rows.num_rows, np.bool_)
    for code, where in found.items():
        serious |= where if WORDS[code][2] else False
    changes = mask(pc.is_valid(rows["new_price"])) | mask(pc.is_valid(rows["new_quantity"]))
    urgency = np.select([serious, changes], [0, 1], 2)
    keys = pa.table({"urgency": pa.array(urgency, pa.int64()), "sku": rows["sku"]})
    return pc.sort_indices(keys, sort_keys=[("urgency", "ascending"), ("sku", "ascending")])


def _at(table: pa.Table, place: pa.Array) -> pa.Table:
    return pa.table({name: one(table[name]).take(place) for name in table.column_names})


def _count(flags: pa.ChunkedArray) -> int:
    return int(pc.sum(flags).as_py() or 0)


def _sum(numbers: pa.ChunkedArray, *, positive: bool) -> int:
    part = numbers.filter(pc.greater(numbers, 0) if positive else pc.less(numbers, 0))
    return int(pc.sum(part.cast(pa.decimal128(19, 0))).as_py() or 0)


def _value(price: pa.ChunkedArray, quantity: pa.ChunkedArray) -> int:
    # Wider than whole numbers of 64 bits: a big shop with a wrong price is exactly what is to be seen here.
    wide = pa.decimal256(19, 0)
    return int(pc.sum(pc.multiply(price.cast(wide), quantity.cast(wide))).as_py() or 0)


def _money(minor: int, digits: int) -> Decimal:
    return Decimal(minor).scaleb(-digits)
