"""What the sandbox's Amazon tells of orders afterwards: how many there were, and what came back."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from channelkit.sandbox.amazon.orders import Charges, OrderLine
from channelkit.sandbox.amazon.returns_file import COLUMNS, RETURNS
from tests.amazon_market import Market
from tests.conftest import RunSandbox

DAY = 86_400


class Counter(Market):
    """A caller that asks for figures."""

    def metrics(self, since: str, until: str, granularity: str = "Total", **query: Any) -> list[dict[str, Any]]:
        answer = self.count(f"{since}--{until}", granularity, **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["payload"]
        return found

    def count(self, interval: str, granularity: str, **query: Any) -> requests.Response:
        asked = {"marketplaceIds": self.shelf.marketplace.id, "interval": interval, "granularity": granularity}
        return self.call("GET", "/sales/v1/orderMetrics", **asked, **query)

    def stand_at(self, text: str) -> None:
        """Let time stand at a moment."""
        clock = self.running.world.clock
        clock.skip(datetime.fromisoformat(text).timestamp() - clock.now())
        self.token = ""

    def returned(self, since: str, until: str) -> list[dict[str, str]]:
        """Ask for the report on returns; return its rows: none where Amazon cancelled it."""
        place = self.shelf.marketplace.id
        body = {"reportType": RETURNS, "marketplaceIds": [place], "dataStartTime": since, "dataEndTime": until}
        answer = self.call("POST", "/reports/2021-06-30/reports", body=body)
        assert answer.status_code == 202, answer.text
        self.skip(60)
        report = self.report(answer.json()["reportId"])
        if report["processingStatus"] == "CANCELLED":
            return []
        assert report["dataStartTime"] == since
        found = self.call("GET", f"/reports/2021-06-30/documents/{report['reportDocumentId']}").json()
        head, *lines = gzip.decompress(requests.get(found["url"], timeout=10).content).decode().splitlines()
        assert tuple(head.split("\t")) == COLUMNS
        return [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines]


@pytest.fixture
def counter(run_sandbox: RunSandbox) -> Counter:
    return Counter(run_sandbox(speed=0, products=60, quiet=True, throttling=False))


def test_orders_units_and_sales_of_an_interval_are_counted(counter: Counter) -> None:
    counter.stand_at("2027-03-10T12:00:00+00:00")
    counter.place(counter.line(2, tax_item=100), counter.line(1, item=500))
    counter.place(OrderLine(counter.sku(by_amazon=True), 1, Charges(901)))
    counter.sales.cancel_order(counter.place().order_id)
    since, until = "2027-03-10T12:00:00Z", "2027-03-10T13:00:00Z"
    [all_of_them] = counter.metrics(since, until)
    assert (all_of_them["orderCount"], all_of_them["orderItemCount"], all_of_them["unitCount"]) == (2, 3, 4)
    assert all_of_them["totalSales"] == {"amount": "34.01", "currencyCode": "USD"}
    assert all_of_them["averageUnitPrice"]["amount"] == "8.50"
    assert [each["orderCount"] for each in counter.metrics(since, until, fulfillmentNetwork="MFN")] == [1]
    assert [each["unitCount"] for each in counter.metrics(since, until, fulfillmentNetwork="AFN")] == [1]
    assert counter.metrics("2027-03-10T11:00:00Z", since)[0]["orderCount"] == 0, "the end does not belong to it"


def test_a_day_begins_at_midnight_of_its_zone_also_when_the_clocks_change(counter: Counter) -> None:
    zone = {"granularityTimeZone": "America/Los_Angeles"}
    # On 14 March 2027 the day has 23 hours there.
    for moment in ("2027-03-14T07:59:00+00:00", "2027-03-14T08:00:00+00:00", "2027-03-15T06:59:00+00:00"):
        counter.stand_at(moment)
        counter.place(counter.line(1))
    days = counter.metrics("2027-03-13T00:00:00-08:00", "2027-03-15T00:00:00-07:00", "Day", **zone)
    assert [(each["interval"][:10], each["orderCount"]) for each in days] == [("2027-03-13", 1), ("2027-03-14", 2)]
    assert days[1]["interval"] == "2027-03-14T00:00:00-08:00--2027-03-15T00:00:00-07:00"


def test_hours_are_counted_one_by_one(counter: Counter) -> None:
    counter.stand_at("2027-03-10T12:30:00+00:00")
    counter.place()
    hours = counter.metrics("2027-03-10T11:00:00Z", "2027-03-10T13:30:00Z", "Hour")
    assert [each["orderCount"] for each in hours] == [0, 1, 0]
    assert hours[2]["interval"] == "2027-03-10T13:00:00Z--2027-03-10T13:30:00Z"


@pytest.mark.parametrize(
    ("interval", "granularity", "query", "words"),
    [
        ("2027-03-10T12:00:00", "Total", {}, "two ISO 8601 times"),
        ("2027-03-10T12:00:00--2027-03-11T12:00:00", "Total", {}, "Z or an offset"),
        ("2027-03-10T12:00:00Z--2027-03-11T12:00:00Z", "Day", {}, "'granularityTimeZone' is required"),
        ("2027-03-10T12:00:00Z--2027-03-11T12:00:00Z", "Day", {"granularityTimeZone": "US/Pacific"}, "does not match"),
        ("2027-03-10T12:00:00Z--2027-03-11T12:00:00Z", "Minute", {}, "invalid value"),
        ("2027-03-10T12:00:00Z--2027-03-11T12:00:00Z", "Total", {"asin": "B1", "sku": "A"}, "do not go together"),
    ],
    ids=["one time", "no offset", "no zone", "other zone", "minute", "asin and sku"],
)
def test_figures_that_cannot_be_asked_for_are_refused(
    counter: Counter, interval: str, granularity: str, query: dict[str, str], words: str
) -> None:
    answer = counter.count(interval, granularity, **query)
    assert answer.status_code == 400
    assert words in answer.json()["errors"][0]["message"]


def test_a_return_is_reported_by_the_day_on_which_it_was_asked_for(counter: Counter) -> None:
    counter.stand_at("2027-03-10T12:00:00+00:00")
    order = counter.place(counter.line(2, tax_item=100))
    counter.sales.ship_order(order.order_id)
    counter.skip(6 * DAY)
    made = counter.sales.return_line(order.order_id, order.lines[0].item_id, 1, reason="CR-DEFECTIVE", refunded=1050)
    counter.skip(60)
    since, until = "2027-03-16T00:00:00.000Z", "2027-03-20T00:00:00.000Z"
    [row] = counter.returned(since, until)
    assert (row["Order ID"], row["Amazon RMA ID"], row["Merchant SKU"]) == (order.order_id, made.rma, counter.sku())
    assert (row["Order date"], row["Return request date"]) == ("10-Mar-2027", "16-Mar-2027")
    assert (row["Return request status"], row["Return delivery date"]) == ("Approved", "")
    assert (row["Return quantity"], row["Order quantity"], row["Order Amount"]) == ("1", "2", "21.00")
    counter.skip(3 * DAY)
    [row] = counter.returned(since, until)
    assert (row["Return request status"], row["Return delivery date"]) == ("Completed", "19-Mar-2027")
    assert (row["Refunded Amount"], row["Currency code"]) == ("10.50", "USD")
    assert counter.returned("2027-03-01T00:00:00.000Z", "2027-03-16T00:00:00.000Z") == []


def test_times_of_a_report_that_make_no_sense_are_refused(counter: Counter) -> None:
    place = counter.shelf.marketplace.id
    now = datetime.now(UTC).isoformat()
    for start, words in (("then", "ISO 8601"), ("2090-01-01T00:00:00Z", "is after")):
        body = {"reportType": RETURNS, "marketplaceIds": [place], "dataStartTime": start, "dataEndTime": now}
        answer = counter.call("POST", "/reports/2021-06-30/reports", body=body)
        assert words in answer.json()["errors"][0]["message"]
