"""Towards Amazon: the prices and quantities that should stand there and are not expected to."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import CHANGES, PRICE, QUANTITY
from channelkit.model.columns import Mask, mask, one

MANAGED_TABS = ("Active", "Inactive", "Incomplete", "Ineligible")
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
    (Listings Items; the quantity follows once Amazon shows the price).

    Arguments:
        tabs: columns of `channelkit.model.tables.TABS`; stale rows and rows without a product are left alone.
        expected: what `channelkit.plan.expected.expect` gave.

    Returns:
        The columns of `channelkit.model.changes.CHANGES`.
    """
    place = pc.index_in(one(tabs["sku"]), value_set=one(expected["seller_sku"]))
    there = {name: one(expected[name]).take(place) for name in expected.column_names}
    price, quantity = one(tabs["wanted_price"]), one(tabs["wanted_quantity"])
    is_ours = (
        mask(pc.is_in(tabs["tab"], value_set=pa.array(MANAGED_TABS)))
        & mask(pc.is_valid(tabs["product_sku"]))
        & mask(pc.and_(tabs["listed"], pc.is_valid(place)))
        & mask(pc.invert(tabs["stale"]))
    )
    moves_price = is_ours & _differs(price, there["price"]) & mask(pc.greater(price, 0))
    is_merchant = mask(pc.equal(there["fulfillment_channel"], "DEFAULT"))
    moves_quantity = is_ours & _differs(quantity, there["quantity"]) & is_merchant & mask(pc.greater_equal(quantity, 0))
    returns = mask(pc.equal(pc.fill_null(there["quantity"], 0), 0)) & mask(pc.greater(quantity, 0))
    is_dearer = mask(pc.greater(price, pc.fill_null(there["shown_price"], 0)))
    quantities = _changes(tabs, moves_quantity & ~(returns & is_dearer), QUANTITY, there["quantity"], quantity)
    prices = _changes(tabs, moves_price, PRICE, there["price"], price)
    changes = pa.concat_tables([quantities, prices]).combine_chunks()
    return changes.take(_order(changes))


def _differs(wanted: pa.Array, expected: pa.Array) -> Mask:
    return mask(pc.is_valid(wanted)) & ~mask(pc.equal(wanted, expected))


def _changes(tabs: pa.Table, where: Mask, field: str, before: pa.Array, after: pa.Array) -> pa.Table:
    rows = pa.array(np.flatnonzero(where))
    sku, tab, status, reason = (one(tabs[name]).take(rows) for name in ("sku", "tab", "status", "reason"))
    before, after = before.take(rows), after.take(rows)
    label = pc.if_else(pc.equal(tab, status), status, pc.binary_join_element_wise(tab, status, ": "))
    # A quantity of 0 is explained by the tab's own reason.
    because = pc.if_else(pc.equal(after, 0), reason, _WORDS[field])
    return pa.table(
        {
            "seller_sku": sku,
            "field": pa.repeat(field, len(rows)),
            "before": before,
            "after": after,
            "because": pc.binary_join_element_wise(label, because, ". "),
            **{name: pa.nulls(len(rows), pa.string()) for name in ("before_text", "after_text")},
        },
        schema=CHANGES.schema(),
    )


def _order(changes: pa.Table) -> pa.Array:
    """Return positions: stock-outs, other falling quantities, rising quantities, prices; by SKU within."""
    field = one(changes["field"])
    before, after = one(changes["before"]), one(changes["after"])
    urgency = np.select(
        [
            mask(pc.equal(field, PRICE)),
            mask(pc.equal(after, 0)),
            mask(pc.less(after, before)),
        ],
        [3, 0, 1],
        2,
    )
    keys = pa.table({"urgency": pa.array(urgency), "seller_sku": changes["seller_sku"]})
    return pc.sort_indices(keys, sort_keys=[("urgency", "ascending"), ("seller_sku", "ascending")])
