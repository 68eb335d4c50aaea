"""What became of changes that are on their way: a later reading confirms them; at last nobody waits any longer."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import (
    BUSINESS,
    CONDITION,
    CONFIRMED,
    END,
    EXPIRED,
    FULFILLMENT,
    HANDLING,
    LIST_PRICE,
    NOTES,
    OPEN,
    PATIENCE,
    PRICE,
    PUBLISH,
    PUBLISH_PATIENCE,
    QUANTITY,
    SALE,
)
from channelkit.model.columns import Mask, mask, numbers, one
from channelkit.plan.expected import by_whom, patience

SETTLED = pa.schema([("id", pa.int64()), ("state", pa.string()), ("note", pa.string())])

READ = (
    *("seller_sku", "price", "quantity", "handling_days", "condition", "condition_note", "fulfillment_channel"),
    *("business", "sale", "list_price", "observed_at", "missing_since", "missing_last"),
)
"""What `settle` reads of a listing."""

_NUMBERS = {PRICE: "price", QUANTITY: "quantity", HANDLING: "handling_days", LIST_PRICE: "list_price"}
_TEXTS = {
    **{CONDITION: "condition", NOTES: "condition_note", FULFILLMENT: "fulfillment"},
    **{BUSINESS: "business", SALE: "sale"},
}
_MINUTES, _HOURS = f"{PATIENCE // 60_000} minutes", f"{PUBLISH_PATIENCE // 3_600_000} hours"


OVERTAKEN = "A newer change of the same took its place."


def settle(open_changes: pa.Table, listings: pa.Table, now_ms: int, known: pa.Table | None = None) -> pa.Table:
    """Return which open changes are closed, and how.

    Confirmed is what a reading made after the sending shows: the value, a new listing that is there, an ended one that
    was looked for and not found; of a quantity also the value less the units of known orders made since, which Amazon
    has taken off already. Expired is what none has shown for 30 minutes, of a new listing for 8 hours, and what
    was sent before a change of the same that is confirmed: nothing is to be expected of it any more. An "accepted"
    confirms nothing.

    Arguments:
        open_changes: columns of `channelkit.model.changes.OPEN_CHANGES`.
        listings: the columns `READ` as last read; those that are not there are not known.
        known: ``seller_sku, units, created_at`` of the merchant's own orders that were read and not cancelled, at
            least of all seller SKUs with an open change of quantity; None where orders are not read.

    Returns:
        ``id``, ``state`` (confirmed or expired) and ``note``.
    """
    changes = open_changes.filter(pc.is_in(open_changes["state"], value_set=pa.array(OPEN))).combine_chunks()
    place = pc.index_in(one(changes["seller_sku"]), value_set=one(listings["seller_sku"]))
    there = {name: one(listings[name]).take(place) for name in listings.column_names if name in READ}
    field, sent_at, nobody = one(changes["field"]), one(changes["sent_at"]), pa.nulls(len(place), pa.string())
    there["fulfillment"] = by_whom(there.get("fulfillment_channel", nobody))
    shows = _shown(field, there)
    wanted = pc.coalesce(one(changes["after"]).cast(pa.string()), one(changes["after_text"]), pa.scalar(""))
    is_same = pc.equal(pc.coalesce(shows, _shown_as_none(field, there)), wanted)

    never = pa.nulls(len(place), pa.int64())
    is_seen = pc.greater(there.get("observed_at", never), sent_at)
    is_missed = pc.is_valid(there.get("missing_since", never))
    is_missed_since = pc.and_(is_missed, pc.greater(there.get("missing_last", never), sent_at))
    seen = pc.and_(is_seen, pc.invert(is_missed))
    is_shown = pc.case_when(
        pc.make_struct(pc.equal(field, PUBLISH), pc.equal(field, END)), seen, is_missed_since, pc.and_(is_seen, is_same)
    )
    is_shown = pc.fill_null(is_shown, False)
    if known is not None and known.num_rows and {"quantity", "observed_at"} <= there.keys():
        is_bought = pa.array(_is_bought_from(changes, there["quantity"], there["observed_at"], known))
        is_shown = pc.or_(is_shown, pc.fill_null(pc.and_(seen, is_bought), False))
    waits = patience(field, one(changes["state"]))
    is_late = pc.fill_null(pc.less_equal(pc.add(sent_at, waits), now_ms), True)
    is_overtaken = pc.and_not(_overtaken(changes, is_shown), is_shown)
    closed = pc.or_(is_shown, pc.or_(is_late, is_overtaken))
    is_of_existence = pc.is_in(field, value_set=pa.array([PUBLISH, END]))
    existence = pc.if_else(pc.and_(pc.is_valid(place), pc.invert(is_missed)), "the listing", "nothing")
    shown = pc.if_else(is_of_existence, existence, pc.fill_null(shows, "nothing"))
    in_time = pc.if_else(pc.greater(waits, PATIENCE), _HOURS, _MINUTES)
    late = pc.binary_join_element_wise("Amazon did not show it within ", in_time, "; it shows ", shown, ".", "")
    late = pc.if_else(is_overtaken, OVERTAKEN, late)
    return pa.table(
        {
            "id": one(changes["id"]).filter(closed),
            "state": pc.if_else(is_shown, CONFIRMED, EXPIRED).filter(closed),
            "note": pc.if_else(is_shown, "", late).filter(closed),
        },
        schema=SETTLED,
    )


def _overtaken(changes: pa.Table, is_shown: pa.Array) -> pa.Array:
    """Tell which changes left before one of the same listing and field that a reading shows."""
    keys = pc.binary_join_element_wise(one(changes["field"]), one(changes["seller_sku"]), "\x1f")
    sent = pa.table({"key": keys, "sent_at": one(changes["sent_at"])})
    newest = sent.filter(is_shown).group_by("key").aggregate([("sent_at", "max")]).combine_chunks()
    place = pc.index_in(keys, value_set=one(newest["key"]))
    return pc.fill_null(pc.less(one(changes["sent_at"]), one(newest["sent_at_max"]).take(place)), False)


_TIMES = 1 << 42
"""More milliseconds since 1970 than any moment until 2109: keeps the moments of one listing apart from another's."""


def _is_bought_from(changes: pa.Table, shown: pa.Array, observed_at: pa.Array, known: pa.Table) -> Mask:
    """Tell which quantities are what was sent less the units of known orders made from the sending to the reading.

    An order that came between the sending and its taking effect was overwritten by it: so of the orders in their
    time, any number of the latest may be what is missing.
    """
    found = np.zeros(len(shown), np.bool_)
    asked = np.flatnonzero(mask(pc.equal(changes["field"], QUANTITY)) & mask(pc.greater(changes["after"], shown)))
    if not len(asked):
        return found
    skus = pc.unique(one(known["seller_sku"]))
    ordered = known.append_column("place", pc.index_in(one(known["seller_sku"]), value_set=skus))
    ordered = ordered.sort_by([("place", "ascending"), ("created_at", "ascending")])
    moments = numbers(ordered["place"]) * _TIMES + numbers(ordered["created_at"])
    bought = np.concatenate([np.zeros(1, np.int64), np.cumsum(numbers(ordered["units"]))])

    place = pc.index_in(one(changes["seller_sku"]), value_set=skus)
    asked = asked[mask(pc.is_valid(place))[asked]]
    base = numbers(place)[asked] * _TIMES
    # Amazon tells whole seconds of an order.
    since = numbers(changes["sent_at"])[asked] // 1000 * 1000
    first = np.searchsorted(moments, base + since, side="left")
    end = np.searchsorted(moments, base + numbers(observed_at)[asked], side="right")
    before = bought[end] - (numbers(changes["after"])[asked] - numbers(shown)[asked])
    from_here = np.minimum(np.searchsorted(bought, before), len(bought) - 1)
    found[asked] = (from_here >= first) & (from_here < end) & (bought[from_here] == before)
    return found


def _shown_as_none(field: pa.Array, there: dict[str, pa.Array]) -> pa.Array:
    """Return what is wanted where nothing is to be shown: of notes an empty text, of a list price nought."""
    nobody = pa.nulls(len(field), pa.string())
    # Only who has read a listing's attributes knows that it has no list price, and then knows of its sale, too.
    is_read = pc.is_valid(there.get("sale", nobody))
    is_unlisted = pc.and_(pc.equal(field, LIST_PRICE), is_read)
    return pc.if_else(is_unlisted, "0", pc.if_else(pc.equal(field, NOTES), "", nobody))


def _shown(field: pa.Array, there: dict[str, pa.Array]) -> pa.Array:
    """Return what Amazon shows of each change's field, as text."""
    shows = pa.nulls(len(field), pa.string())
    for name, column in (_NUMBERS | _TEXTS).items():
        if column in there:
            shows = pc.if_else(pc.equal(field, name), there[column].cast(pa.string()), shows)
    return one(shows)
