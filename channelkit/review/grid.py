"""The grid of all candidates: filter, sort, page, select, answer many at once; nothing of how it looks.

A row is known by its two SKUs, never by its place, so that a selection means the same rows however they are sorted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from channelkit.errors import UsageError
from channelkit.review.screen import percent
from channelkit.review.source import Answer, Listed
from channelkit.review.table import APART, PAGE, TableModel
from channelkit.review.watched import Watched

KEY = ("seller_sku", "product_sku")


@dataclass(frozen=True)
class Heading:
    """A column as it is shown; an editable one assigns another product."""

    name: str
    label: str
    editable: bool = False


HEADINGS = (
    Heading("probability", "Likely"),
    Heading("verdict", "Verdict"),
    Heading("answer", "Answer"),
    Heading("seller_sku", "Seller SKU"),
    Heading("listing_title", "Amazon listing"),
    Heading("product_sku", "Product SKU", editable=True),
    Heading("product_title", "Commerce product"),
    Heading("listing_price", "On Amazon"),
    Heading("product_price", "In Commerce"),
    Heading("evidence", "What was found"),
    Heading("veto", "Against it"),
)


class GridModel(Watched):
    """All candidates, which of them are looked at, and which are selected.

    Arguments:
        matches: where candidates come from and answers go.
        by: who answers; kept with every answer.
    """

    def __init__(self, matches: Listed, by: str = "") -> None:
        super().__init__()
        self.matches, self.by = matches, by
        self.rows = TableModel(KEY, "probability", descending=True, noun="candidates")
        self._done: list[int] = []

    @property
    def headings(self) -> list[Heading]:
        """The columns that there are."""
        return [heading for heading in HEADINGS if heading.name in self.rows.table.column_names]

    @property
    def condition(self) -> str:
        """What is looked at; see `channelkit.review.condition`."""
        return self.rows.condition

    @property
    def first(self) -> int:
        """The first row of the page, counted from nought."""
        return self.rows.first

    @property
    def selected(self) -> set[str]:
        """The selected rows, by their keys."""
        return self.rows.selected

    @property
    def can_undo(self) -> bool:
        """Whether answers of this sitting can be taken back."""
        return bool(self._done)

    def load(self) -> None:
        """Read the candidates; a selection of rows that are still there stays."""
        self.attempt(self._load)

    def filter(self, condition: str) -> None:
        """Look only at the rows for which a condition holds; see `channelkit.review.condition`."""
        self.attempt(lambda: self.rows.filter(condition))

    def sort(self, name: str) -> None:
        """Sort by a column; by the same one again, the other way round."""
        self.attempt(lambda: self.rows.sort(name, begins_descending=name == "probability"))

    def turn(self, first: int) -> None:
        """Look at the rows from this one on, counted from nought."""
        self.attempt(lambda: self.rows.turn(first))

    def toggle(self, key: tuple[str, str]) -> None:
        """Select a row, or no longer."""
        self.attempt(lambda: self.rows.toggle(APART.join(key)))

    def select_matching(self) -> None:
        """Select every row that the filter lets through, on this page or not."""
        self.attempt(self.rows.select_matching)

    def clear(self) -> None:
        """Select nothing."""
        self.attempt(self.selected.clear)

    def answer(self, answer: Answer, of: int) -> None:
        """Give one answer to all selected rows.

        Arguments:
            answer: ``"yes"``, ``"no"`` or ``"skip"``.
            of: how many rows you think are selected; another number answers nothing.
        """
        self.attempt(lambda: self._answer(answer, of))

    def assign(self, key: tuple[str, str], product_sku: str) -> None:
        """Link the listing of a row to another product (MA-07)."""
        self.attempt(lambda: self._assign(key, product_sku.strip()))

    def undo(self) -> None:
        """Take back what was answered last in this sitting, all of it."""
        self.attempt(self._undo)

    def page(self) -> dict[str, Any]:
        """Return what a view shows now, as plain values: one page of rows, and figures about the rest."""
        names = [heading.name for heading in self.headings]
        rows = [
            {
                "key": key.split(APART),
                "selected": key in self.selected,
                "cells": [_cell(name, row[name]) for name in names],
            }
            for key, row in zip(self.rows.page_keys(), self.rows.page().to_pylist(), strict=True)
        ]
        return {
            "columns": [
                {"name": heading.name, "label": heading.label, "editable": heading.editable}
                for heading in self.headings
            ],
            "rows": rows,
            "first": self.first,
            "size": PAGE,
            "matching": self.rows.matching,
            "total": self.rows.table.num_rows,
            "selected": len(self.selected),
            "condition": self.condition,
            "order": self.rows.order,
            "descending": self.rows.descending,
            "words": self._words(len(rows)),
            "said": self.said,
            "trouble": self.trouble,
            "can_undo": self.can_undo,
        }

    def _words(self, shown: int) -> str:
        all_rows = f" that match, {self.rows.table.num_rows:,} in all" if self.condition else ""
        of = f"of {self.rows.matching:,}{all_rows}"
        begins = f"Rows {self.first + 1:,} to {self.first + shown:,} {of}." if shown else f"No row {of}."
        return f"{begins} {len(self.selected):,} selected."

    def _load(self) -> None:
        self.rows.load(self.matches.candidate_table())

    def _answer(self, answer: Answer, of: int) -> None:
        pairs = sorted(_pair(key) for key in self.selected)
        if len(pairs) != of or not pairs:
            raise UsageError(f"{len(pairs):,} rows are selected, not {of:,}; nothing was answered.", "Look again.")
        twice = [sku for sku, count in Counter(seller_sku for seller_sku, _ in pairs).items() if count > 1]
        if answer == "yes" and twice:
            raise UsageError(
                f"{twice[0]} is selected with several products; nothing was answered.",
                "A listing is one product: select the right one of each listing.",
            )
        self.matches.answer_many(pairs, answer, self.by)
        self._done.append(len(pairs))
        self.selected.clear()
        self.said = f"Kept: {answer} to {len(pairs):,} {'row' if len(pairs) == 1 else 'rows'}."
        self._load()

    def _assign(self, key: tuple[str, str], product_sku: str) -> None:
        seller_sku, _ = _pair(self.rows.known(APART.join(key)))
        if not product_sku:
            raise UsageError("No product is named.", "Type the SKU of a product in Commerce.")
        self.matches.assign(seller_sku, product_sku, self.by)
        self._done.append(1)
        self.said = f"Kept: {seller_sku} is {product_sku}, assigned by hand."
        self._load()

    def _undo(self) -> None:
        if not self._done:
            raise UsageError("Nothing was answered in this sitting, so nothing is taken back.")
        count = self._done[-1]
        self.matches.undo(self.by, count)
        self._done.pop()
        self.said = f"Taken back: {count:,} {'answer' if count == 1 else 'answers'}."
        self._load()


def _pair(key: str) -> tuple[str, str]:
    seller_sku, _, product_sku = key.partition(APART)
    return seller_sku, product_sku


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    return percent(value) if name == "probability" else str(value)
