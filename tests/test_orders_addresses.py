"""Addresses come in every shape; Commerce takes one: nothing of somebody's is lost, made up, or shown."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import Address, Person
from channelkit.orders.addresses import NAMELESS, PLACEHOLDER, Place, lacking_of, normalise
from channelkit.orders.regions import STATE_NAMES, spell_country
from channelkit.orders.spelling import NO_LAST_NAME, clean, clean_name, split_name
from channelkit.orders.terms import OrderTerms

REGIONS = {
    ("US", "CA"): (12, "CA"),
    ("US", "CALIFORNIA"): (12, "CA"),
    ("US", "PR"): (52, "PR"),
    ("US", "PUERTO RICO"): (52, "PR"),
    ("DE", "BAY"): (81, "BAY"),
    ("DE", "BAYERN"): (81, "BAY"),
    ("CA", "ON"): (74, "ON"),
    ("CA", "ONTARIO"): (74, "ON"),
}
TERMS = OrderTerms("us", "A1", marketplace("US"), regions=REGIONS, countries=frozenset({"US", "PR", "DE", "GB", "CA"}))
BARE = OrderTerms("us", "A1", marketplace("US"))


def place(terms: OrderTerms = TERMS, *, name: str = "Ann Lee", **parts: object) -> Place:
    known: dict[str, object] = {"lines": ("1 Elm St",), "city": "Springfield", "postcode": "00000", "country": "US"}
    return normalise(Person(name=name, address=Address(**{**known, **parts})), terms)  # type: ignore[arg-type]


def where(found: Place) -> tuple[str, str, str]:
    return found.city, found.region_code or found.region, found.postcode


FREE = {
    "the documented example": ("Escondido, californiA 92025-1501", "US", ("Escondido", "CA", "92025")),
    "a state's code": ("Escondido CA 92025", "US", ("Escondido", "CA", "92025")),
    "a state of two words": ("Albany, New York 12207", "US", ("Albany", "NY", "12207")),
    "a state of three words": ("Washington District of Columbia 20001", "US", ("Washington", "DC", "20001")),
    "a city called as its state": ("New York, New York, 10001", "US", ("New York", "NY", "10001")),
    "Puerto Rico as a state": ("San Juan, PR 00901", "US", ("San Juan", "PR", "00901")),
    "Puerto Rico as a country": ("San Juan, Puerto Rico 00901", "PR", ("San Juan", "Puerto Rico", "00901")),
    "no state": ("Escondido 92025", "US", ("Escondido", "", "92025")),
    "a postcode in front": ("80331 München", "DE", ("München", "", "80331")),
    "a region of Commerce's": ("München, bayern 80331", "DE", ("München", "BAY", "80331")),
    "Canada": ("Toronto, Ontario m5v 2t6", "CA", ("Toronto", "ON", "M5V 2T6")),
    "Britain": ("London SW1A 1AA", "UK", ("London", "", "SW1A 1AA")),
    "the Netherlands": ("1012 AB Amsterdam", "NL", ("Amsterdam", "", "1012 AB")),
    "Poland": ("00-950 Warszawa", "PL", ("Warszawa", "", "00-950")),
    "Japan": ("新宿区 160-0022", "JP", ("新宿区", "", "160-0022")),
    "a city with a number": ("Paris 01", "FR", ("Paris 01", "", "")),
    "a number alone": ("92025", "US", ("92025", "", "")),
    "a country that nobody knows": ("Somewhere 123", "XX", ("Somewhere 123", "", "")),
    "a comma that means nothing": ("Ham, Surrey", "GB", ("Ham, Surrey", "", "")),
}


@pytest.mark.parametrize(("text", "country", "expected"), list(FREE.values()), ids=list(FREE))
def test_or_09_city_region_and_postcode_come_out_of_free_text(
    text: str, country: str, expected: tuple[str, str, str]
) -> None:
    """OR-09: free text to city, region and postcode."""
    assert where(place(city=text, region="", postcode="", country=country)) == expected


def test_or_09_the_documented_example_needs_no_directory_of_commerces() -> None:
    """OR-09: also before Commerce's regions were ever read."""
    found = place(BARE, city="Escondido, californiA 92025-1501", postcode="")
    assert (found.city, found.region, found.region_code, found.region_id, found.postcode) == (
        "Escondido", "California", "CA", None, "92025",
    )  # fmt: skip


def test_parts_that_amazon_gives_apart_win_over_free_text() -> None:
    found = place(city="Escondido, CA 92025", region="California", postcode="92025-1501")
    assert (found.city, found.region, found.region_id, found.postcode) == ("Escondido", "California", 12, "92025-1501")
    kept = place(city="Escondido, TX", region="California", postcode="92025")
    assert (kept.city, kept.region_code) == ("Escondido, TX", "CA"), "two states that differ: nothing is thrown away"


@pytest.mark.parametrize("country", ["PR", "pr", "US"])
def test_or_09_puerto_rico_is_taken_as_a_country_and_as_a_state(country: str) -> None:
    """OR-09: PR accepted, whichever of the two Commerce knows."""
    address: dict[str, Any] = {"city": "San Juan", "region": "PR", "postcode": "00901", "country": country}
    both = place(**address)
    assert (both.country, both.missing) == (country.upper(), ())
    as_state = place(replace(TERMS, countries=frozenset({"US"})), **address)
    assert (as_state.country, as_state.region_code, as_state.region_id) == ("US", "PR", 52)
    without = {key: value for key, value in REGIONS.items() if value[1] != "PR"}
    as_country = place(replace(TERMS, regions=without), **address)
    assert (as_country.country, as_country.region_id) == ("PR", None)


@pytest.mark.parametrize(("given", "expected"), [("UK", "GB"), ("uk", "GB"), ("GB", "GB"), ("EL", "GR"), ("", "")])
def test_countries_are_spelled_as_commerce_has_them(given: str, expected: str) -> None:
    assert spell_country(given) == expected


NAMES = {
    "two words": ("Ann Lee", ("Ann", "Lee")),
    "three words": ("Anna Maria Schmidt", ("Anna Maria", "Schmidt")),
    "a particle": ("Ludwig van Beethoven", ("Ludwig", "van Beethoven")),
    "two particles": ("Maria de la Cruz", ("Maria", "de la Cruz")),
    "a particle in front": ("Van Morrison", ("Van", "Morrison")),
    "a suffix": ("Martin King Jr.", ("Martin", "King Jr.")),
    "a suffix after a comma": ("Martin King, Jr.", ("Martin", "King Jr.")),
    "last name first": ("Schmidt, Anna", ("Anna", "Schmidt")),
    "one name": ("Cher", ("Cher", NO_LAST_NAME)),
    "Japanese": ("山田 太郎", ("太郎", "山田")),
    "Arabic": ("محمد بن سلمان", ("محمد بن", "سلمان")),
    "signs": ("J@ne <O'Hara> ★ #7", ("J ne O'Hara", "7")),
    "pictures": ("Zoë 🎉👩‍👩‍👧 Núñez", ("Zoë", "Núñez")),
    "a tab": ("Ann\tLee\n", ("Ann", "Lee")),
    "nothing": ("", ("", "")),
    "signs alone": ("★★ #", ("", "")),
}


@pytest.mark.parametrize(("name", "expected"), list(NAMES.values()), ids=list(NAMES))
def test_names_are_split_in_two_and_special_signs_are_stripped(name: str, expected: tuple[str, str]) -> None:
    assert split_name(name) == expected


def test_a_company_stands_in_for_a_name_and_is_not_written_twice() -> None:
    found = place(name="", company="Acme GmbH & Co. KG")
    assert (found.first, found.last, found.company, found.missing) == ("Acme GmbH & Co.", "KG", "", ())
    assert place(company="Acme").company == "Acme"


def test_the_recipients_name_goes_before_the_buyers() -> None:
    person = Person(name="Bob Buyer", address=Address(name="Rita Recipient", lines=("1 Elm St",), country="US"))
    assert normalise(person, TERMS).first == "Rita"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"name": ""}, ("name",)),
        ({"lines": ()}, ("street",)),
        ({"lines": (" ", "\u200b")}, ("street",)),
        ({"city": ""}, ("city",)),
        ({"postcode": ""}, ("postcode",)),
        ({"country": ""}, ("country",)),
        ({"country": "AE", "postcode": ""}, ()),
        ({"country": "SG", "city": "", "postcode": "238801"}, ()),
        ({"region": ""}, ()),
    ],
    ids=["name", "street", "blank street", "city", "postcode", "country", "no postcodes there", "city state", "region"],
)
def test_what_is_missing_is_named(changes: dict[str, object], missing: tuple[str, ...]) -> None:
    assert place(**changes).missing == missing  # type: ignore[arg-type]


def test_nobody_lacks_all_and_a_postcode_in_the_citys_text_is_not_lacking() -> None:
    assert lacking_of(None, TERMS) == ("name", "street", "city", "postcode", "country")
    free = Address(name="Ann Lee", lines=("1 Elm St",), city="Escondido, CA 92025", country="US")
    assert lacking_of(Person(address=free), TERMS) == ()


def test_or_08_orders_that_amazon_fulfils_get_placeholders() -> None:
    """OR-08: FBA placeholders."""
    found = normalise(Person(), TERMS, placeholders=True)
    assert f"{found.first} {found.last}" == NAMELESS
    assert (found.street, found.city, found.country, found.phone) == ((PLACEHOLDER,), PLACEHOLDER, "US", TERMS.phone)
    assert found.missing == ()


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+1 (555) 123-4567 ext. 89", "+1 (555) 123-4567"),
        ("030.123.456", "030-123-456"),
        ("+1 206-266-1000-1234-5678-9012", "+1 206-266-1000-1234"),
        ("", "0000000000"),
        ("n/a", "0000000000"),
    ],
)
def test_phones_are_what_commerce_takes_or_the_stores_own(phone: str, expected: str) -> None:
    assert place(phone=phone).phone == expected


def test_a_place_shows_nothing_of_anybody() -> None:
    shown = repr(place(name="Planted Name", city="Planted City", company="Planted Inc", phone="555"))
    assert "Planted" not in shown and "555" not in shown and "Elm" not in shown


TEXT = st.text(max_size=60)
ADDRESS = st.builds(
    Address,
    name=TEXT, company=TEXT, lines=st.lists(st.text(max_size=200), max_size=4).map(tuple), city=TEXT, region=TEXT,
    postcode=TEXT, country=st.sampled_from(["US", "UK", "PR", "DE", "JP", "", "xx"]) | TEXT, phone=TEXT,
)  # fmt: skip


@example(Person(company=","), False, 0)
@given(st.builds(Person, name=TEXT, company=TEXT, address=st.none() | ADDRESS), st.booleans(), st.sampled_from([0, 1]))
def test_whatever_comes_the_place_is_one_that_commerce_takes(person: Person, placeholders: bool, which: int) -> None:
    found = normalise(person, (TERMS, BARE)[which], placeholders=placeholders)
    texts = [
        found.first,
        found.last,
        found.company,
        *found.street,
        found.city,
        found.region,
        found.postcode,
        found.phone,
    ]
    for text in texts:
        assert text == text.strip()
        assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") for character in text)
    assert len("\n".join(found.street)) <= 255
    assert all(len(text) <= 255 for text in texts)
    assert any(character.isdigit() for character in found.phone)
    assert bool(found.first) == bool(found.last)
    parts = {"name": found.first, "street": found.street, "city": found.city, "country": found.country}
    assert set(parts) - {part for part in parts if parts[part]} == set(found.missing) - {"postcode"}
    assert not (placeholders and found.missing)


@given(TEXT)
def test_a_names_words_are_neither_lost_nor_made_up(name: str) -> None:
    first, last = split_name(name)
    words = [word.strip(",") for word in clean_name(name).replace(",", " ").split()]
    assert sorted(f"{first} {last}".replace(",", " ").split()) in (
        sorted(word for word in words if word),
        sorted([*words, NO_LAST_NAME]),
    )


@given(st.text())
def test_cleaning_twice_changes_nothing_and_letters_of_every_script_stay(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    if len(text) < 200:
        letters = [c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c).startswith(("L", "N"))]
        assert [c for c in once if unicodedata.category(c).startswith(("L", "N"))] == letters


@given(st.sampled_from(sorted(STATE_NAMES)), st.booleans(), st.integers(0, 99_999), st.randoms())
def test_every_state_in_any_capitals_is_found_in_free_text(code: str, named: bool, number: int, random: object) -> None:
    state = STATE_NAMES[code] if named else code
    mixed = "".join(c.upper() if random.random() < 0.5 else c.lower() for c in state)  # type: ignore[attr-defined]
    found = place(BARE, city=f"Springfield, {mixed} {number:05}", postcode="")
    assert (found.city, found.region_code, found.postcode) == ("Springfield", code, f"{number:05}")


@given(ADDRESS)
def test_what_was_normalised_stays_as_it_is(address: Address) -> None:
    first = normalise(Person(address=address), TERMS)
    again = Address(
        name=f"{first.first} {first.last}", company=first.company, lines=first.street, city=first.city,
        region=first.region, postcode=first.postcode, country=first.country, phone=first.phone,
    )  # fmt: skip
    second = normalise(Person(address=again), TERMS)
    assert (second.street, second.country, second.phone) == (first.street, first.country, first.phone)
    assert (second.region_id, second.region_code) == (first.region_id, first.region_code) or not first.region
