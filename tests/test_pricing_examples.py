"""The worked examples of the reference, each under its number (section 5), and the order in which rules are applied."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from channelkit.pricing.rules import Bound, Competitor, PriceRule, hold_on, in_order
from channelkit.settings.price_section import percent as share
from tests.price_rows import (
    MATCH,
    PRICE,
    facts,
    fixed,
    intelligent,
    minor,
    offer,
    percent,
    priced,
    row,
    standard,
    terms,
)

LOWEST = Competitor("lowest")
WORN = [
    offer("17", "New", "New"),
    offer("15", "New", "New"),
    offer("14", "Used", "VeryGood"),
    offer("13", "Used", "Good"),
]


def one(
    values: dict[str, str | None], rules: Any = (), offers: Any = (), asked: Any = None, **of_row: Any
) -> dict[str, Any]:
    """Return what is made of one product's price."""
    return priced([row(**of_row)], facts({"a": values}, offers), rules, asked)[0]


def test_p1_rules_stack_by_priority_and_a_discard_stops_the_later_ones() -> None:
    """P1, PR-02: what is on sale gets 10 % and 2 off and no more; everything else 5 %."""
    rules = [
        standard("r3", percent("5"), 3),
        standard("r1", percent("10"), 1),
        standard("r2", fixed("2"), 2, discard=True),
    ]
    found = priced(
        [row("sale"), row("other")],
        facts({"sale": {"price": "50"}, "other": {"price": "50"}}),
        rules,
        only={"r1": ["sale"], "r2": ["sale"]},
    )
    assert [(each["price"], each["rule"]) for each in found] == [(4300, "r2"), (4750, "r3")]


def test_p2_every_rule_rounds_half_up() -> None:
    """P2, PR-03: 45.49 less 10 % is 40.94, and less 10 is 30.94."""
    first, second = standard("a", percent("10"), 1), standard("b", fixed("10"), 2)
    assert one({"price": "45.49"}, [first])["price"] == 4094
    assert one({"price": "45.49"}, [first, second])["price"] == 3094


@pytest.mark.parametrize(
    ("name", "price", "featured", "floor", "expected"),
    [
        ("P4", "15", "10", PRICE, 1500),
        ("P5", "5", "10", PRICE, 1000),
        ("P6", "20", "15", Bound("price", percent("20")), 1600),
    ],
)
def test_p4_to_p6_a_floor_holds(name: str, price: str, featured: str, floor: Bound, expected: int) -> None:
    """P4, P5, P6; PR-04, PR-09: the featured offer is matched, but not below the floor."""
    rule = intelligent(floor=floor)
    found = one({"price": price}, [rule], [offer(featured, featured=True)])
    assert (found["price"], found["competitor"], found["intelligent"]) == (expected, minor(featured), True), name


@pytest.mark.parametrize(
    ("name", "condition", "price", "expected"), [("P9", "new_new", "10", 1500), ("P10", "used_acceptable", "10", 1300)]
)
def test_p9_and_p10_the_same_condition_first_then_the_nearest(
    name: str, condition: str, price: str, expected: int
) -> None:
    """P9, P10; PR-07: ours is new: the cheapest new one; ours is worn worse than any: the cheapest used one."""
    found = one({"price": price}, [intelligent(competitor=LOWEST, floor=PRICE)], WORN, condition=condition)
    assert found["price"] == expected, name


P11 = terms(rates={"EUR": Decimal("1.25")}, vat=Decimal(10))
CEILING = intelligent(ceiling=Bound("cap"), priority=1)


def p11(rules: list[PriceRule]) -> dict[str, Any]:
    found = facts({"a": {"price": "9", "cap": "10"}}, [offer("20", featured=True)], currency="EUR")
    return priced([row()], found, rules, P11)[0]


def test_p11_a_ceiling_is_converted_and_tax_follows_where_it_is_hit() -> None:
    """P11; PR-10, LS-07, LS-09, RG-03: 10 at 1.25 is 12.50, and with 10 % tax 13.75."""
    assert p11([CEILING])["price"] == 1375


def test_p12_later_rules_find_the_tax_of_a_bound_in_the_price() -> None:
    """P12: 5 more is 18.75; tax added last would make it 19.25."""
    assert p11([CEILING, standard("later", fixed("5", "increase"), 2)])["price"] == 1875


@pytest.mark.parametrize(("adjustment", "expected"), [(MATCH, 2500), (fixed("0.01"), 2499)])
def test_p13_only_sellers_with_enough_good_ratings_count(adjustment: Any, expected: int) -> None:
    """P13; PR-05, PR-06, PR-08: of those with 95 % of 1,000 ratings the lowest asks 25."""
    rule = intelligent(adjustment=adjustment, competitor=Competitor("lowest", 95, 1_000))
    offers = [
        offer("25", feedback=95, ratings=1_000),
        offer("26", feedback=99, ratings=9_000),
        offer("20", feedback=94, ratings=9_000),
        offer("21", feedback=99, ratings=999),
        offer("22", feedback=None, ratings=None),
    ]
    assert one({"price": "30"}, [rule], offers)["price"] == expected


def test_p15_bounds_are_a_share_above_what_an_attribute_says() -> None:
    """P15: a floor of 10 and 10 % is 11; a ceiling of 100 and 10 % is 110."""
    more = percent("10", "increase")
    rule = intelligent(floor=Bound("low", more), ceiling=Bound("high", more))
    values: dict[str, str | None] = {"price": "50", "low": "10", "high": "100"}
    assert one(values, [rule], [offer("1", featured=True)])["price"] == 1100
    assert one(values, [rule], [offer("500", featured=True)])["price"] == 11000


def test_p16_another_condition_counts_less_what_the_wear_is_worth() -> None:
    """P16; PR-07: new at 7.99 is 6.39 for what is worth 80 % of new; the same condition is not adjusted."""
    policy = Competitor("lowest", conditions="variance", variances={"used_good": Decimal(80)})
    rule, values = intelligent(competitor=policy), {"price": "9"}
    assert one(dict(values), [rule], [offer("7.99")], condition="used_good")["price"] == 639
    same = [offer("7.99"), offer("7.5", "Used", "Good")]
    assert one(dict(values), [rule], same, condition="used_good")["price"] == 750


def test_p20_too_few_ratings_exclude_a_seller() -> None:
    """P20: 95 % of 20 ratings is not 95 % of 1,000; without a competitor the price source counts."""
    rule = intelligent(competitor=Competitor("lowest", 95, 1_000))
    found = one({"price": "30"}, [rule], [offer("25", feedback=95, ratings=20)])
    assert (found["price"], found["competitor"], found["intelligent"]) == (3000, None, False)
    assert found["note"] == "The price rule “RIVAL” found no competitor that qualifies: the price source counts."


def test_p21_who_buys_five_pays_five_percent_less() -> None:
    """P21, LS-10."""
    tiers = ((5, Decimal(5)), (10, Decimal("7.5")))
    found = one({"price": "20"}, asked=terms(business=True, tiers=tiers))
    assert found["business"] == '{"price":2000,"tiers":[[5,"5%"],[10,"7.5%"]]}'


def test_p25_an_override_is_final() -> None:
    """P25, AC-04: 55 stays 55, and then 50 stays 50, whatever rules, tax and MAP say."""
    asked = terms(vat=Decimal(20), minimum="map", rates={"EUR": Decimal(2)})
    rules = [standard("half", percent("50")), intelligent(floor=PRICE)]
    values: dict[str, str | None] = {"price": "70", "map": "60"}
    for override in ("55", "50"):
        found = one(values, rules, [offer("10", featured=True)], asked, override=override)
        assert (found["price"], found["rule"], found["note"]) == (minor(override), "", None)


def test_p26_tax_is_written_as_a_percentage() -> None:
    """P26: 10.2 is 10.20 %."""
    assert share("10.2") == Decimal("10.20")
    assert one({"price": "100"}, asked=terms(vat=share("10.2")))["price"] == 11020


def test_rules_go_by_priority_then_by_id_and_those_without_one_last() -> None:
    """PR-02: the order in which they were written makes no difference."""
    rules = [
        standard(name, MATCH, priority) for name, priority in (("z", 2), ("b", None), ("a", None), ("y", 1), ("x", 2))
    ]
    assert [rule.id for rule in in_order(rules)] == ["y", "x", "z", "a", "b"]
    assert in_order(rules[::-1]) == in_order(rules)


def test_a_rule_holds_on_its_first_and_on_its_last_day() -> None:
    """PR-01: days are inclusive; what is not active never holds."""
    rule = standard("a", MATCH, first_day=date(2026, 12, 1), last_day=date(2026, 12, 24))
    held = [hold_on([rule], date(2026, month, day)) for month, day in ((11, 30), (12, 1), (12, 24), (12, 25))]
    assert held == [(), (rule,), (rule,), ()]
    assert hold_on([standard("b", MATCH, active=False)], date(2026, 12, 1)) == ()
