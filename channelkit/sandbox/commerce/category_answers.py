"""What is answered about categories."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.call import Call
from channelkit.sandbox.commerce.categories import Category
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.dates import clock_time
from channelkit.sandbox.commerce.search import find_rows, results


def list_categories(call: Call) -> Any:
    """Answer ``GET categories/list``: flat; filters and orders name ``entity_id``, the answer ``id``."""
    criteria = read_criteria(call)
    rows = [_document(call, category) for category in call.state.categories.by_id.values()]
    searched = [row | {"entity_id": row["id"]} for row in rows]
    found = find_rows(searched, criteria, ("entity_id", "parent_id", "level", "position"))
    found.items = [{name: row[name] for name in rows[0]} for row in found.items]
    return results(found, criteria)


def _document(call: Call, category: Category) -> dict[str, Any]:
    return {
        "id": category.id,
        "parent_id": category.parent_id,
        "name": category.name,
        "is_active": True,
        "position": category.position,
        "level": category.level,
        "children": ",".join(str(child.id) for child in call.state.categories.children(category.id)),
        "created_at": clock_time(category.created_at),
        "updated_at": clock_time(category.created_at),
        "path": "/".join(map(str, category.path)),
        "available_sort_by": [],
        "include_in_menu": True,
        "custom_attributes": [{"attribute_code": "path", "value": "/".join(map(str, category.path))}],
    }
