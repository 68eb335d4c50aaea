"""Values that are written to a product: what of them is taken, what is dropped, what is refused.

As Magento does it: an attribute that there is not, or that the product's set has not, is dropped without a word; an
option's number is not looked up; a word for a number is no number.
"""

from __future__ import annotations

import re
from typing import Any

from channelkit.sandbox.commerce.attribute_sets import AttributeSet
from channelkit.sandbox.commerce.attributes import BACKENDS, Attribute
from channelkit.sandbox.commerce.call import invalid_type, number
from channelkit.sandbox.commerce.catalog import Product
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.state import CommerceState

LONGEST_TEXT = 255
"""Characters that the database keeps of a line of text."""

_WHOLE = {"status": (1, 2), "visibility": (1, 2, 3, 4)}
_LEADING = re.compile(r"\s*[+-]?\d+")


def read_values(
    state: CommerceState, record: dict[str, Any], within: AttributeSet, product: Product | None
) -> dict[str, Any]:
    """Return the values that a record brings, before anything is written.

    Arguments:
        within: the attribute set that the product has, or is to have.
        product: the product as it is, None where it is to be made.

    Raises:
        Refusal: a value is not allowed.
    """
    values: dict[str, Any] = {}
    for name in ("name", "price", "weight", "status", "visibility"):
        if record.get(name) is not None:
            values[name] = number(record[name]) if name in {"price", "weight"} else record[name]
    if "name" in values and not values["name"]:
        raise empty("Product Name")
    for name, allowed in _WHOLE.items():
        if name in values and values[name] not in allowed:
            raise Refusal(400, 'Invalid value of "%1" provided for the %2 field.', [str(values[name]), name])
    if "price" in values and values["price"] < 0:
        raise Refusal(400, 'The value of attribute "%1" must be greater than or equal to 0', ["price"])
    for entry in record.get("custom_attributes") or ():
        attribute = state.attributes.by_code.get(entry.get("attribute_code"))
        if attribute is not None and attribute.code in within:
            values[attribute.code] = _stored(attribute, entry.get("value"))
    _check(state, values, within, product)
    return values


def empty(label: str) -> Refusal:
    """Return the answer for a value that has to be there."""
    return Refusal(400, 'The "%1" attribute value is empty. Set the attribute and try again.', [label])


def _stored(attribute: Attribute, value: Any) -> Any:
    """Return a value as the database keeps it."""
    if value is None or value == "":
        return None
    if attribute.code == "category_ids":
        return value
    if isinstance(value, dict):
        raise invalid_type(value, "string")
    if attribute.input == "multiselect":
        parts = value if isinstance(value, list) else str(value).split(",")
        return ",".join(str(part).strip() for part in parts if str(part).strip().isdecimal()) or None
    if isinstance(value, list):
        raise Refusal(500, "Internal Error. Details are available in Magento log file. Report ID: webapi-array")
    backend = BACKENDS[attribute.input]
    if backend == "decimal":
        return number(value)
    if backend == "int":
        digits = _LEADING.match(str(int(value) if isinstance(value, bool) else value))
        return str(int(digits[0])) if digits else "0"
    text = str(value)
    if backend == "varchar" and len(text) > LONGEST_TEXT:
        raise Refusal(400, "The product was unable to be saved. Please try again.")
    return text


def _check(state: CommerceState, values: dict[str, Any], within: AttributeSet, product: Product | None) -> None:
    for attribute in state.attributes.by_code.values():
        code = attribute.code
        if not attribute.user_defined or code not in within:
            continue
        if attribute.required:
            value = values.get(code) if code in values or product is None else product.values.get(code)
            if value is None:
                raise empty(attribute.label)
        if attribute.flags.get("is_unique") and values.get(code) is not None:
            wanted = str(values[code]).lower()
            for other in state.catalog.walk():
                if other is not product and str(other.values.get(code) or "").lower() == wanted:
                    message = 'The value of the "%1" attribute isn\'t unique. Set a unique value and try again.'
                    raise Refusal(400, message, [attribute.label])
