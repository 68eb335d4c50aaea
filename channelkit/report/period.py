"""The stretch of time that a report is about, in the marketplace's days, and the one that it is compared with."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from channelkit.errors import UsageError
from channelkit.model.days import begin_of, day_of, end_of

Compare = Literal["before", "year", "none"]
COMPARISONS: tuple[Compare, ...] = get_args(Compare)
"""With the stretch of as many days before, with the same days a year ago, or with nothing."""

HOW = "Write 7d, 30d, 12w, 3m, 1y, 2026-11-30, 2026-11-01..2026-11-30, or lifetime."

_BACK = re.compile(r"(\d{1,4})\s*([dwmy])")
_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}


@dataclass(frozen=True)
class Period:
    """A stretch of time, and what it is compared with.

    It ends with a whole day, or now, where its last day is not over yet. What it is compared with then ends at the same
    time of its own last day, so that two parts of a day are compared, and never a part with a whole.

    Arguments:
        since_ms: its beginning, in milliseconds since 1970.
        until_ms: its end; this very moment is not in it.
        compare_ms: the beginning of the stretch that it is compared with; None where it is compared with none.
        words: what it is, for a title: ``the last 30 days``.
        compare_until_ms: the end of that other stretch.
        compare_words: what that is: ``the 30 days before``.
        zone: IANA name of the time zone whose days these are.
        is_open: the last day is not over yet.
    """

    since_ms: int
    until_ms: int
    compare_ms: int | None = None
    words: str = ""
    compare_until_ms: int | None = None
    compare_words: str = ""
    zone: str = "UTC"
    is_open: bool = False

    @property
    def since_day(self) -> str:
        """The first day that it holds: 2026-11-01."""
        return day_of(self.since_ms, self.zone)

    @property
    def until_day(self) -> str:
        """The last day that it holds, be it a part of it."""
        return day_of(max(self.since_ms, self.until_ms - 1), self.zone)

    @property
    def compare_since_day(self) -> str | None:
        """The first day that it is compared with; None where it is compared with none."""
        return None if self.compare_ms is None else day_of(self.compare_ms, self.zone)

    @property
    def compare_until_day(self) -> str | None:
        """The last day that it is compared with."""
        end = self.compare_until_ms
        return None if end is None else day_of(end - 1, self.zone)

    @property
    def days(self) -> int:
        """How many days it holds, the last one be it over or not."""
        return (date.fromisoformat(self.until_day) - date.fromisoformat(self.since_day)).days + 1

    @property
    def about(self) -> str:
        """Its days and its zone, for a subtitle."""
        so_far = " so far" if self.is_open else ""
        days = self.since_day if self.days == 1 else f"{self.since_day} to {self.until_day}"
        return f"{days}{so_far} ({self.zone})"

    def in_zone(self, zone: str, now_ms: int) -> Period:
        """Return the same days as another zone's clock has them.

        Arguments:
            zone: IANA name of the time zone.
            now_ms: the time now, in milliseconds since 1970: what ends now ends now everywhere.
        """
        if zone == self.zone or self.words in ("", "all time") or self.words.startswith("since"):
            return replace(self, zone=zone)
        first, last = date.fromisoformat(self.since_day), date.fromisoformat(self.until_day)
        if self.is_open:
            # Where the day has not begun yet, or has ended: the newest days of that zone, and as many.
            shift = _day_of(now_ms, zone) - last
            first, last = first + shift, last + shift
        other = None
        if self.compare_since_day is not None:
            other = date.fromisoformat(self.compare_since_day)
            if self.is_open:
                other += shift
        return _between(first, last, other, now_ms=now_ms, zone=zone, like=self)


def parse_period(
    text: str = "30d", compare: str = "before", now_ms: int = 0, zone: str = "UTC", *, begins_ms: int = 0
) -> Period:
    """Return the stretch of time that a person names.

    A number of days, weeks, months or years ends now, and today counts as one of its days.

    Arguments:
        text: 7d, 30d, 12w, 3m, 1y, 2026-11-30, 2026-11-01..2026-11-30, lifetime.
        compare: before (as many days before it), year (the same days a year ago), or none.
        now_ms: the time now, in milliseconds since 1970.
        zone: IANA name of the marketplace's time zone, whose days these are.
        begins_ms: when a lifetime began; by default the beginning of all time.

    Raises:
        UsageError: it is no stretch of time, it begins in the future, or the comparison is none of the three.

    >>> now = 1_790_000_000_000                                 # 2026-09-21 14:13 UTC
    >>> month = parse_period("30d", "before", now)
    >>> month.since_day, month.until_day, month.compare_since_day, month.compare_until_day
    ('2026-08-23', '2026-09-21', '2026-07-24', '2026-08-22')
    >>> parse_period("2026-02-28..2026-03-01", "year", now).compare_since_day
    '2025-02-28'
    >>> month.words, month.compare_words
    ('the last 30 days', 'the 30 days before')
    """
    if compare not in COMPARISONS:
        raise UsageError(
            f"{compare!r} is nothing that a period is compared with.", f"Use one of: {', '.join(COMPARISONS)}."
        )
    text = text.strip().lower()
    if text == "lifetime":
        return Period(begins_ms, now_ms, None, "all time", zone=zone, is_open=True)
    today = _day_of(now_ms, zone)
    first, last, words = _days(text, today)
    if first > today:
        raise UsageError(f"The period {text!r} begins in the future.", f"Today is {today} in {zone}.")
    last = min(last, today)
    length = (last - first).days + 1
    other, other_words = None, ""
    if compare == "before":
        other = first - timedelta(days=length)
        other_words = "the day before" if length == 1 else f"the {length} days before"
    elif compare == "year":
        other, other_words = _years_back(first, 1), "the same day" if length == 1 else "the same days"
        other_words += " a year ago"
    like = Period(0, 0, words=words, compare_words=other_words, zone=zone)
    return _between(first, last, other, now_ms=now_ms, zone=zone, like=like)


def _between(first: date, last: date, other: date | None, *, now_ms: int, zone: str, like: Period) -> Period:
    """Return the period from one day to another, cut off now; what it is compared with is cut off likewise."""
    end = end_of(last.isoformat(), zone)
    since, until = begin_of(first.isoformat(), zone), min(end, now_ms)
    compare_since = compare_until = None
    if other is not None:
        compare_since = begin_of(other.isoformat(), zone)
        compare_until = end_of((other + (last - first)).isoformat(), zone)
        if until < end:
            clock = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(zone)).time()
            there = datetime.combine(other + (last - first), clock, ZoneInfo(zone))
            compare_until = int(there.timestamp() * 1000)
    return replace(
        like,
        since_ms=since,
        until_ms=max(since, until),
        compare_ms=compare_since,
        compare_until_ms=compare_until,
        zone=zone,
        is_open=until < end,
    )


def _days(text: str, today: date) -> tuple[date, date, str]:
    back = _BACK.fullmatch(text)
    if back and int(back[1]) > 0:
        number, unit = int(back[1]), back[2]
        words = f"the last {_UNITS[unit]}" if number == 1 else f"the last {number} {_UNITS[unit]}s"
        if unit in "dw":
            words = "today" if text == "1d" else words
            return today - timedelta(days=number * (7 if unit == "w" else 1) - 1), today, words
        months = number * (12 if unit == "y" else 1)
        if months <= 12 * 100:
            return _months_back(today, months) + timedelta(days=1), today, words
    start, dots, end = (part.strip() for part in text.partition(".."))
    try:
        first = date.fromisoformat(start)
        last = date.fromisoformat(end) if dots else first
    except ValueError:
        raise UsageError(f"{text!r} is no period.", HOW) from None
    if last < first:
        raise UsageError(f"The period {text!r} ends before it begins.", f"Write {last}..{first}.")
    return first, last, f"{first}" if first == last else f"{first} to {last}"


def _months_back(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _years_back(day: date, years: int) -> date:
    return _months_back(day, 12 * years)


def _day_of(ms: int, zone: str) -> date:
    return date.fromisoformat(day_of(ms, zone))
