"""The rule editor without a browser: nothing typed is lost, nothing is done before it was looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.database.connection import open_database
from channelkit.listings.rules.tree import parse_rule, to_document
from channelkit.review.rule_model import RuleModel
from channelkit.review.rule_screen import rule_screen
from channelkit.review.rule_tree import Branch, Line, Tree, fit
from tests.rule_book import RuleBook, fill


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    folder = tmp_path_factory.mktemp("rules")
    database = open_database(f"sqlite:///{folder / 'rules.db'}", folder / "history")
    fill(database)
    return RuleBook(database)


@pytest.fixture
def book(tmp_path: Path) -> RuleBook:
    database = open_database(f"sqlite:///{tmp_path / 'rules.db'}", tmp_path / "history")
    fill(database)
    return RuleBook(database)


def opened(book: RuleBook) -> RuleModel:
    model = RuleModel(book, "anna")
    model.load()
    return model


def state_of(model: RuleModel) -> str:
    return model.state


def counted(model: RuleModel) -> bool:
    return model.is_counted


def add(model: RuleModel, attribute: str, op: str = "", value: object = None, group: int = 0) -> int:
    model.add_line(group or model.tree.root.id, attribute)
    number = model.new
    if op:
        model.set_op(number, op)
    if value is not None:
        model.set_value(number, value)
    return number


def cheap(model: RuleModel) -> None:
    """Write a rule that takes less than all off sale."""
    add(model, "price", "<", "50")


def test_a_rule_is_written_line_by_line_and_group_by_group(book: RuleBook) -> None:
    """LR-01."""
    model = opened(book)
    add(model, "price", ">=", "20")
    model.add_group(model.tree.root.id)
    group = model.new
    model.set_group(group, all=False, match=False)
    add(model, "color", "!=", "Red", group)
    add(model, "category_ids", "()", ["3", "7"], group)
    document = model.tree.document()
    assert document["children"][1] == {
        "all": False,
        "match": False,
        "children": [
            {"attribute": "color", "op": "!=", "value": "Red"},
            {"attribute": "category_ids", "op": "()", "value": ["3", "7"]},
        ],
    }
    assert to_document(parse_rule(document)) == document
    assert "Price is at least 20" in model.sentence and model.trouble == ""


def test_figures_follow_each_edit_and_say_when_they_do_not(book: RuleBook) -> None:
    """LR-03."""
    model = opened(book)
    assert model.preview is not None and model.preview.counts["ineligible"] == 1
    number = add(model, "price", "<")
    assert not counted(model) and rule_screen(model)["incomplete"] == 1
    model.count()
    assert not counted(model)
    model.set_value(number, "50")
    model.count()
    assert counted(model) and model.preview.counts["ineligible"] == 2
    assert [part["count"] for part in rule_screen(model)["counts"]["parts"]] == [2, 1, 3]


def test_an_operator_of_the_attributes_kind_is_offered_and_no_other(book: RuleBook) -> None:
    """LR-02."""
    model = opened(book)
    number = add(model, "news_from_date")
    model.set_op(number, "{}")
    assert "cannot be compared" in model.trouble and model.tree.line(number).op == "=="
    model.add_line(model.tree.root.id, "secret")
    assert "promo rule" in model.trouble and len(list(model.tree.lines())) == 1


def test_another_operator_keeps_the_value_in_its_shape(book: RuleBook) -> None:
    model = opened(book)
    number = add(model, "sku", "()", ["mug", "cup"])
    model.set_op(number, "==")
    assert model.tree.line(number).value == "mug, cup"
    model.set_op(number, "!()")
    assert model.tree.line(number).value == ("mug, cup",)


def test_going_back_from_the_preview_loses_nothing(book: RuleBook) -> None:
    """LR-04: Back discards nothing typed."""
    model = opened(book)
    cheap(model)
    model.look()
    model.set_name("half a na")
    before = model.tree.document()
    assert state_of(model) == "preview" and rule_screen(model)["preview"]["total"] == 2
    model.back()
    assert state_of(model) == "editing" and model.tree.document() == before and model.name == "half a na"


def test_an_error_loses_nothing_and_is_said(book: RuleBook) -> None:
    """LR-04."""
    model = opened(book)
    cheap(model)
    before = model.tree.document()
    book.broken = True
    for act in (model.look, model.count):
        act()
        assert "cannot be reached" in model.trouble and model.tree.document() == before
    book.broken = False
    model.look()
    book.broken = True
    model.set_name("Cheap")
    model.commit(sure=True)
    assert "cannot be reached" in model.trouble and model.name == "Cheap" and state_of(model) == "preview"
    book.broken = False
    model.commit(sure=True)
    assert model.trouble == "" and "In force: Cheap" in model.said


def test_a_line_without_a_value_is_named_before_the_preview(book: RuleBook) -> None:
    model = opened(book)
    add(model, "color")
    model.look()
    assert state_of(model) == "editing" and "No value is typed yet for: Color." in model.trouble
    model.set_op(next(model.tree.lines()).id, "<=>")
    model.look()
    assert state_of(model) == "preview"


def test_only_what_was_looked_at_is_put_in_force(book: RuleBook) -> None:
    """LR-04."""
    model = opened(book)
    cheap(model)
    model.set_name("Cheap")
    model.commit(sure=True)
    assert "Look at the preview first" in model.trouble and not book.history()
    model.look()
    model.set_name(" ")
    model.commit(sure=True)
    assert "no name yet" in model.trouble and not book.history()
    model.set_name("Cheap")
    model.commit(sure=True)
    kept = book.history()[0]
    assert (kept.name, kept.made_by, kept.document) == ("Cheap", "anna", model.tree.document())
    assert model.is_kept and not model.can_undo and state_of(model) == "editing"


def test_taking_many_listings_off_sale_is_said_twice(book: RuleBook, monkeypatch: pytest.MonkeyPatch) -> None:
    model = opened(book)
    add(model, "sku", "==", "nothing")
    monkeypatch.setattr("channelkit.review.rule_pages.FEW", 1)
    model.look()
    model.set_name("Nothing")
    model.commit()
    assert "3 listings would be taken off sale" in model.trouble and not book.history()
    assert rule_screen(model)["is_large"]
    model.commit(sure=True)
    assert book.history()[0].name == "Nothing"


def test_every_edit_is_undone_and_typing_is_one_edit(book: RuleBook) -> None:
    model = opened(book)
    empty = model.tree.document()
    number = add(model, "name", "{}")
    typed_before = model.tree.document()
    for letters in ("m", "mu", "mug"):
        model.set_value(number, letters)
    model.undo()
    assert model.tree.document() == typed_before
    model.undo()
    model.undo()
    assert model.tree.document() == empty and not model.can_undo
    model.undo()
    assert "Nothing was edited" in model.trouble


def test_one_goes_on_from_an_earlier_version(book: RuleBook) -> None:
    """LR-04."""
    model = opened(book)
    cheap(model)
    first = model.tree.document()
    model.look()
    model.set_name("Cheap")
    model.commit(sure=True)
    model.start_from(0)
    assert model.tree.document()["children"] == []
    model.start_from(book.history()[0].id)
    assert model.tree.document() == first and model.name == "Cheap"
    model.undo()
    model.undo()
    assert model.tree.document() == first
    model.start_from(99)
    assert "no version 99" in model.trouble and model.tree.document() == first


def test_lines_are_moved_and_removed(book: RuleBook) -> None:
    model = opened(book)
    first, second = add(model, "price", "<", "50"), add(model, "sku", "==", "mug")
    model.move(second, -1)
    assert [line.id for line in model.tree.lines()] == [second, first]
    model.move(second, -1)
    assert [line.id for line in model.tree.lines()] == [second, first]
    model.remove(first)
    assert [line.id for line in model.tree.lines()] == [second]
    model.remove(first)
    assert "not there any more" in model.trouble
    model.remove(model.tree.root.id)
    assert "outermost" in model.trouble


def test_a_large_store_is_counted_only_when_asked(book: RuleBook) -> None:
    book.counts_at_once = False
    model = opened(book)
    cheap(model)
    assert "preview" not in book.asked
    model.count()
    assert book.asked.count("preview") == 1
    model.look()
    assert book.asked.count("preview") == 1


def test_an_attribute_that_commerce_no_longer_offers_keeps_its_line(book: RuleBook) -> None:
    book.commit({"children": [{"attribute": "old", "op": "()", "value": ["a", "b"]}]}, "Old", "Ada")
    model = opened(book)
    line = rule_screen(model)["root"]["children"][0]
    assert (line["label"], line["value"], line["many"]) == ("old", ["a", "b"], True)
    assert "does not offer" in line["trouble"]
    model.set_value(line["id"], ["a", "c"])
    assert model.tree.document()["children"][0]["value"] == ["a", "c"]


def test_what_cannot_be_loaded_is_said_and_tried_again(book: RuleBook) -> None:
    book.broken = True
    model = opened(book)
    assert state_of(model) == "failed" and "cannot be reached" in model.trouble
    book.broken = False
    model.load()
    assert state_of(model) == "editing" and model.trouble == ""


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["add", "group", "set", "op", "value", "remove", "move", "undo"]),
        st.integers(0, 8),
        st.sampled_from(["price", "color", "category_ids", "news_from_date", "nothing"]),
        st.sampled_from(["==", "!=", "()", "{}", "<=>", ">="]),
        st.one_of(st.text(max_size=5), st.lists(st.text(max_size=3), max_size=3)),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(edits=EDITS)
def test_whatever_is_done_the_rule_can_be_read_and_every_step_undone(read_once: RuleBook, edits: list[Any]) -> None:
    read_once.counts_at_once = False
    model = opened(read_once)
    for edit in edits:
        change(model, *edit)
        document = model.tree.document()
        assert to_document(parse_rule(document)) == document
        assert len(set(ids(model.tree))) == len(ids(model.tree))
        rule_screen(model)
    while model.can_undo:
        model.undo()
    assert model.tree.document()["children"] == []


def change(model: RuleModel, verb: str, place: int, attribute: str, *more: Any) -> None:
    """Edit something at some place, whether or not it makes sense there.

    Arguments:
        more: an operator and a value.
    """
    numbers, (op, value) = ids(model.tree), more
    number = numbers[place % len(numbers)]
    match verb:
        case "add":
            model.add_line(number, attribute)
        case "group":
            model.add_group(number)
        case "set":
            model.set_group(number, all=bool(place % 2), match=bool(place % 3))
        case "op":
            model.set_op(number, op)
        case "value":
            model.set_value(number, value)
        case "remove":
            model.remove(number)
        case "move":
            model.move(number, 1)
        case _:
            model.undo()


def ids(tree: Tree) -> list[int]:
    """Return the numbers of all groups and lines, the outermost group first."""

    def below(node: Branch | Line) -> list[int]:
        return [node.id, *(number for child in getattr(node, "children", ()) for number in below(child))]

    return below(tree.root)


@given(value=st.one_of(st.text(max_size=8), st.lists(st.text(min_size=1, max_size=4), max_size=3).map(tuple)))
def test_a_value_in_another_shape_still_holds_all_of_it(value: str | tuple[str, ...]) -> None:
    parts = list(value) if isinstance(value, tuple) else [value]
    for many in (True, False):
        shaped = fit(value, many=many)
        told = "".join(shaped) if isinstance(shaped, tuple) else shaped
        assert all(part.strip() in told for part in parts)
