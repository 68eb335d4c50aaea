"""Lost pages, lost answers and days of 23 hours: no order is missed, none is made twice, each is counted once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from channelkit.amazon import orders as amazon_orders
from tests.order_practice import OrderPractice, minor, order_practice


@pytest.fixture(scope="module")
def practice(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderPractice]:
    with order_practice(openapi_folder, tmp_path_factory.mktemp("orders")) as practice:
        yield practice


@pytest.fixture(autouse=True)
def fair(practice: OrderPractice) -> Iterator[None]:
    """No test leaves bad weather to the next one."""
    yield
    practice.running.faults.clear()


@pytest.mark.parametrize("fault", ["short_page", "repeated_token", "server_error"])
def test_pain_02_a_page_that_is_short_or_comes_twice_loses_no_order_and_doubles_none(
    practice: OrderPractice, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """OR-06, pain 2: dropped or short pages never lose an id, all the way into Commerce."""
    monkeypatch.setattr(amazon_orders, "PAGE", 2)
    placed = [practice.order("us") for _ in range(5)]
    practice.running.faults.add(fault, "searchOrders", count=1)
    practice.cycles(2)
    assert [len(practice.copies(order.order_id)) for order in placed] == [1] * 5


def test_pain_02_an_order_of_a_page_that_never_came_is_found_by_the_daily_count(practice: OrderPractice) -> None:
    """Pain 2: Amazon's own count of the day shows that one is missing, and it is fetched."""
    order = practice.order("us")
    practice.running.faults.add("lost_page", "searchOrders", count=2)
    practice.cycles(1)
    practice.running.faults.clear()
    practice.cycles(1, minutes=20 * 60)
    practice.cycles(2, minutes=8 * 60)
    assert minor(practice.copy(order.order_id).fields["grand_total"]) == order.total


@pytest.mark.parametrize("readable", [True, False], ids=["read one by one", "not readable at all"])
def test_pain_01_where_searching_falls_behind_amazons_report_keeps_every_unit_from_being_sold_twice(
    practice: OrderPractice, readable: bool
) -> None:
    """OR-05, pains 1 and 2: orders that no search has told of are held at once, and made in Commerce when read."""
    sku = practice.pick("us")
    product, shelf = practice.product_of("us", sku), practice.shelf("us")
    practice.running.faults.add("throttle", "searchOrders", count=99)
    if not readable:
        practice.running.faults.add("throttle", "getOrder", count=99)
    practice.cycles(2, minutes=6)
    order = practice.order("us", sku, units=2)
    practice.cycles(1)
    practice.shop.place_storefront_order(practice.kit.settings.stores["us"].website, [(product, 1)], practice.now)
    practice.cycles(3)
    left = practice.shop.salable(product, practice.kit.settings.stores["us"].website) - 2
    assert shelf.listings[sku].quantity == left
    assert len(practice.copies(order.order_id)) == int(readable)
    practice.running.faults.clear()
    practice.cycles(2)
    assert len(practice.copies(order.order_id)) == 1
    assert shelf.listings[sku].quantity == left


@pytest.mark.parametrize("fault", ["lost_answer", "late_error", "reset"])
def test_pain_03_an_order_whose_answer_was_lost_is_in_commerce_once(practice: OrderPractice, fault: str) -> None:
    """Pain 3: it is looked for before it is sent again, whether the first call did its work or not."""
    order = practice.order("us")
    practice.running.faults.add(fault, "PostV1Orders", count=1)
    practice.cycles(1)
    assert len(practice.copies(order.order_id)) == (0 if fault == "reset" else 1)
    practice.cycles(5, minutes=6)
    assert practice.copy(order.order_id).state == "processing"
    assert practice.stage("us", order.order_id) == ("created", "")
    assert practice.done("us", order.order_id) == {"create": "confirmed"}


@pytest.mark.parametrize("fault", ["lost_answer", "late_error", "server_error"])
def test_pain_03_a_shipment_whose_answer_was_lost_is_one_parcel_on_amazon_and_one_invoice(
    practice: OrderPractice, fault: str
) -> None:
    """OR-10, pain 3: nothing is confirmed, shipped or invoiced twice."""
    order = practice.order("us")
    practice.cycles()
    copy = practice.copy(order.order_id)
    practice.shop.ship_in_shop(copy.number, number=f"ONCE-{fault}")
    practice.running.faults.add(fault, "confirmShipment", count=1)
    practice.running.faults.add(fault, "PostV1OrderOrderIdInvoice", count=1)
    practice.cycles(6, minutes=6)
    assert [package.tracking for package in practice.sales.get(order.order_id).packages] == [f"ONCE-{fault}"]
    assert len(practice.shop.sales.documents_of(practice.shop.sales.invoices, copy)) == 1
    assert copy.state == "complete" and practice.stage("us", order.order_id) == ("complete", "")


def test_pain_22_a_pending_order_shows_no_money_and_no_person_and_both_come_with_its_payment(
    practice: OrderPractice,
) -> None:
    """Pain 22: versions of one order; the buyer is a pseudonym wherever people look."""
    order = practice.order("us", pending_for=None)
    practice.cycles(1, minutes=2.5)
    practice.sales.authorise(order.order_id)
    practice.cycles()
    frame = practice.kit.stores["us"].orders.all(number=order.order_id)
    (row,) = frame.to_dict("records")
    assert str(row["buyer"]).startswith("buyer-") and minor(row["grand_total"]) == order.total
    shown = practice.kit.stores["us"].orders.show(order.order_id)
    for text in (str(shown), shown._repr_html_(), repr(shown)):
        assert not [word for word in practice.running.world.people() if word in text]


def test_pain_15_orders_in_the_hours_around_a_change_of_clocks_are_counted_once(practice: OrderPractice) -> None:
    """Pain 15: on the day that has 23 hours in Los Angeles, to the minute, and on its neighbours."""
    zone = ZoneInfo("America/Los_Angeles")
    moments = [(13, 23, 59), (14, 0, 0), (14, 1, 59), (14, 3, 0), (14, 23, 59), (15, 0, 0)]
    sku = practice.pick("us")
    placed = []
    for day, hour, minute in moments:
        at = datetime(2027, 3, day, hour, minute, tzinfo=zone).astimezone(UTC).timestamp()
        practice.running.world.clock.skip(at - practice.now)
        placed.append(practice.order("us", sku, units=1))
        practice.cycles()
    practice.cycles(2, minutes=26 * 60)
    assert [len(practice.copies(order.order_id)) for order in placed] == [1] * 6
    counted = practice.kit.stores["us"].orders.completeness().set_index("day")
    days = [counted.loc[day, ["on_amazon", "read", "in_commerce"]].tolist() for day in ("2027-03-14", "2027-03-15")]
    assert days == [[4, 4, 4], [1, 1, 1]]
