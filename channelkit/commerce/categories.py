"""Categories: their numbers, and their names from the root, as rules and people refer to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channelkit.commerce.client import Commerce
from channelkit.commerce.operations import LIST_CATEGORIES
from channelkit.commerce.paging import read_rows

SEPARATOR = " / "

_FIELDS = "items[id,parent_id,name,level,path],total_count"


@dataclass(frozen=True)
class Category:
    """One category.

    Arguments:
        parent: number of the category that it is in.
        path: the names from the root category of a store to this one, joined by `SEPARATOR`.
    """

    id: int
    name: str
    parent: int
    path: str


def list_categories(commerce: Commerce) -> list[Category]:
    """Return all categories, in the order of their paths; without the invisible one that holds all roots.

    Raises:
        RefusedError: Commerce has no such list.
        AuthError: the integration lacks the right to see categories.
    """
    rows = read_rows(commerce, LIST_CATEGORIES, order="entity_id", fields=_FIELDS)
    return categories_of(rows)


def categories_of(rows: Sequence[Mapping[str, Any]]) -> list[Category]:
    """Read categories as Commerce writes them.

    >>> rows = [{"id": 1, "parent_id": 0, "name": "Root Catalog", "level": 0, "path": "1"},
    ...         {"id": 2, "parent_id": 1, "name": "Default", "level": 1, "path": "1/2"},
    ...         {"id": 7, "parent_id": 2, "name": "Tea", "level": 2, "path": "1/2/7"}]
    >>> [category.path for category in categories_of(rows)]
    ['Default', 'Default / Tea']
    """
    names = {str(row["id"]): str(row.get("name") or row["id"]) for row in rows if int(row.get("level") or 0) > 0}
    found = [
        Category(
            int(row["id"]),
            names[str(row["id"])],
            int(row.get("parent_id") or 0),
            SEPARATOR.join(names[part] for part in str(row.get("path") or row["id"]).split("/") if part in names),
        )
        for row in rows
        if str(row["id"]) in names
    ]
    return sorted(found, key=lambda category: (category.path.casefold(), category.id))
