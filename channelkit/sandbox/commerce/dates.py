"""Times as Magento writes and reads them: UTC, to the second."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=4096)
def clock_time(seconds: int) -> str:
    """Return Unix seconds as Magento writes a time, in UTC.

    >>> clock_time(0)
    '1970-01-01 00:00:00'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def unix_time(text: str) -> int | None:
    """Return what Magento's time, or the beginning of one, means in Unix seconds; None where it is none.

    >>> unix_time("1970-01-02")
    86400
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return int(found.replace(tzinfo=found.tzinfo or UTC).timestamp())
