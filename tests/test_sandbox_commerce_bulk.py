"""Bulk requests: accepted is not done, one row may fail, and nobody may be there to do it."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.shop_fixtures import RunShop, Shop

PUT, POST = "bulkPutV1ProductsSku", "bulkPostV1Products"


@pytest.fixture
def shop(run_shop: RunShop) -> Shop:
    return run_shop(speed=0)


def queue(shop: Shop, *products: dict[str, Any], method: str = "PUT", scope: str = "all") -> requests.Response:
    route = "products/bySku" if method == "PUT" else "products"
    url = f"{shop.url}/rest/{scope}/async/bulk/V1/{route}"
    return shop.session.request(method, url, json=[{"product": product} for product in products], timeout=10)


def rows(shop: Shop, bulk_id: str) -> list[tuple[int, int]]:
    state = shop.get(f"bulk/{bulk_id}/status")
    return [(each["id"], each["status"]) for each in state["operations_list"]]


def test_a_bulk_is_accepted_first_and_done_later(run_shop: RunShop) -> None:
    shop = run_shop(speed=0, consumer_delay=30.0)
    answer = queue(shop, {"sku": "KETTLE", "name": "New"}, {"sku": "off", "name": "Lamp"})
    body = answer.json()
    assert (answer.status_code, body["errors"]) == (202, False)
    assert [(each["id"], each["status"]) for each in body["request_items"]] == [(0, "accepted"), (1, "accepted")]
    assert rows(shop, body["bulk_uuid"]) == [(0, 4), (1, 4)]
    assert shop.get("products/KETTLE")["name"] == "Kettle"
    changed = shop.get("products/KETTLE")["updated_at"]
    shop.clock.skip(31)
    assert rows(shop, body["bulk_uuid"]) == [(0, 1), (1, 1)]
    assert shop.get("products/KETTLE")["name"] == "New"
    assert shop.get("products/KETTLE")["updated_at"] > changed
    assert shop.get(f"bulk/{body['bulk_uuid']}/operation-status/1") == 2


def test_without_anybody_at_the_queue_rows_wait_for_ever(shop: Shop) -> None:
    shop.state.settings.consumers = False
    number = queue(shop, {"sku": "KETTLE", "name": "New"}).json()["bulk_uuid"]
    shop.clock.skip(86_400)
    assert rows(shop, number) == [(0, 4)]
    assert shop.get("products/KETTLE")["name"] == "Kettle"
    shop.state.settings.consumers = True
    assert rows(shop, number) == [(0, 1)]


def test_one_row_fails_and_the_others_are_done(shop: Shop) -> None:
    number = queue(shop, {"sku": "KETTLE", "status": 7}, {"sku": "none", "name": "N"}, {"sku": "off", "name": "N"})
    found = shop.get(f"bulk/{number.json()['bulk_uuid']}/detailed-status")["operations_list"]
    assert [each["status"] for each in found] == [3, 3, 1]
    assert found[0]["result_message"] == 'Invalid value of "7" provided for the status field.'
    # What failed is kept with all that was sent.
    assert ["KETTLE" in each["serialized_data"] for each in found] == [True, False, False]


@pytest.mark.parametrize(("kind", "status"), [("failed_row", 3), ("deadlocked_row", 2), ("lost_write", 1)])
def test_a_row_fails_on_demand(shop: Shop, kind: str, status: int) -> None:
    shop.faults.add(kind, PUT)
    number = queue(shop, {"sku": "off", "name": "A"}, {"sku": "KETTLE", "name": "B"}).json()["bulk_uuid"]
    assert [found for _, found in rows(shop, number)] == [1, status]
    assert (shop.get("products/off")["name"], shop.get("products/KETTLE")["name"]) == ("A", "Kettle")


def test_a_row_is_rejected_on_arrival_on_demand(shop: Shop) -> None:
    shop.faults.add("rejected_row", PUT)
    body = queue(shop, {"sku": "off", "name": "A"}, {"sku": "KETTLE", "name": "B"}).json()
    assert body["errors"]
    assert [each["status"] for each in body["request_items"]] == ["rejected", "accepted"]
    assert rows(shop, body["bulk_uuid"]) == [(1, 1)]


@pytest.mark.parametrize("bad", [{"sku": "off", "price": "cheap"}, None])
def test_a_row_that_cannot_be_read_fells_the_whole_request(shop: Shop, bad: Any) -> None:
    answer = queue(shop, {"sku": "KETTLE", "name": "New"}, bad)
    assert answer.status_code == 400
    assert shop.get("products/KETTLE")["name"] == "Kettle"


def test_products_are_made_by_the_queue_and_join_every_website_under_all(shop: Shop) -> None:
    new = {"sku": "new", "name": "New", "price": 2, "attribute_set_id": 4, "status": 2, "visibility": 1}
    queue(shop, new, method="POST")
    found = shop.get("products/new")
    assert found["extension_attributes"]["website_ids"] == [1, 2]
    assert (found["status"], found["visibility"], found["attribute_set_id"]) == (2, 1, 4)


def test_a_view_gets_its_own_value_and_the_others_keep_theirs(shop: Shop) -> None:
    queue(shop, {"sku": "off", "name": "Alte Lampe"}, scope="de_de")
    assert shop.get("products/off", scope="de_de")["name"] == "Alte Lampe"
    queue(shop, {"sku": "off", "name": "Lamp"})
    names = [shop.get("products/off", scope=scope)["name"] for scope in ("all", "us_en", "de_de")]
    assert names == ["Lamp", "Lamp", "Alte Lampe"]


def test_more_rows_than_the_shop_allows_are_refused_with_the_limit(run_shop: RunShop) -> None:
    shop = run_shop(async_limit=2)
    answer = queue(shop, *({"sku": sku, "name": "N"} for sku in ("KETTLE", "off", "shirt")))
    assert (answer.status_code, answer.json()["parameters"]["max"]) == (400, 2)


def test_a_shop_may_have_no_queue_and_knows_no_other_addresses_of_it(run_shop: RunShop) -> None:
    assert queue(run_shop(has_bulk=False), {"sku": "off"}).status_code == 404
    shop = run_shop()
    assert shop.call("PUT", "async/bulk/products/bySku", json=[]).status_code == 404
    assert shop.call("GET", "bulk/none/status").status_code == 404
    assert queue(shop).status_code == 400


def test_bulks_have_rights_of_their_own(run_shop: RunShop) -> None:
    assert queue(run_shop(missing_resources={"Magento_Catalog::products"}), {"sku": "off"}).status_code == 401
    shop = run_shop(missing_resources={"Magento_Logging::system_magento_logging_bulk_operations"})
    number = queue(shop, {"sku": "off", "name": "N"}).json()["bulk_uuid"]
    assert shop.call("GET", f"bulk/{number}/status").status_code == 401


def test_a_value_outside_the_products_set_is_dropped_without_a_word(shop: Shop) -> None:
    record = {
        "attribute_code": "ean",
        "frontend_input": "text",
        "entity_type_id": "4",
        "is_required": False,
        "frontend_labels": [{"store_id": 0, "label": "EAN"}],
    }
    shop.call("POST", "products/attributes", json={"attribute": record})
    body = {"product": {"sku": "off", "custom_attributes": [{"attribute_code": "ean", "value": "1"}]}}

    def write() -> dict[str, str]:
        custom = shop.call("PUT", "products/off", json=body).json()["custom_attributes"]
        return {each["attribute_code"]: each["value"] for each in custom}

    assert "ean" not in write()
    attach = {"attributeSetId": 4, "attributeGroupId": 7, "attributeCode": "ean", "sortOrder": 1}
    assert shop.call("POST", "products/attribute-sets/attributes", json=attach).status_code == 200
    assert write()["ean"] == "1"


@pytest.mark.parametrize(
    ("code", "sent", "kept"),
    [
        ("color", "999", "999"),
        ("color", "Blue", "0"),
        ("features", "1,x,2", "1,2"),
        ("asin", "x" * 255, "x" * 255),
        ("description", "x" * 400, "x" * 400),
        ("cost", "12.5", "12.500000"),
    ],
)
def test_values_are_kept_as_the_database_keeps_them(shop: Shop, code: str, sent: str, kept: str) -> None:
    body = {"product": {"sku": "off", "custom_attributes": [{"attribute_code": code, "value": sent}]}}
    answer = shop.call("PUT", "products/off", json=body).json()
    assert {"attribute_code": code, "value": kept} in answer["custom_attributes"]


def test_what_must_be_there_or_be_unique_is(shop: Shop) -> None:
    attributes = shop.state.attributes
    attributes.by_code["asin"].flags["is_unique"] = True
    body: dict[str, Any] = {"sku": "off", "custom_attributes": [{"attribute_code": "asin", "value": "b000000001"}]}
    answer = shop.call("PUT", "products/off", json={"product": body})
    assert (answer.status_code, answer.json()["parameters"]) == (400, ["ASIN"])
    attributes.by_code["color"].required = True
    answer = shop.call("PUT", "products/off", json={"product": {"sku": "off", "name": "N"}})
    assert (answer.status_code, answer.json()["parameters"]) == (400, ["Color"])
    assert shop.call("PUT", "products/KETTLE", json={"product": {"sku": "KETTLE", "name": "N"}}).status_code == 200


def test_texts_and_skus_that_are_too_long_are_refused(shop: Shop) -> None:
    body = {"sku": "off", "custom_attributes": [{"attribute_code": "asin", "value": "x" * 256}]}
    assert shop.call("PUT", "products/off", json={"product": body}).status_code == 400
    new = {"sku": "x" * 65, "name": "New", "price": 1}
    assert "64" in shop.call("POST", "products", json={"product": new}).json()["parameters"]


def test_two_new_products_of_one_name_need_two_addresses(shop: Shop) -> None:
    def create(sku: str, **more: Any) -> int:
        body = {"product": {"sku": sku, "name": "Tea  Pot", "price": 1, **more}}
        return shop.call("POST", "products", json=body).status_code

    assert (create("a"), create("b")) == (200, 400)
    assert create("b", custom_attributes=[{"attribute_code": "url_key", "value": "tea-pot-b"}]) == 200
    shop.call("DELETE", "products/a")
    assert create("c") == 200


def test_attribute_sets_are_made_from_another(shop: Shop) -> None:
    body: dict[str, Any] = {"attributeSet": {"attribute_set_name": "Books", "sort_order": 0}, "skeletonId": 4}
    made = shop.call("POST", "products/attribute-sets", json=body).json()
    assert shop.get(f"products/attribute-sets/{made['attribute_set_id']}") == made
    assert shop.call("POST", "products/attribute-sets", json=body).status_code == 400
    body["attributeSet"]["attribute_set_name"] = "Other"
    assert shop.call("POST", "products/attribute-sets", json=body | {"skeletonId": 99}).status_code == 404
    query = {
        "searchCriteria[filter_groups][0][filters][0][field]": "attribute_set_id",
        "searchCriteria[filter_groups][0][filters][0][value]": str(made["attribute_set_id"]),
    }
    groups = shop.get("products/attribute-sets/groups/list", query)
    assert groups["items"][0]["attribute_group_name"] == "Product Details"
    assert shop.call("GET", "products/attribute-sets/groups/list?searchCriteria").status_code == 400
