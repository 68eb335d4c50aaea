"""What is answered about countries and their regions."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.call import Call
from channelkit.sandbox.commerce.countries import COUNTRIES, Country
from channelkit.sandbox.commerce.refusal import Refusal


def list_countries(_call: Call) -> Any:
    """Answer ``GET directory/countries``."""
    return [_document(country) for country in COUNTRIES.values()]


def show_country(call: Call) -> Any:
    """Answer ``GET directory/countries/:countryId``."""
    country = COUNTRIES.get(call.path["countryId"].upper())
    if country is None:
        raise Refusal(404, "The country isn't available.")
    return _document(country)


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
