"""What is answered about product attributes, their options and their sets."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.attributes import BACKENDS, Attribute
from channelkit.sandbox.commerce.call import Call
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.search import find_rows, results
from channelkit.sandbox.commerce.stores import ADMIN

ENTITY_TYPE = 4
"""Magento's number for products among the things that have attributes."""

_REQUIRED = ("attribute_code", "frontend_input", "entity_type_id", "is_required", "frontend_labels")


def list_attributes(call: Call) -> Any:
    """Answer ``GET products/attributes``."""
    criteria = read_criteria(call)
    rows = [_document(attribute, call.store_id) for attribute in call.state.attributes.by_code.values()]
    return results(find_rows(rows, criteria, ("attribute_id",)), criteria)


def show_attribute(call: Call) -> Any:
    """Answer ``GET products/attributes/:attributeCode``; its number serves as well as its code."""
    return _document(_attribute(call), call.store_id)


def list_options(call: Call) -> Any:
    """Answer ``GET products/attributes/:attributeCode/options``: an empty first choice, as Magento gives it."""
    return _options(_attribute(call), call.store_id)


def add_attribute(call: Call) -> Any:
    """Answer ``POST products/attributes``."""
    record = call.field("attribute")
    for name in _REQUIRED:
        if record.get(name) is None:
            raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})
    code = str(record["attribute_code"])
    if code in call.state.attributes.by_code:
        raise Refusal(400, "An attribute with this code already exists. Use another code and try again.")
    if record["frontend_input"] not in BACKENDS:
        raise Refusal(
            400, 'Invalid value of "%1" provided for the %2 field.', [record["frontend_input"], "frontend_input"]
        )
    labels = {label.get("store_id", ADMIN): label.get("label", "") for label in record["frontend_labels"]}
    attribute = call.state.attributes.add(
        code,
        str(record.get("default_frontend_label") or labels.get(ADMIN) or next(iter(labels.values()), code)),
        str(record["frontend_input"]),
        scope=record.get("scope", "store"),
        required=bool(record["is_required"]),
    )
    attribute.options.clear()
    for option in record.get("options") or ():
        if str(option.get("label", "")).strip():
            _add_option(call, attribute, option)
    return _document(attribute, call.store_id)


def add_option(call: Call) -> Any:
    """Answer ``POST products/attributes/:attributeCode/options`` with ``id_`` and the new number."""
    attribute = _attribute(call)
    record = call.field("option")
    if not attribute.has_options:
        raise Refusal(400, 'The "%1" attribute doesn\'t work with options.', [attribute.code])
    label = str(record.get("label") or "").strip()
    if not label:
        raise Refusal(400, "The attribute option label is empty. Enter the value and try again.")
    if any(option.label == label for option in attribute.options):
        raise Refusal(400, 'Admin store attribute option label "%1" is already exists.', [label])
    return f"id_{_add_option(call, attribute, record)}"


def list_sets(call: Call) -> Any:
    """Answer ``GET products/attribute-sets/sets/list`` and ``GET eav/attribute-sets/list``."""
    criteria = read_criteria(call)
    rows = [
        {
            "attribute_set_id": each.id,
            "attribute_set_name": each.name,
            "sort_order": each.sort_order,
            "entity_type_id": ENTITY_TYPE,
        }
        for each in call.state.attributes.sets
    ]
    # Filters name the type of entity by its code there; the answer shows its number.
    searched = [row | {"entity_type_code": "catalog_product"} for row in rows]
    found = find_rows(searched, criteria, ("attribute_set_id", "entity_type_id"))
    found.items = [{name: row[name] for name in rows[0]} for row in found.items]
    return results(found, criteria)


def _attribute(call: Call) -> Attribute:
    name = call.path["attributeCode"]
    found = call.state.attributes.by_code.get(name)
    if found is None and name.isdecimal():
        found = next((each for each in call.state.attributes.by_code.values() if each.id == int(name)), None)
    if found is None:
        raise Refusal(
            404,
            'The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try again.',
            [name],
        )
    return found


def _add_option(call: Call, attribute: Attribute, record: dict[str, Any]) -> int:
    option = call.state.attributes.add_option(
        attribute,
        str(record["label"]).strip(),
        sort_order=int(record.get("sort_order") or 0),
        is_default=bool(record.get("is_default")),
    )
    for label in record.get("store_labels") or ():
        if label["store_id"] not in range(len(call.state.stores.views)):
            raise no_entity("store_id", label["store_id"])
        option.labels[label["store_id"]] = label["label"]
    return option.id


def _options(attribute: Attribute, store_id: int) -> list[dict[str, Any]]:
    if not attribute.has_options:
        return []
    first = [] if attribute.input == "boolean" or not attribute.user_defined else [{"label": " ", "value": ""}]
    chosen = sorted(attribute.options, key=lambda option: option.sort_order)
    return first + [{"label": option.labels.get(store_id, option.label), "value": str(option.id)} for option in chosen]


def _document(attribute: Attribute, store_id: int) -> dict[str, Any]:
    return {
        "is_wysiwyg_enabled": False,
        "is_html_allowed_on_front": False,
        "used_for_sort_by": False,
        "is_filterable": False,
        "is_filterable_in_search": False,
        "is_used_in_grid": False,
        "is_visible_in_grid": False,
        "is_filterable_in_grid": False,
        "position": 0,
        "apply_to": [],
        "is_searchable": "0",
        "is_visible_in_advanced_search": "0",
        "is_comparable": "0",
        "is_used_for_promo_rules": "1" if attribute.user_defined else "0",
        "is_visible_on_front": "0",
        "used_in_product_listing": "0",
        "is_visible": True,
        "scope": attribute.scope,
        "attribute_id": attribute.id,
        "attribute_code": attribute.code,
        "frontend_input": attribute.input,
        "entity_type_id": str(ENTITY_TYPE),
        "is_required": attribute.required,
        "options": _options(attribute, store_id),
        "is_user_defined": attribute.user_defined,
        "default_frontend_label": attribute.label,
        "frontend_labels": [],
        "backend_type": "static" if attribute.code == "sku" else BACKENDS[attribute.input],
        "is_unique": "1" if attribute.code == "sku" else "0",
        "validation_rules": [],
    }
