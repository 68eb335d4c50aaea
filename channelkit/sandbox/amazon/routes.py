"""Which operation a method and a path name, and who answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from channelkit.sandbox.amazon.call import Call, Reply
from channelkit.sandbox.amazon.catalog_api import CatalogApi
from channelkit.sandbox.amazon.definitions_api import DefinitionsApi
from channelkit.sandbox.amazon.feeds_api import FeedsApi
from channelkit.sandbox.amazon.fees_api import FeesApi
from channelkit.sandbox.amazon.listings_api import ListingsApi
from channelkit.sandbox.amazon.order_writes_api import OrderWritesApi
from channelkit.sandbox.amazon.orders_api import OrdersApi
from channelkit.sandbox.amazon.pricing_api import PricingApi
from channelkit.sandbox.amazon.reports_api import ReportsApi
from channelkit.sandbox.amazon.sales_api import SalesApi
from channelkit.sandbox.amazon.sellers_api import SellersApi
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.faults import Faults

Handler = Callable[[Call], Reply]
Path = tuple[str, ...]


class Addressed(Protocol):
    """Answers a call with the address of a file."""

    def __call__(self, call: Call, address: str) -> Reply: ...


Route = tuple[str, Path, str, Handler]
AddressedRoute = tuple[str, Path, str, Addressed]

_ITEMS: Path = ("listings", "2021-08-01", "items", "{sellerId}")
_REPORTS: Path = ("reports", "2021-06-30", "reports")
_REPORT_FILES: Path = ("reports", "2021-06-30", "documents")
_FEEDS: Path = ("feeds", "2021-06-30", "feeds")
_FEED_FILES: Path = ("feeds", "2021-06-30", "documents")
_TYPES: Path = ("definitions", "2020-09-01", "productTypes")
_ASINS: Path = ("catalog", "2022-04-01", "items")
_ORDERS: Path = ("orders", "2026-01-01", "orders")
_OLD_ORDERS: Path = ("orders", "v0", "orders")
_SELLERS: Path = ("sellers", "v1")
_PRICES: Path = ("batches", "products", "pricing")
_NEW_PRICES: Path = (*_PRICES, "2022-05-01")


class Routes:
    """Every operation of this Amazon."""

    def __init__(self, state: AmazonState, faults: Faults, feeds: FeedsApi) -> None:
        listings, catalog, sellers = ListingsApi(state, faults), CatalogApi(state), SellersApi()
        definitions, reports = DefinitionsApi(state), ReportsApi(state, faults)
        orders, writes = OrdersApi(state, faults), OrderWritesApi(state, faults)
        prices = PricingApi(state, faults)
        self._plain: list[Route] = [
            ("PATCH", (*_ITEMS, "{sku}"), "patchListingsItem", listings.patch),
            ("GET", (*_ITEMS, "{sku}"), "getListingsItem", listings.get),
            ("PUT", (*_ITEMS, "{sku}"), "putListingsItem", listings.put),
            ("DELETE", (*_ITEMS, "{sku}"), "deleteListingsItem", listings.delete),
            ("GET", _ITEMS, "searchListingsItems", listings.search),
            ("GET", (*_ASINS, "{asin}"), "getCatalogItem", catalog.get),
            ("GET", _ASINS, "searchCatalogItems", catalog.search),
            ("POST", _REPORTS, "createReport", reports.create),
            ("GET", _REPORTS, "getReports", reports.list),
            ("GET", (*_REPORTS, "{reportId}"), "getReport", reports.get),
            ("DELETE", (*_REPORTS, "{reportId}"), "cancelReport", reports.cancel),
            ("POST", _FEEDS, "createFeed", feeds.create),
            ("GET", _FEEDS, "getFeeds", feeds.list),
            ("GET", (*_FEEDS, "{feedId}"), "getFeed", feeds.get),
            ("DELETE", (*_FEEDS, "{feedId}"), "cancelFeed", feeds.cancel),
            ("GET", _ORDERS, "searchOrders", orders.search),
            ("GET", (*_ORDERS, "{orderId}"), "getOrder", orders.get),
            ("PUT", (*_ORDERS, "{orderId}", "cancellation"), "cancelOrder", writes.cancel),
            ("POST", (*_OLD_ORDERS, "{orderId}", "shipmentConfirmation"), "confirmShipment", writes.confirm),
            ("GET", ("sales", "v1", "orderMetrics"), "getOrderMetrics", SalesApi(state).metrics),
            ("GET", (*_SELLERS, "marketplaceParticipations"), "getMarketplaceParticipations", sellers.list),
            ("GET", (*_SELLERS, "account"), "getAccount", sellers.account),
            (
                "POST",
                (*_PRICES, "2022-05-01", "items", "competitiveSummary"),
                "getCompetitiveSummary",
                prices.summaries,
            ),
            (
                "POST",
                (*_NEW_PRICES, "offer", "featuredOfferExpectedPrice"),
                "getFeaturedOfferExpectedPriceBatch",
                prices.expected,
            ),
            ("POST", (*_PRICES, "v0", "itemOffers"), "getItemOffersBatch", prices.item_offers),
            ("POST", (*_PRICES, "v0", "listingOffers"), "getListingOffersBatch", prices.listing_offers),
            (
                "POST",
                ("products", "fees", "v0", "feesEstimate"),
                "getMyFeesEstimates",
                FeesApi(state, faults).estimates,
            ),
        ]
        # What they answer with lies under an address of this server.
        self._addressed: list[AddressedRoute] = [
            ("GET", (*_TYPES, "{productType}"), "getDefinitionsProductType", definitions.get),
            ("GET", (*_REPORT_FILES, "{reportDocumentId}"), "getReportDocument", reports.document),
            ("POST", _FEED_FILES, "createFeedDocument", feeds.create_document),
            ("GET", (*_FEED_FILES, "{feedDocumentId}"), "getFeedDocument", feeds.document),
        ]

    def find(self, method: str, segments: Path, address: str) -> tuple[str, dict[str, str], Handler] | None:
        """Return an operation's name, the parameters of its path and who answers it; None where there is none.

        Arguments:
            address: where this server's files are.
        """
        for known, pattern, operation, handler in self._plain:
            path = _match(pattern, segments) if known == method else None
            if path is not None:
                return operation, path, handler
        for known, pattern, operation, addressed in self._addressed:
            path = _match(pattern, segments) if known == method else None
            if path is not None:
                return operation, path, _with_address(addressed, address)
        return None


def _with_address(addressed: Addressed, address: str) -> Handler:
    return lambda call: addressed(call, address)


def _match(pattern: Path, segments: Path) -> dict[str, str] | None:
    """Return the parameters of a path that has this pattern, or None."""
    if len(pattern) != len(segments):
        return None
    pairs = list(zip(pattern, segments, strict=True))
    if not all(part[0] == "{" or part == segment for part, segment in pairs):
        return None
    return {part[1:-1]: segment for part, segment in pairs if part[0] == "{"}
