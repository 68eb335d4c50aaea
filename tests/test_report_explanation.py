"""Why a listing is where it is: as text, as a card, and as plain values for another program."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from channelkit.database.connection import Database
from channelkit.report.dated_facts import ReadAt, tell_facts
from channelkit.report.explanation import Explanation, Reasoning
from channelkit.report.subject import find_subject
from channelkit.report.untabbed import explain_untabbed
from tests.one_listing import MINUTE, NOON, PRODUCT, REASONING, SKU, explained, live

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def told(database: Database) -> Explanation:
    live(database)
    return explained(database)


def test_another_program_gets_the_row_with_its_facts_and_steps(told: Explanation) -> None:
    """TB-01, AC-09: the row of `channelkit listings --json`, and everything behind it."""
    values = json.loads(json.dumps(told.to_dict()))
    row = {name: values[name] for name in ("store", "seller_sku", "asin", "product_sku", "tab", "status", "since")}
    assert row == {
        "store": "us",
        "seller_sku": SKU,
        "asin": "B00MUG0001",
        "product_sku": PRODUCT,
        "tab": "Ineligible",
        "status": "Out of Stock",
        "since": "2026-09-21T13:53:20.000Z",
    }
    assert values["reason"] == "Commerce can sell 0 of product mug-blue."
    assert values["actions"] == ["View Details", "Create Override", "End Listing"]
    assert values["steps"][1] == {"depth": 1, "words": "price is more than “5”", "value": "19.99", "holds": True}
    assert values["row"] == 4 and values["rows"][-1]["holds"]
    assert values["moves"][0].startswith("Active, once Commerce can sell")
    assert values["history"][0]["what"] == "Quantity on Amazon"
    sold = next(fact for fact in values["facts"] if fact["label"] == "Can be sold")
    assert (sold["value"], sold["at"], sold["is_bad"]) == ("0 on website base", "2026-09-21T14:11:20.000Z", True)


def test_the_text_tells_decision_facts_rule_row_moves_and_story(told: Explanation) -> None:
    text = str(told)
    for words in (
        "Tab        Ineligible: Out of Stock, for 20 min",
        "Next step  It is sold again once there is enough stock.",
        "Can be sold   0 on website base  (2 min ago)",
        "    ✓ price is more than “5”  (it is 19.99)",
        "  ✓ 4  the merchant fulfils it from counted stock, and there is none",
        "  - Active, once Commerce can sell at least 1",
        "Quantity for Amazon: 12 → 0 (planned, sent after 2.0 s, accepted after 3.0 s, confirmed after 4 min)",
    ):
        assert words in text


def test_the_card_escapes_everything_and_loads_nothing(told: Explanation) -> None:
    shown = told._repr_html_()
    assert HOSTILE not in shown and "&lt;script&gt;" in shown
    assert "<b>Bolt</b>" not in shown and "anna <admin>" not in shown
    assert "http" not in shown and "url(" not in shown and "<script" not in shown


def test_ticks_of_the_card_are_told_to_those_who_do_not_see_them(told: Explanation) -> None:
    shown = told._repr_html_()
    rows = len(REASONING.steps) + len(REASONING.rows)
    assert shown.count('class="unseen">holds: ') + shown.count('class="unseen">does not hold: ') == rows


def test_what_the_next_cycle_will_change_is_said(told: Explanation) -> None:
    assert told.coming == ""
    active = {"tab": "Active", "status": "Active", "reason": "Amazon offers 12."}
    soon = replace(told, reasoning=replace(REASONING, now=active))
    words = "The facts have moved: the next cycle puts it into Active (Active). Amazon offers 12."
    assert soon.coming == words and words in str(soon) and words in soon._repr_html_()
    gone = replace(told, reasoning=replace(REASONING, now=None))
    assert gone.coming == "The facts have moved: after the next cycle it is in no tab."


def test_facts_carry_the_time_of_the_last_reading_even_where_nothing_changed(database: Database) -> None:
    live(database)
    subject = find_subject(database, "us", SKU)
    facts = {fact.label: fact for fact in tell_facts(subject, ReadAt(NOON, NOON - MINUTE, None))}
    assert facts["ASIN"].at == NOON and facts["Product"].at == NOON - MINUTE
    assert facts["Can be sold"].at == NOON - 21 * MINUTE


def test_a_listing_that_was_missed_once_is_not_called_gone(database: Database) -> None:
    live(database)
    subject = find_subject(database, "us", SKU)
    assert subject.listing is not None
    missed = replace(subject, listing={**subject.listing, "missing_since": NOON, "missing_last": NOON})
    told = next(fact for fact in tell_facts(missed, ReadAt()) if fact.label == "Missing")
    assert "a second look, 15 min later or more, has to agree" in told.value


def test_a_listing_is_explained_while_nothing_was_decided_anew(database: Database) -> None:
    live(database)
    told = explained(database, Reasoning())
    assert "Ineligible" in str(told) and "Decision table" not in told._repr_html_() and told.coming == ""


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"type": "bundle"}, "is of type bundle. Amazon lists only products of type simple", id="type"),
        pytest.param({"missing_since": NOON}, "is no longer in Commerce", id="gone"),
        pytest.param({"websites": ",2,"}, "is not on the store's website base", id="website"),
        pytest.param({}, "The store's listing rule leaves product", id="rule"),
    ],
)
def test_a_product_in_no_tab_says_why(database: Database, changed: dict[str, object], reason: str) -> None:
    live(database)
    subject = find_subject(database, "us", PRODUCT)
    assert subject.product is not None and subject.tab is None and subject.others == (SKU,)
    alone = replace(subject, others=(), product={**subject.product, **changed})
    words, step = explain_untabbed(alone, website_id=1, imports_third_party=True, is_admitted=False)
    assert reason in words and step


def test_a_product_that_is_listed_already_names_its_listing(database: Database) -> None:
    live(database)
    subject = find_subject(database, "us", PRODUCT)
    words, step = explain_untabbed(subject, website_id=1, imports_third_party=True, is_admitted=True)
    assert SKU in words and step == f"Look at it with: channelkit explain {SKU}"
    undecided, _ = explain_untabbed(
        replace(subject, others=()), website_id=1, imports_third_party=True, is_admitted=None
    )
    assert undecided == f"No cycle has decided about product {PRODUCT} yet."


def test_a_listing_that_the_store_leaves_alone_says_so(database: Database) -> None:
    live(database)
    subject = replace(find_subject(database, "us", SKU), tab=None, product=None)
    words, _ = explain_untabbed(subject, website_id=1, imports_third_party=False, is_admitted=None)
    assert "the store leaves such listings alone" in words
    words, _ = explain_untabbed(subject, website_id=1, imports_third_party=True, is_admitted=None)
    assert words == "No cycle has decided about it since it was read."
