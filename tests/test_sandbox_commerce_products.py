"""Products, attributes and stores: scopes, partial writes, and what is left out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.shop_fixtures import RunShop, Shop


@pytest.fixture
def shop(run_shop: RunShop) -> Shop:
    return run_shop(speed=0)


def attributes(product: dict[str, Any]) -> dict[str, Any]:
    return {each["attribute_code"]: each["value"] for each in product["custom_attributes"]}


def test_a_scope_changes_values_and_not_which_products_there_are(shop: Shop) -> None:
    def read(scope: str) -> tuple[str, float, int]:
        answer = shop.search("products", scope=scope, sort="entity_id ASC")
        first = answer["items"][0]
        return first["name"], first["price"], answer["total_count"]

    assert read("all") == ("Kettle", 24.99, 7)
    assert read("us_en") == ("Kettle", 24.99, 7)
    assert read("de_de") == ("Wasserkocher", 22.5, 7)


def test_no_store_code_means_the_default_view(shop: Shop) -> None:
    shop.state.set_value("KETTLE", "name", "Tea kettle", store_view="us_en")
    answer = shop.session.get(f"{shop.url}/rest/V1/products/KETTLE", timeout=10).json()
    assert answer["name"] == "Tea kettle"
    assert shop.get("products/KETTLE", scope="default")["name"] == "Tea kettle"
    assert shop.get("products/KETTLE")["name"] == "Kettle"


def test_an_unknown_store_code_is_an_unknown_address(shop: Shop) -> None:
    answer = shop.call("GET", "products/KETTLE", scope="fr_fr")
    assert (answer.status_code, answer.json()["message"]) == (404, "Request does not match any route.")


def test_select_values_are_option_numbers_and_empty_attributes_are_left_out(shop: Shop) -> None:
    found = attributes(shop.get("products/KETTLE"))
    options = {each["label"]: each["value"] for each in shop.get("products/attributes/color/options")}
    assert found["color"] == options["Red"]
    assert found["features"] == ",".join(
        each["value"] for each in shop.get("products/attributes/features/options") if each["value"]
    )
    assert "color" not in attributes(shop.get("products/off"))
    assert attributes(shop.get("products/shirt"))["category_ids"] == ["3"]


def test_a_configurable_names_its_children_and_has_no_price(shop: Shop) -> None:
    product = shop.get("products/shirt")
    child = shop.get("products/shirt-s")
    assert product["extension_attributes"]["configurable_product_links"] == [child["id"]]
    assert "price" not in product


def test_one_product_shows_its_stock_item_and_a_list_does_not(shop: Shop) -> None:
    assert shop.get("products/KETTLE")["extension_attributes"]["stock_item"]["qty"] == 3
    assert shop.get("products/ebook")["extension_attributes"]["stock_item"]["manage_stock"] is False
    assert "stock_item" not in shop.search("products", "sku eq KETTLE")["items"][0]["extension_attributes"]
    assert shop.get("stockItems/KETTLE")["qty"] == 3


def test_a_sku_that_nothing_has_is_404(shop: Shop) -> None:
    answer = shop.call("GET", "products/none")
    assert answer.status_code == 404
    assert answer.json()["message"].startswith("The product that was requested doesn't exist.")


def test_a_partial_write_leaves_the_rest_and_moves_updated_at(shop: Shop) -> None:
    before = shop.get("products/KETTLE")
    shop.clock.skip(60)
    body = {
        "product": {"sku": "KETTLE", "price": 19.95, "custom_attributes": [{"attribute_code": "asin", "value": "B1"}]}
    }
    after = shop.call("PUT", "products/KETTLE", json=body).json()
    assert (after["price"], after["name"], attributes(after)["asin"]) == (19.95, "Kettle", "B1")
    assert attributes(after)["color"] == attributes(before)["color"]
    assert after["updated_at"] > before["updated_at"]
    assert shop.state.catalog.get("KETTLE").values["price"] == Decimal("19.95")


def test_a_write_under_a_store_view_is_an_override_that_hides_later_global_edits(shop: Shop) -> None:
    shop.call("PUT", "products/off", scope="us_en", json={"product": {"sku": "off", "name": "Lamp", "price": 7}})
    shop.call("PUT", "products/off", json={"product": {"sku": "off", "name": "Lamp, old", "price": 6}})
    assert shop.get("products/off", scope="us_en")["name"] == "Lamp"
    assert shop.get("products/off", scope="us_en")["price"] == 7
    assert shop.get("products/off", scope="de_de")["price"] == 6


def test_a_website_price_counts_in_all_of_its_views(shop: Shop) -> None:
    shop.state.add_store_view("eu", "fr_fr", "Français", locale="fr_FR", timezone="Europe/Paris")
    shop.state.set_price("pan/24", "27", store_view="de_de")
    assert shop.search("products", "sku eq pan/24", scope="fr_fr")["items"][0]["price"] == 27
    assert shop.search("products", "sku eq pan/24", scope="us_en")["items"][0]["price"] == 30


def test_a_new_product_joins_every_website_under_all_and_one_under_a_store_view(shop: Shop) -> None:
    def create(sku: str, scope: str) -> list[int]:
        body = {"product": {"sku": sku, "name": sku, "price": 1, "attribute_set_id": 4, "type_id": "simple"}}
        answer = shop.call("POST", "products", scope=scope, json=body)
        assert answer.status_code == 200, answer.text
        websites: list[int] = answer.json()["extension_attributes"]["website_ids"]
        return websites

    assert create("new-1", "all") == [1, 2]
    assert create("new-2", "de_de") == [2]


def test_a_post_of_a_known_sku_in_another_case_updates_it(shop: Shop) -> None:
    answer = shop.call("POST", "products", json={"product": {"sku": "kettle", "name": "Kettle 2"}}).json()
    assert (answer["sku"], answer["name"]) == ("KETTLE", "Kettle 2")
    assert len(shop.state.catalog) == 7


@pytest.mark.parametrize(
    ("product", "message"),
    [
        ({"sku": "new", "price": 1}, 'The "%1" attribute value is empty. Set the attribute and try again.'),
        ({"sku": "new", "name": "N"}, 'The "%1" attribute value is empty. Set the attribute and try again.'),
        ({"sku": "KETTLE", "price": -1}, 'The value of attribute "%1" must be greater than or equal to 0'),
        ({"sku": "KETTLE", "status": 7}, 'Invalid value of "%1" provided for the %2 field.'),
    ],
)
def test_a_bad_product_is_refused_in_magentos_words(shop: Shop, product: dict[str, Any], message: str) -> None:
    answer = shop.call("POST", "products", json={"product": product})
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert "new" not in shop.state.catalog


@pytest.mark.parametrize("wrong", [{"attribute_set_id": 99}, {"extension_attributes": {"website_ids": [9]}}])
def test_a_product_that_names_what_there_is_not_is_refused_as_a_whole(shop: Shop, wrong: dict[str, Any]) -> None:
    for sku in ("KETTLE", "new"):
        answer = shop.call("POST", "products", json={"product": {"sku": sku, "name": "N", "price": 1, **wrong}})
        assert (answer.status_code, answer.json()["parameters"]["fieldName"]) == (404, "id")
    assert "new" not in shop.state.catalog
    assert shop.get("products/KETTLE")["name"] == "Kettle"


def test_sending_category_links_replaces_the_set(shop: Shop) -> None:
    links = {"category_links": [{"category_id": "7", "position": 0}]}
    answer = shop.call(
        "PUT", "products/shirt", json={"product": {"sku": "shirt", "extension_attributes": links}}
    ).json()
    assert attributes(answer)["category_ids"] == ["7"]


def test_a_body_that_is_no_json_or_lacks_its_field_is_refused(shop: Shop) -> None:
    assert shop.call("POST", "products", data="{").json()["message"] == "Decoding error."
    assert shop.call("POST", "products", json={}).json()["parameters"] == {"fieldName": "product"}


def test_a_deleted_product_is_gone_without_a_trace(shop: Shop) -> None:
    assert shop.call("DELETE", "products/off").json() is True
    assert shop.search("products", "updated_at gteq 2020-01-01")["total_count"] == 6
    assert shop.search("inventory/source-items", "sku eq off")["total_count"] == 0


def test_an_attribute_and_its_options_can_be_added(shop: Shop) -> None:
    record = {
        "attribute_code": "size",
        "frontend_input": "select",
        "entity_type_id": "4",
        "is_required": False,
        "frontend_labels": [{"store_id": 0, "label": "Size"}],
    }
    assert shop.call("POST", "products/attributes", json={"attribute": record}).json()["attribute_code"] == "size"
    option = {"option": {"label": "Small", "value": "", "store_labels": [{"store_id": 2, "label": "Klein"}]}}
    assert shop.call("POST", "products/attributes/size/options", json=option).json().startswith("id_")
    assert [each["label"] for each in shop.get("products/attributes/size/options")] == [" ", "Small"]
    assert [each["label"] for each in shop.get("products/attributes/size/options", scope="de_de")] == [" ", "Klein"]
    assert shop.call("POST", "products/attributes", json={"attribute": record}).status_code == 400
    assert shop.call("POST", "products/attributes/size/options", json=option).status_code == 400
    assert shop.call("GET", "products/attributes/none/options").status_code == 404
    found = shop.search("products/attributes", "is_user_defined eq True")
    assert {each["attribute_code"] for each in found["items"]} == {"asin", "color", "features", "size"}


def test_stores_are_told_with_their_currency_and_time_zone(shop: Shop) -> None:
    assert [each["code"] for each in shop.get("store/websites")] == ["admin", "us", "eu"]
    assert [each["code"] for each in shop.get("store/storeViews")] == ["admin", "us_en", "de_de"]
    assert [each["website_id"] for each in shop.get("store/storeGroups")] == [0, 1, 2]
    german = shop.get("store/storeConfigs", {"storeCodes[]": "de_de"})
    assert [(each["base_currency_code"], each["timezone"]) for each in german] == [("EUR", "Europe/Berlin")]
    assert len(shop.get("store/storeConfigs")) == 2
    assert "Magento_InventoryApi" in shop.get("modules")
    assert shop.search("products/attribute-sets/sets/list")["items"][0]["attribute_set_name"] == "Default"


def test_time_passes_for_the_world_before_each_answer(shop: Shop) -> None:
    moves = []
    shop.state.before_read = lambda: moves.append(1)
    shop.get("store/websites")
    shop.get("modules")
    assert len(moves) == 2


def test_a_php_of_seventeen_digits_writes_prices_with_a_tail(run_shop: RunShop) -> None:
    shop = run_shop(long_floats=True)
    shop.state.set_price("off", "29.95")
    assert '"price":29.949999999999999,' in shop.call("GET", "products/off").text
