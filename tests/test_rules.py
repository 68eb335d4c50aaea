"""Rules as documents, TOML, imports, sentences, steps and findings."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.errors import UsageError
from channelkit.listings.rules.admission import admits
from channelkit.listings.rules.attributes import Attributes, RuleAttribute, rule_attributes
from channelkit.listings.rules.description import describe
from channelkit.listings.rules.importing import import_rule
from channelkit.listings.rules.lint import count_rule, lint_rule
from channelkit.listings.rules.text import read_rule, write_rule
from channelkit.listings.rules.trace import smallest_change, trace_rule
from channelkit.listings.rules.tree import OPERATORS, Condition, Group, codes_of, parse_rule, to_document

ATTRIBUTES: Attributes = {
    each.code: each
    for each in (
        RuleAttribute("brand", "Brand", "select", {"7": "Acme", "8": "Überland", "9": "Red, dark"}),
        RuleAttribute("name", "Name"),
        RuleAttribute("price", "Price", "price"),
        RuleAttribute("launch", "Launch date", "date"),
        RuleAttribute("features", "Features", "multiselect", {"1": "Light", "2": "Fast", "3": "Red, dark"}),
        RuleAttribute("category_ids", "Category", "category", {"3": "Default / Tea", "4": "Default / Coffee"}),
        RuleAttribute("attribute_set_id", "Attribute Set", "select", {"4": "Default", "10": "Kettles"}),
    )
}


def rule(*children: Condition | Group, every: bool = True, match: bool = True) -> Group:
    return Group(every, match, children)


def product(**has: list[str] | None) -> pa.Table:
    return pa.table({"sku": ["a"], **{code: pa.array([value], pa.list_(pa.string())) for code, value in has.items()}})


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CONDITIONS = st.builds(
    lambda code, op, value: Condition(code.strip() or "x", op, "" if op == "<=>" else value),
    TEXTS,
    st.sampled_from(OPERATORS),
    TEXTS | st.lists(TEXTS, max_size=3).map(tuple),
)
GROUPS: st.SearchStrategy[Group] = st.recursive(
    st.builds(Group, st.booleans(), st.booleans(), st.lists(CONDITIONS, max_size=3).map(tuple)),
    lambda inner: st.builds(Group, st.booleans(), st.booleans(), st.lists(CONDITIONS | inner, max_size=3).map(tuple)),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(group=GROUPS)
def test_a_rule_survives_its_document_and_its_toml_whatever_it_says(group: Group) -> None:
    assert parse_rule(json.loads(json.dumps(to_document(group)))) == group
    assert read_rule(write_rule(group)) == group


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"children": "x"}, "children of the rule"),
        ({"children": [{"attribute": "a", "op": "~", "value": "1"}]}, "child 1 of the rule has no operator '~'"),
        ({"children": [{"attribute": "a", "op": "=="}]}, "has no value"),
        ({"children": [{"op": "==", "value": "1"}]}, "names no attribute"),
        ({"children": [{"attribute": "a", "op": "==", "value": None}]}, "is nothing"),
        ({"children": [{"attribute": "a", "op": "==", "value": [["b"]]}]}, "of the kind list"),
        ({"all": "any"}, "'all' of the rule is 'any'"),
        ({"any": True}, "has 'any'"),
        ({"children": [7]}, "child 1 of the rule is of the kind int"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_rule_is_refused_with_its_place(document: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_rule(document)


def test_toml_that_cannot_be_read_and_endless_nesting_are_refused() -> None:
    with pytest.raises(UsageError, match="no TOML"):
        read_rule("all = ")
    deep: dict[str, Any] = {}
    for _ in range(60):
        deep = {"children": [deep]}
    with pytest.raises(UsageError, match="20 deep"):
        parse_rule(deep)


def test_toml_takes_numbers_flags_and_dates_as_people_write_them() -> None:
    text = '[[children]]\nattribute = "price"\nop = ">="\nvalue = 9.5\n[[children]]\nattribute = "launch"\nop = ">="\n'
    found = read_rule(f"{text}value = 2026-03-01\n")
    assert [child.value for child in found.children if isinstance(child, Condition)] == ["9.5", "2026-03-01"]


SERIALIZED = {
    "type": "Magento\\CatalogRule\\Model\\Rule\\Condition\\Combine",
    "attribute": None,
    "operator": None,
    "value": "1",
    "is_value_processed": None,
    "aggregator": "all",
    "conditions": [
        {
            "type": "Magento\\CatalogRule\\Model\\Rule\\Condition\\Product",
            "attribute": "category_ids",
            "operator": "==",
            "value": "3",
            "is_value_processed": False,
        },
        {
            "type": "Magento\\CatalogRule\\Model\\Rule\\Condition\\Combine",
            "value": "0",
            "aggregator": "any",
            "conditions": [
                {"type": "…\\Product", "attribute": "brand", "operator": "==", "value": "7"},
                {"type": "…\\Product", "attribute": "features", "operator": "()", "value": ["1", "3"]},
                {"type": "…\\Product", "attribute": "attribute_set_id", "operator": "!=", "value": "10"},
                {"type": "…\\Product", "attribute": "name", "operator": "()", "value": "a, b"},
                {"type": "…\\Product", "attribute": "brand", "operator": "<=>", "value": ""},
            ],
        },
    ],
}
IMPORTED = rule(
    Condition("category_ids", "==", "3"),
    rule(
        Condition("brand", "==", "Acme"),
        Condition("features", "()", ("Light", "Red, dark")),
        Condition("attribute_set_id", "!=", "Kettles"),
        Condition("name", "()", "a, b"),
        Condition("brand", "<=>"),
        every=False,
        match=False,
    ),
)


def as_rest(tree: dict[str, Any]) -> dict[str, Any]:
    """Return a tree with the names that cart rules have over REST."""
    names = {"type": "condition_type", "aggregator": "aggregator_type", "attribute": "attribute_name"}
    named = {names.get(name, name): value for name, value in tree.items() if name != "is_value_processed"}
    if "conditions" in named:
        named["conditions"] = [as_rest(child) for child in named["conditions"]]
    return named


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(SERIALIZED, id="tree"),
        pytest.param(json.dumps(SERIALIZED), id="text"),
        pytest.param({"rule_id": "1", "conditions_serialized": json.dumps(SERIALIZED)}, id="catalog_rule"),
        pytest.param(as_rest(SERIALIZED), id="rest"),
        pytest.param({"rule_id": 1, "condition": {}, "action_condition": as_rest(SERIALIZED)}, id="cart_rule"),
        pytest.param(to_document(IMPORTED), id="ours"),
    ],
)
def test_lr_01_both_of_commerces_shapes_are_imported_with_labels_for_numbers(document: Any) -> None:
    assert import_rule(document, ATTRIBUTES) == IMPORTED


def test_an_imported_single_multiselect_option_with_a_comma_stays_one() -> None:
    found = import_rule({"attribute": "features", "operator": "()", "value": "3"}, ATTRIBUTES)
    assert found.children == (Condition("features", "()", ("Red, dark",)),)
    assert admits(found, product(features=["Red, dark"]), ATTRIBUTES, "UTC").all()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"type": "…\\Product\\Found", "conditions": []}, "about carts"),
        ({"attribute": "total_qty", "operator": ">", "value": "2"}, "does not offer"),
        ({"attribute": "brand", "operator": "==", "value": "99"}, "option number 99"),
        ({"attribute": "brand", "operator": "=", "value": "7"}, "operator '='"),
        ({"rule_id": 1}, "no conditions to import"),
        ("{", "no JSON"),
        ("[]", "no JSON object"),
    ],
    ids=["carts", "attribute", "option", "operator", "empty", "broken", "list"],
)
def test_what_cannot_be_imported_is_refused_in_words(document: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        import_rule(document, ATTRIBUTES)


def test_lr_02_rules_offer_flagged_attributes_the_category_and_the_attribute_set_with_their_operators() -> None:
    reference = {
        "attributes": [
            {"code": "brand", "label": "Brand", "input": "select", "promo": True, "options": {"7": "Acme"}},
            {"code": "secret", "label": "Secret", "input": "text", "promo": False, "options": {}},
            {"code": "launch", "label": "", "input": "datetime", "promo": True},
        ],
        "attribute_sets": [{"id": 4, "name": "Default"}],
        "categories": [{"id": 3, "name": "Tea", "parent": 2, "path": "Default / Tea"}],
    }
    found = rule_attributes(reference)
    assert list(found) == ["category_ids", "attribute_set_id", "brand", "launch"]
    assert [each.kind for each in found.values()] == ["category", "select", "select", "date"]
    assert found["category_ids"].options == {"3": "Default / Tea"} and found["launch"].label == "launch"
    assert found["brand"].operators == ("==", "!=", "<=>") and "{}" in found["category_ids"].operators


def test_lr_02_a_rule_is_one_sentence() -> None:
    group = rule(
        Condition("brand", "==", "Acme"),
        Condition("price", ">=", "10"),
        rule(Condition("category_ids", "()", "3,4"), Condition("features", "!{}", "Light"), every=False),
        rule(Condition("launch", "<=", "2026-07-01"), Condition("brand", "<=>"), match=False),
    )
    assert describe(group, ATTRIBUTES) == (
        "A product is eligible if Brand is “Acme”, and Price is at least 10, and (Category includes “Default / Tea” "
        "(3) or “Default / Coffee” (4) or Features does not include “Light”), and (none of these holds: Launch date is "
        "on or before 2026-07-01; Brand is not set)."
    )
    assert codes_of(group) == ["brand", "price", "category_ids", "features", "launch"]
    long = describe(rule(Condition("name", "()", ",".join("abcdefghijk"))), ATTRIBUTES)
    assert "“h” or 3 more" in long


def test_a_trace_has_every_step_with_what_the_product_has() -> None:
    group = rule(
        Condition("brand", "==", "Acme"),
        rule(Condition("features", "()", "Fast"), Condition("price", ">", "5"), every=False),
    )
    steps = trace_rule(group, product(brand=["Überland"], features=["Light", "Fast"]), ATTRIBUTES, "UTC")
    assert [(step.depth, step.words, step.value, step.holds) for step in steps] == [
        (0, "all of these hold", "", False),
        (1, "Brand is “Acme”", "Überland", False),
        (1, "at least one of these holds", "", True),
        (2, "Features includes “Fast”", "Light, Fast", True),
        (2, "Price is more than 5", "not set", False),
    ]
    with pytest.raises(UsageError, match="one product"):
        trace_rule(group, pa.table({"sku": ["a", "b"]}), ATTRIBUTES, "UTC")


def test_the_smallest_change_names_the_fewest_conditions_and_what_is_now() -> None:
    group = rule(
        rule(Condition("brand", "==", "Acme"), Condition("price", ">=", "10")),
        rule(Condition("name", "{}", "tea")),
        every=False,
    )
    kettle = product(brand=["Überland"], price=["5"], name=["Kettle"])
    assert smallest_change(group, kettle, ATTRIBUTES, "UTC") == (
        "The rule would admit it if Name contains “tea” (now: Kettle)."
    )
    tea = product(brand=["Acme"], price=["15"], name=["Green tea"])
    assert smallest_change(group, tea, ATTRIBUTES, "UTC") == (
        "The rule would no longer admit it if Brand is not “Acme” (now: Acme), and Name does not contain “tea” "
        "(now: Green tea)."
    )
    assert "admits every product" in smallest_change(Group(), tea, ATTRIBUTES, "UTC")
    undefined = rule(Condition("brand", "<=>"))
    assert "if Brand is set (now: not set)" in smallest_change(undefined, product(), ATTRIBUTES, "UTC")


def kinds(group: Group, counts: pa.Table | None = None) -> list[tuple[str, str]]:
    return [(finding.kind, finding.path) for finding in lint_rule(group, ATTRIBUTES, counts)]


LINTED: dict[str, tuple[Group, list[tuple[str, str]]]] = {
    "nothing is odd": (rule(Condition("price", ">=", "10"), Condition("price", "<=", "20")), []),
    "an empty rule": (Group(), []),
    "an empty range": (rule(Condition("price", ">=", "20"), Condition("price", "<", "20")), [("contradiction", "")]),
    "two values at once": (
        rule(Condition("brand", "==", "Acme"), Condition("brand", "==", "Überland")),
        [("contradiction", "")],
    ),
    "two values of many": (rule(Condition("features", "()", "Light"), Condition("features", "()", "Fast")), []),
    "set and not set": (rule(Condition("brand", "<=>"), Condition("brand", "==", "Acme")), [("contradiction", "")]),
    "a contradiction deep inside": (
        rule(
            Condition("name", "{}", "tea"),
            rule(
                Condition("price", ">", "5"),
                rule(Condition("price", "<", "3"), Condition("price", ">", "9")),
                every=False,
            ),
        ),
        [("contradiction", "1.1")],
    ),
    "a contradiction across groups": (
        rule(
            Condition("price", "<", "3"), rule(Condition("price", ">", "9"), Condition("price", ">", "5"), every=False)
        ),
        [("contradiction", "")],
    ),
    "a date after another": (
        rule(Condition("launch", ">=", "2026-07-02"), Condition("launch", "<=", "2026-07-01")),
        [("contradiction", "")],
    ),
    "dates that meet": (rule(Condition("launch", ">=", "2026-07-01"), Condition("launch", "<=", "2026-07-01")), []),
    "said twice": (
        rule(Condition("brand", "==", "Acme"), Condition("brand", "==", "acme")),
        [("unreachable", "1")],
    ),
    "said already by more": (
        rule(Condition("price", ">=", "10"), Condition("price", ">=", "20")),
        [("unreachable", "0")],
    ),
    "never reached": (
        rule(Condition("price", ">", "5"), Condition("price", ">", "9"), every=False),
        [("unreachable", "1")],
    ),
    "a group that is decided": (
        rule(
            Condition("brand", "==", "Acme"),
            rule(Condition("brand", "==", "Acme"), Condition("price", ">", "1"), every=False),
        ),
        [("unreachable", "1")],
    ),
    "excluded by what stands beside": (
        rule(
            Condition("brand", "==", "Acme"),
            rule(Condition("brand", "==", "Überland"), Condition("price", ">", "1"), every=False),
        ),
        [("unreachable", "1.0")],
    ),
    "an option that is gone": (rule(Condition("brand", "==", "Gone")), [("unknown", "0")]),
    "a category that is gone": (rule(Condition("category_ids", "==", "77")), [("unknown", "0")]),
    "an attribute that is not offered": (rule(Condition("color", "==", "x")), [("unknown", "0")]),
    "an operator that is not offered": (rule(Condition("brand", "{}", "Acme")), [("operator", "0")]),
    "no date": (rule(Condition("launch", ">=", "soon")), [("never", "0")]),
    "no number": (rule(Condition("price", ">=", "cheap")), [("never", "0")]),
    "a list for one value": (rule(Condition("name", "==", ("a", "b"))), [("never", "0")]),
    "an empty list": (rule(Condition("name", "()", "")), [("never", "0")]),
}


@pytest.mark.parametrize("case", LINTED)
def test_the_linter_finds(case: str) -> None:
    group, expected = LINTED[case]
    assert kinds(group) == expected


def test_the_linter_says_what_clashes_in_words() -> None:
    group = rule(Condition("price", ">=", "20"), Condition("brand", "==", "Acme"), Condition("price", "<", "10"))
    assert [finding.words for finding in lint_rule(group, ATTRIBUTES)] == [
        "These can never hold together: Price is at least 20; Price is less than 10."
    ]


def test_counts_tell_what_matches_nothing_everything_and_what_no_rule_touches() -> None:
    group = rule(Condition("price", ">=", "10"), Condition("name", "{}", "tea"), every=False)
    batches = [product(price=["20"], name=None), product(price=["30"]), product()]
    counts = count_rule(group, batches, ATTRIBUTES, "UTC")
    assert counts.to_pylist()[0] == {"path": "", "holds": 2, "products": 3, "untouched": 1}
    assert counts["holds"].to_pylist() == [2, 2, 0]
    assert kinds(group, counts) == [("untouched", ""), ("never", "1")]
    assert kinds(group, count_rule(group, batches[:1], ATTRIBUTES, "UTC")) == [("always", "0"), ("never", "1")]


def test_many_conditions_are_linted_without_end_in_sight() -> None:
    """Where a rule has more ways to hold than can be looked at, nothing is claimed."""
    wide = tuple(
        rule(*(Condition("name", "{}", f"{row}{place}") for place in range(6)), every=False) for row in range(12)
    )
    assert kinds(rule(*wide)) == []


@settings(max_examples=60, deadline=None)
@given(bounds=st.lists(st.tuples(st.sampled_from([">=", "<=", ">", "<"]), st.integers(0, 4)), min_size=1, max_size=4))
def test_a_range_is_called_contradictory_exactly_when_no_price_is_in_it(bounds: list[tuple[str, int]]) -> None:
    group = rule(*(Condition("price", op, str(bound)) for op, bound in bounds))
    prices = [[str(number / 4)] for number in range(-8, 40)]
    batch = pa.table({"sku": [str(place) for place in range(len(prices))], "price": prices})
    some = bool(admits(group, batch, ATTRIBUTES, "UTC").any())
    assert some is not any(kind == "contradiction" for kind, _path in kinds(group))
