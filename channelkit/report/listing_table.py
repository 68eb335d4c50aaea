"""One store's listings, and products that could be one, as the one table that the workbench filters and sorts."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.competition import load_won
from channelkit.database.decisions import load_decisions
from channelkit.database.listing_schema import decisions
from channelkit.database.schema import changes, listings, products, runs, tabs
from channelkit.model.columns import one
from channelkit.model.competition import condition_of
from channelkit.model.decisions import CONDITION, HANDLING, NOTES, OVERRIDES, PRICE
from channelkit.report.margin_columns import FindMargins, shares_of
from channelkit.report.tables import money

_TABS = (
    *("listed", "sku", "seller_sku", "asin", "product_sku", "tab", "status", "reason", "next_step", "actions"),
    *("method", "evidence", "linked_by", "since", "stale", "wanted_price", "wanted_quantity"),
)
_LISTING = (
    *("price", "currency", "quantity", "condition", "condition_note", "fulfillment_channel", "handling_days"),
    *("image_url", "observed_at"),
)
_WHOLES = ("since", "wanted_price", "wanted_quantity", "price", "quantity", "handling_days", "observed_at")
_FLAGS = ("listed", "stale")
_READ = pa.schema(
    [
        (name, pa.int64() if name in _WHOLES else pa.bool_() if name in _FLAGS else pa.string())
        for name in (*_TABS, *_LISTING, "title")
    ]
)
TIME = pa.timestamp("ms", "UTC")


def read_listing_table(
    connection: Connection, store: str, currency: str, now: int | None = None, *, margins: FindMargins | None = None
) -> pa.Table:
    """Return every row of a store's tabs with what its listing says, and what a person decided instead (AC-04).

    Arguments:
        currency: of the marketplace, in which overridden prices are.
        now: milliseconds since 1970, by which it counts as known whose offer is featured; None for not at all (TB-06).
        margins: finds what is left of prices; None where the store does not know what its products cost.

    Returns:
        The columns of `channelkit.model.tables.TABS` that tell something, those of the listing, ``on_amazon`` (yes or
        no), ``title``, ``fulfillment`` (Merchant or Amazon), ``buy_box`` (Yes or No; null where it is not known, or
        was not within a day) and ``buy_box_at``, prices as amounts, times in UTC, and for each kind of override
        ``price_override, handling_override, condition_override, notes_override``, with ``overridden``; where margins
        can be found, ``margin`` and ``margin_percent`` of the price that Amazon shows.
    """
    # Listings before products, each in SKU order, as the table's key has them: nothing is left to sort.
    parts = [
        rows.read(connection, _select(store).where(tabs.c.listed == listed).order_by(tabs.c.sku), _READ)
        for listed in (1, 0)
    ]
    found = pa.concat_tables(parts).combine_chunks()
    won = _won(connection, store, found, now)
    left = _left(connection, store, found, margins)
    return _finished(found, load_decisions(connection, store, kinds=OVERRIDES), currency, won, left)


def read_first_rows(
    connection: Connection,
    store: str,
    currency: str,
    count: int,
    now: int | None = None,
    *,
    margins: FindMargins | None = None,
) -> tuple[dict[str, int], pa.Table]:
    """Return how many rows each tab holds and the first so many of each, without reading all.

    Arguments:
        currency, now, margins: as for `read_listing_table`.
        count: rows of each tab.

    Returns:
        The counts by tab, with ``Overrides`` for rows of any tab that have one; the columns of `read_listing_table`.
    """
    query = sa.select(tabs.c.tab, sa.func.count()).where(tabs.c.store == store).group_by(tabs.c.tab)
    counts = {tab: number for tab, number in connection.execute(query) if tab}
    decided = load_decisions(connection, store, kinds=OVERRIDES)
    over = pc.unique(decided.filter(pc.is_valid(decided["value"]))["seller_sku"]).to_pylist()
    parts = []
    for tab in counts:
        left = count
        for listed in (1, 0):
            query_rows = _select(store).where(tabs.c.tab == tab, tabs.c.listed == listed).order_by(tabs.c.sku)
            parts.append(rows.read(connection, query_rows.limit(left), _READ))
            left -= parts[-1].num_rows
    first = rows.read_keys(connection, _select(store), tabs.c.seller_sku, over[:count], _READ)
    known = pa.concat_tables([*parts, first]).combine_chunks() if parts else _READ.empty_table()
    keys = pc.binary_join_element_wise(known["listed"].cast(pa.string()), known["sku"], "\x1f").combine_chunks()
    unique = pc.indices_nonzero(_is_first(keys))
    some = known.take(unique)
    margin = _left(connection, store, some, margins)
    found = _finished(some, decided, currency, _won(connection, store, some, now), margin)
    holds = sa.select(sa.func.count()).select_from(tabs).where(tabs.c.store == store)
    counts["Overrides"] = sum(
        connection.execute(holds.where(tabs.c.seller_sku.in_(part))).scalar_one() for part in rows.in_parts(over)
    )
    return counts, found


def read_mark(connection: Connection, store: str) -> tuple[int, int, int]:
    """Return figures that differ once something was decided, changed or read since; cheap to ask often."""
    asked = (
        sa.select(sa.func.max(decisions.c.id)).where(decisions.c.store == store),
        sa.select(sa.func.max(changes.c.id)).where(changes.c.store == store),
        sa.select(sa.func.max(runs.c.finished_at)),
    )
    decided, changed, ran = (connection.execute(query).scalar() or 0 for query in asked)
    return decided, changed, ran


def _select(store: str) -> sa.Select[Any]:
    of_listing = sa.and_(tabs.c.listed == 1, listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku)
    joined = tabs.outerjoin(listings, of_listing).outerjoin(products, products.c.sku == tabs.c.product_sku)
    columns: list[sa.ColumnElement[Any]] = [tabs.c[name] for name in _TABS]
    columns += [listings.c[name] for name in _LISTING]
    columns.append(sa.func.coalesce(listings.c.title, products.c.name).label("title"))
    return sa.select(*columns).select_from(joined).where(tabs.c.store == store)


def _is_first(keys: pa.Array) -> pa.Array:
    """Return which keys were not there before."""
    return pc.equal(pc.index_in(keys, value_set=keys), pa.array(range(len(keys)), pa.int32()))


def _won(connection: Connection, store: str, found: pa.Table, now: int | None) -> tuple[pa.Array, pa.Array]:
    """Return of each listing on sale whether its offer is the featured one, Yes or No, and when Amazon said so."""
    nothing = pa.nulls(found.num_rows, pa.string()), pa.nulls(found.num_rows, TIME)
    known = None if now is None else load_won(connection, store, now)
    if known is None or not known.num_rows:
        return nothing
    words = found["condition"].to_pylist()
    groups = pa.array([condition_of(word) for word in words], pa.string())
    keys = pc.binary_join_element_wise(one(found["asin"]), groups, "\x1f")
    answers = pc.binary_join_element_wise(one(known["asin"]), one(known["condition"]), "\x1f")
    is_on_sale = pc.fill_null(pc.and_(one(found["listed"]), pc.equal(one(found["tab"]), "Active")), False)
    place = pc.if_else(is_on_sale, pc.index_in(keys, value_set=answers), pa.scalar(None, pa.int32()))
    won = one(known["won"]).take(place)
    return pc.if_else(won, "Yes", "No"), one(known["asked_at"]).take(place).cast(TIME)


def _left(connection: Connection, store: str, found: pa.Table, margins: FindMargins | None) -> pa.Array | None:
    """Return what is left of each price that Amazon shows, in minor units; None where nobody finds margins."""
    if margins is None:
        return None
    # What is listed has its seller SKU for its key; what is not listed has no price on Amazon.
    asked = found.select(["sku", "product_sku", "price", "currency"])
    return one(margins(connection, store, asked.rename_columns(["seller_sku", "product_sku", "price", "currency"])))


def _finished(
    found: pa.Table, overrides: pa.Table, currency: str, won: tuple[pa.Array, pa.Array], left: pa.Array | None
) -> pa.Table:
    columns = {name: one(found[name]) for name in found.column_names}
    columns["seller_sku"] = pc.coalesce(columns["seller_sku"], columns["sku"])
    listed = columns.pop("listed")
    columns["on_amazon"] = pc.if_else(listed, "yes", "no")
    channel = columns.pop("fulfillment_channel")
    by_merchant = pc.equal(channel, "DEFAULT")
    columns["fulfillment"] = pc.if_else(by_merchant, "Merchant", "Amazon")
    if left is not None:
        columns["margin"], columns["margin_percent"] = left, shares_of(left, columns["price"])
    for name in ("price", "wanted_price", *(["margin"] if left is not None else [])):
        known = pc.coalesce(columns["currency"], currency)
        columns[name] = one(money(pa.chunked_array([columns[name]]), pa.chunked_array([known])))
    for name in ("since", "observed_at"):
        columns[name] = columns[name].cast(TIME)
    decided = {kind: _override(overrides, kind, columns["seller_sku"]) for kind in OVERRIDES}
    # The guide's Inactive tab says "Inactive" for every row; why is what differs.
    is_inactive = pc.equal(columns["tab"], "Inactive")
    columns["inactive_reason"] = pc.if_else(is_inactive, columns["status"], pa.scalar(None, pa.string()))
    columns["buy_box"], columns["buy_box_at"] = won
    minor = pa.chunked_array([decided[PRICE].cast(pa.int64())])
    here = pa.chunked_array([pa.repeat(pa.scalar(currency), found.num_rows)])
    columns["price_override"] = one(money(minor, here))
    columns["handling_override"] = decided[HANDLING].cast(pa.int64())
    columns["condition_override"], columns["notes_override"] = decided[CONDITION], decided[NOTES]
    is_over = [pc.is_valid(decided[kind]) for kind in OVERRIDES]
    columns["overridden"] = pc.or_(pc.or_(is_over[0], is_over[1]), pc.or_(is_over[2], is_over[3]))
    return pa.table(columns)


def _override(overrides: pa.Table, kind: str, seller_skus: pa.Array) -> pa.Array:
    mine = overrides.filter(pc.equal(overrides["kind"], kind))
    return one(mine["value"]).take(pc.index_in(seller_skus, value_set=one(mine["seller_sku"])))
