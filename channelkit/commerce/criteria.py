"""The searchCriteria of a query: filters, order and paging, as Commerce wants them written.

Filters of one group are joined by OR, groups by AND; there is no other way to combine them (commerce-webapi,
"Search using REST endpoints").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

Query = list[tuple[str, str]]


class Filter(NamedTuple):
    """One condition on a field."""

    field: str
    value: str
    condition: str = "eq"


Group = Sequence[Filter]


def write_criteria(
    groups: Sequence[Group], *, order: str = "", page_size: int, page: int = 0, fields: Sequence[str] = ()
) -> Query:
    """Return the fields of a search's query.

    Arguments:
        groups: each a list of filters of which one must hold; all groups must hold.
        order: the field to sort by, ascending; pages without an order repeat and skip rows.
        page_size: rows of a page; always sent, because without one Commerce answers with everything.
        page: number of the page, from 1; 0 where pages are not numbered.
        fields: what of each item comes back; empty means all of it. Saves bytes, not the server's time.

    >>> query = write_criteria([[Filter("entity_id", "7", "gt")]], order="entity_id", page_size=100, fields=["id"])
    >>> query[0]
    ('searchCriteria[filterGroups][0][filters][0][field]', 'entity_id')
    >>> query[-1]
    ('fields', 'items[id],total_count')
    """
    query = [pair for number, group in enumerate(groups) for pair in _write_group(number, group)]
    if order:
        prefix = "searchCriteria[sortOrders][0]"
        query += [(f"{prefix}[field]", order), (f"{prefix}[direction]", "ASC")]
    query.append(("searchCriteria[pageSize]", str(page_size)))
    if page:
        query.append(("searchCriteria[currentPage]", str(page)))
    if fields:
        query.append(("fields", f"items[{','.join(fields)}],total_count"))
    return query


def _write_group(number: int, group: Group) -> Iterator[tuple[str, str]]:
    for place, one in enumerate(group):
        prefix = f"searchCriteria[filterGroups][{number}][filters][{place}]"
        yield f"{prefix}[field]", one.field
        yield f"{prefix}[value]", one.value
        yield f"{prefix}[conditionType]", one.condition


def any_sku(skus: Sequence[str]) -> list[Filter]:
    """Return the group of filters that finds any of these SKUs.

    A comma parts the list of an ``in``, so a SKU that holds one is asked for by itself, in the same group.

    >>> any_sku(["A", "B,C", "D"])
    [Filter(field='sku', value='A,D', condition='in'), Filter(field='sku', value='B,C', condition='eq')]
    """
    plain = [sku for sku in skus if "," not in sku]
    listed = [Filter("sku", ",".join(plain), "in")] if plain else []
    return [*listed, *(Filter("sku", sku) for sku in skus if "," in sku)]
