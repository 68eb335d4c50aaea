"""The logs as analysts see them: errors, changes and suggestions as DataFrames with exact money and times in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from channelkit.database.connection import Database
from channelkit.report.logs import read_groups, trend_words, value_words
from channelkit.report.period import Period
from channelkit.report.tables import TIME, money
from channelkit.report.wording import shareable
from channelkit.trends.change_log import Wanted, read_change_log
from channelkit.trends.improvements import read_improvements

if TYPE_CHECKING:
    import pandas as pd

LENGTH = pa.duration("ms")


def errors_frame(database: Database, stores: Sequence[str], period: Period) -> pd.DataFrame:
    """Return what failed in a period, grouped: the columns of `channelkit.trends.error_groups.ERROR_GROUPS` (RP-02)."""
    groups = read_groups(database, stores, period)
    groups = _set(groups, "at_stake", money(_chunked(groups["at_stake"]), _chunked(groups["currency"])))
    rows = groups.select(["count", "before"]).to_pylist()
    trend = pa.array([trend_words(row["count"], row["before"]) for row in rows], pa.string())
    groups = groups.add_column(groups.column_names.index("before") + 1, "trend", trend)
    groups = _set(groups, "half_life", _chunked(groups["half_life"]).cast(LENGTH))
    for name in ("first_seen", "last_seen"):
        groups = _set(groups, name, _chunked(groups[name]).cast(TIME))
    return _frame(_clean(groups, "said", "meaning", "fix"))


def change_log_frame(database: Database, stores: Sequence[str], wanted: Wanted, now_ms: int) -> pd.DataFrame:
    """Return changes, the newest first: columns of `channelkit.trends.change_log.CHANGE_LOG` in words (RP-01).

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    log = read_change_log(database, stores, wanted, now_ms=now_ms)
    rows = log.to_pylist()
    for side in ("before", "after"):
        log = _set(log, side, pa.array([value_words(row, side) for row in rows], pa.string()))
    log = log.drop_columns(["before_text", "after_text"])
    for name in ("wanted_at", "sent_at", "accepted_at", "seen_at", "ended_at"):
        log = _set(log, name, _chunked(log[name]).cast(TIME))
    return _frame(_clean(log, "note"))


def improvements_frame(database: Database, stores: Sequence[str], now_ms: int) -> pd.DataFrame:
    """Return what Amazon suggests: the columns of `channelkit.trends.improvements.IMPROVEMENTS` (RP-04).

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    found = read_improvements(database, stores, now_ms=now_ms)
    found = _set(found, "sold_a_day", money(_chunked(found["sold_a_day"]), _chunked(found["currency"])))
    found = _set(found, "observed_at", _chunked(found["observed_at"]).cast(TIME))
    return _frame(_clean(found, "said"))


def _clean(table: pa.Table, *names: str) -> pa.Table:
    """Take out of other people's words what must not leave the house."""
    for name in names:
        words = [None if text is None else shareable(text) for text in table[name].to_pylist()]
        table = _set(table, name, pa.array(words, pa.string()))
    return table


def _chunked(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def _set(table: pa.Table, name: str, column: pa.ChunkedArray | pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def _frame(table: pa.Table) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy

    return table.to_pandas(types_mapper=pd.ArrowDtype)
