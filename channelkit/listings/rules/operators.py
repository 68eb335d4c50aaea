"""What each operator answers, as Commerce answers it (commerce-rest, "Rule conditions").

In short: ``==`` compares whole texts without regard to case, and numbers as numbers unless one is padded with zeros;
``{}`` looks for a part of a text; ``()`` splits a list at commas and semicolons. Several values of a product match
``==`` only when there is one, ``{}`` and ``()`` when any is shared. An operator that wants a list and gets none, or the
other way round, is false, and so is its negation. Without a value every order is false, and only ``<=>`` is true.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.rules.attributes import LISTS, RuleAttribute
from channelkit.listings.rules.tree import Condition
from channelkit.listings.rules.values import Values, is_number, is_padded, moment_of
from channelkit.model.columns import Mask

LIST_OPERATORS = frozenset({"()", "!()"})
NEGATIONS = {"!=": "==", ">": "<=", "<": ">=", "!{}": "{}", "!()": "()"}
_SEPARATOR = re.compile(r"\s*[,;]\s*")
_ORDERS: dict[str, Callable[[Any, Any], Any]] = {"<=": np.less_equal, ">=": np.greater_equal}


def check_condition(condition: Condition, values: Values) -> Mask:
    """Return which products of a batch a condition holds for."""
    attribute, op = values.attribute, condition.op
    is_list = attribute.kind in LISTS
    if op == "<=>":
        undefined: Mask = values.counts == 0 if is_list else values.is_null
        return undefined
    wanted = parse_value(condition, attribute)
    nothing = np.zeros(values.rows, np.bool_)
    plain = NEGATIONS.get(op, op)
    if attribute.kind == "category" and plain == "==":
        # A product is in many categories: "is" means that it is in this one.
        plain = "{}"
    if plain in _ORDERS:
        if is_list or isinstance(wanted, tuple):
            return nothing
        holds, counted = _order(plain, wanted, values)
        # Without a value, or without a date, neither the order nor its negation holds.
        return counted & (~holds if op in NEGATIONS else holds)
    if takes_list(op, attribute) != isinstance(wanted, tuple):
        return nothing
    items = wanted if isinstance(wanted, tuple) else (wanted,)
    if plain == "==" and is_list:
        holds = values.spread(_equal(items, values)) & (values.counts == 1)
    elif plain == "{}" and not is_list:
        holds = values.spread(_contains(items, values)) | _like_nothing(items, values)
    else:
        holds = values.spread(_equal(items, values)) | (_like_nothing(items, values) & (not is_list))
    if attribute.kind == "date":
        return holds if op == plain else ~holds & ~values.is_null
    return ~holds if op in NEGATIONS else holds


def takes_list(op: str, attribute: RuleAttribute) -> bool:
    """Tell whether an operator wants a list: by itself, or because products have several values."""
    return op in LIST_OPERATORS or (attribute.kind in LISTS and op not in ("==", "!=")) or attribute.kind == "category"


def parse_value(condition: Condition, attribute: RuleAttribute) -> str | tuple[str, ...]:
    """Return what a condition compares with: one text, or a tuple where its operator takes several.

    An option's label is never split, whatever commas it has; a category may be named by its path.

    >>> parse_value(Condition("sku", "()", "A1, a2;A3"), RuleAttribute("sku", "SKU"))
    ('A1', 'a2', 'A3')
    >>> parse_value(Condition("sku", "==", "A1, a2"), RuleAttribute("sku", "SKU"))
    'A1, a2'
    """
    value = condition.value
    if isinstance(value, tuple):
        if len(value) != 1:
            return tuple(_named(each, attribute) for each in value)
        value = value[0]
    if not takes_list(condition.op, attribute) or not value:
        return _named(value, attribute)
    known = {label.casefold() for label in attribute.options.values()}
    whole = isinstance(condition.value, tuple) or value.casefold() in known
    parts = [value] if whole else [part for part in _SEPARATOR.split(value) if part]
    return tuple(_named(each, attribute) for each in parts)


def _named(value: str, attribute: RuleAttribute) -> str:
    """Return a value as products have it: categories by number, yes and no in words."""
    if attribute.kind == "category" and value not in attribute.options:
        wanted = value.casefold()
        return next((number for number, path in attribute.options.items() if path.casefold() == wanted), value)
    if attribute.kind == "boolean":
        return {"1": "Yes", "0": "No", "true": "Yes", "false": "No"}.get(value.casefold(), value)
    return value


def _order(op: str, wanted: str, values: Values) -> tuple[Mask, Mask]:
    """Return which products are on this side of a value, and which can be compared with it at all."""
    compare = _ORDERS[op]
    if values.attribute.kind == "date":
        moment = moment_of(wanted, values.zone)
        moments, is_date = values.moments
        if moment is None:
            nothing = np.zeros(values.rows, np.bool_)
            return nothing, nothing
        return values.spread(is_date & compare(moments, moment)), values.spread(is_date)
    as_text = (pc.less_equal if op == "<=" else pc.greater_equal)(values.distinct, wanted)
    holds: Mask = as_text.to_numpy(zero_copy_only=False)
    if is_number(wanted):
        numbers, are_numbers = values.numbers
        holds = np.where(are_numbers, compare(numbers, float(wanted)), holds)
    return values.spread(holds), ~values.is_null


def _equal(items: tuple[str, ...], values: Values) -> Mask:
    """Return which distinct values are one of the items."""
    if values.attribute.kind == "date":
        moments, is_date = values.moments
        wanted = [moment for item in items if (moment := moment_of(item, values.zone)) is not None]
        return is_date & np.isin(moments, wanted)
    lower = pa.array([item.lower() for item in items], pa.string())
    holds: Mask = pc.is_in(values.lower, value_set=lower).to_numpy(zero_copy_only=False)
    if values.attribute.kind != "string":
        return holds
    numbers = [float(item) for item in items if is_number(item) and not is_padded(item)]
    if numbers:
        known, are_numbers = values.numbers
        holds = holds | (are_numbers & ~values.is_padded & np.isin(known, numbers))
    return holds


def _contains(items: tuple[str, ...], values: Values) -> Mask:
    """Return which distinct values have one of the items in them."""
    holds = np.zeros(len(values.distinct), np.bool_)
    for item in items:
        holds |= pc.match_substring(values.lower, item.lower()).to_numpy(zero_copy_only=False)
    return holds


def _like_nothing(items: tuple[str, ...], values: Values) -> Mask:
    """Return which products have no value where the condition asks for the empty text: to PHP they are the same."""
    found: Mask = values.is_null & ("" in items)
    return found
