"""One HTML page that a person can mail: everything in the one file, nothing fetched, nothing secret."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from channelkit.database.connection import Database
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
) -> Path:
    """Write the page, whole or not at all, and return its path.

    Arguments:
        path: the HTML file; its folder is made.
        now_ms: the time now, in milliseconds since 1970.
        since_ms: changes, failures and runs are told from then on; tabs and held changes are as they are now.
        stores: only these stores, by name; all when None.
        title: stands above the page; the finding follows it.

    Raises:
        UsageError: there is no store of that name.
    """
    page = render(read_snapshot(database, now_ms, since_ms, stores), now_ms, since_ms, title)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(page, encoding="utf-8")
    part.replace(path)
    return path


def render(facts: Snapshot, now_ms: int, since_ms: int, title: str) -> str:
    """Return the page as HTML."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - half a second

    head = view(facts, now_ms, since_ms, title)
    groups = [show_group(group) for group in tell_today(facts, now_ms, head["since"])]
    return render_page("page.html", **head, groups=groups, plotly=get_plotlyjs())
