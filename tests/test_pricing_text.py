"""Price rules as documents and as TOML: what is written is read again, and what is wrong is named by rule and field."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.errors import UsageError
from channelkit.listings.rules.attributes import RuleAttribute
from channelkit.listings.rules.tree import Condition, Group
from channelkit.pricing.conditions import WORDS
from channelkit.pricing.rules import FEEDBACKS, Adjustment, Bound, Competitor, PriceRule
from channelkit.pricing.text import describe_rule, parse_rules, read_rules, to_document, write_rules

EXAMPLE = """
[[rules]]
name = "Below the lowest"
first_day = 2026-12-01
last_day = "2026-12-24"
priority = 1
discard = true
adjustment = {direction = "decrease", unit = "fixed", amount = 0.01}
competitor = {source = "lowest", feedback = 95, ratings = 1000}
floor = {attribute = "cost", direction = "increase", percent = "3"}

[rules.when]
[[rules.when.children]]
attribute = "brand"
op = "=="
value = "Acme"
"""

_numbers = st.decimals(0, 1000, places=4)
_texts = st.text(max_size=12).map(str.strip)
_days = st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))


@st.composite
def adjustments(draw: st.DrawFn) -> Adjustment:
    direction: Any = draw(st.sampled_from(("increase", "decrease", "match")))
    amount = Decimal(0) if direction == "match" else draw(_numbers)
    unit: Any = draw(st.sampled_from(("percent", "fixed")))
    return Adjustment(direction, unit, amount)


@st.composite
def bounds(draw: st.DrawFn) -> Bound:
    adjustment = draw(adjustments())
    code = draw(st.sampled_from(("price", "cost", "msrp")))
    return Bound(code, Adjustment(adjustment.direction, "percent", adjustment.amount))


@st.composite
def competitors(draw: st.DrawFn) -> Competitor:
    used = [word for word in WORDS if word.startswith("used_")]
    return Competitor(
        draw(st.sampled_from(("featured", "lowest"))),
        draw(st.sampled_from(FEEDBACKS)),
        draw(st.integers(0, 10_000)),
        draw(st.sampled_from(("all", "matching", "variance"))),
        draw(st.dictionaries(st.sampled_from(used), st.decimals(1, 100, places=2), max_size=3)),
    )


@st.composite
def price_rules(draw: st.DrawFn, rule_id: str) -> PriceRule:
    first, last = sorted((draw(_days), draw(_days)), key=lambda day: (day is not None, day or date.min))
    competitor = draw(st.none() | competitors())
    priority = draw(st.none() | st.integers(1, 99))
    conditions = st.builds(Condition, st.sampled_from(("brand", "sku")), st.just("=="), st.text(max_size=8))
    return PriceRule(
        id=rule_id,
        name=draw(_texts) or "A rule",
        description=draw(_texts),
        active=draw(st.booleans()),
        first_day=first,
        last_day=last,
        priority=priority,
        discard=priority is not None and draw(st.booleans()),
        when=Group(draw(st.booleans()), draw(st.booleans()), tuple(draw(st.lists(conditions, max_size=2)))),
        adjustment=draw(adjustments()),
        competitor=competitor,
        floor=draw(st.none() | bounds()) if competitor else None,
        ceiling=draw(st.none() | bounds()) if competitor else None,
    )


@given(st.data(), st.integers(0, 3))
def test_rules_survive_being_written_and_read(data: st.DataObject, count: int) -> None:
    rules = tuple(data.draw(price_rules(f"rule-{place}")) for place in range(count))
    assert read_rules(write_rules(rules)) == rules
    assert parse_rules(json.loads(json.dumps(to_document(rules)))) == rules


def test_an_example_is_read_as_it_is_meant() -> None:
    """PR-01: name, days, priority, discard, conditions, action."""
    (rule,) = read_rules(EXAMPLE)
    assert rule == PriceRule(
        id="below-the-lowest",
        name="Below the lowest",
        first_day=date(2026, 12, 1),
        last_day=date(2026, 12, 24),
        priority=1,
        discard=True,
        when=Group(children=(Condition("brand", "==", "Acme"),)),
        adjustment=Adjustment("decrease", "fixed", Decimal("0.01")),
        competitor=Competitor("lowest", 95, 1000),
        floor=Bound("cost", Adjustment("increase", "percent", Decimal(3))),
    )
    assert describe_rule(rule, {"brand": RuleAttribute("brand", "Brand", "select")}, "EUR") == (
        "The price is 0.01 EUR below the lowest offer of its own condition, or else of the nearest, of sellers with at "
        "least 95 % positive of at least 1,000 ratings, if Brand is “Acme”; not below cost + 3 %; "
        "from 2026-12-01 to 2026-12-24; no later rule changes it."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "name is not there"),
        ({"name": 7}, "name is 7"),
        ({"id": "No Id"}, "id is 'No Id'"),
        ({"colour": "red"}, "colour is no field"),
        ({"active": "yes"}, "active is 'yes'"),
        ({"first_day": "soon"}, "first_day is 'soon'"),
        ({"first_day": "2026-12-24", "last_day": "2026-12-01"}, "last_day is 2026-12-01"),
        ({"priority": 0}, "priority is 0"),
        ({"priority": True}, "priority is True"),
        ({"discard": True}, "priority is not there"),
        ({"when": {"children": [{"attribute": "a", "op": "~", "value": "1"}]}}, "when: "),
        ({"adjustment": {"direction": "up"}}, "adjustment.direction is 'up'"),
        ({"adjustment": {"direction": "increase", "amount": 0.1}}, "adjustment.amount is the binary fraction 0.1"),
        ({"adjustment": {"direction": "increase", "amount": "-5"}}, "adjustment.amount is '-5'"),
        ({"adjustment": {"direction": "increase", "amount": "NaN"}}, "adjustment.amount is 'NaN'"),
        ({"adjustment": {"direction": "increase", "amount": "0.00001"}}, "adjustment.amount is '0.00001'"),
        ({"adjustment": {"direction": "match", "amount": "5"}}, "adjustment.amount is 5"),
        ({"adjustment": "10 %"}, "adjustment is of the kind str"),
        ({"floor": {}}, "floor bounds a rule that looks at no competitor"),
        ({"competitor": {"feedback": 97}}, "competitor.feedback is 97"),
        ({"competitor": {"source": "cheapest"}}, "competitor.source is 'cheapest'"),
        ({"competitor": {"variances": {"used_good": "101"}}}, "competitor.variances.used_good is 101"),
        ({"competitor": {"variances": {"new_new": "90"}}}, "competitor.variances.new_new is 90"),
        ({"competitor": {"variances": {"worn": "90"}}}, "competitor.variances.worn is no field"),
        ({"competitor": {}, "floor": {"percent": "3"}}, "floor.percent is 3"),
        ({"competitor": {}, "ceiling": {"attribute": ""}}, "ceiling.attribute is empty"),
    ],
)
def test_what_cannot_be_read_is_named_by_rule_and_field(change: dict[str, Any], said: str) -> None:
    document = {"id": "odd", "name": "Odd", **change}
    with pytest.raises(UsageError) as refused:
        parse_rules([document])
    assert f"The price rule {document['id']!r} cannot be read: {said}" in str(refused.value)
    assert refused.value.fix


@pytest.mark.parametrize(
    "document", ["text", {"rule": []}, {"rules": "text"}, [{"name": "A"}, {"name": "a"}], ["text"]]
)
def test_what_is_no_list_of_rules_is_refused(document: Any) -> None:
    with pytest.raises(UsageError):
        parse_rules(document)


def test_text_that_is_no_toml_is_refused() -> None:
    with pytest.raises(UsageError, match="no TOML"):
        read_rules("[[rules]")
