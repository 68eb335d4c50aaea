"""What prices are made from: attributes in three scopes, currencies, which rules hold for what, and others' offers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from channelkit import price_facts, price_masks
from channelkit.database import products, progress, reference, scopes
from channelkit.database.competition import store_compared
from channelkit.database.connection import Database
from channelkit.database.history import Origin
from channelkit.database.schema import listings, tabs
from channelkit.kit import Kit
from channelkit.listings.rules.tree import Condition, Group
from channelkit.model.columns import one
from channelkit.model.competition import Compared, Offer
from channelkit.model.tables import PRODUCTS, SCOPES
from channelkit.price_facts import KnownPrices, load_price_facts, price_codes
from channelkit.price_masks import load_masks
from channelkit.price_terms import load_price_terms
from channelkit.pricing.rules import Bound, Competitor, PriceRule
from channelkit.pricing.terms import OFFERS, Amounts, PriceFacts, PriceTerms
from channelkit.settings.price_section import PriceSettings
from tests.database_fixtures import table_of
from tests.kit_fixtures import Practice, RunKit
from tests.order_rows import add

NOW = 1_790_000_000_000
DAY = 86_400_000
TERMS = PriceTerms("USD", 2, list_price="msrp", cost="cost")
STORE = SimpleNamespace(name="us", store_view="us_en", prices=PriceTerms("USD", 2, time_zone="America/Los_Angeles"))
INTELLIGENT = PriceRule("match", "Match", competitor=Competitor())

Told = Mapping[str, str | None]


def keep(database: Database, everywhere: Mapping[str, Told], **views: Mapping[str, Told]) -> None:
    """Keep what Commerce says of products: for all websites, and in the views ``us_en``, ``de_de`` and ``jp_ja``."""
    rows = [
        {"sku": sku, "entity_id": number, "type": "simple", "price": told.get("price"), "attributes": _rest(told)}
        for number, (sku, told) in enumerate(everywhere.items(), start=1)
    ]
    of_views = [
        {"store_view": view, "sku": sku, "price": told.get("price"), "prices": _rest(told) if len(told) > 1 else None}
        for view, by_sku in views.items()
        for sku, told in by_sku.items()
    ]
    bodies = {
        "websites": [{"id": number, "code": code} for number, code in ((2, "eu"), (1, "us"), (3, "jp"))],
        "store_views": [
            {"id": number, "code": code, "website_id": website}
            for number, (code, website) in enumerate((("de_de", 2), ("us_en", 1), ("us_es", 1), ("jp_ja", 3)))
        ],
        "store_configs": [
            {"code": code, "base_currency_code": currency}
            for code, currency in (("us_en", "USD"), ("us_es", "USD"), ("de_de", "EUR"), ("jp_ja", "JPY"))
        ],
        "currencies": {"base": "USD", "rates": {"EUR": "0.8"}},
    }
    with database.write() as connection:
        products.store_products(connection, table_of(PRODUCTS, rows, products.READ), at=1, run="r")
        if of_views:
            names = ("store_view", "sku", "price", "prices")
            scopes.store_scopes(connection, table_of(SCOPES, of_views, names), at=1, run="r")
        for kind, body in bodies.items():
            reference.store_reference(connection, "commerce", kind, json.dumps(body), at=1)


def _rest(told: Told) -> str:
    return json.dumps({code: value for code, value in told.items() if code != "price" and value is not None})


def read(
    database: Database, skus: Sequence[str], terms: PriceTerms = TERMS, rules: Sequence[PriceRule] = (), **more: Any
) -> PriceFacts:
    with database.read() as connection:
        return load_price_facts(connection, STORE, terms, rules, pa.array(skus, pa.string()), NOW, **more)


def told(amounts: Amounts) -> list[tuple[str | None, str | None]]:
    return list(zip(amounts.values.to_pylist(), amounts.currencies.to_pylist(), strict=True))


def test_ls_04_values_are_those_that_the_stores_own_view_shows_with_its_currency(database: Database) -> None:
    keep(
        database,
        {"A": {"price": "30", "msrp": "40.000000"}, "B": {"price": "20", "cost": "9"}, "C": {"price": "5"}},
        us_en={"A": {"price": "29.5", "msrp": "39.99", "cost": ""}, "B": {"price": "20"}},
        de_de={"A": {"price": "1"}},
    )
    found = read(database, ["C", "A", "B", "gone"])
    assert found.skus.to_pylist() == ["C", "A", "B", "gone"]
    assert set(found.amounts) == {"price", "msrp", "cost"}
    assert told(found.amounts["price"]) == [("5", "USD"), ("29.5", "USD"), ("20", "USD"), (None, "USD")]
    assert found.amounts["msrp"].values.to_pylist() == [None, "39.99", None, None]
    assert found.amounts["cost"].values.to_pylist() == [None, None, "9", None], "what was not asked is as for all"


def test_a_view_that_has_nothing_of_its_own_there_has_nothing(database: Database) -> None:
    keep(database, {"A": {"price": "30", "msrp": "40"}}, us_en={"A": {"price": "30", "msrp": ""}})
    assert told(read(database, ["A"]).amounts["msrp"]) == [(None, "USD")]


def test_pr_11_a_global_scope_takes_what_holds_for_all_websites_in_the_base_currency(database: Database) -> None:
    keep(database, {"A": {"price": "30"}}, us_en={"A": {"price": "25"}})
    terms = replace(TERMS, currency="EUR", scope="global")
    assert told(read(database, ["A"], terms).amounts["price"]) == [("30", "USD")]


P17: Mapping[str, Told] = {"A": {"price": "31.99"}}


@pytest.mark.parametrize(
    ("views", "order", "price"),
    [
        ({"us_en": "24.99", "de_de": "31.99"}, (), ("24.99", "USD")),
        ({"us_en": "31.990000", "de_de": "27.99"}, (), ("27.99", "EUR")),
        ({"us_en": "31.99", "de_de": "31.99"}, (), ("31.99", "USD")),
        ({"us_en": "24.99", "de_de": "27.99"}, (), ("24.99", "USD")),
        ({"us_en": "24.99", "de_de": "27.99"}, ("eu", "us"), ("27.99", "EUR")),
        ({"us_en": "24.99", "de_de": "31.99", "jp_ja": "2799"}, ("jp",), ("2799", "JPY")),
        ({}, (), ("31.99", "USD")),
    ],
    ids=["P17", "P18", "P19 none has its own", "both", "both, the other first", "third first", "nothing read"],
)
def test_pr_11_the_first_website_with_a_value_of_its_own_is_taken(
    database: Database, views: Mapping[str, str], order: tuple[str, ...], price: tuple[str, str]
) -> None:
    """P17 to P19: a default of 31.99; what uses the default shows the default."""
    keep(database, P17, **{view: {"A": {"price": amount}} for view, amount in views.items()})
    terms = replace(TERMS, scope="websites", website_order=order)
    assert told(read(database, ["A"], terms).amounts["price"]) == [price]


def test_each_attribute_goes_along_the_websites_for_itself_and_a_special_price_brings_its_days(
    database: Database,
) -> None:
    everywhere = {"A": {"price": "30", "sale": "25", "from": "2026-01-01"}, "B": {"price": "30", "from": "2026-02-01"}}
    german: Told = {"price": "28", "cost": "9", "sale": "19", "from": "2026-11-01", "to": ""}
    keep(
        database,
        {**everywhere},
        us_en={"A": {"price": "30", "cost": "", "sale": "25.00", "from": "2026-05-05", "to": "2026-06-06"}},
        de_de={"A": german},
    )
    terms = replace(TERMS, scope="websites", list_price="", sale="sale", sale_from="from", sale_to="to")
    found = read(database, ["A", "B"], terms)
    assert told(found.amounts["price"]) == [("28", "EUR"), ("30", "USD")]
    assert told(found.amounts["cost"]) == [("9", "EUR"), (None, "USD")]
    assert told(found.amounts["sale"]) == [("19", "EUR"), (None, "USD")]
    assert {code: days.to_pylist() for code, days in found.dates.items()} == {
        "from": ["2026-11-01", "2026-02-01"],
        "to": [None, None],
    }


def test_days_are_not_read_where_no_special_price_is_looked_at(database: Database) -> None:
    keep(database, P17)
    assert read(database, ["A"], replace(TERMS, sale_from="from")).dates == {}


def test_attributes_of_rules_bounds_are_read_beside_those_of_the_settings() -> None:
    rules = [PriceRule("a", "A", floor=Bound("floor_price"), ceiling=Bound("msrp")), PriceRule("b", "B")]
    assert price_codes(TERMS, rules) == ("price", "msrp", "cost", "floor_price")


def test_reading_all_and_reading_some_by_name_say_the_same(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(
        database,
        {f"P{number:02}": {"price": f"{number}.5", "cost": "1"} for number in range(40)},
        us_en={f"P{number:02}": {"price": f"{number}.25", "cost": "2"} for number in range(0, 40, 3)},
    )
    skus = [f"P{number:02}" for number in (7, 3, 39, 0, 12)]
    rule = PriceRule("dear", "Dear", when=Group(children=(Condition("price", ">", "10"),)))
    named = read(database, skus, only=skus)
    for module in (price_facts, price_masks):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    whole = read(database, skus)
    assert {code: told(each) for code, each in named.amounts.items()} == {
        code: told(each) for code, each in whole.amounts.items()
    }
    with database.read() as connection:
        (passes,) = load_masks(connection, [rule], pa.array(skus), STORE.store_view, STORE.prices.time_zone)
        monkeypatch.undo()
        (by_name,) = load_masks(connection, [rule], pa.array(skus), STORE.store_view, STORE.prices.time_zone)
    assert passes.tolist() == by_name.tolist() == [False, False, True, False, True]


@pytest.mark.parametrize("scope", ["own", "global", "websites"])
@pytest.mark.parametrize("cost", ["", "cost"])
def test_prices_that_are_known_already_say_the_same_as_those_that_are_read(
    database: Database, scope: Any, cost: str
) -> None:
    keep(
        database,
        {"A": {"price": "30", "cost": "9"}, "B": {"price": "20"}, "C": {"price": None}},
        us_en={"A": {"price": "29", "cost": "8"}, "C": {"price": "5"}},
        de_de={"B": {"price": "19"}},
    )
    terms = replace(TERMS, list_price="", cost=cost, scope=scope)
    with database.read() as connection:
        everywhere = one(products.load_products(connection, ("price",))["price"])
        known = KnownPrices(everywhere, scopes.load_scopes(connection, "us_en", ("sku", "price", "enabled")))
    found, again = read(database, ["A", "B", "C"], terms), read(database, ["A", "B", "C"], terms, known=known)
    assert {code: told(each) for code, each in found.amounts.items()} == {
        code: told(each) for code, each in again.amounts.items()
    }


def test_rules_hold_for_the_products_that_their_conditions_name(database: Database) -> None:
    """PR-01: the store view's own price counts; a rule without conditions holds for all."""
    keep(
        database,
        {"A": {"price": "30", "brand": "Acme"}, "B": {"price": "20", "brand": "Acme"}, "C": {"price": "20"}},
        us_en={"B": {"price": "31"}},
    )
    rules = [
        PriceRule("all", "All"),
        PriceRule("acme", "Acme", when=Group(children=(Condition("brand", "==", "Acme"),))),
        PriceRule("dear", "Dear", when=Group(children=(Condition("price", ">=", "30"),))),
    ]
    with database.read() as connection:
        found = load_masks(
            connection, rules, pa.array(["C", "B", "never", "A"]), STORE.store_view, STORE.prices.time_zone
        )
        assert load_masks(connection, [], pa.array(["A"]), STORE.store_view, STORE.prices.time_zone) == []
        (nothing,) = load_masks(
            connection, rules[1:2], pa.array([], pa.string()), STORE.store_view, STORE.prices.time_zone
        )
    assert [each.tolist() for each in found] == [
        [True, True, True, True],
        [False, True, False, True],
        [False, True, False, True],
    ]
    assert nothing.tolist() == []


def test_others_offers_are_read_only_where_a_rule_starts_from_them(database: Database) -> None:
    """PR-04, PR-05: a row for each offer, with when Amazon was asked; what nobody knows stays unknown."""
    keep(database, P17)
    ours = Offer("A1", "New", "New", price=2000, featured=True, ours=True)
    rival = Offer("A2", "New", "New", False, price=1900, shipping=299, points=5, feedback=97, ratings=400)
    used = Offer("A3", "Used", "VeryGood", price=900)
    old = Offer("A4", "New", "New", price=100)
    compared = [
        Compared("B1", "New", (rival, ours), True),
        Compared("B1", "Used", (used,), True),
        Compared("B2", "New", (), True),
    ]
    with database.write() as connection:
        store_compared(connection, compared, "USD", Origin("us", NOW - 5, "Amazon", "r"))
        late = Origin("us", NOW - 31 * DAY, "Amazon", "r")
        store_compared(connection, [Compared("B9", "New", (old,), True)], "USD", late)
        other = Origin("de", NOW - 5, "Amazon", "r")
        store_compared(connection, [Compared("B1", "New", (used,), True)], "EUR", other)
    assert read(database, ["A"]).offers.num_rows == 0
    found = read(database, ["A"], rules=[INTELLIGENT]).offers
    assert found.schema == OFFERS
    assert [(row["asin"], row["condition"], row["price"], row["asked_at"]) for row in found.to_pylist()] == [
        ("B1", "New", 1900, NOW - 5),
        ("B1", "New", 2000, NOW - 5),
        ("B1", "Used", 900, NOW - 5),
        # Nobody offers it, and that is known.
        ("B2", "New", None, NOW - 5),
    ]
    first, second, third, nobody = found.to_pylist()
    assert (nobody["ours"], nobody["featured"], nobody["ratings"]) == (None, None, None)
    assert (first["shipping"], first["points"], first["feedback"], first["ratings"]) == (299, 5, 97, 400)
    assert (second["featured"], second["ours"], second["feedback"]) == (True, True, None)
    assert third["subcondition"] == "VeryGood"


def test_of_some_listings_only_the_offers_for_their_items_are_read(database: Database) -> None:
    keep(database, P17)
    rival, origin = Offer("A2", "New", "New", price=1900), Origin("us", NOW, "Amazon", "r")
    with database.write() as connection:
        for number in range(1, 5):
            store_compared(connection, [Compared(f"B{number}", "New", (rival,), True)], "USD", origin)
    for number in (1, 2, 3):
        listing = {"store": "us", "seller_sku": f"S{number}", "asin": f"B{number}", "observed_at": 1}
        add(database, listings, listing)
    decided = {"listed": 1, "sku": "S3", "product_sku": "A", "tab": "Active", "status": "Active"}
    add(database, tabs, {"store": "us", **decided, "since": 1, "digest": 1})
    found = read(database, ["A"], rules=[INTELLIGENT], only=["S2", "A"]).offers
    assert found["asin"].to_pylist() == ["B2", "B3"]


def test_of_no_products_nothing_is_read(database: Database) -> None:
    keep(database, P17)
    found = read(database, [], rules=[INTELLIGENT])
    assert len(found.skus) == 0 and all(len(each.values) == 0 for each in found.amounts.values())


def read_commerce(kit: Kit) -> None:
    reading = kit.parts.commerce_reader(["us", "de"], "r").read()
    assert reading.is_complete


def _prices_of(practice: Practice, settings: PriceSettings) -> tuple[Kit, PriceFacts]:
    """Read Commerce with these settings, and return the kit and what prices of the store ``us`` are made from."""
    kit = practice.reopened(prices=settings)
    read_commerce(kit)
    store = kit.parts.cycle("us").store
    with kit.database.read() as connection:
        skus = products.load_products(connection, ("sku",))["sku"]
        terms = load_price_terms(connection, settings, store.marketplace)
        return kit, load_price_facts(connection, store, terms, [], skus, kit.parts.now())


def test_what_prices_are_made_from_is_read_from_commerce_for_the_stores_that_ask(run_kit: RunKit) -> None:
    """LS-04, LS-05, LS-06: costs and suggested prices come with the store view; asking later reads what is old, too."""
    practice = run_kit(products=30)
    read_commerce(practice.kit)
    calls = practice.calls("GetV1Products")
    practice.wait(10)
    read_commerce(practice.kit)
    small = practice.calls("GetV1Products") - calls
    kit, found = _prices_of(practice, PriceSettings(cost="cost", list_price="msrp", minimum="map_price"))
    shop = practice.running.world.commerce
    for code in ("cost", "msrp", "map_price"):
        has = {product.sku for product in shop.catalog.walk() if product.values.get(code) is not None}
        values = found.amounts[code].values
        assert {sku for sku, value in zip(found.skus.to_pylist(), values.to_pylist(), strict=True) if value} == has
        assert has or code == "map_price"
    with kit.database.read() as connection:
        assert progress.read_watermark(connection, "scope/us_en/asked") == "cost,map_price,msrp"
        german = scopes.load_scoped_texts(connection, "de_de", ["cost"])["cost"].drop_null().to_pylist()
    assert any(german)
    calls = practice.calls("GetV1Products")
    practice.wait(10)
    read_commerce(kit)
    assert practice.calls("GetV1Products") - calls == small, "what was asked once is not read again"


def test_pr_11_every_website_is_read_where_a_store_asks_them_all(run_kit: RunKit) -> None:
    practice = run_kit(products=20)
    shop = practice.running.world.commerce
    shop.add_website("outlet", "Outlet", base_currency="USD")
    shop.add_store_view("outlet", "outlet_en", "Outlet", locale="en_US", timezone="America/Los_Angeles")
    sku = next(
        product.sku for product in shop.catalog.walk() if product.website_ids == (1,) and "price" in product.values
    )
    shop.set_price(sku, "31.99")
    shop.set_price(sku, "27.99", "outlet_en")
    _, own = _prices_of(practice, PriceSettings())
    at = own.skus.to_pylist().index(sku)
    assert own.amounts["price"].values[at].as_py() == "31.99"
    practice.wait(24 * 60 + 1)
    kit, found = _prices_of(practice, PriceSettings(scope="websites", cost="cost"))
    assert told(found.amounts["price"])[at] == ("27.99", "USD")
    with kit.database.read() as connection:
        assert scopes.load_scopes(connection, "outlet_en", ("sku",)).num_rows == len(found.skus)


def test_amounts_are_exact_texts(database: Database) -> None:
    keep(database, {"A": {"price": "29.95"}}, us_en={"A": {"price": "29.949999"}})
    assert Decimal(read(database, ["A"]).amounts["price"].values[0].as_py()) == Decimal("29.949999")
