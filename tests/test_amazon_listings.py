"""Searching and looking up listings: all that changed, all that was named, and nothing that was not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from channelkit.amazon.client import Amazon
from channelkit.amazon.listing_rows import COLUMNS
from channelkit.amazon.listings import find_listing, search_changed
from channelkit.amazon.listings import look_up as look_listings_up
from channelkit.errors import RefusedError, TemporaryError
from channelkit.model.marketplaces import marketplace
from channelkit.model.tables import LISTINGS
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.server import Running
from channelkit.sandbox.situations import ODD_SKUS
from tests.amazon_kit import Asked, Played, Stage, StoppedClock, connect, staged
from tests.conftest import RunSandbox

US, DE, JP = marketplace("US"), marketplace("DE"), marketplace("JP")
DAY = 86_400_000
LONG_AGO = 1_500_000_000_000


def item(sku: str, place: Any = US, **parts: Any) -> dict[str, Any]:
    summary = {
        "marketplaceId": place.id,
        "productType": "MUG",
        "status": ["BUYABLE"],
        "createdDate": "2026-01-01T00:00:00Z",
        "lastUpdatedDate": "2026-01-02T03:04:05.678Z",
    }
    return {"sku": sku, "summaries": [summary | parts.pop("summary", {})], **parts}


def offer(amount: str, place: Any = US, kind: str = "B2C", **more: Any) -> dict[str, Any]:
    money = {"currencyCode": place.currency, "amount": amount}
    return {"marketplaceId": place.id, "offerType": kind, "price": money, **more}


def page(*items: dict[str, Any], token: str = "", total: int | None = None) -> Played:
    pagination = {"nextToken": token} if token else {}
    found = len(items) if total is None else total
    return Played(200, {"numberOfResults": found, "pagination": pagination, "items": list(items)})


def read(entry: dict[str, Any], place: Any = US) -> dict[str, Any]:
    """Return the row that one item becomes."""
    amazon, _ = staged(page(entry))
    (row,) = look_listings_up(amazon, place, [entry["sku"]]).rows.to_pylist()
    assert isinstance(row, dict)
    return row


def test_an_item_becomes_a_row_in_the_tables_types() -> None:
    issue = {
        "code": "8560",
        "message": "SKU does not match.",
        "severity": "ERROR",
        "categories": ["MISSING_ATTRIBUTE"],
        "attributeNames": ["brand"],
        "marketplaceIds": [US.id],
        "enforcements": {"actions": [{"action": "SEARCH_SUPPRESSED"}], "exemption": {"status": "NOT_EXEMPT"}},
    }
    entry = item(
        "S",
        summary={"asin": "B1", "itemName": "Mug", "conditionType": "new_new", "mainImage": {"link": "https://image"}},
        offers=[offer("19.90")],
        fulfillmentAvailability=[{"fulfillmentChannelCode": "DEFAULT", "quantity": 4}],
        issues=[issue],
    )
    row = read(entry)
    assert json.loads(row.pop("issues")) == [
        {
            "code": "8560",
            "message": "SKU does not match.",
            "severity": "ERROR",
            "categories": ["MISSING_ATTRIBUTE"],
            "attributes": ["brand"],
            "actions": ["SEARCH_SUPPRESSED"],
        }
    ]
    assert row == {
        "seller_sku": "S",
        "asin": "B1",
        "title": "Mug",
        "price": 1990,
        "currency": "USD",
        "quantity": 4,
        "fulfillment_channel": "DEFAULT",
        "condition": "new_new",
        "buyable": True,
        "discoverable": False,
        "product_type": "MUG",
        "image_url": "https://image",
        "condition_note": None,
        "handling_days": None,
        **dict.fromkeys(("business", "sale", "list_price", "least_price", "largest_price")),
        "changed_at": int(datetime(2026, 1, 2, 3, 4, 5, 678000, UTC).timestamp() * 1000),
    }


def test_what_amazon_leaves_out_is_not_known() -> None:
    row = read({"sku": "S"})
    assert {name: value for name, value in row.items() if value is not None} == {"seller_sku": "S"}


def test_another_marketplaces_summary_is_not_taken_for_this_ones() -> None:
    assert read(item("S", DE))["buyable"] is None


@pytest.mark.parametrize(
    ("place", "amount", "units"),
    [(US, "19.9", 1990), (US, "0.10", 10), (JP, "1980", 1980), (JP, "1980.00", 1980), (US, "9.995", None)],
)
def test_an_amount_is_exact_in_minor_units(place: Any, amount: str, units: int | None) -> None:
    row = read(item("S", place, offers=[offer(amount, place)]), place)
    assert (row["price"], row["currency"]) == (units, place.currency if units is not None else None)


def test_a_price_for_businesses_is_not_what_consumers_pay() -> None:
    assert read(item("S", offers=[offer("1.00", kind="B2B")]))["price"] is None
    assert read(item("S", offers=[offer("1.00", kind="B2B"), offer("2.00")]))["price"] == 200


def test_where_amazon_fulfils_no_quantity_is_known() -> None:
    channels = [
        {"fulfillmentChannelCode": "DEFAULT", "quantity": 3},
        {"fulfillmentChannelCode": "AMAZON_NA", "quantity": 9},
    ]
    row = read(item("S", fulfillmentAvailability=channels))
    assert (row["fulfillment_channel"], row["quantity"]) == ("AMAZON_NA", None)


def test_a_merchants_quantity_of_nought_is_known() -> None:
    assert (
        read(item("S", fulfillmentAvailability=[{"fulfillmentChannelCode": "DEFAULT", "quantity": 0}]))["quantity"] == 0
    )
    assert read(item("S", fulfillmentAvailability=[{"fulfillmentChannelCode": "DEFAULT"}]))["quantity"] is None


def test_the_attributes_tell_the_handling_time_and_the_note() -> None:
    notes = [
        {"value": "Wie neu.", "language_tag": "de_DE", "marketplace_id": DE.id},
        {"value": "As new.", "language_tag": "en_US", "marketplace_id": US.id},
    ]
    merchants = {"fulfillment_channel_code": "DEFAULT", "quantity": 1, "lead_time_to_ship_max_days": 4}
    entry = item("S", attributes={"condition_note": notes, "fulfillment_availability": [merchants]})
    row = read(entry)
    assert (row["condition_note"], row["handling_days"]) == ("As new.", 4)


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"condition_note": [], "fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 1}]},
        {"fulfillment_availability": [{"fulfillment_channel_code": "AMAZON_NA", "lead_time_to_ship_max_days": 3}]},
    ],
)
def test_where_amazon_fulfils_or_nothing_is_said_there_is_no_handling_time(attributes: dict[str, Any]) -> None:
    row = read(item("S", attributes=attributes))
    assert (row["condition_note"], row["handling_days"]) == (None, None)


def test_only_what_is_looked_up_by_name_is_read_with_its_attributes() -> None:
    amazon, stage = staged(page(), page(), Played(200, item("A,B")))
    search_changed(amazon, US, LONG_AGO)
    look_listings_up(amazon, US, ["A", "A,B"])
    included = [stage.asked(place).query["includedData"].split(",") for place in range(3)]
    assert ["attributes" in parts for parts in included] == [False, True, True]


def test_a_status_that_nobody_knows_is_neither_buyable_nor_discoverable() -> None:
    row = read(item("S", summary={"status": ["PURCHASABLE_BY_ROBOTS"]}))
    assert (row["buyable"], row["discoverable"]) == (False, False)


def test_a_search_names_one_marketplace_a_moment_in_utc_and_full_pages() -> None:
    amazon, stage = staged(page())
    found = search_changed(amazon, US, 1_767_225_600_999)
    assert found.schema == LISTINGS.schema(COLUMNS)
    query = stage.asked(0).query
    assert query["marketplaceIds"] == US.id
    assert query["lastUpdatedAfter"] == "2026-01-01T00:00:00Z"
    assert query["pageSize"] == "20"
    assert "lastUpdatedBefore" not in query
    assert stage.asked(0).segments == ["listings", "2021-08-01", "items", "A1SELLER"]


def test_pages_are_followed_with_the_same_question() -> None:
    amazon, stage = staged(page(item("A"), token="t1", total=3), page(item("B"), token="t2", total=3), page(item("C")))
    assert search_changed(amazon, US, LONG_AGO)["seller_sku"].to_pylist() == ["A", "B", "C"]
    asked = [stage.asked(place).query for place in range(3)]
    assert [query.pop("pageToken", None) for query in asked] == [None, "t1", "t2"]
    assert asked[0] == asked[1] == asked[2]


def test_a_page_that_repeats_its_own_token_ends_in_an_error_and_not_in_a_loop() -> None:
    amazon, stage = staged(page(item("A"), token="t", total=3), page(item("B"), token="t", total=3))
    with pytest.raises(TemporaryError, match="same page token came twice"):
        search_changed(amazon, US, LONG_AGO)
    assert len(stage.requests) == 2


def test_a_listing_that_moves_between_pages_is_one_row_with_its_later_state() -> None:
    first, later = item("A", offers=[offer("1.00")]), item("A", offers=[offer("2.00")])
    amazon, _ = staged(page(first, token="t", total=2), page(later, item("B"), total=2))
    found = search_changed(amazon, US, LONG_AGO).select(["seller_sku", "price"]).to_pylist()
    assert found == [{"seller_sku": "A", "price": 200}, {"seller_sku": "B", "price": None}]


def test_an_answer_without_items_is_not_taken_for_nothing_found() -> None:
    amazon, _ = staged(Played(200, {"numberOfResults": 0}))
    with pytest.raises(RefusedError, match="no 'items'"):
        search_changed(amazon, US, LONG_AGO)


class Catalog(Stage):
    """Answers searches by time as Amazon does, with both ends left out, and pages no further than a thousand."""

    def __init__(self, moments: dict[str, int]) -> None:
        super().__init__()
        self.moments = moments

    def send(self, request: Any, *args: Any, **options: Any) -> Any:
        query = Asked(request).query
        since, until = (
            datetime.fromisoformat(query[name]).timestamp() * 1000 if name in query else float("inf")
            for name in ("lastUpdatedAfter", "lastUpdatedBefore")
        )
        found = [sku for sku, moment in self.moments.items() if since < moment < until]
        start = int(query.get("pageToken", "0"))
        chosen = found[:1000][start : start + 20]
        token = str(start + 20) if start + 20 < min(len(found), 1000) else ""
        self.answers.append(page(*map(item, chosen), token=token, total=len(found)))
        return super().send(request, *args, **options)


def on_catalog(moments: dict[str, int]) -> tuple[Amazon, Catalog]:
    amazon, _ = staged()
    stage = Catalog(moments)
    amazon.transport.session.mount("https://amazon.test", stage)
    return amazon, stage


def test_more_than_can_be_paged_is_halved_by_time_until_all_is_found() -> None:
    start = 1_789_900_000_000
    moments = {f"SKU-{number}": start + 1 + number * 20_500 for number in range(4_800)}
    amazon, _ = on_catalog(moments)
    assert set(search_changed(amazon, US, start)["seller_sku"].to_pylist()) == set(moments)


def test_nothing_on_the_border_of_two_halves_is_lost() -> None:
    start = 1_789_999_980_000
    moments = {f"SKU-{number}": start + 1_000 + (number % 19) * 1_000 for number in range(1_900)}
    amazon, _ = on_catalog(moments)
    assert set(search_changed(amazon, US, start, start + 21_000)["seller_sku"].to_pylist()) == set(moments)


def test_a_thousand_changes_at_once_are_left_to_the_report_instead_of_cut_off() -> None:
    start = 1_789_999_980_000
    amazon, _ = on_catalog({f"SKU-{number}": start + 5_500 for number in range(1_001)})
    with pytest.raises(RefusedError, match="next listings report"):
        search_changed(amazon, US, start, start + 20_000)


def test_skus_are_looked_up_twenty_at_a_time_with_pages_that_hold_them_all() -> None:
    skus = [f"SKU-{number}" for number in range(45)]
    amazon, stage = staged(*(page(*map(item, skus[start : start + 20])) for start in (0, 20, 40)))
    found = look_listings_up(amazon, US, skus)
    assert found.rows["seller_sku"].to_pylist() == skus
    assert [len(stage.asked(place).query["identifiers"].split(",")) for place in range(3)] == [20, 20, 5]
    assert {stage.asked(place).query["pageSize"] for place in range(3)} == {"20"}


def test_a_sku_that_a_list_would_break_is_fetched_by_its_path() -> None:
    amazon, stage = staged(page(item("PLAIN")), Played(200, item("A,B")), Played(200, item(" C ")))
    found = look_listings_up(amazon, US, ["A,B", "PLAIN", " C ", "A,B"])
    assert sorted(found.rows["seller_sku"].to_pylist()) == [" C ", "A,B", "PLAIN"]
    assert [stage.asked(place).segments[-1] for place in (1, 2)] == ["A,B", " C "]


def test_skus_that_no_path_can_name_are_told_and_not_asked_for() -> None:
    amazon, stage = staged(page(item("A")))
    found = look_listings_up(amazon, US, [".", "A", "..", ""])
    assert (found.asked, found.unreachable) == (["A"], [".", "..", ""])
    assert len(stage.requests) == 1


def test_a_listing_that_is_gone_is_asked_for_and_not_found() -> None:
    amazon, _ = staged(page(), Played(404, {"errors": [{"code": "NOT_FOUND", "message": "SKU not found."}]}))
    found = look_listings_up(amazon, US, ["GONE", "GONE,TOO"])
    assert (found.rows.num_rows, found.asked) == (0, ["GONE", "GONE,TOO"])


def test_a_refusal_is_not_taken_for_a_listing_that_is_gone() -> None:
    amazon, _ = staged(Played(400, {"errors": [{"code": "InvalidInput", "message": "Bad marketplace."}]}))
    with pytest.raises(RefusedError, match="Bad marketplace"):
        look_listings_up(amazon, US, ["A,B"])


def test_a_sku_of_other_case_is_not_the_one_that_was_looked_for() -> None:
    amazon, _ = staged(page(item("abc"), item("ABC")))
    assert look_listings_up(amazon, US, ["ABC"]).rows["seller_sku"].to_pylist() == ["ABC"]


@pytest.fixture
def running(run_sandbox: RunSandbox) -> Running:
    return run_sandbox(speed=0, quiet=True, throttling=False)


def client(running: Running, name: str = "us") -> Amazon:
    return connect(running, name, clock=StoppedClock(epoch=running.world.clock.now()))


def shelf(running: Running, amazon: Amazon, place: Any = US) -> Shelf:
    found: Shelf = running.world.amazon.shelf(amazon.seller_id, place.id)
    return found


def test_the_whole_shelf_is_found_by_time(running: Running) -> None:
    amazon = client(running)
    found = search_changed(amazon, US, LONG_AGO)
    assert set(found["seller_sku"].to_pylist()) == set(shelf(running, amazon).listings)
    assert 0 < found["buyable"].cast("int64").to_pandas().sum() < found.num_rows


def test_only_what_changed_since_a_moment_is_found(running: Running) -> None:
    amazon = client(running)
    running.world.clock.skip(3_600)
    now = int(running.world.clock.now() * 1000)
    assert search_changed(amazon, US, now).num_rows == 0


@pytest.mark.parametrize("sku", ODD_SKUS)
def test_every_odd_sku_is_looked_up(running: Running, sku: str) -> None:
    """SKUs with slash, comma, space, quote, percent, umlaut, leading zeros."""
    assert look_listings_up(client(running), US, [sku]).rows["seller_sku"].to_pylist() == [sku]


def test_pages_that_repeat_are_refused_and_the_next_search_finds_all(running: Running) -> None:
    amazon = client(running)
    running.faults.add("repeated_token", "searchListingsItems")
    with pytest.raises(TemporaryError, match="same page token"):
        search_changed(amazon, US, LONG_AGO)
    assert search_changed(amazon, US, LONG_AGO).num_rows == len(shelf(running, amazon).listings)


def test_a_page_that_vanishes_is_found_by_a_second_look(running: Running) -> None:
    amazon = client(running)
    running.faults.add("lost_page", "searchListingsItems")
    assert search_changed(amazon, US, LONG_AGO).num_rows == len(shelf(running, amazon).listings)


@pytest.mark.parametrize("sku", ODD_SKUS)
def test_one_listing_is_found_by_its_path(running: Running, sku: str) -> None:
    found = find_listing(client(running), US, sku)
    assert found is not None
    assert found["seller_sku"] == sku


def test_an_empty_page_is_not_taken_for_a_listing_that_is_not_there(running: Running) -> None:
    running.faults.add("lost_page", "searchListingsItems", count=3)
    assert find_listing(client(running), US, "00012345") is not None
    assert find_listing(client(running), US, "NOBODY") is None


def test_rows_that_stay_away_do_not_keep_the_search_from_ending() -> None:
    amazon, stage = staged(page(item("A"), total=2), page(item("A"), total=2))
    assert search_changed(amazon, US, LONG_AGO)["seller_sku"].to_pylist() == ["A"]
    assert len(stage.requests) == 2
