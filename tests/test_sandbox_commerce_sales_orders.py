"""Orders that are saved as they are: stored as sent, found again, commented, held, and numbered once."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.shop_fixtures import RunShop, Shop

AMAZON_NUMBER = "111-2222222-3333333"


def address(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "address_type": kind,
        "firstname": "Ada",
        "lastname": "Example",
        "street": ["1 Sample Way"],
        "city": "Testville",
        "region": "California",
        "region_code": "CA",
        "region_id": 12,
        "postcode": "90001",
        "country_id": "US",
        "telephone": "0000000000",
        "email": "ada@shop.example",
        **more,
    }


def entity(*lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    """Return an order of some SKUs at 10 each with 0.8 of tax a unit and 5 of shipping, paid elsewhere."""
    items, units = [], 0
    for sku, ordered in lines or (("KETTLE", 2),):
        units += ordered
        items.append(
            {
                "sku": sku,
                "product_type": "simple",
                "name": sku,
                "qty_ordered": ordered,
                "price": 10,
                "base_price": 10,
                "row_total": 10 * ordered,
                "base_row_total": 10 * ordered,
                "tax_amount": 0.8 * ordered,
                "base_tax_amount": 0.8 * ordered,
                "ext_order_item_id": f"item of {sku}",
            }
        )
    total = round(10.8 * units + 5, 2)
    return {
        "store_id": 1,
        "ext_order_id": AMAZON_NUMBER,
        "state": "processing",
        "status": "processing",
        "is_virtual": 0,
        "customer_email": "ada@shop.example",
        "customer_is_guest": 1,
        "base_currency_code": "USD",
        "order_currency_code": "USD",
        "subtotal": 10 * units,
        "base_subtotal": 10 * units,
        "tax_amount": round(0.8 * units, 2),
        "base_tax_amount": round(0.8 * units, 2),
        "shipping_amount": 5,
        "base_shipping_amount": 5,
        "grand_total": total,
        "base_grand_total": total,
        "total_due": total,
        "base_total_due": total,
        "total_qty_ordered": units,
        "items": items,
        "billing_address": address("billing"),
        "payment": {
            "method": "checkmo",
            "account_status": "",
            "additional_information": ["Paid elsewhere"],
            "cc_last4": "",
        },
        "extension_attributes": {
            "shipping_assignments": [
                {"shipping": {"method": "flatrate_flatrate", "address": address("shipping")}, "items": []}
            ]
        },
        **more,
    }


def post(shop: Shop, *lines: tuple[str, int], scope: str = "all", **more: Any) -> requests.Response:
    return shop.call("POST", "orders", scope=scope, json={"entity": entity(*lines, **more)})


def create(shop: Shop, *lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    answer = post(shop, *lines, **more)
    assert answer.status_code == 200, answer.text
    created: dict[str, Any] = answer.json()
    return created


@pytest.fixture
def shop(run_shop: RunShop) -> Shop:
    return run_shop(speed=0)


def test_an_order_is_stored_as_it_was_sent_and_reserves_nothing(shop: Shop) -> None:
    created = create(shop)
    assert (created["entity_id"], created["increment_id"], created["state"]) == (1, "000000001", "processing")
    assert (created["grand_total"], created["tax_amount"]) == (26.6, 1.6)
    (item,) = created["items"]
    assert (item["item_id"], item["price"], item["ext_order_item_id"]) == (1, 10, "item of KETTLE")
    assert {item[name] for name in ("qty_shipped", "qty_invoiced", "qty_canceled", "qty_refunded")} == {0}
    shipping = created["extension_attributes"]["shipping_assignments"][0]["shipping"]
    assert (shipping["method"], shipping["address"]["city"]) == ("flatrate_flatrate", "Testville")
    assert created["billing_address"]["entity_id"] != shipping["address"]["entity_id"]
    assert shop.get("orders/1") == created
    assert shop.get("orders/1/statuses") == "processing"
    assert shop.state.salable("KETTLE", "us") == 7


def test_a_number_is_kept_and_taken_once_in_a_store_view(shop: Shop) -> None:
    assert create(shop, increment_id="AMZ-1")["increment_id"] == "AMZ-1"
    again = post(shop, increment_id="amz-1")
    assert (again.status_code, again.json()["message"]) == (400, "Unique constraint violation found")
    assert create(shop, increment_id="AMZ-1", store_id=2)["entity_id"] == 2
    assert create(shop, store_id=2)["increment_id"] == "2000000001"
    assert [each["entity_id"] for each in shop.search("orders", "increment_id eq AMZ-1")["items"]] == [1, 2]


def test_another_systems_number_may_be_given_twice(shop: Shop) -> None:
    create(shop), create(shop)
    assert shop.search("orders", f"ext_order_id eq {AMAZON_NUMBER}")["total_count"] == 2
    assert [order.number for order in shop.state.sales.find_by_ext_order_id(AMAZON_NUMBER)] == [1, 2]


def test_without_a_store_view_an_order_goes_where_the_call_went(shop: Shop) -> None:
    sent = entity()
    del sent["store_id"]
    assert shop.call("POST", "orders", json={"entity": sent}).json()["store_id"] == 0
    assert shop.call("POST", "orders", scope="de_de", json={"entity": sent}).json()["store_id"] == 2
    assert shop.call("PUT", "orders/create", json={"entity": entity(store_id=1)}).json()["store_id"] == 1


@pytest.mark.parametrize("name", ["base_grand_total", "grand_total", "customer_email", "items"])
def test_what_is_required_is_asked_for_by_name(shop: Shop, name: str) -> None:
    sent = entity()
    del sent[name]
    answer = shop.call("POST", "orders", json={"entity": sent})
    assert (answer.status_code, answer.json()["parameters"]) == (400, {"fieldName": name})


def test_an_address_that_is_incomplete_is_refused_with_all_that_it_lacks_and_nothing_it_holds(shop: Shop) -> None:
    lacking = {name: value for name, value in address("billing").items() if name not in {"telephone", "email"}}
    answer = post(shop, billing_address=lacking)
    assert answer.status_code == 400
    (warnings,) = answer.json()["parameters"]
    assert warnings.splitlines() == [
        '"Email" is required. Enter and try again.',
        '"Phone Number" is required. Enter and try again.',
        "Email has a wrong format",
    ]
    assert shop.search("orders", size=5)["total_count"] == 0


def test_a_virtual_order_has_no_shipping_address(shop: Shop) -> None:
    created = create(shop, is_virtual=1)
    assert "address" not in created["extension_attributes"]["shipping_assignments"][0]["shipping"]


def test_products_that_are_disabled_or_missing_do_not_stop_an_order(shop: Shop) -> None:
    created = create(shop, ("off", 1), ("never-was", 3))
    assert [item["sku"] for item in created["items"]] == ["off", "never-was"]
    assert all("product_id" not in item for item in created["items"])


def test_orders_are_found_by_what_changed_and_what_they_are(shop: Shop) -> None:
    create(shop)
    shop.clock.skip(3600)
    second = create(shop, ext_order_id="222", increment_id="AMZ-2", status="amazon_new")
    found = shop.search("orders", f"updated_at gteq {second['updated_at']}", "entity_id gt 0", size=10)
    assert [each["increment_id"] for each in found["items"]] == ["AMZ-2"]
    assert shop.search("orders", "status in amazon_new,pending")["total_count"] == 1
    assert shop.search("orders", "ext_order_id in 222,333", "store_id eq 1")["total_count"] == 1
    page = shop.search("orders", size=1, page=2, sort="entity_id ASC")
    assert (page["total_count"], page["items"][0]["entity_id"]) == (2, 2)
    assert shop.call("GET", "orders/77").status_code == 404


def test_a_search_by_a_column_that_there_is_not_fails_as_the_database_does(shop: Shop) -> None:
    answer = shop.call("GET", "orders", params={"searchCriteria[filter_groups][0][filters][0][field]": "extOrderId"})
    assert (answer.status_code, "Report ID" in answer.json()["message"]) == (500, True)


def test_saving_with_a_number_writes_over_what_is_sent(shop: Shop) -> None:
    created = create(shop)
    shop.clock.skip(60)
    sent = entity(entity_id=1, customer_firstname="New", increment_id="000000001")
    sent["items"] = [{"item_id": created["items"][0]["item_id"], "sku": "KETTLE", "qty_ordered": 1}]
    saved = shop.call("POST", "orders", json={"entity": sent}).json()
    assert (saved["entity_id"], saved["customer_firstname"]) == (1, "New")
    assert [(item["item_id"], item["qty_ordered"], item["price"]) for item in saved["items"]] == [(1, 1, 10)]
    assert saved["updated_at"] > created["updated_at"]
    assert shop.search("orders", size=5)["total_count"] == 1


def test_an_address_is_corrected_by_its_type(shop: Shop) -> None:
    create(shop)
    answer = shop.call("PUT", "orders/1", json={"entity": address("shipping", city="Elsewhere")})
    assert answer.json()["city"] == "Elsewhere"
    order = shop.get("orders/1")
    assert order["billing_address"]["city"] == "Testville"
    assert order["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]["city"] == "Elsewhere"


def test_a_comment_may_change_the_status_to_whatever_it_says(shop: Shop) -> None:
    create(shop)
    record = {"comment": "From Amazon", "is_customer_notified": 0, "is_visible_on_front": 0, "parent_id": 1}
    for status in ({}, {"status": "amazon_unshipped"}):
        assert shop.call("POST", "orders/1/comments", json={"statusHistory": record | status}).json() is True
    order = shop.get("orders/1")
    assert (order["state"], order["status"]) == ("processing", "amazon_unshipped")
    assert [each["status"] for each in order["status_histories"]] == ["amazon_unshipped", "processing"]
    assert shop.get("orders/1/comments")["total_count"] == 2


def test_an_order_is_held_and_let_go_as_it_was(shop: Shop) -> None:
    create(shop, status="amazon_new")
    assert shop.call("POST", "orders/1/hold").json() is True
    assert shop.get("orders/1")["state"] == "holded"
    assert shop.call("POST", "orders/1/hold").json()["message"] == "A hold action is not available."
    assert shop.call("POST", "orders/1/unhold").json() is True
    order = shop.get("orders/1")
    assert (order["state"], order["status"]) == ("processing", "amazon_new")
    assert shop.call("POST", "orders/1/unhold").status_code == 400


def test_an_order_that_comes_complete_stays_so_if_it_is_paid_and_is_closed_otherwise(shop: Shop) -> None:
    sent = entity(state="complete", status="complete", total_paid=26.6, total_invoiced=26.6)
    sent["items"][0] |= {"qty_invoiced": 2, "qty_shipped": 2}
    assert shop.call("POST", "orders", json={"entity": sent}).json()["state"] == "complete"
    del sent["total_paid"]
    assert shop.call("POST", "orders", json={"entity": sent}).json()["state"] == "closed"


def test_an_order_may_be_made_and_its_answer_lost(shop: Shop) -> None:
    shop.faults.add("lost_answer", "PostV1Orders")
    with pytest.raises(requests.ConnectionError):
        post(shop)
    assert shop.search("orders", f"ext_order_id eq {AMAZON_NUMBER}")["total_count"] == 1


def test_countries_are_told_with_the_regions_that_have_numbers(shop: Shop) -> None:
    countries = {each["id"]: each for each in shop.get("directory/countries")}
    assert {"US", "PR", "CA", "GB", "DE", "JP", "FR"} <= set(countries)
    states = {each["code"]: each for each in shop.get("directory/countries/US")["available_regions"]}
    assert (states["CA"], states["PR"]["id"]) == ({"id": "12", "code": "CA", "name": "California"}, "52")
    assert "available_regions" not in shop.get("directory/countries/GB")
    assert {each["name"]: each["id"] for each in countries["DE"]["available_regions"]}["Bayern"] == "81"
    assert shop.call("GET", "directory/countries/XX").status_code == 404


def test_an_integration_may_lack_the_right_to_make_orders(run_shop: RunShop) -> None:
    shop = run_shop(missing_resources=frozenset({"Magento_Sales::api_actions"}))
    assert post(shop).status_code == 401
