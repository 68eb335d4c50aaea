"""Patching an offer: exactly what was wanted, and nothing else of the listing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from channelkit.amazon.listings import look_up
from channelkit.amazon.offers import patch_offer
from channelkit.amazon.submission import Issue
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import marketplace
from channelkit.sandbox.server import Running
from tests.amazon_caller import AmazonCaller
from tests.amazon_kit import Played, StoppedClock, connect, staged
from tests.conftest import RunSandbox

US, DE, JP = marketplace("US"), marketplace("DE"), marketplace("JP")
ACCEPTED: dict[str, Any] = {"sku": "S", "status": "ACCEPTED", "submissionId": "sub-1", "issues": []}


def price_patch(marketplace_id: str, currency: str, amount: float) -> dict[str, Any]:
    value = {
        "marketplace_id": marketplace_id,
        "currency": currency,
        "audience": "ALL",
        "our_price": [{"schedule": [{"value_with_tax": amount}]}],
    }
    return {"op": "merge", "path": "/attributes/purchasable_offer", "value": [value]}


def quantity_patch(quantity: int) -> dict[str, Any]:
    value = {"fulfillment_channel_code": "DEFAULT", "quantity": quantity}
    return {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [value]}


def test_price_and_quantity_are_merged_in_one_call() -> None:
    amazon, stage = staged(Played(200, ACCEPTED, {"x-amzn-RequestId": "request-1"}))
    done = patch_offer(amazon, DE, "SKU-1", "LUGGAGE", price=Decimal("19.90"), quantity=0)
    assert stage.requests[0].method == "PATCH"
    assert stage.asked(0).segments == ["listings", "2021-08-01", "items", "A1SELLER", "SKU-1"]
    assert stage.asked(0).query["marketplaceIds"] == DE.id
    assert stage.asked(0).body == {
        "productType": "LUGGAGE",
        "patches": [price_patch(DE.id, "EUR", 19.9), quantity_patch(0)],
    }
    assert (done.status, done.submission_id, done.request_id, done.issues) == ("ACCEPTED", "sub-1", "request-1", ())


def test_what_is_not_given_is_not_sent() -> None:
    amazon, stage = staged(Played(200, ACCEPTED), Played(200, ACCEPTED))
    patch_offer(amazon, US, "S", "", quantity=7)
    patch_offer(amazon, US, "S", "", price=Decimal("5"))
    assert stage.asked(0).body == {"productType": "PRODUCT", "patches": [quantity_patch(7)]}
    assert stage.asked(1).body == {"productType": "PRODUCT", "patches": [price_patch(US.id, "USD", 5)]}


@pytest.mark.parametrize(
    ("place", "price", "written"),
    [
        (US, Decimal("19.90"), b'"value_with_tax":19.90}'),
        (US, Decimal("0.10"), b'"value_with_tax":0.10}'),
        (DE, Decimal("123456789.01"), b'"value_with_tax":123456789.01}'),
        (JP, Decimal("1980"), b'"value_with_tax":1980}'),
        (JP, Decimal("1980.0"), b'"value_with_tax":1980}'),
    ],
)
def test_money_is_written_exactly_and_yen_without_decimals(place: Any, price: Decimal, written: bytes) -> None:
    amazon, stage = staged(Played(200, ACCEPTED))
    patch_offer(amazon, place, "S", "PRODUCT", price=price)
    content = stage.requests[0].body
    assert isinstance(content, bytes)
    assert written in content


@pytest.mark.parametrize(
    "sku",
    ["A/B", "A,B", "MUG BLUE 12oz", '24" ARM', "100% COTTON", "MÜSLI", "00012345", "A%2FB", "a?b#c&d", "+", " x "],
)
def test_a_patch_reaches_the_listing_whose_sku_it_names(sku: str) -> None:
    amazon, stage = staged(Played(200, ACCEPTED))
    patch_offer(amazon, US, sku, "", quantity=1)
    assert stage.asked(0).segments[-1] == sku
    assert len(stage.asked(0).segments) == 5


@pytest.mark.parametrize("sku", [".", "..", ""])
def test_a_sku_that_no_path_can_name_is_refused_before_anything_is_sent(sku: str) -> None:
    amazon, stage = staged()
    with pytest.raises(RefusedError, match="cannot be addressed"):
        patch_offer(amazon, US, sku, "", quantity=1)
    assert not stage.requests


def test_invalid_under_status_200_is_a_refusal_in_amazons_words() -> None:
    issues = [
        {"code": "1", "message": "A warning.", "severity": "WARNING", "categories": []},
        {"code": "90220", "message": "'price' is too low.", "severity": "ERROR", "categories": ["INVALID_PRICE"]},
    ]
    answer = {"sku": "S", "status": "INVALID", "submissionId": "s", "issues": issues}
    amazon, _ = staged(Played(200, answer, {"x-amzn-RequestId": "request-9"}))
    with pytest.raises(RefusedError, match="'price' is too low") as caught:
        patch_offer(amazon, US, "S", "", price=Decimal(1))
    assert "A warning" not in caught.value.what
    assert (caught.value.code, caught.value.status, caught.value.request_id) == ("90220", 200, "request-9")


def test_warnings_of_an_accepted_patch_are_handed_on() -> None:
    issues = [{"code": "1", "message": "The image is small.", "severity": "WARNING", "categories": []}]
    amazon, _ = staged(Played(200, {**ACCEPTED, "issues": issues}))
    done = patch_offer(amazon, US, "S", "", quantity=1)
    assert done.issues == (Issue("WARNING", "1", "The image is small."),)
    assert done.words == "The image is small."


def test_a_status_that_nobody_knows_is_no_success() -> None:
    amazon, _ = staged(Played(200, {**ACCEPTED, "status": "PONDERING"}))
    with pytest.raises(RefusedError, match="PONDERING"):
        patch_offer(amazon, US, "S", "", quantity=1)


@pytest.fixture
def running(run_sandbox: RunSandbox) -> Running:
    return run_sandbox(speed=0, quiet=True, throttling=False)


@pytest.mark.parametrize("sku", ["KETTLE/1.7", "LAMP,LED", '24" ARM', "100% COTTON", "MÜSLI-SCHÜSSEL", "00012345"])
def test_a_patch_shows_in_a_later_reading(running: Running, sku: str) -> None:
    """SY-02: what was accepted is confirmed by reading it back."""
    amazon = connect(running, clock=StoppedClock(epoch=running.world.clock.now()))
    (before,) = look_up(amazon, US, [sku]).rows.to_pylist()
    if before["quantity"] is None:
        pytest.skip("Amazon fulfils it here.")
    done = patch_offer(amazon, US, sku, before["product_type"], price=Decimal("77.70"), quantity=77)
    assert done.status == "ACCEPTED"
    running.world.clock.skip(1800)
    (after,) = look_up(amazon, US, [sku]).rows.to_pylist()
    assert (after["price"], after["currency"], after["quantity"]) == (7770, "USD", 77)


def sums(amount: float) -> list[dict[str, Any]]:
    return [{"schedule": [{"value_with_tax": amount}]}]


def rich_offers() -> list[dict[str, Any]]:
    """Return offers with all that a merchant sets in Seller Central: a sale, limits, and a price for businesses."""
    sale = {"value_with_tax": 20.5, "start_at": "2026-11-20T00:00:00Z", "end_at": "2026-12-24T00:00:00Z"}
    own = {"marketplace_id": US.id, "currency": "USD"}
    everybody = {
        **own,
        "audience": "ALL",
        "our_price": sums(25),
        "discounted_price": [{"schedule": [sale]}],
        "minimum_seller_allowed_price": sums(18),
        "maximum_seller_allowed_price": sums(40),
        "start_at": {"value": "2026-01-01T00:00:00Z"},
    }
    tiers = [{"discount_type": "fixed", "levels": [{"lower_bound": 5, "value": 19.5}]}]
    businesses = {**own, "audience": "B2B", "our_price": sums(23), "quantity_discount_plan": [{"schedule": tiers}]}
    return [everybody, businesses]


RICH_AVAILABILITY = {
    "fulfillment_channel_code": "DEFAULT",
    "quantity": 6,
    "lead_time_to_ship_max_days": 4,
    "restock_date": "2026-12-01",
    "is_inventory_available": True,
}


@pytest.mark.parametrize(("price", "quantity"), [(Decimal("31.25"), 2), (Decimal("31.25"), None), (None, 2), (None, 0)])
def test_all_that_a_merchant_set_elsewhere_reads_back_as_it_was(
    running: Running, price: Decimal | None, quantity: int | None
) -> None:
    """SY-02: a patch changes our price and our quantity, and leaves sales, limits, businesses' prices, lead times."""
    sku, caller = "00012345", AmazonCaller(running)
    caller.patch(
        sku,
        {"op": "replace", "path": "/attributes/purchasable_offer", "value": rich_offers()},
        {"op": "replace", "path": "/attributes/fulfillment_availability", "value": [RICH_AVAILABILITY]},
    )
    running.world.clock.skip(300)
    before = caller.get(sku, "attributes")["attributes"]
    assert before["purchasable_offer"] == rich_offers()
    patch_offer(
        connect(running, clock=StoppedClock(epoch=running.world.clock.now())),
        US,
        sku,
        "PRODUCT",
        price=price,
        quantity=quantity,
    )
    running.world.clock.skip(300)
    wanted = {**before}
    everybody, businesses = rich_offers()
    if price is not None:
        wanted["purchasable_offer"] = [{**everybody, "our_price": sums(31.25)}, businesses]
    if quantity is not None:
        wanted["fulfillment_availability"] = [{**RICH_AVAILABILITY, "quantity": quantity}]
    assert caller.get(sku, "attributes")["attributes"] == wanted


def test_a_write_that_amazon_refuses_is_told_in_its_words(running: Running) -> None:
    running.faults.add("rejected_write", "patchListingsItem")
    amazon = connect(running, clock=StoppedClock(epoch=running.world.clock.now()))
    with pytest.raises(RefusedError, match="Amazon refuses this value at the moment"):
        patch_offer(amazon, US, "00012345", "PRODUCT", quantity=1)


@pytest.mark.parametrize("issues", [None, "none", [None, 3, "words"], {"code": 1}])
def test_issues_that_cannot_be_read_do_not_make_an_accepted_patch_look_refused(issues: Any) -> None:
    amazon, _ = staged(Played(200, {**ACCEPTED, "issues": issues}))
    assert patch_offer(amazon, US, "S", "", quantity=1).status == "ACCEPTED"


def test_a_patch_whose_answer_is_lost_is_sent_again_and_counts_once(running: Running) -> None:
    running.faults.add("lost_answer", "patchListingsItem")
    amazon = connect(running, clock=StoppedClock(epoch=running.world.clock.now()))
    assert patch_offer(amazon, US, "00012345", "PRODUCT", quantity=9).status == "ACCEPTED"
    running.world.clock.skip(1800)
    assert look_up(amazon, US, ["00012345"]).rows["quantity"].to_pylist() == [9]
