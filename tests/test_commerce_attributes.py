"""Attributes, options and sets: read whole, made once, whatever happens to the answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelkit.commerce.attribute_sets import attach_attribute, list_groups, list_set_attributes, list_sets
from channelkit.commerce.attributes import (
    Attribute,
    add_option,
    create_attribute,
    list_attributes,
    option_key,
    read_attribute,
    read_labels,
    read_options,
)
from channelkit.commerce.creation import make_once
from channelkit.errors import AuthError, RefusedError, TemporaryError, UsageError
from tests.commerce_kit import connect
from tests.shop_fixtures import CREDENTIALS, RunShop, Shop


@pytest.fixture
def shop(run_shop: RunShop) -> Shop:
    return run_shop()


CREATE, ADD = "PostV1ProductsAttributes", "PostV1ProductsAttributesAttributeCodeOptions"
ASIN = Attribute(
    "amazon_asin",
    "ASIN",
    searchable=True,
    comparable=True,
    used_for_promo_rules=True,
    used_in_grid=True,
    filterable_in_grid=True,
)
CONDITION = Attribute("amazon_condition", "Condition", "select", options=("New", "Used; Good"), filterable=True)


def test_an_attribute_is_created_with_the_properties_that_were_stated(run_shop: RunShop) -> None:
    """AT-01: a text attribute, global, not required, not unique, with a column and a filter in the grid."""
    commerce = connect(run_shop())
    assert create_attribute(commerce, ASIN) == ASIN
    assert read_attribute(commerce, "amazon_asin") == ASIN
    assert create_attribute(commerce, CONDITION) == CONDITION


@pytest.mark.parametrize("kind", ["text", "textarea", "select", "multiselect", "boolean", "price"])
@pytest.mark.parametrize("scope", ["global", "website", "store"])
def test_every_input_and_scope_comes_back_as_it_was_asked_for(run_shop: RunShop, kind: str, scope: str) -> None:
    wanted = Attribute("some_thing", "Some thing", kind, scope, required=True, unique=True, filterable=True)
    made = create_attribute(connect(run_shop()), wanted)
    can_filter = kind not in ("text", "textarea")
    assert replace(made, options=()) == replace(wanted, filterable=can_filter)


def test_an_attribute_that_exists_is_reused_as_it_is(run_shop: RunShop) -> None:
    shop = run_shop()
    commerce = connect(shop)
    found = create_attribute(commerce, Attribute("color", "Colour", "text"))
    assert (found.label, found.input, found.options) == ("Color", "select", ("Red", "Blue"))
    before = commerce.transport.calls
    assert create_attribute(commerce, Attribute("color", "Colour", "text")) == found
    assert commerce.transport.calls == before + 1


def test_what_there_is_not_is_none(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    for code in ("nothing", "", "..", "a/b", "a b"):
        assert read_attribute(commerce, code) is None
    # 73 is the number of the attribute "name".
    assert read_attribute(commerce, "73") is None


def test_all_attributes_are_listed_also_where_pages_are_small(run_shop: RunShop) -> None:
    whole, narrow = connect(run_shop()), connect(run_shop(largest_page=4))
    found = list_attributes(whole)
    assert list_attributes(narrow) == found
    assert {each.code: each.is_user_defined for each in found}.items() >= {"sku": False, "color": True}.items()
    assert next(each for each in found if each.code == "features").options == ("Light", "Fast")


@pytest.mark.parametrize("kind", ["lost_answer", "late_error"])
def test_an_attribute_whose_making_was_not_answered_is_looked_for_before_it_is_made_again(
    run_shop: RunShop, kind: str
) -> None:
    shop = run_shop(speed=1000.0)
    shop.faults.add(kind, CREATE)
    assert create_attribute(connect(shop), CONDITION) == CONDITION
    assert list(shop.state.attributes.by_code).count("amazon_condition") == 1


@pytest.mark.parametrize("kind", ["reset", "server_error", "html_503", "not_json", "throttle", "deadlock"])
def test_an_attribute_that_was_never_made_is_made(run_shop: RunShop, kind: str) -> None:
    shop = run_shop(speed=1000.0)
    shop.faults.add(kind, CREATE, count=2)
    assert create_attribute(connect(shop), CONDITION) == CONDITION


def test_a_shop_that_stays_down_is_a_temporary_error(run_shop: RunShop) -> None:
    shop = run_shop(speed=1000.0)
    shop.faults.add("html_503", CREATE, count=None)
    with pytest.raises(TemporaryError, match="status 503"):
        create_attribute(connect(shop), CONDITION)


@pytest.mark.parametrize("code", ["9lives", "a-b", "ä", "x" * 61])
def test_a_code_that_commerce_does_not_take_is_refused_in_its_words(run_shop: RunShop, code: str) -> None:
    with pytest.raises(RefusedError, match=r"Invalid value of .* provided for the attribute_code field"):
        create_attribute(connect(run_shop()), Attribute(code, "Nine lives"))


def test_an_attribute_that_somebody_made_meanwhile_is_taken(run_shop: RunShop) -> None:
    shop = run_shop()
    calls: list[int] = []

    def move() -> None:
        calls.append(1)
        if len(calls) == 2:
            shop.state.add_attribute("meanwhile", "Somebody's")

    shop.state.before_read = move
    assert create_attribute(connect(shop), Attribute("meanwhile", "Ours")).label == "Somebody's"


def test_a_missing_permission_is_named(run_shop: RunShop) -> None:
    shop = run_shop(missing_resources=frozenset({"Magento_Catalog::attributes_attributes"}))
    with pytest.raises(AuthError, match="Magento_Catalog::attributes_attributes"):
        create_attribute(connect(shop), ASIN)
    shop = run_shop(missing_resources=frozenset({"Magento_Catalog::sets"}))
    with pytest.raises(AuthError, match="Magento_Catalog::sets"):
        list_sets(connect(shop))


def test_an_option_is_added_once_and_named_by_its_number(run_shop: RunShop) -> None:
    shop = run_shop()
    commerce = connect(shop)
    number = add_option(commerce, "color", "Dark  green")
    assert read_options(commerce, "color")[number] == "Dark green"
    assert {add_option(commerce, "color", label) for label in (" dark GREEN ", "Dark\u00a0green")} == {number}
    assert len(read_options(commerce, "color")) == 3
    assert read_labels(commerce).word("color", number) == "Dark green"


@pytest.mark.parametrize("kind", ["lost_answer", "late_error", "reset", "html_503", "throttle_without_header"])
def test_an_option_is_added_once_whatever_happens_to_the_answer(run_shop: RunShop, kind: str) -> None:
    shop = run_shop(speed=1000.0)
    shop.faults.add(kind, ADD)
    commerce = connect(shop)
    number = add_option(commerce, "color", "Green")
    assert list(read_options(commerce, "color").values()) == ["Red", "Blue", "Green"]
    assert read_options(commerce, "color")[number] == "Green"


def test_a_label_that_is_another_options_number_is_refused_and_never_mistaken_for_it(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    taken = next(iter(read_options(commerce, "color")))
    with pytest.raises(RefusedError, match="already exists"):
        add_option(commerce, "color", taken)


def test_what_has_no_options_or_no_label_takes_none(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    with pytest.raises(RefusedError, match="doesn't work with options"):
        add_option(commerce, "asin", "Red")
    with pytest.raises(UsageError, match="needs a label"):
        add_option(commerce, "color", " \u00a0\t")


LABELS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30), max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LABELS)
def test_wild_labels_are_added_once_each(shop: Shop, labels: list[str]) -> None:
    commerce = connect(shop)
    color = shop.state.attributes.by_code["color"]
    del color.options[2:]
    wanted = [label for label in labels if option_key(label) and not label.strip().isdecimal()]
    for label in [*wanted, *wanted]:
        number = add_option(commerce, "color", label)
        assert option_key(read_options(commerce, "color")[number]) == option_key(label)
    found = [option_key(label) for label in read_options(commerce, "color").values()]
    assert sorted(found) == sorted({"red", "blue", *map(option_key, wanted)})


def test_many_who_add_the_same_option_at_once_add_it_once(shop: Shop) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(lambda _: add_option(connect(shop), "color", "Green"), range(4)))
    assert len(numbers) == 1
    assert list(read_options(connect(shop), "color").values()) == ["Red", "Blue", "Green"]


def test_options_of_a_new_attribute_are_made_once_each(run_shop: RunShop) -> None:
    twice = replace(CONDITION, options=("New", " new", "Used; Good", "", "NEW"))
    assert create_attribute(connect(run_shop()), twice).options == ("New", "Used; Good")


def test_sets_and_their_groups_are_listed(run_shop: RunShop) -> None:
    shop = run_shop()
    books = shop.state.attributes.add_set("Books")
    commerce = connect(shop)
    assert [(each.id, each.name) for each in list_sets(commerce)] == [(4, "Default"), (books.id, "Books")]
    groups = list_groups(commerce, books.id)
    assert [each.name for each in groups][:2] == ["Product Details", "Content"]
    assert not {each.id for each in groups} & {each.id for each in list_groups(commerce, 4)}
    assert {"color", "sku"} <= {each.code for each in list_set_attributes(commerce, books.id)}


def test_an_attribute_is_put_into_a_set_once(run_shop: RunShop) -> None:
    """AT-03: a new attribute is in no set until it is put into one."""
    shop = run_shop()
    commerce = connect(shop)
    create_attribute(commerce, ASIN)
    assert "amazon_asin" not in {each.code for each in list_set_attributes(commerce, 4)}
    details, content = list_groups(commerce, 4)[:2]
    for group in (details, content):
        attach_attribute(commerce, 4, group.id, "amazon_asin")
    assert [each.code for each in list_set_attributes(commerce, 4)].count("amazon_asin") == 1
    assert shop.state.attributes.sets.default.groups[0].codes[-1] == "amazon_asin"


@pytest.mark.parametrize("kind", ["lost_answer", "late_error", "html_503"])
def test_an_attribute_is_put_into_a_set_whatever_happens_to_the_answer(run_shop: RunShop, kind: str) -> None:
    shop = run_shop(speed=1000.0)
    commerce = connect(shop)
    create_attribute(commerce, ASIN)
    shop.faults.add(kind, "PostV1ProductsAttributesetsAttributes")
    attach_attribute(commerce, 4, list_groups(commerce, 4)[0].id, "amazon_asin")
    assert [each.code for each in list_set_attributes(commerce, 4)].count("amazon_asin") == 1


def test_sets_groups_and_attributes_that_there_are_not_are_refused(run_shop: RunShop) -> None:
    shop = run_shop()
    books = shop.state.attributes.add_set("Books")
    commerce = connect(shop)
    foreign = list_groups(commerce, books.id)[0].id
    create_attribute(commerce, ASIN)
    for set_id, group_id, code in (
        (99, 7, "asin"),
        (4, 9999, "amazon_asin"),
        (4, foreign, "amazon_asin"),
        (4, 7, "no"),
    ):
        with pytest.raises(RefusedError):
            attach_attribute(commerce, set_id, group_id, code)


def test_the_cloud_service_has_the_same_attributes(run_shop: RunShop) -> None:
    """AT-01 on Adobe Commerce as a Cloud Service, whose addresses name no store view."""
    shop = run_shop(flavour="accs", bearer=False)
    commerce = connect(shop, flavour="accs", auth="ims", client_secret=lambda: CREDENTIALS.client_secret)
    assert create_attribute(commerce, CONDITION) == CONDITION
    attach_attribute(commerce, 4, list_groups(commerce, 4)[0].id, CONDITION.code)
    assert CONDITION in list_set_attributes(commerce, 4)


def test_what_commerce_takes_and_does_not_show_is_not_made_twice(shop: Shop) -> None:
    made: list[int] = []
    with pytest.raises(TemporaryError, match="does not show it"):
        make_once(connect(shop), "the thing", lambda: None, lambda: made.append(1))
    assert made == [1]
