"""An order's lines come to its total, or nothing is done about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.orders import Amounts, Line, Order
from channelkit.orders.totals import Totals, add_up, explain_difference, price, write_amount

MINOR = st.integers(0, 10**7)
AMOUNTS = st.builds(Amounts, *[MINOR] * 5, st.integers(0, 1_000), MINOR, MINOR)


def order(*amounts: Amounts, total: int | None, currency: str = "USD") -> Order:
    lines = tuple(Line(str(number), "A", "B0", "", 1, amounts=each) for number, each in enumerate(amounts))
    return Order("1", "ATVPDKIKX0DER", "UNSHIPPED", 0, 0, currency=currency, total=total, lines=lines)


def test_every_part_of_a_line_counts_and_a_discount_is_taken_off() -> None:
    assert price(Amounts(item=1000, shipping=200, gift_wrap=30, cod=4, other=5, discount=100, tax=999)) == 1139


@pytest.mark.parametrize(
    ("total", "adds_up", "included"),
    [(2660, True, False), (2500, True, True), (2659, False, False), (None, False, False), (0, False, False)],
    ids=["tax beside the prices", "tax in the prices", "a cent less", "not told", "free"],
)
def test_tax_is_in_the_prices_or_beside_them_whichever_adds_up(
    total: int | None, adds_up: bool, included: bool
) -> None:
    totals = add_up(order(Amounts(item=2000, shipping=500, tax=160, tax_shipping=32), total=total))
    assert (totals.add_up, totals.tax_included) == (adds_up, included)


def test_without_tax_both_ways_are_the_same_and_replacements_cost_nothing() -> None:
    assert add_up(order(Amounts(item=2000), total=2000)) == Totals(2000, 0, 2000, tax_included=False)
    assert add_up(order(Amounts(), total=0)).add_up


@given(st.lists(AMOUNTS, min_size=1, max_size=5), st.booleans())
def test_an_order_that_was_summed_from_its_lines_adds_up_and_a_minor_unit_off_does_not(
    amounts: list[Amounts], included: bool
) -> None:
    net, tax = sum(map(price, amounts)), sum(each.tax for each in amounts)
    total = net if included else net + tax
    assert add_up(order(*amounts, total=total)).add_up
    assert add_up(order(*amounts, total=total)).tax_included == (included and tax > 0)
    if tax != 1:
        assert not add_up(order(*amounts, total=net + tax + 1)).add_up
        assert not add_up(order(*amounts, total=net - 1)).add_up


@given(st.integers(-(10**12), 10**12), st.sampled_from(["USD", "JPY"]))
def test_amounts_are_written_exactly(minor: int, currency: str) -> None:
    text = write_amount(minor, currency)
    assert int(text.replace(".", "")) == minor
    assert ("." in text) == (currency == "USD")


def test_a_difference_is_told_in_words() -> None:
    totals = add_up(order(Amounts(item=2000, shipping=500, tax=160), total=2600))
    assert explain_difference(totals, "USD") == (
        "The lines come to 25.00 USD, with 1.60 of tax to 26.60; Amazon says 26.00: 0.60 less."
    )
    assert explain_difference(add_up(order(Amounts(item=1), total=None)), "USD").endswith(
        "Amazon does not say what the buyer pays."
    )
