"""Pages of a preview, for listing rules and for price rules: which rows are shown, and what a view shows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

PAGE = 25
"""Rows of a preview that are shown at a time."""

FEW = 10
SHARE = 0.2
"""More than both at once is asked about a second time."""


class Counted(Protocol):
    """What rules would do, computed and not done."""

    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def words(self) -> str: ...
    @property
    def stake(self) -> str: ...
    def rows(self, part: str, first: int, size: int) -> Sequence[Mapping[str, str]]: ...


class Paged(Protocol):
    """A model that shows one page of one part of a preview."""

    part: str
    first: int
    rows: Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Wording:
    """What the parts of a preview are called, and the columns of their rows.

    Arguments:
        titles: of each part, in the order in which they are offered.
        meanings: of each part, in a sentence.
        columns: names with their titles.
        numbers: names of the columns that hold figures.
    """

    titles: Mapping[str, str]
    meanings: Mapping[str, str]
    columns: Sequence[tuple[str, str]]
    numbers: frozenset[str] = frozenset()


def is_many(moving: int, listings: int) -> bool:
    """Say whether so much moves at once that a person says twice that it is meant.

    >>> is_many(10, 20), is_many(30, 100), is_many(30, 1000)
    (False, True, False)
    """
    return moving > max(FEW, SHARE * listings)


def page_start(first: int, total: int) -> int:
    """Return the first row of the page that a row is on; of the last page where there is no such row.

    >>> page_start(30, 100), page_start(200, 60), page_start(-25, 60)
    (25, 50, 0)
    """
    last = max(0, total - 1) // PAGE * PAGE
    return max(0, min(first // PAGE * PAGE, last))


def parts_screen(preview: Counted, wording: Wording) -> list[dict[str, Any]]:
    """Return each part with its title and how many rows it has."""
    return [
        {"part": part, "title": title, "count": preview.counts.get(part, 0)} for part, title in wording.titles.items()
    ]


def page_screen(preview: Counted, model: Paged, wording: Wording, reasons: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Return the figures of a preview, and the shown page of the shown part.

    Arguments:
        reasons: why rows are in that part, with how many there are.
    """
    part, first, rows = model.part, model.first, model.rows
    total = preview.counts.get(part, 0)
    names = [name for name, _ in wording.columns if any(row.get(name) for row in rows)]
    titles = dict(wording.columns)
    return {
        "parts": parts_screen(preview, wording),
        "words": preview.words,
        "stake": preview.stake,
        "part": part,
        "title": wording.titles[part],
        "meaning": wording.meanings[part],
        "reasons": [list(reason) for reason in reasons],
        "columns": [titles[name] for name in names],
        "numbers": [name in wording.numbers for name in names],
        "rows": [[row.get(name, "") for name in names] for row in rows],
        "first": first,
        "size": PAGE,
        "total": total,
        "range": f"{first + 1:,} to {first + len(rows):,} of {total:,}" if rows else "None.",
    }
