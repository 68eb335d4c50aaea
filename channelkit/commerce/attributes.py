"""Labels of select attributes: a product names its colour by number, a person reads the word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from channelkit.commerce.client import Commerce, items_of
from channelkit.commerce.criteria import Filter, search_criteria
from channelkit.commerce.operations import LIST_ATTRIBUTES
from channelkit.errors import RefusedError

PAGE = 100


@dataclass(frozen=True)
class Labels:
    """The words for option numbers, attribute by attribute."""

    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def word(self, code: str, value: Any) -> Any:
        """Return a value as a person reads it; a value that is no known option stays as it is.

        >>> labels = Labels({"color": {"4": "Blue", "5": "Red"}})
        >>> labels.word("color", "5"), labels.word("color", "4,5"), labels.word("brand", "Acme")
        ('Red', 'Blue, Red', 'Acme')
        """
        known = self.options.get(code)
        if not known or value is None or isinstance(value, list):
            return value
        parts = str(value).split(",")
        return ", ".join(known.get(part, part) for part in parts)


def read_labels(commerce: Commerce) -> Labels:
    """Read the options of all select and multiselect attributes."""
    options: dict[str, dict[str, str]] = {}
    page, seen = 1, 0
    while True:
        size = commerce.page_size.within(PAGE)
        query = search_criteria(
            [[Filter("frontend_input", "select,multiselect", "in")]],
            page_size=size,
            page=page,
            order="attribute_id",
            fields="items[attribute_code,options[label,value]],total_count",
        )
        try:
            body = commerce.call(LIST_ATTRIBUTES, query)
        except RefusedError as error:
            commerce.page_size.learn(error, size)
            # Pages of another size have other numbers.
            page, seen = 1, 0
            continue
        items = items_of(body, LIST_ATTRIBUTES)
        for item in items:
            found = {str(option["value"]): str(option["label"]) for option in item.get("options") or ()}
            options[str(item["attribute_code"])] = {value: label for value, label in found.items() if value}
        seen, page = seen + len(items), page + 1
        # Older versions repeat the last page for ever.
        if not items or seen >= int(body.get("total_count") or 0):
            return Labels(options)
