"""A report of several pages in one folder: it opens offline, prints well, and can be shared as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from channelkit.database.connection import Database
from channelkit.report import archive, site_runs
from channelkit.report.archive import Entry
from channelkit.report.cause import Cause
from channelkit.report.cause_facts import read_cause_facts
from channelkit.report.causes import find_causes
from channelkit.report.figures import write_figures
from channelkit.report.grids import Grid
from channelkit.report.margin_columns import FindMargins
from channelkit.report.period import Period
from channelkit.report.pictures import Kind, draw_pictures
from channelkit.report.rendering import File, Shown, render, show_group
from channelkit.report.site_pages import Leaf, ask, cause_leaf, make_leaves
from channelkit.report.site_story import read_stories
from channelkit.report.snapshot import read_snapshot
from channelkit.report.view import view
from channelkit.report.wording import listed
from channelkit.report.writing import write_whole

PLOTLY = f"{archive.ASSETS}plotly.min.js"

CAUSES = 12
"""Causes that the first page tells; each of them that has a page of its own gets it, nothing leads to others."""

STORIES = 8
"""Causes whose page also tells the story of one that it concerns."""


Tell = Callable[[str, str], str]
"""Tells the story of a SKU or an order of a store as HTML in which everything is escaped; nothing where it cannot."""


@dataclass(frozen=True)
class Wanted:
    """What a report is to be like.

    Arguments:
        period: what it tells of, and what that is compared with.
        stores: only these, by name; all when empty.
        charts: also draw each chart as a file: svg, png or none.
        runs: the folder of executed notebooks, which the first page links to; None: it links to none.
        brand: code of the attribute that holds a product's brand; empty where none does.
        tell: tells the story behind a cause.
        margins: finds what is left of prices.
        title: stands above each page.
    """

    period: Period
    stores: tuple[str, ...] = ()
    charts: Kind = "none"
    runs: Path | None = None
    brand: str = "manufacturer"
    tell: Tell = lambda _store, _what: ""
    margins: FindMargins | None = None
    title: str = "Amazon and Commerce"


def write_report(database: Database, folder: Path, *, now_ms: int, wanted: Wanted) -> Path:
    """Write a report's pages, numbers and pictures, and return its first page (RP-01 to RP-06, SY-05).

    Every page is written whole or not at all, the first one last. A report of an earlier day is kept in ``archive``.

    Arguments:
        folder: is made; only files that an earlier report wrote are replaced or removed.
        now_ms: the time now, in milliseconds since 1970.

    Raises:
        UsageError: there is no store of that name.
    """
    since_ms = wanted.period.since_ms
    facts = read_snapshot(database, now_ms, since_ms, wanted.stores or None)
    names = tuple(facts.summary["stores"])
    with database.read() as connection:
        more = read_cause_facts(connection, names, since_ms, wanted.brand)
        runs = site_runs.read_runs(connection, since_ms)
    head = view(facts, now_ms, since_ms, wanted.title)
    causes = find_causes(facts, more, now_ms)
    told = [cause for cause in causes[:CAUSES] if cause.sections]
    tales = {cause.key: wanted.tell(cause.store, cause.about) for cause in told[:STORIES] if cause.about}
    asked = ask(database, now_ms, wanted.period, names, delays=facts.delays, margins=wanted.margins)
    # While the one processor makes the pages, the other one reads the history.
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(read_stories, database, [cause for cause in told[:STORIES] if not tales.get(cause.key)])
        leaves = make_leaves(asked, facts, head["since"])
        stories = read.result()
    pages = [*leaves, *(cause_leaf(cause, stories.get(cause.key, ()), tales.get(cause.key, "")) for cause in told)]

    day = f"{datetime.fromtimestamp(now_ms / 1000, UTC):%Y-%m-%d}"
    earlier = archive.keep_earlier(folder, day)
    site = _Site(folder, wanted, names, head)
    files = site.write_files(pages)
    first = site.write_first(causes, site_runs.grids(runs, folder, wanted.runs, earlier))
    entry = Entry(day, head["now"], head["headline"], site.asked, "", tuple(sorted([*files, "index.html"])))
    archive.close(folder, entry, earlier)
    return first


class _Site:
    """The files of one report."""

    def __init__(self, folder: Path, wanted: Wanted, names: Sequence[str], head: dict[str, Any]) -> None:
        self.folder, self.wanted, self.head = folder, wanted, head
        period = wanted.period
        compared = period.compare_words if period.compare_ms is not None else "nothing"
        stores = listed(list(names)) or "no store yet"
        spell = f"{period.words}, {period.about}"
        self.parameters = [("Stores", stores), ("Period", spell), ("Compared with", compared)]
        self.asked = f"{stores}; {spell}; compared with {compared}"
        self.links: list[dict[str, str]] = []
        self.notice = ""

    def write_files(self, pages: Sequence[Leaf]) -> list[str]:
        """Write numbers, pictures and all pages but the first; return their names below the folder."""
        from plotly.offline import get_plotlyjs  # noqa: PLC0415 - half a second

        plotly = write_whole(self.folder / PLOTLY, get_plotlyjs())
        sections = {section.key: section for page in pages for group in page.groups for section in group.sections}
        (self.folder / "figures").mkdir(parents=True, exist_ok=True)
        numbers = {key: write_figures(section, self.folder / "figures") for key, section in sections.items()}
        shown = {page.name: [show_group(group) for group in page.groups] for page in pages}
        pictures, self.notice = draw_pictures(_figures(shown), self.folder / "charts", self.wanted.charts, plotly)
        offered = {key: self._offered(numbers[key], pictures.get(key)) for key in sections}
        self.links = [
            {"href": page.file, "label": page.label, "headline": page.headline, "about": page.about, "kind": page.kind}
            for page in pages
            if page.kind != "cause"
        ]
        for page in pages:
            self._write_page(page, [_with_files(group, offered) for group in shown[page.name]])
        written = [path for paths in numbers.values() for path in paths] + list(pictures.values())
        return [*(page.file for page in pages), *(path.relative_to(self.folder).as_posix() for path in written)]

    def write_first(self, causes: Sequence[Cause], grids: Sequence[Grid]) -> Path:
        """Write the first page and return it."""
        todo = [
            {
                "count": cause.count,
                "what": cause.what,
                "next": cause.next_step,
                "command": "",
                "tone": cause.tone,
                "href": cause.href or f"cause-{cause.key}.html",
            }
            for cause in causes[:CAUSES]
        ]
        page = self._render(
            "first.html",
            here="index.html",
            **self.head | {"to_do": todo, "left": max(0, len(causes) - CAUSES)},
            cards=[link for link in self.links if link["kind"] == "store"],
            parts_told=[link for link in self.links if link["kind"] == "part"],
            grids=grids,
        )
        return write_whole(self.folder / "index.html", page)

    def _write_page(self, page: Leaf, groups: Sequence[Shown]) -> None:
        has_charts = any(part.chart for group in groups for row in group.rows for part in row)
        head = {name: self.head[name] for name in ("title", "now", "now_there")}
        values = head | {"here": page.file, "page": page, "headline": page.headline, "groups": groups}
        write_whole(self.folder / page.file, self._render("leaf.html", has_charts=has_charts, **values))

    def _render(self, template: str, *, has_charts: bool = False, **values: Any) -> str:
        return render(
            template,
            links=self.links,
            parameters=self.parameters,
            notice=self.notice,
            mark=archive.MARK,
            plotly_file=PLOTLY if has_charts else "",
            **values,
        )

    def _offered(self, numbers: Iterable[Path], picture: Path | None) -> list[File]:
        paths = [*numbers, *([picture] if picture else [])]
        words = {".csv": "Numbers as CSV", ".parquet": "Parquet", ".svg": "Chart as SVG", ".png": "Chart as PNG"}
        return [File(path.relative_to(self.folder).as_posix(), words[path.suffix]) for path in paths]


def _with_files(group: Shown, offered: dict[str, list[File]]) -> Shown:
    rows = [[replace(part, files=offered[part.key]) for part in row] for row in group.rows]
    return replace(group, rows=rows)


def _figures(shown: dict[str, list[Shown]]) -> dict[str, dict[str, Any]]:
    """Return all charts by the key of their section, with their finding above them: a picture stands alone."""
    found = {}
    for groups in shown.values():
        for part in (part for group in groups for row in group.rows for part in row if part.chart):
            body = json.loads(part.chart.figure) if part.chart else {}
            found[part.key] = {"data": body["data"], "layout": _titled(body["layout"], part.title, part.about)}
    return found


def _titled(layout: dict[str, Any], title: str, about: str) -> dict[str, Any]:
    margin = dict(layout.get("margin") or {})
    margin["t"] = int(margin.get("t") or 8) + 64
    heading = {"text": escape(title), "subtitle": {"text": escape(about)}, "x": 0.01, "xanchor": "left", "y": 0.97}
    height = int(layout.get("height") or 320) + 64
    return layout | {"title": heading | {"yanchor": "top"}, "margin": margin, "height": height}
