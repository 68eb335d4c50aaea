"""What takes goods off sale leaves before anything is read of Amazon, and nothing else leaves so early (pain 1)."""

from __future__ import annotations

from typing import Any

import pytest

from channelkit.database.stock import find_changed
from tests.kit_fixtures import Practice, RunKit


def settled(run_kit: RunKit) -> Practice:
    """Return a practice on which nothing is on its way any more."""
    practice = run_kit()
    practice.kit.pull(wait=True)
    for _ in range(3):
        practice.kit.sync()
        practice.wait(5)
    return practice


def sell_out(practice: Practice, sku: str, left: int = 0) -> str:
    """Leave so many units in Commerce of what a listing sells."""
    product = practice.product_of("us", sku)
    website = practice.kit.settings.stores["us"].website
    shop = practice.running.world.commerce
    shop.change_stock(product, left - int(shop.salable(product, website)))
    return product


def calls_of(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that fills with the names of the calls that leave from now on."""
    made: list[str] = []
    for side in (practice.kit.parts.commerce, practice.kit.parts.amazon("us")):
        transport = side.transport
        call = transport.call

        def noted(operation: Any, *words: Any, _call: Any = call, **more: Any) -> Any:
            made.append(operation.name)
            return _call(operation, *words, **more)

        monkeypatch.setattr(transport, "call", noted)
    return made


def test_a_stock_out_leaves_before_amazon_is_read(run_kit: RunKit, monkeypatch: pytest.MonkeyPatch) -> None:
    practice = settled(run_kit)
    sku = practice.active_skus("us")[0]
    sell_out(practice, sku)
    practice.wait(5)
    calls = calls_of(practice, monkeypatch)
    run = practice.kit.sync()
    assert "patchListingsItem" in calls
    assert calls.index("patchListingsItem") < min(
        calls.index(name) for name in ("searchListingsItems", "searchOrders") if name in calls
    )
    [outcome] = [each for each in run.outcomes if each.store == "us"]
    assert outcome.row()["planned"] >= outcome.row()["accepted"] >= 1
    practice.wait(5)
    practice.kit.sync()
    assert practice.listing("us", sku).quantity == 0
    sent = [each for each in practice.changes() if each["seller_sku"] == sku and each["field"] == "quantity"]
    assert [(each["after"], each["state"]) for each in sent][-1] == (0, "confirmed")


def test_another_quantity_waits_until_amazon_was_read(run_kit: RunKit, monkeypatch: pytest.MonkeyPatch) -> None:
    practice = settled(run_kit)
    sku = next(each for each in practice.active_skus("us") if practice.listing("us", each).quantity > 8)
    sell_out(practice, sku, practice.listing("us", sku).quantity - 1)
    practice.wait(5)
    calls = calls_of(practice, monkeypatch)
    practice.kit.sync()
    assert calls.index("patchListingsItem") > calls.index("searchListingsItems")


def test_a_store_that_is_read_only_and_a_cycle_that_only_shows_send_nothing(
    run_kit: RunKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = run_kit(live=False)
    practice.kit.pull(wait=True)
    sku = practice.active_skus("us")[0]
    sell_out(practice, sku)
    practice.wait(5)
    calls = calls_of(practice, monkeypatch)
    practice.kit.sync()
    practice.kit.sync(send=False)
    assert "patchListingsItem" not in calls


def test_what_was_read_with_another_figure_is_found_and_no_more_than_asked_for(run_kit: RunKit) -> None:
    practice = settled(run_kit)
    product = sell_out(practice, practice.active_skus("us")[0])
    practice.wait(5)
    since = practice.kit.parts.now()
    practice.kit.sync()
    with practice.kit.database.read() as connection:
        website = practice.kit.settings.stores["us"].website
        assert find_changed(connection, [website], since, 9) == [product]
        assert find_changed(connection, ["elsewhere"], since, 9) == []
        assert len(find_changed(connection, [website], 0, 3)) == 3
