"""What a person asks of a report, in the words of a command line: where it goes, which stores, which time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from channelkit.database.connection import Database
from channelkit.report import counts
from channelkit.report.margin_columns import FindMargins
from channelkit.report.page import write_page
from channelkit.report.period import Period, parse_period
from channelkit.report.pictures import check_kind
from channelkit.report.site import Tell, Wanted, write_report
from channelkit.report.summary import choose, describe_stores
from channelkit.report.wording import moment

FIRST = "index.html"


def report_at(
    database: Database,
    path: Path,
    *,
    now_ms: int,
    since_ms: int | None = None,
    stores: Sequence[str] = (),
    period: str = "30d",
    compare: str = "before",
    charts: str = "none",
    runs: Path | None = None,
    brand: str = "manufacturer",
    tell: Tell = lambda _store, _what: "",
    margins: FindMargins | None = None,
) -> Path:
    """Write a report where a person wants it, and return its first page.

    Arguments:
        path: a folder, or ``index.html`` in one; any other ``.html`` is one page that carries all it shows.
        now_ms, since_ms: milliseconds since 1970; ``since_ms`` instead of ``period``: from then until now.
        stores: only these, by name; all when empty.
        period, compare: see `channelkit.report.period.parse_period`.
        charts: svg, png or none.
        runs: the folder of executed notebooks.
        brand: code of the attribute that holds a product's brand; empty where none does.
        tell: tells the story of a SKU or an order of a store; its timeline is told where that gives nothing.
        margins: finds what is left of prices.

    Raises:
        UsageError: there is no such store, period, comparison or kind of picture.
    """
    kind = check_kind(charts)
    if since_ms is None:
        asked = asked_period(database, now_ms, period, compare, stores)
    else:
        asked = Period(since_ms, now_ms, words=f"since {moment(since_ms)}", is_open=True)
    if path.suffix == ".html" and path.name != FIRST:
        chosen = list(stores) or None
        return write_page(database, path, now_ms=now_ms, since_ms=asked.since_ms, stores=chosen, period=asked)
    folder = path.parent if path.name == FIRST else path
    wanted = Wanted(asked, tuple(stores), kind, runs, brand, tell, margins)
    return write_report(database, folder, now_ms=now_ms, wanted=wanted)


def asked_period(database: Database, now_ms: int, period: str, compare: str, stores: Sequence[str]) -> Period:
    """Return a period in the days of the stores' marketplaces, or in UTC's where these have several.

    Raises:
        UsageError: it is no period, or there is no such store.
    """
    with database.read() as connection:
        names = choose(counts.store_names(connection), list(stores) or None)
        zones = {str(about["time_zone"]) for about in describe_stores(connection, names).values()}
    zone = zones.pop() if len(zones) == 1 else "UTC"
    return parse_period(period, compare, now_ms, zone)
