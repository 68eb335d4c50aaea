"""How a test of the data went: since when it fails, its worst, and whether it grows."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.quality.results import WEEK, Point, Result, follow, in_order
from channelkit.quality.test import Severity, Test

DAY = 24 * 3_600_000


def course_of(*failing: int, now: int | None = None) -> object:
    """Return how a test went whose results were these, a day apart."""
    points = [Point(place * DAY, count) for place, count in enumerate(failing)]
    return follow(points, points[-1].at if now is None else now)


@pytest.mark.parametrize(
    ("failing", "since"), [((0,), None), ((3,), 0), ((3, 2, 0), None), ((3, 0, 2, 9), 2 * DAY), ((0, 1, 0, 1), 3 * DAY)]
)
def test_it_fails_since_the_last_time_that_it_passed(failing: tuple[int, ...], since: int | None) -> None:
    assert course_of(*failing).since == since  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [(3, 5, "rising"), (3, 1, "falling"), (3, 3, "steady"), (None, 3, "new")],
)
def test_it_is_held_against_a_week_ago(before: int | None, now: int, trend: str) -> None:
    points = [Point(WEEK, now)] if before is None else [Point(0, before), Point(WEEK, now)]
    course = follow(points, WEEK + DAY)
    assert (course.week_ago, course.trend) == (before, trend)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_the_worst_is_the_most_that_ever_failed_and_when_that_was_first_so(failing: list[int]) -> None:
    course = follow([Point(place, count) for place, count in enumerate(failing)], len(failing))
    assert (course.worst, course.worst_at) == (max(failing), failing.index(max(failing)))
    assert (course.since is None) == (failing[-1] == 0)


def result(name: str, severity: Severity, failing: int, store: str = "us") -> Result:
    test = Test(name, "It holds.", "listings", ("price",), lambda rows: pa.nulls(len(rows)), "Mend it.", severity)
    return Result(store, test, 10, failing)


def test_what_fails_comes_first_the_worst_kind_and_the_most_rows_before_others() -> None:
    found = [
        *(result("sound", "error", 0), result("few", "note", 1), result("many", "note", 9)),
        *(result("bad", "error", 1), result("odd", "warning", 5), result("bad", "error", 1, "de")),
    ]
    assert [(each.test.name, each.store) for each in in_order(found)] == [
        *(("bad", "de"), ("bad", "us"), ("odd", "us"), ("many", "us"), ("few", "us"), ("sound", "us")),
    ]
