"""A period is made of the marketplace's own days, however long they are, and compared with as much of another time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.errors import UsageError
from channelkit.report.period import COMPARISONS, parse_period

HOUR = 3_600_000
NOW = int(datetime(2026, 11, 30, 18, 45, tzinfo=UTC).timestamp() * 1000)
ZONES = ("America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney")


@pytest.mark.parametrize(
    ("text", "first", "days", "words"),
    [
        ("1d", "2026-11-30", 1, "today"),
        ("7d", "2026-11-24", 7, "the last 7 days"),
        ("30d", "2026-11-01", 30, "the last 30 days"),
        ("12w", "2026-09-08", 84, "the last 12 weeks"),
        ("3m", "2026-08-31", 92, "the last 3 months"),
        ("1y", "2025-12-01", 365, "the last year"),
        (" 30D ", "2026-11-01", 30, "the last 30 days"),
        ("2026-11-01..2026-11-30", "2026-11-01", 30, "2026-11-01 to 2026-11-30"),
        ("2026-11-02", "2026-11-02", 1, "2026-11-02"),
    ],
)
def test_a_period_is_written_in_a_few_letters(text: str, first: str, days: int, words: str) -> None:
    period = parse_period(text, "none", NOW)
    assert (period.since_day, period.days, period.words) == (first, days, words)
    assert period.compare_ms is None and period.compare_since_day is None


def test_days_are_those_of_the_marketplace() -> None:
    late = int(datetime(2026, 11, 30, 3, 0, tzinfo=UTC).timestamp() * 1000)
    assert parse_period("1d", "none", late, "America/Los_Angeles").since_day == "2026-11-29"
    assert parse_period("1d", "none", late, "Asia/Tokyo").since_day == "2026-11-30"


def test_the_day_on_which_clocks_go_back_has_25_hours() -> None:
    period = parse_period("2026-10-25", "before", NOW, "Europe/Berlin")
    assert (period.until_ms - period.since_ms) / HOUR == 25
    assert period.compare_ms is not None and (period.since_ms - period.compare_ms) / HOUR == 24
    week = parse_period("2026-10-26..2026-11-01", "before", NOW, "Europe/Berlin")
    assert (week.since_day, week.compare_since_day, week.compare_until_day) == (
        "2026-10-26",
        "2026-10-19",
        "2026-10-25",
    )
    assert week.compare_ms is not None and (week.since_ms - week.compare_ms) / HOUR == 7 * 24 + 1


def test_a_day_that_is_not_over_is_compared_with_the_same_part_of_another() -> None:
    period = parse_period("7d", "before", NOW, "America/Los_Angeles")
    assert period.until_ms == NOW and period.is_open
    assert period.compare_until_ms == NOW - 7 * 24 * HOUR
    whole = parse_period("2026-11-20..2026-11-22", "before", NOW)
    assert not whole.is_open and whole.compare_until_ms == whole.since_ms


def test_a_year_ago_is_the_same_day_of_the_calendar() -> None:
    period = parse_period("2026-11-01..2026-11-07", "year", NOW)
    assert (period.compare_since_day, period.compare_until_day) == ("2025-11-01", "2025-11-07")
    leap = parse_period("2024-02-29", "year", NOW)
    assert leap.compare_since_day == "2023-02-28"


def test_a_lifetime_is_compared_with_nothing() -> None:
    period = parse_period("lifetime", "before", NOW)
    assert (period.since_ms, period.until_ms, period.compare_ms) == (0, NOW, None)
    assert parse_period("lifetime", "year", NOW, begins_ms=5).since_ms == 5


def test_a_period_that_ends_in_the_future_ends_now() -> None:
    period = parse_period("2026-11-29..2026-12-24", "before", NOW)
    assert (period.until_ms, period.until_day, period.compare_since_day) == (NOW, "2026-11-30", "2026-11-27")


def test_the_same_days_begin_and_end_at_another_time_in_another_zone() -> None:
    here = parse_period("2026-11-01..2026-11-03", "before", NOW, "America/Los_Angeles")
    there = here.in_zone("Asia/Tokyo", NOW)
    assert (there.since_day, there.until_day, there.compare_since_day) == ("2026-11-01", "2026-11-03", "2026-10-29")
    assert here.since_ms - there.since_ms == 16 * HOUR  # Los Angeles is on summer time that morning.
    week = parse_period("7d", "before", NOW, "America/Los_Angeles").in_zone("Asia/Tokyo", NOW)
    assert (week.since_day, week.until_day, week.until_ms, week.days) == ("2026-11-25", "2026-12-01", NOW, 7)


@pytest.mark.parametrize(
    ("text", "compare", "says"),
    [
        ("soon", "before", "no period"),
        ("", "before", "no period"),
        ("0d", "before", "no period"),
        ("9999y", "before", "no period"),
        ("2026-02-30", "before", "no period"),
        ("2026-11-30..", "before", "no period"),
        ("2026-11-30..2026-11-01", "before", "ends before it begins"),
        ("2027-01-01", "before", "in the future"),
        ("30d", "last week", "nothing that a period is compared with"),
    ],
)
def test_what_is_no_period_is_refused_with_what_to_write(text: str, compare: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        parse_period(text, compare, NOW)
    assert refused.value.fix


@settings(max_examples=40, deadline=None)
@given(
    number=st.integers(1, 60),
    unit=st.sampled_from("dwm"),
    compare=st.sampled_from(COMPARISONS),
    zone=st.sampled_from(ZONES),
    now_ms=st.integers(950_000_000_000, 2_110_000_000_000),
)
def test_whatever_is_asked_for_it_ends_now_and_its_comparison_is_as_long(
    number: int, unit: str, compare: str, zone: str, now_ms: int
) -> None:
    period = parse_period(f"{number}{unit}", compare, now_ms, zone)
    assert period.since_ms < period.until_ms == now_ms or period.since_ms == now_ms
    begins = datetime.fromtimestamp(period.since_ms / 1000, ZoneInfo(zone))
    assert (begins.hour, begins.minute) == (0, 0)
    if period.compare_ms is not None and period.compare_until_ms is not None and period.compare_until_day is not None:
        assert period.compare_ms <= period.compare_until_ms <= period.since_ms or compare == "year"
        # Clocks that changed in between move either of the two by an hour.
        lengths = period.until_ms - period.since_ms, period.compare_until_ms - period.compare_ms
        assert abs(lengths[0] - lengths[1]) <= 2 * HOUR
