"""Amazon's marketplaces: identifier, country, currency, region, language and time zone.

Ids, regions and endpoints are Amazon's (developer-docs.amazon.com, "Marketplace IDs" and "SP-API endpoints").
The time zone is the one channelkit shows a person; Amazon's own times are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from channelkit.errors import UsageError

Region = Literal["na", "eu", "fe"]

ENDPOINTS: dict[Region, str] = {
    "na": "https://sellingpartnerapi-na.amazon.com",
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}
TOKEN_URL = "https://api.amazon.com/auth/o2/token"  # noqa: S105 - an address, not a secret

CURRENCY_DIGITS = {"JPY": 0}
"""Digits of the minor unit, where it is not the usual two."""


@dataclass(frozen=True)
class Marketplace:
    """One country site of Amazon."""

    id: str
    country: str
    currency: str
    region: Region
    locales: tuple[str, ...]
    time_zone: str

    @property
    def locale(self) -> str:
        """The marketplace's first language, as Amazon writes it."""
        return self.locales[0]

    @property
    def digits(self) -> int:
        """How many decimals its currency has."""
        return currency_digits(self.currency)


_ROWS: tuple[tuple[str, str, str, Region, str, str], ...] = (
    ("ATVPDKIKX0DER", "US", "USD", "na", "en_US es_US", "America/Los_Angeles"),
    ("A2EUQ1WTGCTBG2", "CA", "CAD", "na", "en_CA fr_CA", "America/Toronto"),
    ("A1AM78C64UM0Y8", "MX", "MXN", "na", "es_MX", "America/Mexico_City"),
    ("A2Q3Y263D00KWC", "BR", "BRL", "na", "pt_BR", "America/Sao_Paulo"),
    ("A1F83G8C2ARO7P", "UK", "GBP", "eu", "en_GB", "Europe/London"),
    ("A28R8C7NBKEWEA", "IE", "EUR", "eu", "en_IE", "Europe/Dublin"),
    ("A1PA6795UKMFR9", "DE", "EUR", "eu", "de_DE", "Europe/Berlin"),
    ("A13V1IB3VIYZZH", "FR", "EUR", "eu", "fr_FR", "Europe/Paris"),
    ("APJ6JRA9NG5V4", "IT", "EUR", "eu", "it_IT", "Europe/Rome"),
    ("A1RKKUPIHCS9HS", "ES", "EUR", "eu", "es_ES", "Europe/Madrid"),
    ("A1805IZSGTT6HS", "NL", "EUR", "eu", "nl_NL", "Europe/Amsterdam"),
    ("AMEN7PMS3EDWL", "BE", "EUR", "eu", "fr_BE nl_BE", "Europe/Brussels"),
    ("A2NODRKZP88ZB9", "SE", "SEK", "eu", "sv_SE", "Europe/Stockholm"),
    ("A1C3SOZRARQ6R3", "PL", "PLN", "eu", "pl_PL", "Europe/Warsaw"),
    ("A33AVAJ2PDY3EV", "TR", "TRY", "eu", "tr_TR", "Europe/Istanbul"),
    ("AE08WJ6YKNBMC", "ZA", "ZAR", "eu", "en_ZA", "Africa/Johannesburg"),
    ("ARBP9OOSHTCHU", "EG", "EGP", "eu", "ar_EG", "Africa/Cairo"),
    ("A17E79C6D8DWNP", "SA", "SAR", "eu", "ar_SA en_SA", "Asia/Riyadh"),
    ("A2VIGQ35RCS4UG", "AE", "AED", "eu", "ar_AE en_AE", "Asia/Dubai"),
    ("A21TJRUUN4KGV", "IN", "INR", "eu", "en_IN", "Asia/Kolkata"),
    ("A1VC38T7YXB528", "JP", "JPY", "fe", "ja_JP", "Asia/Tokyo"),
    ("A39IBJ37TRP1C6", "AU", "AUD", "fe", "en_AU", "Australia/Sydney"),
    ("A19VAU5U5O7RUS", "SG", "SGD", "fe", "en_SG", "Asia/Singapore"),
)
MARKETPLACES = tuple(
    Marketplace(id, country, currency, region, tuple(locales.split()), time_zone)
    for id, country, currency, region, locales, time_zone in _ROWS
)
_BY_ID = {marketplace.id: marketplace for marketplace in MARKETPLACES}
_BY_COUNTRY = {marketplace.country: marketplace for marketplace in MARKETPLACES}
_BY_COUNTRY["GB"] = _BY_COUNTRY["UK"]  # Amazon says UK, ISO says GB; people type both.


def marketplace(name: str) -> Marketplace:
    """Return the marketplace with this id or country code.

    Raises:
        UsageError: no marketplace has that name; the message lists the countries.

    >>> marketplace("DE").currency
    'EUR'
    >>> marketplace("A1F83G8C2ARO7P") is marketplace("gb")
    True
    """
    found = _BY_ID.get(name) or _BY_COUNTRY.get(name.upper())
    if found is None:
        countries = ", ".join(known.country for known in MARKETPLACES)
        raise UsageError(f"There is no Amazon marketplace {name!r}.", f"Use one of: {countries}.")
    return found


def list_region(region: Region) -> tuple[str, ...]:
    """Return the ids of a region's marketplaces.

    >>> len(list_region("na"))
    4
    """
    return tuple(each.id for each in MARKETPLACES if each.region == region)


def currency_digits(currency: str) -> int:
    """Return how many decimals a currency has.

    >>> currency_digits("JPY"), currency_digits("EUR")
    (0, 2)
    """
    return CURRENCY_DIGITS.get(currency, 2)
