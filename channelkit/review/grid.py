"""The grid of all candidates: filter, sort, page, select, answer many at once; nothing of how it looks.

A row is known by its two SKUs, never by its place, so that a selection means the same rows however they are sorted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.errors import ChannelkitError, UsageError
from channelkit.review.condition import matching
from channelkit.review.screen import percent
from channelkit.review.source import Answer, Listed

PAGE = 50
"""Rows that travel to the browser at a time."""

KEY = ("seller_sku", "product_sku")
_APART = "\x1f"

Kind = Literal["text", "share", "whole", "flag"]


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


class GridModel:
    """All candidates, which of them are looked at, and which are selected.

    Arguments:
        matches: where candidates come from and answers go.
        by: who answers; kept with every answer.
    """

    def __init__(self, matches: Listed, by: str = "") -> None:
        self.matches, self.by = matches, by
        self.table = pa.table({name: pa.array([], pa.string()) for name in KEY})
        self.condition, self.order, self.descending = "", "probability", True
        self.first = 0
        self.selected: set[str] = set()
        self.said, self.trouble = "", ""
        self._keys, self._rows = pa.array([], pa.string()), pa.array([], pa.int64())
        self._done: list[int] = []
        self._watchers: list[Callable[[], None]] = []

    @property
    def headings(self) -> list[Heading]:
        """The columns that there are."""
        return [heading for heading in HEADINGS if heading.name in self.table.column_names]

    @property
    def matching(self) -> int:
        """How many rows the filter lets through."""
        return len(self._rows)

    @property
    def can_undo(self) -> bool:
        """Whether answers of this sitting can be taken back."""
        return bool(self._done)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call this whenever something to be shown has changed."""
        self._watchers.append(watcher)

    def load(self) -> None:
        """Read the candidates; a selection of rows that are still there stays."""
        self._try(self._load)

    def filter(self, condition: str) -> None:
        """Look only at the rows for which a condition holds; see `channelkit.review.condition`."""
        self._try(lambda: self._filter(condition))

    def sort(self, name: str) -> None:
        """Sort by a column; by the same one again, the other way round."""
        self._try(lambda: self._sort(name))

    def turn(self, first: int) -> None:
        """Look at the rows from this one on, counted from nought."""
        self._try(lambda: self._turn(first))

    def toggle(self, key: tuple[str, str]) -> None:
        """Select a row, or no longer."""
        self._try(lambda: self.selected.symmetric_difference_update({self._known(key)}))

    def select_matching(self) -> None:
        """Select every row that the filter lets through, on this page or not."""
        self._try(lambda: self.selected.update(self._keys.take(self._rows).to_pylist()))

    def clear(self) -> None:
        """Select nothing."""
        self._try(self.selected.clear)

    def answer(self, answer: Answer, of: int) -> None:
        """Give one answer to all selected rows.

        Arguments:
            answer: ``"yes"``, ``"no"`` or ``"skip"``.
            of: how many rows you think are selected; another number answers nothing.
        """
        self._try(lambda: self._answer(answer, of))

    def assign(self, key: tuple[str, str], product_sku: str) -> None:
        """Link the listing of a row to another product (MA-07)."""
        self._try(lambda: self._assign(key, product_sku.strip()))

    def undo(self) -> None:
        """Take back what was answered last in this sitting, all of it."""
        self._try(self._undo)

    def page(self) -> dict[str, Any]:
        """Return what a view shows now, as plain values: one page of rows, and figures about the rest."""
        shown = self.table.take(self._rows[self.first : self.first + PAGE])
        names = [heading.name for heading in self.headings]
        keys = _keys(shown).to_pylist()
        rows = [
            {
                "key": key.split(_APART),
                "selected": key in self.selected,
                "cells": [_cell(name, row[name]) for name in names],
            }
            for key, row in zip(keys, shown.to_pylist(), strict=True)
        ]
        return {
            "columns": [
                {"name": heading.name, "label": heading.label, "editable": heading.editable}
                for heading in self.headings
            ],
            "rows": rows,
            "first": self.first,
            "size": PAGE,
            "matching": self.matching,
            "total": self.table.num_rows,
            "selected": len(self.selected),
            "condition": self.condition,
            "order": self.order,
            "descending": self.descending,
            "words": self._words(len(rows)),
            "said": self.said,
            "trouble": self.trouble,
            "can_undo": self.can_undo,
        }

    def _words(self, shown: int) -> str:
        of = f"of {self.matching:,}" + (f" that match, {self.table.num_rows:,} in all" if self.condition else "")
        begins = f"Rows {self.first + 1:,} to {self.first + shown:,} {of}." if shown else f"No row {of}."
        return f"{begins} {len(self.selected):,} selected."

    def _load(self) -> None:
        self.table = self.matches.candidate_table().combine_chunks()
        self._keys = _keys(self.table)
        self.selected &= set(self._keys.to_pylist()) if self.selected else set()
        self._look()

    def _look(self) -> None:
        """Filter and sort afresh; with equal values, rows keep the order in which they came."""
        rows = pc.indices_nonzero(matching(self.table, self.condition)).cast(pa.int64())
        if self.order in self.table.column_names:
            order = "descending" if self.descending else "ascending"
            looked = pa.table({"by": self.table[self.order].take(rows), "row": rows})
            keys = [("by", order), ("row", "ascending")]
            rows = rows.take(pc.sort_indices(looked, sort_keys=keys))
        self._rows = rows
        self.first = min(self.first, max(0, (self.matching - 1) // PAGE * PAGE))

    def _filter(self, condition: str) -> None:
        matching(self.table, condition)
        self.condition, self.first = condition.strip(), 0
        self._look()

    def _sort(self, name: str) -> None:
        if name not in self.table.column_names:
            raise UsageError(f"There is no column {name!r}.", f"The columns are: {', '.join(self.table.column_names)}.")
        self.descending = not self.descending if name == self.order else name == "probability"
        self.order, self.first = name, 0
        self._look()

    def _turn(self, first: int) -> None:
        last = max(0, (self.matching - 1) // PAGE * PAGE)
        self.first = max(0, min(first // PAGE * PAGE, last))

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
        seller_sku, _ = _pair(self._known(key))
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

    def _known(self, key: tuple[str, str]) -> str:
        written = _APART.join(key)
        if not pc.is_in(pa.scalar(written), value_set=self._keys).as_py():
            raise UsageError(f"{key[0]} and {key[1]} are no longer among the candidates.", "Look at the grid again.")
        return written

    def _try(self, act: Callable[[], object]) -> None:
        """Do it; say in words what failed, and leave everything as it was."""
        self.said, self.trouble = "", ""
        try:
            act()
        except ChannelkitError as error:
            self.trouble = str(error)
        finally:
            for watcher in self._watchers:
                watcher()


def _keys(table: pa.Table) -> pa.Array:
    seller, product = (table[name].combine_chunks() for name in KEY)
    return pc.binary_join_element_wise(seller, product, _APART)


def _pair(key: str) -> tuple[str, str]:
    seller_sku, _, product_sku = key.partition(_APART)
    return seller_sku, product_sku


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    return percent(value) if name == "probability" else str(value)
