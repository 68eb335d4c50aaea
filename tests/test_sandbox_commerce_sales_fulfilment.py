"""What is done to an order after it came, what its state makes of it, and what stock does about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import requests
from magento import Magento

from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.state import CommerceState
from tests.shop_fixtures import CREDENTIALS, RunShop, Shop, stock_shop
from tests.test_sandbox_commerce_sales_orders import create, entity, post

TRACK = {"carrier_code": "ups", "title": "United Parcel Service", "track_number": "1Z999"}


@pytest.fixture
def shop(run_shop: RunShop) -> Shop:
    return run_shop(speed=0)


def do(shop: Shop, what: str, *lines: tuple[int, int], order: int = 1, **more: Any) -> requests.Response:
    items = [{"order_item_id": item, "qty": units} for item, units in lines]
    return shop.call("POST", f"order/{order}/{what}", json={"items": items, "notify": False, **more})


def from_source(code: str) -> dict[str, Any]:
    return {"extension_attributes": {"source_code": code}}


def test_an_invoice_is_for_the_orders_own_total_and_numbered_as_text(shop: Shop) -> None:
    create(shop, ("KETTLE", 2), ("pan/24", 1))
    assert do(shop, "invoice", capture=True).json() == "1"
    (found,) = shop.search("invoices", "order_id eq 1")["items"]
    assert (found["grand_total"], found["tax_amount"], found["shipping_amount"]) == (37.4, 2.4, 5)
    assert [(row["sku"], row["qty"], row["row_total"]) for row in found["items"]] == [
        ("KETTLE", 2, 20),
        ("pan/24", 1, 10),
    ]
    order = shop.get("orders/1")
    assert (order["total_paid"], order["total_due"], order["state"]) == (37.4, 0, "processing")
    assert do(shop, "invoice").status_code == 400


def test_the_first_invoice_carries_the_shipping_and_the_parts_come_to_the_whole(shop: Shop) -> None:
    create(shop, ("KETTLE", 3))
    assert [do(shop, "invoice", (1, units)).json() for units in (1, 2)] == ["1", "2"]
    assert [each["grand_total"] for each in shop.search("invoices", "order_id eq 1")["items"]] == [15.8, 21.6]
    assert shop.get("orders/1")["total_paid"] == 37.4


def test_an_order_is_complete_when_all_is_invoiced_and_shipped(shop: Shop) -> None:
    create(shop, status="amazon_new")
    assert do(shop, "ship", (1, 1), tracks=[TRACK]).json() == "1"
    assert do(shop, "invoice").json() == "1"
    order = shop.get("orders/1")
    assert (order["state"], order["status"], order["items"][0]["qty_shipped"]) == ("processing", "processing", 1)
    assert do(shop, "ship").json() == "2"
    assert shop.get("orders/1")["state"] == "complete"
    shipments = shop.search("shipments", "order_id eq 1", sort="entity_id ASC")["items"]
    assert [each["total_qty"] for each in shipments] == [1, 1]
    assert [track["track_number"] for track in shipments[0]["tracks"]] == ["1Z999"]
    assert shipments[0]["items"][0]["order_item_id"] == 1
    assert shop.get("shipment/1")["extension_attributes"] == {"source_code": "default"}


def test_a_shipment_of_an_imported_order_makes_more_salable_than_there_is(shop: Shop) -> None:
    create(shop)
    assert shop.state.salable("KETTLE", "us") == 7
    do(shop, "ship", (1, 2), arguments=from_source("reno"))
    assert dict(shop.state.inventory.of("KETTLE"))["reno"] == (20000, 1)
    assert shop.state.salable("KETTLE", "us") == 7, "the source has 2 less, the reservations 2 more"


def test_a_cancelled_imported_order_raises_what_is_salable(shop: Shop) -> None:
    create(shop)
    assert shop.call("POST", "orders/1/cancel").json() is True
    order = shop.get("orders/1")
    assert (order["state"], order["items"][0]["qty_canceled"]) == ("canceled", 2)
    assert shop.state.salable("KETTLE", "us") == 9
    assert shop.call("POST", "orders/1/cancel").json() is False
    assert shop.state.salable("KETTLE", "us") == 9


def test_what_is_not_there_is_not_shipped_and_nothing_has_changed(shop: Shop) -> None:
    create(shop, ("KETTLE", 5))
    for arguments in ({}, from_source("reno")):
        answer = do(shop, "ship", (1, 5), arguments=arguments)
        assert answer.status_code == 400
        assert answer.json()["message"] == "Not all of your products are available in the requested quantity."
    assert do(shop, "ship", (1, 5), arguments=from_source("moon")).status_code == 404
    assert "must not be greater" in do(shop, "ship", (1, 6)).json()["message"]
    assert shop.get("orders/1")["items"][0]["qty_shipped"] == 0
    assert shop.search("shipments", size=5)["total_count"] == 0
    assert shop.state.salable("KETTLE", "us") == 7


def test_items_are_named_with_their_units(shop: Shop) -> None:
    create(shop)
    for rows, status in (([{"order_item_id": 1}], 400), ([{"order_item_id": 9, "qty": 1}], 400)):
        assert shop.call("POST", "order/1/ship", json={"items": rows}).status_code == status


def test_a_website_with_one_source_ships_from_it(shop: Shop) -> None:
    create(shop, ("shirt-s", 2), store_id=2)
    assert do(shop, "ship").json() == "1"
    assert shop.get("shipment/1")["extension_attributes"]["source_code"] == "berlin"


def test_a_track_comes_later(shop: Shop) -> None:
    create(shop)
    do(shop, "ship")
    before = shop.get("shipment/1")["updated_at"]
    shop.clock.skip(60)
    track = TRACK | {"order_id": 1, "parent_id": 1, "carrier_code": "custom", "title": "Own van"}
    assert shop.call("POST", "shipment/track", json={"entity": track}).json()["entity_id"] == 1
    found = shop.search("shipments", f"updated_at gt {before}")["items"]
    assert [each["tracks"][0]["title"] for each in found] == ["Own van"]


def test_a_return_comes_back_to_its_source_if_it_is_to_be_restocked(shop: Shop) -> None:
    create(shop, ("KETTLE", 2), ("pan/24", 1))
    do(shop, "invoice"), do(shop, "ship", (1, 2), (2, 1))
    held = shop.state.inventory.items["default"]
    assert (held["kettle"][0], held["pan/24"][0]) == (10000, 90000)
    arguments = {"shipping_amount": 0, "extension_attributes": {"return_to_stock_items": [1]}}
    assert do(shop, "refund", (1, 1), (2, 1), arguments=arguments).json() == "1"
    assert (held["kettle"][0], held["pan/24"][0]) == (20000, 90000)
    (memo,) = shop.search("creditmemos", "order_id eq 1")["items"]
    assert (memo["grand_total"], memo["tax_amount"], len(memo["items"])) == (21.6, 1.6, 2)
    order = shop.get("orders/1")
    assert (order["state"], order["total_refunded"]) == ("complete", 21.6)
    assert do(shop, "refund", (1, 1)).json() == "2"
    order = shop.get("orders/1")
    assert (order["state"], order["total_refunded"], order["shipping_refunded"]) == ("closed", 37.4, 5)
    assert do(shop, "refund").status_code == 400


def test_what_was_refunded_before_it_left_is_let_go_and_never_shipped(shop: Shop) -> None:
    create(shop, ("KETTLE", 3))
    do(shop, "invoice")
    do(shop, "refund", (1, 2), arguments={"shipping_amount": 0})
    assert shop.state.salable("KETTLE", "us") == 9
    assert do(shop, "ship", (1, 2)).status_code == 400
    assert do(shop, "ship").json() == "1"
    assert shop.search("shipments", "order_id eq 1")["items"][0]["total_qty"] == 1


def test_an_adjustment_changes_what_is_given_back_but_not_beyond_what_was_paid(shop: Shop) -> None:
    create(shop)
    do(shop, "invoice")
    answer = do(shop, "refund", arguments={"adjustment_positive": 1})
    assert answer.json()["message"].endswith("The most money available to refund is 26.6.")
    do(shop, "refund", (1, 1), arguments={"adjustment_positive": 2, "adjustment_negative": 0.5, "shipping_amount": 0})
    assert [each["grand_total"] for each in shop.search("creditmemos", "order_id eq 1")["items"]] == [12.3]


def test_an_order_that_was_never_paid_is_not_refunded(shop: Shop) -> None:
    create(shop)
    answer = do(shop, "refund", (1, 1))
    assert (answer.status_code, "creditmemo" in answer.json()["message"]) == (400, True)


def test_an_order_of_the_storefront_holds_its_units_until_they_left(shop: Shop) -> None:
    order = shop.state.place_storefront_order("us", [("KETTLE", 2)])
    assert (order.state, order.amount("grand_total")) == ("new", Decimal("49.98"))
    assert shop.state.salable("KETTLE", "us") == 5
    shop.state.ship_in_shop(order.number, number="1Z1")
    assert (order.state, int(shop.state.salable("KETTLE", "us"))) == ("processing", 5)
    assert order.reserved == {"kettle": 0}
    other = shop.state.place_storefront_order("us", [("KETTLE", 2)])
    assert shop.state.salable("KETTLE", "us") == 3
    assert shop.state.cancel_in_shop(other.number)
    assert shop.state.salable("KETTLE", "us") == 5
    assert shop.state.create_compensations() == []


def test_compensations_make_up_for_what_imported_orders_never_reserved(shop: Shop) -> None:
    for _ in range(3):
        create(shop, ("KETTLE", 1))
    do(shop, "ship", (1, 1), order=1)
    shop.call("POST", "orders/2/cancel")
    assert shop.state.salable("KETTLE", "us") == 8
    made = shop.state.create_compensations()
    assert [(each.increment_id, int(each.quantity)) for each in made] == [
        ("000000001", -1),
        ("000000002", -1),
        ("000000003", -1),
    ]
    assert shop.state.salable("KETTLE", "us") == 5, "six are there, and one of them is owed"
    assert shop.state.create_compensations() == []
    do(shop, "ship", (3, 1), order=3)
    assert shop.state.salable("KETTLE", "us") == 5
    assert shop.state.create_compensations() == []


def test_items_without_a_product_type_are_not_made_up_for(shop: Shop) -> None:
    sent = entity()
    del sent["items"][0]["product_type"]
    shop.call("POST", "orders", json={"entity": sent})
    assert shop.state.create_compensations() == []


def test_the_merchants_own_work_shows_as_any_other(shop: Shop) -> None:
    create(shop, ("KETTLE", 2))
    shop.state.invoice_in_shop(1)
    shop.state.ship_in_shop(1, {1: 1}, "custom", "Own van", "V-1", source="reno")
    shop.state.ship_in_shop(1)
    shop.state.refund_in_shop(1, {1: 1}, shipping=Decimal(0), adjustment=Decimal("-0.8"))
    assert shop.search("shipments", "order_id eq 1")["total_count"] == 2
    assert shop.get("creditmemo/1")["grand_total"] == 10
    assert dict(shop.state.inventory.of("KETTLE"))["default"] == (30000, 1)
    with pytest.raises(Refusal):
        shop.state.ship_in_shop(1)


def test_a_customer_has_an_address_once_in_a_website(shop: Shop) -> None:
    customer = {"email": "ada@shop.example", "firstname": "Ada", "lastname": "Example", "website_id": 1, "store_id": 1}
    made = shop.call("POST", "customers", json={"customer": customer}).json()
    assert (made["id"], made["group_id"], made["created_in"]) == (1, 1, "English")
    again = shop.call("POST", "customers", json={"customer": customer | {"email": "ADA@shop.example"}})
    assert (again.status_code, "same email address" in again.json()["message"]) == (400, True)
    elsewhere = customer | {"website_id": 2, "store_id": 2}
    assert shop.call("POST", "customers", json={"customer": elsewhere}).status_code == 200
    found = shop.search("customers/search", "email eq ada@shop.example", "website_id eq 1")
    assert [each["id"] for each in found["items"]] == [1]
    assert shop.get("customers/2")["website_id"] == 2


def test_an_order_on_hold_is_neither_shipped_nor_invoiced_nor_cancelled(shop: Shop) -> None:
    create(shop)
    shop.call("POST", "orders/1/hold")
    assert {do(shop, "ship").status_code, do(shop, "invoice").status_code} == {400}
    assert shop.call("POST", "orders/1/cancel").json() is False


def test_a_replacement_over_nothing_ends_complete(shop: Shop) -> None:
    free = dict.fromkeys(("grand_total", "base_grand_total", "shipping_amount", "tax_amount", "subtotal"), 0)
    sent = entity(**free)
    sent["items"][0] |= {"price": 0, "row_total": 0, "tax_amount": 0}
    assert shop.call("POST", "orders", json={"entity": sent}).status_code == 200
    do(shop, "invoice"), do(shop, "ship")
    assert shop.get("orders/1")["state"] == "complete"


def test_a_client_that_others_wrote_makes_reads_ships_and_invoices_orders(run_shop: RunShop) -> None:
    shop = run_shop()
    with Magento(token=CREDENTIALS.access_token, base_url=shop.url, scope="all") as client:
        saved = client.save_order(entity(increment_id="AMZ-1"))
        found = client.get_order_by_increment_id("AMZ-1")
        assert found is not None
        assert found["entity_id"] == saved["entity_id"]
        assert [order["increment_id"] for order in client.get_orders()] == ["AMZ-1"]
        assert client.hold_order(1) is True
        assert client.unhold_order(1) is True
        assert client.create_order_invoice(1, notify=False) == "1"
        assert client.ship_order(1, {"items": [{"order_item_id": 1, "qty": 2}], "tracks": [TRACK]}) == "1"
        assert [each["order_id"] for each in client.get_order_shipments(1)] == [1]
        assert [each["grand_total"] for each in client.get_order_invoices(1)] == [26.6]
        assert list(client.get_credit_memos()) == []
        assert client.get_order(1)["state"] == "complete"
        assert "US" in {each["id"] for each in client.get_countries()}


def test_the_sum_of_what_an_order_reserves_is_nothing_at_its_end() -> None:
    state = CommerceState(SandboxClock(0, 0, 0))
    stock_shop(state)
    first = state.place_storefront_order("us", [("KETTLE", 3), ("A,B", 1)])
    state.invoice_in_shop(first.number, {item.number: item.amount("qty_ordered") for item in first.items[:1]})
    state.ship_in_shop(first.number, {first.items[0].number: 2}, source="reno")
    state.refund_in_shop(first.number, {first.items[0].number: 1}, shipping=Decimal(0))
    state.cancel_in_shop(first.number)
    assert first.reserved == {"kettle": 0, "a,b": 0}
    assert state.salable("KETTLE", "us") == 5


def test_the_answer_to_a_shipment_may_be_lost(shop: Shop) -> None:
    assert post(shop).status_code == 200
    shop.faults.add("late_error", "PostV1OrderOrderIdShip")
    assert do(shop, "ship").status_code == 500
    assert shop.search("shipments", "order_id eq 1")["total_count"] == 1
