"""Days as a marketplace counts them: by its own clocks, so that some have 23 hours and some 25.

A day is a text, ``2026-11-30``; its number is how many days after 1970-01-01 it is.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 86_400_000
"""Milliseconds of a day on which no clock is changed."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = _EPOCH.date()


def day_of(moment_ms: int, zone: str) -> str:
    """Return the day on which a moment falls.

    Arguments:
        moment_ms: milliseconds since 1970.
        zone: the marketplace's, as ``Europe/Berlin``.

    >>> day_of(0, "Europe/Berlin"), day_of(0, "America/Los_Angeles")
    ('1970-01-01', '1969-12-31')
    """
    return (_EPOCH + timedelta(milliseconds=moment_ms)).astimezone(_zone(zone)).date().isoformat()


def begin_of(day: str, zone: str) -> int:
    """Return the first millisecond of a day.

    >>> begin_of("2026-03-30", "Europe/Berlin") - begin_of("2026-03-29", "Europe/Berlin") == 23 * 3_600_000
    True
    """
    # Where the clocks are put forward at midnight, the day begins at one o'clock, which is that same moment.
    moment = datetime.combine(date.fromisoformat(day), time(), _zone(zone))
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def end_of(day: str, zone: str) -> int:
    """Return the first millisecond after a day."""
    return begin_of(shift(day, 1), zone)


def shift(day: str, days: int) -> str:
    """Return the day that is so many days later, or earlier.

    >>> shift("2026-02-28", 1), shift("2026-01-01", -1)
    ('2026-03-01', '2025-12-31')
    """
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def number_of(day: str) -> int:
    """Return how many days after 1970-01-01 a day is.

    >>> number_of("1970-01-02")
    1
    """
    return (date.fromisoformat(day) - _FIRST).days


def named(number: int) -> str:
    """Return the day of a number.

    >>> named(1)
    '1970-01-02'
    """
    return (_FIRST + timedelta(days=number)).isoformat()


def days_between(since_day: str, until_day: str) -> list[str]:
    """Return all days from one to another, both of them included.

    >>> days_between("2026-02-27", "2026-03-01")
    ['2026-02-27', '2026-02-28', '2026-03-01']
    """
    return [named(number) for number in range(number_of(since_day), number_of(until_day) + 1)]


def number_in_sql(moment: str, since_day: str, until_day: str, zone: str) -> str:
    """Return SQL for the number of the day on which a moment falls, of moments from one day to another.

    It is arithmetic on whole numbers alone: a database's own time zones are slow, where it has any.

    Arguments:
        moment: SQL for milliseconds since 1970.

    >>> number_in_sql("ms", "2026-03-01", "2026-04-01", "UTC")
    '((ms + 0) // 86400000)'
    """
    numbers = range(number_of(since_day) - 1, number_of(until_day) + 2)
    begins = [begin_of(named(number), zone) for number in numbers]
    # By so much a day begins earlier than where days of 24 hours, counted in UTC, would have it.
    ahead = [number * DAY - begin for number, begin in zip(numbers, begins, strict=True)]
    terms = [str(ahead[0])]
    for begin, here, there in zip(begins, ahead, ahead[1:], strict=False):
        if there != here:
            # From noon on, which is on that day before and after the clocks are changed.
            terms.append(f"(case when {moment} >= {begin + DAY // 2} then {there - here} else 0 end)")
    return f"(({moment} + {' + '.join(terms)}) // {DAY})"


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
