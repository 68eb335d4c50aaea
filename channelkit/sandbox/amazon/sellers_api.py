"""Sellers v1: in which marketplaces an account sells, and what kind of account it is."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.amazon.accounts import Account
from channelkit.sandbox.amazon.call import Call, Reply

DOMAINS = {
    "US": "www.amazon.com",
    "UK": "www.amazon.co.uk",
    "JP": "www.amazon.co.jp",
    "MX": "www.amazon.com.mx",
    "BR": "www.amazon.com.br",
    "BE": "www.amazon.com.be",
    "TR": "www.amazon.com.tr",
    "AU": "www.amazon.com.au",
    "ZA": "www.amazon.co.za",
}
"""Domains that are not amazon and the country."""


class SellersApi:
    """Answers the calls on accounts."""

    def list(self, call: Call) -> Reply:
        """Answer getMarketplaceParticipations."""
        return Reply(200, {"payload": _participations(call.account)})

    def account(self, call: Call) -> Reply:
        """Answer getAccount."""
        account = call.account
        payload = {
            "businessType": account.business,
            "sellingPlan": "PROFESSIONAL",
            "marketplaceParticipationList": _participations(account),
        }
        return Reply(200, {"payload": payload})


def _participations(account: Account) -> list[dict[str, Any]]:
    rows = []
    for shelf in account.shelves.values():
        place = shelf.marketplace
        domain = DOMAINS.get(place.country, f"www.amazon.{place.country.lower()}")
        rows.append(
            {
                "marketplace": {
                    "id": place.id,
                    "name": domain.removeprefix("www.").capitalize(),
                    "countryCode": "GB" if place.country == "UK" else place.country,
                    "defaultCurrencyCode": place.currency,
                    "defaultLanguageCode": place.locale,
                    "domainName": domain,
                },
                "participation": {
                    "isParticipating": True,
                    "hasSuspendedListings": place.id in account.suspended,
                },
                "storeName": account.name,
            }
        )
    if account.region == "na" and rows:
        # Amazon also lists places that are no marketplaces for listings; a client must leave them out.
        rows.append(
            {
                "marketplace": {
                    "id": "A6W85IYQ5WB1C",
                    "name": "IBA",
                    "countryCode": "US",
                    "defaultCurrencyCode": "USD",
                    "defaultLanguageCode": "en_US",
                    "domainName": "iba.login.amazon.com",
                },
                "participation": {"isParticipating": True, "hasSuspendedListings": False},
                "storeName": account.name,
            }
        )
    return rows
