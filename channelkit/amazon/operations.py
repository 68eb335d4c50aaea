"""The calls that channelkit makes of Amazon, as data: names, paths and quotas of the official definitions.

Rates are calls per second for one seller and application; the answers' own header corrects them.
"""

from __future__ import annotations

from dataclasses import replace

from channelkit.model.calls import Operation

_LISTINGS = "/listings/2021-08-01/items/{seller_id}"
_REPORTS = "/reports/2021-06-30"
_FEEDS = "/feeds/2021-06-30"

TOKEN = Operation("token", "POST", "")
GET_PARTICIPATIONS = Operation(
    "getMarketplaceParticipations", "GET", "/sellers/v1/marketplaceParticipations", 0.016, 15
)
GET_ACCOUNT = Operation("getAccount", "GET", "/sellers/v1/account", 0.016, 15)
# Asking twice makes two reports, and the second waits behind the first.
CREATE_REPORT = Operation("createReport", "POST", f"{_REPORTS}/reports", 0.0167, 15, repeatable=False)
GET_REPORT = Operation("getReport", "GET", f"{_REPORTS}/reports/{{report_id}}", 2, 15)
GET_REPORTS = Operation("getReports", "GET", f"{_REPORTS}/reports", 0.0222, 10)
GET_REPORT_DOCUMENT = Operation("getReportDocument", "GET", f"{_REPORTS}/documents/{{document_id}}", 0.0167, 15)
SEARCH_LISTINGS = Operation("searchListingsItems", "GET", _LISTINGS, 5, 5)
GET_LISTING = Operation("getListingsItem", "GET", f"{_LISTINGS}/{{seller_sku}}", 5, 10)
# Values are absolute, so the same patch twice is the same as once.
PATCH_LISTING = Operation("patchListingsItem", "PATCH", f"{_LISTINGS}/{{seller_sku}}", 5, 5)
# It takes the place of all that was there; what is not known to have arrived is looked up before it is sent again.
PUT_LISTING = Operation("putListingsItem", "PUT", f"{_LISTINGS}/{{seller_sku}}", 5, 10, repeatable=False)
DELETE_LISTING = Operation("deleteListingsItem", "DELETE", f"{_LISTINGS}/{{seller_sku}}", 5, 5)
# With mode=VALIDATION_PREVIEW nothing is saved, and a quota of its own counts (developer-docs, "Listings Items API").
PREVIEW_PATCH = Operation("patchListingsItem (preview)", "PATCH", f"{_LISTINGS}/{{seller_sku}}", 1, 1)
PREVIEW_PUT = Operation("putListingsItem (preview)", "PUT", f"{_LISTINGS}/{{seller_sku}}", 1, 1)
SEARCH_CATALOG = Operation("searchCatalogItems", "GET", "/catalog/2022-04-01/items", 2, 2)
GET_DEFINITION = Operation(
    "getDefinitionsProductType", "GET", "/definitions/2020-09-01/productTypes/{product_type}", 5, 10
)
# A document that nothing refers to is forgotten.
CREATE_FEED_DOCUMENT = Operation("createFeedDocument", "POST", f"{_FEEDS}/documents", 0.5, 15)
# Five of this type in five minutes (developer-docs, "Feeds API rate limits"), though the operation allows 15 at once.
CREATE_FEED = Operation("createFeed", "POST", f"{_FEEDS}/feeds", 0.0083, 3, repeatable=False)
GET_FEED = Operation("getFeed", "GET", f"{_FEEDS}/feeds/{{feed_id}}", 2, 15)
GET_FEEDS = Operation("getFeeds", "GET", f"{_FEEDS}/feeds", 0.0222, 10)
GET_FEED_DOCUMENT = Operation("getFeedDocument", "GET", f"{_FEEDS}/documents/{{document_id}}", 0.0222, 10)
_ORDERS = "/orders/2026-01-01/orders"
# A call comes back every three minutes: no price or stock-out waits for it.
SEARCH_ORDERS = Operation("searchOrders", "GET", _ORDERS, 0.0056, 20, waits=False)
GET_ORDER = Operation("getOrder", "GET", f"{_ORDERS}/{{order_id}}", 0.5, 30)
GET_ORDER_AT_ONCE = replace(GET_ORDER, waits=False)
# The same package number again edits the package, so that sending it twice is sending it once.
CONFIRM_SHIPMENT = Operation("confirmShipment", "POST", "/orders/v0/orders/{order_id}/shipmentConfirmation", 2, 10)
# Not in the published model: behind a setting, for whole orders that are not shipped. The second time Amazon refuses.
CANCEL_ORDER = Operation("cancelOrder", "PUT", f"{_ORDERS}/{{order_id}}/cancellation", 1, 5, repeatable=False)
COUNT_ORDERS = Operation("getOrderMetrics", "GET", "/sales/v1/orderMetrics", 0.5, 15)
_PRICES = "/batches/products/pricing"
# One batch in half a minute: what is not asked now is asked by a later cycle, and nothing waits for it.
GET_COMPETITIVE_SUMMARY = Operation(
    "getCompetitiveSummary", "POST", f"{_PRICES}/2022-05-01/items/competitiveSummary", 0.033, 1, waits=False
)
GET_EXPECTED_PRICES = Operation(
    "getFeaturedOfferExpectedPriceBatch",
    "POST",
    f"{_PRICES}/2022-05-01/offer/featuredOfferExpectedPrice",
    0.033,
    1,
    waits=False,
)
GET_ITEM_OFFERS = Operation("getItemOffersBatch", "POST", f"{_PRICES}/v0/itemOffers", 0.1, 1, waits=False)
# Asked when all that is certain was sent; a call comes back every two seconds, and is waited for.
GET_FEES = Operation("getMyFeesEstimates", "POST", "/products/fees/v0/feesEstimate", 0.5, 1)
