"""A few prices go first; the others follow once Amazon shows these as they were sent, or wait for a person."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from channelkit.canaries import Standing
from channelkit.cli import app
from channelkit.errors import PlanError, UsageError
from channelkit.proposal import Plan
from tests.kit_fixtures import Practice, RunKit
from tests.test_cycle import CYCLE, settle


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    """A kit on which nothing is on its way, and eight prices of store us that went up in Commerce by five percent."""
    practice = run_kit()
    practice.kit.pull()
    settle(practice)
    for sku in moving(practice):
        price = practice.listing("us", sku).price
        assert price is not None
        product = practice.product_of("us", sku)
        practice.running.world.commerce.set_price(product, str(wanted(price) / 100), store_view="us_en")
    practice.kit.pull(["us"])
    return practice


def moving(practice: Practice) -> list[str]:
    return sorted(practice.active_skus("us"))[:8]


def wanted(price: int) -> int:
    return price * 105 // 100


def plan(practice: Practice) -> Plan:
    return practice.kit.stores["us"].plan()


def prices(practice: Practice) -> dict[str, int | None]:
    return {sku: practice.listing("us", sku).price for sku in practice.shelf("us").listings}


def moved(practice: Practice, before: dict[str, int | None]) -> list[str]:
    """Return the listings of which Amazon shows another price than before, once it had the time for it."""
    practice.wait(30)
    practice.running.world.amazon.settle(practice.running.world.clock.now())
    return sorted(sku for sku, price in prices(practice).items() if price != before[sku])


def standing(practice: Practice) -> Standing:
    found = practice.kit.stores["us"].canaries.newest()
    assert found is not None
    return found


def judged(practice: Practice) -> Standing:
    """Return how the canary stands once it is no longer running."""
    for _ in range(9):
        practice.wait(CYCLE)
        practice.kit.sync(["us"])
        found = standing(practice)
        if found.canary.state != "running":
            return found
    raise AssertionError("It goes on running.")


def test_one_goes_first_the_others_wait_and_follow_once_amazon_shows_it(practice: Practice) -> None:
    before, shown = prices(practice), plan(practice)
    planned = sorted(shown.changes[shown.changes["field"] == "price"]["seller_sku"])
    assert len(planned) == 8
    for share in ("0%", "101%", "some", "-1"):
        with pytest.raises(UsageError, match="no share"):
            shown.canary(share)
    applied = shown.canary("1%", by="Ann")
    assert (applied.accepted, applied.refused) == (1, 0)
    begun = standing(practice)
    assert begun.canary.state == "running"
    assert "started by Ann: running. Listings: 1; changes: 1 accepted." in repr(begun)
    with pytest.raises(PlanError, match="have moved"):
        shown.canary("1%")
    waiting = plan(practice)
    with pytest.raises(PlanError, match="is running"):
        waiting.canary("1%")
    assert len(waiting.held) == 7 and not (waiting.changes["field"] == "price").any()
    assert set(waiting.held["note"]) == {"It waits until Amazon shows the prices that went first as they were sent."}
    assert len(moved(practice, before)) == 1
    assert judged(practice).canary.state == "passed"
    assert moved(practice, before) == planned


def test_a_refusal_stops_it_and_all_prices_wait_until_a_person_has_seen_to_it(practice: Practice) -> None:
    before, store = prices(practice), practice.kit.stores["us"]
    practice.running.faults.add("rejected_write", "patchListingsItem", count=1)
    applied = plan(practice).canary("25%", by="Ann")
    assert (applied.accepted, applied.refused) == (1, 1)
    stopped = judged(practice)
    assert stopped.canary.state == "stopped"
    assert stopped.canary.note.startswith("Amazon refused 1 of 2 changes")
    [sku] = moved(practice, before)
    practice.kit.pull(["us"])
    held = plan(practice).held
    assert len(held) == 7 and held["note"].str.startswith("It waits for a person: the canary was stopped.").any()
    with pytest.raises(PlanError, match="is stopped; nothing was sent"):
        plan(practice).canary()

    [change] = standing(practice).inverse.to_dict("records")
    assert (change["seller_sku"], change["field"]) == (sku, "price")
    assert "The way back" in repr(stopped) and "The way back" in stopped._repr_html_()
    assert store.canaries.take_back(by="Ann").accepted == 1
    assert moved(practice, before) == []
    practice.kit.sync(["us"])
    assert moved(practice, before) == []
    with pytest.raises(UsageError, match="Nothing is to be taken back"):
        store.canaries.take_back(by="Ann")

    assert "No price of store 'us' waits" in store.canaries.close(by="Ann")
    with pytest.raises(UsageError, match="waits for a canary"):
        store.canaries.close(by="Ann")
    practice.kit.sync(["us"])
    assert len(moved(practice, before)) == 7
    assert list(store.canaries.past()["state"]) == ["closed"]

    told = typed(practice, "show", "--json")
    assert (told["state"], told["listings"], told["started_by"]) == ("closed", 2, "Ann")
    assert typed(practice, "past", "--json")[0]["state"] == "closed"


def typed(practice: Practice, *words: str) -> Any:
    """Return what a verb prints as JSON."""
    place = ("--store", "us", "--settings", str(practice.folder / "channelkit.toml"))
    result = CliRunner().invoke(app, ["canary", *words, *place])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
