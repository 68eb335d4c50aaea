"""Explanations, stories and the past of listings as a person asks for them, against the sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from channelkit.database.products import load_products
from channelkit.demo import write_settings
from channelkit.errors import UsageError
from channelkit.kit import Kit
from channelkit.settings.reader import read_settings
from tests.conftest import sandboxes
from tests.kit_fixtures import Practice, StandingClock, let_send

RULE = {
    "all": True,
    "match": True,
    "children": [
        {"attribute": "price", "op": ">=", "value": "60"},
        {"attribute": "name", "op": "!{}", "value": "Nothing at all"},
    ],
}


@pytest.fixture(scope="module")
def practice(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A store that is an hour old and has a rule; tests only look."""
    folder = tmp_path_factory.mktemp("reasons")
    with sandboxes(openapi_folder) as run:
        running = run(speed=0, products=50, quiet=True)
        ready = {**running.ready, "clock": {**running.ready["clock"], "speed": 1.0}}
        kit = Kit(read_settings(write_settings(folder, ready), {}))
        kit.parts.clock = StandingClock(sandbox=running.world.clock)
        with kit:
            let_send(kit)
            practice = Practice(kit, running, folder)
            kit.sync(["us"])
            practice.wait(20)
            kit.sync(["us"])
            product, commerce = practice.product_of("us", practice.active_skus("us")[0]), running.world.commerce
            commerce.change_stock(product, -commerce.salable(product, "us"))
            for _ in range(4):
                practice.wait(10)
                kit.sync(["us"])
            kit.stores["us"].rules.commit(RULE, "Only what is dear", "anna")
            yield practice


def test_a_listing_is_explained_with_its_dated_facts_and_the_row_that_held(practice: Practice) -> None:
    """TB-01, AC-09: one tab, its reason, the facts with their times, and the first row that held."""
    store = practice.kit.stores["us"]
    row = store.listings("Active").iloc[0]
    told = store.explain(row["sku"])
    assert (told.tab, told.reason, told.next_step) == (row["tab"], row["reason"], row["next_step"])
    assert told.actions == row["actions"].split(", ")
    assert {fact.side for fact in told.facts} == {"Amazon", "Commerce", "channelkit"}
    assert all(fact.at is not None for fact in told.facts if fact.side == "Amazon")
    assert [tried.holds for tried in told.reasoning.rows].count(True) == 1 and told.reasoning.rows[-1].holds
    assert told.reasoning.moves and told.coming == ""


def out_of_stock(practice: Practice) -> str:
    """Return the listing that sold out while it was watched."""
    frame = practice.kit.stores["us"].listings("Ineligible")
    told = practice.kit.stores["us"]
    chosen = frame[frame["listed"] & (frame["status"] == "Out of Stock")]
    found: str = next(
        sku for sku in chosen["sku"] if any(event.before == "Active" for event in told.timeline(sku).events)
    )
    return found


def test_the_timeline_leads_from_commerce_through_our_change_to_amazon(practice: Practice) -> None:
    """TB-09, RP-06: stock falls, the tab moves, our change is sent, Amazon shows it; all on one line."""
    sku = out_of_stock(practice)
    events = list(reversed(practice.kit.stores["us"].timeline(sku).events))
    told = [(event.side, event.what, event.after) for event in events]
    story = [
        ("Commerce", "Can be sold", "0"),
        ("channelkit", "Tab", "Ineligible (Out of Stock)"),
        ("channelkit", "Quantity for Amazon", "0"),
        ("Amazon", "Quantity on Amazon", "0"),
    ]
    assert set(story) <= set(told)
    assert told.index(story[0]) < told.index(story[2]) < told.index(story[3])
    ours, shown = events[told.index(story[2])], events[told.index(story[3])]
    assert "accepted after" in ours.outcome and "confirmed after" in ours.outcome
    assert shown.because.startswith("Our change of")
    assert ("people", "Listing rules of the store", "Only what is dear") in told


def test_the_past_brings_back_tab_price_and_quantity(practice: Practice) -> None:
    """TB-09: before it sold out, the listing was Active with its quantity."""
    store, sku = practice.kit.stores["us"], out_of_stock(practice)
    moved = next(event for event in store.timeline(sku).events if event.before == "Active")
    then = store.as_of(datetime.fromtimestamp(moved.at / 1000 - 60, UTC)).set_index("sku").loc[sku]
    now = store.as_of(datetime.fromtimestamp(practice.kit.clock.now(), UTC)).set_index("sku").loc[sku]
    assert (then["tab"], now["tab"]) == ("Active", "Ineligible")
    assert then["quantity"] > 0 and now["quantity"] == 0 and then["product_sku"] == now["product_sku"]
    listed = store.listings()
    assert len(store.as_of(datetime.fromtimestamp(practice.kit.clock.now(), UTC)).dropna(subset=["tab"])) == len(listed)
    with pytest.raises(UsageError, match="is still to come"):
        store.as_of("2999-01-01")
    with pytest.raises(UsageError, match="What is known begins at"):
        store.as_of("2001-01-01")


def test_each_step_of_the_rule_is_told_and_what_would_turn_it(practice: Practice) -> None:
    """AC-09: the rule in a sentence, a tick for each condition, and the smallest change."""
    store = practice.kit.stores["us"]
    frame = store.listings("Ineligible")
    sku = frame[frame["status"] == "Excluded by Rule"]["sku"].iloc[0]
    told = store.explain(sku)
    assert told.reasoning.rule_name == "Only what is dear" and "60" in told.reasoning.rule
    assert [(step.depth, step.holds) for step in told.reasoning.steps] == [(0, False), (1, False), (1, True)]
    assert float(told.reasoning.steps[1].value) < 60
    assert any("rule would admit it" in words for words in told.reasoning.moves)
    assert "  ✗ " in str(told)


def test_what_is_in_no_tab_says_why(practice: Practice) -> None:
    store = practice.kit.stores["us"]
    placed = set(store.listings()["product_sku"].dropna())
    reasons = {}
    with practice.kit.database.read() as connection:
        known = load_products(connection, ("sku",))["sku"].to_pylist()
    for product in [sku for sku in known if sku not in placed]:
        told = store.explain(product)
        assert told.tab is None and told.next_step and escape(told.reason) in told._repr_html_()
        reasons[told.reason.replace(product, "…")] = product
    assert any("Amazon lists only products of type" in reason for reason in reasons)
    assert "The store's listing rule leaves product … out, and it is not on Amazon." in reasons


def test_every_listing_and_product_can_be_explained(practice: Practice) -> None:
    store = practice.kit.stores["us"]
    for row in store.listings().drop_duplicates(["tab", "status"]).itertuples():
        told = store.explain(row.sku)
        assert (told.tab, told.coming) == (row.tab, "")
        assert row.reason in str(told)
        assert json.loads(json.dumps(told.to_dict()))["status"] == row.status


@pytest.mark.parametrize("verb", ["explain", "timeline"])
def test_the_command_line_tells_it_and_gives_it_to_programs(practice: Practice, verb: str) -> None:
    sku = out_of_stock(practice)
    shown = type_in(practice, verb, sku, "--store", "us")
    assert "Quantity for Amazon: " in shown and "Ineligible" in shown
    found = json.loads(type_in(practice, verb, sku, "--store", "us", "--json"))
    if verb == "explain":
        names = (
            "store",
            "seller_sku",
            "asin",
            "product_sku",
            "tab",
            "status",
            "reason",
            "next_step",
            "since",
            "actions",
        )
        assert set(names) < set(found) and found["tab"] == "Ineligible" and found["actions"]
        assert found["facts"] and found["steps"] and found["rows"]
    else:
        assert found[0]["at"].endswith("Z") and {event["side"] for event in found} >= {"Amazon", "Commerce"}


def test_the_command_line_looks_back(practice: Practice) -> None:
    sku = out_of_stock(practice)
    first = min(event.at for event in practice.kit.stores["us"].timeline(sku).events if event.what == "Tab")
    # The command's own clock has not waited as the sandbox's has: what was first is past for both.
    when = datetime.fromtimestamp(first / 1000, UTC).isoformat()
    found = json.loads(type_in(practice, "as-of", when, "--store", "us", "--json"))
    assert {row["sku"]: row["tab"] for row in found}[sku] == "Incomplete"


def type_in(practice: Practice, *words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELKIT")}
    done = subprocess.run(
        [sys.executable, "-m", "channelkit", *words],
        cwd=practice.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout
