"""Errors of communication, grouped by code, operation and store: how often, since when, what they touch (RP-02).

Calls that failed, changes that were refused or never seen, bulk submissions that ended badly, and what Amazon complains
of so that a listing is not sold. What happened a year ago answers like what happened today: nothing of it is cleared.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.connection import Database
from channelkit.database.schema import runs
from channelkit.database.schema import stores as known_stores
from channelkit.model.marketplaces import marketplace
from channelkit.trends import error_issues as issues
from channelkit.trends import error_sources as sources
from channelkit.trends.episodes import Ran, half_life
from channelkit.trends.error_sources import Group
from channelkit.trends.error_words import put_in_words
from channelkit.trends.touched import Sold, a_day, read_sold

ERROR_GROUPS = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "kind", "system", "operation", "code")),
        ("status", pa.int64()),
        *((name, pa.string()) for name in ("meaning", "fix", "next_attempt")),
        ("is_known", pa.bool_()),
        *((name, pa.int64()) for name in ("count", "before", "first_seen", "last_seen", "half_life")),
        *((name, pa.int64()) for name in ("affected", "open", "listings", "at_stake")),
        *((name, pa.string()) for name in ("currency", "said", "request_id", "examples")),
    ]
)
"""What `read_error_groups` returns.

``before`` counts the stretch before (null where none was asked for, or nothing is known of it); times and ``half_life``
are in milliseconds, see `channelkit.trends.episodes`; ``affected`` things had it, ``open`` of them have it still;
``listings`` are touched, which is not known of a call that is about no listing in particular; ``at_stake`` is what
these listings sell a day, in minor units; ``said`` are the other side's own words; ``examples`` JSON, some SKUs or
order ids.
"""

EXAMPLES = 5


def read_error_groups(
    database: Database,
    stores: Sequence[str],
    since_ms: int,
    until_ms: int,
    *,
    now_ms: int,
    compare: tuple[int, int] | None = None,
) -> pa.Table:
    """Return the columns `ERROR_GROUPS`, what stops a store first, then what touches most, then what comes most often.

    Arguments:
        stores: names of stores; what Commerce refused to all of them stands under no store.
        since_ms, until_ms: the stretch, in milliseconds since 1970; the end is not in it.
        now_ms: the time now: what was accepted too long ago and not seen is told, too.
        compare: beginning and end of the stretch that it is compared with.
    """
    span = sources.Span(tuple(stores), since_ms, until_ms, now_ms, compare)
    with database.read() as connection:
        sold = read_sold(connection, stores, now_ms)
        ran = _read_runs(connection, since_ms)
        currencies = _read_currencies(connection)
        listings = sources.count_listings(connection, stores)
        groups = [
            *sources.group_calls(connection, span, ran),
            *sources.group_changes(connection, span),
            *sources.group_order_changes(connection, span),
            *sources.group_catalog_changes(connection, span),
            *issues.group_feeds(connection, span),
            *issues.group_issues(connection, span),
        ]
    told = [_tell(group, sold, currencies, listings) for group in groups]
    told.sort(key=lambda row: (not row.pop("stops"), -(row["at_stake"] or 0), -(row["listings"] or 0), -row["count"]))
    return pa.Table.from_pylist(told, schema=ERROR_GROUPS)


def _tell(group: Group, sold: Sold, currencies: dict[str, str], listings: dict[str, int]) -> dict[str, Any]:
    words = put_in_words(
        group.code,
        kind=group.kind,
        system=group.system,
        status=group.status,
        message=group.said,
        categories=group.categories,
        fix=group.advised,
    )
    touched: int | None = None if group.skus is None else len(group.skus)
    at_stake = None if group.skus is None else a_day(sold, group.store, group.skus)
    if words.stops_store:
        # Without a store it is Commerce's, which all of them share; their money is not added up across currencies.
        touched = listings.get(group.store) if group.store else sum(listings.values())
        at_stake = a_day(sold, group.store, None) if group.store else None
    is_open = sum(each.ended is None for each in group.episodes)
    return {
        "store": group.store,
        "kind": group.kind,
        "system": group.system,
        "operation": group.operation,
        "code": group.code,
        "status": group.status,
        "meaning": words.meaning,
        "fix": words.fix,
        "next_attempt": words.next_attempt,
        "is_known": words.is_known,
        "count": group.count,
        "before": group.before,
        "first_seen": group.first_seen,
        "last_seen": group.last_seen,
        "half_life": half_life(group.episodes),
        "affected": len(group.episodes),
        "open": is_open,
        "listings": touched,
        "at_stake": at_stake,
        "currency": currencies.get(group.store, ""),
        "said": group.said,
        "request_id": group.request_id,
        "examples": json.dumps(group.examples[:EXAMPLES], ensure_ascii=False),
        "stops": words.stops_store and bool(is_open),
    }


def _read_runs(connection: Connection, since_ms: int) -> list[Ran]:
    """Return the runs that ended well enough to show that an error was over, in the order in which they began."""
    columns = runs.c.id, runs.c.job, runs.c.started_at, runs.c.finished_at, runs.c.state, runs.c.summary
    query = sa.select(*columns).where(runs.c.finished_at >= since_ms).order_by(runs.c.started_at, runs.c.id)
    return [Ran(*row) for row in connection.execute(query)]


def _read_currencies(connection: Connection) -> dict[str, str]:
    query = sa.select(known_stores.c.name, known_stores.c.marketplace_id)
    return {name: marketplace(site).currency for name, site in connection.execute(query)}
