"""The calls that channelkit makes of Commerce, as data.

Commerce publishes no rates. The ones here keep a five-minute cycle from crowding out the shop's own customers; the
bursts let a small catalog be read without a pause.
"""

from __future__ import annotations

from channelkit.model.calls import Operation

RATE, BURST = 20.0, 60

LIST_PRODUCTS = Operation("GetV1Products", "GET", "{scope}/V1/products", RATE, BURST)
LIST_ATTRIBUTES = Operation("GetV1ProductsAttributes", "GET", "{scope}/V1/products/attributes", RATE, BURST)
READ_ATTRIBUTE = Operation(
    "GetV1ProductsAttributesAttributeCode", "GET", "{scope}/V1/products/attributes/{code}", RATE, BURST
)
# Whoever creates without a look makes a second one, so these are never sent again unseen.
CREATE_ATTRIBUTE = Operation(
    "PostV1ProductsAttributes", "POST", "{scope}/V1/products/attributes", RATE, BURST, repeatable=False
)
LIST_OPTIONS = Operation(
    "GetV1ProductsAttributesAttributeCodeOptions",
    "GET",
    "{scope}/V1/products/attributes/{code}/options",
    RATE,
    BURST,
)
LIST_CATEGORIES = Operation("GetV1CategoriesList", "GET", "{scope}/V1/categories/list", RATE, BURST)
ADD_OPTION = Operation(
    "PostV1ProductsAttributesAttributeCodeOptions",
    "POST",
    "{scope}/V1/products/attributes/{code}/options",
    RATE,
    BURST,
    repeatable=False,
)
LIST_SETS = Operation(
    "GetV1ProductsAttributesetsSetsList", "GET", "{scope}/V1/products/attribute-sets/sets/list", RATE, BURST
)
LIST_GROUPS = Operation(
    "GetV1ProductsAttributesetsGroupsList", "GET", "{scope}/V1/products/attribute-sets/groups/list", RATE, BURST
)
LIST_SET_ATTRIBUTES = Operation(
    "GetV1ProductsAttributesetsAttributeSetIdAttributes",
    "GET",
    "{scope}/V1/products/attribute-sets/{set_id}/attributes",
    RATE,
    BURST,
)
# Attaching an attribute to where it is already changes nothing.
ATTACH_ATTRIBUTE = Operation(
    "PostV1ProductsAttributesetsAttributes", "POST", "{scope}/V1/products/attribute-sets/attributes", RATE, BURST
)
# Values are absolute, so that writing them twice is writing them once.
SAVE_PRODUCT = Operation("PutV1ProductsSku", "PUT", "{scope}/V1/products/{sku}", RATE, BURST)
SAVE_UNADDRESSED = Operation("PostV1Products", "POST", "{scope}/V1/products", RATE, BURST)
CREATE_PRODUCT = Operation("PostV1Products", "POST", "{scope}/V1/products", RATE, BURST, repeatable=False)
QUEUE_SAVES = Operation("bulkPutV1ProductsSku", "PUT", "{scope}/async/bulk/V1/products/bySku", RATE, BURST)
QUEUE_CREATIONS = Operation(
    "bulkPostV1Products", "POST", "{scope}/async/bulk/V1/products", RATE, BURST, repeatable=False
)
READ_BULK = Operation(
    "GetV1BulkBulkUuidDetailedstatus", "GET", "{scope}/V1/bulk/{bulk_id}/detailed-status", RATE, BURST
)
LIST_WEBSITES = Operation("GetV1StoreWebsites", "GET", "{scope}/V1/store/websites", RATE, BURST)
LIST_STORE_VIEWS = Operation("GetV1StoreStoreViews", "GET", "{scope}/V1/store/storeViews", RATE, BURST)
LIST_STORE_CONFIGS = Operation("GetV1StoreStoreConfigs", "GET", "{scope}/V1/store/storeConfigs", RATE, BURST)
LIST_MODULES = Operation("GetV1Modules", "GET", "{scope}/V1/modules", RATE, BURST)
EXPORT_SALABLE = Operation(
    "GetV1InventoryExportstocksalableqtySalesChannelTypeSalesChannelCode",
    "GET",
    "{scope}/V1/inventory/export-stock-salable-qty/website/{website}",
    RATE,
    BURST,
)
RESOLVE_STOCK = Operation(
    "GetV1InventoryStockresolverTypeCode", "GET", "{scope}/V1/inventory/stock-resolver/website/{website}", RATE, BURST
)
LIST_SOURCE_LINKS = Operation(
    "GetV1InventoryStocksourcelinks", "GET", "{scope}/V1/inventory/stock-source-links", RATE, BURST
)
LIST_SOURCE_ITEMS = Operation("GetV1InventorySourceitems", "GET", "{scope}/V1/inventory/source-items", RATE, BURST)
# Quantities are absolute, so the same request twice is the same as once.
SAVE_SOURCE_ITEMS = Operation("PostV1InventorySourceitems", "POST", "{scope}/V1/inventory/source-items", RATE, BURST)
IMS_TOKEN = Operation("imsToken", "POST", "")
LIST_ORDERS = Operation("GetV1Orders", "GET", "{scope}/V1/orders", RATE, BURST)
READ_ORDER = Operation("GetV1OrdersId", "GET", "{scope}/V1/orders/{id}", RATE, BURST)
# What makes an order or a document makes another one each time, so none of these is sent again unseen.
CREATE_ORDER = Operation("PostV1Orders", "POST", "{scope}/V1/orders", RATE, BURST, repeatable=False)
COMMENT_ORDER = Operation(
    "PostV1OrdersIdComments", "POST", "{scope}/V1/orders/{id}/comments", RATE, BURST, repeatable=False
)
# A second cancellation finds nothing to cancel.
CANCEL_COPY = Operation("PostV1OrdersIdCancel", "POST", "{scope}/V1/orders/{id}/cancel", RATE, BURST)
SAVE_ADDRESS = Operation("PutV1OrdersParent_id", "PUT", "{scope}/V1/orders/{parent_id}", RATE, BURST)
LIST_INVOICES = Operation("GetV1Invoices", "GET", "{scope}/V1/invoices", RATE, BURST)
INVOICE_ORDER = Operation(
    "PostV1OrderOrderIdInvoice", "POST", "{scope}/V1/order/{id}/invoice", RATE, BURST, repeatable=False
)
LIST_SHIPMENTS = Operation("GetV1Shipments", "GET", "{scope}/V1/shipments", RATE, BURST)
SHIP_ORDER = Operation("PostV1OrderOrderIdShip", "POST", "{scope}/V1/order/{id}/ship", RATE, BURST, repeatable=False)
LIST_CREDIT_MEMOS = Operation("GetV1Creditmemos", "GET", "{scope}/V1/creditmemos", RATE, BURST)
REFUND_ORDER = Operation(
    "PostV1OrderOrderIdRefund", "POST", "{scope}/V1/order/{id}/refund", RATE, BURST, repeatable=False
)
LIST_COUNTRIES = Operation("GetV1DirectoryCountries", "GET", "{scope}/V1/directory/countries", RATE, BURST)
READ_CURRENCIES = Operation("GetV1DirectoryCurrency", "GET", "{scope}/V1/directory/currency", RATE, BURST)
FIND_CUSTOMERS = Operation("GetV1CustomersSearch", "GET", "{scope}/V1/customers/search", RATE, BURST)
CREATE_CUSTOMER = Operation("PostV1Customers", "POST", "{scope}/V1/customers", RATE, BURST, repeatable=False)
