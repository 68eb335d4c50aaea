"""A table on the terminal is for people: nothing unknown is called NaN, and no moment has more than minutes."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from channelkit.report.frame_text import frame_text

NEW_YORK = pa.timestamp("ms", tz="America/New_York")
ROWS = pa.table(
    {
        "units": pa.array([None, 3], pa.int64()),
        "share": pa.array([None, 0.25], pa.float64()),
        "won": pa.array([None, True], pa.bool_()),
        "price": pa.array([None, Decimal("19.90")], pa.decimal128(9, 2)),
        "title": pa.array([None, "x" * 80], pa.string()),
        "at": pa.array([None, 1_793_523_661_500], pa.timestamp("ms", tz="UTC")),
        "there": pa.array([None, 1_793_523_661_500], NEW_YORK),
        "sku": ["00012345", "B"],
    }
)


@pytest.mark.parametrize("arrow", [True, False], ids=["arrow columns", "pandas columns"])
def test_what_is_not_known_is_left_empty_and_moments_are_told_to_the_minute_in_utc(arrow: bool) -> None:
    frame = ROWS.to_pandas(types_mapper=pd.ArrowDtype if arrow else None)
    before = frame.copy()
    _, unknown, known = frame_text(frame, 20).splitlines()
    assert unknown.split() == ["00012345"]
    assert known.split()[1:] == ["0.25", "True", "19.90", "x" * 17 + "...", *2 * ["2026-11-01", "09:01", "UTC"], "B"]
    pd.testing.assert_frame_equal(frame, before)


def test_columns_of_one_name_are_shown_side_by_side() -> None:
    frame = pd.DataFrame([[1, None], [2, "b"]], columns=["a", "a"])
    assert [line.split() for line in frame_text(frame).splitlines()] == [["a", "a"], ["1"], ["2", "b"]]
