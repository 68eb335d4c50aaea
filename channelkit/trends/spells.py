"""From when to when listings were out of stock: days that are told for good, and of the rest the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import daily, history, rows
from channelkit.database.connection import Database
from channelkit.database.crossings import CROSSINGS, ask_crossings
from channelkit.database.price_days import Span
from channelkit.database.trend_schema import daily_crossings
from channelkit.model.columns import mask, numbers, one
from channelkit.model.days import day_of, shift
from channelkit.trends.days import StoreDays

SPELLS = pa.schema([("seller_sku", pa.string()), *((name, pa.int64()) for name in ("began", "ended", "price"))])
"""What `read_spells` returns: times in milliseconds since 1970, the price in minor units as it was at first."""

_TOLD = pa.schema([CROSSINGS.field(name) for name in ("seller_sku", "moment", "is_out", "price")])


def read_spells(
    database: Database, stores: Sequence[StoreDays], spans: Mapping[str, tuple[int, int]]
) -> dict[str, pa.Table]:
    """Return for which spells the listings of each store were out of stock, of those that began within a span.

    Arguments:
        spans: of each store from which moment up to which, in milliseconds since 1970.

    Returns:
        The columns of `SPELLS`: ``ended`` is null where that is not within the span.
    """
    with ThreadPoolExecutor(1) as pool, database.read() as connection:
        firsts = {store.store: _first_untold(connection, store, spans[store.store]) for store in stores}
        # While the database tells of the days that are over, the other processor reads the rest of the history.
        reading = pool.submit(_read_rest, database, stores, firsts, spans)
        told = {store.store: _load_told(connection, store, firsts[store.store], spans[store.store]) for store in stores}
    rest = reading.result()
    return {
        name: _pair(pa.concat_tables([crossings, rest.get(name, _TOLD.empty_table())]), *spans[name])
        for name, crossings in told.items()
    }


def _first_untold(connection: Connection, store: StoreDays, span: tuple[int, int]) -> str:
    """Return the first day of a span that is not told for good."""
    first, settled = day_of(span[0], store.zone), daily.settled_day(connection, store.store, store.zone)
    return max(first, shift(settled, 1)) if settled else first


def _read_rest(
    database: Database, stores: Sequence[StoreDays], firsts: Mapping[str, str], spans: Mapping[str, tuple[int, int]]
) -> dict[str, pa.Table]:
    """Return the columns `_TOLD` of each store's days from its first untold one on."""
    asked = []
    for store in stores:
        first, last = firsts[store.store], day_of(spans[store.store][1] - 1, store.zone)
        if first <= last:
            asked.append(Span(store.store, first, last, store.zone))
    if not asked:
        return {}
    with database.read() as connection, history.asking(database, own=True) as ask:
        return {span.store: ask_crossings(ask, connection, span).select(_TOLD.names) for span in asked}


def _load_told(connection: Connection, store: StoreDays, first_untold: str, span: tuple[int, int]) -> pa.Table:
    """Return the columns `_TOLD` of the days of a span that are told for good."""
    book = daily_crossings.c
    query = sa.select(*(book[name] for name in _TOLD.names)).order_by(book.day, book.number)
    query = query.where(book.store == store.store, book.day >= day_of(span[0], store.zone), book.day < first_untold)
    return rows.read(connection, query, _TOLD)


def _pair(crossings: pa.Table, since: int, until: int) -> pa.Table:
    """Return for each time that a listing ran out when it had some again: with its next crossing."""
    moments = one(crossings["moment"])
    found = crossings.filter(pc.and_(pc.greater_equal(moments, since), pc.less(moments, until)))
    found = found.append_column("place", pa.array(np.arange(found.num_rows)))
    found = found.sort_by([("seller_sku", "ascending"), ("place", "ascending")])
    skus, began = one(found["seller_sku"]), numbers(found["moment"])
    is_next_its = np.append(mask(pc.equal(skus[:-1], skus[1:])), np.zeros(min(1, len(skus)), np.bool_))
    # What was kept late may tell that it was over before it began.
    ended = np.maximum(began, np.roll(began, -1))
    columns = {"seller_sku": skus, "began": began, "ended": pa.array(ended, mask=~is_next_its)}
    spells = pa.table(columns | {"price": found["price"]}, schema=SPELLS)
    return spells.filter(pa.array(mask(found["is_out"])))
