"""Searching Amazon's catalog by identifiers."""

from __future__ import annotations

from typing import Any

import pytest

from channelkit.amazon.catalog import read_items, search_catalog, search_keywords
from channelkit.amazon.catalog_rows import CODES, ITEMS
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import marketplace
from channelkit.sandbox.names import make_asin
from channelkit.sandbox.seed import RELATED
from tests.amazon_kit import Played, StoppedClock, connect, staged
from tests.conftest import RunSandbox

US = marketplace("US")


def item(asin: str, *codes: tuple[str, str], place: str = US.id) -> dict[str, Any]:
    identifiers = [{"identifierType": kind, "identifier": code} for kind, code in codes]
    return {
        "asin": asin,
        "identifiers": [{"marketplaceId": place, "identifiers": identifiers}],
        "summaries": [{"marketplaceId": place, "itemName": f"Item {asin}", "brand": "Acme"}],
        "productTypes": [{"marketplaceId": place, "productType": "MUG"}],
    }


def variation(**asins: list[str]) -> list[dict[str, Any]]:
    return [{"marketplaceId": US.id, "relationships": [{"type": "VARIATION", **asins}]}]


def page(*items: dict[str, Any], token: str = "") -> Played:
    pagination = {"nextToken": token} if token else {}
    return Played(200, {"numberOfResults": len(items), "pagination": pagination, "items": list(items)})


def test_an_item_has_a_row_for_each_of_its_identifiers() -> None:
    """MA-01: listings are found by identifiers."""
    amazon, _ = staged(page(item("B1", ("UPC", "036000291452"), ("EAN", "0036000291452"))))
    found = search_catalog(amazon, US, ["036000291452"], "UPC")
    assert found.schema == CODES
    assert [(row["asin"], row["kind"], row["identifier"]) for row in found.to_pylist()] == [
        ("B1", "ASIN", "B1"),
        ("B1", "UPC", "036000291452"),
        ("B1", "EAN", "0036000291452"),
    ]
    assert {(row["title"], row["brand"], row["product_type"]) for row in found.to_pylist()} == {
        ("Item B1", "Acme", "MUG")
    }


def test_identifiers_are_asked_for_twenty_at_a_time_and_pages_are_followed() -> None:
    codes = [f"{number:012d}" for number in range(25)]
    amazon, stage = staged(page(item("B1"), token="t"), page(item("B2")), page(item("B3")))
    found = search_catalog(amazon, US, codes, "UPC")
    assert found["asin"].to_pylist() == ["B1", "B2", "B3"]
    asked = [stage.asked(place).query for place in range(3)]
    assert [len(query["identifiers"].split(",")) for query in asked] == [20, 20, 5]
    assert [query.get("pageToken") for query in asked] == [None, "t", None]
    assert {query["pageSize"] for query in asked} == {"20"}


def test_what_another_marketplace_says_of_an_item_is_left_out() -> None:
    amazon, _ = staged(page(item("B1", ("UPC", "1"), place="ELSEWHERE")))
    (row,) = search_catalog(amazon, US, ["1"], "UPC").to_pylist()
    assert (row["kind"], row["title"]) == ("ASIN", None)


def test_nothing_is_asked_for_nothing() -> None:
    amazon, stage = staged()
    assert search_catalog(amazon, US, [], "UPC").schema == CODES
    assert stage.requests == []


def test_an_answer_without_items_is_not_taken_for_nothing_found() -> None:
    amazon, _ = staged(Played(200, {}))
    with pytest.raises(RefusedError, match="no 'items'"):
        search_catalog(amazon, US, ["1"], "UPC")


def test_the_items_of_the_shelf_are_found_by_asin(run_sandbox: RunSandbox) -> None:
    running = run_sandbox(speed=0, quiet=True, throttling=False)
    amazon = connect(running, clock=StoppedClock(epoch=running.world.clock.now()))
    shelf = running.world.amazon.shelf(amazon.seller_id, US.id)
    asins = sorted({listing.item.asin for listing in shelf.listings.values() if listing.item})[:30]
    found = search_catalog(amazon, US, asins, "ASIN")
    assert set(found["asin"].to_pylist()) == set(asins)
    assert {"UPC", "EAN"} & set(found["kind"].to_pylist())


def test_items_are_read_by_asin_with_their_families_and_attributes() -> None:
    """MA-05."""
    parent = item("B1") | {"relationships": variation(childAsins=["B2", "B3"])}
    child = item("B2") | {"relationships": variation(parentAsins=["B1"]), "attributes": {"color": [{"value": "red"}]}}
    amazon, stage = staged(page(parent, child))
    found = read_items(amazon, US, ["B1", "B2", "B4"])
    assert found.schema == ITEMS
    told = found.select(["asin", "parent", "parent_asin", "children", "attributes"]).to_pylist()
    assert [tuple(row.values()) for row in told] == [
        ("B1", True, None, '["B2", "B3"]', None),
        ("B2", False, "B1", None, '{"color": [{"value": "red"}]}'),
    ]
    assert stage.asked(0).query["identifiersType"] == "ASIN" and "attributes" in stage.asked(0).query["includedData"]


def test_attributes_are_left_out_where_nobody_wants_them() -> None:
    amazon, stage = staged(page(item("B1")))
    read_items(amazon, US, ["B1"], with_attributes=False)
    assert "attributes" not in stage.asked(0).query["includedData"]


def test_a_parent_is_one_by_its_class_too_and_a_package_is_none() -> None:
    """MA-05."""
    summary = {
        "marketplaceId": US.id,
        "itemName": "Family",
        "itemClassification": "VARIATION_PARENT",
        "partNumber": "7",
    }
    packs = [{"marketplaceId": US.id, "relationships": [{"type": "PACKAGE_HIERARCHY", "childAsins": ["B3"]}]}]
    amazon, _ = staged(page(item("B1") | {"summaries": [summary]}, item("B2") | {"relationships": packs}))
    found = read_items(amazon, US, ["B1", "B2"])
    assert found["parent"].to_pylist() == [True, False]
    assert (found["model"][0].as_py(), found["children"].to_pylist()) == ("7", [None, None])


def test_a_general_search_asks_once_for_at_most_twenty_words() -> None:
    """MA-03: a page of candidates is enough."""
    amazon, stage = staged(page(item("B1"), token="more"))
    found = search_keywords(amazon, US, "Kettle, 1.7 l " + "word " * 30)
    assert found["asin"].to_pylist() == ["B1"] and len(stage.requests) == 1
    words = stage.asked(0).query["keywords"].split(",")
    assert words[:3] == ["Kettle", "1.7", "l"] and len(words) == 20


def test_a_search_for_no_words_asks_nothing() -> None:
    amazon, stage = staged()
    assert search_keywords(amazon, US, " , ").schema == ITEMS and not stage.requests


def test_a_family_and_a_title_are_found_in_the_sandbox(run_sandbox: RunSandbox) -> None:
    """MA-03, MA-05."""
    running = run_sandbox(speed=0, quiet=True, throttling=False, products=50)
    amazon = connect(running, clock=StoppedClock(epoch=running.world.clock.now()))
    parent, child = make_asin(33 + RELATED), make_asin(33)
    rows = {row["asin"]: row for row in read_items(amazon, US, [parent, child, "B0NOTTHERE"]).to_pylist()}
    assert rows[parent]["parent"] and child in rows[parent]["children"]
    assert (rows[child]["parent"], rows[child]["parent_asin"]) == (False, parent)
    assert set(rows) == {parent, child}
    assert search_keywords(amazon, US, rows[child]["title"])["asin"].to_pylist() == [child]
