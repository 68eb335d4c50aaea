"""The review as plain HTML and as plain buttons: everything is there, everything from outside is escaped."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from channelkit.review.model import ReviewModel
from channelkit.review.opening import open_review
from channelkit.review.page import grid_html, question_html, standing_html
from channelkit.review.pager import ReviewPager
from channelkit.review.screen import screen
from channelkit.review.widget import ReviewWidget, obey
from tests.match_book import WILD, Book, asked


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "book.db")


@pytest.fixture
def pager(book: Book) -> ReviewPager:
    pager = ReviewPager(ReviewModel(book, "anna"))
    pager.model.load()
    return pager


def bundle_of(view: Any) -> dict[str, Any]:
    """Return what a notebook keeps of a view."""
    bundle = view._repr_mimebundle_()
    kept: dict[str, Any] = bundle[0] if isinstance(bundle, tuple) else bundle
    return kept


@pytest.mark.parametrize("plain", [False, True])
def test_an_exported_notebook_shows_the_first_question(book: Book, plain: bool) -> None:
    bundle = bundle_of(open_review(book, plain=plain))
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "Is this the same product?" in bundle["text/html"] and "pack of 2" in bundle["text/html"]
    assert "180 more answers" in bundle["text/html"]


@pytest.mark.parametrize("plain", [False, True])
def test_what_comes_from_outside_is_escaped(tmp_path: Path, plain: bool) -> None:
    wild = asked("<b>1</b>", "LAMP", WILD, 0.2, evidence="<i>x</i>.", veto="<u>y</u>.")
    html = bundle_of(open_review(Book(tmp_path / "wild.db", [wild]), plain=plain))["text/html"]
    for raw in ("<img", "<script", "<b>1", "<b>shade", "<i>", "<u>", "javascript:"):
        assert raw not in html
    assert "&lt;" in html and "onerror" in html


def test_a_grid_is_escaped_and_says_how_much_of_it_is_shown() -> None:
    html = grid_html({"columns": [{"label": "<sku>"}], "rows": [{"cells": ["<script>"]}], "matching": 100_000})
    assert "<script>" not in html and "<sku>" not in html
    assert "1 of 100,000 rows shown." in html


def test_nothing_left_to_ask_is_said(tmp_path: Path) -> None:
    review = ReviewModel(Book(tmp_path / "empty.db", []))
    review.load()
    assert "Nothing left to ask." in question_html(screen(review))
    assert "0 of 0 answered. 0 of 0 listings are linked." in standing_html(screen(review))


def test_without_anywidget_there_are_plain_buttons(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "channelkit.review.widget")
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ModuleNotFoundError):
        import anywidget  # noqa: F401, PLC0415 - to know that it is away
    assert isinstance(open_review(book), ReviewPager)


@pytest.mark.parametrize(("key", "answer"), [("y", "yes"), ("n", "no"), ("s", "skip")])
def test_buttons_and_typed_letters_answer(pager: ReviewPager, book: Book, key: str, answer: str) -> None:
    pager.buttons[key].click()
    pager.key.value = key
    assert [kept[2] for kept in book.answers()] == [answer, answer]
    assert pager.key.value == ""
    pager.key.value = "u"
    pager.buttons["u"].click()
    assert book.answers() == [] and pager.buttons["u"].disabled


def test_the_plain_view_compares_and_assigns_too(pager: ReviewPager, book: Book) -> None:
    """MA-04, MA-07."""
    assert [sku for _, sku in pager.others.options] == ["KETTLE-2"]
    pager.compare.click()
    assert "KETTLE-2" in pager.page.value
    pager.sku.value = "LAMP"
    pager.assign.click()
    assert book.answers() == [("AMZ-1", "LAMP", "yes", "manual", "anna")]
    assert pager.sku.value == ""


def test_the_plain_view_says_what_failed_and_keeps_what_was_typed(pager: ReviewPager, book: Book) -> None:
    pager.sku.value = "NO-SUCH"
    pager.assign.click()
    assert "no product" in pager.words.value and "alert" in pager.words.value
    assert pager.sku.value == "NO-SUCH"


def test_when_nothing_is_asked_the_plain_view_offers_no_answers(pager: ReviewPager) -> None:
    for _ in range(3):
        pager.buttons["y"].click()
    assert all(pager.buttons[key].disabled for key in "yns") and pager.assign.disabled and pager.compare.disabled
    pager.key.value = "y"
    assert pager.model.trouble == ""


def test_what_was_meant_for_a_question_that_is_gone_is_not_done(book: Book) -> None:
    review = ReviewModel(book)
    review.load()
    first = review.serial
    obey(review, {"do": "answer", "answer": "yes", "serial": first})
    obey(review, {"do": "answer", "answer": "yes", "serial": first})
    assert len(book.answers()) == 1


@pytest.mark.parametrize(
    "message",
    [{}, {"do": "answer", "answer": "perhaps"}, {"do": "__class__"}, {"do": ["answer"]}, {"do": "assign", "sku": 1}],
)
def test_a_message_that_makes_no_sense_does_nothing(book: Book, message: dict[str, Any]) -> None:
    review = ReviewModel(book)
    review.load()
    obey(review, {"serial": review.serial, **message})
    assert book.answers() == [] and review.state == "asking"


def test_every_answer_of_the_kernel_is_a_change_for_the_browser(book: Book) -> None:
    widget = ReviewWidget(ReviewModel(book))
    widget.model.load()
    turn = widget.shown["turn"]
    widget.model.undo()
    widget.model.undo()
    assert widget.shown["turn"] == turn + 2
