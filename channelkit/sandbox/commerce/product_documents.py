"""Products as the wire shows them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from channelkit.sandbox.commerce.attributes import FIELDS
from channelkit.sandbox.commerce.catalog import Product
from channelkit.sandbox.commerce.dates import clock_time
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.commerce.stock import in_units

_FIELDS = frozenset(FIELDS)
_ALWAYS = (
    {"attribute_code": "options_container", "value": "container2"},
    {"attribute_code": "required_options", "value": "0"},
    {"attribute_code": "has_options", "value": "0"},
)


def product_document(product: Product, store_id: int) -> dict[str, Any]:
    """Return a product as a list shows it, with the values of one store view.

    Attributes without a value are left out, select values are option numbers as text, and ``category_ids`` is a
    list of texts, all as Magento does it.
    """
    values = product.values
    if product.scoped is not None and store_id in product.scoped:
        values = values | product.scoped[store_id]
    document: dict[str, Any] = {
        "id": product.entity_id,
        "sku": product.sku,
        "name": values.get("name"),
        "attribute_set_id": product.attribute_set_id,
    }
    if values.get("price") is not None:
        document["price"] = values["price"]
    document |= {
        "status": values["status"],
        "visibility": values["visibility"],
        "type_id": product.type_id,
        "created_at": clock_time(product.created_at),
        "updated_at": clock_time(product.updated_at),
    }
    if values.get("weight") is not None:
        document["weight"] = values["weight"]
    extension: dict[str, Any] = {"website_ids": product.website_ids}
    if product.category_ids:
        extension["category_links"] = [{"position": 0, "category_id": str(number)} for number in product.category_ids]
    if product.type_id == "configurable":
        extension["configurable_product_links"] = product.children
    attributes: list[dict[str, Any]] = [
        {"attribute_code": code, "value": _wire(value)}
        for code, value in values.items()
        if value is not None and code not in _FIELDS
    ]
    attributes += _ALWAYS
    if product.category_ids:
        attributes.append({"attribute_code": "category_ids", "value": [str(each) for each in product.category_ids]})
    document |= {
        "extension_attributes": extension,
        "product_links": [],
        "options": [],
        "media_gallery_entries": [],
        "tier_prices": [],
        "custom_attributes": attributes,
    }
    return document


def full_document(state: CommerceState, product: Product, store_id: int) -> dict[str, Any]:
    """Return a product as its own address shows it: as in a list, with its stock item."""
    document = product_document(product, store_id)
    document["extension_attributes"]["stock_item"] = stock_item(state, product)
    return document


def stock_item(state: CommerceState, product: Product) -> dict[str, Any]:
    """Return the stock item of the time before sources: it knows only the source named ``default``."""
    quantity, status = state.inventory.items["default"].get(product.sku.lower(), (0, 0))
    return {
        "item_id": product.entity_id,
        "product_id": product.entity_id,
        "stock_id": 1,
        "qty": in_units(quantity),
        "is_in_stock": bool(status),
        "is_qty_decimal": False,
        "show_default_notification_message": False,
        "use_config_min_qty": product.min_quantity == 0,
        "min_qty": product.min_quantity,
        "use_config_min_sale_qty": 1,
        "min_sale_qty": 1,
        "use_config_max_sale_qty": True,
        "max_sale_qty": 10000,
        "use_config_backorders": True,
        "backorders": 0,
        "use_config_notify_stock_qty": True,
        "notify_stock_qty": 1,
        "use_config_qty_increments": True,
        "qty_increments": 0,
        "use_config_enable_qty_inc": True,
        "enable_qty_increments": False,
        "use_config_manage_stock": product.manage_stock,
        "manage_stock": product.manage_stock,
        "low_stock_date": None,
        "is_decimal_divided": False,
        "stock_status_changed_auto": 0,
    }


def _wire(value: object) -> object:
    """Return a custom attribute's value: decimals with the six places of the database, everything else as text."""
    if isinstance(value, Decimal):
        return f"{value:.6f}"
    if isinstance(value, (list, tuple)):
        return [str(each) for each in value]
    return str(value)
