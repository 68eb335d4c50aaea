"""What rules are written about: attributes, attribute sets and categories, read once a day, and never in the way."""

from __future__ import annotations

import json

from channelkit.commerce.attributes import read_labels, read_promo_attributes
from channelkit.commerce.categories import list_categories
from channelkit.database import failures, products, reference
from channelkit.listings.rules.admission import admits
from channelkit.listings.rules.attributes import rule_attributes
from channelkit.listings.rules.tree import Condition, Group
from tests.commerce_kit import connect
from tests.kit_fixtures import RunKit
from tests.shop_fixtures import RunShop


def test_categories_come_with_the_names_of_all_they_are_in(run_shop: RunShop) -> None:
    shop = run_shop()
    tea = shop.state.categories.add("Tea")
    green = shop.state.categories.add("Green tea", tea.id)
    found = list_categories(connect(shop))
    assert [(category.id, category.path) for category in found] == [
        (2, "Default Category"),
        (tea.id, "Default Category / Tea"),
        (green.id, "Default Category / Tea / Green tea"),
    ]
    assert (found[-1].parent, found[-1].name) == (tea.id, "Green tea")


def test_several_values_stay_apart_although_a_label_has_a_comma(run_shop: RunShop) -> None:
    shop = run_shop()
    shop.state.add_attribute("parts", "Parts", "multiselect", options=["Lid, glass", "Base"])
    numbers = {option.label: str(option.id) for option in shop.state.attributes.by_code["parts"].options}
    labels = read_labels(connect(shop))
    assert labels.word("parts", f"{numbers['Lid, glass']},{numbers['Base']}") == ["Lid, glass", "Base"]
    assert labels.word("parts", numbers["Lid, glass"]) == ["Lid, glass"]


def test_attributes_tell_whether_rules_may_look_at_them(run_shop: RunShop) -> None:
    shop = run_shop()
    shop.state.add_attribute("season", "Season", "select", options=["Summer"])
    shop.state.attributes.by_code["color"].flags["is_used_for_promo_rules"] = False
    found = {row["code"]: row for row in read_promo_attributes(connect(shop))}
    assert list(found["season"]["options"].values()) == ["Summer"]
    assert {name: found["season"][name] for name in ("label", "input", "promo")} == {
        "label": "Season",
        "input": "select",
        "promo": True,
    }
    assert not found["color"]["promo"]


def test_lr_02_a_cycle_reads_what_rules_offer_and_a_rule_looks_at_products_with_it(run_kit: RunKit) -> None:
    practice = run_kit(products=30)
    practice.kit.pull()
    with practice.kit.database.read() as connection:
        known = reference.load_catalog_reference(connection)
        (batch,) = products.iter_attributes(connection, ["category_ids", "brand", "attribute_set_id"])
    attributes = rule_attributes(known)
    assert {"category_ids", "attribute_set_id", "brand", "name", "price", "sku"} <= set(attributes)
    assert "status" not in attributes and attributes["attribute_set_id"].options["4"] == "Default"
    assert set(batch["attribute_set_id"].to_pylist()[0]) == {"Default"}
    kettles = Group(children=(Condition("category_ids", "==", "Default Category / Electric Kettle"),))
    in_world = [
        product.sku
        for product in practice.running.world.commerce.catalog.walk()
        if practice.running.world.commerce.categories.by_name["Electric Kettle"].id in product.category_ids
    ]
    admitted = admits(kettles, batch, attributes, "UTC")
    assert sorted(batch["sku"].filter(admitted).to_pylist()) == sorted(in_world) and in_world


def test_what_rules_offer_is_read_once_a_day_and_stops_nothing(run_kit: RunKit) -> None:
    practice = run_kit(products=10)
    practice.running.faults.add("forbidden", "GetV1CategoriesList", count=None)
    run = practice.kit.pull()
    assert run.state == "done"
    with practice.kit.database.read() as connection:
        known = reference.load_catalog_reference(connection)
        said = failures.load_failures(connection)["operation"].to_pylist()
    assert known["attributes"] and known["attribute_sets"] and known["categories"] == []
    assert said == ["GetV1CategoriesList"]
    calls = practice.calls("GetV1CategoriesList")
    practice.running.faults.clear()
    practice.kit.pull()
    assert practice.calls("GetV1CategoriesList") == calls
    practice.wait(24 * 60 + 1)
    practice.kit.pull()
    with practice.kit.database.read() as connection:
        body = reference.load_reference(connection, "commerce", "categories")
    assert body is not None and json.loads(body.body)
