"""Order acknowledgements handed in to the sandbox as feeds: what they cancel, and what the report says."""

from __future__ import annotations

import gzip
from xml.etree import ElementTree

import pytest
import requests

from channelkit.sandbox.amazon.acknowledgements import FLAT_FEED, XML_FEED
from channelkit.sandbox.amazon.orders import Charges, Order, OrderLine
from channelkit.sandbox.amazon.sales import NEVER
from tests.amazon_market import Market
from tests.conftest import RunSandbox

FEEDS = "/feeds/2021-06-30"


class Acknowledger(Market):
    """A caller that hands feeds in and reads the reports on them."""

    def hand_in(self, feed_type: str, text: str) -> str:
        content_type = (
            "text/xml; charset=UTF-8" if feed_type == XML_FEED else "text/tab-separated-values; charset=UTF-8"
        )
        made = self.call("POST", f"{FEEDS}/documents", body={"contentType": content_type}).json()
        put = requests.put(made["url"], text.encode(), headers={"Content-Type": content_type}, timeout=10)
        assert put.status_code == 200
        place = self.shelf.marketplace.id
        body = {"feedType": feed_type, "marketplaceIds": [place], "inputFeedDocumentId": made["feedDocumentId"]}
        answer = self.call("POST", f"{FEEDS}/feeds", body=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["feedId"])

    def report(self, feed_id: str, status: str = "DONE") -> str:  # type: ignore[override]
        self.skip(300)
        feed = self.call("GET", f"{FEEDS}/feeds/{feed_id}").json()
        assert feed["processingStatus"] == status
        document = self.call("GET", f"{FEEDS}/documents/{feed['resultFeedDocumentId']}").json()
        content = requests.get(document["url"], timeout=10).content
        return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()

    def status(self, order: Order) -> str:
        return str(self.read(order.order_id)["fulfillment"]["fulfillmentStatus"])


def envelope(*messages: str) -> str:
    numbered = "".join(
        f"<Message><MessageID>{number}</MessageID><OrderAcknowledgement>{each}</OrderAcknowledgement></Message>"
        for number, each in enumerate(messages, start=1)
    )
    head = "<Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>M</MerchantIdentifier></Header>"
    kind = "<MessageType>OrderAcknowledgement</MessageType>"
    return f'<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope>{head}{kind}{numbered}</AmazonEnvelope>'


def failure(order_id: str, *items: str, reason: str = "NoInventory") -> str:
    rows = "".join(
        f"<Item><AmazonOrderItemCode>{item}</AmazonOrderItemCode><CancelReason>{reason}</CancelReason></Item>"
        for item in items
    )
    return f"<AmazonOrderID>{order_id}</AmazonOrderID><StatusCode>Failure</StatusCode>{rows}"


def results(report: str) -> list[tuple[str, str, str]]:
    """Return message, code and order of each result of a report."""
    found = ElementTree.fromstring(report).iter("Result")
    names = ("MessageID", "ResultCode", "AdditionalInfo/AmazonOrderID")
    return [tuple(each.findtext(name, "") for name in names) for each in found]  # type: ignore[misc]


@pytest.fixture
def caller(run_sandbox: RunSandbox) -> Acknowledger:
    return Acknowledger(run_sandbox(speed=0, products=60, quiet=True, throttling=False))


def test_a_failure_cancels_the_items_that_it_names(caller: Acknowledger) -> None:
    whole, part = caller.place(), caller.place(caller.line(2), caller.line(1))
    left = caller.shelf.listings[caller.sku()].quantity
    feed_id = caller.hand_in(
        XML_FEED,
        envelope(
            failure(whole.order_id, whole.lines[0].item_id),
            failure(part.order_id, part.lines[1].item_id, reason="BuyerCanceled"),
        ),
    )
    report = caller.report(feed_id)
    assert "<MessagesSuccessful>2</MessagesSuccessful>" in report
    assert results(report) == []
    assert (caller.status(whole), caller.status(part)) == ("CANCELLED", "UNSHIPPED")
    executed = caller.read(part.order_id)["orderItems"][1]["cancellation"]["cancellationExecution"]
    assert executed == {"cancelledBy": "MERCHANT", "cancelReason": "BuyerCanceled"}
    assert caller.shelf.listings[caller.sku()].quantity == left + 3


def test_the_report_names_what_could_not_be_cancelled(caller: Acknowledger) -> None:
    good, shipped, pending = caller.place(), caller.place(), caller.place(pending_for=NEVER)
    amazons = caller.place(OrderLine(caller.sku(by_amazon=True), 1, Charges(900)))
    caller.sales.ship_order(shipped.order_id)
    asked = [failure(order.order_id, order.lines[0].item_id) for order in (good, shipped, pending, amazons)]
    asked += [failure("999-0000000-0000001", "1"), failure(good.order_id, good.lines[0].item_id, reason="Bored")]
    report = caller.report(caller.hand_in(XML_FEED, envelope(*asked)))
    assert [(message, code) for message, code, _ in results(report)] == [(str(n), "Error") for n in range(2, 7)]
    assert results(report)[0][2] == shipped.order_id
    assert "<MessagesWithError>5</MessagesWithError>" in report
    assert caller.status(good) == "CANCELLED"
    assert caller.status(pending) == "PENDING"


def test_a_success_gives_the_order_the_merchants_number(caller: Acknowledger) -> None:
    order = caller.place()
    text = f"<AmazonOrderID>{order.order_id}</AmazonOrderID><MerchantOrderID>000000012</MerchantOrderID>"
    caller.report(caller.hand_in(XML_FEED, envelope(f"{text}<StatusCode>Success</StatusCode>")))
    shown = caller.read(order.order_id)
    assert shown["orderAliases"] == [{"aliasId": "000000012", "aliasType": "SELLER_ORDER_ID"}]
    assert shown["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"


def test_a_file_of_lines_cancels_too(caller: Acknowledger) -> None:
    order = caller.place()
    head = "order-id\tamazon-order-item-code\tcancellation-reason-code"
    lines = [head, f"{order.order_id}\t{order.lines[0].item_id}\tNoInventory", "1-1-1\t5\tNoInventory"]
    report = caller.report(caller.hand_in(FLAT_FEED, "\r\n".join(lines)))
    assert "Number of records processed\t\t2" in report
    assert "Number of records successful\t\t1" in report
    assert report.splitlines()[-1].startswith("2\t1-1-1\t5\t")
    assert caller.status(order) == "CANCELLED"


@pytest.mark.parametrize(
    "text", ["", "<a", "<AmazonEnvelope/>", "order-id\tother\n"], ids=["empty", "a", "bare", "flat"]
)
def test_a_document_that_cannot_be_read_ends_fatal(caller: Acknowledger, text: str) -> None:
    feed_type = FLAT_FEED if "other" in text else XML_FEED
    assert "cannot be read" in caller.report(caller.hand_in(feed_type, text), "FATAL")


def test_an_acknowledgement_can_be_refused_or_lost(caller: Acknowledger) -> None:
    order = caller.place()
    asked = envelope(failure(order.order_id, order.lines[0].item_id))
    for kind, told in (("rejected_message", 1), ("lost_write", 0)):
        caller.running.faults.add(kind, "createFeed")
        assert len(results(caller.report(caller.hand_in(XML_FEED, asked)))) == told
        assert caller.status(order) == "UNSHIPPED"
