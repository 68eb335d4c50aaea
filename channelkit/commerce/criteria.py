"""``searchCriteria``, Commerce's way to ask for some rows: filters in groups, an order, a page size.

Filters inside a group are alternatives; groups must all hold. The page size is always sent, since without one Commerce
answers with everything (commerce-rest, "searchCriteria").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

Query = list[tuple[str, str]]

CHUNK = 100
LONGEST = 3_000
"""Characters of SKUs in one address, as they are written there; servers refuse addresses beyond some thousands."""


class Filter(NamedTuple):
    """One condition on one field; ``condition`` is Commerce's: eq, gt, gteq, in, like, …"""

    field: str
    value: str
    condition: str = "eq"


def search_criteria(
    groups: Sequence[Sequence[Filter]], *, page_size: int, page: int = 1, order: str = "", fields: str = ""
) -> Query:
    """Return the query's fields.

    Arguments:
        groups: all groups must hold; of a group's filters one must.
        order: the field to sort by, ascending; unsorted pages repeat rows and skip others.
        fields: what to answer with, for instance ``items[sku,name]``; empty for everything.

    >>> search_criteria([[Filter("entity_id", "7", "gt")]], page_size=2, order="entity_id")[:2]
    [('searchCriteria[filter_groups][0][filters][0][field]', 'entity_id'), \
('searchCriteria[filter_groups][0][filters][0][value]', '7')]
    """
    query: Query = []
    for number, group in enumerate(groups):
        for place, chosen in enumerate(group):
            start = f"searchCriteria[filter_groups][{number}][filters][{place}]"
            query += [(f"{start}[field]", chosen.field), (f"{start}[value]", chosen.value)]
            query.append((f"{start}[condition_type]", chosen.condition))
    if order:
        query += [("searchCriteria[sortOrders][0][field]", order), ("searchCriteria[sortOrders][0][direction]", "ASC")]
    query += [("searchCriteria[pageSize]", str(page_size)), ("searchCriteria[currentPage]", str(page))]
    return [*query, ("fields", fields)] if fields else query


def any_sku(skus: Sequence[str]) -> list[Filter]:
    """Return the alternatives that find these SKUs; a comma would break a list in two, so such a SKU stands alone.

    >>> any_sku(["A", "B", "C,D"])
    [Filter(field='sku', value='A,B', condition='in'), Filter(field='sku', value='C,D', condition='eq')]
    """
    plain = [sku for sku in skus if "," not in sku]
    alone = [Filter("sku", sku) for sku in skus if "," in sku]
    return [*([Filter("sku", ",".join(plain), "in")] if plain else []), *alone]


def chunk_skus(skus: Sequence[str], most: int = CHUNK) -> Iterator[list[str]]:
    """Yield SKUs in parts that one address can hold, in their order."""
    chunk: list[str] = []
    written = 0
    for sku in skus:
        length = address_length(sku)
        if chunk and (len(chunk) >= most or written + length > LONGEST):
            yield chunk
            chunk, written = [], 0
        chunk.append(sku)
        written += length
    if chunk:
        yield chunk


def address_length(sku: str) -> int:
    """Return the characters that a SKU takes in an address; one with a comma takes a filter of its own.

    >>> address_length("A B"), address_length("Ü")
    (8, 9)
    """
    return len(quote(sku, safe="")) + (240 if "," in sku else 3)
