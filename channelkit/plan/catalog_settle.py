"""What became of changes towards Commerce: only a reading confirms them, an "accepted" never does."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import CONFIRMED, EXPIRED, PATIENCE
from channelkit.model.columns import one
from channelkit.plan.settle import SETTLED


def settle_values(on_the_way: pa.Table, existing: pa.Table, now_ms: int, queued: pa.Array) -> pa.Table:
    """Return which changes are closed, and how.

    Confirmed is what Commerce shows. What it does not show has expired: at once where its answer said that it was done,
    after 30 minutes where it waits in Commerce's queue or no answer came.

    Arguments:
        on_the_way: ``id, sku, attribute, scope, after, state, sent_at`` of the journal.
        existing: ``sku, attribute, scope, value`` as just read, in words; no row where it is empty.
        queued: for each change whether Commerce may still be working on it.

    Returns:
        ``id``, ``state`` (confirmed or expired) and ``note``.
    """
    changes = on_the_way.combine_chunks()
    shown = one(existing["value"]).take(pc.index_in(_keys(changes), value_set=_keys(existing)))
    after = one(changes["after"])
    both_empty = pc.and_(pc.is_null(shown), pc.is_null(after))
    alike = pc.equal(pc.utf8_lower(shown), pc.utf8_lower(after))
    is_shown = pc.or_(both_empty, pc.fill_null(alike, False))
    is_old = pc.fill_null(pc.less_equal(one(changes["sent_at"]), now_ms - PATIENCE), True)
    may_come = pc.or_(queued, pc.equal(one(changes["state"]), "sent"))
    closed = pc.or_(is_shown, pc.or_(is_old, pc.invert(may_come)))
    words = pc.fill_null(pc.utf8_slice_codeunits(shown, 0, 80), "nothing")
    late = pc.binary_join_element_wise("Commerce does not show it; it shows ", words, ".", "")
    return pa.table(
        {
            "id": one(changes["id"]).filter(closed),
            "state": pc.if_else(is_shown, CONFIRMED, EXPIRED).filter(closed),
            "note": pc.if_else(is_shown, "", late).filter(closed),
        },
        schema=SETTLED,
    )


def _keys(table: pa.Table) -> pa.Array:
    return one(pc.binary_join_element_wise(*(one(table[name]) for name in ("scope", "attribute", "sku")), "\x1f"))
