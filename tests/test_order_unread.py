"""An order that is known from Amazon's report and can never be read: it is told of, shown, and let go by a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channelkit.database import history
from channelkit.errors import UsageError
from channelkit.outcome import Run
from channelkit.watch.watching import watch
from tests.order_practice import OrderPractice, order_practice

FOREVER = 9_999


@pytest.fixture
def practice(openapi_folder: Path | None, tmp_path: Path) -> Iterator[OrderPractice]:
    with order_practice(openapi_folder, tmp_path) as practice:
        yield practice


def test_an_order_that_can_never_be_read_is_told_after_a_day_and_its_units_are_let_go_by_a_person(
    practice: OrderPractice,
) -> None:
    """OR-05, OR-06: it keeps its units off offer until somebody who looked says that it is over."""
    sku, book = practice.pick("us"), practice.kit.stores["us"].orders
    for operation in ("searchOrders", "getOrder"):
        practice.running.faults.add("throttle", operation, count=FOREVER)
    practice.cycles(2, minutes=6)
    order_id = practice.order("us", sku, units=2).order_id
    practice.cycles(3)
    offered = practice.shelf("us").listings[sku].quantity
    assert order_id not in book.blocked()["order_number"].to_list()
    practice.cycles(1, minutes=25 * 60)

    (row,) = [row for row in book.blocked().to_dict("records") if row["order_number"] == order_id]
    assert row["blocker"] == "not_read" and f"keeps 2 units of {sku} off offer" in row["order_notes"]
    assert f"channelkit orders release {order_id} --store us" in row["next_step"]
    (alert,) = [alert for alert in watch(practice.kit.parts).open if alert.kind == "unread"]
    assert order_id in alert.words and "keeps 2 off offer" in alert.words and "orders release" in alert.fix

    with pytest.raises(UsageError, match="Why are its units let go"):
        book.release(order_id, " ")
    assert "offers 2 units again" in book.release(order_id, "cancelled in Seller Central", by="Ada")
    with pytest.raises(UsageError, match="holds units"):
        book.release(order_id, "twice", by="Ada")
    with history.asking(practice.kit.database) as ask:
        (noted,) = ask("select * from history where sku = ? and field = 'held_units'", [order_id]).to_pylist()
    assert (noted["before"], noted["after"], noted["because"]) == ("2", "0", "Ada: cancelled in Seller Central")
    practice.cycles(2)
    assert practice.shelf("us").listings[sku].quantity == offered + 2
    assert [alert for alert in watch(practice.kit.parts).open if alert.kind == "unread"] == []


def test_a_report_that_could_not_be_asked_for_is_among_the_runs_problems_once(practice: OrderPractice) -> None:
    practice.running.faults.add("throttle", "searchOrders", count=FOREVER)
    practice.cycles(2, minutes=6)
    practice.running.faults.add("forbidden", "createReport", count=9)
    practice.wait(6)
    run: Run = practice.kit.sync(["us"])
    assert len([problem for problem in run.problems() if "createReport" in problem]) == 1, run.problems()
