"""One way from facts to HTML for every page of a report: everything from outside is escaped, nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from channelkit.report import charts, dark
from channelkit.report.chart import Chart, make_chart, to_script
from channelkit.report.grids import Grid
from channelkit.report.group import Group
from channelkit.report.notebook_page import POLICY
from channelkit.report.section import Section
from channelkit.report.wording import count

BESIDE = POLICY.replace("script-src 'unsafe-inline'", "script-src 'unsafe-inline' 'self' file:")
"""As `POLICY`, for pages that share the charts' script in a file beside them."""


class Link(str):
    """Words of a table's cell that lead somewhere."""

    href: str

    @classmethod
    def to(cls, href: str, words: str) -> Link:
        link = cls(words)
        link.href = href
        return link


@dataclass(frozen=True)
class File:
    """A file that a page offers: where it is, and what it is."""

    href: str
    words: str


@dataclass(frozen=True)
class Part:
    """A section as a page shows it; ``chart`` is drawn, ``files`` hold its numbers."""

    key: str
    title: str
    about: str
    chart: Chart | None
    grids: Sequence[Grid]
    next_step: str
    files: Sequence[File]


@dataclass(frozen=True)
class Shown:
    """A group as a page shows it."""

    key: str
    title: str
    label: str
    about: str
    rows: Sequence[Sequence[Part]]
    empty: str


def show_group(group: Group, files: dict[str, Sequence[File]] | None = None) -> Shown:
    """Return a group with its charts drawn.

    Arguments:
        files: for a section's key, the files that hold its numbers.
    """
    rows = [[show_section(section, (files or {}).get(section.key, ())) for section in row] for row in group.rows]
    return Shown(group.key, group.title, group.label, group.about, rows, group.empty)


def show_section(section: Section, files: Sequence[File] = ()) -> Part:
    """Return a section with its chart drawn."""
    chart = make_chart(section.draw, f"chart-{section.key}", "", section.words) if section.draw else None
    return Part(section.key, section.title, section.about, chart, section.grids, section.next_step, files)


def render(template: str, **values: Any) -> str:
    """Return a page as HTML.

    Arguments:
        template: a file of this folder that extends ``frame.html``.
        values: what it shows; ``plotly`` is the charts' script itself, ``plotly_file`` where it lies beside the page.
    """
    values.setdefault("plotly", "")
    values.setdefault("plotly_file", "")
    values["policy"] = BESIDE if values["plotly_file"] else POLICY
    partners, config = to_script(dark.PARTNERS), to_script(charts.CONFIG)
    return str(_environment().get_template(template).render(**values, partners=partners, config=config))


@cache
def _environment() -> Any:
    import jinja2  # noqa: PLC0415 - only a page needs it

    # Everything is escaped but what is marked safe in the templates: the charts' script, and what is drawn by it,
    # written as JSON in which no text can end the element it stands in.
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["count"] = count
    environment.filters |= {"coded": _coded, "linked": _linked}
    return environment


def _coded(words: str) -> Any:
    """Return words in which what stands between backticks is set as a command."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - comes with jinja2

    parts = re.split(r"`([^`]+)`", words)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def _linked(words: str) -> Any:
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    return Markup('<a href="{}">{}</a>').format(words.href, words) if isinstance(words, Link) else words
