"""Buyers and where they live: all made up, and as awkward as real ones."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

import msgspec

from channelkit.sandbox.amazon.orders import Address, Buyer, Order

RELAY = "marketplace.amazon.com"
_ALPHABET = "abcdefghjkmnpqrstvwxyz0123456789"

_GIVEN = {
    "US": ("Renée", "D'Angela", "Siobhán", "José María", "Anne-Marie", "Tevin", "Zoë", "Marisol 🌻", "Hollis", "Ngozi"),
    "DE": ("Jörg", "Änne", "Karl-Heinz", "Özlem", "Friedelind", "Søren", "Małgorzata", "Björn", "Tjorven", "Ute"),
    "FR": ("Aurélie", "Jean-Loup", "Éloïse", "Gwenaëlle", "Thibault", "Noémie", "Loïc", "Maëlys"),
    "JP": ("みどり", "健太郎", "さくら", "一郎", "ひかり", "翔"),
}
_FAMILY = {
    "US": ("O'Mallory-Quist", "Nuñez Ortegón", "Vandersloth", "St. Clairmont", "McTavishow", "Brontéson", "Wójcikova"),
    "DE": ("Müllerschön", "von der Aue-Langhans", "Straßbürger", "Ünlütürk", "Nørgaardsen", "Weißgerberin"),
    "FR": ("L'Hermittière", "Lefèvrier", "d'Étoilange", "Quémeneurs", "Saint-Aubinet", "Çelikoux"),
    "JP": ("北条院", "渡邉野", "小鳥遊川", "五十嵐沢"),
}
_COMPANIES = {
    "US": ("Brightwater Tool & Die, LLC", "Hollow Pine Dental P.C."),
    "DE": ("Brücke & Söhne Feinmechanik GmbH", "Praxis für Kieferkunde Dr. Aue"),
    "FR": ("Société Générale des Échelles S.A.R.L.", "L'Atelier d'Étoilange"),
    "JP": ("株式会社みどり工房", "有限会社小鳥遊"),
}
_PLACES: dict[str, tuple[Address, ...]] = {
    "US": (
        Address(line1="1187 Marrowbone Lane", city="Carson City", region="NV", postcode="89703", country="US"),
        Address(line1="42 O'Farrelly Ct", line2="Apt #3-B", city="Boise", region="ID", postcode="83702", country="US"),
        Address(line1="9 Nickelby Rd.", city="Austin", region="texas", postcode="78701-4410", country="US"),
        Address(line1="77 Escondite Vista Dr", city="Escondido, californiA 92025-1501", country="US"),
        Address(line1="22 Palomarita Way", city="ESCONDIDO", region="californiA", postcode="92025-1501", country="US"),
        Address(line1="513 Cañada Verdejo", city="Española", region="N.M.", postcode="87532", country="US"),
        Address(
            line1="1209 Calle Luna Viejita",
            line2="Urb. Las Brisitas",
            city="San Juan",
            region="PR",
            postcode="00907",
            country="US",
        ),
        Address(line1="8 Calle Sol Nuevito", city="Ponce", postcode="00730", country="PR"),
        Address(line1="Unit 20504 Box 41907", city="APO", region="AP", postcode="96278", country="US"),
        Address(line1="600 Thirteenth-and-a-Half St", line3="Dock 4", city="Reno", region="Nevada", postcode="89501"),
    ),
    "CA": (
        Address(line1="318 Rue des Érablières", city="Québec", region="QC", postcode="G1R 4S9", country="CA"),
        Address(line1="27 Saskatoonberry Cres", city="Regina", region="Saskatchewan", postcode="S4P3Y2", country="CA"),
    ),
    "DE": (
        Address(line1="Königsallee-Gäßchen 7b", city="Düsseldorf", postcode="40212", country="DE"),
        Address(line1="Straße des 31. Februar 12", line2="Hinterhaus", city="Leipzig", postcode="04109", country="DE"),
        Address(line2="Am Öhrlisberg 3", city="Gößweinstein", region="Bayern", postcode="91327", country="DE"),
        Address(line1="Packstation 9147", line2="Postnummer 81234567", city="Köln", postcode="50667", country="DE"),
    ),
    "FR": (
        Address(line1="14 bis, rue de l'Éléphantine", city="Saint-Étienne", postcode="42000", country="FR"),
        Address(line1="3 quai aux Œillettes", line2="Bât. C, 2e étage", city="Nantes", postcode="44000", country="FR"),
    ),
    "UK": (
        Address(line1="Flat 4, 9 Nettlebed Mewsway", city="LONDON", region="Gt Lon", postcode="sw1a1aa", country="GB"),
        Address(line1="Ty Gwynfor, Heol Y Bryncoch", city="Llanelli", postcode="SA15 1AA", country="GB"),
    ),
    "JP": (
        Address(line1="桜新町九丁目99番地", city="世田谷区", region="東京都", postcode="154-0015", country="JP"),
        Address(line1="海岸通9-99-9", line2="みどり荘205", city="神戸市", region="兵庫県", postcode="650-0024"),
    ),
}
_DIALS = {"US": "+1 775-555-01", "CA": "+1 418-555-01", "DE": "0341 9999", "FR": "01 99 00 99 ", "JP": "03-9999-00"}


def make_person(rng: random.Random, country: str) -> tuple[Buyer, Address]:
    """Return a buyer and an address in a marketplace's country; now and then the phone or the street is missing.

    Arguments:
        country: the marketplace's, as Amazon writes it.
    """
    tongue = country if country in _GIVEN else "US"
    name = f"{rng.choice(_GIVEN[tongue])} {rng.choice(_FAMILY[tongue])}"
    if tongue == "JP":
        name = " ".join(reversed(name.split(" ")))
    relay = "".join(rng.choice(_ALPHABET) for _ in range(14))
    company = rng.choice(_COMPANIES[tongue]) if rng.random() < 0.12 else ""
    ordered = f"PO-{rng.randrange(10_000, 99_999)}/{rng.choice('ABC')}" if company and rng.random() < 0.5 else ""
    phone = f"{_DIALS.get(country, _DIALS['US'])}{rng.randrange(100):02d}" if rng.random() < 0.8 else ""
    place = rng.choice(_PLACES.get(country, _PLACES["US"]))
    if rng.random() < 0.02:
        place = msgspec.structs.replace(place, line1="", line2="", line3="")
    receiver = name if rng.random() < 0.9 else name.upper()
    address = msgspec.structs.replace(
        place, name=receiver, company=company, phone=phone, country=place.country or country
    )
    return Buyer(name, f"{relay}@{RELAY}", company, ordered), address


def planted(orders: Iterable[Order]) -> frozenset[str]:
    """Return every name, company, e-mail, phone, street and purchase order number of the buyers of these orders.

    Whoever promises to keep people's data to themselves can search what they wrote for these texts.
    """
    return frozenset(text for order in orders for text in _texts(order) if text)


def _texts(order: Order) -> Iterator[str]:
    yield from (order.buyer.name, order.buyer.email, order.buyer.company, order.buyer.purchase_order)
    if order.address is not None:
        address = order.address
        yield from (address.name, address.company, address.phone, address.line1, address.line2, address.line3)
