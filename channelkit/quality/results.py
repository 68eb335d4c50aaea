"""What came of tests of the data: how many rows fail, which, since when, and whether it grows worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa

from channelkit.quality.test import SEVERITIES, Test

EXAMPLES = 5
"""Failing rows that are named in the history."""

KEPT = 1_000
"""Failing rows that a result holds for whoever looks into it."""

WEEK = 7 * 24 * 3_600_000

Trend = Literal["new", "rising", "falling", "steady"]


@dataclass(frozen=True)
class Point:
    """How many rows failed from a moment on, in milliseconds since 1970."""

    at: int
    failing: int
    looked_at: int = 0


@dataclass(frozen=True)
class Course:
    """How a test went until now.

    Arguments:
        since: since when it has failed without a break; None while it passes.
        worst: the most rows that ever failed.
        worst_at: when that was first so.
        week_ago: how many failed a week ago; None where the test was not run then.
        trend: against a week ago.
    """

    since: int | None
    worst: int
    worst_at: int
    week_ago: int | None
    trend: Trend


@dataclass(frozen=True)
class Result:
    """What came of one test in one store.

    Arguments:
        store: empty for what all stores share.
        looked_at, failing: rows.
        examples: keys of the first failing rows.
        rows: the first failing rows, with the columns that the test looks at.
        course: how it went until now; None before that is known.
    """

    store: str
    test: Test
    looked_at: int
    failing: int
    examples: tuple[str, ...] = ()
    rows: pa.Table | None = None
    course: Course | None = None

    @property
    def passes(self) -> bool:
        return not self.failing

    @property
    def is_error(self) -> bool:
        """It fails, and that is an error."""
        return self.failing > 0 and self.test.severity == "error"

    def with_course(self, course: Course) -> Result:
        return replace(self, course=course)


def check(test: Test, rows: pa.Table, store: str) -> Result:
    """Run a test over its rows.

    Arguments:
        rows: the columns that `Test.reads` names; others are left aside.

    Raises:
        UsageError: the test's function failed, or gave something else than a flag for each row.
    """
    rows = rows.select(test.reads).combine_chunks()
    found = pa.array(test.find_failing(rows), pa.bool_())
    failing = rows.filter(found)
    kept = failing.slice(0, KEPT)
    examples = tuple(str(key) for key in kept[test.key].slice(0, EXAMPLES).to_pylist())
    return Result(store, test, rows.num_rows, failing.num_rows, examples, kept)


def follow(points: Sequence[Point], now_ms: int) -> Course:
    """Return how a test went, from what is kept of it: a point for each time when it was not as before.

    Arguments:
        points: the oldest first; at least one.
        now_ms: milliseconds since 1970.

    >>> course = follow([Point(0, 0), Point(WEEK, 4), Point(2 * WEEK, 2)], 2 * WEEK + 1)
    >>> course.since == WEEK, course.worst, course.week_ago, course.trend
    (True, 4, 4, 'falling')
    """
    since: int | None = None
    worst = points[0]
    before: int | None = None
    for point in points:
        since = None if not point.failing else point.at if since is None else since
        worst = point if point.failing > worst.failing else worst
        before = point.failing if point.at <= now_ms - WEEK else before
    last = points[-1].failing
    return Course(since, worst.failing, worst.at, before, _compare(before, last))


def in_order(results: Sequence[Result]) -> list[Result]:
    """Return results as they are shown: what fails first, the worst kind first, then the most rows."""
    return sorted(
        results,
        key=lambda each: (
            *(each.passes, SEVERITIES.index(each.test.severity), -each.failing),
            *(each.test.name, each.store),
        ),
    )


def _compare(before: int | None, now: int) -> Trend:
    if before is None:
        return "new"
    return "rising" if now > before else "falling" if now < before else "steady"
