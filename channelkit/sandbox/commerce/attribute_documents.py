"""Attributes as the wire shows them, and what is read from them there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channelkit.sandbox.commerce.attributes import BACKENDS, Attribute

ENTITY_TYPE = 4
"""Magento's number for products among the things that have attributes."""

_WORDS = (
    "is_wysiwyg_enabled",
    "is_html_allowed_on_front",
    "used_for_sort_by",
    "is_filterable",
    "is_filterable_in_search",
    "is_used_in_grid",
    "is_visible_in_grid",
    "is_filterable_in_grid",
)
_DIGITS = (
    "is_searchable",
    "is_visible_in_advanced_search",
    "is_comparable",
    "is_used_for_promo_rules",
    "is_visible_on_front",
    "used_in_product_listing",
    "is_unique",
)


def read_flags(record: Mapping[str, Any]) -> dict[str, bool]:
    """Return the flags that a record brings, as PHP reads them.

    >>> read_flags({"is_searchable": "1", "is_filterable": False, "is_unique": "0"})
    {'is_filterable': False, 'is_searchable': True, 'is_unique': False}
    """
    given = {name: record[name] for name in (*_WORDS, *_DIGITS) if record.get(name) is not None}
    return {name: str(value).lower() in {"1", "true"} for name, value in given.items()}


def attribute_document(attribute: Attribute, store_id: int) -> dict[str, Any]:
    """Return an attribute as a store view shows it: some flags are words, some are digits in quotes."""
    flags = attribute.flags
    return {
        **{name: flags.get(name, False) for name in _WORDS},
        **{name: "1" if flags.get(name) else "0" for name in _DIGITS},
        "position": 0,
        "apply_to": [],
        "is_visible": True,
        "scope": attribute.scope,
        "attribute_id": attribute.id,
        "attribute_code": attribute.code,
        "frontend_input": attribute.input,
        "entity_type_id": str(ENTITY_TYPE),
        "is_required": attribute.required,
        "options": option_documents(attribute, store_id),
        "is_user_defined": attribute.user_defined,
        "default_frontend_label": attribute.label,
        "frontend_labels": [],
        "backend_type": "static" if attribute.code == "sku" else BACKENDS[attribute.input],
        "validation_rules": [],
    }


def option_documents(attribute: Attribute, store_id: int) -> list[dict[str, Any]]:
    """Return an attribute's options as a store view shows them, after an empty first choice, as Magento gives it."""
    if not attribute.has_options:
        return []
    first = [] if attribute.input == "boolean" or not attribute.user_defined else [{"label": " ", "value": ""}]
    chosen = sorted(attribute.options, key=lambda option: option.sort_order)
    return first + [{"label": option.labels.get(store_id, option.label), "value": str(option.id)} for option in chosen]
