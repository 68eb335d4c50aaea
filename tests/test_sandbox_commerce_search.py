"""searchCriteria: what each condition, group, order and page finds."""

from __future__ import annotations

import pytest

from tests.shop_fixtures import RunShop, Shop, criteria


@pytest.fixture
def shop(run_shop: RunShop) -> Shop:
    return run_shop()


def found(shop: Shop, *groups: str, scope: str = "all", sort: str = "entity_id ASC") -> list[str]:
    answer = shop.search("products", *groups, scope=scope, sort=sort, size=100)
    assert answer["total_count"] == len(answer["items"])
    return [item["sku"] for item in answer["items"]]


@pytest.mark.parametrize(
    ("group", "skus"),
    [
        ("sku eq kettle", ["KETTLE"]),
        ("sku neq KETTLE", ["pan/24", "A,B", "off", "ebook", "shirt-s", "shirt"]),
        ("sku in KETTLE,off", ["KETTLE", "off"]),
        ("sku in A,B", []),
        ("sku eq A,B | sku eq off", ["A,B", "off"]),
        ("sku nin KETTLE,off,ebook", ["pan/24", "A,B", "shirt-s", "shirt"]),
        ("sku like shirt%", ["shirt-s", "shirt"]),
        ("sku like _,b", ["A,B"]),
        ("sku nlike %r%", ["KETTLE", "pan/24", "A,B", "off", "ebook"]),
        ("price gt 12", ["KETTLE", "pan/24"]),
        ("price gteq 12", ["KETTLE", "pan/24", "shirt-s"]),
        ("price lt 5.5", ["ebook"]),
        ("price lteq 5.50", ["A,B", "ebook"]),
        ("price moreq 30", ["pan/24"]),
        ("price null", ["shirt"]),
        ("weight notnull", ["A,B"]),
        ("asin notnull", ["KETTLE"]),
        ("features finset 4", ["KETTLE"]),
        ("features nfinset 3", []),
        ("status eq 2", ["off"]),
        ("type_id in virtual,configurable", ["ebook", "shirt"]),
        ("category_id eq 3", ["shirt"]),
        ("website_id neq 2", ["pan/24", "A,B"]),
        ("color eq 1", ["KETTLE"]),
        ("entity_id in 2,4", ["pan/24", "off"]),
        ("entity_id eq 3", ["A,B"]),
    ],
)
def test_a_condition_finds_what_mysql_finds(shop: Shop, group: str, skus: list[str]) -> None:
    assert found(shop, group) == skus


def test_filters_in_one_group_are_alternatives_and_groups_all_hold(shop: Shop) -> None:
    assert found(shop, "sku eq KETTLE | sku eq off", "status eq 1") == ["KETTLE"]
    assert found(shop, "price from 5", "price to 9") == ["A,B", "off"]


def test_a_filter_on_an_unknown_attribute_is_refused_with_its_name(shop: Shop) -> None:
    answer = shop.call("GET", "products", params=criteria("wrong eq 1"))
    assert answer.status_code == 400
    assert answer.json() == {"message": "Invalid attribute name: %1", "parameters": ["wrong"]}


def test_a_store_view_filters_and_sorts_by_its_own_values(shop: Shop) -> None:
    assert found(shop, "name eq Wasserkocher") == []
    assert found(shop, "name eq Wasserkocher", scope="de_de") == ["KETTLE"]
    assert found(shop, "name eq Wasserkocher", scope="us_en") == []


def test_sorting_puts_null_first_and_knows_several_orders(shop: Shop) -> None:
    assert found(shop, sort="price ASC")[:3] == ["shirt", "ebook", "A,B"]
    assert found(shop, sort="visibility DESC,sku ASC")[:3] == ["A,B", "ebook", "KETTLE"]
    assert found(shop, sort="entity_id DESC")[:2] == ["shirt", "shirt-s"]


def test_a_keyset_walk_sees_every_product_once_and_counts_the_rest(shop: Shop) -> None:
    last, seen, totals = 0, [], []
    while True:
        answer = shop.search("products", f"entity_id gt {last}", size=3, sort="entity_id ASC")
        totals.append(answer["total_count"])
        if not answer["items"]:
            break
        seen += [item["sku"] for item in answer["items"]]
        last = answer["items"][-1]["id"]
    assert seen == ["KETTLE", "pan/24", "A,B", "off", "ebook", "shirt-s", "shirt"]
    assert totals == [7, 4, 1, 0]


def test_a_page_past_the_end_is_empty_with_the_right_total(shop: Shop) -> None:
    answer = shop.search("products", size=5, page=3)
    assert (answer["items"], answer["total_count"]) == ([], 7)


def test_shops_up_to_2_3_repeat_the_last_page_for_ever(run_shop: RunShop) -> None:
    answer = run_shop(repeats_last_page=True).search("products", size=5, page=9)
    assert [item["id"] for item in answer["items"]] == [6, 7]


def test_without_a_page_size_everything_comes(shop: Shop) -> None:
    assert len(shop.search("products")["items"]) == 7


def test_a_shop_with_limits_refuses_large_pages_and_gives_twenty_by_itself(run_shop: RunShop) -> None:
    shop = run_shop(largest_page=300)
    assert shop.search("products")["search_criteria"]["page_size"] == 20
    answer = shop.call("GET", "products", params={"searchCriteria[pageSize]": 301})
    assert answer.status_code == 400
    assert answer.json() == {"message": "Maximum SearchCriteria pageSize is %max", "parameters": {"max": 300}}


def test_without_search_criteria_a_list_is_refused(shop: Shop) -> None:
    answer = shop.call("GET", "products")
    assert answer.status_code == 400
    assert answer.json()["parameters"] == {"fieldName": "searchCriteria"}


def test_camel_case_and_a_missing_condition_mean_the_same(shop: Shop) -> None:
    query = {
        "searchCriteria[filterGroups][0][filters][0][field]": "sku",
        "searchCriteria[filterGroups][0][filters][0][value]": "off",
    }
    answer = shop.get("products", query)
    assert [item["sku"] for item in answer["items"]] == ["off"]
    assert answer["search_criteria"]["filter_groups"] == [
        {"filters": [{"field": "sku", "value": "off", "condition_type": "eq"}]}
    ]


def test_what_changed_since_a_time_is_found_by_whole_seconds(run_shop: RunShop) -> None:
    shop = run_shop(speed=0)
    before = shop.clock.now()
    shop.clock.skip(100)
    shop.state.set_price("off", "9")
    shop.state.change_stock("KETTLE", -1)
    item = shop.search("products", "sku eq off")["items"][0]
    assert item["updated_at"] > item["created_at"]
    assert found(shop, f"updated_at gteq {item['updated_at']}") == ["off"]
    assert found(shop, f"updated_at gt {item['updated_at']}") == []
    assert len(found(shop, f"created_at lteq {item['updated_at']}")) == 7
    assert shop.clock.now() - before == 100


def test_fields_trims_the_answer(shop: Shop) -> None:
    answer = shop.search("products", "sku eq KETTLE", fields="items[sku,extension_attributes[website_ids]],total_count")
    assert answer == {"items": [{"sku": "KETTLE", "extension_attributes": {"website_ids": [1, 2]}}], "total_count": 1}
