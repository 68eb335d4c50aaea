"""Tabs, prices, quantities and matches as they were known at any past moment (TB-09)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from math import floor
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.past import Undone
from channelkit.database.schema import listings, tabs
from channelkit.database.tabs import SUBJECTS
from channelkit.errors import UsageError
from channelkit.model.columns import one
from channelkit.model.tables import LISTINGS, TABS
from channelkit.report.tables import money
from channelkit.report.wording import moment as in_words

if TYPE_CHECKING:
    import pandas as pd

_ON_AMAZON, _LISTED, _UNLISTED = "listing", SUBJECTS[True], SUBJECTS[False]
_FIRSTS = {_ON_AMAZON: LISTINGS.first, _LISTED: TABS.first, _UNLISTED: TABS.first}
_OFFERED = ("price", "quantity")
_DECIDED = ("product_sku", "tab", "status", "method")

PAST = pa.schema(
    [
        ("store", pa.string()),
        ("sku", pa.string()),
        ("listed", pa.bool_()),
        ("product_sku", pa.string()),
        ("tab", pa.string()),
        ("status", pa.string()),
        ("price", pa.int64()),
        ("currency", pa.string()),
        ("quantity", pa.int64()),
        ("method", pa.string()),
    ]
)
"""What `as_of` returns: listings first, then products that were none yet, each in SKU order; prices in minor units."""


def as_of(database: Database, store: str, moment_ms: int) -> pa.Table:
    """Return how every listing of a store stood at a moment, and every product that could have become one.

    What was known then counts: a price that Amazon had changed and nobody had read yet is not in it. A listing that was
    on Amazon and in no tab is there without one. Listings that have gone since are there again.

    Arguments:
        moment_ms: milliseconds since 1970; what was seen at this very moment is in it.

    Returns:
        The columns of `PAST`.

    Raises:
        UsageError: nothing was known yet.
    """
    on_amazon, decided = _read_now(database, store)
    undone = Undone(database, store, moment_ms, _FIRSTS, (*_OFFERED, *_DECIDED))
    began = undone.began
    if began is None or moment_ms < began:
        raise UsageError(
            f"Nothing was known of Amazon store {store!r} at {in_words(moment_ms)}.",
            "It was not read before. Read it with: channelkit pull"
            if began is None
            else f"What is known begins at {in_words(began)}; ask for that moment or a later one.",
        )
    parts = [_rewind_listings(store, undone, on_amazon, decided), _rewind_products(store, undone, decided)]
    return pa.concat_tables(parts).combine_chunks()


def as_of_frame(database: Database, store: str, moment_ms: int) -> pd.DataFrame:
    """Return what `as_of` does as analysts see it, with exact prices."""
    found = as_of(database, store, moment_ms)
    place = found.column_names.index("price")
    found = found.set_column(place, "price", money(found["price"], found["currency"]))
    import pandas as pd  # noqa: PLC0415 - heavy

    return found.to_pandas(types_mapper=pd.ArrowDtype)


def read_moment(when: datetime | date | str, now_ms: int | None = None) -> int:
    """Return a moment in milliseconds since 1970; without a time zone it is UTC, and a day alone is its beginning.

    Arguments:
        now_ms: the time now, in milliseconds since 1970, where what is to come is refused.

    Raises:
        UsageError: it is no moment, or it is still to come.

    >>> read_moment("1970-01-02"), read_moment("1970-01-02 01:00+01:00"), read_moment(datetime(1970, 1, 1, 0, 1))
    (86400000, 86400000, 60000)
    """
    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when.strip())
        except ValueError:
            raise UsageError(
                f"{when!r} is no moment.", "Write it as 2026-11-24 or 2026-11-24 14:00, in UTC or with +01:00 behind."
            ) from None
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(), UTC)
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    moment_ms = floor(when.timestamp() * 1000)
    if now_ms is not None and moment_ms > now_ms:
        raise UsageError(f"{in_words(moment_ms)} is still to come.", f"It is {in_words(now_ms)} now.")
    return moment_ms


def _read_now(database: Database, store: str) -> tuple[pa.Table, pa.Table]:
    names = ("seller_sku", "currency", *_OFFERED)
    told = ("listed", "sku", *_DECIDED)
    with database.read() as connection:
        query = sa.select(*(listings.c[name] for name in names)).where(listings.c.store == store)
        on_amazon = rows.read(connection, query, LISTINGS.schema(names))
        query = sa.select(*(tabs.c[name] for name in told)).where(tabs.c.store == store)
        return on_amazon, rows.read(connection, query, TABS.schema(told))


def _rewind_listings(store: str, undone: Undone, on_amazon: pa.Table, decided: pa.Table) -> pa.Table:
    listed = decided.filter(decided["listed"])
    there = undone.existing(_ON_AMAZON, one(on_amazon["seller_sku"]))
    had_tab = undone.existing(_LISTED, one(listed["sku"]))
    skus = pc.unique(pa.concat_arrays([there, had_tab]))
    place, is_there = pc.index_in(skus, value_set=one(on_amazon["seller_sku"])), pc.is_in(skus, value_set=there)
    columns = {"currency": one(on_amazon["currency"]).take(place)}
    for name in _OFFERED:
        columns[name] = undone.column(_ON_AMAZON, name, skus, one(on_amazon[name]).take(place))
    columns = {name: _where(is_there, column) for name, column in columns.items()}
    place, is_placed = pc.index_in(skus, value_set=one(listed["sku"])), pc.is_in(skus, value_set=had_tab)
    for name in _DECIDED:
        columns[name] = _where(is_placed, undone.column(_LISTED, name, skus, one(listed[name]).take(place)))
    return _table(store, True, skus, columns)


def _rewind_products(store: str, undone: Undone, decided: pa.Table) -> pa.Table:
    unlisted = decided.filter(pc.invert(decided["listed"]))
    skus = undone.existing(_UNLISTED, one(unlisted["sku"]))
    place = pc.index_in(skus, value_set=one(unlisted["sku"]))
    columns = {name: undone.column(_UNLISTED, name, skus, one(unlisted[name]).take(place)) for name in _DECIDED}
    return _table(store, False, skus, columns)


def _where(is_known: pa.Array, column: pa.Array) -> pa.Array:
    return pc.if_else(is_known, column, pa.scalar(None, column.type))


def _table(store: str, listed: bool, skus: pa.Array, columns: dict[str, pa.Array]) -> pa.Table:
    count = len(skus)
    columns |= {"store": pa.repeat(store, count), "listed": pa.repeat(listed, count), "sku": skus}
    arrays = [columns.get(field.name, pa.nulls(count, field.type)) for field in PAST]
    return pa.table(arrays, schema=PAST).sort_by("sku")
