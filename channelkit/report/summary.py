"""The figures of a moment as plain values: what ``--json`` prints, what the page shows, what a program can compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.connection import Database
from channelkit.database.schema import stores as known_stores
from channelkit.errors import UsageError
from channelkit.model.marketplaces import MARKETPLACES
from channelkit.report import counts, order_excerpts
from channelkit.report.delays import measure_delays, summarise_delays, summarise_targets
from channelkit.report.freshness import read_freshness
from channelkit.report.order_delays import measure_order_delays, summarise_order_delays
from channelkit.report.order_words import STAGES
from channelkit.report.wording import iso, listed, shareable

Summary = dict[str, Any]

DAY = 86_400_000

_SITES = {marketplace.id: marketplace for marketplace in MARKETPLACES}


def summarise(database: Database, *, now_ms: int, since_ms: int, stores: Sequence[str] | None = None) -> Summary:
    """Return the figures of all stores together and of each: JSON's own kinds of values, nothing else.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
        since_ms: changes, failures and runs are counted from then on; tabs and held changes are as they are now.
        stores: only these stores, by name; all when None.

    Raises:
        UsageError: there is no store of that name.

    The keys: ``generated_at``, ``since``, ``all`` and ``stores`` (``listings``, ``products``, ``in_no_tab``, ``stale``,
    ``tabs``, ``listings_in_tabs``, ``statuses``, ``changes``, ``delays`` and ``targets`` in seconds, ``held``,
    ``stopped``, and ``orders`` with ``stages``, ``blocked``, ``due`` within a day, ``late``, ``to_ship`` and
    ``delays`` by kind), ``failures``, ``runs``, ``calls`` and ``facts``; each store also has ``verdict``, its newest
    plan's.
    """
    with database.read() as connection:
        names = choose(counts.store_names(connection), stores)
        return summarise_moment(connection, now_ms, since_ms, names, measure(connection, since_ms, names))


@dataclass(frozen=True)
class Measured:
    """What a page tells of, and its figures are made from: read once for both, of some stores.

    Arguments:
        placed: what each tab holds, as `channelkit.report.counts.count_tabs` has it.
        delays: as `channelkit.report.delays.measure_delays` has them.
        order_delays: as `channelkit.report.order_delays.measure_order_delays` has them.
    """

    placed: pa.Table
    delays: pa.Table
    order_delays: pa.Table


def measure(connection: Connection, since_ms: int, names: Sequence[str]) -> Measured:
    """Read what is measured of these stores since a moment, in milliseconds since 1970."""
    delays = measure_delays(connection, since_ms)
    of_orders = measure_order_delays(connection, since_ms, listed=delays)
    return Measured(only(counts.count_tabs(connection), names), only(delays, names), only(of_orders, names))


def summarise_moment(
    connection: Connection, now_ms: int, since_ms: int, names: Sequence[str], measured: Measured
) -> Summary:
    """Return what `summarise` returns, of these stores and of the moment that a connection sees."""
    about = describe_stores(connection, names)
    placed, delays = measured.placed, measured.delays
    changed = only(counts.count_changes(connection, since_ms), names)
    known, linked = counts.count_listings(connection), counts.count_linked(connection)
    told = _Orders(
        only(order_excerpts.count_stages(connection), names),
        order_excerpts.count_due(connection, now_ms + DAY),
        order_excerpts.count_due(connection, now_ms),
        order_excerpts.count_due(connection),
        measured.order_delays,
    )
    newest = only(counts.newest_plans(connection), names).to_pylist()
    stopped = {plan["store"]: shareable(plan["note"]) for plan in newest if plan["verdict"] == "stopped"}
    verdicts = {plan["store"]: plan["verdict"] for plan in newest}

    def figures(chosen: Sequence[str], products: int) -> Summary:
        tab_rows = only(placed, chosen)
        on_amazon = tab_rows.filter(tab_rows["listed"])
        ended = _total(on_amazon.filter(pc.equal(on_amazon["tab"], "Ended")))
        states = _by(only(changed, chosen), "state", counts.CHANGE_STATES)
        return {
            "listings": sum(known.get(name, 0) for name in chosen) - ended,
            "products": products,
            "in_no_tab": sum(known.get(name, 0) for name in chosen) - _total(on_amazon),
            "stale": pc.sum(tab_rows["stale"]).as_py() or 0,
            "tabs": _by(tab_rows, "tab", counts.TAB_NAMES),
            "listings_in_tabs": _by(on_amazon, "tab", counts.TAB_NAMES),
            "statuses": _statuses(tab_rows),
            "changes": states,
            "delays": summarise_delays(only(delays, chosen)),
            "targets": summarise_targets(only(delays, chosen)),
            "held": states["held"],
            "stopped": {name: stopped[name] for name in chosen if name in stopped},
            "orders": told.figures(chosen),
        }

    failures = only(counts.count_failures(connection, since_ms), ["", *names])
    return {
        "generated_at": iso(now_ms),
        "since": iso(since_ms),
        "all": figures(names, counts.count_products(connection)),
        "stores": {
            name: about[name] | {"verdict": verdicts.get(name, "")} | figures([name], linked.get(name, 0))
            for name in names
        },
        "failures": [_failure(row) for row in failures.to_pylist()],
        "runs": counts.count_runs(connection, since_ms),
        "calls": _calls(counts.count_calls(connection)),
        "facts": [
            {"store": fact.store, "what": fact.what, "read_at": iso(fact.at), "stale": fact.stale}
            for fact in read_freshness(connection, names)
        ],
    }


@dataclass(frozen=True)
class _Orders:
    """What is counted of orders; nobody's data is among it."""

    stages: pa.Table
    due: Mapping[str, int]
    late: Mapping[str, int]
    to_ship: Mapping[str, int]
    delays: pa.Table

    def figures(self, chosen: Sequence[str]) -> Summary:
        """Return the figures of these stores together."""
        stages = _by(only(self.stages, chosen), "stage", (order_excerpts.NEW, *STAGES))
        late = sum(self.late.get(name, 0) for name in chosen)
        return {
            "stages": stages,
            "blocked": stages["blocked"],
            "due": sum(self.due.get(name, 0) for name in chosen) - late,
            "late": late,
            "to_ship": sum(self.to_ship.get(name, 0) for name in chosen),
            "delays": summarise_order_delays(only(self.delays, chosen)),
        }


def describe_stores(connection: Connection, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what each store is: its marketplace, country, currency, time zone and website."""
    rows = {row.name: row for row in connection.execute(sa.select(known_stores))}
    found = {}
    for name in names:
        row = rows.get(name)
        site = _SITES.get(row.marketplace_id) if row else None
        found[name] = {
            "marketplace_id": row.marketplace_id if row else "",
            "country": site.country if site else "",
            "currency": site.currency if site else "",
            "time_zone": site.time_zone if site else "UTC",
            "website": row.website if row else "",
        }
    return found


def choose(known: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    """Return the stores to tell of, in the order in which they are known.

    Raises:
        UsageError: one of the wanted stores is not known.
    """
    if wanted is None:
        return list(known)
    missing = [name for name in wanted if name not in known]
    if missing:
        there = f"The stores are: {', '.join(known)}." if known else "Nothing was imported yet; run: channelkit pull."
        raise UsageError(f"There is no store {listed([repr(name) for name in missing])} to report on.", there)
    return [name for name in known if name in wanted]


def only(rows: pa.Table, stores: Sequence[str]) -> pa.Table:
    """Return the rows of these stores."""
    return rows.filter(pc.is_in(rows["store"], pa.array(stores, pa.string())))


def _total(rows: pa.Table) -> int:
    return int(pc.sum(rows["rows"]).as_py() or 0)


def _by(rows: pa.Table, column: str, names: Sequence[str]) -> dict[str, int]:
    """Add up rows by a column; every name is there, and what is not among them comes last."""
    grouped = rows.group_by(column).aggregate([("rows", "sum")])
    found = dict(zip(grouped[column].to_pylist(), grouped["rows_sum"].to_pylist(), strict=True))
    return {name: found.pop(name, 0) for name in names} | found


def _statuses(rows: pa.Table) -> dict[str, dict[str, int]]:
    grouped = rows.group_by(["tab", "status"]).aggregate([("rows", "sum")]).sort_by([("rows_sum", "descending")])
    found: dict[str, dict[str, int]] = {name: {} for name in counts.TAB_NAMES}
    for row in grouped.to_pylist():
        found.setdefault(row["tab"], {})[row["status"]] = row["rows_sum"]
    return found


def _failure(row: Mapping[str, Any]) -> Summary:
    words = {"message": shareable(row["message"]), "fix": shareable(row["fix"])}
    times = {"first_at": iso(row["first_at"]), "last_at": iso(row["last_at"])}
    kept = {name: row[name] for name in ("store", "system", "operation", "status", "code", "request_id")}
    return {"count": row["rows"]} | kept | words | times


def _calls(rows: pa.Table) -> Summary:
    """Add up calls since the beginning; the owners of quotas carry a seller's id, which stays at home."""
    systems: dict[str, int] = {}
    operations: dict[str, int] = {}
    for row in rows.to_pylist():
        system = row["owner"].partition("/")[0].partition(":")[0].partition(" ")[0]
        systems[system] = systems.get(system, 0) + row["calls"]
        operations[row["operation"]] = operations.get(row["operation"], 0) + row["calls"]
    return {"total": sum(systems.values()), "systems": systems, "operations": operations}
