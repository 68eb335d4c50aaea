"""What is answered about how much of a product can be sold."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.call import Call, number
from channelkit.sandbox.commerce.catalog import Product
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.search import Found, find_products, results
from channelkit.sandbox.commerce.stock import COMPOSITE, UNIT, Stock, in_units
from channelkit.sandbox.commerce.stock_answers import channel_stock
from channelkit.sandbox.commerce.stores import ADMIN


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
    stock = channel_stock(call, call.path["salesChannelType"], call.path["salesChannelCode"])
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
    stock = channel_stock(call, call.path["salesChannelType"], call.path["salesChannelCode"])
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
