"""What price rules would have asked on past days, from a history that is known to the last change."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from channelkit.database import listings, products, stores, tabs
from channelkit.database.competition import store_compared
from channelkit.database.connection import Database
from channelkit.database.history import Origin
from channelkit.database.reference import store_reference
from channelkit.errors import UsageError
from channelkit.facts import Store
from channelkit.model.competition import Compared, Offer
from channelkit.model.tables import LISTINGS, PRODUCTS, TABS
from channelkit.prices.imagining import check_days, imagine_prices
from channelkit.prices.reading import read_any
from channelkit.prices.what_if import PriceWhatIf
from channelkit.pricing.terms import PriceTerms
from tests.database_fixtures import table_of

NOON = 1_790_000_000_000 - 1_790_000_000_000 % 86_400_000 + 43_200_000
"""Noon of a day in UTC, in which the store's marketplace counts its days here."""

DAY = 86_400_000
SKUS = ("A-mug", "A-cup")
STORE = cast(
    Store,
    SimpleNamespace(
        name="de",
        store_view="",
        terms=SimpleNamespace(time_zone="UTC"),
        prices=PriceTerms("EUR", 2, minimum="map"),
    ),
)
MATCH: dict[str, Any] = {
    "name": "Match",
    "competitor": {"source": "featured"},
    "floor": {"attribute": "price", "direction": "decrease", "percent": "20"},
    "ceiling": {"attribute": "price", "direction": "increase", "percent": "10"},
}


@pytest.fixture
def lived(database: Database) -> Database:
    """Two listings at 20.00 for six days; of the mug others ask 18, then 30, then nobody is featured, then 10."""
    told = [
        {"sku": sku, "entity_id": place, "type": "simple", "price": "20.00", "attributes": json.dumps({"map": floor})}
        for place, (sku, floor) in enumerate((("mug", None), ("cup", "17.50")))
    ]
    shown = [
        {
            "seller_sku": sku,
            "asin": f"B0{place}",
            "price": 2000,
            "currency": "EUR",
            "quantity": 3,
            "condition": "new_new",
        }
        for place, sku in enumerate(SKUS)
    ]
    placed = [
        {"store": "de", "listed": True, "sku": sku, "seller_sku": sku, "product_sku": sku[2:], "asin": f"B0{place}"}
        | {"tab": "Active", "status": "Active", "reason": "", "next_step": "", "actions": "", "stale": False}
        for place, sku in enumerate(SKUS)
    ]
    with database.write() as connection:
        stores.register_store(connection, "de", account="a", marketplace_id="A1PA6795UKMFR9", website="eu", at=1)
        store_reference(connection, "commerce", "currencies", json.dumps({"base": "EUR", "rates": {}}), at=1)
        products.store_products(connection, table_of(PRODUCTS, told, products.READ), at=1, run="r")
        report = table_of(LISTINGS, shown, ("seller_sku", *listings.REPORTED))
        listings.store_report(connection, "de", report, asked_at=1, run="r")
        names = [name for name in TABS.names if name != "digest"]
        tabs.store_tabs(connection, "de", table_of(TABS, placed, names), at=1, run="r")
    for days_ago, price in ((5, 1800), (4, 3000), (3, None), (1, 1000)):
        rival = Offer("R", "New", "New", price=price or 2500, featured=price is not None)
        compare(database, "B00", (rival,), NOON - days_ago * DAY)
    compare(database, "B01", (Offer("R", "New", "New", price=1400, featured=True),), NOON - 2 * DAY)
    return database


def compare(database: Database, asin: str, offers: tuple[Offer, ...], at: int) -> None:
    with database.write() as connection:
        store_compared(connection, [Compared(asin, "New", offers, True)], "EUR", Origin("de", at, "channelkit", "r"))


def ask(database: Database, rules: list[dict[str, Any]], days: int = 6) -> PriceWhatIf:
    return imagine_prices(database, STORE, read_any(rules), NOON, days)


def asked_of(found: PriceWhatIf, sku: str) -> list[tuple[int | None, str, bool | None]]:
    rows = [row for row in found.table.to_pylist() if row["seller_sku"] == sku]
    return [(row["asked"], row["bound"], row["met"]) for row in rows]


def test_each_day_is_priced_with_what_others_wanted_then(lived: Database) -> None:
    """PR-04, PR-09, PR-10: floor 16.00, ceiling 22.00, and the source where nobody is featured."""
    found = ask(lived, [MATCH])
    assert asked_of(found, "A-mug") == [
        *((1800, "", True), (2200, "ceiling", True), (2000, "", None), (2000, "", None)),
        *((1600, "floor", False), (1600, "floor", False)),
    ]
    assert (found.days, found.asked_days, found.listings) == (6, 6, 2)


def test_map_is_told_as_the_bound_that_it_is(lived: Database) -> None:
    """LS-05: the cup's least price to advertise is above the rule's floor."""
    assert asked_of(ask(lived, [MATCH]), "A-cup") == [(1750, "MAP", False)] * 3
    assert ask(lived, [MATCH]).bounds == {"MAP": 3, "ceiling": 1, "floor": 2}


def test_what_was_met_then_and_would_be_is_counted_day_by_day(lived: Database) -> None:
    found = ask(lived, [MATCH])
    assert (found.comparable, found.met, found.met_then) == (7, 2, 1)
    days = found.by_day()
    assert [(row["comparable"], row["met"], row["met_then"]) for row in days] == [
        *((1, 1, 0), (1, 1, 1), (0, 0, 0), (1, 0, 0), (2, 0, 0), (2, 0, 0)),
    ]
    assert "on 2 of 7 listing-days (29 %)" in repr(found) and "ceiling 1, floor 2" in repr(found)


def test_what_was_mistyped_at_the_end_of_a_day_is_doubted_then_and_believed_the_day_after(lived: Database) -> None:
    """PR-04: the cup's rivals ask 18.00, and on the evening of the fifth day 1.80."""
    late = NOON - 2 * DAY + 9 * 3_600_000
    for price, at in ((1800, NOON - 5 * DAY), (180, late)):
        compare(lived, "B01", (Offer("R", "New", "New", price=price, featured=True),), at)
    found = asked_of(ask(lived, [MATCH | {"floor": None}]), "A-cup")
    assert [asked for asked, _, _ in found] == [1800, 1800, 1800, 1800, 1750, 1750]
    notes = [row["note"] for row in ask(lived, [MATCH]).table.to_pylist() if row["seller_sku"] == "A-cup"]
    assert ["is believed once it is still there" in note for note in notes] == [False] * 3 + [True, False, False]


def test_ratings_and_wear_are_those_of_that_day_where_the_history_has_them(lived: Database) -> None:
    """PR-05, PR-06."""
    rated = {"feedback": 97, "ratings": 1234}
    told = (
        *((5, {"price": 1700, **rated}), (4, {"price": 1700, "feedback": 80, "ratings": 50}), (3, {"price": 1900})),
        (2, {"price": 1850, "subcondition": "OpenBox", **rated}),
    )
    for days_ago, more in told:
        offer = Offer("R", **({"condition": "New", "subcondition": "New"} | more))
        compare(lived, "B01", (offer,), NOON + (10 - days_ago) * DAY)
    strict = {"name": "Strict", "competitor": {"source": "lowest", "feedback": 95, "ratings": 1200}}
    matching = {"name": "Matching", "competitor": {"source": "lowest", "conditions": "matching"}}
    asked = [imagine_prices(lived, STORE, read_any([rule]), NOON + 10 * DAY, 6) for rule in (strict, matching)]
    found = [[price for price, _, _ in asked_of(each, "A-cup")] for each in asked]
    assert found == [[1750, 2000, 2000, 1850, 1850, 1850], [1750, 1750, 1900, 2000, 2000, 2000]]
    assert "is as it was then." in repr(asked[0])


def test_a_history_that_does_not_follow_ratings_yet_says_so(lived: Database) -> None:
    found = ask(lived, [MATCH])
    assert found.rated == (7, 7) and "is as it was then." in repr(found)
    older, partly = replace(found, rated=(0, 7)), replace(found, rated=(2, 7))
    assert "does not know yet how others were rated" in repr(older)
    assert "on 2 of 7 listing-days; on the others each counts as qualified" in repr(partly)


def test_of_today_every_offer_is_known_and_the_answer_is_that_of_a_decision(lived: Database) -> None:
    """PR-05: the lowest one does not qualify, and the next one is followed."""
    unrated = Offer("R", "New", "New", price=1000, feedback=50, ratings=9)
    other = Offer("Q", "New", "New", price=1950, feedback=99, ratings=900)
    compare(lived, "B00", (unrated, other), NOON - 3_600_000)
    rule = {"name": "Strict", "competitor": {"source": "lowest", "feedback": 90}}
    assert asked_of(ask(lived, [rule]), "A-mug")[-1][0] == 1950


def test_rules_hold_on_their_own_days_alone(lived: Database) -> None:
    yesterday = ask(lived, []).by_day()[-2]["day"]
    sale = {"name": "Sale", "adjustment": {"direction": "decrease", "amount": "10"}, "last_day": yesterday}
    assert [asked for asked, _, _ in asked_of(ask(lived, [sale]), "A-cup")] == [1800, 1800, 2000]
    resting = ask(lived, [MATCH | {"active": False}])
    assert {asked for asked, _, _ in asked_of(resting, "A-mug")} == {2000} and resting.rules == 0


def test_a_longer_look_back_says_what_the_history_does_not_know(lived: Database) -> None:
    found = ask(lived, [MATCH], days=30)
    assert found.days == 6 and "tells of 6 of the 30 days" in repr(found)
    html = found._repr_html_()
    assert "as they are today" in html and "Day by day" in html and len(found.frame()) == 9
    told = json.loads(json.dumps(found.summary()))
    assert told["met"] == 2 and told["bounds"]["floor"] == 2
    assert "does not know what others wanted" in repr(ask_nothing(lived))


def ask_nothing(database: Database) -> PriceWhatIf:
    return imagine_prices(database, STORE, (), NOON - 60 * DAY, 3)


@pytest.mark.parametrize("days", [0, -3, 100_000])
def test_days_that_are_none_are_refused(days: int) -> None:
    with pytest.raises(UsageError, match="Ask for 1 to 366 days"):
        check_days(days)
