"""Which products, and which rows of smaller lists, a searchCriteria finds.

Products are narrowed by what is indexed (number, SKU, time of change) before the rest of the filters looks at each,
so that a keyset walk over a million products costs the same on every page.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channelkit.sandbox.commerce.catalog import Product
from channelkit.sandbox.commerce.conditions import build_test
from channelkit.sandbox.commerce.criteria import Criteria, Filter
from channelkit.sandbox.commerce.dates import clock_time, unix_time
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.state import CommerceState

_NUMERIC = {"entity_id", "status", "visibility", "attribute_set_id", "website_id", "store_id", "category_id"}
_SINCE = {"gt", "gteq", "moreq", "from"}
_NUMERIC_INPUTS = {"price", "weight", "boolean", "select"}
_OWN: dict[str, Callable[[Product], Any]] = {
    "entity_id": lambda product: product.entity_id,
    "sku": lambda product: product.sku,
    "type_id": lambda product: product.type_id,
    "attribute_set_id": lambda product: product.attribute_set_id,
    "created_at": lambda product: clock_time(product.created_at),
    "updated_at": lambda product: clock_time(product.updated_at),
}
_LISTS: dict[str, Callable[[Product], tuple[int, ...]]] = {
    "website_id": lambda product: product.website_ids,
    "category_id": lambda product: product.category_ids,
}


@dataclass
class Found:
    """One page: its items, and how many there are in all."""

    items: list[Any]
    total: int


def find_products(state: CommerceState, criteria: Criteria, store_id: int, *, repeats_last: bool = False) -> Found:
    """Return the products that a searchCriteria finds.

    Raises:
        Refusal: it names an attribute that there is not, or an unknown condition.
    """
    after, until, rest = _bounds(criteria)
    backwards, by_number = _order(criteria)
    if not rest and by_number:
        total = state.catalog.count(after, until)
        start, stop = criteria.page(total, repeats_last=repeats_last)
        return Found(state.catalog.slice(after, until, start, stop, backwards=backwards), total)
    numbers = _numbers(state, rest)
    if numbers is None:
        candidates = state.catalog.walk(after, until)
    else:
        first, last = bisect_right(numbers, after), len(numbers) if until is None else bisect_right(numbers, until)
        if by_number and len(rest) == 1 and _is_since(rest[0]):
            start, stop = criteria.page(max(0, last - first), repeats_last=repeats_last)
            chosen = numbers[last - stop : last - start][::-1] if backwards else numbers[first + start : first + stop]
            return Found(_products(state, chosen), max(0, last - first))
        candidates = iter(_products(state, numbers[first:last]))
    tests = [_group_test(state, group, store_id) for group in rest]
    matches = [product for product in candidates if all(test(product) for test in tests)]
    if by_number:
        if backwards:
            matches.reverse()
    else:
        for name, descending in reversed(criteria.sorts):
            key = _sort_key(state, name, store_id)
            matches.sort(key=key, reverse=descending)
    start, stop = criteria.page(len(matches), repeats_last=repeats_last)
    return Found(matches[start:stop], len(matches))


def find_rows(rows: Iterable[Mapping[str, Any]], criteria: Criteria, numeric: Sequence[str] = ()) -> Found:
    """Return the rows of a small list that a searchCriteria finds; its filters name the rows' own fields."""
    matches = list(rows)
    for group in criteria.groups:
        tests = [(each.field, build_test(each, numeric=each.field in numeric)) for each in group]
        matches = [row for row in matches if any(test(row.get(name)) for name, test in tests)]
    for name, descending in reversed(criteria.sorts):
        matches.sort(key=lambda row, name=name: _comparable(row.get(name)), reverse=descending)  # type: ignore[misc]
    start, stop = criteria.page(len(matches))
    return Found(matches[start:stop], len(matches))


def results(found: Found, criteria: Criteria) -> dict[str, object]:
    """Return the body that answers a search."""
    return {"items": found.items, "search_criteria": criteria.echo(), "total_count": found.total}


def _bounds(criteria: Criteria) -> tuple[int, int | None, list[tuple[Filter, ...]]]:
    """Split off the groups that only bound the product's number."""
    after, until = 0, None
    rest = []
    for group in criteria.groups:
        only = group[0] if len(group) == 1 else None
        if only is None or only.field != "entity_id" or not only.value.isdecimal():
            rest.append(group)
            continue
        number = int(only.value)
        if only.condition in {"gt", "gteq", "from", "moreq"}:
            after = max(after, number if only.condition == "gt" else number - 1)
        elif only.condition in {"lt", "lteq", "to"}:
            last = number - 1 if only.condition == "lt" else number
            until = last if until is None else min(until, last)
        elif only.condition == "eq":
            after, until = max(after, number - 1), number if until is None else min(until, number)
        else:
            rest.append(group)
    return after, until, rest


def _order(criteria: Criteria) -> tuple[bool, bool]:
    """Say whether the order is backwards, and whether it is that of the numbers at all."""
    if not criteria.sorts:
        return False, True
    name, descending = criteria.sorts[0]
    return descending, name == "entity_id"


def _numbers(state: CommerceState, groups: Sequence[tuple[Filter, ...]]) -> Sequence[int] | None:
    """Return the numbers that an index leaves to look at, sorted; None where none of the groups is indexed."""
    for group in groups:
        if all(each.field == "sku" and each.condition in {"eq", "in"} for each in group):
            found = (state.catalog.find(sku) for each in group for sku in values(each))
            return sorted({product.entity_id for product in found if product is not None})
        if all(each.field == "entity_id" and each.condition in {"eq", "in"} for each in group):
            return sorted({int(part) for each in group for part in values(each) if part.strip().isdecimal()})
    for group in groups:
        if _is_since(group):
            since = unix_time(group[0].value)
            return [] if since is None else state.catalog.changed_since(since + (group[0].condition == "gt"))
    return None


def _is_since(group: tuple[Filter, ...]) -> bool:
    """Say whether a group only asks for what changed since a time."""
    return len(group) == 1 and group[0].field == "updated_at" and group[0].condition in _SINCE


def _products(state: CommerceState, numbers: Sequence[int]) -> list[Product]:
    return [product for number in numbers if (product := state.catalog.by_number(number)) is not None]


def values(wanted: Filter) -> list[str]:
    """Return the values that a filter names: several for ``in``, which takes a comma for the end of each."""
    return wanted.value.split(",") if wanted.condition == "in" else [wanted.value]


def _group_test(state: CommerceState, group: tuple[Filter, ...], store_id: int) -> Callable[[Product], bool]:
    tests = [_product_test(state, each, store_id) for each in group]
    if len(tests) == 1:
        return tests[0]
    return lambda product: any(test(product) for test in tests)


def _product_test(state: CommerceState, wanted: Filter, store_id: int) -> Callable[[Product], bool]:
    if wanted.field in _LISTS:
        read_list = _LISTS[wanted.field]
        test = build_test(wanted, numeric=True)
        if wanted.condition in {"neq", "nin"}:
            return lambda product: all(test(each) for each in read_list(product))
        return lambda product: any(test(each) for each in read_list(product))
    read, numeric = _reader(state, wanted.field, store_id)
    if wanted.field in {"updated_at", "created_at"}:
        wanted = _as_time(wanted)
    test = build_test(wanted, numeric=numeric)
    return lambda product: test(read(product))


def _as_time(wanted: Filter) -> Filter:
    """Return a filter on a time with its value written as the database writes times."""
    seconds = unix_time(wanted.value)
    return wanted if seconds is None else Filter(wanted.field, clock_time(seconds), wanted.condition)


def _reader(state: CommerceState, name: str, store_id: int) -> tuple[Callable[[Product], Any], bool]:
    if name in _OWN:
        return _OWN[name], name in _NUMERIC
    attribute = state.attributes.by_code.get(name)
    if attribute is None:
        raise Refusal(400, "Invalid attribute name: %1", [name])
    return (lambda product: product.value(name, store_id)), attribute.input in _NUMERIC_INPUTS


def _sort_key(state: CommerceState, name: str, store_id: int) -> Callable[[Product], Any]:
    read, _numeric = _reader(state, name, store_id)
    return lambda product: _comparable(read(product))


def _comparable(value: Any) -> tuple[int, Any]:
    """Return a key that sorts null first, as MySQL does, numbers as numbers and text without regard to case."""
    if value is None:
        return (0, 0)
    return (1, value.lower()) if isinstance(value, str) else (1, value)
