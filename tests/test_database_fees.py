"""What Amazon would keep of prices: the newest estimate of each listing, and which listings to ask about next."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from channelkit.database import fees
from channelkit.database.connection import Database
from channelkit.database.fees import (
    DAY,
    ESTIMATES,
    FEES,
    Costs,
    find_due_fees,
    load_estimates,
    load_fees,
    store_fees,
    store_unanswered,
)
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import listings, product_scopes, products, tabs
from tests.order_rows import add, add_store

NOW = 100 * DAY


@pytest.fixture
def store(database: Database) -> Database:
    """A database with a store of three matched listings on sale, and some whose fees nobody needs."""
    add_store(database)
    for sku in ("S1", "S2", "S3"):
        add_listing(database, sku)
    add_listing(database, "THIRD", product_sku=None)
    add_listing(database, "ENDED", tab="Ended")
    add_listing(database, "NO ASIN", asin=None)
    add_listing(database, "NO PRICE", price=None)
    return database


def add_listing(database: Database, sku: str, **told: Any) -> None:
    known: dict[str, Any] = {"asin": f"B-{sku}", "price": 2000, "fulfillment_channel": "DEFAULT"}
    facts = {name: told.get(name, value) for name, value in known.items()}
    add(database, listings, {"store": "us", "seller_sku": sku, "currency": "USD", "observed_at": 1, **facts})
    decided = {"store": "us", "listed": 1, "sku": sku, "seller_sku": sku, "status": "Active", "since": 1, "digest": 1}
    usual: dict[str, Any] = {"product_sku": f"P-{sku}", "tab": "Active", "wanted_price": None}
    add(database, tabs, decided | {name: told.get(name, value) for name, value in usual.items()})


def add_sale(database: Database, sku: str, cents: int) -> None:
    place = {"store": "us", "order_id": f"O-{sku}"}
    order = {"seller_id": "A1", "marketplace_id": "ATVPDKIKX0DER", "status": "SHIPPED", "fulfilled_by": "merchant"}
    times = dict.fromkeys(("created_at", "updated_at", "first_seen_at", "observed_at"), NOW - DAY)
    add(database, orders, {**place, **order, **times, "units": 1})
    line = {"item_id": "1", "seller_sku": sku, "ordered": 1, "fulfilled": 1, "cancelled": 0, "item": cents}
    add(database, order_lines, {**place, **line})


def keep(database: Database, sku: str, price: int = 2000, *, at: int = NOW) -> None:
    fees = {"seller_sku": sku, "price": price, "referral": price * 15 // 100, "fulfillment": 0, "other": 0}
    with database.write() as connection:
        store_fees(connection, "us", pa.Table.from_pylist([fees], schema=FEES), "USD", at=at)


def add_product(database: Database, sku: str, **attributes: object) -> None:
    told = json.dumps({code: value for code, value in attributes.items() if value is not None})
    add(database, products, {"sku": sku, "entity_id": 1, "attributes": told, "observed_at": 1})


def due(database: Database, count: int = 10, wanted: list[str] | None = None, costs: Costs | None = None) -> list[str]:
    with database.read() as connection:
        found = find_due_fees(connection, "us", NOW, count, NOW - 30 * DAY, wanted=wanted, costs=costs)
    skus: list[str] = found["seller_sku"].to_pylist()
    return skus


def test_only_matched_listings_that_may_be_sold_and_have_a_price_are_asked_about(store: Database) -> None:
    assert due(store) == ["S1", "S2", "S3"]
    assert due(store, 2) == ["S1", "S2"]


def test_only_those_that_somebody_needs_are_asked_about_where_it_is_said_who(store: Database) -> None:
    assert due(store, wanted=["S3", "S2", "THIRD", "NOBODY"]) == ["S2", "S3"]
    assert due(store, wanted=[]) == []


COSTS: dict[str, tuple[object, object]] = {
    **{"text": ("12.50", None), "cent": ("0.01", None), "whole": (7, None), "fraction": (0.5, None)},
    **{"none": (None, None), "empty": ("", None), "zeros": ("0.0000", None), "zero": (0, None)},
    **{"view alone": ("0", "12.50"), "view, no word": (None, "12.50"), "nothing there": ("", "0.00")},
    **{"unset there": ("12.50", "")},
}
"""What a product has everywhere, and what one store view says."""

KNOWN = ["cent", "fraction", "text", "unset there", "whole"]


@pytest.mark.parametrize("wanted", [None, list(COSTS)], ids=["of-all", "of-some"])
def test_only_listings_whose_product_has_a_cost_are_asked_about_where_cost_is_said(
    database: Database, wanted: list[str] | None
) -> None:
    """Margins, floors at cost and guards below cost need both: without a cost the call would be for nothing."""
    add_store(database)
    for sku, (everywhere, in_view) in COSTS.items():
        add_listing(database, sku)
        add_product(database, f"P-{sku}", cost=everywhere, other="9.99")
        for view, value in (("us_en", in_view), ("de_de", "9.99")) if in_view is not None else ():
            prices = json.dumps({"cost": value, "map": "9.99"})
            add(database, product_scopes, {"store_view": view, "sku": f"P-{sku}", "prices": prices, "observed_at": 1})
    assert due(database, 20, wanted, Costs("cost", ["us_en"])) == sorted([*KNOWN, "view alone", "view, no word"])
    assert due(database, 20, wanted, Costs("cost")) == KNOWN
    assert due(database, 20, wanted, Costs("nothing", ["us_en"])) == []
    assert due(database, 20, wanted) == due(database, 20, wanted, Costs("price")) == sorted(COSTS)


def test_a_cost_that_came_or_went_is_seen_at_once(store: Database) -> None:
    """Products that Commerce does not have (any more) have none, nor have those of which nothing was read."""
    add_product(store, "P-S1", cost="12.50")
    add(store, products, {"sku": "P-S2", "entity_id": 2, "observed_at": 1})
    add(store, products, {"sku": "P-S3", "entity_id": 3, "attributes": "", "observed_at": 1})
    assert due(store, costs=Costs("cost")) == ["S1"]
    with store.write() as connection:
        connection.execute(products.update().where(products.c.sku == "P-S2").values(attributes='{"cost":"3"}'))
    keep(store, "S1", at=NOW - 8 * DAY)
    assert due(store, costs=Costs("cost")) == ["S2", "S1"]
    with store.write() as connection:
        connection.execute(products.update().where(products.c.sku == "P-S1").values(attributes="{}"))
    assert due(store, costs=Costs("cost")) == ["S2"]


@pytest.mark.parametrize("wanted", [None, ["S1", "S2", "S3", "S4"]], ids=["of-all", "of-some"])
def test_what_was_never_asked_comes_first_then_what_is_old_and_sells(store: Database, wanted: list[str] | None) -> None:
    add_listing(store, "S4")
    keep(store, "S1", at=NOW - 9 * DAY)
    keep(store, "S2", at=NOW - 8 * DAY)
    assert due(store, wanted=wanted) == ["S3", "S4", "S1", "S2"]
    add_sale(store, "S2", 50_000)
    add_sale(store, "S4", 100)
    assert due(store, wanted=wanted) == ["S4", "S3", "S2", "S1"]
    assert due(store, 3, wanted=wanted) == ["S4", "S3", "S2"]


def test_the_wanted_price_is_asked_about_and_who_ships(store: Database) -> None:
    add_listing(store, "FBA", fulfillment_channel="AMAZON_NA", wanted_price=2500)
    with store.read() as connection:
        found = find_due_fees(connection, "us", NOW, 10, NOW - 30 * DAY, wanted=["FBA", "S1"]).to_pylist()
    assert [(row["seller_sku"], row["price"], row["by_amazon"]) for row in found] == [
        ("FBA", 2500, True),
        ("S1", 2000, False),
    ]


def test_an_estimate_is_good_for_a_week_unless_the_price_moves(store: Database) -> None:
    keep(store, "S1", at=NOW - 6 * DAY)
    keep(store, "S2", at=NOW - 7 * DAY)
    assert due(store) == ["S3", "S2"]
    keep(store, "S1", 1950)
    assert "S1" not in due(store), "a few percent make no other fees"
    keep(store, "S1", 1900)
    assert "S1" in due(store)


def test_what_amazon_had_no_answer_to_is_asked_again_a_day_later(store: Database) -> None:
    with store.write() as connection:
        store_unanswered(connection, "us", {"S1": (2000, "No such SKU.")}, "USD", at=NOW - DAY + 1)
        store_unanswered(connection, "us", {"S2": (2000, "No such SKU.")}, "USD", at=NOW - DAY)
    assert due(store) == ["S3", "S2"]


@pytest.mark.parametrize("by_name", [20_000, 0])
def test_fees_come_back_with_their_age_and_without_those_that_are_not_known(
    store: Database, by_name: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fees, "BY_NAME", by_name)
    keep(store, "S1", at=NOW - DAY)
    keep(store, "S1", 2400)
    with store.write() as connection:
        store_unanswered(connection, "us", {"S2": (2000, "No such SKU.")}, "USD", at=NOW)
    with store.read() as connection:
        known, only = load_fees(connection, "us"), load_fees(connection, "us", ["S1", "S9"])
        estimates = load_estimates(connection, "us").to_pylist()
        assert load_estimates(connection, "us", ["S2", "S9"])["seller_sku"].to_pylist() == ["S2"]
    assert known.schema == FEES and known == only
    assert known.to_pylist() == [{"seller_sku": "S1", "price": 2400, "referral": 360, "fulfillment": 0, "other": 0}]
    assert [tuple(row.values()) for row in estimates] == [
        ("S1", 2400, 360, 0, 0, "USD", "", NOW),
        ("S2", 2000, None, None, None, "USD", "No such SKU.", NOW),
    ]
    assert list(estimates[0]) == ESTIMATES.names


def test_an_answer_that_is_not_there_any_more_takes_the_place_of_the_one_before(store: Database) -> None:
    keep(store, "S1", at=NOW - DAY)
    with store.write() as connection:
        store_unanswered(connection, "us", {"S1": (2000, "Gone.")}, "USD", at=NOW)
    with store.read() as connection:
        assert load_fees(connection, "us").num_rows == 0
