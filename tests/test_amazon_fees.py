"""Fees: batches read answer by answer, each put to its question by name, exact, and told where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from channelkit.amazon.fees import Fees, Proposed, read_fees
from channelkit.amazon.pricing import UNREADABLE
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import marketplace
from tests.amazon_caller import AmazonCaller
from tests.amazon_kit import Played, connect, staged
from tests.conftest import RunSandbox
from tests.rival_offers import one_of_ours

US, JP = marketplace("US"), marketplace("JP")


def money(amount: float, currency: str = "USD") -> dict[str, Any]:
    return {"CurrencyCode": currency, "Amount": amount}


def answer(name: str, total: float | None = None, currency: str = "USD", **fees: float) -> dict[str, Any]:
    details = [
        {"FeeType": kind, "FeeAmount": money(fee, currency), "FinalFee": money(fee, currency)}
        for kind, fee in fees.items()
    ]
    estimate: dict[str, Any] = {"TimeOfFeesEstimation": "2026-11-30T12:00:00Z", "FeeDetailList": details}
    if total is not None:
        estimate["TotalFeesEstimate"] = money(total, currency)
    return {
        "Status": "Success",
        "FeesEstimateIdentifier": {"SellerInputIdentifier": name},
        "FeesEstimate": estimate,
    }


def test_a_batch_is_a_bare_array_of_prices_in_the_marketplaces_currency() -> None:
    amazon, stage = staged(Played(200, [answer("1", ReferralFee=3.0)]))
    read_fees(amazon, US, [Proposed("A/1", 1999, False, 499)])
    assert stage.asked(0).segments == ["products", "fees", "v0", "feesEstimate"]
    prices = {"ListingPrice": money(19.99), "Shipping": money(4.99)}
    request = {
        "MarketplaceId": US.id,
        "IsAmazonFulfilled": False,
        "PriceToEstimateFees": prices,
        "Identifier": "1",
    }
    assert stage.asked(0).body == [{"FeesEstimateRequest": request, "IdType": "SellerSKU", "IdValue": "A/1"}]


def test_answers_in_another_order_find_their_questions_and_fees_add_up() -> None:
    told = [
        answer("2", 4.87, ReferralFee=1.5, FBAFees=3.22, PerItemFee=0.0),
        answer("1", ReferralFee=3.0, VariableClosingFee=1.8),
    ]
    amazon, _ = staged(Played(200, told))
    found = read_fees(amazon, US, [Proposed("A", 2000, False), Proposed("B", 1000, True)]).found
    assert found == {"A": Fees(2000, 300, 0, 180), "B": Fees(1000, 150, 322, 15)}, "15 cents are a tax on the fees"


def test_yen_are_asked_about_and_read_without_decimals() -> None:
    amazon, stage = staged(Played(200, [answer("1", 297, "JPY", ReferralFee=297)]))
    assert read_fees(amazon, JP, [Proposed("A", 1980, False)]).found["A"] == Fees(1980, 297, 0, 0)
    content = stage.requests[0].body
    assert isinstance(content, bytes)
    assert b'"Amount":1980}' in content


def test_what_fails_by_itself_is_told_by_its_name_and_the_rest_is_kept() -> None:
    error = {"Type": "Sender", "Code": "InvalidParameterValue", "Message": "No such SKU.", "Detail": []}
    failed = {"Status": "ClientError", "FeesEstimateIdentifier": {"SellerInputIdentifier": "1"}, "Error": error}
    late = {"Status": "ServiceError", "FeesEstimateIdentifier": {"SellerInputIdentifier": "2"}}
    foreign = answer("3", 3.0, "CAD", ReferralFee=3.0)
    amazon, _ = staged(Played(200, [failed, late, foreign, answer("4", ReferralFee=1.0), {"Status": "Success"}]))
    answers = read_fees(amazon, US, [Proposed(sku, 1000, False) for sku in "ABCDE"])
    assert list(answers.found) == ["D"]
    assert [(each.name, each.is_lasting, each.code) for each in answers.refused] == [
        ("A", True, "InvalidParameterValue"),
        ("B", False, "ServiceError"),
        ("C", False, UNREADABLE),
        ("E", False, UNREADABLE),
    ]


@pytest.mark.parametrize("body", [{"payload": []}, "none", None], ids=["an-object", "a-text", "nothing"])
def test_an_answer_in_another_form_is_an_error_not_an_empty_one(body: Any) -> None:
    amazon, _ = staged(Played(200, body))
    with pytest.raises(RefusedError, match="not in the form"):
        read_fees(amazon, US, [Proposed("A", 1000, False)])


def test_nothing_asked_is_no_call() -> None:
    amazon, stage = staged()
    assert read_fees(amazon, US, []).found == {}
    assert not stage.requests


def test_the_sandbox_keeps_a_share_and_takes_more_where_it_ships(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    sku, amazon = one_of_ours(caller).sku, connect(caller.running)
    answers = read_fees(amazon, US, [Proposed(sku, 2000, False), Proposed("NOBODY", 2000, False)])
    assert answers.found[sku] == Fees(2000, 300, 0, 0)
    assert [(each.name, each.is_lasting) for each in answers.refused] == [("NOBODY", True)]
    shipped = read_fees(amazon, US, [Proposed(sku, 2000, True)]).found[sku]
    assert (shipped.referral, shipped.fulfillment) == (300, 359)
    assert read_fees(amazon, US, [Proposed(sku, 100, False)]).found[sku].referral == 30, "there is a least share"


def test_the_sandbox_takes_twenty_prices_at_once_and_no_more(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    amazon = connect(caller.running)
    with pytest.raises(RefusedError, match="1 to 20"):
        read_fees(amazon, US, [Proposed(f"S{number}", 1000, False) for number in range(21)])


def test_an_entry_may_fail_while_the_others_are_answered(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    caller.running.faults.add("failed_entry", "getMyFeesEstimates", count=1)
    sku = one_of_ours(caller).sku
    answers = read_fees(connect(caller.running), US, [Proposed(sku, 2000, False), Proposed(sku, 1000, False)])
    assert [each.status for each in answers.refused] == [500]
    assert answers.found[sku].price == 1000
