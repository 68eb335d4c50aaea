"""What holds of prices whatever the rules, the offers and the currency: columns and single rows agree to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.model.marketplaces import currency_digits
from channelkit.pricing.amounts import read_units
from channelkit.pricing.arithmetic import LARGEST, adjust_worth, half_up, multiply, scale
from channelkit.pricing.price import price
from channelkit.pricing.rules import Adjustment, Bound, Competitor, PriceRule, in_order
from channelkit.pricing.terms import Amounts, PriceTerms
from tests.naive_prices import Naive
from tests.price_rows import HOUR, NOW, facts, masks, priced, rows_table, traced

CODES = ("price", "amazon", "map", "msrp", "cost")
CONDITIONS = (
    None,
    "new_new",
    "used_like_new",
    "used_good",
    "used_acceptable",
    "collectible_good",
    "refurbished_refurbished",
)
SUBCONDITIONS = ("New", "Mint", "VeryGood", "Good", "Acceptable", "OpenBox", "Other", "")

percents = st.decimals(0, 150, places=2) | st.sampled_from((Decimal(0), Decimal(10), Decimal(100), Decimal("33.3333")))
amounts = st.decimals(0, 40, places=2) | st.decimals(0, 2, places=4)
money = (
    st.none()
    | st.decimals("0.01", 500, places=2).map(str)
    | st.sampled_from(("0", "1.005", "99999999999", "12.345678"))
)
minors = st.integers(1, 60_000)


@st.composite
def adjustments(draw: st.DrawFn, only_percent: bool = False) -> Adjustment:
    direction: Any = draw(st.sampled_from(("increase", "decrease", "match")))
    if only_percent or draw(st.booleans()):
        return Adjustment(direction, "percent", draw(percents))
    return Adjustment(direction, "fixed", draw(amounts))


bounds = st.none() | st.builds(Bound, st.sampled_from(CODES), adjustments(only_percent=True))
competitors = st.builds(
    Competitor,
    st.sampled_from(("featured", "lowest")),
    st.sampled_from((0, 95)),
    st.sampled_from((0, 1_000)),
    st.sampled_from(("all", "matching", "variance")),
    st.dictionaries(st.sampled_from(CONDITIONS[2:]), st.decimals(1, 120, places=2), max_size=3),
)


@st.composite
def price_rules(draw: st.DrawFn) -> tuple[PriceRule, ...]:
    rules = []
    for place in range(draw(st.integers(0, 4))):
        competitor = draw(st.none() | competitors)
        rules.append(
            PriceRule(
                f"rule-{place}",
                f"Rule {place}",
                priority=draw(st.none() | st.integers(1, 3)),
                discard=draw(st.booleans()) and draw(st.booleans()),
                adjustment=draw(adjustments()),
                competitor=competitor,
                floor=draw(bounds) if competitor else None,
                ceiling=draw(bounds) if competitor else None,
            )
        )
    return in_order(rules)


@st.composite
def offers(draw: st.DrawFn, sku: str) -> dict[str, Any]:
    condition = draw(st.sampled_from(("New", "New", "Used", "Used", "Collectible", "Refurbished")))
    return {
        "asin": f"B0{sku}",
        "condition": condition,
        "subcondition": draw(st.sampled_from(SUBCONDITIONS)) if condition != "Refurbished" else "Refurbished",
        "price": draw(minors | st.none()),
        "shipping": draw(st.sampled_from((0, 0, 399))),
        "points": 0,
        "feedback": draw(st.none() | st.integers(80, 100)),
        "ratings": draw(st.none() | st.sampled_from((20, 1_000, 5_000))),
        "featured": draw(st.booleans()),
        "ours": draw(st.sampled_from((False, False, False, True))),
        "asked_at": NOW - draw(st.sampled_from((0, 1, 4, 5, 30))) * HOUR,
    }


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """Return some products with rows, offers, rules and terms."""
    skus = [f"s{place}" for place in range(draw(st.integers(1, 3)))]
    currency = draw(st.sampled_from(("USD", "EUR", "JPY")))
    rates = {"GBP": draw(st.decimals("0.01", 300, places=6))}
    terms = PriceTerms(
        currency,
        currency_digits(currency),
        source=draw(st.sampled_from(("price", "amazon"))),
        minimum=draw(st.sampled_from(("", "map"))),
        rates=rates,
        vat=draw(st.none() | st.sampled_from((Decimal(0), Decimal(19), Decimal("7.25")))),
        paused=draw(st.sampled_from(("", "", "", "The account is on holiday."))),
    )
    return {
        "values": {sku: draw(st.fixed_dictionaries(dict.fromkeys(CODES, money))) for sku in skus},
        "currency": draw(st.sampled_from((currency, currency, "GBP", "CHF"))),
        "rows": [
            {
                "seller_sku": sku,
                "product_sku": sku,
                "asin": f"B0{sku}",
                "condition": draw(st.sampled_from(CONDITIONS)),
                "override": draw(st.none() | st.none() | st.integers(-1, 5_000)),
                "shipping": draw(st.sampled_from((None, 0, 499))),
                "listed": draw(st.booleans()),
            }
            for sku in skus
        ],
        "offers": [draw(offers(sku)) for sku in skus for _ in range(draw(st.integers(0, 5)))],
        "rules": draw(price_rules()),
        "holds": draw(st.lists(st.booleans(), min_size=12, max_size=12)),
        "terms": terms,
    }


def made(world: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = price(*prepared(world), world["terms"], now=NOW).to_pylist()
    return found


def prepared(world: Mapping[str, Any]) -> tuple[Any, Any, Any, Any]:
    found = facts(world["values"], world["offers"], currency=world["currency"])
    rules, count = world["rules"], len(world["rows"])
    applies = [np.array([holds(world, place, row) for row in range(count)], np.bool_) for place in range(len(rules))]
    return rows_table(world["rows"]), found, rules, applies


def holds(world: Mapping[str, Any], rule: int, row: int) -> bool:
    return bool(world["holds"][rule * 3 + row])


@settings(max_examples=60)
@given(worlds())
def test_columns_and_single_rows_agree_to_the_cent(world: Mapping[str, Any]) -> None:
    naive = Naive(world["values"], world["currency"], world["offers"], world["terms"], NOW)
    digits = world["terms"].digits
    for place, (row, found) in enumerate(zip(world["rows"], made(world), strict=True)):
        rules = [(rule, holds(world, number, place)) for number, rule in enumerate(world["rules"])]
        expected = naive.price(row, rules)
        assert found["price"] == (None if expected.price is None else int(expected.price.scaleb(digits)))
        if expected.price is not None:
            assert (found["rule"], found["intelligent"]) == (expected.rule, expected.intelligent)
            landed = expected.competitor
            assert found["competitor"] == (None if landed is None else int(landed.scaleb(digits)))
        else:
            assert found["note"], "Without a price there is a reason."
            assert ("stays" in found["note"]) is expected.kept


@settings(max_examples=25)
@given(worlds())
def test_a_price_is_above_zero_exact_and_made_the_same_twice(world: Mapping[str, Any]) -> None:
    """Pricing again, or the same rows in another order, changes nothing."""
    first = made(world)
    assert first == made(world)
    _rows, found, rules, applies = prepared(world)
    again = price(rows_table(world["rows"][::-1]), found, rules, applies, world["terms"], now=NOW)
    assert again.to_pylist() == first[::-1]
    for each in first:
        assert each["price"] is None or 0 < each["price"] <= LARGEST


@settings(max_examples=20)
@given(worlds())
def test_the_steps_of_a_price_end_at_the_price(world: Mapping[str, Any]) -> None:
    """Each step begins where the one before ended; the last is what is sent."""
    for row, found in zip(world["rows"], made({**world, "holds": [True] * 12}), strict=True):
        steps = traced(
            row, facts(world["values"], world["offers"], currency=world["currency"]), world["rules"], world["terms"]
        )
        (end,) = [step for step in steps if step.kind == "price"]
        assert end.after == found["price"]
        told = [step for step in steps[: steps.index(end)] if step.after is not None]
        for earlier, later in pairwise(told):
            assert later.before == earlier.after
        assert all(step.words for step in steps)


@settings(max_examples=25)
@given(worlds(), bounds, bounds)
def test_an_intelligent_rule_stays_within_its_bounds(world: Mapping[str, Any], floor: Any, ceiling: Any) -> None:
    """PR-09, PR-10: without tax and later rules no price is outside; where they contradict, the floor holds."""
    terms = PriceTerms(world["terms"].currency, world["terms"].digits)
    rule = PriceRule("only", "Only", competitor=Competitor("lowest"), floor=floor, ceiling=ceiling)
    calm = {**world, "rules": (rule,), "holds": [True] * 12, "terms": terms, "currency": terms.currency}
    naive = Naive(calm["values"], calm["currency"], (), terms, NOW)
    for row, found in zip(calm["rows"], made(calm), strict=True):
        if found["price"] is None or row["override"] is not None or not found["rule"]:
            continue
        value = Decimal(found["price"]).scaleb(-terms.digits)
        base = naive._amount(row, "price") or Decimal(0)
        low = naive._limit(floor, naive._amount(row, floor.attribute) or base) if floor else Decimal(0)
        top = naive._amount(row, ceiling.attribute) if ceiling else None
        assert value >= low
        assert top is None or value <= max(naive._limit(ceiling, top), low)


@settings(max_examples=25)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_rules_are_written_makes_no_difference(world: Mapping[str, Any], random: Any) -> None:
    rules = list(world["rules"])
    random.shuffle(rules)
    found = facts(world["values"], world["offers"], currency=world["currency"])
    again = priced(world["rows"], found, rules, world["terms"])
    assert again == priced(world["rows"], found, world["rules"], world["terms"])
    assert len(masks(found, rules, None)) == len(rules)


texts = st.decimals("-1e6", "1e16", places=2) | st.decimals(0, 1000, places=7) | st.decimals("1e9", "1e13", places=6)


@settings(max_examples=60)
@given(
    st.lists(st.none() | texts.map(lambda number: format(number, "f")), max_size=4),
    st.decimals("0.000001", 20_000, places=12) | st.sampled_from((Decimal(1), Decimal("0.00006"), Decimal(1) / 3)),
    st.sampled_from(("USD", "JPY")),
)
def test_amounts_are_converted_exactly_however_great(values: list[str | None], rate: Decimal, currency: str) -> None:
    """LS-09: rounded half up once; what is beyond every price stays beyond it, and is not cut down to one."""
    terms = PriceTerms(currency, currency_digits(currency), rates={"IDR": rate})
    column = pa.array([*values, "odd", "5"], pa.string())
    found = read_units(Amounts(column, pa.array(["IDR"] * len(column))), terms).values.tolist()
    for value, units in zip([*values, None, "5"], found, strict=True):
        with localcontext(prec=80):
            exact = (Decimal(value or 0) * rate).scaleb(terms.digits).quantize(Decimal(1), "ROUND_HALF_UP")
        assert units == min(max(int(exact), 0), LARGEST + 1)


@given(
    st.lists(st.integers(0, LARGEST), min_size=1, max_size=5),
    st.integers(0, 2_000_000),
    adjustments(),
    st.sampled_from((0, 2)),
)
def test_worth_and_adjustment_are_rounded_once(
    values: list[int], worth: int, adjustment: Adjustment, digits: int
) -> None:
    shares = np.full(len(values), worth, np.int64)
    sign = {"increase": 1, "decrease": -1, "match": 0}[adjustment.direction]
    for value, found in zip(values, adjust_worth(np.array(values), shares, adjustment, digits).tolist(), strict=True):
        exact = Decimal(value) * worth / 1_000_000
        if adjustment.unit == "percent":
            exact = max(exact * (100 + sign * adjustment.amount) / 100, Decimal(0)) if worth != 1_000_000 else exact
            exact = exact * (100 + sign * adjustment.amount) / 100 if worth == 1_000_000 else exact
        else:
            exact += sign * adjustment.amount.scaleb(digits)
        assert found == int(exact.quantize(Decimal(1), "ROUND_HALF_UP"))


@given(st.integers(-(10**18), 10**18), st.integers(0, 10**18))
def test_products_are_exact_beyond_64_bits(amount: int, factor: int) -> None:
    whole, rest = (int(part[0]) for part in multiply(np.array([amount]), np.array([factor])))
    assert (whole, rest) == divmod(amount * factor, 10**18)
    rounded = int(half_up(np.array([whole]), np.array([rest]))[0])
    exact = Decimal(whole) + Decimal(rest) / 10**18
    assert rounded == int(exact.quantize(Decimal(1), "ROUND_HALF_UP"))


@given(st.integers(-LARGEST - 1, LARGEST + 1), st.integers(0, 11_000_000))
def test_shares_are_exact_and_rounded_half_up(amount: int, factor: int) -> None:
    exact = (Decimal(amount) * factor / 1_000_000).quantize(Decimal(1), "ROUND_HALF_UP")
    assert scale(np.array([amount]), factor).tolist() == [int(exact)]
