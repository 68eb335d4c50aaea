"""What is answered about sources, stocks, source items, and what can be sold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from channelkit.sandbox.commerce.call import Call, number
from channelkit.sandbox.commerce.catalog import Product
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.search import Found, find_products, find_rows, results
from channelkit.sandbox.commerce.stock import COMPOSITE, UNIT, Stock, in_units
from channelkit.sandbox.commerce.stores import ADMIN


def list_sources(call: Call) -> Any:
    """Answer ``GET inventory/sources``."""
    criteria = read_criteria(call, required=False)
    rows = [
        {
            "source_code": each.code,
            "name": each.name,
            "enabled": each.enabled,
            "country_id": each.country,
            "postcode": each.postcode,
            "use_default_carrier_config": True,
            "carrier_links": [],
        }
        for each in call.state.inventory.sources.values()
    ]
    return results(find_rows(rows, criteria), criteria)


def list_stocks(call: Call) -> Any:
    """Answer ``GET inventory/stocks``."""
    criteria = read_criteria(call, required=False)
    rows = [_stock(each) for each in call.state.inventory.stocks.values()]
    return results(find_rows(rows, criteria, ("stock_id",)), criteria)


def list_links(call: Call) -> Any:
    """Answer ``GET inventory/stock-source-links``."""
    criteria = read_criteria(call)
    rows = [
        {"stock_id": stock.id, "source_code": source, "priority": place}
        for stock in call.state.inventory.stocks.values()
        for place, source in enumerate(stock.sources, 1)
    ]
    return results(find_rows(rows, criteria, ("stock_id", "priority")), criteria)


def resolve_stock(call: Call) -> Any:
    """Answer ``GET inventory/stock-resolver/website/:code``."""
    return _stock(_channel_stock(call, call.path["type"], call.path["code"]))


def list_items(call: Call) -> Any:
    """Answer ``GET inventory/source-items``; a filter on the SKU finds its items without walking through all."""
    criteria = read_criteria(call)
    skus: list[str] | None = None
    for group in criteria.groups:
        if skus is None and all(each.field == "sku" and each.condition in {"eq", "in"} for each in group):
            named = [
                sku for each in group for sku in (each.value.split(",") if each.condition == "in" else [each.value])
            ]
            skus = list(dict.fromkeys(sku.lower() for sku in named))
    return results(find_rows(_items(call, skus), criteria, ("quantity", "status")), criteria)


def save_items(call: Call) -> Any:
    """Answer ``POST inventory/source-items``: absolute, all or nothing; products' ``updated_at`` stays."""
    state = call.state
    errors: list[dict[str, Any]] = []
    rows = call.records("sourceItems")
    for row in rows:
        sku, source, quantity = row.get("sku"), row.get("source_code"), row.get("quantity")
        if not sku or not isinstance(sku, str):
            errors.append({"message": '"%field" can not be empty.', "parameters": {"field": "sku"}})
        elif sku != sku.strip():
            errors.append(
                {"message": '"%field" can not contain leading or trailing spaces.', "parameters": {"field": "sku"}}
            )
        elif sku not in state.catalog:
            errors.append({"message": 'Product with SKU "%sku" does not exist', "parameters": {"sku": sku}})
        elif state.catalog.get(sku).type_id in COMPOSITE:
            errors.append({"message": 'Source items are not supported for SKU "%sku"', "parameters": {"sku": sku}})
        if source not in state.inventory.sources:
            errors.append({"message": 'Source with code "%code" does not exist.', "parameters": {"code": str(source)}})
        if quantity is None:
            errors.append({"message": '"%field" can not be empty.', "parameters": {"field": "quantity"}})
        if row.get("status") not in {0, 1}:
            errors.append({"message": '"%field" should be a known status.', "parameters": {"field": "status"}})
    if errors:
        raise Refusal(400, "Validation Failed", errors=errors)
    for row in rows:
        state.inventory.set(row["sku"], row["source_code"], number(row["quantity"]), row["status"])
    return []


def delete_items(call: Call) -> Any:
    """Answer ``POST inventory/source-items-delete``."""
    for row in call.records("sourceItems"):
        call.state.inventory.drop(str(row.get("sku")), str(row.get("source_code")))
    return []


def show_salable(call: Call) -> Any:
    """Answer ``GET inventory/get-product-salable-quantity/:sku/:stockId``."""
    product, stock = _product_and_stock(call)
    return in_units(call.state.inventory.available(product, stock))


def is_salable(call: Call) -> Any:
    """Answer ``GET inventory/is-product-salable/:sku/:stockId``."""
    product, stock = _product_and_stock(call)
    return call.state.inventory.is_salable(product, stock)


def is_enough(call: Call) -> Any:
    """Answer ``GET inventory/is-product-salable-for-requested-qty/:sku/:stockId/:requestedQty``."""
    product, stock = _product_and_stock(call)
    wanted = int(number(call.path["requestedQty"]) * UNIT)
    inventory = call.state.inventory
    if not product.manage_stock or 0 < wanted <= inventory.available(product, stock):
        return {"salable": True, "errors": []}
    error = {
        "code": "is_salable_with_reservations-not_enough_qty",
        "message": "The requested qty is not available",
    }
    return {"salable": False, "errors": [error]}


def are_salable(call: Call) -> Any:
    """Answer ``GET inventory/are-products-salable?skus[0]=…&stockId=…``; a SKU that nothing has is not salable."""
    query = dict(call.query)
    skus = [value for name, value in call.query if name.startswith("skus")]
    if not skus:
        raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "skus"})
    if not query.get("stockId", "").isdecimal():
        raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "stockId"})
    stock = _stock_by_id(call, int(query["stockId"]))
    rows = []
    for sku in skus:
        product = call.state.catalog.find(sku)
        salable = product is not None and call.state.inventory.is_salable(product, stock)
        rows.append({"sku": sku, "stock_id": stock.id, "salable": salable})
    return rows


def export_salable(call: Call) -> Any:
    """Answer ``GET inventory/export-stock-salable-qty/website/:code``.

    As in Magento: ``total_count`` counts the items of this page, SKUs that the stock does not know are dropped so that
    a page can be short without being the last, and a product whose stock is not managed has no quantity.
    """
    stock = _channel_stock(call, call.path["salesChannelType"], call.path["salesChannelCode"])
    criteria = read_criteria(call)
    inventory = call.state.inventory
    items = [
        {
            "sku": product.sku,
            "qty": in_units(inventory.available(product, stock)) if product.manage_stock else None,
            "is_salable": inventory.is_salable(product, stock),
        }
        for product in find_products(call.state, criteria, ADMIN).items
        if product.type_id not in COMPOSITE and inventory.is_assigned(product.sku, stock)
    ]
    return results(Found(items, len(items)), criteria)


def dump_index(call: Call) -> Any:
    """Answer ``GET inventory/dump-stock-index-data/website/:code``: everything at once, without reservations."""
    stock = _channel_stock(call, call.path["salesChannelType"], call.path["salesChannelCode"])
    inventory = call.state.inventory
    return [
        {
            "sku": product.sku,
            "qty": in_units(quantity := inventory.indexed(product.sku, stock)),
            "is_salable": quantity > product.min_quantity * UNIT or not product.manage_stock,
        }
        for product in call.state.catalog.walk()
        if inventory.is_assigned(product.sku, stock)
    ]


def _items(call: Call, skus: list[str] | None) -> Iterator[dict[str, Any]]:
    inventory = call.state.inventory
    products = (
        call.state.catalog.walk()
        if skus is None
        else (product for sku in skus if (product := call.state.catalog.find(sku)) is not None)
    )
    for product in products:
        for source, (quantity, status) in inventory.of(product.sku):
            yield {"sku": product.sku, "source_code": source, "quantity": in_units(quantity), "status": status}


def _stock(stock: Stock) -> dict[str, Any]:
    channels = [{"type": "website", "code": code} for code in stock.websites]
    return {"stock_id": stock.id, "name": stock.name, "extension_attributes": {"sales_channels": channels}}


def _channel_stock(call: Call, kind: str, code: str) -> Stock:
    if kind != "website":
        raise no_entity("type", kind)
    return call.state.inventory.stock_of(code)


def _stock_by_id(call: Call, stock_id: int) -> Stock:
    stock = call.state.inventory.stocks.get(stock_id)
    if stock is None:
        raise Refusal(404, 'Stock with id "%value" does not exist.', {"value": stock_id})
    return stock


def _product_and_stock(call: Call) -> tuple[Product, Stock]:
    product = call.state.catalog.get(call.path["sku"])
    stock = _stock_by_id(call, call.whole("stockId"))
    if product.type_id in COMPOSITE:
        raise Refusal(400, "Can't check requested quantity for products without Source Items support.")
    if not call.state.inventory.is_assigned(product.sku, stock):
        raise Refusal(400, "The requested sku is not assigned to given stock.")
    return product, stock
