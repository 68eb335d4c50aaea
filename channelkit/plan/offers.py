"""Towards Amazon: the prices and quantities that should stand there and are not expected to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import CHANGES, END, PRICE, PUBLISH, QUANTITY
from channelkit.model.columns import Mask, mask, one
from channelkit.model.decisions import MERCHANT

INELIGIBLE = "Ineligible"

MANAGED_TABS = ("Active", "Inactive", "Incomplete", INELIGIBLE)
"""Tabs of listings that are ours to change; New Third Party and Ended are left alone."""


_WORDS = {
    PRICE: "Its price in Commerce differs.",
    QUANTITY: "Commerce's stock and this store's limits allow another quantity.",
}


def plan_offers(tabs: pa.Table, expected: pa.Table) -> pa.Table:
    """Return the changes that would bring Amazon to what is wanted, in the order in which they leave.

    Stock-outs leave first, then other falling quantities: a late price is a nuisance, a late zero an oversale. The
    quantity of what Amazon fulfils is never touched, and no price of zero or less is planned. Where a listing comes
    back with a higher price, only the price goes now: together the quantity may be live first, at the old price
    (Listings Items; the quantity follows once Amazon shows the price). Of a new listing that is on its way and that
    Amazon does not show yet only a stock-out is planned.

    Arguments:
        tabs: columns of `channelkit.model.tables.TABS`; stale rows and rows without a product are left alone.
        expected: what `channelkit.plan.expected.expect` gave.

    Returns:
        The columns of `channelkit.model.changes.CHANGES`.
    """
    tabs = with_seller_sku(tabs)
    place = pc.index_in(one(tabs["seller_sku"]), value_set=one(expected["seller_sku"]))
    there = {name: one(expected[name]).take(place) for name in expected.column_names}
    price, quantity = one(tabs["wanted_price"]), one(tabs["wanted_quantity"])
    is_fresh = mask(pc.is_valid(tabs["product_sku"])) & mask(pc.invert(tabs["stale"]))
    is_ours = is_fresh & is_managed(tabs) & mask(pc.is_valid(place))
    moves_price = is_ours & _differs(price, there["price"]) & mask(pc.greater(price, 0))
    is_merchant = mask(pc.equal(there["fulfillment_channel"], "DEFAULT"))
    moves_quantity = is_ours & _differs(quantity, there["quantity"]) & is_merchant & mask(pc.greater_equal(quantity, 0))
    returns = mask(pc.equal(pc.fill_null(there["quantity"], 0), 0)) & mask(pc.greater(quantity, 0))
    is_dearer = mask(pc.greater(price, pc.fill_null(there["shown_price"], 0)))
    is_coming = is_fresh & mask(there["publishing"]) & ~mask(there["shown"])
    is_unsold = mask(pc.equal(quantity, 0)) | mask(pc.equal(tabs["tab"], INELIGIBLE))
    runs_out = is_coming & is_unsold & mask(pc.greater(there["quantity"], 0))
    runs_out &= mask(pc.equal(there["fulfillment"], MERCHANT))
    moves_quantity = (moves_quantity & ~(returns & is_dearer)) | runs_out
    quantity = pc.if_else(pa.array(runs_out), 0, quantity)

    def why(rows: pa.Array) -> pa.Array:
        # A quantity of 0 is explained by the tab's own reason.
        return pc.if_else(pc.equal(quantity.take(rows), 0), one(tabs["reason"]).take(rows), _WORDS[QUANTITY])

    def why_priced(rows: pa.Array) -> pa.Array:
        rule = pc.fill_null(one(tabs["priced_by"]).take(rows), "") if "priced_by" in tabs.column_names else None
        if rule is None:
            return pa.repeat(_WORDS[PRICE], len(rows))
        told = pc.binary_join_element_wise("The price rule ", rule, " makes it another.", "")
        return pc.if_else(pc.equal(rule, ""), _WORDS[PRICE], told)

    quantities = change_rows(tabs, moves_quantity, QUANTITY, Moves(there["quantity"], quantity), why)
    prices = change_rows(tabs, moves_price, PRICE, Moves(there["price"], price), why_priced)
    return in_order(pa.concat_tables([quantities, prices]))


def with_seller_sku(tabs: pa.Table) -> pa.Table:
    """Return decisions with the seller SKU that each row has or would have; a listing's own where none is told."""
    if "seller_sku" not in tabs.column_names:
        return tabs.append_column("seller_sku", tabs["sku"])
    if not tabs["seller_sku"].null_count:
        return tabs
    place = tabs.column_names.index("seller_sku")
    return tabs.set_column(place, "seller_sku", pc.coalesce(tabs["seller_sku"], tabs["sku"]))


def is_managed(tabs: pa.Table) -> Mask:
    """Tell which rows are listings that are ours to change."""
    return mask(pc.is_in(tabs["tab"], value_set=pa.array(MANAGED_TABS))) & mask(tabs["listed"])


Why = str | Callable[[pa.Array], pa.Array]


@dataclass(frozen=True)
class Moves:
    """What stands there and what is to stand there, row by row of the decisions: numbers, or else texts."""

    before: pa.Array
    after: pa.Array


def change_rows(tabs: pa.Table, where: Mask, field: str, moves: Moves, words: Why) -> pa.Table:
    """Return one field's changes of the rows that a mask names.

    Arguments:
        words: why, in a sentence, for all of them or for each by its position.
    """
    rows = pa.array(np.flatnonzero(where))
    sku, tab, status = (one(tabs[name]).take(rows) for name in ("seller_sku", "tab", "status"))
    because = words if isinstance(words, str) else words(rows)
    before, after = one(moves.before).take(rows), one(moves.after).take(rows)
    label = pc.if_else(pc.equal(tab, status), status, pc.binary_join_element_wise(tab, status, ": "))
    is_text = pa.types.is_string(after.type)
    numbers, texts = pa.nulls(len(rows), pa.int64()), pa.nulls(len(rows), pa.string())
    columns = {
        "seller_sku": sku,
        "field": pa.repeat(field, len(rows)),
        "before": numbers if is_text else before,
        "after": numbers if is_text else after,
        "because": pc.binary_join_element_wise(label, because, ". "),
        "before_text": before if is_text else texts,
        "after_text": after if is_text else texts,
    }
    return pa.table(columns, schema=CHANGES.schema())


def in_order(changes: pa.Table) -> pa.Table:
    """Return changes in the order in which they leave; by seller SKU within.

    Stock-outs, ends, other falling quantities, rising quantities, prices, what else is told of a listing, and new
    listings last: what keeps something from being sold by mistake never waits.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`, and perhaps more.
    """
    changes = changes.combine_chunks()
    field = one(changes["field"])
    before, after = one(changes["before"]), one(changes["after"])
    is_quantity = mask(pc.equal(field, QUANTITY))
    urgency = np.select(
        [
            is_quantity & mask(pc.equal(after, 0)),
            mask(pc.equal(field, END)),
            is_quantity & mask(pc.less(after, before)),
            is_quantity,
            mask(pc.equal(field, PRICE)),
            mask(pc.equal(field, PUBLISH)),
        ],
        [0, 1, 2, 3, 4, 6],
        5,
    )
    keys = pa.table({"urgency": pa.array(urgency), "seller_sku": changes["seller_sku"], "field": field})
    return changes.take(pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names]))


def _differs(wanted: pa.Array, expected: pa.Array) -> Mask:
    return mask(pc.is_valid(wanted)) & ~mask(pc.equal(wanted, expected))
