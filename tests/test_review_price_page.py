"""The editor of price rules as plain HTML, as plain fields, and as messages from a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from channelkit.database.connection import open_database
from channelkit.review.price_model import PriceModel
from channelkit.review.price_opening import open_prices
from channelkit.review.price_page import price_html, versions_html
from channelkit.review.price_pager import PricePager
from channelkit.review.price_screen import price_screen
from channelkit.review.price_widget import PriceWidget, obey_prices
from tests.price_book import MATCH, SALE, PriceBook
from tests.test_review_rule_page import bundle_of, within


@pytest.fixture
def book(tmp_path: Path) -> PriceBook:
    book = PriceBook(open_database(f"sqlite:///{tmp_path / 'prices.db'}", tmp_path / "history"))
    book.commit([SALE, MATCH], "Begin <b>x</b>", "<i>Ada</i>")
    return book


@pytest.mark.parametrize("plain", [False, True])
def test_an_exported_notebook_shows_the_grid_of_rules(book: PriceBook, plain: bool) -> None:
    """PR-01: Name, Type, Is Active, Priority, Stop Further Processing, From, To."""
    bundle = bundle_of(open_prices(book, plain=plain))
    assert "application/vnd.jupyter.widget-view+json" in bundle
    html = bundle["text/html"]
    for title in ("Name", "Type", "Is Active", "Priority", "Stop Further Processing", "From", "To", "Intelligent"):
        assert f">{title}</t" in html
    assert "<b>now" not in html and "&lt;b&gt;now" in html and "<b>here" not in html


def test_everything_from_outside_is_escaped(book: PriceBook) -> None:
    model = PriceModel(book)
    assert "Reading the price rules" in price_html(price_screen(model))
    model.load()
    model.look()
    html = price_html(price_screen(model)) + versions_html(price_screen(model))
    for raw in ("<script", "<b>now", "<i>Ada", "<b>x", "<i>really"):
        assert raw not in html
    assert "&lt;script&gt;" in html and "&lt;i&gt;really" in html
    model.edit("match")
    assert "Used; Good" in price_html(price_screen(model))


def test_plain_fields_write_a_rule_and_put_it_in_force(book: PriceBook) -> None:
    """PR-01, PR-03, PR-08."""
    pager = PricePager(PriceModel(book, "anna"))
    pager.model.load()
    pager.chosen.value = "sale"
    pager.toggle.click()
    assert pager.model.draft.find("sale")["active"] is False
    pager.undo.click()
    pager.intelligent.click()
    assert pager.grid.layout.display == "none" and "Not yet" in pager.sentence.value
    pager.fields["name"].value = "Undercut"
    pager.fields["source"].value = "lowest"
    pager.fields["conditions"].value = "variance"
    pager.fields["variance:used_good"].value = "80"
    pager.fields["direction"].value = "decrease"
    pager.fields["amount"].value = "0.01"
    pager.fields["unit"].value = "fixed"
    pager.conditions.fields[pager.model.tree.root.id].value = "price"
    within(pager.conditions.view, widgets.Button, "Add a condition")[0].click()
    pager.conditions.fields[next(pager.model.tree.lines()).id].value = "20"
    assert "0.01 EUR below the lowest offer" in pager.sentence.value
    pager.done.click()
    assert pager.writing.layout.display == "none" and "Undercut" in pager.table.value
    pager.look.click()
    pager.looking.parts["falls"].click()
    assert "falls-0" in pager.looking.page.value
    pager.looking.later.click()
    assert "falls-25" in pager.looking.page.value
    pager.looking.name.value = "Undercut"
    pager.looking.keep.click()
    assert "many prices would move" in pager.words.value
    pager.looking.sure.value = True
    pager.looking.keep.click()
    assert book.history()[0].name == "Undercut" and "In force: Undercut" in pager.words.value
    kept = next(rule for rule in book.history()[0].documents if rule["id"] == "undercut")
    assert kept["competitor"]["variances"] == {"used_good": "80"} and kept["floor"]["attribute"] == "price"
    pager.versions.start.value = 1
    pager.versions.go_on.click()
    assert len(pager.model.draft.rules) == 2


def test_a_message_does_what_a_person_asked_for(book: PriceBook) -> None:
    model = PriceModel(book, "anna")
    obey_prices(model, {"do": "load"})
    obey_prices(model, {"do": "copy", "rule": "sale"})
    obey_prices(model, {"do": "switch", "rule": "sale-copy", "active": True})
    obey_prices(model, {"do": "shift", "rule": "sale-copy", "step": -1})
    obey_prices(model, {"do": "delete", "rule": "match"})
    obey_prices(model, {"do": "undo"})
    assert [rule["id"] for rule in model.draft.rules] == ["match", "sale-copy", "sale"]
    obey_prices(model, {"do": "new", "kind": "standard"})
    obey_prices(model, {"do": "cancel"})
    obey_prices(model, {"do": "edit", "rule": "sale"})
    obey_prices(model, {"do": "field", "name": "amount", "value": "5"})
    obey_prices(model, {"do": "add_group", "group": model.tree.root.id})
    group = model.new
    obey_prices(model, {"do": "group", "node": group, "all": False, "match": True})
    obey_prices(model, {"do": "add", "group": group, "attribute": "price"})
    line = model.new
    obey_prices(model, {"do": "op", "node": line, "op": "<"})
    obey_prices(model, {"do": "value", "node": line, "value": "50"})
    obey_prices(model, {"do": "move", "node": line, "step": 1})
    obey_prices(model, {"do": "done"})
    assert model.draft.find("sale")["adjustment"]["amount"] == "5" and not model.trouble
    obey_prices(model, {"do": "look"})
    obey_prices(model, {"do": "show", "part": "rises", "first": 0})
    assert model.part == "rises"
    obey_prices(model, {"do": "name", "name": "half"})
    obey_prices(model, {"do": "back"})
    obey_prices(model, {"do": "look"})
    obey_prices(model, {"do": "commit", "name": "All", "sure": True})
    assert book.history()[0].name == "All"
    obey_prices(model, {"do": "start", "version": 1})
    assert len(model.draft.rules) == 2


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "__class__"},
        {"do": ["commit"]},
        {"do": "edit", "rule": 7},
        {"do": "shift", "rule": "sale", "step": 7},
        {"do": "field", "name": "amount", "value": {"a": 1}},
        {"do": "new", "kind": "magic"},
        {"do": "commit", "name": 3, "sure": True},
    ],
    ids=lambda message: str(sorted(message.items()))[:40],
)
def test_a_message_that_makes_no_sense_does_nothing(book: PriceBook, message: dict[str, Any]) -> None:
    model = PriceModel(book)
    model.load()
    obey_prices(model, message)
    assert model.state == "grid" and model.is_kept and not model.draft.can_undo and len(book.history()) == 1


def test_every_answer_of_the_kernel_is_a_change_for_the_browser(book: PriceBook) -> None:
    widget = PriceWidget(PriceModel(book))
    widget.model.load()
    turn = widget.shown["turn"]
    widget.model.undo()
    widget.model.undo()
    assert widget.shown["turn"] == turn + 2
