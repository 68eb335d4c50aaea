"""Addresses as Commerce takes them: city, region and postcode out of free text, names in two parts, ISO's spellings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from channelkit.model.orders import Address, Person
from channelkit.orders.regions import (
    CITY_STATES,
    POSTCODES,
    STATE_NAMES,
    STATES,
    TERRITORIES,
    WITHOUT_POSTCODE,
    spell_country,
)
from channelkit.orders.spelling import LONGEST, clean, clean_name, split_name
from channelkit.orders.terms import OrderTerms

PLACEHOLDER = "Not given by Amazon"
"""Stands for what Amazon does not tell of the orders that it fulfils itself."""

NAMELESS = "Amazon Customer"
"""Stands for the name of somebody whom Amazon does not name."""

NEEDED = ("name", "street", "city", "postcode", "country")
"""The parts without which Commerce makes no order and nobody can send one."""

_NUMERIC = re.compile(r"[\s\d+().,/#-]*\d[\s\d+().,/#-]*")

Regions = Mapping[tuple[str, str], tuple[int, str]]


@dataclass(frozen=True)
class Place:
    """Where an order goes, in the parts that Commerce asks for. Its repr says nothing: it is somebody's data.

    Arguments:
        region_id: Commerce's number of the region; None where it knows none, and then the text alone is sent.
        region_code: Commerce's code of it, or the American state's; else empty.
        missing: which of the needed parts are not there, in the words of `channelkit.model.orders.Order.lacking`.
    """

    first: str = field(default="", repr=False)
    last: str = field(default="", repr=False)
    company: str = field(default="", repr=False)
    street: tuple[str, ...] = field(default=(), repr=False)
    city: str = field(default="", repr=False)
    region: str = field(default="", repr=False)
    region_id: int | None = field(default=None, repr=False)
    region_code: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    missing: tuple[str, ...] = ()


def normalise(person: Person, terms: OrderTerms, *, placeholders: bool = False) -> Place:
    """Return where an order goes as Commerce takes it. (OR-09)

    Arguments:
        person: who it is, as Amazon or a person of the seller gave it.
        placeholders: what is missing is made up with a placeholder, for orders that Amazon fulfils. (OR-08)

    >>> from channelkit.model.marketplaces import marketplace
    >>> terms = OrderTerms("us", "A1", marketplace("US"))
    >>> address = Address(lines=("1 Elm St",), city="Escondido, californiA 92025-1501", country="US")
    >>> place = normalise(Person(name="Ann Lee", address=address), terms)
    >>> (place.first, place.last, place.city, place.region_code, place.postcode, place.missing)
    ('Ann', 'Lee', 'Escondido', 'CA', '92025', ())
    """
    address = person.address or Address()
    country, region_text = _country(address, terms)
    where = _take_apart(address, country, region_text, terms.regions)
    company = clean(address.company or person.company)
    name = clean_name(address.name) or clean_name(person.name) or clean_name(company)
    street = tuple(line for line in map(clean, address.lines) if line)
    missing = _missing(name, street, where, country)
    if placeholders and missing:
        name, street, missing = name or NAMELESS, street or (PLACEHOLDER,), ()
        country = country or spell_country(terms.site.country)
        where = where._replace(city=where.city or PLACEHOLDER, postcode=where.postcode or "00000")
    first, last = split_name(name)
    region_id, code = _find_region(country, where.region, terms.regions)
    return Place(
        first=first,
        last=last,
        company="" if company == name else company,
        street=_fitted(street),
        city=where.city,
        region=_region_name(country, where.region, terms.regions),
        region_id=region_id,
        region_code=code,
        postcode=where.postcode,
        country=country,
        phone=_phone(address.phone) or terms.phone,
        missing=missing,
    )


def lacking_of(person: Person | None, terms: OrderTerms) -> tuple[str, ...]:
    """Return which needed parts of somebody's address are not to be had, not even out of its other parts."""
    return normalise(person or Person(), terms).missing


class _Where(NamedTuple):
    city: str
    region: str
    postcode: str


def _country(address: Address, terms: OrderTerms) -> tuple[str, str]:
    """Return the country as Commerce knows it, and the region's text; PR may be either, whichever Commerce has."""
    country, region = spell_country(address.country), clean(address.region)
    known = terms.countries
    if country in TERRITORIES and known and country not in known and "US" in known:
        return "US", TERRITORIES[country]
    state = STATES.get(region.upper(), "")
    if country == "US" and state in TERRITORIES and terms.regions and state in known:
        # A Commerce whose directory has the territory as a country alone.
        in_the_us = ("US", state) in terms.regions or ("US", TERRITORIES[state].upper()) in terms.regions
        return ("US", region) if in_the_us else (state, region)
    return country, region


def _take_apart(address: Address, country: str, region: str, regions: Regions) -> _Where:
    """Return city, region and postcode, also where the city's text holds all of them."""
    city, postcode = clean(address.city).strip(" ,"), clean(address.postcode).strip(" ,").upper()
    found, city = _cut_postcode(city, country)
    postcode = postcode or found
    head, comma, tail = city.rpartition(",")
    if comma and head.strip() and _known(country, tail, regions) and _agree(country, tail, region, regions):
        city, region = head.strip(" ,"), region or tail.strip()
    elif not region and found:
        city, region = _cut_region(city, country, regions)
    return _Where(city or CITY_STATES.get(country, ""), region, postcode)


def _cut_postcode(city: str, country: str) -> tuple[str, str]:
    """Return the postcode that a city's text begins or ends with, and the city without it."""
    pattern = POSTCODES.get(country)
    if pattern is None:
        return "", city
    code = rf"(?P<code>{pattern.pattern})"
    for whole in (rf"(?P<city>.*\S)[\s,]+{code}", rf"{code}[\s,]+(?P<city>.*)"):
        found = re.fullmatch(whole, city, re.IGNORECASE)
        if found and not _NUMERIC.fullmatch(found["city"]):
            # Of American ones, Commerce's tax rules know the five digits alone.
            longest = 5 if country in ("US", *TERRITORIES) else None
            return found["code"].upper()[:longest], found["city"].strip(" ,")
    return "", city


def _cut_region(city: str, country: str, regions: Regions) -> tuple[str, str]:
    """Return the city without the region that its text ends with, and the region; one word at least stays the city."""
    words = city.split()
    for count in (3, 2, 1):
        region = " ".join(words[-count:])
        if len(words) > count and _known(country, region, regions):
            return " ".join(words[:-count]).strip(" ,"), region
    return city, ""


def _known(country: str, region: str, regions: Regions) -> bool:
    name = region.strip().upper()
    if country in TERRITORIES:
        return name in (country, TERRITORIES[country].upper())
    return (country, name) in regions or (country == "US" and name in STATES)


def _agree(country: str, one: str, other: str, regions: Regions) -> bool:
    """Return whether two texts may be of the same region: the second may be empty."""
    if not other.strip():
        return True
    first, second = _find_region(country, one, regions), _find_region(country, other, regions)
    return first == second if first[1] and second[1] else one.strip().upper() == other.strip().upper()


def _find_region(country: str, region: str, regions: Regions) -> tuple[int | None, str]:
    """Return Commerce's number and code of a region, by its name or its code; without one, what is known of the US."""
    name = region.strip().upper()
    if not name:
        return None, ""
    state = STATES.get(name, "") if country == "US" else ""
    found = regions.get((country, name)) or regions.get((country, state))
    return found or (None, state)


def _region_name(country: str, region: str, regions: Regions) -> str:
    """Return an American state's name in its usual spelling; another region's as it was given."""
    code = _find_region(country, region, regions)[1]
    return STATE_NAMES.get(code, region) if country == "US" else region


def _missing(name: str, street: tuple[str, ...], where: _Where, country: str) -> tuple[str, ...]:
    parts = {"name": name, "street": street, "city": where.city, "country": country}
    parts["postcode"] = where.postcode or (country if country in WITHOUT_POSTCODE else "")
    return tuple(part for part in NEEDED if not parts[part])


def _phone(phone: str) -> str:
    """Return a phone number that Commerce takes: digits and the signs between them, twenty at most.

    >>> _phone("+1 (555) 123-4567 ext. 89"), _phone("n/a")
    ('+1 (555) 123-4567', '')
    """
    number = re.match(r"[\s\d+()-]*", clean(phone).replace(".", "-").replace("/", "-"))
    text = number[0].strip(" -")[:20].strip(" -") if number else ""
    return text if any(character.isdigit() for character in text) else ""


def _fitted(street: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of a street, cut to what Commerce's column holds of them together."""
    kept, left = [], LONGEST
    for line in street:
        if left > 0:
            kept.append(line[:left].strip())
            left -= len(kept[-1]) + 1
    return tuple(line for line in kept if line)
