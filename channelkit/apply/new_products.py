"""A product that is to be created, as the journal keeps it: one JSON document, and what Commerce is sent of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

ENABLED, DISABLED = 1, 2


class NewProduct(msgspec.Struct, frozen=True, kw_only=True):
    """What a new product gets; the SKU stands beside it.

    Arguments:
        price: exact, in the base currency of its websites.
        quantity: units; None where Amazon keeps the stock.
        source: code of the source that gets the quantity.
        websites, attribute_set, tax_class, categories: Commerce's numbers of them.
        visibility: 1 not visible, 2 catalog, 3 search, 4 both.
        attributes: code to value of what else it gets.
    """

    name: str
    price: str
    currency: str
    quantity: int | None
    source: str
    enabled: bool
    websites: tuple[int, ...]
    attribute_set: int
    visibility: int
    tax_class: int | None
    categories: tuple[int, ...]
    attributes: dict[str, str]


class Quantity(NamedTuple):
    """Units of a SKU in a source."""

    sku: str
    source: str
    quantity: int


def written(product: NewProduct) -> str:
    """Return a new product as the journal keeps it, always in the same order."""
    return json.dumps(msgspec.to_builtins(product), ensure_ascii=False, sort_keys=True)


def product_body(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Commerce is sent to create a product.

    Arguments:
        row: ``sku`` and ``after`` of a change whose action is create.
    """
    new = msgspec.json.decode(row["after"], type=NewProduct)
    custom = dict(new.attributes)
    if new.tax_class is not None:
        custom["tax_class_id"] = str(new.tax_class)
    links = [{"position": 0, "category_id": str(number)} for number in new.categories]
    extension: dict[str, Any] = {"website_ids": list(new.websites)}
    if links:
        extension["category_links"] = links
    return {
        "sku": row["sku"],
        "name": new.name,
        "price": Decimal(new.price),
        "type_id": "simple",
        "status": ENABLED if new.enabled else DISABLED,
        "visibility": new.visibility,
        "attribute_set_id": new.attribute_set,
        "extension_attributes": extension,
        "custom_attributes": [{"attribute_code": code, "value": value} for code, value in custom.items()],
    }


def quantity_of(row: Mapping[str, Any]) -> Quantity | None:
    """Return the units that a new product starts with; None where Amazon keeps them."""
    new = msgspec.json.decode(row["after"], type=NewProduct)
    return None if new.quantity is None else Quantity(row["sku"], new.source, new.quantity)
