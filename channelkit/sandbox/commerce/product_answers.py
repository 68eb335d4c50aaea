"""What is answered about products, and what happens when they are written."""

from __future__ import annotations

import re
from typing import Any

from channelkit.sandbox.commerce.attribute_sets import AttributeSet
from channelkit.sandbox.commerce.call import Call, invalid_type, number
from channelkit.sandbox.commerce.catalog import ENABLED, Product
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.product_documents import full_document, product_document, stock_item
from channelkit.sandbox.commerce.product_values import empty, read_values
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.search import Found, find_products, results
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.commerce.stores import ADMIN

LONGEST_SKU = 64
"""Characters that the database keeps of a SKU."""

_NO_SLUG = re.compile(r"[^a-z0-9]+")


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
        raise empty("SKU")
    state = call.state
    if not call.is_queued:
        call.check_length(record.get("custom_attributes"), "Magento\\Framework\\Api\\AttributeInterface[]")
    product = state.catalog.find(sku)
    values = read_values(state, record, _check(state, record, product), product)
    if product is None:
        product = _create(state, sku.strip(), record, values, call.store_id)
    _change(state, product, record, values, call.store_id)
    state.catalog.touch(product, state.clock.now())
    return full_document(state, product, call.store_id)


def delete_product(call: Call) -> Any:
    """Answer ``DELETE products/:sku``."""
    call.state.remove_product(call.path["sku"])
    return True


def _create(state: CommerceState, sku: str, record: dict[str, Any], values: dict[str, Any], store_id: int) -> Product:
    if not record.get("name"):
        raise empty("Product Name")
    if record.get("price") is None and record.get("type_id", "simple") not in {"configurable", "bundle", "grouped"}:
        raise empty("Price")
    if len(sku) > LONGEST_SKU:
        raise Refusal(400, "SKU length should be %1 characters maximum.", [str(LONGEST_SKU)])
    address = _address(state, record, values)
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
    if address:
        values["url_key"] = address
        state.addresses[address] = sku
    state.catalog.add(product)
    return product


def _address(state: CommerceState, record: dict[str, Any], values: dict[str, Any]) -> str:
    """Return a new product's address in the shop, made of its name unless it brings one.

    Raises:
        Refusal: another product that was made through the interface has that address.
    """
    wanted = _NO_SLUG.sub("-", str(values.get("url_key") or record["name"]).lower()).strip("-")
    if state.catalog.find(state.addresses.get(wanted, "")) is not None:
        raise Refusal(400, "URL key for specified store already exists.")
    return wanted


def _check(state: CommerceState, record: dict[str, Any], product: Product | None) -> AttributeSet:
    """Return the attribute set that a product has, or is to have.

    Raises:
        Refusal: the record names a set or a website that there is not.
    """
    number_of_set = record.get("attribute_set_id", product.attribute_set_id if product else 4)
    found = state.attributes.sets.find(number_of_set)
    if found is None:
        raise no_entity("id", number_of_set)
    known = {website.id for website in state.stores.websites[1:]}
    for each in (record.get("extension_attributes") or {}).get("website_ids", ()):
        if each not in known:
            raise no_entity("id", each)
    return found


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


def _write_stock(state: CommerceState, product: Product, item: dict[str, Any]) -> None:
    """Write the old stock item: it reaches the source ``default`` only."""
    if "manage_stock" in item:
        product.manage_stock = bool(item["manage_stock"])
    if "min_qty" in item:
        product.min_quantity = int(item["min_qty"])
    if "qty" in item:
        status = item.get("is_in_stock")
        state.inventory.set(product.sku, "default", number(item["qty"]), None if status is None else int(bool(status)))
