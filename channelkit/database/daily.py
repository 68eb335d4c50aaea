"""Figures by day: how the listings of each store stood at the day's end, and what went from tab to tab on it.

A day is the marketplace's own. It is told once it is over, and once more some hours later, since a reading may be kept
only after the day on which it was asked for; then it never changes again.
"""

from __future__ import annotations

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history, rows
from channelkit.database import stores as books
from channelkit.database.connection import Database
from channelkit.database.crossings import ask_crossings
from channelkit.database.day_ends import DayEnds
from channelkit.database.moves import REASON, ask_moves
from channelkit.database.price_days import Span, read_price_days
from channelkit.database.progress import move_watermark, moved_at, read_watermark
from channelkit.database.schema import arrow
from channelkit.database.standing import Kinds, Standing, Words, load_kinds, load_standing
from channelkit.database.trend_schema import daily_crossings, daily_flows, daily_moves, daily_prices, daily_tabs
from channelkit.model.columns import one
from channelkit.model.days import begin_of, day_of, end_of, number_in_sql, number_of, shift
from channelkit.model.marketplaces import marketplace

BRAND = "manufacturer"
"""Code of the attribute that holds the brand, where the settings say nothing else."""

SETTLED = 6 * 3_600_000
"""Milliseconds after a day's end at which everything is read that was asked for on it."""

_BEGAN = "select epoch_ms(min(seen_at)) as began from history where store = ? and subject in ('tab', 'unlisted')"
_MOVED = """
select cast({day} as bigint) as number, from_tab, to_tab, status, coalesce(kinds.brand, '') as brand,
  coalesce(kinds.category, '') as category, count(*) as listings
from moves left join kinds on kinds.product = moves.product
where from_tab != to_tab group by all
"""

_FLOWED = f"""
select cast({{day}} as bigint) as number, from_tab, to_tab, status, {REASON} as reason, count(*) as listings
from moves where from_tab != to_tab group by all
"""  # noqa: S608 - only words of ours are filled in


def roll_up(database: Database, now_ms: int, *, brand: str = BRAND) -> int:
    """Tell all days up to yesterday that are missing, and return how many days of stores that were.

    Arguments:
        now_ms: milliseconds since 1970.
        brand: code of the attribute that holds a product's brand; empty where none does.
    """
    with database.read() as connection:
        spans = _missing(connection, now_ms)
    spans = [known for span in spans if (known := _begin(database, span)) is not None]
    if not spans:
        return 0
    with database.read() as connection:
        kinds = load_kinds(connection, brand)
    for span in spans:
        _tell(database, span, kinds, now_ms)
    return sum(number_of(span.until) - number_of(span.since) + 1 for span in spans)


def last_day(connection: Connection, store: str) -> str:
    """Return the last day that is told of a store; empty where none is."""
    return read_watermark(connection, f"daily/{store}") or ""


def settled_day(connection: Connection, store: str, zone: str) -> str:
    """Return the last day of a store that is told for good; empty where none is.

    Arguments:
        zone: the marketplace's.
    """
    told = last_day(connection, store)
    if not told or (moved_at(connection, f"daily/{store}") or 0) >= end_of(told, zone) + SETTLED:
        return told
    return shift(told, -1)


def _missing(connection: Connection, now_ms: int) -> list[Span]:
    """Return what is missing of each store; where no day is told yet, with an empty first day."""
    found = []
    for row in books.load_stores(connection).to_pylist():
        store, zone = row["name"], marketplace(row["marketplace_id"]).time_zone
        yesterday, told = shift(day_of(now_ms, zone), -1), last_day(connection, store)
        since = shift(told, 1) if told else ""
        if told and end_of(told, zone) + SETTLED <= now_ms and settled_day(connection, store, zone) < told:
            since = told
        if since <= yesterday:
            found.append(Span(store, since, yesterday, zone))
    return found


def _begin(database: Database, span: Span) -> Span | None:
    """Return a span with its first day: where none is told yet, that on which the history of the store begins."""
    if span.since:
        return span
    began = history.query(database, _BEGAN, [span.store])["began"][0].as_py()
    since = day_of(began, span.zone) if began is not None else shift(span.until, 1)
    return span._replace(since=since) if since <= span.until else None


def _tell(database: Database, span: Span, kinds: Kinds, now_ms: int) -> None:
    words = {"tab": Words(), "status": Words()}
    # The facts before the history: what is kept in between is then undone although they do not have it.
    with database.read() as connection:
        sides = list(load_standing(connection, span.store, kinds, words))
    links = pa.concat_tables([_links(side, kinds, words) for side in sides])
    ends = DayEnds(span.store, span.since, span.until, span.zone, kinds, words)
    with database.read() as connection:
        is_first = not last_day(connection, span.store)
        with history.asking(database, own=True, beside={"links": links, "kinds": _named(kinds)}) as ask:
            while sides:
                ends.add(sides.pop(0), ask)
            day = number_in_sql("ms", span.since, span.until, span.zone)
            since, until = begin_of(span.since, span.zone), end_of(span.until, span.zone)
            moved, flowed = (ask_moves(ask, sql.format(day=day), span.store, since, until) for sql in (_MOVED, _FLOWED))
            crossed = ask_crossings(ask, connection, span, and_before=is_first)
    prices = read_price_days(database, span)
    with database.write() as connection:
        for table in (daily_tabs, daily_moves, daily_flows, daily_prices, daily_crossings):
            its = (table.c.store == span.store, table.c.day >= span.since, table.c.day <= span.until)
            connection.execute(table.delete().where(*its))
        for batch in ends.batches():
            rows.upsert(connection, daily_tabs, batch)
        rows.upsert(connection, daily_moves, _by_day(daily_moves, moved, span.store))
        rows.upsert(connection, daily_flows, _by_day(daily_flows, flowed, span.store))
        rows.upsert(connection, daily_prices, _of(span.store, prices))
        rows.upsert(connection, daily_crossings, _of(span.store, crossed))
        move_watermark(connection, f"daily/{span.store}", span.until, at=now_ms)


def _links(side: Standing, kinds: Kinds, words: dict[str, Words]) -> pa.Table:
    """Return what a side of a store is linked to, as `channelkit.database.moves` reads it."""
    product, status = side.columns["product"], side.columns["status"]
    texts = pa.array(words["status"].texts, pa.string())
    columns = {
        "listed": pa.repeat(side.listed, len(side.skus)),
        "sku": side.skus,
        "product_sku": kinds.skus.take(pa.array(product, mask=product < 0)),
        "status": texts.take(pa.array(status, mask=status < 0)),
    }
    return pa.table(columns)


def _named(kinds: Kinds) -> pa.Table:
    brands, categories = pa.array(kinds.brands, pa.string()), pa.array(kinds.categories, pa.string())
    columns = {"product": kinds.skus, "brand": brands.take(pa.array(kinds.brand[:-1]))}
    return pa.table(columns | {"category": categories.take(pa.array(kinds.category[:-1]))})


def _by_day(table: sa.Table, moved: pa.Table, store: str) -> pa.Table:
    days = [shift("1970-01-01", number) for number in one(moved["number"]).to_pylist()]
    moved = moved.append_column("day", pa.array(days, pa.string()))
    schema = arrow(table)
    return _of(store, moved).select(schema.names).cast(schema)


def _of(store: str, told: pa.Table) -> pa.Table:
    return told.append_column("store", pa.repeat(pa.scalar(store, pa.string()), told.num_rows))
