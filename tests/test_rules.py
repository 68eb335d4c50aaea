"""Listing rules of a store, against the sandbox: what a preview says is what happens, and nothing happens before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from channelkit.cycle import Trial
from channelkit.database.lease import hold
from channelkit.database.rules import list_rules
from channelkit.demo import write_settings
from channelkit.errors import UsageError
from channelkit.kit import Kit
from channelkit.listings.rules.tree import Condition, Group
from channelkit.report.tables import count_rows
from channelkit.rules.rules import Rules
from channelkit.settings.reader import read_settings
from tests.conftest import sandboxes
from tests.kit_fixtures import Practice, RunKit, StandingClock

OVER_20 = Group(children=(Condition("price", ">=", "20"),))
NOTHING = Group(children=(Condition("sku", "==", "no such product"),))


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    practice = run_kit()
    practice.kit.pull(["us"], wait=True)
    return practice


@pytest.fixture(scope="module")
def shared(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Return a practice for tests that only look."""
    folder = tmp_path_factory.mktemp("rules")
    with sandboxes(openapi_folder) as run:
        running = run(speed=0, quiet=True)
        ready = {**running.ready, "clock": {**running.ready["clock"], "speed": 1.0}}
        with Kit(read_settings(write_settings(folder, ready), {})) as kit:
            kit.parts.clock = StandingClock(sandbox=running.world.clock)
            kit.pull(["us"], wait=True)
            yield Practice(kit, running, folder)


def rules_of(practice: Practice, store: str = "us") -> Rules:
    return practice.kit.stores[store].rules


def tabs_of(practice: Practice, store: str = "us") -> dict[str, tuple[str | None, str | None]]:
    frame = practice.kit.stores[store].listings()
    frame = frame[frame["listed"]]
    return {row.sku: (row.tab, row.status) for row in frame.itertuples()}


def settle(practice: Practice) -> None:
    """Send what is planned, and wait until Amazon shows it."""
    for _ in range(3):
        practice.kit.stores["us"].sync()
        practice.wait(6)


def test_a_preview_tells_what_a_rule_would_do_and_does_nothing(shared: Practice) -> None:
    """LR-03: three sets with counts, reasons and money at stake, without side effects."""
    before, rows = tabs_of(shared), count_rows(shared.kit.database)
    found = rules_of(shared).preview(OVER_20)
    assert found.counts["ineligible"] > 0 and found.counts["eligible"] > found.counts["ineligible"]
    assert found.leaving > 0 and found.stakes["USD"] > 0
    assert "USD on offer now" in found.stake and "go off sale" in found.words
    assert found.reasons("ineligible") == [("The rule asks that Price is at least 20.", found.counts["ineligible"])]
    assert tabs_of(shared) == before and count_rows(shared.kit.database) == rows


def test_what_a_preview_says_of_each_listing_is_what_a_decision_comes_to(shared: Practice) -> None:
    """LR-01, LR-03: every listing of a set, not only their number."""
    rule = Group(
        all=False, children=(OVER_20, Group(match=False, children=(Condition("name", "{}", "red"),), all=True))
    )
    for tried in (rule, OVER_20, NOTHING, Group()):
        found = rules_of(shared).preview(tried).table.to_pylist()
        told = {row["sku"]: row["part"] for row in found if row["listed"]}
        decided = shared.kit.parts.cycle("us").decide(Trial(rule=tried)).tabs.to_pylist()
        excluded = {row["sku"] for row in decided if row["listed"] and row["status"] == "Excluded by Rule"}
        assert {sku for sku, part in told.items() if part == "ineligible"} == excluded
        new = {row["sku"] for row in found if row["part"] == "new"}
        assert new == {row["sku"] for row in decided if not row["listed"] and row["tab"]}


def test_money_at_stake_is_price_times_quantity_of_what_goes_off_sale(shared: Practice) -> None:
    found = rules_of(shared).preview(OVER_20)
    frame = shared.kit.stores["us"].listings("Active").set_index("sku")
    leaving = [row["sku"] for row in found.table.to_pylist() if row["change"] == "goes off sale"]
    chosen = frame.loc[leaving].dropna(subset=["quantity"])
    worth = sum(int(row.price * 100) * int(row.quantity) for row in chosen.itertuples())
    assert found.stakes == {"USD": worth}
    assert len(leaving) == found.leaving


def test_committing_a_rule_moves_listings_at_once_and_says_how_many(practice: Practice) -> None:
    """LR-04, LR-06: the tabs of before and after are kept with the version."""
    rules, before = rules_of(practice), tabs_of(practice)
    kept = rules.commit(OVER_20, "Over 20", "Ada")
    after = tabs_of(practice)
    moved = [sku for sku in before if before[sku][0] == "Active" and after[sku] == ("Ineligible", "Excluded by Rule")]
    assert {"before": "Active", "after": "Ineligible", "rows": len(moved)} in list(kept.moves)
    assert f"{len(moved)} from Active to Ineligible" in repr(rules.current())
    assert (kept.name, kept.made_by, rules.current().id) == ("Over 20", "Ada", kept.id)


def test_an_excluded_listing_gets_quantity_0_and_stays_on_amazon(practice: Practice) -> None:
    """LR-05, LR-06."""
    chosen = practice.active_skus("us")[0]
    product = practice.product_of("us", chosen)
    rules = rules_of(practice)
    rules.commit(Group(children=(Condition("sku", "!=", product),)), "Without one", "Ada")
    practice.wait(6)
    settle(practice)
    assert practice.listing("us", chosen).quantity == 0
    rules.commit(Group(), "All", "Ada")
    settle(practice)
    assert practice.listing("us", chosen).quantity > 0


def test_an_earlier_version_can_be_restored(practice: Practice) -> None:
    """LR-04."""
    rules, before = rules_of(practice), tabs_of(practice)
    first = rules.commit(Group(), "Everything", "Ada")
    rules.commit(OVER_20, "Over 20", "Ada")
    back = rules.restore(first.id, "Bob")
    assert (back.restores, back.name, back.made_by, back.rule) == (first.id, "Everything", "Bob", Group())
    assert tabs_of(practice) == before
    frame = rules.versions()
    assert frame["name"].tolist() == ["Everything", "Over 20", "Everything"]
    assert "from Ineligible to Active" in frame["moved"][0]
    with pytest.raises(UsageError, match="no rule version 99"):
        rules.restore(99)


def test_the_first_rule_starts_a_store_that_was_never_read(run_kit: RunKit) -> None:
    """ON-06: a preview has nothing to show before; committing triggers import, matching and sorting."""
    practice = run_kit(products=50)
    rules = rules_of(practice)
    with pytest.raises(UsageError, match="pull"):
        rules.preview(OVER_20)
    assert rules.current().id == 0 and "no rule was put in force" in repr(rules.current())
    rules.commit(OVER_20, "First", "Ada")
    practice.wait(10)
    practice.kit.pull(["us"], wait=True)
    assert ("Ineligible", "Excluded by Rule") in tabs_of(practice).values()


def test_a_rule_is_kept_while_another_run_holds_the_store(practice: Practice) -> None:
    rules, before = rules_of(practice), tabs_of(practice)
    with hold(practice.kit.database, "store/us", "another"):
        kept = rules.commit(OVER_20, "Over 20", "Ada")
    assert kept.moves and tabs_of(practice) == before
    practice.kit.pull(["us"])
    assert tabs_of(practice) != before


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_rule_without_a_fitting_name_is_not_kept(shared: Practice, name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        rules_of(shared).commit(OVER_20, name)
    with shared.kit.database.read() as connection:
        assert list_rules(connection, "us") == []


def test_each_store_has_a_rule_of_its_own(practice: Practice) -> None:
    rules_of(practice).commit(OVER_20, "Over 20", "Ada")
    assert rules_of(practice, "de").current().id == 0


def test_what_if_counts_listing_days_from_the_history(practice: Practice) -> None:
    """LR-03: days on sale that a rule would have cost, and days that the rules in force did cost."""
    rules = rules_of(practice)
    practice.wait(24 * 60)
    practice.kit.pull(["us"], wait=True)
    found = rules.what_if(OVER_20, 30)
    assert found.lost.listings == rules.preview(OVER_20).leaving
    assert found.lost.days == pytest.approx(found.lost.listings * found.days, rel=0.05)
    assert 1 <= found.days < 1.2 and "of the 30 days" in repr(found)
    rules.commit(OVER_20, "Over 20", "Ada")
    practice.wait(48 * 60)
    practice.kit.pull(["us"], wait=True)
    back = rules.what_if(Group(), 30)
    assert back.lost.listings == 0 and back.won.listings >= found.lost.listings
    assert back.won.days == pytest.approx(2 * back.won.listings, rel=0.1)
    assert "estimate" in repr(back) and "as they are today" in repr(back)
    for days in (0, 100_000):
        with pytest.raises(UsageError, match="days"):
            rules.what_if(OVER_20, days)


def test_oddities_of_a_rule_are_told(shared: Practice) -> None:
    never = Group(children=(Condition("price", ">=", "20"), Condition("price", "<", "10")))
    found = rules_of(shared).lint(never)
    assert "can never hold together" in repr(found) and len(found) >= 1
    assert [each["words"] for each in found.summary()["findings"]] == [each.words for each in found]  # type: ignore[attr-defined]  # JSON
    assert "Nothing is odd" in repr(rules_of(shared).lint(Group()))


def test_a_rule_of_commerce_is_imported(shared: Practice, tmp_path: Path) -> None:
    """LR-01."""
    tree = {
        "type": "Magento\\CatalogRule\\Model\\Rule\\Condition\\Combine",
        "aggregator": "any",
        "value": "1",
        "conditions": [{"type": "…\\Product", "attribute": "price", "operator": ">=", "value": "20"}],
    }
    path = tmp_path / "rule.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    rules, wanted = rules_of(shared), Group(all=False, children=OVER_20.children)
    assert rules.import_magento(tree) == rules.import_magento(json.dumps(tree)) == rules.import_magento(path) == wanted
    assert rules.read(tree) == rules.read(json.dumps(tree)) == rules.read(path) == wanted
    with pytest.raises(UsageError, match="cannot be read"):
        rules.import_magento(tmp_path / "none.json")


def test_a_rule_may_come_in_every_form(shared: Practice, tmp_path: Path) -> None:
    rules, path = rules_of(shared), tmp_path / "rule.toml"
    path.write_text(rules.write(OVER_20), encoding="utf-8")
    forms: list[Any] = [
        OVER_20,
        rules.document(OVER_20),
        rules.write(OVER_20),
        path,
        str(path),
        json.dumps(rules.document(OVER_20)),
    ]
    assert {rules.describe(form) for form in forms} == {"A product is eligible if Price is at least 20."}
    assert {rules.read(form) for form in forms} == {OVER_20}
    with pytest.raises(UsageError, match="no TOML"):
        rules.preview("price >= 20 and so on")


def test_attributes_come_with_operators_in_words_and_values_to_choose_from(shared: Practice) -> None:
    """LR-02."""
    rules = rules_of(shared)
    frame = rules.attributes().set_index("code")
    assert {"category_ids", "attribute_set_id", "price", "brand"} <= set(frame.index)
    assert frame.loc["price", "operators"].startswith("== is, != is not, >= is at least")
    brands = rules.suggest("brand", "", 50)
    first = brands[0][1]
    assert rules.suggest("brand", first[:2].upper(), 50)[0][1].casefold().startswith(first[:2].casefold())
    names = rules.suggest("name", "knife")
    assert names and all("knife" in words.casefold() for _, words in names)
    numbers = [value for value, _ in rules.suggest("category_ids")]
    assert all(number.isdigit() for number in numbers)


def test_pages_are_escaped(practice: Practice) -> None:
    wild = Group(children=(Condition("name", "{}", "<script>alert(1)</script>"),))
    rules = rules_of(practice)
    kept = rules.commit(wild, "<b>wild</b>", "<i>Ada</i>")
    shown: list[Any] = [rules.preview(wild), rules.lint(wild), rules.what_if(wild), kept]
    for each in shown:
        html = each._repr_html_()
        assert "<script" not in html and "<b>wild" not in html and "<i>Ada" not in html
        assert "<script>alert(1)" in unescape(html)
