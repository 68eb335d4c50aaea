"""What Amazon will show once it has caught up with what was sent: the observed, overlaid with what is on its way."""

from __future__ import annotations

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import (
    ACCEPTED,
    BUSINESS,
    CONDITION,
    END,
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
from channelkit.model.columns import Mask, mask, one
from channelkit.model.decisions import BY_AMAZON, MERCHANT
from channelkit.model.tables import SIGHTINGS_APART

_FACTS = ("seller_sku", "price", "quantity", "fulfillment_channel", "product_type")
_MORE = {
    **dict.fromkeys(("asin", "condition", "condition_note", "business", "sale"), pa.string()),
    **dict.fromkeys(("handling_days", "list_price"), pa.int64()),
}
_MISSING = ("missing_since", "missing_last")

OVERLAID = {
    **{PRICE: ("price", "after"), QUANTITY: ("quantity", "after"), HANDLING: ("handling_days", "after")},
    **{CONDITION: ("condition", "after_text"), NOTES: ("condition_note", "after_text")},
    FULFILLMENT: ("fulfillment", "after_text"),
    **{BUSINESS: ("business", "after_text"), SALE: ("sale", "after_text"), LIST_PRICE: ("list_price", "after")},
}
"""The column that each field of a change is of, and the column of a change that tells its value."""


class Quoted(msgspec.Struct):
    """What a new listing's change tells, as far as it is compared with what is wanted later."""

    asin: str | None = None
    price: int | None = None
    quantity: int | None = None
    condition: str | None = None
    fulfillment: str | None = None


def patience(fields: pa.Array, states: pa.Array) -> pa.Array:
    """Return for how many milliseconds each change may stay invisible: long only where Amazon took a new listing.

    A new listing of which nobody knows whether it arrived is soon sent again; it is looked up before.

    >>> patience(pa.array(["price", "publish", "publish"]), pa.array(["accepted", "accepted", "sent"])).to_pylist()
    [1800000, 28800000, 1800000]
    """
    is_taken = pc.and_(pc.equal(fields, PUBLISH), pc.equal(states, ACCEPTED))
    return pc.if_else(is_taken, PUBLISH_PATIENCE, PATIENCE)


def by_whom(channels: pa.Array) -> pa.Array:
    """Return who fulfils, in our word for each of Amazon's channels; null where it is not known.

    >>> by_whom(pa.array(["DEFAULT", "AMAZON_NA", None])).to_pylist()
    ['merchant', 'amazon', None]
    """
    is_amazon = pc.starts_with(channels, "AMAZON")
    other = pc.if_else(pc.equal(channels, "DEFAULT"), MERCHANT, pa.scalar(None, pa.string()))
    return one(pc.if_else(is_amazon, BY_AMAZON, other))


def is_gone(listings: pa.Table) -> Mask:
    """Tell which listings two looks, well apart, did not find (`channelkit.model.tables.SIGHTINGS_APART`)."""
    since, last = (_column(listings, name, pa.int64()) for name in _MISSING)
    return mask(pc.greater_equal(pc.subtract(last, since), SIGHTINGS_APART))


def expect(listings: pa.Table, pending: pa.Table, now_ms: int) -> pa.Table:
    """Return what each listing is expected to show.

    A change that is on its way counts for 30 minutes, a new listing for 8 hours, so that a reading that lags behind
    causes no second sending.

    Arguments:
        listings: ``seller_sku, price, quantity, fulfillment_channel, product_type``, and where they are known
            ``asin, condition, condition_note, handling_days, business, sale, list_price, missing_since,
            missing_last``.
        pending: changes that are on their way, columns of `channelkit.model.changes.OPEN_CHANGES`.

    Returns:
        The listings' columns but the last two, with values as expected; ``fulfillment`` (merchant or amazon);
        ``shown_price`` as observed; and the flags ``shown`` (it was found when it was last looked for), ``gone`` (it
        is no longer there), ``publishing`` and ``ending``. Listings that are only on their way stand at the end.
    """
    is_open = _open(pending, now_ms)
    expected = _observed(listings)
    expected = _with_new(expected, _newest(pending, is_open, PUBLISH))
    skus = one(expected["seller_sku"])
    for field, (name, source) in OVERLAID.items():
        newest = _newest(pending, is_open, field)
        if newest.num_rows:
            place = pc.index_in(skus, value_set=one(newest["seller_sku"]))
            overlaid = pc.coalesce(one(newest[source]).take(place), one(expected[name]))
            expected = expected.set_column(expected.column_names.index(name), name, overlaid)
    for field, name in ((PUBLISH, "publishing"), (END, "ending")):
        sent = one(_newest(pending, is_open, field)["seller_sku"])
        expected = expected.append_column(name, pc.is_in(skus, value_set=sent))
    return expected


def _observed(listings: pa.Table) -> pa.Table:
    observed = listings.select(_FACTS).combine_chunks()
    for name, kind in _MORE.items():
        observed = observed.append_column(name, _column(listings, name, kind))
    gone = is_gone(listings)
    is_missed = mask(pc.is_valid(_column(listings, "missing_since", pa.int64())))
    return (
        observed.append_column("fulfillment", by_whom(one(observed["fulfillment_channel"])))
        .append_column("shown_price", observed["price"])
        .append_column("shown", pa.array(~is_missed, pa.bool_()))
        .append_column("gone", pa.array(gone, pa.bool_()))
    )


def _with_new(expected: pa.Table, published: pa.Table) -> pa.Table:
    """Return what is expected with the new listings that are on their way: a stock-out must not wait for their page."""
    if not published.num_rows:
        return expected
    skus = one(published["seller_sku"])
    new = skus.filter(pc.invert(pc.is_in(skus, value_set=one(expected["seller_sku"]))))
    known = {"seller_sku": new} | {name: pa.repeat(False, len(new)) for name in ("shown", "gone")}
    rows = [known[field.name] if field.name in known else pa.nulls(len(new), field.type) for field in expected.schema]
    expected = pa.concat_tables([expected, pa.table(rows, schema=expected.schema)]).combine_chunks()
    quoted = [msgspec.json.decode(text or "{}", type=Quoted) for text in published["after_text"].to_pylist()]
    place = pc.index_in(one(expected["seller_sku"]), value_set=skus)
    for name in Quoted.__struct_fields__:
        kind = expected.schema.field(name).type
        told = pa.array([getattr(each, name) for each in quoted], kind).take(place)
        told = pc.if_else(one(expected["shown"]), pa.scalar(None, kind), told)
        expected = expected.set_column(expected.column_names.index(name), name, pc.coalesce(told, one(expected[name])))
    return expected


def _open(pending: pa.Table, now_ms: int) -> Mask:
    """Tell which changes are on their way and not yet given up."""
    waits_until = pc.add(pending["sent_at"], patience(one(pending["field"]), one(pending["state"])))
    is_open = pc.is_in(pending["state"], value_set=pa.array(OPEN))
    return mask(is_open) & mask(pc.greater(waits_until, now_ms))


def _newest(pending: pa.Table, is_open: Mask, field: str) -> pa.Table:
    """Return the newest open change of this field for each listing."""
    chosen = pending.filter(pa.array(is_open & mask(pc.equal(pending["field"], field)), pa.bool_()))
    chosen = chosen.sort_by([("sent_at", "descending"), ("id", "descending")]).combine_chunks()
    skus = one(chosen["seller_sku"])
    # The first appearance of each SKU is its newest change.
    place = pc.index_in(skus, value_set=skus).to_numpy()
    return chosen.filter(pa.array(place == np.arange(len(skus))))


def _column(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    return one(table[name]) if name in table.column_names else pa.nulls(table.num_rows, kind)
