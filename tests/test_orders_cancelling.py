"""Reasons for cancelling, and what can be cancelled at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channelkit.errors import UsageError
from channelkit.model.decisions import BY_AMAZON
from channelkit.model.orders import Line, Order
from channelkit.orders.cancelling import CALL_REASONS, REASONS, check_reason, why_not
from tests.order_cases import ID, TERMS, book, copy, line, order, shipment


def test_or_12_reasons_are_amazons_in_any_capitals() -> None:
    """OR-12: a reason is required."""
    assert check_reason(" noinventory ", TERMS) == "NoInventory"
    assert len(REASONS) == 10
    with pytest.raises(UsageError, match="no reason ''"):
        check_reason("", TERMS)


def test_the_call_takes_fewer_reasons_than_the_feed() -> None:
    by_call = replace(TERMS, cancel_call=True)
    assert {check_reason(reason, by_call) for reason in CALL_REASONS} <= set(REASONS)
    with pytest.raises(UsageError, match="CustomerReturn"):
        check_reason("CustomerReturn", by_call)


@pytest.mark.parametrize(
    ("status", "of", "by", "words"),
    [
        ("UNSHIPPED", line(), "merchant", ""),
        ("UNSHIPPED", line(fulfilled=1), "merchant", "A part of it has shipped"),
        ("UNFULFILLABLE", line(), "merchant", "Amazon shows it as UNFULFILLABLE"),
        ("UNSHIPPED", line(), BY_AMAZON, "Amazon fulfils it"),
    ],
    ids=["unshipped", "partly shipped", "another status", "by Amazon"],
)
def test_or_12_only_what_is_unshipped_can_be_cancelled(status: str, of: Line, by: str, words: str) -> None:
    """OR-12: only Unshipped."""
    found = why_not(book(order(status, of, fulfilled_by=by)).case(ID))
    assert found.startswith(words) and bool(found) == bool(words)


def test_what_commerce_shows_as_shipped_cannot_be_cancelled() -> None:
    mine: Order = order()
    for facts in (book(mine, copies=[copy(mine, shipped=1)]), book(mine, shipments=[shipment(copy(mine))])):
        assert why_not(facts.case(ID)).startswith("It has shipped meanwhile in Commerce")
