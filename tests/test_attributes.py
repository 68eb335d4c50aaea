"""Attributes on the sandbox over HTTP: recommended, mapped, imported through a plan, reviewed, taken back."""

from __future__ import annotations

import pytest

from channelkit.attributes.recommended import CONDITIONS
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
