"""What became of changes that are on their way: a later reading confirms them, and after half an hour nobody waits."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import CONFIRMED, EXPIRED, OPEN, PATIENCE, PRICE
from channelkit.model.columns import one

SETTLED = pa.schema([("id", pa.int64()), ("state", pa.string()), ("note", pa.string())])


def settle(open_changes: pa.Table, listings: pa.Table, now_ms: int) -> pa.Table:
    """Return which open changes are closed, and how.

    Confirmed is what a reading made after the sending shows; expired is what none has shown for 30 minutes. An
    "accepted" confirms nothing.

    Arguments:
        open_changes: columns of `channelkit.model.changes.OPEN_CHANGES`.
        listings: ``seller_sku, price, quantity, observed_at`` as last read.

    Returns:
        ``id``, ``state`` (confirmed or expired) and ``note``.
    """
    changes = open_changes.filter(pc.is_in(open_changes["state"], value_set=pa.array(OPEN))).combine_chunks()
    place = pc.index_in(one(changes["seller_sku"]), value_set=one(listings["seller_sku"]))
    shown, seen_at = (
        pc.if_else(
            pc.equal(one(changes["field"]), PRICE),
            one(listings["price"]).take(place),
            one(listings["quantity"]).take(place),
        ),
        one(listings["observed_at"]).take(place),
    )
    sent_at = one(changes["sent_at"])
    is_shown = pc.and_(pc.equal(shown, one(changes["after"])), pc.greater(seen_at, sent_at))
    is_shown = pc.fill_null(is_shown, False)
    is_late = pc.fill_null(pc.less_equal(sent_at, now_ms - PATIENCE), True)
    closed = pc.or_(is_shown, is_late)
    shows = pc.fill_null(shown.cast(pa.string()), "nothing")
    late = pc.binary_join_element_wise("Amazon did not show it within 30 minutes; it shows ", shows, ".", "")
    return pa.table(
        {
            "id": one(changes["id"]).filter(closed),
            "state": pc.if_else(is_shown, CONFIRMED, EXPIRED).filter(closed),
            "note": pc.if_else(is_shown, "", late).filter(closed),
        },
        schema=SETTLED,
    )
