"""Every stage and kind has its words."""

from __future__ import annotations

import pytest

from channelkit.model.orders import KINDS as ALL_KINDS
from channelkit.orders.wording import KINDS, STAGES, count_down
from tests.order_cases import order


def test_every_stage_and_kind_is_worded() -> None:
    assert set(KINDS) == set(ALL_KINDS)
    stages = ["waiting", "viewed", "earlier", "blocked", "planned", "created", "shipped", "complete", "cancelled"]
    assert list(STAGES) == stages


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (93_780_000, "to be sent within 1 day 2 hours"),
        (0, "to be sent within a minute"),
        (-60_000, "late by 1 minute"),
        (-180_000_000, "late by 2 days 2 hours"),
    ],
)
def test_the_time_to_send_is_counted_down(left: int, words: str) -> None:
    assert count_down(order(ship_by=left), 0) == words


def test_nothing_is_counted_down_where_nothing_is_to_be_sent() -> None:
    assert count_down(order("SHIPPED", ship_by=5), 0) == count_down(order(), 0) == ""
