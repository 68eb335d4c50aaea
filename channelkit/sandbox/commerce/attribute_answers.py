"""What is answered about product attributes and their options, and what happens when they are added."""

from __future__ import annotations

import re
from typing import Any

from channelkit.sandbox.commerce.attribute_documents import attribute_document, option_documents, read_flags
from channelkit.sandbox.commerce.attributes import BACKENDS, Attribute
from channelkit.sandbox.commerce.call import Call
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.search import find_rows, results
from channelkit.sandbox.commerce.stores import ADMIN

LONGEST_LABEL = 255
LONGEST_CODE = 60
"""Characters that the database keeps of each; a longer label is no label, and a longer code no code."""

_REQUIRED = ("attribute_code", "frontend_input", "entity_type_id", "is_required", "frontend_labels")
_UNFILTERABLE = {"date", "datetime", "text", "textarea"}
_CODE = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*\Z")
_SCOPES = ("global", "website", "store")


def list_attributes(call: Call) -> Any:
    """Answer ``GET products/attributes``."""
    criteria = read_criteria(call)
    rows = [attribute_document(attribute, call.store_id) for attribute in call.state.attributes.by_code.values()]
    return results(find_rows(rows, criteria, ("attribute_id",)), criteria)


def show_attribute(call: Call) -> Any:
    """Answer ``GET products/attributes/:attributeCode``; its number serves as well as its code."""
    return attribute_document(_attribute(call), call.store_id)


def list_options(call: Call) -> Any:
    """Answer ``GET products/attributes/:attributeCode/options``."""
    return option_documents(_attribute(call), call.store_id)


def add_attribute(call: Call) -> Any:
    """Answer ``POST products/attributes``; a new attribute is in no set yet."""
    record = call.field("attribute")
    for name in _REQUIRED:
        if record.get(name) is None:
            raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})
    code, kind = str(record["attribute_code"]), str(record["frontend_input"])
    if call.state.attributes.find(code) is not None:
        raise Refusal(400, "%1 already exists.", ["Attribute with the same code"])
    flags = read_flags(record)
    _check(code, kind, record, flags)
    labels = {label.get("store_id", ADMIN): label.get("label", "") for label in record["frontend_labels"]}
    attribute = call.state.attributes.add(
        code,
        str(record.get("default_frontend_label") or labels.get(ADMIN) or next(iter(labels.values()), code)),
        kind,
        scope=record.get("scope", "store"),
        required=bool(record["is_required"]),
        attached=False,
    )
    attribute.flags.update(flags)
    for option in record.get("options") or () if kind != "boolean" else ():
        if str(option.get("label", "")).strip():
            _add_option(call, attribute, option)
    return attribute_document(attribute, call.store_id)


def add_option(call: Call) -> Any:
    """Answer ``POST products/attributes/:attributeCode/options`` with ``id_`` and the new number.

    A label that equals another option's number counts as taken, too.
    """
    attribute = _attribute(call)
    record = call.field("option")
    if not attribute.has_options:
        raise Refusal(400, 'The "%1" attribute doesn\'t work with options.', [attribute.code])
    label = str(record.get("label") or "").strip()
    if not label:
        raise Refusal(400, "The attribute option label is empty. Enter the value and try again.")
    if any(option.label.lower() == label.lower() or str(option.id) == label for option in attribute.options):
        raise Refusal(400, 'Admin store attribute option label "%1" is already exists.', [label])
    if len(label) > LONGEST_LABEL:
        raise Refusal(400, 'The "%1" attribute can\'t be saved.', [attribute.code])
    return f"id_{_add_option(call, attribute, record)}"


def _check(code: str, kind: str, record: dict[str, Any], flags: dict[str, bool]) -> None:
    if not _CODE.match(code) or len(code) > LONGEST_CODE:
        raise _invalid("attribute_code", code)
    if kind not in BACKENDS:
        raise _invalid("frontend_input", kind)
    if record.get("scope", "store") not in _SCOPES:
        raise _invalid("scope", str(record["scope"]))
    for name in ("is_filterable", "is_filterable_in_search"):
        if flags.get(name) and kind in _UNFILTERABLE:
            raise _invalid(name, "1")


def _invalid(name: str, value: str) -> Refusal:
    message = 'Invalid value of "%value" provided for the %fieldName field.'
    return Refusal(400, message, {"fieldName": name, "value": value})


def _attribute(call: Call) -> Attribute:
    name = call.path["attributeCode"]
    found = call.state.attributes.find(name)
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
