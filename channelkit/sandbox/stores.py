"""The two practice stores, their accounts and secrets, and the shop that both sell for."""

from __future__ import annotations

from dataclasses import dataclass

from channelkit.model.marketplaces import Region
from channelkit.sandbox.amazon.accounts import Account
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.commerce.authorization import CommerceCredentials
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.names import KINDS
from channelkit.sandbox.suggested import LEAST, LIST_PRICE

US_SOURCE, EU_SOURCE = "reno", "leipzig"


@dataclass(frozen=True)
class PracticeStore:
    """One Amazon store to practise on: a seller account, a marketplace, a website and its store view."""

    name: str
    seller_id: str
    marketplace_id: str
    country: str
    region: str
    website: str
    store_view: str

    def line(self, account: Account) -> dict[str, str]:
        """Return what a client needs to connect it."""
        return {
            "name": self.name,
            "seller_id": self.seller_id,
            "marketplace_id": self.marketplace_id,
            "country": self.country,
            "region": self.region,
            "website": self.website,
            "store_view": self.store_view,
            "client_id": account.client_id,
            "client_secret": account.client_secret,
            "refresh_token": account.refresh_token,
        }


US = PracticeStore("us", "A2USPRACTICE01", "ATVPDKIKX0DER", "US", "na", "us", "us_en")
DE = PracticeStore("de", "A3DEPRACTICE02", "A1PA6795UKMFR9", "DE", "eu", "eu", "de_de")
JAPAN_SELLER = "A1JPPRACTICE03"

CREDENTIALS = CommerceCredentials(
    *(f"practice-{name}" for name in ("consumer-key", "consumer-secret", "access-token", "access-token-secret")),
    *(f"practice-{name}" for name in ("client", "client-secret", "organization")),
)
"""What opens the practice shop; secrets of nothing."""


def add_accounts(amazon: AmazonState) -> None:
    """Add the seller accounts: one in America, one in Europe, one in Japan, with their marketplaces."""
    rows: tuple[tuple[str, Region, str, tuple[str, ...]], ...] = (
        (US.seller_id, "na", "Practice Goods", ("US", "CA")),
        (DE.seller_id, "eu", "Übungswaren", ("DE", "FR")),
        (JAPAN_SELLER, "fe", "Practice Japan", ("JP",)),
    )
    for seller_id, region, name, countries in rows:
        amazon.add_account(
            seller_id,
            region,
            name,
            client_id=f"amzn1.application-oa2-client.{seller_id.lower()}",
            client_secret=f"amzn1.oa2-cs.v1.{seller_id.lower()}",
            refresh_token=f"Atzr|{seller_id.lower()}",
        )
        for country in countries:
            amazon.add_marketplace(seller_id, country)


def add_shop(commerce: CommerceState) -> None:
    """Add both websites with a store view, a stock and a source each, and the attributes that hold identifiers."""
    commerce.add_website("us", "United States", base_currency="USD")
    commerce.add_store_view("us", "us_en", "English", locale="en_US", timezone="America/Los_Angeles")
    commerce.add_website("eu", "Europa", base_currency="EUR")
    commerce.add_store_view("eu", "de_de", "Deutsch", locale="de_DE", timezone="Europe/Berlin")
    commerce.add_source(US_SOURCE, "Warehouse Reno", country="US", postcode="89501")
    commerce.add_source(EU_SOURCE, "Lager Leipzig", country="DE", postcode="04109")
    commerce.add_stock("United States", sources=[US_SOURCE], websites=["us"])
    commerce.add_stock("Europa", sources=[EU_SOURCE], websites=["eu"])
    for code, label in (("amazon_asin", "Amazon ASIN"), ("upc", "UPC"), ("ean", "EAN"), ("isbn", "ISBN")):
        commerce.add_attribute(code, label)
    commerce.add_attribute("brand", "Brand", "select")
    commerce.add_attribute("manufacturer_name", "Manufacturer")
    commerce.add_attribute("model", "Model")
    commerce.add_attribute(LIST_PRICE, "Manufacturer's Suggested Retail Price", "price", scope="website")
    commerce.add_attribute(LEAST, "Minimum Advertised Price", "price", scope="website")
    for kind in KINDS:
        commerce.categories.add(kind.name)
    # What the shop's people ticked: rules may look at these, too.
    for code in ("name", "price", "sku"):
        commerce.attributes.by_code[code].flags["is_used_for_promo_rules"] = True
