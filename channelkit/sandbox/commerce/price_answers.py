"""Base prices: written in bulk, with the bad rows named in a 200."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.call import Call, number
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.stock import COMPOSITE


def save_base_prices(call: Call) -> Any:
    """Answer ``POST products/base-prices``: good rows are saved, bad ones come back; only ``[]`` is full success."""
    state = call.state
    failed = []
    for row in call.records("prices"):
        for name in ("price", "store_id", "sku"):
            if row.get(name) is None:
                raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})
        sku, store_id, price = str(row["sku"]), row["store_id"], number(row["price"])
        product = state.catalog.find(sku)
        if product is None or product.type_id in COMPOSITE:
            failed.append(_failure("SKU", sku))
        elif price < 0:
            failed.append(_failure("Price", str(row["price"])))
        elif not isinstance(store_id, int) or not 0 <= store_id < len(state.stores.views):
            failed.append(_failure("Store", str(store_id)))
        else:
            state.write(product, {"price": price}, store_id)
            state.catalog.touch(product, state.clock.now())
    return failed


def show_base_prices(call: Call) -> Any:
    """Answer ``POST products/base-prices-information``: a row for each scope that has a price of its own.

    Raises:
        Refusal: one of the SKUs is not there.
    """
    skus = call.field("skus")
    products = {sku: call.state.catalog.find(sku) for sku in skus}
    unknown = [sku for sku, product in products.items() if product is None]
    if unknown:
        raise Refusal(404, "Requested products don't exist: %sku", {"sku": ", ".join(unknown)})
    rows: list[dict[str, Any]] = []
    for product in products.values():
        assert product is not None
        if product.values.get("price") is not None:
            rows.append({"price": product.values["price"], "store_id": 0, "sku": product.sku})
        for store_id, override in sorted((product.scoped or {}).items()):
            if override.get("price") is not None:
                rows.append({"price": override["price"], "store_id": store_id, "sku": product.sku})
    return rows


def _failure(field: str, value: str) -> dict[str, Any]:
    return {"message": "Invalid attribute %fieldName = %fieldValue.", "parameters": [field, value]}
