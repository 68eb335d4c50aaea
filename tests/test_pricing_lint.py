"""What is odd about price rules, one by one and beside each other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from channelkit.listings.rules.attributes import RuleAttribute
from channelkit.listings.rules.tree import Condition, Group
from channelkit.pricing.lint import lint_rules
from channelkit.pricing.rules import Bound, Competitor, PriceRule
from tests.price_rows import MATCH, NOW, PRICE, fixed, intelligent, percent, standard, terms

ACME = Group(children=(Condition("brand", "==", "Acme"),))
OTHER = Group(children=(Condition("brand", "==", "Other"),))
NEVER = Group(children=(Condition("price", ">", "20"), Condition("price", "<", "10")))
ATTRIBUTES = {
    "brand": RuleAttribute("brand", "Brand", "select", {"1": "Acme", "2": "Other"}),
    "price": RuleAttribute("price", "Price", "price"),
    "cost": RuleAttribute("cost", "Cost", "price"),
}
LOSS, GAIN = percent("10"), percent("10", "increase")


def kinds(*rules: PriceRule, **of_terms: str) -> list[tuple[str, str]]:
    return [(found.rule, found.kind) for found in lint_rules(rules, ATTRIBUTES, NOW, terms(**of_terms))]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        (standard("a", LOSS, discard=True), "priority"),
        (standard("a", LOSS, last_day=date(2026, 9, 1)), "ended"),
        (standard("a", MATCH), "idle"),
        (standard("a", percent("100")), "amount"),
        (intelligent("a", floor=PRICE, competitor=Competitor("featured", 95)), "idle"),
        (intelligent("a", floor=PRICE, competitor=Competitor("featured", conditions="matching")), "idle"),
        (intelligent("a", floor=PRICE, competitor=Competitor("lowest", variances={"used_good": Decimal(80)})), "idle"),
        (intelligent("a", floor=PRICE, competitor=Competitor("lowest", conditions="variance")), "idle"),
        (intelligent("a"), "unbounded"),
        (intelligent("a", floor=Bound("price", GAIN), ceiling=Bound("price", LOSS)), "bounds"),
        (intelligent("a", floor=Bound("brand")), "unknown"),
        (intelligent("a", floor=Bound("typo")), "unknown"),
        (standard("a", LOSS, when=NEVER), "contradiction"),
        (standard("a", LOSS, when=Group(children=(Condition("size", "==", "L"),))), "unknown"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_one_rule_alone_is_odd(rule: PriceRule, kind: str) -> None:
    (found,) = lint_rules([rule], ATTRIBUTES, NOW, terms())
    assert (found.kind, found.rule) == (kind, "a")
    assert found.words.startswith("The price rule “A”")


def test_rules_that_are_as_they_should_be_are_not_odd() -> None:
    rules = [
        intelligent("a", floor=Bound("cost", GAIN), ceiling=PRICE, when=ACME, discard=True),
        standard("b", LOSS, 2),
        standard("c", MATCH, 3, discard=True, when=OTHER),
    ]
    assert kinds(*rules) == []


def test_intelligent_rules_rest_while_the_region_does() -> None:
    """PR-12: the notice says why."""
    (found,) = lint_rules([intelligent("a", floor=PRICE)], ATTRIBUTES, NOW, terms(paused="The account is on holiday."))
    assert (found.kind, found.words) == ("rests", "The price rule “A” rests: The account is on holiday.")


def test_a_rule_behind_one_that_discards_never_acts() -> None:
    first = standard("a", LOSS, 1, discard=True)
    assert kinds(first, standard("b", GAIN, 2, when=ACME)) == [("b", "unreachable")]
    assert kinds(standard("a", LOSS, 1, discard=True, when=ACME), standard("b", GAIN, 2, when=OTHER)) == []
    assert kinds(standard("a", LOSS, 1, discard=True, first_day=date(2026, 12, 1)), standard("b", GAIN, 2)) == []


def test_what_an_intelligent_rule_sets_anew_was_done_in_vain() -> None:
    rival = intelligent("b", floor=PRICE, priority=2)
    assert kinds(standard("a", LOSS, 1, when=ACME), rival) == [("a", "replaced")]
    assert kinds(standard("a", LOSS, 1), intelligent("b", floor=PRICE, priority=2, when=ACME)) == []


def test_one_priority_leaves_the_order_to_mere_names() -> None:
    assert kinds(standard("a", LOSS, 1), standard("b", fixed("1"), 1)) == [("b", "overlap")]
    assert kinds(standard("a", LOSS, 1), standard("b", GAIN, 1)) == []
    assert kinds(standard("a", LOSS, 1, when=ACME), standard("b", fixed("1"), 1, when=OTHER)) == []
    assert kinds(standard("a", LOSS, 1), standard("b", fixed("1"), 1, active=False)) == []
    days = {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 2)}
    assert kinds(standard("a", LOSS, 1, **days), standard("b", fixed("1"), 1, first_day=date(2026, 12, 3))) == []
