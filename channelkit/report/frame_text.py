"""A DataFrame as a table on a terminal: what is not known is left empty, and moments are told to the minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def frame_text(frame: pd.DataFrame, width: int = 60) -> str:
    """Return a table for a person; a program reads JSON, or the DataFrame itself.

    Arguments:
        frame: rows as columns of any dtype; its index is left out.
        width: characters of a value that are shown at the most.

    >>> import pandas as pd
    >>> when = pd.to_datetime(["2026-11-01 09:00:01.5", None], utc=True)
    >>> print(frame_text(pd.DataFrame({"units": pd.array([None, 3], "Int64"), "at": when, "sku": ["A", "B"]})))
    units                   at sku
          2026-11-01 09:00 UTC   A
        3                        B
    """
    shown = frame.copy(deep=False)
    for place in range(frame.shape[1]):
        shown.isetitem(place, _worded(frame.iloc[:, place]))
    return str(shown.to_string(index=False, max_colwidth=width, na_rep=""))


def _worded(column: pd.Series) -> pd.Series:
    import pandas as pd  # noqa: PLC0415 - most verbs show no table

    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return pd.to_datetime(column, utc=True).dt.strftime("%Y-%m-%d %H:%M UTC")
    if pd.api.types.is_float_dtype(column.dtype):
        return column.astype("float64")
    # Columns of integers and flags write <NA> whatever a table's empty value is.
    return column.astype(object).where(column.notna(), "") if column.hasnans else column
