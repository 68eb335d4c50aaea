"""Option labels: where a product has the number of a choice, people and Amazon want its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channelkit.commerce.client import Commerce
from channelkit.commerce.criteria import Filter
from channelkit.commerce.operations import LIST_ATTRIBUTES
from channelkit.commerce.pages import walk

Labels = Mapping[str, Mapping[str, str]]
"""Attribute code to option number to label."""

CHOICES = ("select", "multiselect")
_PAGE = 100
_FIELDS = ("attribute_id", "attribute_code", "frontend_input", "options")


def read_labels(commerce: Commerce, *, again: bool = False) -> Labels:
    """Return the labels of every attribute that offers choices; asked for once and then remembered.

    Arguments:
        again: ask even so, because a product has a choice that was not there before.
    """
    if commerce.memory.labels is None or again:
        groups = [[Filter("frontend_input", kind) for kind in CHOICES]]
        pages = walk(
            commerce,
            LIST_ATTRIBUTES,
            groups,
            number="attribute_id",
            item_number="attribute_id",
            fields=_FIELDS,
            page_size=_PAGE,
        )
        commerce.memory.labels = {str(each["attribute_code"]): _options(each) for page in pages for each in page}
    return commerce.memory.labels


def _options(attribute: Mapping[str, Any]) -> dict[str, str]:
    options = attribute.get("options") or ()
    # The empty first choice, and groups of choices, have no number of their own.
    return {
        str(option["value"]): str(option["label"])
        for option in options
        if isinstance(option.get("value"), (str, int)) and str(option["value"]) and option.get("label") is not None
    }


def spell_out(code: str, value: Any, labels: Labels) -> tuple[Any, bool]:
    """Return an attribute's value with labels for numbers, and whether every number was known.

    >>> spell_out("color", "5", {"color": {"5": "Red"}})
    ('Red', True)
    >>> spell_out("features", "7,8", {"features": {"7": "Light"}})
    (['Light', '8'], False)
    """
    choices = labels.get(code)
    if choices is None:
        return value, True
    numbers = value if isinstance(value, list) else str(value).split(",")
    known = [choices.get(str(number)) for number in numbers]
    spelt = [str(number) if label is None else label for number, label in zip(numbers, known, strict=True)]
    is_single = len(spelt) == 1 and not isinstance(value, list)
    return (spelt[0] if is_single else spelt), None not in known
