"""What is answered about products, and what happens when they are written."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.call import Call, invalid_type, number
from channelkit.sandbox.commerce.catalog import ENABLED, Product
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.product_documents import full_document, product_document, stock_item
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.search import Found, find_products, results
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.commerce.stores import ADMIN

_WHOLE = {"status": (1, 2), "visibility": (1, 2, 3, 4)}


def list_products(call: Call) -> Any:
    """Answer ``GET products``: the scope changes the values, not which products there are."""
    criteria = read_criteria(call)
    settings = call.state.settings
    found = find_products(call.state, criteria, call.store_id, repeats_last=settings.repeats_last_page)
    documents = [product_document(product, call.store_id) for product in found.items]
    return results(Found(documents, found.total), criteria)


def show_product(call: Call) -> Any:
    """Answer ``GET products/:sku``."""
    store_id = call.store_id
    for name, value in call.query:
        if name == "storeId" and value.isdecimal() and int(value) < len(call.state.stores.views):
            store_id = int(value)
    return full_document(call.state, call.state.catalog.get(call.path["sku"]), store_id)


def show_stock_item(call: Call) -> Any:
    """Answer ``GET stockItems/:productSku``, the stock of the time before sources."""
    return stock_item(call.state, call.state.catalog.get(call.path["productSku"]))


def save_product(call: Call) -> Any:
    """Answer ``POST products`` and ``PUT products/:sku``: both add or change, by SKU; what is not sent stays."""
    record = call.field("product")
    if not isinstance(record, dict):
        raise invalid_type(record, "product")
    sku = call.path.get("sku") or record.get("sku")
    if not isinstance(sku, str) or not sku.strip():
        raise _empty("SKU")
    state = call.state
    values = _check(state, record)
    product = state.catalog.find(sku)
    if product is None:
        product = _create(state, sku, record, call.store_id)
    _change(state, product, record, values, call.store_id)
    state.catalog.touch(product, state.clock.now())
    return full_document(state, product, call.store_id)


def delete_product(call: Call) -> Any:
    """Answer ``DELETE products/:sku``."""
    call.state.remove_product(call.path["sku"])
    return True


def _create(state: CommerceState, sku: str, record: dict[str, Any], store_id: int) -> Product:
    if not record.get("name"):
        raise _empty("Product Name")
    if record.get("price") is None and record.get("type_id", "simple") not in {"configurable", "bundle", "grouped"}:
        raise _empty("Price")
    # Under a store's code a new product joins that website only, under "all" every one.
    websites = [each.id for each in state.stores.websites[1:]]
    if store_id != ADMIN:
        websites = [state.stores.views[store_id].website_id]
    now = int(state.clock.now())
    product = Product(
        entity_id=state.catalog.next_id(),
        sku=sku,
        type_id=record.get("type_id", "simple"),
        attribute_set_id=4,
        website_ids=tuple(websites),
        created_at=now,
        updated_at=now,
        # A value first written under a store's code has to hold somewhere else too.
        values={"name": record["name"], "status": ENABLED, "visibility": 4},
    )
    if record.get("price") is not None:
        product.values["price"] = number(record["price"])
    state.catalog.add(product)
    return product


def _check(state: CommerceState, record: dict[str, Any]) -> dict[str, Any]:
    """Return the values that a record brings, before anything is written.

    Raises:
        Refusal: a value is not allowed, or the record names a set or a website that there is not.
    """
    if "attribute_set_id" in record and state.attributes.sets.find(record["attribute_set_id"]) is None:
        raise no_entity("id", record["attribute_set_id"])
    known = {website.id for website in state.stores.websites[1:]}
    for each in (record.get("extension_attributes") or {}).get("website_ids", ()):
        if each not in known:
            raise no_entity("id", each)
    return _values(state, record)


def _change(
    state: CommerceState, product: Product, record: dict[str, Any], values: dict[str, Any], store_id: int
) -> None:
    product.attribute_set_id = record.get("attribute_set_id", product.attribute_set_id)
    categories = values.pop("category_ids", None)
    if isinstance(categories, list):
        product.category_ids = tuple(int(each) for each in categories)
    state.write(product, values, store_id)
    extension = record.get("extension_attributes") or {}
    if "website_ids" in extension:
        product.website_ids = tuple(extension["website_ids"])
    if "category_links" in extension:
        product.category_ids = tuple(int(link["category_id"]) for link in extension["category_links"])
    if "stock_item" in extension:
        _write_stock(state, product, extension["stock_item"])


def _values(state: CommerceState, record: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("name", "price", "weight", "status", "visibility"):
        if record.get(name) is not None:
            values[name] = number(record[name]) if name in {"price", "weight"} else record[name]
    if "name" in values and not values["name"]:
        raise _empty("Product Name")
    for name, allowed in _WHOLE.items():
        if name in values and values[name] not in allowed:
            raise Refusal(400, 'Invalid value of "%1" provided for the %2 field.', [str(values[name]), name])
    if "price" in values and values["price"] < 0:
        raise Refusal(400, 'The value of attribute "%1" must be greater than or equal to 0', ["price"])
    for attribute in record.get("custom_attributes") or ():
        code, value = attribute.get("attribute_code"), attribute.get("value")
        if code in state.attributes.by_code:  # Magento drops what it does not know.
            if state.attributes.by_code[code].input in {"price", "weight"} and value not in {None, ""}:
                value = number(value)
            values[code] = None if value == "" else value
    return values


def _write_stock(state: CommerceState, product: Product, item: dict[str, Any]) -> None:
    """Write the old stock item: it reaches the source ``default`` only."""
    if "manage_stock" in item:
        product.manage_stock = bool(item["manage_stock"])
    if "min_qty" in item:
        product.min_quantity = int(item["min_qty"])
    if "qty" in item:
        status = item.get("is_in_stock")
        state.inventory.set(product.sku, "default", number(item["qty"]), None if status is None else int(bool(status)))


def _empty(label: str) -> Refusal:
    return Refusal(400, 'The "%1" attribute value is empty. Set the attribute and try again.', [label])
