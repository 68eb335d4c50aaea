"""The grid of candidates: a selection is of rows, not of places; answers in bulk are exact and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from channelkit.review.grid import GridModel
from channelkit.review.grid_pager import GridPager
from channelkit.review.opening import open_grid
from channelkit.review.table import PAGE
from channelkit.review.widget import GridWidget, obey_grid
from tests.match_book import Book

MANY = 100_000


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "book.db")


@pytest.fixture
def grid(book: Book) -> GridModel:
    grid = GridModel(book, "anna")
    grid.load()
    return grid


class Warehouse:
    """A hundred thousand candidates, and what was answered to which."""

    def __init__(self) -> None:
        self.answered: list[tuple[str, str]] = []

    def candidate_table(self) -> pa.Table:
        numbers = np.arange(MANY)
        skus = pa.array([f"AMZ-{number:06}" for number in numbers])
        titles = pa.array([f"Item {number}" for number in numbers])
        return pa.table(
            {"seller_sku": skus, "product_sku": skus, "probability": (numbers % 1000) / 1000, "listing_title": titles}
        )

    def answer_many(self, pairs: Sequence[tuple[str, str]], answer: Any, by: str = "") -> None:
        self.answered.extend(pairs)

    def undo(self, by: str = "", count: int = 1) -> None:
        del self.answered[-count:]

    def assign(self, seller_sku: str, product_sku: str, by: str = "") -> None:
        raise AssertionError("nothing is assigned here")


def keys(grid: GridModel) -> list[tuple[str, str]]:
    return [tuple(row["key"]) for row in grid.page()["rows"]]


def test_the_likeliest_come_first(grid: GridModel) -> None:
    assert keys(grid) == [("AMZ-2", "MUG"), ("AMZ-1", "KETTLE"), ("AMZ-1", "KETTLE-2"), ("AMZ-3", "LAMP")]
    assert grid.page()["rows"][0]["cells"][0] == "97 %"


def test_a_selection_is_of_rows_however_they_are_sorted_or_filtered(grid: GridModel) -> None:
    grid.toggle(("AMZ-1", "KETTLE-2"))
    grid.sort("seller_sku")
    grid.filter("probability < 0.5")
    selected = [tuple(row["key"]) for row in grid.page()["rows"] if row["selected"]]
    assert selected == [("AMZ-1", "KETTLE-2")]
    grid.toggle(("AMZ-1", "KETTLE-2"))
    assert grid.page()["selected"] == 0


def test_all_that_match_are_selected_and_answered_and_taken_back_together(grid: GridModel, book: Book) -> None:
    grid.filter("probability < 0.5")
    grid.select_matching()
    grid.answer("no", of=2)
    assert {(seller, product, answer) for seller, product, answer, *_ in book.answers()} == {
        ("AMZ-1", "KETTLE-2", "no"),
        ("AMZ-3", "LAMP", "no"),
    }
    assert grid.page()["selected"] == 0 and grid.said == "Kept: no to 2 rows."
    grid.undo()
    assert book.answers() == [] and not grid.can_undo


@pytest.mark.parametrize("of", [0, 1, 3])
def test_an_answer_to_another_number_of_rows_than_is_selected_answers_nothing(
    grid: GridModel, book: Book, of: int
) -> None:
    grid.toggle(("AMZ-1", "KETTLE"))
    grid.toggle(("AMZ-2", "MUG"))
    grid.answer("yes", of)
    assert "nothing was answered" in grid.trouble and book.answers() == []
    assert grid.page()["selected"] == 2


def test_nothing_selected_answers_nothing(grid: GridModel, book: Book) -> None:
    grid.answer("yes", 0)
    assert "nothing was answered" in grid.trouble and book.answers() == []


def test_a_listing_cannot_be_two_products(grid: GridModel, book: Book) -> None:
    """MA-04."""
    grid.filter("seller_sku = AMZ-1")
    grid.select_matching()
    grid.answer("yes", 2)
    assert "AMZ-1 is selected with several products" in grid.trouble and book.answers() == []
    grid.answer("no", 2)
    assert len(book.answers()) == 2


def test_another_product_is_assigned_from_its_row(grid: GridModel, book: Book) -> None:
    """MA-07, MA-09."""
    grid.assign(("AMZ-3", "LAMP"), "MUG")
    assert book.answers() == [("AMZ-3", "MUG", "yes", "manual", "anna")]
    grid.undo()
    assert book.answers() == []


@pytest.mark.parametrize("sku", ["", "NO-SUCH"])
def test_an_unknown_product_is_not_assigned(grid: GridModel, book: Book, sku: str) -> None:
    grid.assign(("AMZ-3", "LAMP"), sku)
    assert grid.trouble and book.answers() == []


def test_a_filter_that_cannot_be_read_leaves_everything_as_it_was(grid: GridModel) -> None:
    grid.filter("probability < 0.5")
    before = keys(grid)
    grid.filter("nothing > 3")
    assert "The columns are" in grid.trouble
    assert keys(grid) == before and grid.condition == "probability < 0.5"


def test_sorting_twice_turns_the_order_round_and_ties_keep_theirs(grid: GridModel) -> None:
    grid.sort("seller_sku")
    assert [key[0] for key in keys(grid)] == ["AMZ-1", "AMZ-1", "AMZ-2", "AMZ-3"]
    grid.sort("seller_sku")
    assert keys(grid) == [("AMZ-3", "LAMP"), ("AMZ-2", "MUG"), ("AMZ-1", "KETTLE"), ("AMZ-1", "KETTLE-2")]


def test_a_row_that_is_gone_is_told_and_no_longer_selected(grid: GridModel, book: Book) -> None:
    grid.toggle(("AMZ-3", "LAMP"))
    book.pairs = book.pairs[:2]
    grid.load()
    assert grid.page()["selected"] == 0
    grid.toggle(("AMZ-3", "LAMP"))
    assert "no longer among the candidates" in grid.trouble


def test_a_busy_database_leaves_the_selection(grid: GridModel, book: Book) -> None:
    grid.toggle(("AMZ-3", "LAMP"))
    book.is_busy = True
    grid.answer("no", 1)
    assert "locked" in grid.trouble and grid.page()["selected"] == 1
    book.is_busy = False
    grid.answer("no", 1)
    assert len(book.answers()) == 1


def test_of_a_hundred_thousand_rows_one_page_travels() -> None:
    warehouse = Warehouse()
    grid = GridModel(warehouse)
    grid.load()
    grid.filter("probability >= 0.5 and listing_title contains 7")
    page = grid.page()
    expected = sum(number % 1000 >= 500 and "7" in str(number) for number in range(MANY))
    assert page["matching"] == expected and len(page["rows"]) == PAGE
    assert f"of {expected:,} that match, 100,000 in all" in page["words"]
    assert len(repr(page)) < 20_000
    grid.turn(expected)
    assert grid.page()["rows"] and grid.page()["first"] + PAGE >= expected
    grid.select_matching()
    grid.answer("yes", expected)
    assert len(warehouse.answered) == expected
    grid.undo()
    assert warehouse.answered == []


def test_turning_past_either_end_stays_on_a_page(grid: GridModel) -> None:
    for first in (-50, 10_000, 7):
        grid.turn(first)
        assert len(keys(grid)) == 4


@pytest.mark.parametrize("plain", [False, True])
def test_an_exported_notebook_shows_the_first_rows_escaped(book: Book, plain: bool) -> None:
    bundle: Any = open_grid(book, plain=plain)._repr_mimebundle_()
    html = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/html"]
    assert "4 of 4 rows shown." in html and "<script" not in html and "&lt;script&gt;" in html


def test_the_browsers_messages_call_public_functions(grid: GridModel, book: Book) -> None:
    for message in (
        {"do": "filter", "condition": "lamp"},
        {"do": "sort", "name": "seller_sku"},
        {"do": "select_matching"},
        {"do": "clear"},
        {"do": "toggle", "key": ["AMZ-3", "LAMP"]},
        {"do": "turn", "first": 50},
        {"do": "answer", "answer": "no", "of": 1},
    ):
        obey_grid(grid, message)
        assert grid.trouble == ""
    assert book.answers() == [("AMZ-3", "LAMP", "no", "asked", "anna")]
    obey_grid(grid, {"do": "undo"})
    obey_grid(grid, {"do": "assign", "key": ["AMZ-3", "LAMP"], "product_sku": "MUG"})
    assert book.answers() == [("AMZ-3", "MUG", "yes", "manual", "anna")]


@pytest.mark.parametrize(
    "message",
    [{}, {"do": "answer", "answer": "yes"}, {"do": "toggle", "key": "AMZ-3"}, {"do": "toggle", "key": [1, 2]}],
)
def test_a_message_that_makes_no_sense_answers_nothing(grid: GridModel, book: Book, message: dict[str, Any]) -> None:
    obey_grid(grid, message)
    assert book.answers() == [] and grid.page()["selected"] == 0


def test_the_plain_view_can_do_the_same(grid: GridModel, book: Book) -> None:
    pager = GridPager(grid)
    pager.filter.value = "probability < 0.5"
    pager.go.click()
    pager.rows.value = (("AMZ-3", "LAMP"),)
    pager.tick.click()
    pager.no.click()
    assert len(book.answers()) == 1
    pager.undo.click()
    pager.all.click()
    pager.no.click()
    assert book.answers() == [] and "Tick the box" in pager.said.value
    pager.sure.value = True
    pager.no.click()
    assert len(book.answers()) == 2
    pager.rows.value = (("AMZ-3", "LAMP"),)
    pager.sku.value = "MUG"
    pager.assign.click()
    assert book.answers()[-1] == ("AMZ-3", "MUG", "yes", "manual", "anna")


def test_every_answer_of_the_kernel_is_a_change_for_the_browser(book: Book) -> None:
    widget = GridWidget(GridModel(book))
    widget.model.load()
    turn = widget.shown["turn"]
    widget.model.clear()
    widget.model.clear()
    assert widget.shown["turn"] == turn + 2
