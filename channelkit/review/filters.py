"""Filters of one column, by its kind: a text, some of a few values, numbers or days from one to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.errors import UsageError

LONGEST = 1000
"""Characters of one filter."""

MOST = 100
"""Values of which some may be chosen."""


@dataclass(frozen=True)
class Holding:
    """The column's text holds these words, in capitals or not."""

    words: str


@dataclass(frozen=True)
class Among:
    """The column's value is one of these; an empty text means that there is none."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Between:
    """The column's number, or its day, is not below the one and not above the other; both are written as text."""

    low: str = ""
    high: str = ""


Filter = Holding | Among | Between


def holds(name: str, column: pa.Array, chosen: Filter) -> pa.Array:
    """Return for which rows a filter holds; what is not known is in no range.

    Arguments:
        name: the column's name, for messages.

    Raises:
        UsageError: the filter does not fit the column.

    >>> holds("price", pa.array([5, 12, None]), Between("10", "")).to_pylist()
    [False, True, False]
    >>> holds("asin", pa.array(["B01", None]), Among(("",))).to_pylist()
    [False, True]
    """
    match chosen:
        case Holding(words):
            text = column if pa.types.is_string(column.type) else column.cast(pa.string())
            return pc.fill_null(pc.match_substring(text, words, ignore_case=True), False)
        case Among(values):
            text = column if pa.types.is_string(column.type) else column.cast(pa.string())
            return pc.is_in(pc.fill_null(text, ""), value_set=pa.array(values, pa.string()))
        case Between(low, high):
            ends = [(pc.greater_equal, low, False), (pc.less_equal, high, True)]
            masks = [compare(column, _end(name, column.type, end, last)) for compare, end, last in ends if end]
            return pc.fill_null(reduce(pc.and_, masks, pa.repeat(True, len(column))), False)


def to_filter(said: Mapping[str, Any]) -> Filter | None:
    """Return a filter from plain values, or None where they choose nothing.

    Arguments:
        said: ``words``, or ``values``, or ``low`` and ``high``, as a browser or a saved view says them.

    Raises:
        UsageError: they make no filter.
    """
    match dict(said):
        case {"words": str(words)} if len(words) <= LONGEST:
            return Holding(words.strip()) if words.strip() else None
        case {"values": [*values]} if len(values) <= MOST and all(isinstance(value, str) for value in values):
            return Among(tuple(values)) if values else None
        case {"low": str(low), "high": str(high)} if len(low) + len(high) <= LONGEST:
            return Between(low.strip(), high.strip()) if low.strip() or high.strip() else None
    raise UsageError("A filter cannot be read.", "Choose it again.")


def to_document(chosen: Filter) -> dict[str, Any]:
    """Return a filter as plain values, from which `to_filter` makes it again."""
    match chosen:
        case Holding(words):
            return {"words": words}
        case Among(values):
            return {"values": list(values)}
        case Between(low, high):
            return {"low": low, "high": high}


def words_of(label: str, chosen: Filter) -> str:
    """Return a filter in words.

    >>> words_of("Price", Between("10", "20"))
    'Price: 10 to 20'
    """
    match chosen:
        case Holding(words):
            return f"{label}: holds “{words}”"
        case Among(values):
            return f"{label}: {' or '.join(value or 'none' for value in values)}"
        case Between(low, high):
            ends = f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}"
            return f"{label}: {ends}"


def day_of(written: str) -> date | None:
    """Return a day that is written as year-month-day, or None."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _end(name: str, kind: pa.DataType, end: str, is_last: bool) -> pa.Scalar:
    if pa.types.is_timestamp(kind):
        day = day_of(end)
        if day is None:
            raise UsageError(f"Column {name!r} holds times, and {end!r} is no day.", "Write a day as 2026-01-31.")
        return pa.scalar(datetime.combine(day, time.max if is_last else time.min, UTC), kind)
    if pa.types.is_string(kind):
        raise UsageError(f"Column {name!r} holds texts, which have no range.", "Filter it by a text.")
    try:
        number = Decimal(end)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise UsageError(f"Column {name!r} holds numbers, and {end!r} is none.", "Write a number.")
    return pa.scalar(float(number))
