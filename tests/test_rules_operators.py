"""Every quirk of Commerce's operators, one row each, and the masks against an evaluator that goes row by row."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.listings.rules.admission import admits
from channelkit.listings.rules.attributes import RuleAttribute
from channelkit.listings.rules.tree import Condition, Group

CATEGORY = RuleAttribute("category_ids", "Category", "category", {"3": "Default / Tea", "4": "Default / Coffee"})
ATTRIBUTES = {
    each.code: each
    for each in (
        RuleAttribute("name", "Name"),
        RuleAttribute("price", "Price", "price"),
        RuleAttribute("launch", "Launch", "date"),
        RuleAttribute("color", "Color", "select", {"4": "Red", "5": "Blue, dark", "6": "7", "8": "007"}),
        RuleAttribute("vegan", "Vegan", "boolean", {"1": "Yes", "0": "No"}),
        RuleAttribute("features", "Features", "multiselect", {"1": "Light", "2": "Fast", "3": "Red, dark"}),
        CATEGORY,
    )
}
ZONE = "America/New_York"


def holds(code: str, op: str, value: str | tuple[str, ...], has: list[str] | None, zone: str = ZONE) -> bool:
    batch = pa.table({"sku": ["a"], code: pa.array([has], pa.list_(pa.string()))})
    return bool(admits(Group(children=(Condition(code, op, value),)), batch, ATTRIBUTES, zone)[0])


QUIRKS: dict[str, tuple[str, str, str | tuple[str, ...], list[str] | None, bool]] = {
    "text is compared without regard to case": ("name", "==", "KETTLE", ["kettle"], True),
    "letters beyond English too": ("name", "==", "ÜBERLAND", ["Überland"], True),
    "text is compared as a whole": ("name", "==", "Kett", ["Kettle"], False),
    "is not is the reverse": ("name", "!=", "Kett", ["Kettle"], True),
    "numbers are compared as numbers": ("name", "==", "7.0", ["7"], True),
    "an exponent is a number": ("name", "==", "1e3", ["1000"], True),
    "spaces around a number do not matter": ("name", "==", " 7", ["7"], True),
    "not with a leading zero": ("name", "==", "007", ["7"], False),
    "nor on the other side": ("name", "==", "7", ["007"], False),
    "the same padded text is equal": ("name", "==", "007", ["007"], True),
    "a decimal has no leading zero": ("price", "==", "0.50", ["0.5"], True),
    "a number that only begins a text is none": ("name", "==", "7", ["7 kg"], False),
    "contains looks for a part": ("name", "{}", "ETT", ["Kettle"], True),
    "contains is not a pattern": ("name", "{}", "K.t", ["Kettle"], False),
    "does not contain": ("name", "!{}", "tea", ["Kettle"], True),
    "contains does not compare numbers": ("name", "{}", "7.0", ["17"], False),
    "one of splits at commas": ("name", "()", "a, Kettle", ["kettle"], True),
    "one of splits at semicolons": ("name", "()", "a;kettle", ["kettle"], True),
    "one of leaves out empty parts": ("name", "()", "a,,", [""], False),
    "one of compares wholes": ("name", "()", "Kett,le", ["Kettle"], False),
    "one of compares numbers": ("name", "()", "6, 7.0", ["7"], True),
    "one of keeps leading zeros": ("name", "()", "007", ["7"], False),
    "a list need not be split": ("name", "()", ("a, b", "c"), ["a, b"], True),
    "none of": ("name", "!()", "a,b", ["c"], True),
    "one of nothing is false": ("name", "()", "", ["a"], False),
    "and so is its negation: a list was wanted": ("name", "!()", "", ["a"], False),
    "is with a list is false": ("name", "==", ("a", "b"), ["a"], False),
    "and so is its negation: one value was wanted": ("name", "!=", ("a", "b"), ["c"], False),
    "a list of one is one value": ("name", "==", ("a",), ["A"], True),
    "at least": ("price", ">=", "10", ["9.99"], False),
    "at least, the same": ("price", ">=", "10", ["10.00"], True),
    "at most": ("price", "<=", "10", ["10"], True),
    "more": ("price", ">", "9", ["10"], True),
    "less": ("price", "<", "9", ["10"], False),
    "an order of texts is theirs": ("name", ">", "Apple", ["Berry"], True),
    "an order counts leading zeros as numbers": ("name", "<=", "7", ["007"], True),
    "no value under at least": ("price", ">=", "0", None, False),
    "no value under at most": ("price", "<=", "0", None, False),
    "no value under more": ("price", ">", "0", None, False),
    "no value under less": ("price", "<", "0", None, False),
    "no value is not another": ("name", "!=", "a", None, True),
    "no value is not one": ("name", "==", "a", None, False),
    "no value is the empty text": ("name", "==", "", None, True),
    "no value contains nothing": ("name", "{}", "a", None, False),
    "no value is none of": ("name", "!()", "a", None, True),
    "undefined": ("color", "<=>", "", None, True),
    "defined": ("color", "<=>", "", ["Red"], False),
    "an option by its label": ("color", "==", "red", ["Red"], True),
    "a label is never a number": ("color", "==", "7.0", ["7"], False),
    "nor a padded one another's": ("color", "==", "007", ["7"], False),
    "a label with a comma": ("color", "==", "Blue, dark", ["Blue, dark"], True),
    "yes by Commerce's number": ("vegan", "==", "1", ["1"], True),
    "yes by its word": ("vegan", "==", "Yes", ["1"], True),
    "no is not yes": ("vegan", "!=", "Yes", ["0"], True),
    "several values share one": ("features", "()", "Fast,Cheap", ["Light", "Fast"], True),
    "several values share none": ("features", "()", "Cheap", ["Light", "Fast"], False),
    "several values contain one": ("features", "{}", "fast", ["Light", "Fast"], True),
    "a part of a label is not contained": ("features", "{}", "Fas", ["Light", "Fast"], False),
    "several values contain none": ("features", "!{}", "Cheap", ["Light"], True),
    "a label with a comma is not split": ("features", "()", "Red, dark", ["Red, dark"], True),
    "nor found in parts": ("features", "()", "Red, dark", ["Red"], False),
    "several values are one only when single": ("features", "==", "Fast", ["Fast"], True),
    "not when there are more": ("features", "==", "Fast", ["Fast", "Light"], False),
    "several values have no order": ("features", ">=", "0", ["5"], False),
    "nor the reverse of it": ("features", "<", "9", ["5"], False),
    "none of several values": ("features", "!()", "Cheap", None, True),
    "several values, none there": ("features", "<=>", "", None, True),
    "in a category": ("category_ids", "==", "3", ["3", "9"], True),
    "not in a category": ("category_ids", "!=", "3", ["9"], True),
    "in one of several": ("category_ids", "()", "4, 3", ["3"], True),
    "a category is a whole number": ("category_ids", "{}", "3", ["33"], False),
    "a category by its path": ("category_ids", "==", "default / tea", ["3"], True),
    "a date, on or after": ("launch", ">=", "2026-07-01", ["2026-07-01 00:00:00"], True),
    "a date, a second before": ("launch", ">=", "2026-07-01", ["2026-06-30 23:59:59"], False),
    "a date alone is its midnight": ("launch", "==", "2026-07-01", ["2026-07-01 00:00:00"], True),
    "a date with a time": ("launch", "<=", "2026-07-01 12:00:00", ["2026-07-01 12:00:00"], True),
    "what is no date": ("launch", "<=", "2026-07-01", ["soon"], False),
    "compared with no date": ("launch", "<=", "soon", ["2026-07-01"], False),
    "no date": ("launch", "<=", "2026-07-01", None, False),
}


@pytest.mark.parametrize("quirk", QUIRKS)
def test_lr_01_an_operator_answers_as_commerce_does(quirk: str) -> None:
    code, op, value, has, answer = QUIRKS[quirk]
    assert holds(code, op, value, has) is answer, quirk


def test_dates_are_read_in_the_stores_time_zone() -> None:
    """In autumn a New York hour comes twice; in UTC it does not."""
    later = ["2026-11-01 01:30:00"]
    assert holds("launch", ">=", "2026-11-01 01:30:00", later, "UTC")
    assert holds("launch", "==", "2026-03-08 03:30:00", ["2026-03-08 02:30:00"], "America/New_York")
    assert not holds("launch", "==", "2026-03-08 03:30:00", ["2026-03-08 02:30:00"], "UTC")


@pytest.mark.parametrize(
    ("every", "match", "answers", "holds_so"),
    [
        (True, True, "tt", True),
        (True, True, "tf", False),
        (False, True, "tf", True),
        (False, True, "ff", False),
        (True, False, "ff", True),
        (True, False, "tf", False),
        (False, False, "tf", True),
        (False, False, "tt", False),
        (True, True, "", True),
        (False, True, "", True),
        (True, False, "", True),
        (False, False, "", True),
    ],
)
def test_lr_01_groups_are_all_or_any_true_or_false_and_an_empty_one_admits_everything(
    every: bool, match: bool, answers: str, holds_so: bool
) -> None:
    children = tuple(Condition("name", "==", answer) for answer in answers)
    batch = pa.table({"sku": ["a"], "name": [["t"]]})
    assert admits(Group(every, match, children), batch, ATTRIBUTES, ZONE).tolist() == [holds_so]


def test_an_attribute_that_no_product_has_is_undefined_everywhere() -> None:
    batch = pa.table({"sku": ["a", "b"]})
    assert admits(Group(children=(Condition("gone", "<=>"),)), batch, ATTRIBUTES, ZONE).all()
    assert not admits(Group(children=(Condition("gone", "==", "x"),)), batch, ATTRIBUTES, ZONE).any()


def test_the_sku_is_an_attribute_like_others() -> None:
    batch = pa.table({"sku": ["A-1", "b-2"]})
    assert admits(Group(children=(Condition("sku", "()", "a-1;x"),)), batch, ATTRIBUTES, ZONE).tolist() == [True, False]


# What follows is the same once more, naively: one product, one condition at a time, in plain Python.

_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def is_padded(text: str) -> bool:
    return re.match(r"\s*[+-]?0\d", text, re.ASCII) is not None


def same(left: str, right: str, kind: str) -> bool:
    if kind == "string" and is_number(left) and is_number(right) and not is_padded(left) and not is_padded(right):
        return float(left) == float(right)
    return left.lower() == right.lower()


def second_of(text: str, zone: str) -> float | None:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=ZoneInfo(zone)).timestamp()
    except ValueError:
        return None


def naive(condition: Condition, row: dict[str, Any], zone: str) -> bool:
    attribute = ATTRIBUTES[condition.attribute]
    kind, op, has = attribute.kind, condition.op, row.get(condition.attribute)
    several = kind in ("multiselect", "category")
    if op == "<=>":
        return not has if several else has is None
    value: Any = condition.value
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    wants_list = op in ("()", "!()") or kind == "category" or (kind == "multiselect" and op in ("{}", "!{}"))
    if isinstance(value, str) and wants_list and value:
        labels = {label.casefold() for label in attribute.options.values()}
        whole = isinstance(condition.value, tuple) or value.casefold() in labels
        value = (value,) if whole else tuple(part for part in re.split(r"\s*[,;]\s*", value) if part)
    if kind == "boolean":
        words = {"1": "Yes", "0": "No", "true": "Yes", "false": "No"}
        has = None if has is None else [{"1": "Yes", "0": "No"}.get(each, each) for each in has]
        value = (
            tuple(words.get(v.casefold(), v) for v in value)
            if isinstance(value, tuple)
            else words.get(value.casefold(), value)
        )
    if op in (">=", "<=", ">", "<"):
        if several or has is None or isinstance(value, tuple):
            return False
        left: Any = has[0]
        right: Any = value
        if kind == "date":
            left, right = second_of(left, zone), second_of(right, zone)
            if left is None or right is None:
                return False
        elif is_number(left) and is_number(right):
            left, right = float(left), float(right)
        else:
            left, right = left.encode(), right.encode()
        return bool({">=": left >= right, "<=": left <= right, ">": left > right, "<": left < right}[op])
    if wants_list != isinstance(value, tuple):
        return False
    items = value if isinstance(value, tuple) else (value,)
    if several:
        shares = any(same(each, item, kind) for each in has or [] for item in items)
        answer = shares and (op not in ("==", "!=") or kind == "category" or len(has or []) == 1)
    elif has is None:
        answer = "" in items
        if kind == "date" and op in ("!=", "!{}", "!()"):
            return False
    elif op in ("{}", "!{}"):
        answer = any(item.lower() in has[0].lower() for item in items)
    elif kind == "date":
        answer = any(second_of(has[0], zone) == second_of(i, zone) is not None for i in items)
    else:
        answer = any(same(has[0], item, kind) for item in items)
    return not answer if op in ("!=", "!{}", "!()") else answer


def naive_group(node: Condition | Group, row: dict[str, Any], zone: str) -> bool:
    if isinstance(node, Condition):
        return naive(node, row, zone)
    answers = [naive_group(child, row, zone) is node.match for child in node.children]
    return not answers or (all(answers) if node.all else any(answers))


WORDS = st.sampled_from(
    ["", "a", "A", "ab", "7", "7.0", "007", " 7", "1e3", "1000", "-1", "+7", "0", "0.5", "é", "É", "a,b"]
)
WILD = WORDS | st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=4)
DATES = st.dates().map(str) | st.just("soon")
LABELS = {code: st.sampled_from([*each.options.values(), "other"]) for code, each in ATTRIBUTES.items() if each.options}
LABELS["category_ids"] = st.sampled_from(["3", "4", "33", "9"])
LABELS["vegan"] = st.sampled_from(["1", "0", "Yes", "no"])


def texts_of(code: str) -> st.SearchStrategy[str]:
    return DATES if code == "launch" else LABELS.get(code, WILD)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    code = draw(st.sampled_from(sorted(ATTRIBUTES)))
    text = texts_of(code)
    joined = st.lists(text, max_size=3).map(",".join)
    value = draw(text | joined | st.lists(text, max_size=3).map(tuple))
    op = draw(st.sampled_from(["==", "!=", ">=", "<=", ">", "<", "{}", "!{}", "()", "!()", "<=>"]))
    return Condition(code, op, value)


TREES: st.SearchStrategy[Condition | Group] = st.recursive(
    conditions(),
    lambda inner: st.builds(Group, st.booleans(), st.booleans(), st.lists(inner, max_size=4).map(tuple)),
    max_leaves=12,
)


def row_of(code: str) -> st.SearchStrategy[list[str] | None]:
    most = 3 if ATTRIBUTES[code].kind in ("multiselect", "category") else 1
    least = 0 if most > 1 else 1
    return st.none() | st.lists(texts_of(code), min_size=least, max_size=most)


ROWS = st.lists(st.fixed_dictionaries({code: row_of(code) for code in ATTRIBUTES}), max_size=5)


@settings(max_examples=300, deadline=None)
@given(tree=TREES, rows=ROWS, zone=st.sampled_from(["UTC", "America/New_York", "Asia/Tokyo"]))
def test_lr_01_masks_are_what_going_row_by_row_finds(tree: Condition | Group, rows: list[Any], zone: str) -> None:
    group = tree if isinstance(tree, Group) else Group(children=(tree,))
    columns = {code: pa.array([row[code] for row in rows], pa.list_(pa.string())) for code in ATTRIBUTES}
    batch = pa.table({"sku": pa.array([str(place) for place in range(len(rows))], pa.string()), **columns})
    expected = [naive_group(group, row, zone) for row in rows]
    found = admits(group, batch, ATTRIBUTES, zone)
    assert found.dtype == np.bool_ and found.tolist() == expected
    # In pieces, as they are streamed, and sliced, the answer is the same.
    pieces = [admits(group, batch.slice(place, 2), ATTRIBUTES, zone) for place in range(0, len(rows), 2)]
    assert [answer for piece in pieces for answer in piece.tolist()] == expected
