"""What went from tab to tab, and why (RP-05): what entered a tab, and what left it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from channelkit.database import daily, history, rows
from channelkit.database.connection import Database
from channelkit.database.moves import REASON, ask_moves, load_links
from channelkit.database.trend_schema import daily_flows, daily_prices
from channelkit.model.days import begin_of, day_of, end_of, shift
from channelkit.trends.days import read_store_days

FLOWS = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "from_tab", "to_tab", "status", "reason")),
        ("listings", pa.int64()),
    ]
)
"""What `read_flows` returns."""

_KEY = ("from_tab", "to_tab", "status")
_TOLD = pa.schema([*(FLOWS.field(name) for name in (*_KEY, "reason", "listings"))])
_ASKED = f"""
select from_tab, to_tab, status, {REASON} as reason, count(*) as listings
from moves where from_tab != to_tab group by all
"""  # noqa: S608 - only words of ours are filled in


def read_flows(database: Database, stores: Sequence[str], since_ms: int, until_ms: int) -> pa.Table:
    """Return what went from tab to tab, most of it first within each store.

    A listing that went to and fro counts each time.

    Arguments:
        stores: their names.
        since_ms, until_ms: from the first moment up to the second, in milliseconds since 1970.

    Returns:
        The columns of `FLOWS`: ``from_tab`` is empty for what is new, ``to_tab`` for what is in no tab any more;
        ``status`` is the one that it came to, and ``reason`` the most frequent sentence about it, empty where none was
        kept.
    """
    parts = [FLOWS.empty_table()]
    with database.read() as connection:
        zones = {each.store: each.zone for each in read_store_days(connection, stores)}
    for store in stores:
        found = _choose_reasons(_read_moves(database, store, zones.get(store, "UTC"), (since_ms, until_ms)))
        found = found.append_column("store", pa.repeat(pa.scalar(store, pa.string()), found.num_rows))
        parts.append(found.select(FLOWS.names).cast(FLOWS))
    return pa.concat_tables(parts).combine_chunks()


def _read_moves(database: Database, store: str, zone: str, span: tuple[int, int]) -> pa.Table:
    """Return the columns `_TOLD`, from what is told for good of whole days, and of the rest from the history."""
    since, until = span
    first, told = day_of(since, zone), _TOLD.empty_table()
    with database.read() as connection:
        days = sa.select(sa.func.min(daily_prices.c.day)).where(daily_prices.c.store == store)
        began: str | None = connection.execute(days).scalar()
        last = min(daily.settled_day(connection, store, zone), shift(day_of(until, zone), -1))
        if began and began <= first <= last and begin_of(first, zone) == since:
            query = sa.select(*(daily_flows.c[name] for name in _TOLD.names)).where(daily_flows.c.store == store)
            told = rows.read(connection, query.where(daily_flows.c.day >= first, daily_flows.c.day <= last), _TOLD)
            since = end_of(last, zone)
        if since >= until:
            return told
        links = load_links(connection, store, since)
        with history.asking(database, own=True, beside={"links": links}) as ask:
            rest = ask_moves(ask, _ASKED, store, since, until)
    return pa.concat_tables([told, rest.select(_TOLD.names).cast(_TOLD)])


def _choose_reasons(moves: pa.Table) -> pa.Table:
    """Return each way once, with its most frequent sentence: they name numbers, so that of one status there are many.

    Of two that are as frequent it is the first by the alphabet.
    """
    sums = moves.group_by([*_KEY, "reason"]).aggregate([("listings", "sum")])
    totals = sums.group_by(list(_KEY)).aggregate([("listings_sum", "sum")])
    order = [*((name, "ascending") for name in _KEY), ("listings_sum", "descending"), ("reason", "ascending")]
    told = sums.filter(pc.not_equal(sums["reason"], "")).sort_by(order)
    first = told.group_by(list(_KEY), use_threads=False).aggregate([("reason", "first")])
    found = totals.join(first, list(_KEY), use_threads=False)
    columns = {name: found[name] for name in _KEY} | {"reason": pc.fill_null(found["reason_first"], "")}
    columns["listings"] = found["listings_sum_sum"]
    return pa.table(columns).sort_by([("listings", "descending"), *((name, "ascending") for name in _KEY)])
