"""The rule editor as plain HTML, as plain fields, and as messages from a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from channelkit.database.connection import open_database
from channelkit.review.rule_model import RuleModel
from channelkit.review.rule_opening import open_rule
from channelkit.review.rule_page import rule_html, versions_html
from channelkit.review.rule_pager import RulePager
from channelkit.review.rule_screen import rule_screen
from channelkit.review.rule_widget import RuleWidget, obey_rule
from tests.rule_book import RuleBook, fill

WILD = {
    "all": False,
    "match": True,
    "children": [
        {"attribute": "name", "op": "{}", "value": "<script>alert(1)</script>"},
        {"attribute": "category_ids", "op": "()", "value": ["7"]},
        {"attribute": "price", "op": "<", "value": "50"},
    ],
}


@pytest.fixture
def book(tmp_path: Path) -> RuleBook:
    database = open_database(f"sqlite:///{tmp_path / 'rules.db'}", tmp_path / "history")
    fill(database)
    return RuleBook(database)


@pytest.fixture
def pager(book: RuleBook) -> RulePager:
    pager = RulePager(RuleModel(book, "anna"))
    pager.model.load()
    return pager


def bundle_of(view: Any) -> dict[str, Any]:
    """Return what a notebook keeps of a view."""
    bundle = view._repr_mimebundle_()
    kept: dict[str, Any] = bundle[0] if isinstance(bundle, tuple) else bundle
    return kept


def field_of(pager: RulePager, number: int) -> Any:
    """Return the field in which a line's value is typed, or a group's next attribute is chosen."""
    return pager.fields[number]


def within(widget: Any, kind: type, words: str = "") -> list[Any]:
    """Return all fields or buttons of a kind below a widget."""
    found = [widget] if isinstance(widget, kind) and words in (getattr(widget, "description", "") or "") else []
    return [*found, *(each for child in getattr(widget, "children", ()) for each in within(child, kind, words))]


@pytest.mark.parametrize("plain", [False, True])
def test_an_exported_notebook_shows_the_rule_and_what_it_would_do(book: RuleBook, plain: bool) -> None:
    book.commit(WILD, "Wild <b>one</b>", "<i>Ada</i>")
    bundle = bundle_of(open_rule(book, plain=plain))
    assert "application/vnd.jupyter.widget-view+json" in bundle
    html = bundle["text/html"]
    assert "Any of these are true" in html and "Which products may be sold?" in html
    for raw in ("<script", "<b>Name", "<i>Bags"):
        assert raw not in html
    assert "&lt;script&gt;" in html and "ineligible" in html


def test_versions_and_previews_are_escaped(book: RuleBook) -> None:
    book.commit(WILD, "Wild <b>one</b>", "<i>Ada</i>")
    model = RuleModel(book)
    model.load()
    model.look()
    shown = rule_screen(model)
    html = rule_html(shown) + versions_html(shown)
    for raw in ("<script", "<b>one", "<i>Ada", "<b>big", "<i>more"):
        assert raw not in html
    assert "&lt;b&gt;big" in html


def test_a_rule_without_conditions_says_that_everything_may_be_sold(book: RuleBook) -> None:
    model = RuleModel(book)
    assert "Reading the rule" in rule_html(rule_screen(model))
    model.load()
    assert "Every product is eligible." in rule_html(rule_screen(model))


def test_plain_fields_write_a_rule_and_put_it_in_force(pager: RulePager, book: RuleBook) -> None:
    """LR-01, LR-03, LR-04."""
    model, root = pager.model, pager.model.tree.root.id
    field_of(pager, root).value = "price"
    within(pager.tree, widgets.Button, "Add a condition")[0].click()
    line = next(model.tree.lines()).id
    model.set_op(line, "<")
    field_of(pager, line).value = "50"
    assert model.is_counted and "<strong>2</strong> ineligible" in pager.figures.value
    assert model.tree.document()["children"] == [{"attribute": "price", "op": "<", "value": "50"}]
    pager.look.click()
    assert pager.editing.layout.display == "none" and "A-bag" in pager.looking.page.value
    pager.looking.parts["eligible"].click()
    assert "A-mug" in pager.looking.page.value
    pager.looking.back.click()
    assert pager.looking.view.layout.display == "none" and field_of(pager, line).value == "50"
    pager.look.click()
    pager.looking.keep.click()
    assert "no name yet" in pager.words.value and not book.history()
    pager.looking.name.value = "Cheap"
    pager.looking.keep.click()
    assert book.history()[0].name == "Cheap" and "In force: Cheap" in pager.words.value
    pager.versions.start.value = 0
    pager.versions.go_on.click()
    assert model.tree.document()["children"] == []
    pager.undo.click()
    assert len(model.tree.document()["children"]) == 1


def test_plain_fields_choose_options_lists_and_categories(pager: RulePager) -> None:
    """LR-02."""
    model, root = pager.model, pager.model.tree.root.id
    model.add_line(root, "color")
    color = model.new
    field_of(pager, color).value = "Red"
    model.add_line(root, "category_ids")
    category = model.new
    model.set_op(category, "()")
    field_of(pager, category).value = ("3", "7")
    model.add_line(root, "maker")
    maker = model.new
    field_of(pager, maker).value = "Maker 5"
    model.add_line(root, "sku")
    sku = model.new
    model.set_op(sku, "()")
    field_of(pager, sku).value = "mug, cup"
    values = [child["value"] for child in model.tree.document()["children"]]
    assert values == ["Red", ["3", "7"], "Maker 5", ["mug", "cup"]]
    within(pager.tree, widgets.Button, "×")[0].click()
    assert len(list(model.tree.lines())) == 3
    many = within(pager.tree, widgets.Dropdown)[0]
    many.value = False
    assert model.tree.root.all is False


def test_plain_fields_keep_what_was_typed_when_something_fails(pager: RulePager, book: RuleBook) -> None:
    """LR-04."""
    model = pager.model
    model.add_line(model.tree.root.id, "name")
    line = model.new
    book.broken = True
    field_of(pager, line).value = "mug"
    pager.look.click()
    assert "cannot be reached" in pager.words.value and "alert" in pager.words.value
    assert field_of(pager, line).value == "mug"


def test_a_message_does_what_a_person_asked_for(book: RuleBook) -> None:
    model = RuleModel(book, "anna")
    root = model.tree.root.id
    obey_rule(model, {"do": "load"})
    root = model.tree.root.id
    obey_rule(model, {"do": "add_group", "group": root})
    group = model.new
    obey_rule(model, {"do": "group", "node": group, "all": False, "match": True})
    obey_rule(model, {"do": "add", "group": group, "attribute": "price"})
    line = model.new
    obey_rule(model, {"do": "op", "node": line, "op": "<"})
    obey_rule(model, {"do": "value", "node": line, "value": "50"})
    obey_rule(model, {"do": "move", "node": line, "step": 1})
    obey_rule(model, {"do": "count"})
    assert model.is_counted
    obey_rule(model, {"do": "look"})
    obey_rule(model, {"do": "show", "part": "new", "first": 0})
    assert model.part == "new"
    obey_rule(model, {"do": "name", "name": "half"})
    obey_rule(model, {"do": "back"})
    obey_rule(model, {"do": "look"})
    obey_rule(model, {"do": "commit", "name": "Cheap", "sure": False})
    assert book.history()[0].document == model.tree.document()
    obey_rule(model, {"do": "remove", "node": group})
    obey_rule(model, {"do": "undo"})
    obey_rule(model, {"do": "start", "version": 0})
    assert model.tree.document()["children"] == [] and model.trouble == ""


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "__class__"},
        {"do": ["commit"]},
        {"do": "add", "group": "1", "attribute": "price"},
        {"do": "move", "node": 1, "step": 7},
        {"do": "value", "node": 1, "value": {"a": 1}},
        {"do": "commit", "name": 3, "sure": True},
    ],
    ids=lambda message: str(sorted(message.items()))[:40],
)
def test_a_message_that_makes_no_sense_does_nothing(book: RuleBook, message: dict[str, Any]) -> None:
    model = RuleModel(book)
    model.load()
    obey_rule(model, message)
    assert model.tree.document()["children"] == [] and not book.history() and not model.can_undo


def test_every_answer_of_the_kernel_is_a_change_for_the_browser(book: RuleBook) -> None:
    widget = RuleWidget(RuleModel(book))
    widget.model.load()
    turn = widget.shown["turn"]
    widget.model.undo()
    widget.model.undo()
    assert widget.shown["turn"] == turn + 2
