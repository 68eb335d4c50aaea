"""Searching Amazon's catalog by identifiers."""

from __future__ import annotations

from typing import Any

import pytest

from channelkit.amazon.catalog import SCHEMA, search_catalog
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import marketplace
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


def page(*items: dict[str, Any], token: str = "") -> Played:
    pagination = {"nextToken": token} if token else {}
    return Played(200, {"numberOfResults": len(items), "pagination": pagination, "items": list(items)})


def test_an_item_has_a_row_for_each_of_its_identifiers() -> None:
    """MA-01: listings are found by identifiers."""
    amazon, _ = staged(page(item("B1", ("UPC", "036000291452"), ("EAN", "0036000291452"))))
    found = search_catalog(amazon, US, ["036000291452"], "UPC")
    assert found.schema == SCHEMA
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
    assert search_catalog(amazon, US, [], "UPC").schema == SCHEMA
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
