"""Seller accounts: who sells in which marketplaces, and the secrets that open their doors."""

from __future__ import annotations

from dataclasses import dataclass, field

from channelkit.model.marketplaces import Marketplace, Region
from channelkit.sandbox.amazon.listings import Shelf


@dataclass
class Account:
    """One seller in one region.

    Arguments:
        seller_id: the merchant token.
        client_id, client_secret, refresh_token: what a client signs in with.
        suspended: marketplace ids in which the seller's listings are suspended.
    """

    seller_id: str
    region: Region
    name: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    business: str = "PRIVATE_LIMITED"
    suspended: frozenset[str] = frozenset()
    shelves: dict[str, Shelf] = field(default_factory=dict)

    def add_marketplace(self, marketplace: Marketplace) -> Shelf:
        """Let the seller sell in a marketplace of the region.

        Raises:
            ValueError: the marketplace is in another region.
        """
        if marketplace.region != self.region:
            raise ValueError(f"{marketplace.country} is in region {marketplace.region}, not in {self.region}.")
        return self.shelves.setdefault(marketplace.id, Shelf(self.seller_id, marketplace))
