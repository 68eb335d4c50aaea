"""Bulk submissions from end to end: a cycle with too many changes for one by one, over the sandbox and back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.kit_fixtures import Practice, RunKit

CYCLE = 5
"""Minutes between two cycles."""

DEARER = Decimal("1.02")


@pytest.fixture
def practice(run_kit: RunKit, monkeypatch: pytest.MonkeyPatch) -> Practice:
    """A kit whose two sides are in step, and that sends no more than three listings' changes one by one."""
    practice = run_kit()
    practice.kit.pull()
    for _ in range(8):
        practice.kit.sync(["us"])
        if not practice.changes("sent", "accepted"):
            monkeypatch.setattr("channelkit.apply.roads.FEW", 3)
            return practice
        practice.wait(CYCLE)
    raise AssertionError("It does not settle.")


def raise_prices(practice: Practice, skus: list[str]) -> dict[str, int]:
    """Let the merchant raise prices in Commerce a little, and return what they were on Amazon."""
    before: dict[str, int] = {}
    for sku in skus:
        price = before[sku] = practice.listing("us", sku).price or 0
        dearer = (Decimal(price) / 100 * DEARER).quantize(Decimal("0.01"))
        practice.running.world.commerce.set_price(practice.product_of("us", sku), dearer)
    return before


def together(practice: Practice) -> list[dict[str, Any]]:
    """Return the journal's changes that left in bulk submissions."""
    return [change for change in practice.changes() if change["feed"]]


def go_on(practice: Practice, cycles: int) -> None:
    for _ in range(cycles):
        practice.wait(CYCLE)
        practice.kit.sync(["us"])


def test_too_many_changes_travel_together_and_are_confirmed_by_a_reading(practice: Practice) -> None:
    """SY-01: what was handed in together is answered for over the next cycles, and read back like everything else."""
    skus = practice.active_skus("us")[:6]
    before = raise_prices(practice, skus)
    patches = practice.calls("patchListingsItem")
    assert practice.kit.sync(["us"]).state == "done"
    assert sorted(change["seller_sku"] for change in together(practice)) == sorted(skus)
    assert {change["state"] for change in together(practice)} == {"sent"}
    go_on(practice, 3)
    assert practice.calls("patchListingsItem") == patches and practice.calls("createFeed") == 1
    assert {change["state"] for change in together(practice)} == {"confirmed"}
    assert all((practice.listing("us", sku).price or 0) > before[sku] for sku in skus)
    assert len(practice.kit.stores["us"].plan().changes) == 0


def test_a_stock_out_does_not_wait_for_what_is_under_way_and_stands_at_the_end(practice: Practice) -> None:
    """LS-12: quantities that rise go together; meanwhile a listing is sold out, and the submission undoes that."""
    skus = practice.active_skus("us")[:5]
    commerce = practice.running.world.commerce
    for sku in skus:
        commerce.change_stock(practice.product_of("us", sku), 2)
    go_on(practice, 1)
    assert {change["seller_sku"] for change in together(practice)} == set(skus)
    product = practice.product_of("us", skus[0])
    commerce.change_stock(product, -int(commerce.salable(product, practice.kit.settings.stores["us"].website)))
    practice.wait(1)
    practice.kit.sync(["us"])
    zero = [change for change in practice.changes() if change["seller_sku"] == skus[0] and change["after"] == 0]
    assert len(zero) == 1 and not zero[0]["feed"]
    go_on(practice, 4)
    assert practice.listing("us", skus[0]).quantity == 0
    assert all(practice.listing("us", sku).quantity > 1 for sku in skus[1:])
    assert not practice.changes("sent", "accepted")


def test_what_amazon_gives_up_is_finished_one_by_one(practice: Practice) -> None:
    """SY-01: a feed that ends FATAL has done some of it, and nobody knows what until it is read back.

    Absence of a complaint is no success.
    """
    skus = practice.active_skus("us")[:6]
    before = raise_prices(practice, skus)
    practice.running.faults.add("feed_fatal", "createFeed")
    practice.kit.sync(["us"])
    practice.wait(2 * CYCLE)
    run = practice.kit.sync(["us"])
    assert run.state == "partial" and "gave it up" in str(run.outcomes[0].reading.errors[0])
    go_on(practice, 8)
    assert practice.calls("createFeed") == 1
    assert {change["state"] for change in together(practice)} == {"confirmed", "expired"}
    assert all((practice.listing("us", sku).price or 0) > before[sku] for sku in skus)
