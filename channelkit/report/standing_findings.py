"""What a chart of how things stand says, in one sentence each: its title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channelkit.report.bar_charts import COVER_CLASSES, percent
from channelkit.report.trend_findings import more
from channelkit.report.wording import count, counted, duration, money, shortened


def find_reasons(status: str, listings: int, at_stake: int, currency: str, total: int) -> str:
    """Return which reason costs most a day.

    Arguments:
        status, listings, at_stake: of the costliest reason; minor units a day.
        total: of all reasons.
    """
    if not at_stake:
        which = "listing sold" if listings == 1 else "listings sold"
        return f"{shortened(status)} keeps back most: {listings:,} {which} nothing in the 30 days before."
    share = f" of {money(total, currency)}" if total > at_stake else ""
    about = f"about {money(at_stake, currency)}{share} a day"
    return f"{shortened(status)} costs most: {about}, {counted(listings, 'listing')}."


def find_cover(found: Mapping[str, int]) -> str:
    """Return how much stock runs out soon.

    Arguments:
        found: as `channelkit.report.bar_charts.classify_cover` gives it.

    >>> find_cover({"sold out": 3, "under 7": 12, "7–14": 0, "over 90": 5})
    '12 listings run out within 7 days, and 3 are sold out.'
    """
    out, soon, next_week = (found.get(name, 0) for name in COVER_CLASSES[:3])
    runs = f"{soon:,} {'listing runs' if soon == 1 else 'listings run'} out within 7 days"
    if soon and out:
        return f"{runs}, and {out:,} {'is' if out == 1 else 'are'} sold out."
    if soon:
        return f"{runs}; none is sold out."
    if out:
        return f"{counted(out, 'listing')} {'is' if out == 1 else 'are'} sold out; no other runs out within 7 days."
    later = f"; {counted(next_week, 'listing')} within 14" if next_week else ""
    return f"No listing runs out within 7 days{later}."


def find_stock_outs(first: int, last: int, days: tuple[str, str], lost: str) -> str:
    """Return how many listings are sold out, how that changed, and what it cost.

    Arguments:
        days: the first and the last of them.
        lost: in words; empty where nothing is known to be lost.
    """
    told = f"{counted(last, 'listing')} {'was' if last == 1 else 'were'} sold out on {days[1]}"
    change = "" if days[0] == days[1] else f", {more(last - first) if last != first else 'as many'}"
    change += "" if not change else f" {'than' if last != first else 'as'} on {days[0]}"
    return f"{told}{change}{f'; about {lost} of sales were lost' if lost else ''}."


def find_awaiting(orders: int, late: int, today: int) -> str:
    """Return how many orders wait to be shipped, and how many of them are late.

    >>> find_awaiting(23, 4, 6)
    '23 orders wait to be shipped: 4 are late, 6 are due within a day.'
    """
    if not orders:
        return "No order waits to be shipped."
    wait = "order waits" if orders == 1 else "orders wait"
    parts = [f"{late:,} {'is' if late == 1 else 'are'} late"] if late else []
    parts += [f"{today:,} {'is' if today == 1 else 'are'} due within a day"] if today else []
    return f"{orders:,} {wait} to be shipped: {', '.join(parts) or 'none is late, and none due within a day'}."


def find_delays(seconds: Sequence[float], targets: Mapping[str, Mapping[str, float | int]]) -> str:
    """Return how long changes took to be seen, and how often a promise was kept.

    Arguments:
        seconds: from the plan to the reading that showed it, rising; what was never seen took for ever.
        targets: as `channelkit.report.delays.summarise_targets` gives them.

    >>> find_delays([20.0, 60.0, 90.0], {"price": {"target": 300, "count": 3, "within": 3}})
    'Half of 3 changes were seen on Amazon within 1 min; 100 % in the time that is promised.'
    >>> find_delays([], {})
    'No change was seen on Amazon yet.'
    """
    if not seconds:
        return "No change was seen on Amazon yet."
    middle = seconds[(len(seconds) - 1) // 2]
    promised = sum(int(each["count"]) for each in targets.values())
    within = sum(int(each["within"]) for each in targets.values())
    kept = f"; {percent(within, promised)} in the time that is promised" if promised else ""
    if middle == float("inf"):
        return f"Most of {counted(len(seconds), 'change')} were not seen on Amazon in time{kept}."
    if len(seconds) == 1:
        return f"1 change was seen on Amazon, after {duration(middle)}{kept}."
    return f"Half of {len(seconds):,} changes were seen on Amazon within {duration(middle)}{kept}."


def find_budget(operation: str, calls: int, allowed: int, since: str) -> str:
    """Return which quota was used most.

    Arguments:
        since: when counting began, in words.
    """
    share = percent(calls, allowed)
    return f"{operation} used most of its quota: {share}, {count(calls)} of {counted(allowed, 'call')} since {since}."


def find_prices(first: tuple[int, int], last: tuple[int, int], moved: int, words: str) -> str:
    """Return how often our offer was the featured one, and how often prices moved.

    Arguments:
        first, last: featured and compared listings, on the first and the last day of which that is known.
        moved: how many prices moved.
        words: when.

    >>> find_prices((45, 100), (52, 100), 310, "in the last 30 days")
    'Our offer is featured for 52 of 100 compared listings (52 %, before 45 %); 310 prices moved in the last 30 days.'
    """
    told = f"{counted(moved, 'price')} moved {words}"
    if not last[1]:
        return f"{told}; whose offer is featured is not known yet."
    then = percent(*first)
    share = percent(*last)
    before = f", before {then}" if first[1] and then != share else ""
    return f"Our offer is featured for {last[0]:,} of {last[1]:,} compared listings ({share}{before}); {told}."
