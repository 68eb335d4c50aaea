"""Attributes on the sandbox over HTTP: recommended, mapped, imported through a plan, reviewed, taken back."""

from __future__ import annotations

import json

import pytest

from channelkit.attributes.recommended import CONDITIONS
from channelkit.database import runs
from channelkit.errors import PlanError, UsageError
from tests.kit_fixtures import Practice, RunKit


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    """A kit on a shop and two Amazon stores whose facts have been read, and whose listings are matched."""
    practice = run_kit()
    practice.kit.pull()
    return practice


def value(practice: Practice, sku: str, code: str, view: str = "") -> object:
    """Return what the shop itself has: a label where the attribute has options."""
    commerce = practice.running.world.commerce
    product = commerce.catalog.get(sku)
    stored = product.value(code, commerce.stores.view(view).id if view else 0)
    options = commerce.attributes.by_code[code].options
    return next((option.label for option in options if str(option.id) == str(stored)), stored)


def matched(practice: Practice, store: str = "us") -> str:
    """Return the SKU of a product that a listing is matched to."""
    frame = practice.kit.stores[store].listings()
    return str(frame[frame["listed"] & frame["product_sku"].notna()]["product_sku"].iloc[0])


def test_recommended_attributes_are_previewed_created_once_and_reused_after(practice: Practice) -> None:
    """AT-01."""
    kit, known = practice.kit, practice.running.world.commerce.attributes.by_code
    before = set(known)
    proposal = kit.attributes.recommend()
    rows = proposal.frame.set_index("attribute")
    assert rows.loc["amazon_asin", "what"] == rows.loc["upc", "what"] == "reused"
    assert rows.loc["amazon_condition", "what"] == rows.loc["gcid", "what"] == "created"
    assert "created" in repr(proposal) and "<table" in proposal._repr_html_()
    assert set(known) == before, "a proposal changes nothing"

    made = proposal.apply(by="Ada")
    assert made.created == ["gcid", "amazon_condition"] and not made.problems
    condition = known["amazon_condition"]
    assert [option.label for option in condition.options] == list(CONDITIONS) and len(CONDITIONS) == 10
    assert (condition.input, condition.scope, condition.required) == ("select", "global", False)
    again = kit.attributes.recommend()
    assert again.is_done and set(again.frame["what"]) == {"reused"}
    assert again.apply().created == [] and set(known) == before | {"gcid", "amazon_condition"}


def test_an_attribute_is_created_with_its_flags_and_put_into_sets(practice: Practice) -> None:
    """AT-03."""
    kit = practice.kit
    proposal = kit.attributes.create("amazon_color", "Color", input="select", comparable=True, navigation=True)
    row = proposal.summary()["attributes"][0]  # type: ignore[index]
    assert row["flags"] == "grid column, grid filter, search, comparable, price rules, navigation"
    assert row["added to sets"] == "Default"
    assert proposal.apply().created == ["amazon_color"]
    assert kit.attributes.create("amazon_color", "Another").is_done


@pytest.mark.parametrize(
    ("code", "options", "words"),
    [
        pytest.param("Amazon Color", {}, "no code", id="capitals"),
        pytest.param("amazon_color", {"input": "media_image"}, "kind 'media_image'", id="image"),
        pytest.param("amazon_color", {"navigation": True}, "Navigation cannot filter by a text", id="navigation"),
        pytest.param("amazon_color", {"sets": ["Shoes"]}, "no attribute set 'Shoes'", id="set"),
    ],
)
def test_an_impossible_attribute_is_refused_in_words(
    run_kit: RunKit, code: str, options: dict[str, object], words: str
) -> None:
    """AT-03."""
    with pytest.raises(UsageError, match=words):
        run_kit().kit.attributes.create(code, "Color", **options)  # type: ignore[arg-type]


def test_the_catalogue_links_changes_and_deactivates(practice: Practice) -> None:
    """AT-02, AT-03."""
    kit = practice.kit
    row = kit.attributes.map("US", "manufacturer", "manufacturer_name", by="Ada")
    assert not row.overwrite and row.scope == "global"
    shown = kit.attributes.catalogue().iloc[0]
    assert shown[["country", "amazon_attribute", "attribute", "status", "overwrite", "scope", "made_by"]].tolist() == [
        *("US", "manufacturer", "manufacturer_name", "Active", "Disabled", "Global", "Ada")
    ]
    with pytest.raises(UsageError, match=f"Row {row.id} of the catalogue"):
        kit.attributes.map("US", "manufacturer", "manufacturer_name")
    assert kit.attributes.change(row.id, overwrite=True).overwrite
    assert not kit.attributes.deactivate(row.id).active
    assert kit.attributes.map("US", "manufacturer", "manufacturer_name").id == row.id


@pytest.mark.parametrize(
    ("amazon", "commerce", "options", "words"),
    [
        pytest.param("colr", "model", {}, "Did you mean color", id="misspelt"),
        pytest.param("brand", "brnd", {}, "Commerce has no attribute 'brnd'", id="unknown"),
        pytest.param("list_price", "price", {}, "decides what is sold", id="price"),
        pytest.param("brand", "brand", {"store_views": ["de_de"]}, "hold in every store view", id="global-views"),
        pytest.param("brand", "brand", {"scope": "views"}, "is global in Commerce", id="global-attribute"),
        pytest.param(
            "item_name", "description", {"scope": "views", "store_views": ["fr"]}, "no store view 'fr'", id="no-view"
        ),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_in_words(
    run_kit: RunKit, amazon: str, commerce: str, options: dict[str, object], words: str
) -> None:
    """AT-03, AT-06."""
    with pytest.raises(UsageError, match=words):
        run_kit().kit.attributes.map("US", amazon, commerce, **options)  # type: ignore[arg-type]


def test_values_are_planned_sent_in_bulk_and_read_back(practice: Practice) -> None:
    """AT-04, AT-05."""
    kit = practice.kit
    kit.attributes.map("US", "manufacturer", "manufacturer_name")
    kit.attributes.map("US", "brand", "brand")
    assert kit.attributes.pull() > 10
    assert kit.attributes.pull() == 0, "what was just read is not asked for again"
    plan = kit.attributes.plan()
    sku = matched(practice)
    assert set(plan.changes["attribute"]) == {"manufacturer_name"}, "brands are there and stay"
    assert value(practice, sku, "manufacturer_name") is None, "a plan writes nothing"

    applied = plan.apply(by="Ada")
    assert applied.is_complete and applied.confirmed == len(plan.changes)
    assert value(practice, sku, "manufacturer_name") == value(practice, sku, "brand")
    assert set(kit.attributes.changes()["state"]) == {"confirmed"}
    assert len(kit.attributes.plan().changes) == 0, "what is there is not sent again"


def test_a_value_that_is_there_stays_unless_the_catalogue_says_to_overwrite(practice: Practice) -> None:
    """AT-05: and nothing flows back to Amazon."""
    kit, sku = practice.kit, matched(practice)
    commerce = practice.running.world.commerce
    commerce.set_value(sku, "manufacturer_name", "Somebody else")
    row = kit.attributes.map("US", "manufacturer", "manufacturer_name")
    kit.attributes.pull()
    kept = kit.attributes.plan()
    assert sku not in set(kept.changes["sku"])
    kept.apply()
    kit.attributes.change(row.id, overwrite=True)
    plan = kit.attributes.plan()
    assert plan.changes[["sku", "before"]].to_numpy().tolist() == [[sku, "Somebody else"]]
    plan.apply()
    assert value(practice, sku, "manufacturer_name") == value(practice, sku, "brand")
    assert practice.calls("patchListingsItem") == 0


def test_only_the_chosen_store_views_get_the_value(practice: Practice) -> None:
    """AT-06."""
    kit = practice.kit
    kit.attributes.map("DE", "bullet_point", "short_description", scope="views", store_views=["de_de"])
    kit.attributes.pull(["de"])
    plan = kit.attributes.plan()
    assert set(plan.changes["scope"]) == {"de_de"}
    assert plan.apply().is_complete
    sku = plan.changes["sku"].iloc[0]
    assert "Colour" in str(value(practice, sku, "short_description", "de_de"))
    assert value(practice, sku, "short_description") is None
    assert value(practice, sku, "short_description", "us_en") is None


def test_options_are_created_once_for_each_label(practice: Practice) -> None:
    """AT-04: a label that differs only in case is the same choice."""
    kit = practice.kit
    kit.attributes.create("amazon_color", "Color", input="select", options=["NAVY"], navigation=True).apply()
    kit.attributes.map("US", "color", "amazon_color")
    kit.attributes.pull()
    plan = kit.attributes.plan()
    assert plan.apply().is_complete
    labels = [option.label for option in practice.running.world.commerce.attributes.by_code["amazon_color"].options]
    assert len({label.lower() for label in labels}) == len(labels) >= 5
    assert "navy" in set(plan.changes["after"]) and "NAVY" in labels and "navy" not in labels


def test_a_product_whose_set_lacks_the_attribute_is_held_and_not_silently_lost(practice: Practice) -> None:
    kit, commerce = practice.kit, practice.running.world.commerce
    commerce.attributes.add("season", "Season", "text")
    group = next(group for group in commerce.attributes.sets.default.groups if "season" in group.codes)
    group.codes.remove("season")
    kit.attributes.map("US", "model_number", "season")
    kit.attributes.pull()
    plan = kit.attributes.plan()
    assert plan.changes.empty and set(plan.held["note"]) == {
        "The product's attribute set has no such attribute; add it to the set first."
    }
    kit.attributes.create("season", "Season").apply()
    assert kit.attributes.plan().apply().is_complete


def test_html_waits_for_a_person_who_may_release_it(practice: Practice) -> None:
    kit, sku = practice.kit, matched(practice)
    asin = kit.stores["us"].listings().set_index("product_sku").loc[sku, "asin"]
    item = practice.running.world.amazon.items.find(str(asin))
    assert item is not None
    item.manufacturer = "<b>Bold</b> & Sons"
    kit.attributes.map("US", "manufacturer", "manufacturer_name")
    kit.attributes.pull()
    plan = kit.attributes.plan()
    assert plan.held[["sku", "note"]].to_numpy().tolist() == [[sku, "The value holds HTML."]]
    assert "&lt;b&gt;Bold" in plan._repr_html_() and "<b>Bold" not in plan._repr_html_()
    with pytest.raises(UsageError, match="Nothing is held for nobody"):
        plan.apply(release_held=["nobody"])
    assert plan.apply(release_held=[sku]).is_complete
    assert value(practice, sku, "manufacturer_name") == "<b>Bold</b> & Sons"


def test_a_sweep_of_overwriting_is_stopped_until_a_person_overrules(practice: Practice) -> None:
    kit = practice.kit
    kit.attributes.map("US", "model_number", "manufacturer_name")
    kit.attributes.pull()
    kit.attributes.plan().apply()
    kit.attributes.deactivate(1)
    kit.attributes.map("US", "brand", "manufacturer_name", overwrite=True)
    plan = kit.attributes.plan()
    assert "would lose a value" in plan.stopped and "Stopped" in repr(plan)
    with pytest.raises(PlanError, match="stopped"):
        plan.apply()
    assert plan.apply(although_stopped=True).is_complete


def test_a_plan_whose_facts_have_moved_is_refused(practice: Practice) -> None:
    kit, sku = practice.kit, matched(practice)
    kit.attributes.map("US", "manufacturer", "manufacturer_name")
    kit.attributes.pull()
    plan = kit.attributes.plan()
    practice.running.world.commerce.set_value(sku, "manufacturer_name", "Meanwhile")
    with pytest.raises(PlanError, match="have moved"):
        plan.apply()
    assert kit.attributes.changes().empty and value(practice, sku, "manufacturer_name") == "Meanwhile"


def test_a_plan_is_taken_back_but_not_where_somebody_changed_a_value_since(practice: Practice) -> None:
    """AT-04."""
    kit, commerce = practice.kit, practice.running.world.commerce
    kit.attributes.map("US", "manufacturer", "manufacturer_name")
    kit.attributes.pull()
    plan = kit.attributes.plan()
    plan.apply()
    first, second = plan.changes["sku"].iloc[0], plan.changes["sku"].iloc[1]
    commerce.set_value(second, "manufacturer_name", "By hand")
    undo = kit.attributes.undo(plan.fingerprint)
    assert undo.left[["sku", "note"]].to_numpy().tolist() == [[second, "Somebody changed it since; it is now By hand."]]
    assert undo.apply(by="Ada").is_complete
    assert value(practice, first, "manufacturer_name") is None
    assert value(practice, second, "manufacturer_name") == "By hand"
    taken = kit.attributes.changes().set_index("sku").loc[first].iloc[0]
    assert taken["undoes"] > 0 and "takes back" in taken["because"]
    with pytest.raises(UsageError, match="Nothing was written"):
        kit.attributes.undo("nothing")


def test_values_are_reviewed_and_a_selection_is_imported_again(practice: Practice) -> None:
    """AT-07."""
    kit, sku = practice.kit, matched(practice)
    practice.running.world.commerce.set_value(sku, "manufacturer_name", "By hand")
    kit.attributes.map("US", "manufacturer", "manufacturer_name")
    kit.attributes.pull()
    assert set(kit.attributes.values()["state"]) == {"Not imported"}
    kit.attributes.plan().apply()
    left = kit.attributes.values(imported=False)
    row = left.iloc[0]
    assert len(left) == 1 and row["sku"] == sku and row["region"] == "US" and row["commerce_value"] == "By hand"
    assert row["reason"] == "Commerce has a value, and the catalogue does not overwrite."
    assert len(kit.attributes.values(imported=True)) > 10

    item = practice.running.world.amazon.items.find(str(row["asin"]))
    assert item is not None
    item.manufacturer = "Renamed Ltd"
    plan = kit.attributes.reimport([sku], overwrite=True)
    assert plan.changes[["sku", "before", "after"]].to_numpy().tolist() == [[sku, "By hand", "Renamed Ltd"]]
    plan.apply()
    assert kit.attributes.values(imported=False).empty
    with pytest.raises(UsageError, match="Say what"):
        kit.attributes.reimport()


def test_a_price_goes_into_the_store_views_of_its_currency_only(practice: Practice) -> None:
    """AT-06."""
    kit, commerce = practice.kit, practice.running.world.commerce
    commerce.add_attribute("msrp", "List price", "price", scope="website")
    with pytest.raises(UsageError, match="in USD, those of 'msrp' in EUR and USD"):
        kit.attributes.map("US", "list_price", "msrp")
    kit.attributes.map("US", "list_price", "msrp", scope="views", store_views=["us_en"])
    kit.attributes.pull(["us"])
    plan = kit.attributes.plan()
    assert plan.apply().is_complete and all(float(after) > 0 for after in plan.changes["after"])
    assert kit.attributes.plan().changes.empty, "20.000000 and 20 are the same price"


def test_who_approved_a_plan_is_kept_with_its_run(practice: Practice) -> None:
    kit = practice.kit
    kit.attributes.map("US", "manufacturer", "manufacturer_name")
    kit.attributes.pull(["us"])
    plan = kit.attributes.plan()
    plan.apply(by="Ada")
    with kit.database.read() as connection:
        run = runs.load_runs(connection).to_pylist()[0]
    told = json.loads(run["summary"])["commerce"]
    assert (run["job"], run["state"]) == ("attributes", "done")
    assert (told["by"], told["plan"], told["confirmed"]) == ("Ada", plan.fingerprint, len(plan.changes))


def test_several_rows_are_mapped_once_and_a_row_that_is_none_is_refused(practice: Practice) -> None:
    """AT-02."""
    rows = ["US brand brand", "DE brand brand"]
    assert len(practice.kit.attributes.map_all(rows, by="Ada")) == 2
    assert practice.kit.attributes.map_all(rows)["made_by"].tolist() == ["Ada", "Ada"]
    with pytest.raises(UsageError, match="no row of the catalogue"):
        practice.kit.attributes.map_all(["US brand"])


def test_what_to_choose_from_is_what_amazon_tells_first(practice: Practice) -> None:
    """AT-02."""
    kit = practice.kit
    assert set(kit.attributes.choices()["items"]) == {0}
    kit.attributes.pull(["us"])
    choices = kit.attributes.choices("US").set_index("amazon_attribute")
    assert choices.iloc[0]["items"] > 10 and choices.loc["brand", "input"] == "select"
    assert choices["items"].is_monotonic_decreasing and "material" in choices.index
