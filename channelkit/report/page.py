"""One HTML page that a person can mail: everything in the one file, nothing fetched, nothing secret."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from channelkit.database.connection import Database
from channelkit.report.dashboard import make_sections
from channelkit.report.dashboard_scope import read_scope
from channelkit.report.delays import TARGETS
from channelkit.report.group import Group, below
from channelkit.report.period import Period
from channelkit.report.rendering import render as render_page
from channelkit.report.rendering import show_group
from channelkit.report.snapshot import Snapshot, read_snapshot
from channelkit.report.today import tell_today
from channelkit.report.view import view


def write_page(
    database: Database,
    path: Path,
    *,
    now_ms: int,
    since_ms: int,
    stores: Sequence[str] | None = None,
    title: str = "Amazon and Commerce",
    period: Period | None = None,
) -> Path:
    """Write the page, whole or not at all, and return its path.

    Arguments:
        path: the HTML file; its folder is made.
        now_ms: the time now, in milliseconds since 1970.
        since_ms: changes, failures and runs are told from then on; tabs and held changes are as they are now.
        stores: only these stores, by name; all when None.
        title: stands above the page; the finding follows it.
        period: the dashboard's figures of that time are told, too; without it there are none.

    Raises:
        UsageError: there is no store of that name.
    """
    facts = read_snapshot(database, now_ms, since_ms, stores)
    board = _tell_dashboard(database, facts, now_ms, period) if period is not None else ()
    page = render(facts, now_ms, since_ms, title, board)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(page, encoding="utf-8")
    part.replace(path)
    return path


def render(facts: Snapshot, now_ms: int, since_ms: int, title: str, before: Sequence[Group] = ()) -> str:
    """Return the page as HTML.

    Arguments:
        before: stands above what is told of the moment.
    """
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - half a second

    head = view(facts, now_ms, since_ms, title)
    groups = [show_group(group) for group in (*before, *tell_today(facts, now_ms, head["since"]))]
    return render_page("page.html", **head, groups=groups, plotly=get_plotlyjs())


def _tell_dashboard(database: Database, facts: Snapshot, now_ms: int, period: Period) -> tuple[Group, ...]:
    """Return the dashboard's sections as a group; none where there is no store."""
    names = list(facts.summary["stores"])
    if not names:
        return ()
    sections = make_sections(read_scope(database, now_ms, period, names, TARGETS))
    # Some parts of the page have keys of the same name.
    named = [replace(section, key=f"dashboard-{section.key}") for section in sections]
    about = "Sales, tabs, prices and stock over time; orders that await shipment; calls against their quotas."
    return (Group("dashboard", "Dashboard", "Dashboard", about, below(named)),)
