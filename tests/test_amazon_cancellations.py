"""Cancelling on Amazon (OR-11): many items with one feed, and what its report says of each; one order with one call."""

from __future__ import annotations

import pytest

from channelkit.amazon.cancellations import (
    Outcome,
    cancel_order,
    find_cancellations,
    read_cancellation,
    read_report,
    submit_cancellation,
    write_cancellation,
)
from channelkit.amazon.orders import get_order
from channelkit.errors import DocumentError, RefusedError, UsageError
from channelkit.model.marketplaces import marketplace
from tests.amazon_kit import connect
from tests.amazon_market import Market
from tests.conftest import RunSandbox

US = marketplace("US")
REPORT = "<AmazonEnvelope><Message><ProcessingReport>{}</ProcessingReport></Message></AmazonEnvelope>"
ERROR = (
    "<Result><MessageID>{}</MessageID><ResultCode>Error</ResultCode><ResultMessageCode>18029</ResultMessageCode>"
    "<ResultDescription>It is\n shipped.</ResultDescription>{}</Result>"
)


@pytest.fixture
def market(run_sandbox: RunSandbox) -> Market:
    return Market(run_sandbox(speed=0, products=60, quiet=True, throttling=False))


def test_a_feed_cancels_what_can_be_cancelled_and_says_what_cannot(market: Market) -> None:
    fine, shipped = market.place(market.line(2), market.line(1)), market.place()
    market.sales.ship_order(shipped.order_id)
    lines = [(fine.order_id, line.item_id, "NoInventory") for line in fine.lines]
    lines.append((shipped.order_id, shipped.lines[0].item_id, "BuyerCanceled"))
    started = int(market.running.world.clock.now() * 1000)
    feed_id = submit_cancellation(connect(market.running), US, lines)
    assert read_cancellation(connect(market.running), feed_id, lines) is None
    assert [feed.feed_id for feed in find_cancellations(connect(market.running), US, started - 1_000)] == [feed_id]
    for _ in range(20):
        market.skip(120)
        outcomes = read_cancellation(connect(market.running), feed_id, lines)
        if outcomes is not None:
            break
    assert outcomes is not None
    told = {(each.order_id, each.item_id): each for each in outcomes}
    assert set(told) == {(order_id, item_id) for order_id, item_id, _ in lines}
    assert [told[order_id, item_id].ok for order_id, item_id, _ in lines] == [True, True, False]
    assert "cancelled" in told[shipped.order_id, shipped.lines[0].item_id].words
    assert get_order(connect(market.running), fine.order_id).status == "CANCELLED"
    assert get_order(connect(market.running), shipped.order_id).status == "SHIPPED"


@pytest.mark.parametrize("fault", ["feed_cancelled", "feed_fatal"])
def test_a_feed_that_ends_badly_says_so_of_each_of_its_items(market: Market, fault: str) -> None:
    order = market.place()
    market.running.faults.add(fault, "createFeed", count=1)
    lines = [(order.order_id, order.lines[0].item_id, "NoInventory")]
    feed_id = submit_cancellation(connect(market.running), US, lines)
    market.skip(3600)
    [outcome] = read_cancellation(connect(market.running), feed_id, lines) or []
    assert (outcome.order_id, outcome.ok, outcome.code in ("CANCELLED", "FATAL")) == (order.order_id, False, True)


def test_one_call_cancels_a_whole_order_that_was_not_shipped(market: Market) -> None:
    order, shipped = market.place(), market.place()
    cancel_order(connect(market.running), order.order_id, "NoInventory")
    market.skip(130)
    assert get_order(connect(market.running), order.order_id).status == "CANCELLED"
    market.sales.ship_order(shipped.order_id)
    with pytest.raises(RefusedError):
        cancel_order(connect(market.running), shipped.order_id, "NoInventory")
    with pytest.raises(UsageError, match="CustomerReturn"):
        cancel_order(connect(market.running), shipped.order_id, "CustomerReturn")


def test_a_complaint_that_names_a_message_alone_is_of_its_orders_items() -> None:
    lines = [("902-2", "603", "NoInventory"), ("902-1", "602", "NoInventory"), ("902-1", "601", "NoInventory")]
    content = REPORT.format(ERROR.format(1, "")).encode()
    assert read_report(content, lines) == [
        Outcome("902-1", "601", False, "18029", "It is shipped."),
        Outcome("902-1", "602", False, "18029", "It is shipped."),
    ]
    named = ERROR.format(2, "<AdditionalInfo><AmazonOrderItemCode>603</AmazonOrderItemCode></AdditionalInfo>")
    assert [(each.order_id, each.item_id) for each in read_report(REPORT.format(named).encode(), lines)] == [
        ("902-2", "603")
    ]


def test_warnings_are_no_complaints_and_what_is_no_report_is_told() -> None:
    warning = ERROR.format(1, "").replace(">Error<", ">Warning<")
    assert read_report(REPORT.format(warning).encode()) == []
    for content in (b"<html>", b"<AmazonEnvelope/>", b'<!DOCTYPE x [<!ENTITY a "b">]><ProcessingReport/>'):
        with pytest.raises(DocumentError):
            read_report(content)


def test_a_feed_has_a_message_for_each_order_whatever_their_order() -> None:
    lines = [("902-2", "603", "NoInventory"), ("902-1", "602", "NoInventory")]
    assert write_cancellation("A1", lines) == write_cancellation("A1", lines[::-1])
