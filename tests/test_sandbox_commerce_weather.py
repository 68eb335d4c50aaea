"""Bad weather: every way in which a Commerce fails that a client must live with."""

from __future__ import annotations

import pytest
import requests

from tests.shop_fixtures import RunShop, Shop, criteria

LIST = "GetV1Products"


@pytest.fixture
def shop(run_shop: RunShop) -> Shop:
    return run_shop()


def ask(shop: Shop) -> requests.Response:
    return shop.call("GET", "products", params=criteria(size=2, sort="entity_id ASC"))


def test_a_429_says_when_to_come_back_or_not(shop: Shop) -> None:
    shop.faults.add("throttle", LIST)
    answer = ask(shop)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert answer.json() == {"message": "Too Many Requests", "trace": None}
    shop.faults.add("throttle_without_header", LIST)
    assert "Retry-After" not in ask(shop).headers
    assert ask(shop).status_code == 200


def test_a_deadlock_hides_in_a_400(shop: Shop) -> None:
    shop.faults.add("deadlock", "PostV1ProductsBaseprices")
    rows = {"prices": [{"price": 1, "store_id": 0, "sku": "KETTLE"}]}
    answer = shop.call("POST", "products/base-prices", json=rows)
    assert answer.status_code == 400
    assert "Deadlock found" in answer.json()["message"]
    assert shop.call("POST", "products/base-prices", json=rows).json() == []


def test_a_500_is_masked_and_carries_a_report_id(shop: Shop) -> None:
    shop.faults.add("server_error")
    answer = ask(shop)
    assert answer.status_code == 500
    assert "Report ID: webapi-" in answer.json()["message"]


def test_maintenance_is_a_page_of_html(shop: Shop) -> None:
    shop.faults.add("html_503")
    answer = ask(shop)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("text/html")
    shop.faults.add("not_json")
    assert ask(shop).text.startswith("<html>")


def test_a_connection_may_be_reset_before_the_work_or_after_it(shop: Shop) -> None:
    rows = {"prices": [{"price": 1, "store_id": 0, "sku": "KETTLE"}]}
    for kind, price in (("reset", 24.99), ("lost_answer", 1)):
        shop.faults.add(kind, "PostV1ProductsBaseprices")
        with pytest.raises(requests.ConnectionError):
            shop.call("POST", "products/base-prices", json=rows)
        assert shop.get("products/KETTLE")["price"] == price


def test_a_page_may_be_lost_or_come_again(shop: Shop) -> None:
    first = ask(shop).json()["items"]
    shop.faults.add("repeated_token", LIST)
    again = shop.search("products", size=2, page=2, sort="entity_id ASC")
    assert again["items"] == first
    shop.faults.add("lost_page", LIST)
    lost = ask(shop).json()
    assert (lost["items"], lost["total_count"]) == ([], 7)


def test_a_write_may_be_answered_well_and_never_done(shop: Shop) -> None:
    shop.faults.add("lost_write")
    rows = {"sourceItems": [{"sku": "KETTLE", "source_code": "reno", "quantity": 0, "status": 0}]}
    assert shop.call("POST", "inventory/source-items", json=rows).json() == []
    assert shop.state.salable("KETTLE", "us") == 7


def test_a_resource_may_be_taken_away(shop: Shop) -> None:
    shop.faults.add("forbidden", LIST)
    answer = ask(shop)
    assert answer.status_code == 401
    assert "isn't authorized" in answer.json()["message"]


def test_a_slow_answer_comes_all_the_same(shop: Shop) -> None:
    shop.faults.add("slow", amount=0.01)
    assert ask(shop).status_code == 200
    assert shop.faults.waiting() == []
