"""A week on the sandbox: rivals undercut, vanish, mistype and run out; prices stay inside their bounds and settle."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from channelkit.model.changes import PRICE
from channelkit.sandbox.amazon.rivals import Offer
from tests.kit_fixtures import Practice, RunKit

HOURS = 3
"""Hours between two cycles: what a cycle reads of others, the next one may still act on."""

RULE: dict[str, Any] = {
    "name": "One cent below the lowest",
    "competitor": {"source": "lowest", "feedback": 80, "ratings": 50},
    "adjustment": {"direction": "decrease", "unit": "fixed", "amount": "0.01"},
    "floor": {"attribute": "price", "direction": "decrease", "percent": "20"},
    "ceiling": {"attribute": "price", "direction": "increase", "percent": "10"},
}

Asking = Callable[[random.Random, int, int], int | None]
"""What a rival asks, from the usual price and ours; None where it has nothing to sell."""

RIVALS: dict[str, Asking] = {
    "undercuts by a cent": lambda _rng, _usual, ours: ours - 1,
    "undercuts down to half": lambda _rng, usual, ours: max(ours - 5, usual // 2),
    "vanishes now and then": lambda rng, usual, _ours: None if rng.random() < 0.4 else usual * 95 // 100,
    "mistypes": lambda rng, usual, _ours: usual // 10 if rng.random() < 0.2 else usual * 97 // 100,
    "is far too dear": lambda _rng, usual, _ours: usual * 5,
    "stays": lambda _rng, usual, _ours: usual * 90 // 100,
}


def test_in_a_week_of_rivals_no_price_outside_the_bounds_is_sent_and_prices_settle_once_rivals_do(
    run_kit: RunKit,
) -> None:
    """PR-05, PR-09, PR-10: through whole cycles, from what Amazon says of others to what it is told and shows."""
    practice = run_kit(products=40)
    with practice.reopened(import_orders=False, catalog_calls=0, sweep_calls=5) as kit:
        week = Practice(kit, practice.running, practice.folder)
        kit.pull(["us"])
        for _ in range(3):
            kit.sync(["us"])
            week.wait(10)
        kit.pull(["us"])
        followed = dict(zip(free_skus(week, len(RIVALS)), RIVALS, strict=True))
        usual = {sku: source_of(week, sku) for sku in followed}
        products = [week.product_of("us", sku) for sku in followed]
        when = {"children": [{"attribute": "sku", "op": "()", "value": products}]}
        kit.stores["us"].prices.commit([RULE | {"when": when}], "Follow the lowest", by="Ada")
        rng = random.Random("a week")
        for cycle in range(7 * 24 // HOURS):
            # On the last two days everybody asks the same all the time.
            rivals = {sku: "stays" if cycle >= 5 * 24 // HOURS else name for sku, name in followed.items()}
            for sku, name in rivals.items():
                ask(week, sku, RIVALS[name](rng, usual[sku], week.listing("us", sku).price or 0))
            kit.sync(["us"])
            week.wait(HOURS * 60)
        sent = [row for row in week.changes("sent", "accepted", "confirmed", "expired") if row["field"] == PRICE]
        moved = [row for row in sent if row["seller_sku"] in followed]
        assert {row["seller_sku"] for row in moved} == set(followed)
        for row in moved:
            least, most = (usual[row["seller_sku"]] * share / Decimal(100) for share in (80, 110))
            assert least - 1 <= row["after"] <= most + 1, row
        # Nobody mistypes for longer than such an offer is doubted, so nothing falls to its floor of four fifths.
        [mistyped] = [sku for sku, name in followed.items() if name == "mistypes"]
        assert min(row["after"] for row in moved if row["seller_sku"] == mistyped) >= usual[mistyped] * 90 // 100 - 1
        last_day = week.running.world.clock.now() * 1000 - 24 * 3_600_000
        assert not [row for row in moved if row["sent_at"] > last_day]
        for sku in followed:
            assert week.listing("us", sku).price == usual[sku] * 90 // 100 - 1


def test_a_price_that_a_rival_mistypes_is_believed_only_when_it_has_stood_for_hours(run_kit: RunKit) -> None:
    """PR-05, PR-09: through whole cycles; mended in time it moves nothing, and what stays is followed."""
    practice = run_kit(products=40)
    with practice.reopened(import_orders=False, catalog_calls=0, sweep_calls=5) as kit:
        week = Practice(kit, practice.running, practice.folder)
        kit.pull(["us"], wait=True)
        [sku] = free_skus(week, 1)
        usual = source_of(week, sku)
        when = {"children": [{"attribute": "sku", "op": "()", "value": [week.product_of("us", sku)]}]}
        kit.stores["us"].prices.commit([RULE | {"when": when}], "Follow the lowest", by="Ada")
        fair, mistyped = usual * 97 // 100, usual // 10

        def sent() -> list[dict[str, Any]]:
            return [row for row in week.changes() if (row["seller_sku"], row["field"]) == (sku, PRICE)]

        def sent_after(asked: int, hours: float = 2) -> int:
            ask(week, sku, asked)
            # What one cycle reads of others, the next one acts on.
            for minutes in (5, hours * 60 - 5):
                kit.sync(["us"])
                week.wait(minutes)
            assert sent()[-1]["state"] in {"accepted", "confirmed"}
            return int(sent()[-1]["after"])

        # It takes some cycles until every item was asked about.
        assert [sent_after(fair) for _ in range(3)][-1] == fair - 1
        moves = len(sent())
        assert sent_after(mistyped) == fair - 1
        assert "it is believed once it is still there at" in repr(kit.stores["us"].explain_price(sku))
        assert sent_after(fair) == fair - 1
        assert [sent_after(mistyped) for _ in range(3)] == [fair - 1] * 3 and len(sent()) == moves
        assert sent_after(mistyped) == usual * 80 // 100


def free_skus(week: Practice, count: int) -> list[str]:
    """Return new goods with a price, without shipping of their own, each the only one of ours for its item."""
    shelf = week.shelf("us")
    found = []
    for sku in week.active_skus("us"):
        listing = shelf.listings[sku]
        alone = listing.item is not None and len(shelf.with_asin(listing.item.asin)) == 1
        if (
            alone
            and listing.condition == "11"
            and listing.number % 3
            and source_of(week, sku)
            and not listing.by_amazon
        ):
            found.append(sku)
    assert len(found) >= count, found
    return found[:count]


def source_of(week: Practice, sku: str) -> int:
    """Return what the listing's product costs in Commerce, in cents; 0 for nothing."""
    return week.kit.stores["us"].explain_price(sku).price or 0


def ask(week: Practice, sku: str, price: int | None) -> None:
    shelf, listing = week.shelf("us"), week.listing("us", sku)
    assert listing.item is not None
    offers = [] if price is None else [Offer("A9RIVAL", price, feedback=97, ratings=900)]
    week.running.world.amazon.rivals.set(shelf.marketplace.id, listing.item.asin, offers)
