"""What is answered about countries and their regions, and about currencies."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.call import Call
from channelkit.sandbox.commerce.countries import COUNTRIES, Country
from channelkit.sandbox.commerce.refusal import Refusal, no_route


def list_countries(_call: Call) -> Any:
    """Answer ``GET directory/countries``."""
    return [_document(country) for country in COUNTRIES.values()]


def show_country(call: Call) -> Any:
    """Answer ``GET directory/countries/:countryId``."""
    country = COUNTRIES.get(call.path["countryId"].upper())
    if country is None:
        raise Refusal(404, "The country isn't available.")
    return _document(country)


def show_currencies(call: Call) -> Any:
    """Answer ``GET directory/currency``: the base currency and what others are taken for; the cloud has no such."""
    base, settings = call.state.stores.websites[0].base_currency, call.state.settings
    if settings.flavour == "accs":
        raise no_route()
    return {
        "base_currency_code": base,
        "base_currency_symbol": base,
        "default_display_currency_code": base,
        "default_display_currency_symbol": base,
        "available_currency_codes": [base, *settings.rates],
        "exchange_rates": [
            {"currency_to": base, "rate": 1},
            *({"currency_to": name, "rate": rate} for name, rate in settings.rates.items()),
        ],
    }


def _document(country: Country) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": country.code,
        "two_letter_abbreviation": country.code,
        "three_letter_abbreviation": country.long_code,
        "full_name_locale": country.name,
        "full_name_english": country.name,
    }
    if country.regions:
        document["available_regions"] = [
            {"id": str(region.number), "code": region.code, "name": region.name} for region in country.regions
        ]
    return document
