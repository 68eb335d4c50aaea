"""What made-up buyers do with their orders by themselves: change their minds, ask, send things back."""

from __future__ import annotations

import random
from functools import partial

from channelkit.sandbox.amazon.orders import OPEN, SHIPPED, UNPAID, Order
from channelkit.sandbox.amazon.state import AmazonState

MINUTE, DAY = 60.0, 86_400.0
CANCELLED, ASKING, RETURNED = 0.03, 0.01, 0.04
"""The shares of orders that are cancelled, whose buyers ask for it, and that are sent back in part."""

_REASONS = ("CR-DEFECTIVE", "CR-UNWANTED_ITEM", "CR-SWITCHEROO", "AMZ-PG-APP-TOO-SMALL", "CR-ORDERED_WRONG_ITEM")


def decide_fate(amazon: AmazonState, order: Order) -> None:
    """Let happen later what its buyer will do with an order; it follows from the seed and the order's number."""
    rng = random.Random(f"buyer:{amazon.seed}:{order.order_id}")
    placed, chance = order.created / 1000, rng.random()
    if chance < CANCELLED / 2:
        # The payment fails, or the buyer thinks again before it is made.
        by, reason = rng.choice((("AMAZON", "PAYMENT_FAILED"), ("BUYER", "BUYER_CANCELLED")))
        cancel = partial(_cancel, amazon, order.order_id, UNPAID | OPEN, by=by, reason=reason)
        amazon.later(placed + rng.uniform(0.2, 1.0) * MINUTE, cancel)
    elif chance < CANCELLED:
        cancel = partial(_cancel, amazon, order.order_id, OPEN, by="BUYER", reason="BUYER_CANCELLED")
        amazon.later(placed + rng.uniform(20.0, 60.0) * MINUTE, cancel)
    elif chance < CANCELLED + ASKING:
        amazon.later(placed + rng.uniform(35.0, 120.0) * MINUTE, partial(_ask, amazon, order.order_id))
    elif chance > 1 - RETURNED:
        come_back = partial(_return, amazon, order.order_id, rng.choice(_REASONS))
        amazon.later(placed + rng.uniform(8.0, 20.0) * DAY, come_back)


def _cancel(amazon: AmazonState, order_id: str, stands: frozenset[str], at: float, *, by: str, reason: str) -> None:
    if amazon.sales.get(order_id).status in stands:
        amazon.sales.cancel_order(order_id, at, by=by, reason=reason)


def _ask(amazon: AmazonState, order_id: str, at: float) -> None:
    if amazon.sales.get(order_id).status in OPEN:
        amazon.sales.request_cancellation(order_id, at)


def _return(amazon: AmazonState, order_id: str, reason: str, at: float) -> None:
    order = amazon.sales.get(order_id)
    line = order.lines[0]
    if order.status == SHIPPED and line.fulfilled:
        refunded = line.charges.item // line.ordered
        amazon.sales.return_line(order_id, line.item_id, at=at, reason=reason, refunded=refunded)
