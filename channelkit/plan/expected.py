"""What Amazon will show once it has caught up with what was sent: the observed, overlaid with what is on its way."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import OPEN, PATIENCE, PRICE, QUANTITY
from channelkit.model.columns import one

_FACTS = ("seller_sku", "price", "quantity", "fulfillment_channel", "product_type")


def expect(listings: pa.Table, pending: pa.Table, now_ms: int) -> pa.Table:
    """Return what each listing is expected to show.

    A change that is on its way counts for 30 minutes, so that a reading that lags behind causes no second sending.

    Arguments:
        listings: ``seller_sku, price, quantity, fulfillment_channel, product_type``.
        pending: changes that are on their way, columns of `channelkit.model.changes.OPEN_CHANGES`.

    Returns:
        The listings' columns, with ``price`` and ``quantity`` as expected, and ``shown_price`` as observed.
    """
    observed = listings.select(_FACTS).combine_chunks()
    expected = observed.append_column("shown_price", observed["price"])
    for field in (PRICE, QUANTITY):
        newest = _newest(pending, field, now_ms)
        place = pc.index_in(one(expected["seller_sku"]), value_set=one(newest["seller_sku"]))
        overlaid = pc.coalesce(one(newest["after"]).take(place), one(expected[field]))
        expected = expected.set_column(expected.column_names.index(field), field, overlaid)
    return expected


def _newest(pending: pa.Table, field: str, now_ms: int) -> pa.Table:
    """Return the newest open change of this field for each listing."""
    is_open = pc.and_(
        pc.and_(pc.is_in(pending["state"], value_set=pa.array(OPEN)), pc.equal(pending["field"], field)),
        pc.greater(pending["sent_at"], now_ms - PATIENCE),
    )
    chosen = pending.filter(is_open).sort_by([("sent_at", "descending"), ("id", "descending")])
    skus = one(chosen["seller_sku"])
    # The first appearance of each SKU is its newest change.
    place = pc.index_in(skus, value_set=skus).to_numpy()
    return chosen.filter(pa.array(place == np.arange(len(skus))))
