"""What a merchant may have set differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MODULES = (
    "Magento_Store",
    "Magento_Catalog",
    "Magento_CatalogInventory",
    "Magento_Sales",
    "Magento_Inventory",
    "Magento_InventoryApi",
    "Magento_InventorySales",
    "Magento_InventorySalesApi",
    "Magento_InventoryReservations",
    "Magento_InventoryExportStock",
    "Magento_InventoryExportStockApi",
    "Magento_Integration",
    "Magento_AsynchronousOperations",
    "Magento_WebapiAsync",
    "Magento_Webapi",
)

RATES = {"CAD": 1.37, "EUR": 0.9215, "GBP": 0.7842, "JPY": 149.32}


@dataclass
class CommerceSettings:
    """What a merchant may have set differently.

    Arguments:
        flavour: ``paas`` has ``/rest/<store>`` and OAuth 1.0a, ``accs`` the ``Store`` header and Adobe's tokens.
        bearer: integration tokens may be sent as they are (off since 2.4.4).
        input_limit: the most items that a list in one request may have; None where limits are off.
        async_limit: the most rows that a bulk request may have; None where limits are off.
        has_bulk: bulk requests are answered at all.
        consumers: somebody works off what bulk requests have queued; without, it waits for ever.
        consumer_delay: seconds until what was queued is worked off.
        largest_page: the largest ``pageSize``; None where limits are off. With a limit the usual page is 20.
        missing_resources: ACL resources that the integration lacks.
        price_scope: whether a price holds everywhere or by website.
        revoked: somebody has switched the integration off.
        skew: seconds that a request may come from the future.
        long_floats: PHP writes 29.95 as 29.949999999999999 (its serialize_precision is 17).
        repeats_last_page: past the end the last page comes again, as up to 2.3.
        rates: how much of each currency one unit of the admin's base currency is.
    """

    flavour: Literal["paas", "accs"] = "paas"
    bearer: bool = False
    input_limit: int | None = None
    async_limit: int | None = None
    has_bulk: bool = True
    consumers: bool = True
    consumer_delay: float = 0.0
    largest_page: int | None = None
    missing_resources: frozenset[str] = frozenset()
    price_scope: Literal["global", "website"] = "website"
    revoked: bool = False
    skew: int = 600
    repeats_last_page: bool = False
    long_floats: bool = False
    modules: tuple[str, ...] = MODULES
    rates: Mapping[str, float] = field(default_factory=lambda: dict(RATES))
