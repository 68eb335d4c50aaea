"""When a value fulfils a filter, as MySQL compares for Magento: text without regard to case, null never equal."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from channelkit.sandbox.commerce.criteria import Filter
from channelkit.sandbox.commerce.refusal import Refusal

Test = Callable[[object], bool]


def build_test(wanted: Filter, *, numeric: bool = False) -> Test:
    """Return the function that says whether a value fulfils a filter.

    Arguments:
        numeric: the field holds numbers, so the filter's value is read as one.

    Raises:
        Refusal: there is no such condition.

    >>> build_test(Filter("sku", "ab-%", "like"))("AB-1"), build_test(Filter("price", "9", "gt"), numeric=True)(10)
    (True, True)
    """
    condition = wanted.condition
    if condition in {"null", "notnull"}:
        return lambda value: (value is None) == (condition == "null")
    read = _as_number if numeric else _as_text
    if condition in {"in", "nin"}:
        among = {read(part) for part in wanted.value.split(",")}
        return lambda value: value is not None and (read(value) in among) == (condition == "in")
    if condition in {"like", "nlike"}:
        pattern = _like(wanted.value)
        return lambda value: value is not None and bool(pattern.match(_as_text(value))) == (condition == "like")
    if condition in {"finset", "nfinset"}:
        part = _as_text(wanted.value)
        return lambda value: value is not None and (part in _as_text(value).split(",")) == (condition == "finset")
    compare = _COMPARISONS.get(condition)
    if compare is None:
        raise Refusal(400, "Invalid condition type: %1", [condition])
    limit = read(wanted.value)
    return lambda value: value is not None and bool(compare(read(value), limit))


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "moreq": operator.ge,
    "from": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
    "to": operator.le,
}


def _as_text(value: object) -> str:
    return str(value).lower()


def _as_number(value: object) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return Decimal(0)  # What MySQL makes of text that is no number.
    return number if number.is_finite() else Decimal(0)


def _like(text: str) -> re.Pattern[str]:
    """Return the expression for MySQL's ``%`` (anything) and ``_`` (one character)."""
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(character, re.escape(character)) for character in text.lower()) + r"\Z", re.S)
