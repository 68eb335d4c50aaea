"""Every address of the REST interface that this Commerce knows: operation, method, path, ACL resource, answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from channelkit.sandbox.commerce import (
    attribute_answers,
    bulk_answers,
    category_answers,
    price_answers,
    product_answers,
    salable_answers,
    set_answers,
    stock_answers,
    store_answers,
)
from channelkit.sandbox.commerce.call import Call
from channelkit.sandbox.commerce.refusal import no_route
from channelkit.sandbox.commerce.sales_routes import SALES_ROWS

Handler = Callable[[Call], Any]

_CATALOG = "Magento_Catalog::products"
_ATTRIBUTES = "Magento_Catalog::attributes_attributes"
_SETS = "Magento_Catalog::sets"
_CATEGORIES = "Magento_Catalog::categories"
_BULKS = "Magento_Logging::system_magento_logging_bulk_operations"
_STORES = "Magento_Backend::store"
_SOURCES = "Magento_InventoryApi::source"
_STOCKS = "Magento_InventoryApi::stock"
_SALES_STOCK = "Magento_InventorySalesApi::stock"


@dataclass(frozen=True)
class Route:
    """One operation; a part of the path in braces is a parameter."""

    operation: str
    method: str
    path: str
    resource: str
    handler: Handler
    status: int = 200


_ROWS: tuple[tuple[str, str, str, str, Handler], ...] = (
    ("GetV1Products", "GET", "products", _CATALOG, product_answers.list_products),
    ("PostV1Products", "POST", "products", _CATALOG, product_answers.save_product),
    ("GetV1ProductsSku", "GET", "products/{sku}", _CATALOG, product_answers.show_product),
    ("PutV1ProductsSku", "PUT", "products/{sku}", _CATALOG, product_answers.save_product),
    ("DeleteV1ProductsSku", "DELETE", "products/{sku}", _CATALOG, product_answers.delete_product),
    (
        "GetV1StockItemsProductSku",
        "GET",
        "stockItems/{productSku}",
        "Magento_CatalogInventory::cataloginventory",
        product_answers.show_stock_item,
    ),
    ("PostV1ProductsBaseprices", "POST", "products/base-prices", _CATALOG, price_answers.save_base_prices),
    (
        "PostV1ProductsBasepricesinformation",
        "POST",
        "products/base-prices-information",
        _CATALOG,
        price_answers.show_base_prices,
    ),
    ("GetV1CategoriesList", "GET", "categories/list", _CATEGORIES, category_answers.list_categories),
    ("GetV1ProductsAttributes", "GET", "products/attributes", _ATTRIBUTES, attribute_answers.list_attributes),
    ("PostV1ProductsAttributes", "POST", "products/attributes", _ATTRIBUTES, attribute_answers.add_attribute),
    (
        "GetV1ProductsAttributesAttributeCode",
        "GET",
        "products/attributes/{attributeCode}",
        _ATTRIBUTES,
        attribute_answers.show_attribute,
    ),
    (
        "GetV1ProductsAttributesAttributeCodeOptions",
        "GET",
        "products/attributes/{attributeCode}/options",
        _ATTRIBUTES,
        attribute_answers.list_options,
    ),
    (
        "PostV1ProductsAttributesAttributeCodeOptions",
        "POST",
        "products/attributes/{attributeCode}/options",
        _ATTRIBUTES,
        attribute_answers.add_option,
    ),
    ("GetV1ProductsAttributesetsSetsList", "GET", "products/attribute-sets/sets/list", _SETS, set_answers.list_sets),
    ("GetV1EavAttributesetsList", "GET", "eav/attribute-sets/list", _SETS, set_answers.list_sets),
    ("PostV1ProductsAttributesets", "POST", "products/attribute-sets", _SETS, set_answers.add_set),
    (
        "GetV1ProductsAttributesetsAttributeSetId",
        "GET",
        "products/attribute-sets/{attributeSetId}",
        _SETS,
        set_answers.show_set,
    ),
    (
        "GetV1ProductsAttributesetsGroupsList",
        "GET",
        "products/attribute-sets/groups/list",
        _SETS,
        set_answers.list_groups,
    ),
    (
        "GetV1ProductsAttributesetsAttributeSetIdAttributes",
        "GET",
        "products/attribute-sets/{attributeSetId}/attributes",
        _SETS,
        set_answers.list_set_attributes,
    ),
    (
        "PostV1ProductsAttributesetsAttributes",
        "POST",
        "products/attribute-sets/attributes",
        _SETS,
        set_answers.attach_attribute,
    ),
    ("GetV1BulkBulkUuidStatus", "GET", "bulk/{bulkUuid}/status", _BULKS, bulk_answers.show_bulk),
    ("GetV1BulkBulkUuidDetailedstatus", "GET", "bulk/{bulkUuid}/detailed-status", _BULKS, bulk_answers.show_details),
    (
        "GetV1BulkBulkUuidOperationstatusStatus",
        "GET",
        "bulk/{bulkUuid}/operation-status/{status}",
        _BULKS,
        bulk_answers.count_operations,
    ),
    ("GetV1StoreWebsites", "GET", "store/websites", _STORES, store_answers.list_websites),
    ("GetV1StoreStoreGroups", "GET", "store/storeGroups", _STORES, store_answers.list_groups),
    ("GetV1StoreStoreViews", "GET", "store/storeViews", _STORES, store_answers.list_views),
    ("GetV1StoreStoreConfigs", "GET", "store/storeConfigs", _STORES, store_answers.list_configs),
    ("GetV1Modules", "GET", "modules", "Magento_Backend::admin", store_answers.list_modules),
    ("GetV1InventorySources", "GET", "inventory/sources", _SOURCES, stock_answers.list_sources),
    ("GetV1InventorySourcesSourceCode", "GET", "inventory/sources/{sourceCode}", _SOURCES, stock_answers.show_source),
    ("GetV1InventoryStocks", "GET", "inventory/stocks", _STOCKS, stock_answers.list_stocks),
    ("GetV1InventoryStocksourcelinks", "GET", "inventory/stock-source-links", _STOCKS, stock_answers.list_links),
    (
        "GetV1InventoryStockresolverTypeCode",
        "GET",
        "inventory/stock-resolver/{type}/{code}",
        _STOCKS,
        stock_answers.resolve_stock,
    ),
    ("GetV1InventorySourceitems", "GET", "inventory/source-items", _SOURCES, stock_answers.list_items),
    ("PostV1InventorySourceitems", "POST", "inventory/source-items", _SOURCES, stock_answers.save_items),
    ("PostV1InventorySourceitemsdelete", "POST", "inventory/source-items-delete", _SOURCES, stock_answers.delete_items),
    (
        "GetV1InventoryGetproductsalablequantitySkuStockId",
        "GET",
        "inventory/get-product-salable-quantity/{sku}/{stockId}",
        _SALES_STOCK,
        salable_answers.show_salable,
    ),
    (
        "GetV1InventoryIsproductsalableSkuStockId",
        "GET",
        "inventory/is-product-salable/{sku}/{stockId}",
        _SALES_STOCK,
        salable_answers.is_salable,
    ),
    (
        "GetV1InventoryIsproductsalableforrequestedqtySkuStockIdRequestedQty",
        "GET",
        "inventory/is-product-salable-for-requested-qty/{sku}/{stockId}/{requestedQty}",
        _SALES_STOCK,
        salable_answers.is_enough,
    ),
    (
        "GetV1InventoryAreproductssalable",
        "GET",
        "inventory/are-products-salable",
        _SALES_STOCK,
        salable_answers.are_salable,
    ),
    (
        "GetV1InventoryExportstocksalableqtySalesChannelTypeSalesChannelCode",
        "GET",
        "inventory/export-stock-salable-qty/{salesChannelType}/{salesChannelCode}",
        _SALES_STOCK,
        salable_answers.export_salable,
    ),
    (
        "GetV1InventoryDumpstockindexdataSalesChannelTypeSalesChannelCode",
        "GET",
        "inventory/dump-stock-index-data/{salesChannelType}/{salesChannelCode}",
        _SALES_STOCK,
        salable_answers.dump_index,
    ),
)
_QUEUED: tuple[tuple[str, str, str, str, Handler], ...] = (
    ("bulkPutV1ProductsSku", "PUT", "async/bulk/products/bySku", _CATALOG, bulk_answers.queue_products),
    ("bulkPostV1Products", "POST", "async/bulk/products", _CATALOG, bulk_answers.queue_products),
)
ACCEPTED = 202
ROUTES = (*(Route(*row) for row in (*_ROWS, *SALES_ROWS)), *(Route(*row, ACCEPTED) for row in _QUEUED))


def _index() -> dict[tuple[str, int], list[tuple[list[str], Route]]]:
    """Return the routes by method and number of parts; those with fewer parameters first."""
    index: dict[tuple[str, int], list[tuple[list[str], Route]]] = {}
    for route in sorted(ROUTES, key=lambda each: each.path.count("{")):
        parts = route.path.split("/")
        index.setdefault((route.method, len(parts)), []).append((parts, route))
    return index


_INDEX = _index()


def find_route(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """Return the route that a path after ``V1/`` takes, and its parameters.

    Arguments:
        path: still encoded, so that a SKU keeps its slash.

    Raises:
        Refusal: there is no such address.

    >>> route, path = find_route("GET", "products/A%2FB")
    >>> route.operation, path["sku"]
    ('GetV1ProductsSku', 'A/B')
    """
    given = path.strip("/").split("/")
    for parts, route in _INDEX.get((method, len(given)), ()):
        found = {}
        for part, value in zip(parts, given, strict=True):
            if part.startswith("{"):
                found[part[1:-1]] = unquote(value)
            elif part != value:
                break
        else:
            return route, found
    raise no_route()
