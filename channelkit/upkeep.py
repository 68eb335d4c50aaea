"""What is done once a day, by whoever comes first: figures by day, tests of the data, and letting go what is old."""

from __future__ import annotations

from collections.abc import Sequence

from channelkit.data_check import run_daily
from channelkit.database.daily import roll_up
from channelkit.database.lease import hold
from channelkit.database.progress import move_watermark, moved_at
from channelkit.database.retention import prune
from channelkit.errors import LeaseError
from channelkit.parts import Parts
from channelkit.trends.budget import keep_calls

DUE = 26 * 3_600_000
"""Milliseconds after which a cycle does it where the job of the night did not."""

_MARK = "upkeep"


def keep_up(parts: Parts, names: Sequence[str]) -> int:
    """Do what is done once a day, and return how many days of stores were added up (RP-07).

    Arguments:
        names: the stores whose data is tested; days are added up for all.
    """
    now, brand = parts.now(), parts.settings.commerce.attributes.brand
    keep_calls(parts.database, now)
    days = roll_up(parts.database, now, brand=brand)
    run_daily(parts.database, now, names, brand=brand)
    try:
        prune(parts.database, now, parts.settings.database.keep_history_days)
    except LeaseError:
        parts.progress("the history is in use; what is old goes another day")
    with parts.database.write() as connection:
        move_watermark(connection, _MARK, str(days), at=now)
    return days


def keep_up_if_due(parts: Parts, names: Sequence[str], run: str) -> None:
    """Do it in a cycle where nobody did for more than a day; a store's first day is not over yet.

    Arguments:
        run: the run that does it.
    """
    now = parts.now()
    with parts.database.write() as connection:
        last = moved_at(connection, _MARK)
        if last is None:
            move_watermark(connection, _MARK, "0", at=now)
    if last is None or now - last < DUE:
        return
    try:
        with hold(parts.database, _MARK, run):
            keep_up(parts, names)
    except LeaseError:
        return  # another run is doing it
