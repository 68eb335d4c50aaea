"""What is done to a store's price rules one by one: ids stay apart, orders stay whole, nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.errors import UsageError
from channelkit.prices.edits import add_rule, change_rule, copy_rule, put_in_order, remove_rule
from channelkit.prices.reading import read_any
from channelkit.pricing.rules import PriceRule, in_order

DOCUMENTS: list[dict[str, Any]] = [{"name": "A", "priority": 2}, {"name": "B"}]
THREE = read_any([*DOCUMENTS, {"name": "C", "priority": 7, "discard": True}])


def test_a_rule_gets_an_id_that_is_free() -> None:
    rules = add_rule(add_rule(THREE, PriceRule("a", "A")), PriceRule("a", "A"))
    assert [rule.id for rule in rules] == ["a", "b", "c", "a-2", "a-3"]
    assert copy_rule(THREE, "a")[-1] == PriceRule("a-copy", "A (copy)", active=False, priority=2)


def test_only_the_named_fields_of_a_rule_change() -> None:
    changed = change_rule(THREE, "c", {"last_day": "2026-12-24", "description": "Until Christmas"})
    assert changed[:2] == THREE[:2]
    assert (changed[2].priority, changed[2].discard, str(changed[2].last_day)) == (7, True, "2026-12-24")
    with pytest.raises(UsageError, match="needs one"):
        change_rule(THREE, "c", {"priority": None})
    with pytest.raises(UsageError, match="colour"):
        change_rule(THREE, "a", {"colour": "red"})
    with pytest.raises(UsageError, match="stays"):
        change_rule(THREE, "a", {"id": "z"})
    with pytest.raises(UsageError, match="The rules are: a, b, c"):
        remove_rule(THREE, "d")


@given(st.permutations(["a", "b", "c"]), st.integers(0, 3))
def test_named_rules_go_first_in_their_order_and_the_others_keep_theirs(ids: list[str], count: int) -> None:
    """PR-02."""
    named = ids[:count]
    ordered = [rule.id for rule in in_order(put_in_order(THREE, named))]
    assert ordered[:count] == named
    rest = [rule.id for rule in in_order(THREE) if rule.id not in named]
    assert ordered[count:] == rest
    assert {rule.id for rule in put_in_order(THREE, named)} == {"a", "b", "c"}


def test_a_rule_that_is_named_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="named twice"):
        put_in_order(THREE, ["a", "a"])
