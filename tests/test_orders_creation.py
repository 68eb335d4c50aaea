"""The creation matrix: every row of it, and what the terms make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channelkit.model.decisions import BY_AMAZON, MERCHANT
from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import STATUSES, Order
from channelkit.orders.creation import MATRIX, rule_of
from channelkit.orders.terms import OrderTerms

TERMS = OrderTerms("us", "A1", marketplace("US"), connected_at=1_000)

NO, YES = False, True
TABLE = [
    # fulfilled by, Amazon's status, creates, holds, made complete
    (MERCHANT, "PENDING_AVAILABILITY", NO, NO, NO),
    (MERCHANT, "PENDING", NO, NO, NO),
    (MERCHANT, "UNSHIPPED", YES, YES, NO),
    (MERCHANT, "PARTIALLY_SHIPPED", YES, YES, NO),
    (MERCHANT, "SHIPPED", YES, YES, NO),
    (MERCHANT, "CANCELLED", NO, NO, NO),
    (MERCHANT, "UNFULFILLABLE", NO, NO, NO),
    (BY_AMAZON, "PENDING_AVAILABILITY", NO, NO, NO),
    (BY_AMAZON, "PENDING", NO, NO, NO),
    (BY_AMAZON, "UNSHIPPED", NO, NO, NO),
    (BY_AMAZON, "PARTIALLY_SHIPPED", NO, NO, NO),
    (BY_AMAZON, "SHIPPED", YES, NO, YES),
    (BY_AMAZON, "CANCELLED", NO, NO, NO),
    (BY_AMAZON, "UNFULFILLABLE", NO, NO, NO),
]


def order(status: str, by: str = MERCHANT, created_at: int = 2_000) -> Order:
    return Order("1", "ATVPDKIKX0DER", status, created_at, created_at, fulfilled_by=by)


@pytest.mark.parametrize(("by", "status", "creates", "holds", "complete"), TABLE)
def test_or_04_every_row_of_the_creation_matrix(
    by: str, status: str, creates: bool, holds: bool, complete: bool
) -> None:
    """OR-04, OR-11: merchant and Amazon, by every status."""
    assert tuple(rule_of(order(status, by), TERMS)) == (creates, holds, complete)


def test_the_matrix_has_a_row_for_every_status_that_amazon_documents() -> None:
    assert set(MATRIX) == {(by, status) for by in (MERCHANT, BY_AMAZON) for status in STATUSES}
    assert {(by, status) for by, status, *_ in TABLE} == set(MATRIX)


@pytest.mark.parametrize("status", ["PENDING", "PENDING_AVAILABILITY"])
def test_or_05_unpaid_orders_hold_stock_where_the_store_reserves_for_them_and_never_those_that_amazon_fulfils(
    status: str,
) -> None:
    """OR-05: the reserve option."""
    reserving = replace(TERMS, reserve_pending=True)
    assert tuple(rule_of(order(status), reserving)) == (NO, YES, NO)
    assert tuple(rule_of(order(status, BY_AMAZON), reserving)) == (NO, NO, NO)


@pytest.mark.parametrize("status", ["INVOICE_UNCONFIRMED", "", "unshipped"])
def test_a_status_that_nobody_knows_asks_for_nothing(status: str) -> None:
    assert tuple(rule_of(order(status), TERMS)) == (NO, NO, NO)


def test_or_01_orders_from_before_the_connection_ask_for_nothing_unless_a_backfill_brings_them() -> None:
    """OR-01: pre-integration orders are never imported by themselves."""
    early = order("UNSHIPPED", created_at=999)
    asked = replace(TERMS, windows=((500, 999), (999, 1_000)))
    assert tuple(rule_of(early, TERMS)) == (NO, NO, NO)
    assert tuple(rule_of(replace(early, created_at=1_000), TERMS)) == (YES, YES, NO)
    assert tuple(rule_of(early, asked)) == (YES, YES, NO)
    assert tuple(rule_of(early, replace(TERMS, windows=((500, 999),)))) == (NO, NO, NO)


def test_what_had_left_before_the_store_was_connected_moves_no_stock_when_a_backfill_brings_it() -> None:
    asked = replace(TERMS, windows=((500, 1_000),))
    assert tuple(rule_of(order("SHIPPED", created_at=999), asked)) == (YES, NO, YES)
