"""What a chart over time says, in one sentence each: its title, and its words for those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channelkit.report.period import Period
from channelkit.report.wording import count, counted, money

NAMED = 4
"""Numbers that one sentence names; more are in the table beneath."""


def when(period: Period) -> str:
    """Return when something happened, for the middle of a sentence.

    >>> when(Period(0, 1, words="the last 30 days")), when(Period(0, 1, words="2026-11-01 to 2026-11-07"))
    ('in the last 30 days', 'from 2026-11-01 to 2026-11-07')
    """
    words = period.words
    if words in ("today", "") or words.startswith("since"):
        return words
    if words == "all time":
        return "since the beginning"
    if words.startswith("the last"):
        return f"in {words}"
    return f"from {words}" if " to " in words else f"on {words}"


def than(period: Period) -> str:
    """Return what something is compared with, behind the word than.

    >>> than(Period(0, 1, 0, compare_words="the 30 days before")), than(Period(0, 1, 0, compare_words="the day before"))
    ('in the 30 days before', 'on the day before')
    """
    words = period.compare_words
    if words.startswith("the same days"):
        return f"on {words}"
    return f"in {words}" if "days" in words else f"on {words}"


def find_sales(amount: int, before: int | None, currency: str, period: Period) -> str:
    """Return what was sold, and how that compares.

    Arguments:
        amount, before: minor units; ``before`` is None where nothing is compared.

    >>> month = Period(0, 1, 0, "the last 30 days", compare_words="the 30 days before")
    >>> find_sales(115000, 100000, "USD", month)
    'Sales of 1,150.00 USD in the last 30 days, 15 % more than in the 30 days before.'
    >>> find_sales(0, None, "USD", month)
    'Nothing was sold in the last 30 days.'
    """
    sold = f"Sales of {money(amount, currency)} {when(period)}" if amount else f"Nothing was sold {when(period)}"
    return f"{sold}{compared(amount, before, currency, period)}."


def compared(amount: int, before: int | None, currency: str, period: Period) -> str:
    """Return how an amount compares, as the end of a sentence; nothing where there is none to compare with."""
    if before is None:
        return ""
    if not before:
        return f"; nothing was sold {than(period)}" if amount else ""
    if amount == before:
        return f", as much as {than(period)}"
    share = (200 * abs(amount - before) + before) // (2 * before)
    more = "more" if amount > before else "less"
    if not amount:
        return f", after {money(before, currency)} {than(period)}"
    if not share:
        return f", much the same as {than(period)}"
    return f", {share:,} % {more} than {than(period)}"


def say_series(what: str, values: Mapping[str, int], write: Mapping[str, str] | None = None) -> str:
    """Return a series over days in words: its first, its highest and its last value.

    Arguments:
        values: by day.
        write: the values in words, where they are not plain numbers.

    >>> say_series("Line chart of listings by day", {"2026-11-01": 5, "2026-11-02": 9, "2026-11-03": 7})
    'Line chart of listings by day: 5 on 2026-11-01, at most 9 on 2026-11-02, 7 on 2026-11-03.'
    """
    if not values:
        return f"{what}: nothing is known yet."
    words = write or {day: count(number) for day, number in values.items()}
    first, last, top = min(values), max(values), max(values, key=lambda day: values[day])
    middle = f" at most {words[top]} on {top}," if top not in (first, last) else ""
    if first == last:
        return f"{what}: {words[last]} on {last}."
    return f"{what}: {words[first]} on {first},{middle} {words[last]} on {last}."


def find_tabs(first: Mapping[str, int], last: Mapping[str, int], since_day: str) -> str:
    """Return how many listings are live, and which tab changed most.

    Arguments:
        first, last: listings by tab, on the first and on the last day.
        since_day: the first day; empty where it is the last one, too.

    >>> find_tabs({"Active": 90, "Inactive": 4}, {"Active": 84, "Inactive": 9}, "2026-11-01")
    '84 listings are Active, 6 fewer than on 2026-11-01; Inactive changed most of the others, by +5 to 9.'
    """
    live = last.get("Active", 0)
    change = live - first.get("Active", 0)
    told = f"{live:,} {'listing is' if live == 1 else 'listings are'} Active"
    if not since_day:
        return f"{told}."
    same = f", as many as on {since_day}" if not change else f", {more(change)} than on {since_day}"
    others = {tab: last.get(tab, 0) - first.get(tab, 0) for tab in {*first, *last} - {"Active"}}
    most = max(sorted(others), key=lambda tab: abs(others[tab]), default="")
    if not most or not others[most]:
        return f"{told}{same}."
    return f"{told}{same}; {most} changed most of the others, by {others[most]:+,} to {last.get(most, 0):,}."


def find_flows(moves: Sequence[tuple[str, str, str, int]], period: Period) -> str:
    """Return how many listings moved, and which way most of them.

    Arguments:
        moves: from which tab, to which, with which status, how many; most first.
    """
    moved = [each for each in moves if each[0] and each[1] and each[0] != each[1]]
    total = sum(number for *_, number in moved)
    new = sum(number for start, _, _, number in moves if not start)
    came = f"; {counted(new, 'new one')} came" if new else ""
    if not total:
        return f"No listing went from one tab to another {when(period)}{came}."
    ways: dict[tuple[str, str], int] = {}
    for start, end, _, number in moved:
        ways[start, end] = ways.get((start, end), 0) + number
    (start, end), most = max(ways.items(), key=lambda pair: pair[1])
    status = next(status for one, other, status, _ in moved if (one, other) == (start, end))
    why = f", most of them {status}" if status and status != end else ""
    told = f"{counted(total, 'move')} between tabs {when(period)}"
    return f"{told}; most went from {start} to {end} ({most:,}{why}){came}."


def say_parts(what: str, parts: Mapping[str, int]) -> str:
    """Return the parts of a whole in words, those that are not empty.

    >>> say_parts("Bar chart of orders", {"late": 2, "today": 0, "tomorrow": 5})
    'Bar chart of orders: late 2, tomorrow 5.'
    """
    told = [f"{name} {number:,}" for name, number in parts.items() if number]
    return f"{what}: {', '.join(told)}." if told else f"{what}: nothing."


def signed(change: int | None) -> str:
    """Return a change in percent with its sign.

    >>> signed(5), signed(-5), signed(0), signed(None)
    ('+5 %', '-5 %', '0 %', '–')
    """
    if change is None:
        return "–"
    return f"{change:+,} %" if change else "0 %"


def more(change: int) -> str:
    """Return by how many something is more, or fewer, than it was.

    >>> more(-3)
    '3 fewer'
    """
    return f"{abs(change):,} {'more' if change > 0 else 'fewer'}"
