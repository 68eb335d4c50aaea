"""The review: what is asked, what an answer does, what undo takes back, and what is said when something fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from channelkit.review.model import ReviewModel
from channelkit.review.screen import screen
from tests.match_book import FIRST, KETTLE, PRODUCTS, Book, asked


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "book.db")


@pytest.fixture
def review(book: Book) -> ReviewModel:
    review = ReviewModel(book, by="anna")
    review.load()
    return review


def shown_pair(review: ReviewModel) -> tuple[str, str] | None:
    return None if review.question is None else (review.question.seller_sku, review.question.product_sku)


def rows(review: ReviewModel) -> dict[str, dict[str, Any]]:
    return {row["label"]: row for row in screen(review)["question"]["rows"]}


def test_a_yes_is_kept_with_who_said_it_and_settles_the_listing(review: ReviewModel, book: Book) -> None:
    review.answer("yes")
    assert book.answers() == [("AMZ-1", "KETTLE", "yes", "asked", "anna")]
    assert shown_pair(review) == ("AMZ-2", "MUG")
    assert review.said == "Kept: AMZ-1 and KETTLE, the same product."


def test_a_no_leaves_the_listings_other_candidates_to_ask(review: ReviewModel) -> None:
    review.answer("no")
    assert shown_pair(review) == ("AMZ-1", "KETTLE-2")


def test_when_all_is_answered_nothing_is_left_to_ask(review: ReviewModel) -> None:
    for _ in range(3):
        review.answer("yes")
    assert review.state == "empty" and review.question is None
    assert screen(review)["progress"] == "3 of 3 answered: 3 yes. 3 of 3 listings are linked."


def test_what_was_skipped_is_asked_again_only_when_one_looks_again(review: ReviewModel) -> None:
    review.answer("skip")
    review.answer("yes")
    review.answer("yes")
    assert review.state == "empty" and screen(review)["skipped"] == 1
    review.again()
    assert shown_pair(review) == ("AMZ-1", "KETTLE")


def test_undo_takes_the_answer_back_and_asks_again(review: ReviewModel, book: Book) -> None:
    review.answer("yes")
    review.answer("skip")
    review.undo()
    assert shown_pair(review) == ("AMZ-2", "MUG")
    review.undo()
    assert shown_pair(review) == ("AMZ-1", "KETTLE")
    assert book.answers() == [] and not review.can_undo
    review.answer("no")
    assert shown_pair(review) == ("AMZ-1", "KETTLE-2")


def test_undo_works_after_the_last_question_too(review: ReviewModel) -> None:
    for _ in range(3):
        review.answer("yes")
    review.undo()
    assert shown_pair(review) == ("AMZ-3", "LAMP")
    review.answer("no")
    assert review.state == "empty"


def test_with_nothing_answered_undo_takes_nothing_back(review: ReviewModel, book: Book) -> None:
    book.answer("AMZ-9", "MUG", "yes", "anna")
    review.undo()
    assert "nothing is taken back" in review.trouble
    assert len(book.answers()) == 1


def test_another_candidate_can_be_chosen_and_confirmed(review: ReviewModel, book: Book) -> None:
    """MA-04."""
    assert [other.product_sku for other in review.others] == ["KETTLE-2"]
    review.choose("KETTLE-2")
    assert [other.product_sku for other in review.others] == ["KETTLE"]
    review.answer("yes")
    assert book.answers() == [("AMZ-1", "KETTLE-2", "yes", "asked", "anna")]
    assert shown_pair(review) == ("AMZ-2", "MUG")


def test_a_chosen_candidate_that_is_refused_gives_way_to_the_one_whose_turn_it_was(review: ReviewModel) -> None:
    """MA-04."""
    review.choose("KETTLE-2")
    review.answer("no")
    assert shown_pair(review) == ("AMZ-1", "KETTLE")
    review.answer("no")
    assert shown_pair(review) == ("AMZ-2", "MUG")


def test_a_product_that_is_no_candidate_is_assigned_by_its_sku(review: ReviewModel, book: Book) -> None:
    """MA-07, MA-09: a link by hand is marked so."""
    review.assign(" LAMP ")
    assert book.answers() == [("AMZ-1", "LAMP", "yes", "manual", "anna")]
    assert shown_pair(review) == ("AMZ-2", "MUG")
    review.undo()
    assert book.answers() == [] and shown_pair(review) == ("AMZ-1", "KETTLE")


def test_an_unknown_product_is_refused_and_the_question_stays(review: ReviewModel, book: Book) -> None:
    """MA-07."""
    review.assign("NO-SUCH")
    assert "no product 'NO-SUCH'" in review.trouble
    assert shown_pair(review) == ("AMZ-1", "KETTLE") and book.answers() == []


@pytest.mark.parametrize("sku", ["", "   "])
def test_nothing_typed_assigns_nothing(review: ReviewModel, book: Book, sku: str) -> None:
    review.assign(sku)
    assert "No product is named" in review.trouble and book.answers() == []


def test_a_busy_database_costs_no_answer(review: ReviewModel, book: Book) -> None:
    book.is_busy = True
    review.answer("yes")
    assert "locked by another process" in review.trouble and review.said == ""
    assert review.state == "asking" and shown_pair(review) == ("AMZ-1", "KETTLE")
    book.is_busy = False
    review.answer("yes")
    assert review.trouble == "" and len(book.answers()) == 1


def test_a_database_that_is_busy_at_the_beginning_can_be_asked_again(book: Book) -> None:
    book.is_busy = True
    review = ReviewModel(book)
    review.load()
    assert review.state == "failed" and "locked" in review.trouble
    book.is_busy = False
    review.again()
    assert shown_pair(review) == ("AMZ-1", "KETTLE") and review.trouble == ""


def test_the_database_may_fail_between_the_answer_and_the_next_question(review: ReviewModel, book: Book) -> None:
    review.watch(lambda: None)
    book_answer = book.answer

    def answer_and_lock(seller_sku: str, product_sku: str, answer: Any, by: str = "") -> None:
        book_answer(seller_sku, product_sku, answer, by)
        book.is_busy = True

    book.answer = answer_and_lock  # type: ignore[method-assign]  # the one moment that no other way reaches
    review.answer("yes")
    assert review.said.startswith("Kept") and "locked" in review.trouble
    book.is_busy = False
    review.again()
    assert shown_pair(review) == ("AMZ-2", "MUG") and len(book.answers()) == 1
    review.undo()
    assert shown_pair(review) == ("AMZ-1", "KETTLE")


def test_loading_twice_keeps_the_question(review: ReviewModel) -> None:
    review.answer("yes")
    review.load()
    assert shown_pair(review) == ("AMZ-2", "MUG")


def test_whoever_watches_is_told_of_loading_and_of_the_question(book: Book) -> None:
    review = ReviewModel(book)
    seen: list[str] = []
    review.watch(lambda: seen.append(review.state))
    review.load()
    assert seen == ["loading", "asking"]


def test_of_a_hundred_thousand_questions_a_few_kilobytes_travel(tmp_path: Path) -> None:
    pairs = [asked(f"AMZ-{number}", "KETTLE", KETTLE, 0.5) for number in range(100_000)]
    review = ReviewModel(Book(tmp_path / "many.db", pairs))
    review.load()
    assert len(repr(screen(review))) < 5_000


def test_both_sides_are_shown_row_by_row_with_what_differs(review: ReviewModel) -> None:
    assert {label: row["verdict"] for label, row in rows(review).items()} == {
        "Title": "differs",
        "Brand": "same",
        "Model": "only in Commerce",
        "Price": "differs",
        "Description": "only on Amazon",
    }
    assert ["pack of 2", "strong"] in rows(review)["Title"]["left"]


def test_another_price_is_marked_but_says_nothing_of_the_product(review: ReviewModel) -> None:
    assert rows(review)["Price"]["left"] == [["39.99 USD", "other"]]


def test_the_same_amount_without_its_currency_is_no_difference(tmp_path: Path) -> None:
    for price, verdict in (("24.99", "same"), ("24.99 EUR", "differs"), ("24.98", "differs")):
        listing = {**KETTLE, "price": price}
        review = ReviewModel(Book(tmp_path / "price.db", [asked("AMZ-1", "KETTLE", listing, 0.5)]))
        review.load()
        assert rows(review)["Price"]["verdict"] == verdict


@pytest.mark.parametrize(
    ("identifier", "verdict"),
    [("B000000001", "not comparable"), ("817084999560", "differs"), ("4006381333931", "same")],
)
def test_an_asin_and_a_gtin_do_not_contradict_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identifier: str, verdict: str
) -> None:
    monkeypatch.setitem(PRODUCTS["KETTLE"], "identifier", "4006381333931")
    listing = {**KETTLE, "identifier": identifier}
    review = ReviewModel(Book(tmp_path / "codes.db", [asked("AMZ-1", "KETTLE", listing, 0.5)]))
    review.load()
    assert rows(review)["Identifier"]["verdict"] == verdict


def test_evidence_and_vetoes_are_sentences(review: ReviewModel) -> None:
    question = screen(review)["question"]
    assert question["evidence"] == ["Model KX-200 is on both sides.", "The brand is the same, Acme."]
    assert question["veto"] == ["The pack sizes differ: 2 on Amazon, 1 in Commerce."]


@pytest.mark.parametrize(
    ("address", "source", "link"),
    [
        ("https://images.example.com/a.jpg", "", "https://images.example.com/a.jpg"),
        ("data:image/png;base64,AAAA", "data:image/png;base64,AAAA", ""),
        ("javascript:alert(1)", "", ""),
        ("data:text/html;base64,AAAA", "", ""),
        ('https://a/"onload=x', "", ""),
        ("", "", ""),
    ],
)
def test_a_picture_from_elsewhere_is_a_link_and_nothing_else_is_followed(
    tmp_path: Path, address: str, source: str, link: str
) -> None:
    listing = {**KETTLE, "image_url": address}
    review = ReviewModel(Book(tmp_path / "one.db", [asked("AMZ-1", "KETTLE", listing, 0.5)]))
    review.load()
    picture = screen(review)["question"]["pictures"][0]
    assert (picture["source"], picture["link"]) == (source, link)


def test_the_measured_precision_and_what_is_missing_are_told(review: ReviewModel) -> None:
    standing = screen(review)["standing"]
    assert (standing["precision"], standing["lower_bound"], standing["target"]) == ("97.1 %", "91.4 %", "98 %")
    assert not standing["accepts"] and "180 more answers" in standing["words"]


def test_the_first_questions_of_the_book_are_what_the_tests_think() -> None:
    assert [(pair.seller_sku, pair.product_sku) for pair in FIRST][:2] == [("AMZ-1", "KETTLE"), ("AMZ-1", "KETTLE-2")]
