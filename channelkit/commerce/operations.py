"""The calls that are made to Commerce, by the names of its official definition (admin schema 2.4.9).

Commerce publishes no quota for them, so none has a rate: calls are made one after another, which is the gentlest
that can be promised. Paths begin after the scope, which `channelkit.commerce.client.Commerce` puts where it belongs.
"""

from __future__ import annotations

from channelkit.model.calls import Operation

LIST_PRODUCTS = Operation("GetV1Products", "GET", "/V1/products")
LIST_ATTRIBUTES = Operation("GetV1ProductsAttributes", "GET", "/V1/products/attributes")
LIST_WEBSITES = Operation("GetV1StoreWebsites", "GET", "/V1/store/websites")
LIST_STORE_VIEWS = Operation("GetV1StoreStoreViews", "GET", "/V1/store/storeViews")
LIST_STORE_CONFIGS = Operation("GetV1StoreStoreConfigs", "GET", "/V1/store/storeConfigs")
EXPORT_SALABLE = Operation(
    "GetV1InventoryExportstocksalableqtySalesChannelTypeSalesChannelCode",
    "GET",
    "/V1/inventory/export-stock-salable-qty/website/{website}",
)
ASK_TOKEN = Operation("token/v3", "POST", "")
"""Adobe's identity service; the address is the settings' own. Asking twice gives two tokens and harms nothing."""
