"""The countries that Commerce knows, and their regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from channelkit.commerce.client import Commerce
from channelkit.commerce.operations import LIST_COUNTRIES


@dataclass(frozen=True)
class Directory:
    """Countries and regions, as `channelkit.orders.terms.OrderTerms` takes them.

    Arguments:
        countries: two-letter codes.
        regions: ``(country, region in capitals)`` to ``(number, code)``, by name and by code.
    """

    countries: frozenset[str] = frozenset()
    regions: Mapping[tuple[str, str], tuple[int, str]] = field(default_factory=dict)


def read_directory(commerce: Commerce) -> Directory:
    """Return all countries that Commerce knows, with their regions."""
    regions: dict[tuple[str, str], tuple[int, str]] = {}
    countries = set()
    for row in commerce.call(LIST_COUNTRIES):
        country = str(row.get("two_letter_abbreviation") or row["id"]).upper()
        countries.add(country)
        for region in row.get("available_regions") or ():
            known = int(region["id"]), str(region["code"])
            for name in (region.get("name"), region["code"]):
                if name:
                    regions.setdefault((country, str(name).strip().upper()), known)
    return Directory(frozenset(countries), regions)
