"""What a rule's preview says of each row, on a handful of products and listings known to the last."""

from __future__ import annotations

import json

import pytest

from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.listings.rules.attributes import rule_attributes
from channelkit.listings.rules.tree import Condition, Group
from channelkit.rules.preview import Preview, preview_rule
from tests.rule_book import fill

CHEAP = Group(children=(Condition("price", "<", "50"), Condition("name", "!{}", "lamp")))


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database)
    return database


def look(database: Database, rule: Group) -> Preview:
    return preview_rule(database, "de", rule, rule_attributes({}), "Europe/Berlin")


def test_each_row_is_in_its_set_with_what_becomes_of_it(filled: Database) -> None:
    """LR-03."""
    found = look(filled, CHEAP).table.to_pylist()
    assert [(row["sku"], row["part"], row["change"]) for row in found] == [
        ("A-bag", "ineligible", "goes off sale"),
        ("A-set", "ineligible", "goes off sale"),
        ("A-cup", "eligible", "may come back"),
        ("pot", "new", "is new"),
        ("A-lamp", "ineligible", "is left out, too"),
        ("A-mug", "eligible", "stays on sale"),
    ]


def test_the_reason_names_the_condition_that_speaks_against_it(filled: Database) -> None:
    reasons = {row["sku"]: row["reason"] for row in look(filled, CHEAP).table.to_pylist()}
    assert reasons["A-bag"] == "The rule asks that price is less than “50”."
    assert reasons["A-lamp"] == "The rule asks that name does not contain “lamp”."
    assert reasons["A-set"] == "Amazon cannot list a product of type bundle."
    assert reasons["A-mug"] == "The rule admits it."
    any_of = Group(all=False, children=(Condition("sku", "==", "mug"), Condition("sku", "==", "cup")))
    assert look(filled, any_of).reasons("ineligible")[0] == ("The rule asks that sku is “mug”, or sku is “cup”.", 2)
    none_of = Group(match=False, children=(Condition("sku", "==", "bag"),))
    assert ("The rule leaves it out because sku is “bag”.", 1) in look(filled, none_of).reasons("ineligible")


def test_a_bundle_never_previews_as_eligible(filled: Database) -> None:
    """ON-11: even where the rule admits everything."""
    found = look(filled, Group())
    assert [row["sku"] for row in found.table.to_pylist() if row["part"] == "ineligible"] == ["A-set"]


def test_counts_tell_what_is_in_no_set_as_well(filled: Database) -> None:
    found = look(filled, CHEAP)
    assert found.counts == {
        "eligible": 2, "ineligible": 3, "new": 1, "unlinked": 1, "ended": 1, "dropped": 1,
    }  # fmt: skip
    assert found.words == (
        "2 listings go off sale, 1 may come back, 1 product may be listed anew. 1 product that waits to be listed "
        "would no longer be. 1 listing without a product is not touched."
    )


def test_money_at_stake_is_in_the_marketplaces_currency(filled: Database) -> None:
    found = look(filled, CHEAP)
    assert (found.leaving, found.stakes) == (2, {"EUR": 6000})
    assert found.stake == "At stake: 60.00 EUR on offer now in them (price x quantity)."
    assert look(filled, Group(children=(Condition("type_id", "==", "simple"),))).stake.startswith("At stake: 30.00 EUR")


def test_rows_show_what_tells_products_apart(filled: Database) -> None:
    """LR-03: product ID, name, type, attribute set, SKU, visibility, status."""
    found = look(filled, CHEAP)
    row = found.rows("ineligible", 0, 1)[0]
    assert row == {
        "entity_id": "1", "name": "Bag <b>big</b>", "type": "simple", "attribute_set": "Bags & <i>more</i>",
        "sku": "bag", "seller_sku": "A-bag", "visibility": "Catalog, Search", "enabled": "Enabled", "tab": "Active",
        "change": "goes off sale", "reason": "The rule asks that price is less than “50”.", "stake": "30.00 EUR",
    }  # fmt: skip
    assert [row["sku"] for row in found.rows("ineligible", 1, 5)] == ["set", "lamp"]
    frame = found.frame("ineligible")
    assert frame["product_sku"].tolist() == ["bag", "set", "lamp"] and str(frame["stake"][0]) == "30.00"
    assert len(found.eligible) == 2 and len(found.new) == 1
    with pytest.raises(UsageError, match="no set 'others'"):
        found.reasons("others")


def test_a_preview_as_a_page_is_escaped_and_as_text_complete(filled: Database) -> None:
    found = look(filled, CHEAP)
    html = found._repr_html_()
    assert "<b>big" not in html and "&lt;b&gt;big" in html and "<i>more" not in html
    text = repr(found)
    assert "Nothing was done" in text and "At stake: 60.00 EUR" in text and "A-bag" in text
    told = json.loads(json.dumps(found.summary()))
    assert told["counts"]["ineligible"] == 3 and told["rows"]["new"][0]["sku"] == "pot"


def test_without_anything_read_there_is_nothing_to_preview(database: Database) -> None:
    with pytest.raises(UsageError, match="channelkit pull"):
        look(database, CHEAP)
