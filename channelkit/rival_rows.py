"""What others offer for a store's items, as prices are made from it: a row for each offer, read by the column."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json
from sqlalchemy.engine import Connection

from channelkit.database import competition, listings, tabs
from channelkit.model.columns import one
from channelkit.pricing.terms import OFFERS

KNOWN_FOR = 30 * 86_400_000
"""Milliseconds after which what was read of others' offers counts as not known at all; no setting goes as far."""

_WHOLES = ("price", "shipping", "points", "feedback", "ratings", "since", "was")
_FIELDS = (
    *(("condition", pa.string()), ("subcondition", pa.string())),
    *((name, pa.int64()) for name in _WHOLES),
    *(("featured", pa.bool_()), ("ours", pa.bool_())),
)
_BODY = pa.schema([("offers", pa.list_(pa.struct(list(_FIELDS))))])


def load_rivals(connection: Connection, store: str, now: int, only: Sequence[str] | None = None) -> pa.Table:
    """Return what is known of all offers for a store's items, our own among them: columns of `OFFERS`.

    Arguments:
        now: milliseconds since 1970.
        only: seller SKUs, and SKUs of products: only offers for their items.
    """
    asins = None if only is None else _asins_of(connection, store, only)
    found = competition.load_newest(connection, store, asins)
    found = found.filter(pc.greater(found["asked_at"], now - KNOWN_FOR))
    if not found.num_rows:
        return OFFERS.empty_table()
    lists = one(_parse(one(found["offers"])))
    parents = pc.list_parent_indices(lists)
    offers = lists.flatten()
    columns = {name: pc.struct_field(offers, name) for name, _ in _FIELDS}
    columns["asin"] = one(found["asin"]).take(parents)
    columns["asked_at"] = one(found["asked_at"]).take(parents)
    told = pa.table({name: columns[name] for name in OFFERS.names}, schema=OFFERS)
    return pa.concat_tables([told, _nobody(found, lists)]).combine_chunks()


def _nobody(found: pa.Table, lists: pa.Array) -> pa.Table:
    """Return a row without a price for each item that Amazon answered about and that nobody offers.

    So that is known; of an item about which Amazon had no answer nothing is.
    """
    is_empty = pc.and_(pc.equal(pc.list_value_length(lists), 0), pc.is_valid(one(found["won"])))
    empty = found.filter(is_empty)
    known = {name: one(empty[name]) for name in ("asin", "condition", "asked_at")}
    return pa.table(
        [known.get(each.name, pa.nulls(empty.num_rows, each.type)) for each in OFFERS],
        schema=OFFERS,
    )


def _parse(documents: pa.Array) -> pa.ChunkedArray:
    lines = "\n".join(documents.to_pylist()).encode()
    options = json.ParseOptions(explicit_schema=_BODY, unexpected_field_behavior="ignore")
    # A document never spans two blocks' ends; twenty offers are some thousand characters.
    return json.read_json(pa.py_buffer(lines), json.ReadOptions(block_size=1 << 24), options)["offers"]


def _asins_of(connection: Connection, store: str, only: Sequence[str]) -> list[str]:
    """Return the items of these listings, and of the listings of these products."""
    decided = tabs.load_tabs(connection, store, ("sku", "asin"), only)
    skus = sorted({*only, *decided["sku"].to_pylist()})
    shown = listings.load(connection, store, ("asin",), skus)
    return sorted({*decided["asin"].to_pylist(), *shown["asin"].to_pylist()} - {None, ""})
