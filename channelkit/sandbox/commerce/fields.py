"""The ``fields=`` parameter: which parts of an answer come back."""

from __future__ import annotations

from typing import Any

Wanted = dict[str, "Wanted"]
"""Names that come back, each with the names wanted inside it; empty means all of it."""


def read_fields(text: str) -> Wanted:
    """Return what a ``fields`` parameter asks for.

    >>> read_fields("items[sku,extension_attributes[website_ids]],total_count")
    {'items': {'sku': {}, 'extension_attributes': {'website_ids': {}}}, 'total_count': {}}
    """
    root: Wanted = {}
    stack = [root]
    name = ""
    for character in text + ",":
        if character in "[],":
            entry: Wanted = {}
            if name.strip():
                stack[-1][name.strip()] = entry
            if character == "[":
                stack.append(entry)
            elif character == "]" and len(stack) > 1:
                stack.pop()
            name = ""
        else:
            name += character
    return root


def trim(answer: Any, wanted: Wanted) -> Any:
    """Return an answer with only what is wanted; lists are trimmed item by item.

    >>> trim({"items": [{"sku": "A", "name": "Kettle"}], "total_count": 1}, read_fields("items[sku]"))
    {'items': [{'sku': 'A'}]}
    """
    if not wanted:
        return answer
    if isinstance(answer, list):
        return [trim(item, wanted) for item in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: trim(answer[name], inside) for name, inside in wanted.items() if name in answer}
