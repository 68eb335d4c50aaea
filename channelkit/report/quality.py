"""The report's section on the quality of the data: which tests fail, since when, how bad, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from channelkit.database import quality
from channelkit.database.connection import Database
from channelkit.database.quality import Kept
from channelkit.quality.test import SEVERITIES, Severity
from channelkit.quality.tests import TESTS
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.period import Period
from channelkit.report.quality_card import name_example, told
from channelkit.report.quality_chart import Stretch, draw_failing
from channelkit.report.section import Section
from channelkit.report.wording import count, counted, moment

KEY = "quality"

DRAWN = 14
"""Tests that the chart shows at the most."""

ROWS = pa.schema(
    [(name, pa.string()) for name in ("test", "store", "severity")]
    + [(name, pa.int64()) for name in ("failing", "looked_at", "before", "since", "worst", "worst_at")]
    + [(name, pa.string()) for name in ("examples", "holds", "to_do")]
)
"""``before`` is how many failed when the period began, not known where the test was not run then; times in ms."""

COLUMNS = (
    *(Column("Test", "test", "long"), Column("Store", "store"), Column("Kind", "severity")),
    *(Column("Failing", "failing", "number"), Column("of", "looked_at", "number")),
    *(Column("Before", "before", "number"), Column("Worst", "worst", "number"), Column("Since (UTC)", "since", "time")),
    *(Column("For example", "examples", "long"), Column("What to do", "to_do", "long")),
)

_OWN = ("A test of your own.", "Ask whoever wrote the test.")


@dataclass(frozen=True)
class Tested:
    """One test of one store, as it went until the end of a period.

    Arguments:
        points: what came of it whenever that was not as before, the oldest first; at least one.
        before: how many failed when the period began; None where the test was not run then.
        since: since when it has failed; None while it passes.
    """

    points: tuple[Kept, ...]
    before: int | None
    since: int | None

    @property
    def last(self) -> Kept:
        return self.points[-1]

    @property
    def worst(self) -> Kept:
        return max(self.points, key=lambda point: point.failing)

    @property
    def severity(self) -> Severity:
        known = TESTS.get(self.last.test)
        return known.severity if known else "warning"

    @property
    def words(self) -> tuple[str, str]:
        """What must hold, and what to do."""
        known = TESTS.get(self.last.test)
        return (known.holds, known.to_do) if known else _OWN

    def row(self) -> dict[str, object]:
        """Return the test's row of `ROWS`."""
        holds, to_do = self.words
        return {
            "test": self.last.test,
            "store": self.last.store,
            "severity": self.severity,
            "failing": self.last.failing,
            "looked_at": self.last.looked_at,
            "before": self.before,
            "since": self.since,
            "worst": self.worst.failing,
            "worst_at": self.worst.at if self.worst.failing else None,
            "examples": ", ".join(self.last.examples),
            "holds": holds,
            "to_do": to_do,
        }


def quality_section(database: Database, stores: Sequence[str], period: Period) -> Section:
    """Return the section: what fails first, with its history.

    Arguments:
        stores: by name; what all stores share is always told.
        period: how it stood at its end, and what the chart shows.
    """
    with database.read() as connection:
        courses = quality.load_courses(connection, ["", *stores])
        runs = [at for store in ("", *stores) if (at := quality.ran_at(connection, store)) is not None]
    tests = sorted(_read(courses, period), key=_place)
    failing = [each for each in tests if each.last.failing]
    if not tests:
        return Section(
            KEY,
            "The data was not tested yet.",
            "",
            ROWS.empty_table(),
            grids=(Grid("Tests of the data", COLUMNS, [], 0, "No test was run yet."),),
            next_step="Run channelkit quality, or kit.quality().",
        )
    about = f"{counted(len(tests), 'test')} over listings, products, stock, changes, orders and readings"
    about += f"; last run {moment(max(runs))}" if runs else ""
    finding = told(len(tests), [each.severity for each in failing])
    return Section(
        KEY,
        finding,
        f"{about}; {period.words}." if period.words else f"{about}.",
        pa.Table.from_pylist([each.row() for each in tests], schema=ROWS),
        partial(_draw, failing[:DRAWN], period, len(stores) > 1) if failing else None,
        _in_words(failing),
        (_failing_grid(failing), _passing_grid(tests)),
        failing[0].words[1] if failing else "",
    )


def _read(courses: Mapping[tuple[str, str], Sequence[Kept]], period: Period) -> list[Tested]:
    found = []
    for course in courses.values():
        points = tuple(point for point in course if point.at <= period.until_ms)
        if not points:
            continue
        since = before = None
        for point in points:
            since = None if not point.failing else point.at if since is None else since
            before = point.failing if point.at <= period.since_ms else before
        found.append(Tested(points, before, since))
    return found


def _place(each: Tested) -> tuple[object, ...]:
    last = each.last
    return (not last.failing, SEVERITIES.index(each.severity), -last.failing, last.test, last.store)


def _draw(failing: Sequence[Tested], period: Period, with_store: bool) -> object:
    labels, stretches = [], []
    since_ms = max(period.since_ms, min(each.points[0].at for each in failing))
    # A day at least, so that the first run of all is more than a line.
    since_ms = min(since_ms, period.until_ms - 24 * 3_600_000)
    for each in failing:
        store = f", {each.last.store}" if with_store and each.last.store else ""
        label = f"{each.last.test}{store} ({each.severity})"
        labels.append(label)
        stretches += _stretches(each, label, since_ms, period.until_ms)
    return draw_failing(labels, stretches, since_ms, period.until_ms)


def _stretches(each: Tested, label: str, since_ms: int, until_ms: int) -> list[Stretch]:
    """Return the times in which a test failed without a break, cut off at the ends."""
    found: list[Stretch] = []
    run: list[Kept] = []
    for place, point in enumerate(each.points):
        run = [*run, point] if point.failing else run
        is_last = place == len(each.points) - 1
        if run and (is_last or not point.failing):
            end = until_ms if point.failing else point.at
            if end > since_ms:
                worst = max(kept.failing for kept in run)
                begin = max(since_ms, run[0].at)
                found.append(Stretch(label, each.severity, begin, end, worst, run[-1].failing, bool(point.failing)))
            run = []
    return found


def _in_words(failing: Sequence[Tested]) -> str:
    if not failing:
        return ""
    worst = failing[0]
    more = f"; {counted(len(failing) - 1, 'more test fails', 'more tests fail')}" if len(failing) > 1 else ""
    store = f" in store {worst.last.store}" if worst.last.store else ""
    since = f" since {moment(worst.since)}"
    return f"{worst.last.test}{store} fails for {counted(worst.last.failing, 'row')}{since}{more}."


def _failing_grid(failing: Sequence[Tested]) -> Grid:
    rows = [
        {
            "test": f"{each.last.test}: {each.words[0]}",
            "store": each.last.store or "all",
            "severity": each.severity,
            "failing": count(each.last.failing),
            "looked_at": count(each.last.looked_at),
            "before": count(each.before),
            "worst": count(each.worst.failing),
            "since": short_moment(each.since),
            "examples": ", ".join(map(name_example, each.last.examples)),
            "to_do": each.words[1],
        }
        for each in failing
    ]
    return Grid("What fails", COLUMNS, rows, len(rows), "No test fails.", "channelkit quality --json")


def _passing_grid(tests: Sequence[Tested]) -> Grid:
    passing = [each for each in tests if not each.last.failing]
    rows = [
        {
            "test": f"{each.last.test}: {each.words[0]}",
            "store": each.last.store or "all",
            "looked_at": count(each.last.looked_at),
            "worst": count(each.worst.failing),
            "since": short_moment(each.last.at),
        }
        for each in passing
    ]
    columns = (
        *(Column("Test", "test", "long"), Column("Store", "store"), Column("Rows", "looked_at", "number")),
        *(Column("Failed at worst", "worst", "number"), Column("Passes since (UTC)", "since", "time")),
    )
    return Grid("What passes", columns, rows, len(rows), "No test passes.")
