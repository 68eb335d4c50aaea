"""The editor of price rules in a real Chromium, on a model in this process: what people click, and where it hurts.

The page stands in for JupyterLab alone; the same editor in JupyterLab itself is driven by another test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from channelkit.database.connection import open_database
from channelkit.review.price_model import PriceModel
from channelkit.review.price_screen import price_screen
from channelkit.review.price_widget import PriceWidget, obey_prices
from tests.desk_fixtures import DARK, PAGE, keep
from tests.price_book import COUNTS, MATCH, SALE, PriceBook


@dataclass
class Shown:
    """An editor that is shown, and what its page complained of."""

    model: PriceModel
    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def editor(self) -> Locator:
        return self.page.locator(".ck-prices")

    def press(self, name: str) -> None:
        self.editor.get_by_role("button", name=name, exact=True).click()


class Show(Protocol):
    """Shows the editor of a book of rules; the page is closed with the test."""

    def __call__(self, book: PriceBook, *, dark: bool = False, width: int = 1200) -> Shown: ...


@pytest.fixture
def book(tmp_path: Path) -> PriceBook:
    return PriceBook(open_database(f"sqlite:///{tmp_path / 'prices.db'}", tmp_path / "history"))


@pytest.fixture
def show(browser: Browser) -> Iterator[Show]:
    with ExitStack() as opened:

        def show(book: PriceBook, *, dark: bool = False, width: int = 1200) -> Shown:
            model = PriceModel(book, "anna")
            model.load()
            context = browser.new_context(viewport={"width": width, "height": 900})
            opened.callback(context.close)
            shown = Shown(model, context.new_page())
            shown.page.on("pageerror", lambda error: shown.complaints.append(str(error)))
            draw = partial(price_screen, model)
            model.watch(lambda: shown.page.evaluate("text => window.show(text)", json.dumps(draw())))
            shown.page.expose_function("obey", lambda message: obey_prices(model, json.loads(message)))
            script = PriceWidget._esm.replace("export default", "const widget =")
            is_light, look = ("false", DARK) if dark else ("true", "")
            now = json.dumps(draw()).replace("<", "\\u003c")
            shown.page.set_content(PAGE % (PriceWidget._css, is_light, look, script, now))
            shown.editor.wait_for()
            return shown

        yield show


def test_without_rules_it_says_what_can_be_added_and_what_holds(book: PriceBook, show: Show) -> None:
    """PR-01."""
    shown = show(book)
    expect(shown.editor).to_contain_text("No price rules yet: prices are as their source has them.")
    expect(shown.editor).to_contain_text("No rules are in force.")
    expect(shown.editor.locator(".ck-scroll").first).to_be_hidden()
    assert shown.complaints == []


def test_what_is_wrong_is_said_below_its_field_which_gets_the_cursor(book: PriceBook, show: Show) -> None:
    """PR-01, PR-04: in the words of the form, not in those of a file."""
    shown = show(book)
    shown.press("Add a standard rule")
    shown.press("Done")
    name = shown.editor.get_by_label("Name", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description("Give the rule a name.")
    name.fill("Sale")
    expect(name).to_have_attribute("aria-invalid", "false")
    amount = shown.editor.get_by_label("Amount", exact=True)
    amount.fill("ten")
    shown.press("Done")
    expect(amount).to_be_focused()
    expect(amount).to_have_accessible_description(
        "Amount is 'ten'. Write a number from 0 to 1,000 with at most 4 decimals."
    )
    expect(shown.editor.locator(".ck-trouble")).to_be_hidden()
    amount.fill("10")
    shown.press("Done")
    expect(shown.editor.locator(".ck-rules tbody tr")).to_have_count(1)
    assert shown.complaints == []


def test_a_condition_without_value_is_said_beside_the_button(book: PriceBook, show: Show) -> None:
    """PR-03."""
    shown = show(book)
    shown.press("Add an intelligent rule")
    shown.editor.get_by_label("Name", exact=True).fill("Match")
    chooser = shown.editor.get_by_label("Attribute of a new condition")
    chooser.focus()
    chooser.select_option("price")
    shown.press("Add the condition")
    shown.press("Done")
    trouble = shown.editor.locator(".ck-form .ck-trouble")
    expect(trouble).to_contain_text("No value is typed yet for: Price")
    shown.editor.get_by_label("Value of Price").fill("20")
    shown.press("Done")
    expect(shown.editor.locator(".ck-rules")).to_contain_text("if Price is 20")


def test_what_is_missing_for_a_version_is_said_beside_its_button(book: PriceBook, show: Show) -> None:
    """PR-01: nothing is in force before it has a name, and before it is said that so much is meant."""
    book.commit([SALE, MATCH], "Begin", "anna")
    shown = show(book)
    shown.press("Delete Match")
    shown.press("Preview what they would do")
    shown.press("Put these rules in force")
    trouble, name = shown.editor.locator(".ck-keeping .ck-trouble"), shown.editor.get_by_label("Name of this version")
    expect(trouble).to_contain_text("This version has no name yet.")
    expect(name).to_be_focused()
    name.fill("Without matching")
    shown.press("Put these rules in force")
    expect(trouble).to_contain_text("many prices would move")
    sure = shown.editor.get_by_label("Yes, all these prices shall move.")
    expect(sure).to_be_focused()
    sure.check()
    shown.press("Put these rules in force")
    expect(shown.editor.locator(".ck-said")).to_contain_text("In force: Without matching, version 2.")
    assert [rule.id for rule in book.history()[0].rules] == ["sale"] and shown.complaints == []


def test_an_earlier_version_is_taken_up_from_the_list_and_put_in_force(book: PriceBook, show: Show) -> None:
    """PR-01."""
    book.commit([SALE, MATCH], "Winter", "anna")
    book.commit([SALE], "Winter", "bert")
    shown = show(book)
    shown.editor.locator("summary").click()
    shown.press("Go on from version 1, Winter")
    expect(shown.editor.locator(".ck-rules tbody tr")).to_have_count(2)
    shown.press("Preview what they would do")
    shown.editor.get_by_label("Name of this version").fill("Winter again")
    shown.editor.get_by_label("Yes, all these prices shall move.").check()
    shown.press("Put these rules in force")
    expect(shown.editor.locator(".ck-versions li").first).to_contain_text("Winter again version 3, in force since")
    assert [rule.id for rule in book.history()[0].rules] == ["match", "sale"]


def test_prices_that_rest_from_a_war_are_a_part_of_the_preview(
    book: PriceBook, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(COUNTS, "rests", 3)
    book.commit([SALE], "Begin", "anna")
    shown = show(book)
    shown.press("Preview what they would do")
    shown.editor.get_by_role("tab", name="Rest from a war (3)").click()
    expect(shown.editor.locator(".ck-preview table")).to_contain_text("rests-2")
    expect(shown.editor.locator(".ck-preview td.ck-number").first).to_have_text("10.00 EUR")


def test_a_database_that_is_away_loses_nothing_that_was_typed(book: PriceBook, show: Show) -> None:
    """PR-01: it is said where one looks, and another try does it."""
    book.commit([SALE], "Begin", "anna")
    shown = show(book)
    shown.press("Copy Sale <b>now</b>")
    shown.press("Preview what they would do")
    book.broken = True
    shown.editor.get_by_label("Name of this version").fill("Twice")
    shown.editor.get_by_label("Yes, all these prices shall move.").check()
    shown.press("Put these rules in force")
    expect(shown.editor.locator(".ck-keeping .ck-trouble")).to_have_text("The database cannot be reached. Try again.")
    book.broken = False
    shown.press("Put these rules in force")
    expect(shown.editor.locator(".ck-said")).to_contain_text("In force: Twice, version 2.")


def test_rules_that_cannot_be_read_are_read_again_by_a_button(book: PriceBook, show: Show) -> None:
    book.commit([SALE], "Begin", "anna")
    book.broken = True
    shown = show(book)
    expect(shown.editor.locator(".ck-trouble")).to_have_text("The database cannot be reached. Try again.")
    expect(shown.editor.get_by_role("button", name="Add a standard rule")).to_be_hidden()
    book.broken = False
    shown.press("Read them again")
    expect(shown.editor.locator(".ck-rules tbody tr")).to_have_count(1)
    expect(shown.editor.get_by_role("button", name="Read them again")).to_be_hidden()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_in_a_narrow_window_everything_is_in_sight(book: PriceBook, show: Show, dark: bool) -> None:
    """A rule is a card with all that can be done to it; no field, and no button, is cut off."""
    book.commit([SALE, MATCH], "Begin", "anna")
    shown = show(book, dark=dark, width=600)
    inside(shown, ".ck-rules button, .ck-rules td, .ck-actions button")
    keep(shown.page, f"price-rules-narrow-{'dark' if dark else 'light'}")
    shown.press("Edit Match")
    inside(shown, ".ck-form input, .ck-form select, .ck-form button")
    keep(shown.page, f"price-rule-narrow-{'dark' if dark else 'light'}")
    shown.press("Cancel")
    shown.press("Preview what they would do")
    inside(shown, ".ck-tabs button, .ck-moves, .ck-keeping input, .ck-keeping button")
    assert shown.complaints == []


def inside(shown: Shown, chosen: str) -> None:
    """Check that elements stand within the editor."""
    cut = shown.editor.evaluate(
        """(root, chosen) => {
          const frame = root.getBoundingClientRect();
          return [...root.querySelectorAll(chosen)].filter((each) => {
            const box = each.getBoundingClientRect();
            return box.width > 0 && (box.left < frame.left || box.right > frame.right);
          }).map((each) => each.outerHTML.slice(0, 120));
        }""",
        chosen,
    )
    assert cut == []
