"""Searching Amazon's catalog within a limit of calls, whatever Amazon answers."""

from __future__ import annotations

from typing import Any

import pytest

from channelkit.database import catalog_items, products, reports, stores, tabs
from channelkit.database.connection import Database
from channelkit.database.products import READ
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import marketplace
from channelkit.model.tables import PRODUCTS, TABS
from channelkit.pull.catalog import CatalogReader
from channelkit.pull.reading import Puller
from channelkit.sandbox.names import make_code
from tests.amazon_kit import Played, Stage, StoppedClock, staged
from tests.database_fixtures import table_of

US = marketplace("US")
NOW = 1_790_000_000_000
NOTHING = Played(200, {"numberOfResults": 0, "pagination": {}, "items": []})
REFUSED = Played(400, {"errors": [{"code": "InvalidInput", "message": "An identifier is not valid."}]})
UPCS = [make_code(number, "upc") for number in range(5)]


def page(*items: dict[str, Any]) -> Played:
    return Played(200, {"numberOfResults": len(items), "pagination": {}, "items": list(items)})


def item(asin: str, upc: str) -> dict[str, Any]:
    codes = [{"identifierType": "UPC", "identifier": upc}]
    return {"asin": asin, "identifiers": [{"marketplaceId": US.id, "identifiers": codes}]}


def prepare(database: Database, written: list[dict[str, Any]]) -> None:
    """Keep products that have no listing, as a cycle would have left them."""
    full = [{"entity_id": place + 1, "type": "simple", **row} for place, row in enumerate(written)]
    place = {"store": "us", "listed": False, "tab": "Incomplete", "status": "", "since": 1, "stale": False}
    decided = [place | {"sku": row["sku"], "product_sku": row["sku"]} for row in written]
    names = [name for name in TABS.names if name != "digest"]
    with database.write() as connection:
        stores.register_store(connection, "us", account="a", marketplace_id=US.id, website="base", at=1)
        reports.ask_report(connection, "1", store="us", report_type="ALL", at=1)
        reports.close_report(connection, "1", state="read", at=1)
        products.store_products(connection, table_of(PRODUCTS, full, READ), at=1, run="r")
        tabs.store_tabs(connection, "us", table_of(TABS, decided, names), at=1, run="r")


def reader(database: Database, *answers: Played, general: str = "", calls: int = 60) -> tuple[CatalogReader, Stage]:
    amazon, stage = staged(*answers)
    puller = Puller(database, StoppedClock(epoch=NOW / 1000), "r", lambda _words: None)
    return CatalogReader(puller, amazon, US, "us", general, calls), stage


def found(database: Database) -> set[tuple[str, str, str]]:
    with database.read() as connection:
        kept = catalog_items.load_items(connection, US.id, ["product_sku", "asin", "kind"])
    return {(row["product_sku"], row["asin"], row["kind"]) for row in kept.to_pylist()}


def still_due(database: Database) -> list[str]:
    with database.read() as connection:
        due = catalog_items.to_search(connection, "us", US.id, catalog_items.Turn("", ""), 100)
    skus: list[str] = due["sku"].to_pylist()
    return skus


def test_twenty_codes_of_one_kind_go_with_one_call(database: Database) -> None:
    rows = [{"sku": f"P{place}", "upc": upc} for place, upc in enumerate(UPCS)]
    prepare(database, [*rows, {"sku": "P5", "isbn": "0306406152"}])
    read, stage = reader(database, page(item("B1", UPCS[0]), item("B2", UPCS[0]), item("B3", UPCS[4])), NOTHING)
    reading = read.read()
    assert {stage.asked(place).query["identifiersType"] for place in range(2)} == {"UPC", "ISBN"}
    assert stage.asked(0).query["identifiers"].split(",") == UPCS
    assert found(database) == {("P0", "B1", "identifier"), ("P0", "B2", "identifier"), ("P4", "B3", "identifier")}
    assert (reading.tallies["catalog"].new, reading.tallies["catalog"].unchanged) == (2, 4)
    assert still_due(database) == []


def test_one_code_that_amazon_refuses_does_not_hide_the_others(database: Database) -> None:
    prepare(database, [{"sku": f"P{place}", "upc": upc} for place, upc in enumerate(UPCS[:3])])
    answers = [REFUSED, page(item("B1", UPCS[0])), REFUSED, REFUSED, page(item("B3", UPCS[2]))]
    read, stage = reader(database, *answers)
    reading = read.read()
    assert [len(stage.asked(place).query["identifiers"].split(",")) for place in range(5)] == [3, 1, 2, 1, 1]
    assert found(database) == {("P0", "B1", "identifier"), ("P2", "B3", "identifier")}
    assert "An identifier is not valid" in str(reading.errors[0]) and isinstance(reading.errors[0], DocumentError)
    assert still_due(database) == [] and reading.can_be_acted_on


@pytest.mark.parametrize("answer", [Played(200, {}), Played(404, {"errors": []})], ids=["other form", "no such call"])
def test_an_answer_that_nobody_understands_is_not_taken_for_nothing_found(database: Database, answer: Played) -> None:
    prepare(database, [{"sku": "P0", "upc": UPCS[0]}])
    read, _ = reader(database, answer)
    reading = read.read()
    assert reading.errors and reading.can_be_acted_on
    assert still_due(database) == ["P0"]


def test_words_are_asked_for_one_product_at_a_time_until_the_calls_are_spent(database: Database) -> None:
    """MA-03: the others keep their turn."""
    prepare(database, [{"sku": f"P{place}", "name": f"Mug {place}"} for place in range(4)])
    read, stage = reader(database, page({"asin": "B0"}), NOTHING, general="name", calls=2)
    read.read()
    assert [stage.asked(place).query["keywords"] for place in range(2)] == ["Mug,0", "Mug,1"]
    assert found(database) == {("P0", "B0", "keywords")}
    assert still_due(database) == ["P2", "P3"]
    read, stage = reader(database, NOTHING, NOTHING, general="name", calls=2)
    read.read()
    read.read()
    assert still_due(database) == [] and len(stage.requests) == 2


def test_the_smallest_limit_still_moves_on(database: Database) -> None:
    prepare(database, [{"sku": "P0", "asin": "B0NOTTHERE", "upc": UPCS[0], "name": "Mug"}])
    read, stage = reader(database, NOTHING, NOTHING, NOTHING, general="name", calls=1)
    read.read()
    assert len(stage.requests) == 3 and still_due(database) == []
    assert found(database) == {("P0", "B0NOTTHERE", "missing")}


@pytest.mark.parametrize(
    ("general", "words"), [("name", "Blue,mug"), ("sku", "P0"), ("color", "blue,green"), ("model", "7"), ("gone", "")]
)
def test_any_attribute_can_give_the_words(database: Database, general: str, words: str) -> None:
    """MA-03: General maps to one attribute."""
    attributes = '{"color": ["blue", "green"], "model": 7}'
    prepare(database, [{"sku": "P0", "name": "Blue mug", "attributes": attributes}])
    read, stage = reader(database, NOTHING, general=general)
    read.read()
    assert [asked.query["keywords"] for asked in map(stage.asked, range(len(stage.requests)))] == [words] * bool(words)
    assert still_due(database) == []


def test_a_large_family_is_offered_in_part_and_words_bring_only_the_first(database: Database) -> None:
    """MA-05."""
    prepare(database, [{"sku": "P0", "name": "Mug"}])
    children = [f"B{number:09d}" for number in range(70)]

    def parent(asin: str) -> dict[str, Any]:
        family = [{"type": "VARIATION", "childAsins": children}]
        return {"asin": asin, "relationships": [{"marketplaceId": US.id, "relationships": family}]}

    answers = [page(*({"asin": child} for child in children[start : start + 20])) for start in (0, 20, 40)]
    read, stage = reader(database, page(parent("BA"), parent("BB")), *answers, general="name")
    read.read()
    assert len(stage.requests) == 4
    assert len([asin for _, asin, kind in found(database) if kind == "child"]) == 60


def test_products_that_changed_in_other_ways_are_not_searched_for_again(database: Database) -> None:
    prepare(database, [{"sku": "P0", "upc": UPCS[0], "name": "Mug"}])
    read, _ = reader(database, NOTHING)
    read.read()
    with database.write() as connection:
        changed = [{"sku": "P0", "entity_id": 1, "type": "simple", "upc": UPCS[0], "name": "Cup", "price": "2"}]
        products.store_products(connection, table_of(PRODUCTS, changed, READ), at=NOW + 1, run="r")
    assert still_due(database) == ["P0"]
    read, stage = reader(database)
    read.read()
    assert not stage.requests


def test_the_columns_of_a_search_are_those_that_are_kept(database: Database) -> None:
    prepare(database, [{"sku": "P0", "upc": UPCS[0]}])
    named = item("B1", UPCS[0]) | {
        "summaries": [{"marketplaceId": US.id, "itemName": "Mug, blue", "brand": "Acme"}],
        "productTypes": [{"marketplaceId": US.id, "productType": "MUG"}],
    }
    read, _ = reader(database, page(named))
    read.read()
    with database.read() as connection:
        (row,) = catalog_items.load_items(connection, US.id).to_pylist()
    assert row == {
        "marketplace_id": US.id,
        "product_sku": "P0",
        "asin": "B1",
        "kind": "identifier",
        "found_by": f"UPC {UPCS[0]}",
        "title": "Mug, blue",
        "brand": "Acme",
        "product_type": "MUG",
        "parent": False,
        "parent_asin": None,
        "children": "[]",
        "observed_at": NOW,
    }
