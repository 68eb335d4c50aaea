"""New listings, their end, and their terms on the wire: exactly what was wanted, and read back from the sandbox."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import requests

from channelkit.amazon.client import Amazon
from channelkit.amazon.listings import find_listing
from channelkit.amazon.offers import patch_offer
from channelkit.amazon.publishing import Offer, delete_listing, put_listing
from channelkit.errors import RefusedError, TemporaryError
from channelkit.model.marketplaces import Marketplace, marketplace
from channelkit.sandbox.amazon.listings import Listing, Shelf
from channelkit.sandbox.server import Running
from tests.amazon_kit import Played, StoppedClock, connect, staged
from tests.conftest import RunSandbox

US, DE, JP = marketplace("US"), marketplace("DE"), marketplace("JP")
ACCEPTED: dict[str, Any] = {"sku": "S", "status": "ACCEPTED", "submissionId": "sub-1", "issues": []}
WRONG: dict[str, Any] = {
    "sku": "S",
    "status": "INVALID",
    "submissionId": "sub-2",
    "issues": [{"code": "8541", "message": "Wrong ASIN.", "severity": "ERROR", "categories": ["INVALID_ATTRIBUTE"]}],
}
HOUR = 3_600


def offer(asin: str = "B000000001", **terms: Any) -> Offer:
    usual = {"condition": "new_new", "price": Decimal("19.90"), "quantity": 3, "fulfillment": "merchant"}
    return Offer(asin, **{**usual, **terms})


def test_an_offer_is_put_whole_and_as_an_offer_only() -> None:
    """AC-01: publishing sends the sales terms and nothing of the product, which is every seller's."""
    amazon, stage = staged(Played(200, ACCEPTED, {"x-amzn-RequestId": "request-1"}))
    done = put_listing(amazon, DE, "SKU-1", offer(condition="used_good", notes="Kratzer.", handling=2))
    assert stage.requests[0].method == "PUT"
    assert stage.asked(0).segments == ["listings", "2021-08-01", "items", "A1SELLER", "SKU-1"]
    assert stage.asked(0).query == {"marketplaceIds": DE.id, "issueLocale": "en_US"}
    here = {"marketplace_id": DE.id}
    money = {**here, "currency": "EUR", "audience": "ALL", "our_price": [{"schedule": [{"value_with_tax": 19.9}]}]}
    merchants = {"fulfillment_channel_code": "DEFAULT", "quantity": 3, "lead_time_to_ship_max_days": 2}
    assert stage.asked(0).body == {
        "productType": "PRODUCT",
        "requirements": "LISTING_OFFER_ONLY",
        "attributes": {
            "merchant_suggested_asin": [{"value": "B000000001", **here}],
            "condition_type": [{"value": "used_good", **here}],
            "condition_note": [{"value": "Kratzer.", "language_tag": "de_DE", **here}],
            "purchasable_offer": [money],
            "fulfillment_availability": [merchants],
        },
    }
    assert (done.status, done.submission_id, done.request_id) == ("ACCEPTED", "sub-1", "request-1")


@pytest.mark.parametrize(("place", "channel"), [(US, "AMAZON_NA"), (DE, "AMAZON_EU"), (JP, "AMAZON_JP")])
def test_what_amazon_is_to_fulfil_is_put_without_a_quantity(place: Marketplace, channel: str) -> None:
    """LS-13."""
    amazon, stage = staged(Played(200, ACCEPTED))
    put_listing(amazon, place, "S", offer(price=Decimal(1980), fulfillment="amazon", quantity=3, handling=2))
    attributes = stage.asked(0).body["attributes"]
    assert attributes["fulfillment_availability"] == [{"fulfillment_channel_code": channel}]


def test_yen_are_put_without_decimals_and_new_things_without_a_note() -> None:
    amazon, stage = staged(Played(200, ACCEPTED))
    put_listing(amazon, JP, "S", offer(price=Decimal("1980.0"), notes="Like new."))
    content = stage.requests[0].body
    assert isinstance(content, bytes)
    assert b'"value_with_tax":1980}' in content
    assert b"condition_note" not in content


@pytest.mark.parametrize("price", ["0", "-1", "19.905"])
def test_what_is_no_price_is_never_sent(price: str) -> None:
    amazon, stage = staged()
    with pytest.raises(RefusedError, match="no price in USD"):
        put_listing(amazon, US, "S", offer(price=Decimal(price)))
    with pytest.raises(RefusedError, match="no price in USD"):
        patch_offer(amazon, US, "S", "", price=Decimal(price))
    assert not stage.requests


def test_invalid_under_status_200_is_a_refusal_in_amazons_words() -> None:
    amazon, _ = staged(Played(200, WRONG), Played(200, WRONG))
    with pytest.raises(RefusedError, match=r"Wrong ASIN\.") as caught:
        put_listing(amazon, US, "S", offer())
    assert caught.value.code == "8541"
    with pytest.raises(RefusedError, match=r"Wrong ASIN\."):
        delete_listing(amazon, US, "S")


def test_a_new_listing_whose_answer_is_lost_is_not_sent_again_by_itself() -> None:
    """A creation is looked up before it is sent again."""
    amazon, stage = staged(requests.ConnectionError())
    with pytest.raises(TemporaryError):
        put_listing(amazon, US, "S", offer())
    assert len(stage.requests) == 1


@pytest.mark.parametrize("sku", ["A/B", "A,B", "MUG BLUE 12oz", "100% COTTON", "MÜSLI", " x "])
def test_an_end_names_the_listing_and_exactly_one_marketplace(sku: str) -> None:
    """AC-02: what is offered elsewhere under the same seller SKU stays."""
    amazon, stage = staged(Played(200, ACCEPTED))
    delete_listing(amazon, DE, sku)
    assert (stage.requests[0].method, stage.requests[0].body) == ("DELETE", None)
    assert stage.asked(0).segments[-1] == sku
    assert stage.asked(0).query == {"marketplaceIds": DE.id, "issueLocale": "en_US"}


@pytest.mark.parametrize("sku", [".", "..", ""])
def test_a_sku_that_no_path_can_name_is_neither_put_nor_deleted(sku: str) -> None:
    amazon, stage = staged()
    with pytest.raises(RefusedError, match="cannot be addressed"):
        put_listing(amazon, US, sku, offer())
    with pytest.raises(RefusedError, match="cannot be addressed"):
        delete_listing(amazon, US, sku)
    assert not stage.requests


@pytest.mark.parametrize(("answer", "is_fine"), [({**ACCEPTED, "status": "VALID"}, True), (WRONG, False)])
def test_a_preview_asks_for_the_mode_and_its_invalid_is_an_answer(answer: dict[str, Any], *, is_fine: bool) -> None:
    amazon, stage = staged(Played(200, answer), Played(200, answer))
    seen = [
        put_listing(amazon, US, "S", offer(), preview=True),
        patch_offer(amazon, US, "S", "", quantity=1, preview=True),
    ]
    assert {stage.asked(place).query["mode"] for place in (0, 1)} == {"VALIDATION_PREVIEW"}
    assert [each.is_fine for each in seen] == [is_fine, is_fine]
    assert {each.words for each in seen} == {"" if is_fine else "Wrong ASIN."}


def test_handling_time_is_merged_with_the_quantity_in_one_entry() -> None:
    amazon, stage = staged(Played(200, ACCEPTED), Played(200, ACCEPTED))
    patch_offer(amazon, US, "S", "", quantity=4, handling=3)
    patch_offer(amazon, US, "S", "", handling=3)
    both = {"fulfillment_channel_code": "DEFAULT", "quantity": 4, "lead_time_to_ship_max_days": 3}
    one = {"fulfillment_channel_code": "DEFAULT", "lead_time_to_ship_max_days": 3}
    patches = [stage.asked(place).body["patches"] for place in (0, 1)]
    assert [[patch["op"] for patch in each] for each in patches] == [["merge"], ["merge"]]
    assert [each[0]["value"] for each in patches] == [[both], [one]]


def test_condition_and_note_are_replaced_and_an_empty_note_is_deleted() -> None:
    amazon, stage = staged(Played(200, ACCEPTED), Played(200, ACCEPTED))
    patch_offer(amazon, US, "S", "MUG", condition="used_good", notes="A dent.")
    patch_offer(amazon, US, "S", "MUG", notes="")
    here = {"marketplace_id": US.id}
    selector = {"language_tag": "en_US", **here}
    assert stage.asked(0).body["patches"] == [
        {"op": "replace", "path": "/attributes/condition_type", "value": [{"value": "used_good", **here}]},
        {"op": "replace", "path": "/attributes/condition_note", "value": [{"value": "A dent.", **selector}]},
    ]
    assert stage.asked(1).body["patches"] == [
        {"op": "delete", "path": "/attributes/condition_note", "value": [selector]}
    ]


def test_who_fulfils_is_switched_by_replacing() -> None:
    """AC-08: merging another channel would add one beside the first (trap 13)."""
    amazon, stage = staged(Played(200, ACCEPTED), Played(200, ACCEPTED))
    patch_offer(amazon, US, "S", "", fulfillment="amazon", quantity=9, handling=1)
    patch_offer(amazon, US, "S", "", fulfillment="merchant", quantity=9, handling=1)
    to_amazon, to_merchant = (stage.asked(place).body["patches"] for place in (0, 1))
    path = {"op": "replace", "path": "/attributes/fulfillment_availability"}
    assert to_amazon == [{**path, "value": [{"fulfillment_channel_code": "AMAZON_NA"}]}]
    merchants = {"fulfillment_channel_code": "DEFAULT", "quantity": 9, "lead_time_to_ship_max_days": 1}
    assert to_merchant == [{**path, "value": [merchants]}]


class Shop:
    """A quiet sandbox, its American seller's client, and what Amazon shows of a listing."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.amazon: Amazon = connect(running, clock=StoppedClock(epoch=running.world.clock.now()))
        self.shelf: Shelf = running.world.amazon.shelf(self.amazon.seller_id, US.id)

    def wait(self, seconds: float = HOUR) -> None:
        self.running.world.clock.skip(seconds)

    def shown(self, sku: str) -> dict[str, Any]:
        found = find_listing(self.amazon, US, sku)
        assert found is not None
        return dict(found)

    def sold(self) -> Listing:
        """Return a listing that the merchant fulfils and that can be bought."""
        listings = self.shelf.listings.values()
        return next(each for each in listings if "BUYABLE" in each.status and not each.by_amazon and each.quantity > 3)

    def unlisted(self) -> str:
        """Return the ASIN of an item that this seller does not offer."""
        items = self.running.world.amazon.items.by_asin.values()
        return next(each.asin for each in items if not each.parent and not self.shelf.with_asin(each.asin))


@pytest.fixture
def shop(run_sandbox: RunSandbox) -> Shop:
    return Shop(run_sandbox(speed=0, products=50, quiet=True, throttling=False))


@pytest.mark.parametrize("sku", ["NEW/1", "NEW,2", " NEW 3 ", "NÉW%4"])
def test_a_new_listing_stands_after_a_while_with_all_its_terms(shop: Shop, sku: str) -> None:
    """AC-01."""
    asin = shop.unlisted()
    terms = {"condition": "used_good", "notes": "A dent.", "handling": 4, "quantity": 7}
    put_listing(shop.amazon, US, sku, offer(asin, **terms))
    shop.wait(120)
    assert find_listing(shop.amazon, US, sku) is None, "Amazon takes its time"
    shop.wait()
    row = shop.shown(sku)
    assert (row["asin"], row["price"], row["quantity"]) == (asin, 1990, 7)
    assert (row["condition"], row["condition_note"], row["handling_days"]) == ("used_good", "A dent.", 4)
    assert row["fulfillment_channel"] == "DEFAULT"
    assert row["buyable"]


def test_a_listing_that_was_ended_is_gone_after_a_while_and_elsewhere_stays(shop: Shop) -> None:
    """AC-02."""
    account = shop.running.world.amazon.accounts[shop.amazon.seller_id]
    canada = account.shelves["A2EUQ1WTGCTBG2"]
    sku = next(sku for sku in canada.listings if sku in shop.shelf.listings)
    delete_listing(shop.amazon, US, sku)
    assert shop.shown(sku)
    shop.wait()
    assert find_listing(shop.amazon, US, sku) is None
    assert sku in canada.listings


def test_an_alias_offers_the_same_item_under_a_second_seller_sku(shop: Shop) -> None:
    """AC-06: both stand, and ending one leaves the other."""
    first = shop.sold()
    assert first.item is not None
    put_listing(shop.amazon, US, "ALIAS(US)", offer(first.item.asin))
    shop.wait()
    assert shop.shown("ALIAS(US)")["asin"] == shop.shown(first.sku)["asin"]
    delete_listing(shop.amazon, US, first.sku)
    shop.wait()
    assert find_listing(shop.amazon, US, first.sku) is None
    assert shop.shown("ALIAS(US)")["buyable"]


def test_a_seller_sku_gets_another_asin_only_once_its_listing_has_ended(shop: Shop) -> None:
    """AC-07."""
    sku, asin = shop.sold().sku, shop.unlisted()
    with pytest.raises(RefusedError, match="already"):
        put_listing(shop.amazon, US, sku, offer(asin))
    delete_listing(shop.amazon, US, sku)
    shop.wait()
    put_listing(shop.amazon, US, sku, offer(asin))
    shop.wait()
    assert shop.shown(sku)["asin"] == asin


def test_fulfilment_is_switched_there_and_back_again(shop: Shop) -> None:
    """AC-08, LS-13: the one channel takes the other's place, and Amazon's has no quantity of ours."""
    sku = shop.sold().sku
    patch_offer(shop.amazon, US, sku, "", fulfillment="amazon")
    shop.wait()
    row = shop.shown(sku)
    assert (row["fulfillment_channel"], row["quantity"], row["handling_days"]) == ("AMAZON_NA", None, None)
    patch_offer(shop.amazon, US, sku, "", fulfillment="merchant", quantity=5, handling=3)
    shop.wait()
    row = shop.shown(sku)
    assert (row["fulfillment_channel"], row["quantity"], row["handling_days"]) == ("DEFAULT", 5, 3)


def test_condition_note_and_handling_time_are_changed_and_the_rest_stays(shop: Shop) -> None:
    sku = shop.sold().sku
    before = shop.shown(sku)
    patch_offer(shop.amazon, US, sku, "", condition="used_very_good", notes="Opened once.", handling=5)
    shop.wait()
    after = shop.shown(sku)
    terms = {"condition": "used_very_good", "condition_note": "Opened once.", "handling_days": 5}
    assert after == {**before, **terms, "changed_at": after["changed_at"]}
    patch_offer(shop.amazon, US, sku, "", notes="")
    shop.wait()
    assert shop.shown(sku)["condition_note"] is None


def test_a_refurbished_offer_whose_title_lacks_renewed_is_suppressed_after_a_look(shop: Shop) -> None:
    """LS-15: Amazon accepts it, shows it, and then blocks it and says why; with another condition it comes back."""
    sku = shop.sold().sku
    patch_offer(shop.amazon, US, sku, "", condition="refurbished_refurbished")
    shop.wait()
    row = shop.shown(sku)
    assert (row["buyable"], row["discoverable"]) == (False, True)
    assert "Renewed" in row["issues"]
    patch_offer(shop.amazon, US, sku, "", condition="new_new")
    shop.wait()
    assert (shop.shown(sku)["buyable"], shop.shown(sku)["issues"]) == (True, None)


def test_a_refurbished_offer_of_an_item_that_is_renewed_stays_buyable(shop: Shop) -> None:
    """LS-15."""
    listing = shop.sold()
    assert listing.item is not None
    listing.item.title += " (Renewed)"
    patch_offer(shop.amazon, US, listing.sku, "", condition="refurbished_refurbished")
    shop.wait()
    assert (shop.shown(listing.sku)["buyable"], shop.shown(listing.sku)["issues"]) == (True, None)


def test_a_patch_of_what_was_published_and_is_not_shown_yet_takes_effect_after_it(shop: Shop) -> None:
    """A stock-out does not wait for a new listing's page."""
    put_listing(shop.amazon, US, "NEW", offer(shop.unlisted(), quantity=7))
    patch_offer(shop.amazon, US, "NEW", "", quantity=0)
    shop.wait()
    assert shop.shown("NEW")["quantity"] == 0


def test_a_listing_has_a_picture_that_the_sandbox_serves(shop: Shop) -> None:
    row = shop.shown(shop.sold().sku)
    answer = requests.get(row["image_url"], timeout=10)
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
