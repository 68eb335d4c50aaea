"""Alerts as a frame: what is wrong, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelkit.database.alerts import load_alerts
from channelkit.database.connection import Database

if TYPE_CHECKING:
    import pandas as pd

_TIMES = ("first_at", "last_at", "told_at", "closed_at")


def alerts_frame(database: Database, since_ms: int = 0) -> pd.DataFrame:
    """Return the alerts that are open, and those that were closed since a moment, the newest first.

    Arguments:
        since_ms: milliseconds since 1970.
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    with database.read() as connection:
        frame = load_alerts(connection, since_ms).to_pandas(types_mapper=pd.ArrowDtype)
    for name in _TIMES:
        frame[name] = pd.to_datetime(frame[name], unit="ms", utc=True)
    return frame
