"""Price rules of a store, against the sandbox: what a preview says is what a decision comes to, and nothing happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from channelkit.cycle import Trial
from channelkit.demo import write_settings
from channelkit.errors import UsageError
from channelkit.kit import Kit
from channelkit.prices.prices import Prices
from channelkit.report.price_moves import CLASSES
from channelkit.report.tables import count_rows
from channelkit.settings.reader import read_settings
from tests.conftest import sandboxes
from tests.kit_fixtures import Practice, StandingClock

SALE: dict[str, Any] = {
    "name": "Sale",
    "priority": 2,
    "adjustment": {"direction": "decrease", "unit": "percent", "amount": "10"},
    "when": {"children": [{"attribute": "price", "op": ">=", "value": "20"}]},
}
MATCH: dict[str, Any] = {
    "name": "Match",
    "priority": 1,
    "discard": True,
    "competitor": {"source": "lowest", "feedback": 80},
    "adjustment": {"direction": "decrease", "unit": "fixed", "amount": "0.01"},
    "floor": {"attribute": "price", "direction": "decrease", "percent": "20"},
    "ceiling": {"attribute": "price", "direction": "increase", "percent": "5"},
    "when": {"children": [{"attribute": "price", "op": "<", "value": "60"}]},
}
HALF: dict[str, Any] = {"name": "Half", "adjustment": {"direction": "decrease", "amount": "60"}}


@pytest.fixture(scope="module")
def shared(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Return a practice for tests that only look."""
    with practising(openapi_folder, tmp_path_factory.mktemp("prices")) as practice:
        yield practice


@pytest.fixture(scope="module")
def changing(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Return a practice for tests that put rules in force, each of them all that it needs."""
    with practising(openapi_folder, tmp_path_factory.mktemp("changing")) as practice:
        yield practice


@contextmanager
def practising(openapi_folder: Path | None, folder: Path) -> Iterator[Practice]:
    with sandboxes(openapi_folder) as run:
        running = run(speed=0, quiet=True)
        ready = {**running.ready, "clock": {**running.ready["clock"], "speed": 1.0}}
        with Kit(read_settings(write_settings(folder, ready), {})) as kit:
            kit.parts.clock = StandingClock(sandbox=running.world.clock)
            kit.pull(["us"], wait=True)
            yield Practice(kit, running, folder)


def prices_of(practice: Practice, store: str = "us") -> Prices:
    return practice.kit.stores[store].prices


@pytest.mark.parametrize("rules", [[], [SALE], [MATCH, SALE], [HALF]], ids=["none", "sale", "match", "half"])
def test_what_a_preview_says_of_each_price_is_what_a_decision_comes_to(
    shared: Practice, rules: list[dict[str, Any]]
) -> None:
    """PR-01, PR-02: every price, not only their number; and every price that would be held."""
    prices = prices_of(shared)
    found = {row["seller_sku"]: row for row in prices.preview(rules).table.to_pylist()}
    decision = shared.kit.parts.cycle("us").decide(Trial(prices=prices.read(rules)))
    decided = {
        row["seller_sku"]: row["wanted_price"]
        for row in decision.tabs.to_pylist()
        if row["tab"] == "Ready to List" or (row["tab"] in ("Active", "Inactive", "Incomplete") and row["listed"])
    }
    assert len(found) > 50
    assert {sku: row["after"] for sku, row in found.items()} == decided
    held = {row["seller_sku"] for row in decision.guarded.held.to_pylist() if row["field"] == "price"}
    going = {row["seller_sku"] for row in decision.guarded.going.to_pylist() if row["field"] == "price"}
    assert {sku for sku, row in found.items() if row["part"] == "held" and row["listed"]} == held
    assert {sku for sku, row in found.items() if row["part"] in ("rises", "falls")} == going


def test_a_preview_does_nothing_and_says_what_is_at_stake(shared: Practice) -> None:
    rows = count_rows(shared.kit.database)
    found = prices_of(shared).preview([SALE])
    assert found.counts["falls"] > 20 and found.counts["rises"] == 0
    assert sum(number for words, number in found.classes.items() if words.startswith("falls")) == found.counts["falls"]
    assert list(found.classes) == [name for name in CLASSES if found.classes.get(name)]
    assert "prices fall" in found.words and "more than the 30% that may change at once" in found.words
    assert found.by_rule()[0][0] == "sale"
    assert {row["rule"] for row in found.rows("falls", 0, 5)} == {"Sale"}
    assert count_rows(shared.kit.database) == rows


def test_guards_that_would_fire_are_told_in_a_preview(shared: Practice) -> None:
    found = prices_of(shared).preview([HALF])
    assert found.counts["held"] > 50 and found.counts["falls"] == 0
    words, number = found.guards()[0]
    assert number == found.counts["held"] and "%" in words
    with pytest.raises(UsageError, match="no part 'sideways'"):
        found.frame("sideways")


def test_a_preview_is_written_as_a_file(shared: Practice, tmp_path: Path) -> None:
    found = prices_of(shared).preview([SALE])
    assert f"Wrote {found.table.num_rows:,} prices" in found.export(tmp_path / "prices.csv")
    lines = (tmp_path / "prices.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == found.table.num_rows + 1 and '"before (USD)"' in lines[0]
    found.export(tmp_path / "prices.xlsx", "falls")
    assert (tmp_path / "prices.xlsx").read_bytes().startswith(b"PK")
    frame = found.frame("falls")
    assert str(frame["change"].iloc[0]).startswith("-") and len(frame) == found.counts["falls"]
    for path in (tmp_path / "prices.doc", tmp_path / "none" / "prices.csv"):
        with pytest.raises(UsageError, match="cannot be written"):
            found.export(path)


def test_rules_are_added_changed_ordered_and_removed_each_as_a_version(changing: Practice) -> None:
    """PR-01: the grid lists them in the order in which they are applied, and no version is lost."""
    prices = prices_of(changing, "de")
    assert "no price rules were put in force" in repr(prices.current()) and prices.rules().empty
    prices.add(SALE, "Ada")
    prices.add(MATCH, "Ada")
    assert prices.rules()["id"].tolist() == ["match", "sale"]
    assert prices.rules()["type"].tolist() == ["Intelligent", "Standard"]
    prices.edit("sale", "Bob", priority=None, first_day="2026-12-01")
    prices.deactivate("match", "Bob")
    assert not prices.get("match").active and prices.get("sale").priority is None
    prices.activate("match")
    prices.add(HALF, "Ada")
    prices.reorder(["half", "sale"], "Ada")
    assert prices.rules()["id"].tolist() == ["half", "sale", "match"]
    prices.remove("half", "Ada")
    assert [version.name for version in prices.history()] == [
        *("Remove Half", "Another order", "Add Half", "Switch on Match", "Switch off Match"),
        *("Change Sale: priority, first_day", "Add Match", "Add Sale"),
    ]
    first = prices.history()[-1]
    back = prices.restore(first.id, "Eve")
    assert (back.restores, back.made_by, [rule.id for rule in back.rules]) == (first.id, "Eve", ["sale"])
    assert len(prices.versions()) == 9
    for act in (lambda: prices.get("gone"), lambda: prices.remove("gone"), lambda: prices.restore(99)):
        with pytest.raises(UsageError, match=r"no price rule 'gone'|no version 99"):
            act()


def test_of_two_who_change_rules_at_once_neither_is_lost(changing: Practice) -> None:
    prices, start = prices_of(changing), Barrier(4)
    prices.commit([], "Begin anew", "Ada")

    def add(number: int) -> None:
        start.wait()
        prices.add({"name": f"Rule {number}"}, "Ada")

    threads = [Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(rule.id for rule in prices.current().rules) == [f"rule-{number}" for number in range(4)]
    base = prices.current().id
    prices.commit([SALE], "Only the sale", "Ada", based_on=base)
    with pytest.raises(UsageError, match=f"put in force since you began with version {base}"):
        prices.commit([], "Nothing", "Bob", based_on=base)
    assert [rule.id for rule in prices.current().rules] == ["sale"]


def test_what_is_put_in_force_is_what_the_next_decision_wants(changing: Practice) -> None:
    """PR-03: 10 % off, to the cent, in the tabs at once."""
    prices = prices_of(changing)
    told = {row["seller_sku"]: row["after"] for row in prices.preview([SALE]).table.to_pylist()}
    prices.commit([SALE], "Sale", "Ada")
    wanted = changing.kit.stores["us"].listings("Active").set_index("sku")["wanted_price"].dropna()
    assert {sku: int(price * 100) for sku, price in wanted.items()} == {sku: told[sku] for sku in wanted.index}
    assert prices.preview().counts["falls"] == prices.preview([SALE]).counts["falls"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_rules_without_a_fitting_name_are_not_kept(shared: Practice, name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        prices_of(shared).commit([SALE], name)
    with pytest.raises(UsageError, match=r"'sale' cannot be read: adjustment\.amount"):
        prices_of(shared).commit([SALE | {"id": "sale", "adjustment": {"amount": "much"}}], "Sale")
    assert prices_of(shared).current().id == 0


def test_rules_may_come_in_every_form(shared: Practice, tmp_path: Path) -> None:
    prices = prices_of(shared)
    rules = prices.read([SALE, MATCH])
    path = tmp_path / "rules.toml"
    path.write_text(prices.write(rules), encoding="utf-8")
    documents = prices.documents(rules)
    for form in (rules, documents, {"rules": documents}, json.dumps(documents), prices.write(rules), path, str(path)):
        assert prices.read(form) == rules
    assert prices.describe(rules)[0] == "The price is lowered by 10 %, if Price is at least 20."
    for broken in (tmp_path / "none.toml", "[[rules]", '[{"name": 1}]'):
        with pytest.raises(UsageError):
            prices.read(broken)


def test_a_price_is_explained_from_its_source_to_what_is_sent(changing: Practice) -> None:
    prices = prices_of(changing)
    prices.commit([SALE, MATCH], "Both", "Ada")
    moved = next(row for row in prices.preview().table.to_pylist() if row["rule"] == "sale" and row["listed"])
    found = changing.kit.stores["us"].explain_price(moved["seller_sku"])
    assert found.price == moved["after"] and found.on_amazon == moved["before"]
    assert (found.steps[0].after, found.steps[-1].after) == (found.steps[0].before or found.steps[0].after, found.price)
    assert [step.rule for step in found.steps if step.rule] == ["match", "sale"]
    text = str(found)
    assert moved["seller_sku"] in text and "is wanted; Amazon shows" in text and "lowered by 10 %" in text
    assert changing.kit.stores["us"].explain_price(found.product_sku).price == found.price
    told = json.loads(json.dumps(found.to_dict()))
    assert told["steps"][-1]["after"] == found.price and told["economy"]["margin"] is None
    assert found.chart().data[0].orientation == "h"
    with pytest.raises(UsageError, match="Neither"):
        prices.explain("no such SKU")


def test_what_is_linked_to_nothing_or_not_sold_is_explained_as_well(shared: Practice) -> None:
    frame = shared.kit.stores["us"].listings()
    for tab, words in (("New Third Party", "linked to no product"), ("Ineligible", "It is in Ineligible")):
        rows = frame[(frame["tab"] == tab) & frame["listed"]]
        if len(rows):
            assert words in str(prices_of(shared).explain(rows["sku"].iloc[0]))


def test_pages_are_escaped(changing: Practice) -> None:
    wild = [SALE | {"name": "<script>alert(1)</script>"}]
    prices = prices_of(changing)
    kept = prices.commit(wild, "<b>wild</b>", "<i>Ada</i>")
    sku = prices.preview().table["seller_sku"][0].as_py()
    for each in (prices.preview(), kept, prices.explain(sku), prices.what_if(days=2)):
        html = each._repr_html_()
        assert "<script" not in html and "<b>wild" not in html and "<i>Ada" not in html
    assert "<script>alert(1)" in unescape(kept._repr_html_())
