"""A group of a report's sections: what a page has under one heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from channelkit.report.grids import Grid
from channelkit.report.section import Section


@dataclass(frozen=True)
class Group:
    """Sections under one heading.

    Arguments:
        key: its anchor on the page.
        title: its heading.
        label: its short name, for a list of links.
        about: one sentence on what is told here.
        rows: its sections, one below the other; those of one tuple stand side by side.
        empty: what is said when there is none.
    """

    key: str
    title: str
    label: str
    about: str
    rows: tuple[tuple[Section, ...], ...]
    empty: str = ""

    @property
    def sections(self) -> tuple[Section, ...]:
        """All of them, in their order."""
        return tuple(section for row in self.rows for section in row)


def table_section(key: str, grid: Grid, rows: pa.Table, next_step: str = "") -> Section:
    """Return a section that is one table, whose caption says what it is."""
    return Section(key, "", "", rows, grids=(grid,), next_step=next_step)


def below(sections: Sequence[Section]) -> tuple[tuple[Section, ...], ...]:
    """Return sections for a group that has them one below the other."""
    return tuple((section,) for section in sections)


def slug(words: str) -> str:
    """Return words as a file's name and an anchor may have them: small letters, figures and dashes.

    >>> slug("Listing Suppressed, us"), slug("Übel/../x"), slug("?!")
    ('listing-suppressed-us', 'bel-x', 'x')
    """
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "x"
