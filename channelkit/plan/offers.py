"""Towards Amazon: the prices and quantities that should stand there and are not expected to."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import CHANGES, PRICE, QUANTITY
from channelkit.model.columns import one

MANAGED_TABS = ("Active", "Inactive", "Incomplete", "Ineligible")
"""Tabs of listings that are ours to change; New Third Party and Ended are left alone."""


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
    is_ours = pc.and_(pc.is_in(tabs["tab"], value_set=pa.array(MANAGED_TABS)), pc.is_valid(tabs["product_sku"]))
    is_ours = pc.and_(pc.and_(is_ours, tabs["listed"]), pc.invert(pc.fill_null(tabs["stale"], True)))
    ours = tabs.filter(is_ours).combine_chunks()
    place = pc.index_in(one(ours["sku"]), value_set=one(expected["seller_sku"]))
    there = {name: one(expected[name]).take(place) for name in expected.column_names}
    is_there = pc.is_valid(place)

    price, quantity = one(ours["wanted_price"]), one(ours["wanted_quantity"])
    moves_price = pc.and_(_differs(price, there["price"]), pc.greater(price, 0))
    is_merchant = pc.equal(there["fulfillment_channel"], "DEFAULT")
    moves_quantity = pc.and_(pc.and_(_differs(quantity, there["quantity"]), is_merchant), pc.greater_equal(quantity, 0))
    returns = pc.and_(pc.equal(pc.fill_null(there["quantity"], 0), 0), pc.greater(quantity, 0))
    is_dearer = pc.greater(price, pc.fill_null(there["shown_price"], 0))
    waits = pc.fill_null(pc.and_(returns, is_dearer), False)
    moves_quantity = pc.and_(moves_quantity, pc.invert(waits))

    changes = pa.concat_tables(
        [
            _changes(ours, pc.and_(is_there, moves_quantity), QUANTITY, there["quantity"], quantity),
            _changes(ours, pc.and_(is_there, moves_price), PRICE, there["price"], price),
        ]
    ).combine_chunks()
    return changes.take(_order(changes))


def _differs(wanted: pa.Array, expected: pa.Array) -> pa.Array:
    return pc.and_(pc.is_valid(wanted), pc.fill_null(pc.not_equal(wanted, expected), True))


def _changes(ours: pa.Table, where: pa.Array, field: str, before: pa.Array, after: pa.Array) -> pa.Table:
    where = pc.fill_null(where, False)
    chosen, after = ours.filter(where), after.filter(where)
    words = (
        "Its price in Commerce differs."
        if field == PRICE
        else "Commerce's stock and this store's limits allow another."
    )
    status = one(chosen["status"])
    named = pc.binary_join_element_wise(one(chosen["tab"]), status, ": ")
    label = pc.if_else(pc.equal(one(chosen["tab"]), status), status, named)
    # A quantity of 0 is explained by the tab's own reason.
    because = pc.if_else(pc.equal(after, 0), one(chosen["reason"]), pa.scalar(words))
    return pa.table(
        {
            "seller_sku": one(chosen["sku"]),
            "field": pa.repeat(field, chosen.num_rows),
            "before": before.filter(where),
            "after": after,
            "because": pc.binary_join_element_wise(label, because, ". "),
        },
        schema=CHANGES.schema(),
    )


def _order(changes: pa.Table) -> pa.Array:
    """Return positions: stock-outs, other falling quantities, rising quantities, prices; by SKU within."""
    field = one(changes["field"])
    before, after = one(changes["before"]), one(changes["after"])
    urgency = np.select(
        [
            pc.equal(field, PRICE).to_numpy(zero_copy_only=False),
            pc.equal(after, 0).to_numpy(zero_copy_only=False),
            pc.fill_null(pc.less(after, before), False).to_numpy(zero_copy_only=False),
        ],
        [3, 0, 1],
        2,
    )
    keys = pa.table({"urgency": pa.array(urgency), "seller_sku": changes["seller_sku"]})
    return pc.sort_indices(keys, sort_keys=[("urgency", "ascending"), ("seller_sku", "ascending")])
