"""Tables for a page: a caption, headed columns, rows of words, and how many of all rows are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from channelkit.report.wording import moment

Kind = Literal["text", "number", "key", "time", "long"]


@dataclass(frozen=True)
class Column:
    """One column: its heading, the key of its cells, and how they are set."""

    heading: str
    key: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Grid:
    """A table for a page.

    Arguments:
        rows: one mapping of words for each row.
        total: how many rows there are; more than ``rows`` where only the first are shown.
        empty: what is said when there is no row.
        more: where to find the rest.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: list[dict[str, str]]
    total: int
    empty: str = "Nothing."
    more: str = ""

    @property
    def is_cut(self) -> bool:
        return len(self.rows) < self.total


def short_moment(ms: int | None) -> str:
    """Return a time for a column whose heading says that it is in UTC.

    >>> short_moment(1_790_000_000_000)
    '2026-09-21 14:13'
    """
    return moment(ms).removesuffix(" UTC")
