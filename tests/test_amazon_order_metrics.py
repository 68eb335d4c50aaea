"""Amazon's own count of a day's orders: what was cancelled as a whole does not count."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from channelkit.amazon.order_metrics import count_orders
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import marketplace
from tests.amazon_kit import Played, connect, staged
from tests.amazon_market import Market
from tests.conftest import RunSandbox

US = marketplace("US")


def test_a_days_orders_and_units_are_counted_without_the_cancelled(run_sandbox: RunSandbox) -> None:
    market = Market(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    market.place(market.line(2), market.line(1))
    market.sales.cancel_order(market.place().order_id)
    now = market.running.world.clock.now()
    today = datetime.fromtimestamp(now, ZoneInfo(US.time_zone)).date()
    amazon = connect(market.running)
    assert count_orders(amazon, US, today) == (1, 3)
    assert count_orders(amazon, US, today, since=int(now * 1000) + 60_000) == (0, 0)


def test_an_answer_in_another_form_is_no_count() -> None:
    bodies: list[dict[str, object]] = [{}, {"payload": [{"unitCount": 1}]}, {"payload": 7}]
    for body in bodies:
        amazon, _ = staged(Played(200, body))
        with pytest.raises(RefusedError):
            count_orders(amazon, US, datetime(2026, 11, 24, tzinfo=ZoneInfo(US.time_zone)).date())
