"""Prices that look like a mistake wait for a person, each with its reason; all others go (pain 13)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.changes import CHANGES
from channelkit.model.offer_terms import write_business, write_sale
from channelkit.plan.guards import Guarded, Limits, guard
from channelkit.plan.listings import ASKED
from channelkit.plan.price_guards import DAY_AGO, ITS_TERMS, OUR_TERMS, PriceBasis, PriceLimits
from channelkit.pricing.terms import FEES
from tests.decision_tables import Row, table

WIDE = Limits(largest_price_jump=100, smallest_sweep=10_000)


def change(after: int | str = 1100, before: int | str | None = 1000, field: str = "price", sku: str = "A") -> Row:
    row: dict[str, Any] = {"seller_sku": sku, "field": field, "because": "It differs."}
    if isinstance(after, str):
        return row | {"before_text": before, "after_text": after}
    return row | {"before": before, "after": after}


def known(schema: pa.Schema, row: Row | None) -> pa.Table:
    rows = [] if row is None else [{name: ({"seller_sku": "A"} | dict(row)).get(name) for name in schema.names}]
    return pa.Table.from_pylist(rows, schema=schema)


def judged(
    *changes: Row,
    ours: Row | None = None,
    theirs: Row | None = None,
    fees: Row | None = None,
    day_ago: int | None = None,
    asked: bool = False,
    **limits: Any,
) -> Guarded:
    basis = PriceBasis(
        PriceLimits(**{"currency": "USD"} | limits),
        known(OUR_TERMS, ours),
        known(ITS_TERMS, {"price": 1000, "currency": "USD", **(theirs or {})}),
        known(FEES, fees),
        known(DAY_AGO, None if day_ago is None else {"price": day_ago}),
    )
    named = pa.Table.from_pylist([{"seller_sku": "A", "field": "price"}] * asked, schema=ASKED)
    return guard(table(CHANGES, changes), 1000, WIDE, asked=named, prices=basis)


def note(*changes: Row, **basis: Any) -> str:
    """Return why the only change is held; empty where it goes."""
    found = judged(*changes, **basis)
    assert found.going.num_rows + found.held.num_rows == len(changes)
    return "".join(found.held["note"].to_pylist())


@pytest.mark.parametrize(
    ("before", "after", "is_held"),
    [(1000, 9499, False), (1000, 9500, True), (1000, 10_000, True), (9499, 1000, False), (9500, 1000, True)],
)
def test_a_price_that_becomes_ten_times_as_much_or_a_tenth_is_held_however_wide_the_limit(
    before: int, after: int, is_held: bool
) -> None:
    told = note(change(after, before))
    assert told == ("The price would become ten times what it is, or a tenth: look at the decimal point." * is_held)


def test_a_price_in_another_currency_than_amazon_shows_is_held_even_where_a_person_asked_for_it() -> None:
    told = note(change(), theirs={"currency": "CAD"}, asked=True)
    assert told == "Amazon shows this listing's price in CAD, not USD."
    assert note(change(), theirs={"currency": None}) == ""


@pytest.mark.parametrize(("after", "is_held"), [(1500, False), (1501, True), (500, False), (499, True)])
def test_all_moves_of_a_day_together_stay_within_the_limit_of_the_store(after: int, is_held: bool) -> None:
    """A price that climbs in small steps is not let climb for ever."""
    told = note(change(after, before=after - 1), day_ago=1000, largest_daily_move=0.5)
    assert told == "The price would have moved by more than 50% within a day." * is_held


def test_a_price_below_the_one_that_may_be_advertised_is_held() -> None:
    told = note(change(999), ours={"minimum": 1000})
    assert told == "It is below 10.00, the least price at which the product may be advertised."
    assert note(change(1000), ours={"minimum": 1000}) == ""


@pytest.mark.parametrize(("after", "words"), [(899, "below 9.00"), (900, ""), (2000, ""), (2001, "above 20.00")])
def test_a_price_that_amazon_would_not_take_for_the_listing_is_held_even_where_a_person_asked(
    after: int, words: str
) -> None:
    told = note(change(after), theirs={"least_price": 900, "largest_price": 2000}, asked=True)
    assert told.startswith(f"It is {words}") if words else told == ""


FEE = {"price": 1000, "referral": 150, "fulfillment": 200, "other": 10}


@pytest.mark.parametrize(("after", "is_held"), [(1423, False), (1422, False), (1421, True)])
def test_a_price_of_which_fees_leave_less_than_the_product_costs_is_held(after: int, is_held: bool) -> None:
    """15 % of 14.22 and 2.10 leave 9.99; of 14.21, 9.98."""
    told = note(change(after), ours={"cost": 999}, fees=FEE)
    assert told == "What Amazon's fees leave of it is less than the product costs, 9.99." * is_held


def test_tax_in_the_price_is_not_ours_to_keep() -> None:
    assert note(change(1189), ours={"cost": 1000}) == ""
    assert "costs" in note(change(1189), ours={"cost": 1000}, vat=Decimal("19.00"))
    assert note(change(1190), ours={"cost": 1000}, vat=Decimal("19.00")) == ""


def test_where_cost_is_not_known_or_the_store_does_not_ask_nothing_is_below_it() -> None:
    assert note(change(1100), fees=FEE | {"fulfillment": 5000}) == ""
    assert note(change(1100), ours={"cost": 2000}, below_cost=False) == ""
    assert note(change(1100), ours={"cost": 0}, fees=FEE | {"fulfillment": 5000}) == ""


def test_fees_without_an_answer_take_nothing() -> None:
    assert note(change(1100), ours={"cost": 1100}, fees={"price": 1000}) == ""


@pytest.mark.parametrize("after", [0, -1])
def test_zero_or_less_never_goes_whoever_asked(after: int) -> None:
    assert note(change(after), asked=True) == "A price must be above zero."


def test_what_a_person_asked_for_by_name_is_final() -> None:
    wild = {"ours": {"cost": 2000, "minimum": 3000}, "day_ago": 100, "fees": FEE}
    assert note(change(10_000), **wild)
    assert note(change(10_000), asked=True, **wild) == ""


def test_yen_are_told_without_decimals() -> None:
    told = note(change(999), ours={"minimum": 1000}, theirs={"currency": "JPY"}, currency="JPY")
    assert told.startswith("It is below 1000, ")


SALE, BUSINESS = write_sale(400, "2026-12-01", "2026-12-24"), write_business(990, [(5, "5%"), (10, "60%")])


def test_a_sale_and_the_largest_rebate_of_businesses_are_looked_at_like_a_price() -> None:
    assert "advertised" in note(change(SALE, "", "sale"), ours={"minimum": 500})
    assert "costs" in note(change(SALE, "", "sale"), ours={"cost": 500})
    assert note(change(SALE, "", "sale"), ours={"cost": 400}) == ""
    assert "costs" in note(change(BUSINESS, "", "business"), ours={"cost": 397})
    assert note(change(BUSINESS, "", "business"), ours={"cost": 396}) == ""
    assert "tenth" in note(change(write_sale(99), "", "sale"))
    assert "tenth" in note(change(write_business(10_000), "", "business"))
    assert note(change(write_sale(0), "", "sale")) == "A price must be above zero."


def test_taking_a_sale_or_business_price_away_is_held_by_nothing() -> None:
    wild = {"ours": {"cost": 2000, "minimum": 3000}, "theirs": {"currency": "CAD"}}
    assert note(change("", SALE, "sale"), **wild) == note(change("", BUSINESS, "business"), **wild) == ""


def test_what_a_product_is_said_to_cost_elsewhere_is_bound_by_nothing_and_nought_takes_it_away() -> None:
    assert note(change(99_000, 1000, "list_price"), ours={"cost": 10**6, "minimum": 10**6}) == ""
    assert note(change(0, 1000, "list_price")) == ""
    assert note(change(-1, 1000, "list_price")) == "A price must be above zero."


def test_a_new_listing_below_cost_waits_too() -> None:
    new = change('{"price":900,"quantity":4}', None, "publish")
    assert "costs" in note(new, ours={"cost": 901})
    assert note(new, ours={"cost": 900}) == ""
    assert note(change('{"price":null}', None, "publish"), ours={"cost": 900}) == ""


def test_other_changes_are_not_looked_at() -> None:
    rows = [change(0, 5, "quantity"), change("used_good", "new_new", "condition"), change(3, 2, "handling")]
    assert note(*rows, ours={"cost": 10**6}, theirs={"currency": "CAD"}) == ""


amounts = st.one_of(st.none(), st.integers(-5, 10**11))


@given(
    st.integers(-5, 10**11), amounts, amounts, amounts, amounts, st.sampled_from(["USD", "JPY", "EUR"]), st.booleans()
)
def test_whatever_goes_is_inside_every_bound(
    after: int,
    cost: int | None,
    minimum: int | None,
    least: int | None,
    day_ago: int | None,
    currency: str,
    asked: bool,
) -> None:
    found = judged(
        change(after, before=1000),
        ours={"cost": cost, "minimum": minimum},
        theirs={"least_price": least, "currency": "USD"},
        fees=FEE,
        day_ago=day_ago,
        asked=asked,
        currency=currency,
    )
    if not found.going.num_rows:
        return
    assert after > 0
    assert currency == "USD"
    assert least is None or after >= least
    if not asked:
        assert 105 < after < 9500
        assert minimum is None or after >= minimum
        assert cost is None or cost <= 0 or after - 210 - (after * 300 + 1000) // 2000 >= cost
        assert day_ago is None or day_ago <= 0 or 2 * abs(after - day_ago) <= day_ago
