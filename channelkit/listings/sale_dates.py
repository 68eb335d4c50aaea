"""From when until when is a product on sale? Days as Commerce writes them, in the marketplace's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, mask, one

ONE_DAY = timedelta(days=1)


def first_moments(days: pa.Array | pa.ChunkedArray, time_zone: str) -> pa.Array:
    """Return when a sale starts, in milliseconds: at 00:00 of its first day.

    Arguments:
        days: texts that begin with a date; what else follows (Commerce adds a time of 00:00:00) counts for nothing.
        time_zone: the marketplace's.

    >>> first_moments(pa.array(["2026-11-24", "2026-11-24 00:00:00", "soon", None]), "America/Los_Angeles").to_pylist()
    [1795507200000, 1795507200000, None, None]
    """
    return _moments(days, time_zone, 0)


def last_moments(days: pa.Array | pa.ChunkedArray, time_zone: str) -> pa.Array:
    """Return when a sale has ended, in milliseconds: at the end of its last day, which is a day of sale.

    >>> last_moments(pa.array(["2026-11-24"]), "Europe/London").to_pylist()
    [1795564800000]
    """
    return _moments(days, time_zone, 1)


def is_unreadable(days: pa.Array | pa.ChunkedArray) -> Mask:
    """Tell which texts are there and begin with no date.

    >>> is_unreadable(pa.array(["2026-11-24", "soon", " ", None])).tolist()
    [False, True, False, False]
    """
    texts = one(days)
    is_text = pc.not_equal(pc.utf8_trim_whitespace(texts), "")
    return mask(is_text) & ~mask(pc.is_valid(first_moments(texts, "UTC")))


def _moments(days: pa.Array | pa.ChunkedArray, time_zone: str, later: int) -> pa.Array:
    """Return each day's start, or that of a later day; each distinct text is read once."""
    encoded, zone = one(days).dictionary_encode(), ZoneInfo(time_zone)
    moments = [_start(text, zone, later) for text in encoded.dictionary.to_pylist()]
    return pa.array(moments, pa.int64()).take(encoded.indices)


def _start(text: str, zone: ZoneInfo, later: int) -> int | None:
    try:
        day = date.fromisoformat(text.strip()[:10]) + later * ONE_DAY
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
