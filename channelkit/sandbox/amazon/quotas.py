"""The published quotas, kept per seller and operation in sandbox time."""

from __future__ import annotations

QUOTAS: dict[str, tuple[float, float]] = {
    "getMarketplaceParticipations": (0.016, 15),
    "getAccount": (0.016, 15),
    "createReport": (0.0167, 15),
    "cancelReport": (0.0222, 10),
    "getReport": (2.0, 15),
    "getReports": (0.0222, 10),
    "getReportDocument": (0.0167, 15),
    "createFeedDocument": (0.5, 15),
    "createFeed": (0.0083, 15),
    "getFeed": (2.0, 15),
    "getFeeds": (0.0222, 10),
    "cancelFeed": (2.0, 15),
    "getFeedDocument": (0.0222, 10),
    "searchListingsItems": (5.0, 5),
    "getListingsItem": (5.0, 10),
    "putListingsItem": (5.0, 10),
    "patchListingsItem": (5.0, 5),
    "deleteListingsItem": (5.0, 5),
    "searchCatalogItems": (2.0, 2),
    "getCatalogItem": (2.0, 2),
    "getDefinitionsProductType": (5.0, 10),
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "getOrderMetrics": (0.5, 15),
    "cancelOrder": (1.0, 5),
    "confirmShipment": (2.0, 10),
    "getCompetitiveSummary": (0.033, 1),
    "getFeaturedOfferExpectedPriceBatch": (0.033, 1),
    "getItemOffersBatch": (0.1, 1),
    "getListingOffersBatch": (0.5, 1),
    "getMyFeesEstimates": (0.5, 1),
}
"""Each operation's calls per second, and calls at once (Amazon's usage plans)."""

PREVIEW = (1.0, 1.0)
"""The quota of a patch or put with ``mode=VALIDATION_PREVIEW``."""


class Quotas:
    """Token buckets by seller and operation.

    >>> quotas = Quotas()
    >>> [quotas.take("A1", "getCatalogItem", 0.0) for _ in range(3)]
    [True, True, False]
    >>> quotas.take("A1", "getCatalogItem", 0.5), quotas.take("A2", "getCatalogItem", 0.0)
    (True, True)
    """

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, seller_id: str, operation: str, now: float, quota: tuple[float, float] | None = None) -> bool:
        """Take one call at a sandbox time, in Unix seconds; say whether there was one."""
        rate, burst = quota or QUOTAS[operation]
        key = (seller_id, operation if quota is None else f"{operation}/preview")
        left, at = self._buckets.get(key, (burst, now))
        left = min(burst, left + max(0.0, now - at) * rate)
        # Rounding must not refuse a call that comes exactly when its token does.
        granted = left >= 1 - 1e-6
        self._buckets[key] = (max(0.0, left - 1) if granted else left, now)
        return granted
