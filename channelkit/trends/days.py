"""The marketplace's own days: which store counts them by which clocks, and in which currency it sells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from channelkit.database import stores as books
from channelkit.model.marketplaces import marketplace


@dataclass(frozen=True)
class StoreDays:
    """How a store counts its days, and its money.

    Arguments:
        zone: of its marketplace, as ``Europe/Berlin``.
        currency: of its marketplace.
    """

    store: str
    zone: str
    currency: str


def read_store_days(connection: Connection, stores: Sequence[str] | None = None) -> list[StoreDays]:
    """Return how these stores count their days, or all stores, the oldest first; those that are not known are left out.

    Arguments:
        stores: their names in the settings.
    """
    found = []
    for row in books.load_stores(connection).to_pylist():
        if stores is None or row["name"] in stores:
            site = marketplace(row["marketplace_id"])
            found.append(StoreDays(row["name"], site.time_zone, site.currency))
    return found
