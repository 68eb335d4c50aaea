"""How old facts may be before nothing is decided on them anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, one

HOUR = 3_600_000


@dataclass(frozen=True)
class Freshness:
    """When both sides were last read, and how long that may be ago.

    Arguments:
        listings_read, products_read, stock_read: milliseconds since 1970 of the last whole reading; None leaves the age
            unjudged, because a row that has not changed keeps the time of its last change.
        listings_promise, products_promise, stock_promise: milliseconds.
    """

    listings_read: int | None = None
    products_read: int | None = None
    stock_read: int | None = None
    listings_promise: int = 8 * HOUR
    products_promise: int = 2 * HOUR
    stock_promise: int = HOUR

    def find_stale(self, subjects: pa.Table, now_ms: int) -> Mask:
        """Say which subjects rest on facts that are older than promised; Amazon's own stock does not wait for ours."""
        stale = np.zeros(subjects.num_rows, np.bool_)
        is_listed = one(subjects["listed"]).to_numpy(zero_copy_only=False)
        is_linked = pc.is_valid(one(subjects["product_sku"])).to_numpy(zero_copy_only=False)
        channel = one(subjects["fulfillment_channel"])
        is_by_amazon = pc.fill_null(pc.starts_with(channel, "AMAZON"), False).to_numpy(zero_copy_only=False)
        if self.listings_read is not None:
            seen = pc.fill_null(one(subjects["observed_at"]), 0).to_numpy()
            stale |= is_listed & (now_ms - np.maximum(seen, self.listings_read) > self.listings_promise)
        if self.products_read is not None and now_ms - self.products_read > self.products_promise:
            stale |= is_linked
        if self.stock_read is not None and now_ms - self.stock_read > self.stock_promise:
            stale |= is_linked & ~is_by_amazon
        return stale
