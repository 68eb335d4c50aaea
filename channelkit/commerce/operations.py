"""The calls that channelkit makes of Commerce, as data.

Commerce publishes no rates. The ones here keep a five-minute cycle from crowding out the shop's own customers; the
bursts let a small catalog be read without a pause.
"""

from __future__ import annotations

from channelkit.model.calls import Operation

RATE, BURST = 20.0, 60

LIST_PRODUCTS = Operation("GetV1Products", "GET", "{scope}/V1/products", RATE, BURST)
LIST_ATTRIBUTES = Operation("GetV1ProductsAttributes", "GET", "{scope}/V1/products/attributes", RATE, BURST)
LIST_WEBSITES = Operation("GetV1StoreWebsites", "GET", "{scope}/V1/store/websites", RATE, BURST)
LIST_STORE_VIEWS = Operation("GetV1StoreStoreViews", "GET", "{scope}/V1/store/storeViews", RATE, BURST)
LIST_STORE_CONFIGS = Operation("GetV1StoreStoreConfigs", "GET", "{scope}/V1/store/storeConfigs", RATE, BURST)
EXPORT_SALABLE = Operation(
    "GetV1InventoryExportstocksalableqtySalesChannelTypeSalesChannelCode",
    "GET",
    "{scope}/V1/inventory/export-stock-salable-qty/website/{website}",
    RATE,
    BURST,
)
IMS_TOKEN = Operation("imsToken", "POST", "")
