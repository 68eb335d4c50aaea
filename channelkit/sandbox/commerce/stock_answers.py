"""What is answered about sources, stocks and source items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from channelkit.sandbox.commerce.call import Call, number
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.search import find_rows, results, values
from channelkit.sandbox.commerce.stock import COMPOSITE, Source, Stock, in_units


def list_sources(call: Call) -> Any:
    """Answer ``GET inventory/sources``."""
    criteria = read_criteria(call, required=False)
    rows = [_source(each) for each in call.state.inventory.sources.values()]
    return results(find_rows(rows, criteria), criteria)


def show_source(call: Call) -> Any:
    """Answer ``GET inventory/sources/:sourceCode``."""
    source = call.state.inventory.sources.get(call.path["sourceCode"])
    if source is None:
        raise Refusal(404, 'Source with code "%value" does not exist.', {"value": call.path["sourceCode"]})
    return _source(source)


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
    return _stock(channel_stock(call, call.path["type"], call.path["code"]))


def list_items(call: Call) -> Any:
    """Answer ``GET inventory/source-items``; a filter on the SKU finds its items without walking through all."""
    criteria = read_criteria(call)
    skus: list[str] | None = None
    for group in criteria.groups:
        if skus is None and all(each.field == "sku" and each.condition in {"eq", "in"} for each in group):
            skus = list(dict.fromkeys(sku.lower() for each in group for sku in values(each)))
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


def _source(source: Source) -> dict[str, Any]:
    return {
        "source_code": source.code,
        "name": source.name,
        "enabled": source.enabled,
        "country_id": source.country,
        "postcode": source.postcode,
        "use_default_carrier_config": True,
        "carrier_links": [],
    }


def _stock(stock: Stock) -> dict[str, Any]:
    channels = [{"type": "website", "code": code} for code in stock.websites]
    return {"stock_id": stock.id, "name": stock.name, "extension_attributes": {"sales_channels": channels}}


def channel_stock(call: Call, kind: str, code: str) -> Stock:
    """Return the stock of a sales channel; websites are the only kind there is.

    Raises:
        Refusal: there is no such channel, or it sells from no stock.
    """
    if kind != "website":
        raise no_entity("type", kind)
    return call.state.inventory.stock_of(code)
