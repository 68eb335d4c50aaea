"""The searchCriteria of a query: filters, sorting and paging, as Magento reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from channelkit.sandbox.commerce.call import Call, invalid_type
from channelkit.sandbox.commerce.refusal import Refusal

_NAME = re.compile(r"^(?:searchCriteria|search_criteria)((?:\[[^\]]*\])*)$")
_PART = re.compile(r"\[([^\]]*)\]")
_FILTER_GROUPS = {"filter_groups", "filterGroups"}
_CONDITION = {"condition_type", "conditionType"}
_SORT_ORDERS = {"sortOrders", "sort_orders"}
_PAGE_SIZE = {"pageSize", "page_size"}
_CURRENT_PAGE = {"currentPage", "current_page"}
DEFAULT_PAGE = 20
"""The page that a shop with input limits gives to those who ask for none."""


@dataclass(frozen=True)
class Filter:
    """One condition on one field; the value is text, as it came."""

    field: str
    value: str
    condition: str = "eq"


@dataclass(frozen=True)
class Criteria:
    """What was asked for: every group holds (AND), in a group one filter is enough (OR); 0 is no page size."""

    groups: tuple[tuple[Filter, ...], ...] = ()
    sorts: tuple[tuple[str, bool], ...] = ()
    page_size: int = 0
    current_page: int = 1

    def echo(self) -> dict[str, object]:
        """Return the criteria as an answer repeats them."""
        echoed: dict[str, object] = {
            "filter_groups": [
                {
                    "filters": [
                        {"field": each.field, "value": each.value, "condition_type": each.condition} for each in group
                    ]
                }
                for group in self.groups
            ]
        }
        if self.sorts:
            echoed["sort_orders"] = [
                {"field": name, "direction": "DESC" if backwards else "ASC"} for name, backwards in self.sorts
            ]
        if self.page_size:
            echoed["page_size"] = self.page_size
            echoed["current_page"] = self.current_page
        return echoed

    def page(self, count: int, *, repeats_last: bool = False) -> tuple[int, int]:
        """Return the first and the last place (exclusive) of the page asked for among ``count``.

        Past the end there is nothing, or, in shops up to 2.3, the last page once more.

        >>> Criteria(page_size=10, current_page=4).page(25)
        (25, 25)
        >>> Criteria(page_size=10, current_page=4).page(25, repeats_last=True)
        (20, 25)
        """
        if not self.page_size:
            return 0, count
        page = self.current_page
        if repeats_last and count:
            page = min(page, -(-count // self.page_size))
        start = min((page - 1) * self.page_size, count)
        return start, min(start + self.page_size, count)


def read_criteria(call: Call, *, required: bool = True) -> Criteria:
    """Return the searchCriteria of a call, checked against the shop's limits.

    Raises:
        Refusal: there is none though it is required, a number is none, or the page is larger than the limit.
    """
    parts = [
        (tuple(_PART.findall(match[1])), value)
        for name, value in call.query
        if (match := _NAME.match(name)) is not None
    ]
    if required and not parts:
        raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "searchCriteria"})
    criteria = Criteria(
        groups=_read_groups(parts),
        sorts=_read_sorts(parts),
        page_size=_read_number(parts, _PAGE_SIZE, 0),
        current_page=max(1, _read_number(parts, _CURRENT_PAGE, 1)),
    )
    largest = call.state.settings.largest_page
    if largest is None:
        return criteria
    if criteria.page_size > largest:
        raise Refusal(400, "Maximum SearchCriteria pageSize is %max", {"max": largest})
    if not criteria.page_size:
        return Criteria(criteria.groups, criteria.sorts, min(DEFAULT_PAGE, largest), criteria.current_page)
    return criteria


def _read_groups(parts: Sequence[tuple[tuple[str, ...], str]]) -> tuple[tuple[Filter, ...], ...]:
    groups: dict[str, dict[str, dict[str, str]]] = {}
    for path, value in parts:
        if len(path) == 5 and path[0] in _FILTER_GROUPS and path[2] == "filters":
            name = "condition" if path[4] in _CONDITION else path[4]
            groups.setdefault(path[1], {}).setdefault(path[3], {})[name] = value
    return tuple(
        tuple(
            Filter(found.get("field", ""), found.get("value", ""), found.get("condition", "eq").lower())
            for found in filters.values()
        )
        for filters in groups.values()
    )


def _read_sorts(parts: Sequence[tuple[tuple[str, ...], str]]) -> tuple[tuple[str, bool], ...]:
    sorts: dict[str, dict[str, str]] = {}
    for path, value in parts:
        if len(path) == 3 and path[0] in _SORT_ORDERS:
            sorts.setdefault(path[1], {})[path[2]] = value
    for found in sorts.values():
        direction = found.get("direction", "DESC")
        if direction.upper() not in {"ASC", "DESC"}:
            raise Refusal(400, "The sort direction can be either ASC or DESC, %1 is given.", [direction])
    return tuple((found["field"], found.get("direction", "DESC").upper() == "DESC") for found in sorts.values())


def _read_number(parts: Sequence[tuple[tuple[str, ...], str]], names: set[str], otherwise: int) -> int:
    for path, value in parts:
        if len(path) == 1 and path[0] in names:
            if not value.isdecimal():
                raise invalid_type(value, "int")
            return int(value)
    return otherwise
