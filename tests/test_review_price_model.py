"""The editor of price rules: nothing typed is lost, nothing is in force before it was seen, and all can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from channelkit.database.connection import open_database
from channelkit.review.price_model import PriceModel
from tests.price_book import MATCH, SALE, PriceBook


@pytest.fixture
def book(tmp_path: Path) -> PriceBook:
    return PriceBook(open_database(f"sqlite:///{tmp_path / 'prices.db'}", tmp_path / "history"))


@pytest.fixture
def model(book: PriceBook) -> PriceModel:
    book.commit([SALE, MATCH], "Begin", "anna")
    model = PriceModel(book, "anna")
    model.load()
    return model


def state(model: PriceModel) -> str:
    return model.state


def ids(model: PriceModel) -> list[str]:
    return [rule["id"] for rule in model.draft.rules]


def test_the_grid_lists_rules_in_the_order_in_which_they_are_applied(model: PriceModel) -> None:
    """PR-01."""
    assert state(model) == "grid" and ids(model) == ["match", "sale"] and model.is_kept
    assert model.sentences[1] == "Every price is lowered by 10 %."


def test_a_new_rule_is_written_looked_at_and_put_in_force(book: PriceBook) -> None:
    """PR-01, PR-03."""
    model = PriceModel(book, "anna")
    model.load()
    model.add("standard")
    assert state(model) == "rule" and "Give the rule a name" in model.refusal
    for name, value in (("name", "Summer"), ("amount", "12.5"), ("first_day", "2026-06-01"), ("priority", "1")):
        model.set_field(name, value)
    model.set_field("discard", True)
    model.add_line(model.tree.root.id, "price")
    model.set_op(model.new, ">=")
    line = next(model.tree.lines()).id
    model.done()
    assert "No value is typed yet for: Price" in model.trouble and state(model) == "rule"
    model.set_value(line, "20")
    assert model.sentence == (
        "The price is lowered by 12.5 %, if Price is at least 20; from 2026-06-01 on; no later rule changes it."
    )
    model.done()
    assert state(model) == "grid" and ids(model) == ["summer"] and not model.is_kept and not book.history()
    model.commit(sure=True)
    assert "not looked at" in model.trouble
    model.look()
    assert state(model) == "preview" and model.part == "held" and len(book.previewed) == 1
    model.commit(sure=True)
    assert "no name yet" in model.trouble
    model.set_name("Summer sale")
    model.commit()
    assert "many prices would move" in model.trouble and not book.history()
    model.commit(sure=True)
    kept = book.history()[0]
    assert (kept.name, kept.made_by, [rule.id for rule in kept.rules]) == ("Summer sale", "anna", ["summer"])
    assert "In force: Summer sale" in model.said
    assert (model.is_kept, state(model)) == (True, "grid")


def test_an_intelligent_rule_comes_out_of_the_form_as_it_went_in(model: PriceModel) -> None:
    """PR-05, PR-06, PR-07, PR-09: opening a rule and leaving it changes nothing."""
    before = [dict(rule) for rule in model.draft.rules]
    model.edit("match")
    shown = {field.name: field.value for field in model.form.fields()} if model.form else {}
    assert (shown["source"], shown["feedback"], shown["variance:used_good"]) == ("lowest", "95", "70")
    assert (shown["floor:attribute"], shown["floor:percent"], shown["ceiling:attribute"]) == ("cost", "3", "")
    model.done()
    assert model.draft.rules == before and not model.draft.can_undo and model.is_kept


def test_fields_that_are_not_shown_just_now_keep_what_was_typed(model: PriceModel) -> None:
    model.edit("match")
    model.set_field("source", "featured")
    assert model.form is not None and "feedback" not in {field.name for field in model.form.fields()}
    model.set_field("source", "lowest")
    assert {field.name: field.value for field in model.form.fields()}["feedback"] == "95"
    model.set_field("direction", "decrease")
    model.set_field("amount", "a lot")
    assert "adjustment.amount is 'a lot'" in model.refusal
    model.done()
    assert "amount" in model.trouble and state(model) == "rule"
    model.cancel()
    assert state(model) == "grid" and model.is_kept


def test_rules_are_copied_switched_shifted_and_removed_and_all_of_it_undone(model: PriceModel) -> None:
    """PR-01, PR-02."""
    model.copy("match")
    assert ids(model) == ["match", "match-copy", "sale"] and model.draft.find("match-copy")["active"] is False
    model.switch("sale", False)
    model.shift("sale", -1)
    assert ids(model) == ["match", "sale", "match-copy"]
    assert [rule["priority"] for rule in model.draft.rules] == [1, 2, 3]
    model.remove_rule("match")
    assert ids(model) == ["sale", "match-copy"]
    for _ in range(4):
        model.undo()
    assert ids(model) == ["match", "sale"] and model.is_kept
    model.undo()
    assert "nothing is taken back" in model.trouble
    model.start_from(0)
    assert ids(model) == [] and "as their source has them" in model.said
    model.start_from(1)
    assert ids(model) == ["match", "sale"]


def test_what_was_put_in_force_meanwhile_is_not_overwritten(model: PriceModel, book: PriceBook) -> None:
    model.remove_rule("match")
    book.commit([], "Somebody else", "bob")
    model.look()
    model.set_name("Mine")
    model.commit(sure=True)
    assert "was put in force meanwhile" in model.trouble and ids(model) == ["sale"]
    assert book.history()[0].name == "Somebody else"


def test_a_preview_is_turned_page_by_page(model: PriceModel) -> None:
    model.look()
    model.show("falls")
    assert len(model.rows) == 25 and model.rows[0]["seller_sku"] == "falls-0"
    model.show("falls", 25)
    assert model.first == 25 and len(model.rows) == 5
    model.show("falls", 999)
    assert model.first == 25
    model.show("sideways")
    assert "no part" in model.trouble
    model.back()
    assert state(model) == "grid"


def test_what_fails_is_said_and_nothing_is_lost(book: PriceBook, model: PriceModel) -> None:
    model.switch("sale", False)
    book.broken = True
    model.look()
    assert "cannot be reached" in model.trouble and state(model) == "grid"
    assert model.draft.find("sale")["active"] is False
    other = PriceModel(book)
    other.load()
    assert state(other) == "failed"
    book.broken = False
    other.load()
    assert state(other) == "grid"
    other.edit("gone")
    assert "not there any more" in other.trouble
    other.set_field("name", "x")
    assert "No price rule is open" in other.trouble
    other.edit("sale")
    for name, value in (("nothing", "x"), ("active", "x"), ("name", True), ("name", 3)):
        other.set_field(name, value)
        assert other.trouble
