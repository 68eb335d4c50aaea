"""Seller SKUs that several stores of one account offer: the oldest store decides what they share (RG-02)."""

from __future__ import annotations

import msgspec
import pytest

from channelkit.errors import PlanError
from channelkit.kit import Kit
from channelkit.model.marketplaces import marketplace
from channelkit.sandbox.amazon.listings import Shelf
from tests.kit_fixtures import Practice, RunKit, StandingClock, let_send

CANADA = marketplace("CA")


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    return run_kit()


@pytest.fixture
def canada(practice: Practice) -> Shelf:
    """The same account's Canadian shelf."""
    seller = practice.kit.settings.accounts["us"].seller_id
    return practice.running.world.amazon.shelf(seller, CANADA.id)


def with_canada(practice: Practice) -> Kit:
    """Return the kit with a younger store in Canada, which sells through the same seller account."""
    settings = practice.kit.settings
    younger = msgspec.structs.replace(settings.stores["us"], marketplace="CA")
    stores = {"us": settings.stores["us"], "ca": younger}
    practice.wait(1)
    kit = Kit(msgspec.structs.replace(settings, stores=stores))
    kit.parts.clock = StandingClock(sandbox=practice.running.world.clock)
    let_send(kit)
    kit.pull()
    return kit


def offer_in_canada(practice: Practice, canada: Shelf, sku: str, quantity: int = 9) -> None:
    item = practice.listing("us", sku).item
    clock = practice.running.world.clock
    practice.running.world.amazon.add_listing(
        canada, sku, item, price=1999, quantity=quantity, created=clock.now() - 86_400
    )


def row(kit: Kit, store: str, sku: str) -> dict[str, object]:
    frame = kit.stores[store].listings()
    found: dict[str, object] = frame[(frame["sku"] == sku) & frame["listed"]].iloc[0].to_dict()
    return found


def test_the_oldest_store_decides_quantity_and_eligibility_and_the_younger_one_says_so(
    practice: Practice, canada: Shelf
) -> None:
    """RG-02, RG-03: each store keeps its own currency; what they share is decided once and sent once."""
    practice.kit.pull()
    sku = practice.active_skus("us")[0]
    offer_in_canada(practice, canada, sku)
    kit = with_canada(practice)
    practice.running.world.commerce.set_enabled(practice.product_of("us", sku), False)
    kit.sync()
    us, ca = row(kit, "us", sku), row(kit, "ca", sku)
    assert (us["tab"], ca["tab"]) == ("Ineligible", "Ineligible")
    assert us["wanted_quantity"] == ca["wanted_quantity"] == 0
    assert "Store us" in str(ca["reason"]) and "Store us" not in str(us["reason"])
    assert (us["currency"], ca["currency"]) == ("USD", "CAD")
    sent = [change["store"] for change in practice.changes() if change["seller_sku"] == sku]
    assert sent == ["us"], "what is shared is sent once, by the store that decides it"


def test_a_shared_term_is_refused_in_the_younger_store_with_the_way_out(practice: Practice, canada: Shelf) -> None:
    """RG-02, AC-08: conflicting targets are refused with an explanation; an alias separates them."""
    practice.kit.pull()
    sku = practice.active_skus("us")[0]
    offer_in_canada(practice, canada, sku)
    kit = with_canada(practice)
    plan = kit.stores["ca"].actions.override([sku], "Ada", handling=5)
    (refused,) = plan.refused.to_dict("records")
    assert refused["sku"] == sku and "'us'" in refused["reason"] and "alias" in refused["reason"].lower()
    with pytest.raises(PlanError, match="Nothing of it can be done"):
        plan.apply()
    assert kit.stores["us"].actions.override([sku], "Ada", handling=5).refused.empty


def test_while_the_older_store_is_paused_the_younger_one_decides_itself(practice: Practice, canada: Shelf) -> None:
    """RG-02, ON-09: nobody would send what a paused store decides."""
    practice.kit.pull()
    sku = practice.active_skus("us")[0]
    offer_in_canada(practice, canada, sku)
    kit = with_canada(practice)
    kit.stores["us"].pause()
    kit.sync()
    assert "Store us" not in str(row(kit, "ca", sku)["reason"])
