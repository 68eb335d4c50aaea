"""A dashboard as a notebook shows it: its cards and findings as HTML, each section as words, a chart and tables.

All words from outside are escaped, and nothing needs a script but the charts, which are plotly's own output: JupyterLab
draws it, and so does the page that a notebook is exported as.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from channelkit.report.charts import Figure
from channelkit.report.grids import Grid
from channelkit.report.section import Section
from channelkit.report.wording import count, counted, moment, money
from channelkit.trends.sales import Figure as Sold

if TYPE_CHECKING:
    from channelkit.report.dashboard import Dashboard
    from channelkit.report.store_cards import StoreCard

_COMMAND = re.compile(r"channelkit (?:[^.;?]|[.](?=\S))+")

HEIGHT = 320
"""Pixels of a chart that asks for none."""

LEAD = 22
"""Pixels from a title's line to the next; plotly puts the last line where a single one would stand."""

LONGEST_LINE = 62
"""Letters of a title's line."""


@dataclass(frozen=True)
class Shown:
    """A section as a notebook shows it."""

    section: Section

    @property
    def figure(self) -> Figure | None:
        """Its chart with its finding as its title, or None where there is nothing to draw."""
        return None if self.section.draw is None else titled(self.section)

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display  # noqa: PLC0415 - only a notebook has it

        # Three outputs: a page that is made of the notebook keeps the words, the chart and the tables.
        display(HTML(_alone(_head(self.section))))  # type: ignore[no-untyped-call]
        if self.section.draw is not None:
            display(self.section.draw())  # type: ignore[no-untyped-call]
        display(HTML(_alone(_tables(self.section.grids, is_open=True))))  # type: ignore[no-untyped-call]

    def _repr_html_(self) -> str:
        return _alone(_head(self.section) + _tables(self.section.grids, is_open=True))

    def __repr__(self) -> str:
        return "\n".join(filter(None, (self.section.title, self.section.about, self.section.next_step)))


def titled(section: Section) -> Figure:
    """Return a section's chart with its finding above it, as it stands alone."""
    if section.draw is None:
        return None
    figure = section.draw()
    lines = _broken(section.title, LONGEST_LINE)
    room = LEAD * len(lines) + 14
    heading = {
        "text": "<br>".join(map(escape, lines)),
        "xref": "container",
        "x": 0,
        "pad": {"l": 8, "t": 8 + LEAD * (len(lines) - 1)},
    }
    figure.update_layout(
        title=heading | {"yref": "container", "y": 1, "yanchor": "top"},
        height=(figure.layout.height or HEIGHT) + room,
        margin_t=(figure.layout.margin.t or 8) + room,
    )
    return figure


def dashboard_html(board: Dashboard) -> str:
    """Return a dashboard's cards, and the finding of each section with its tables, as HTML."""
    cards = "".join(_card(card) for card in board.cards)
    parts = "".join(
        f'<section class="part">{_head(section)}{_tables(section.grids, is_open=False)}</section>'
        for section in board.sections
    )
    if not board.cards:
        parts = '<p class="next">Read both sides first, it sends nothing: <code>channelkit pull</code></p>'
    note = f'<p class="about">{escape(board.note)}</p>' if board.note else ""
    head = f'<h2>{escape(board.title)}</h2><p class="about">{escape(board.about)}</p>{note}'
    body = f'{head}<div class="cards">{cards}</div>{parts}'
    return f'<style>{_style()}</style><article class="ck-board" lang="en">{body}</article>'


def _card(card: StoreCard) -> str:
    currency = card.currency
    figures = "".join(
        f"<div><dt>{name}</dt><dd><b>{escape(money(sold.amount, currency))}</b>{_trend(sold)}</dd></div>"
        for name, sold in (
            ("7 days", card.sales.week),
            ("30 days", card.sales.month),
            ("Lifetime", card.sales.lifetime),
        )
    )
    numbers = (
        (card.active, "active"),
        (card.inactive, "inactive"),
        (card.incomplete, "incomplete"),
        (card.under_way, "in progress"),
    )
    counts = "".join(f"<span><b>{count(number)}</b> {name}</span>" for number, name in numbers)
    items = "".join(f"<li>{_with_code(words)}</li>" for words in card.alerts)
    alerts = f'<ul class="alerts">{items}</ul>' if items else ""
    label = card.label if card.label == card.store else f"{card.label} ({card.store})"
    return (
        f'<section class="card"><h3>{escape(label)}</h3>'
        f'<p class="place">{escape(card.place)} · {escape(card.state)} · added {moment(card.since)[:10]}</p>'
        f'<dl class="figures">{figures}</dl><div class="counts">{counts}</div>'
        f"{alerts}</section>"
    )


def _trend(sold: Sold) -> str:
    orders = counted(sold.orders, "order")
    if sold.trend is None:
        return f"<span>{orders}</span>"
    # The sign says it, the colour repeats it.
    tone = "up" if sold.trend > 0 else "down" if sold.trend < 0 else ""
    return f'<span class="{tone}">{sold.trend:+,} %</span> <span>{orders}</span>'


def _head(section: Section) -> str:
    next_step = f'<p class="next">{_with_code(section.next_step)}</p>' if section.next_step else ""
    return f'<h3>{escape(section.title)}</h3><p class="about">{escape(section.about)}</p>{next_step}'


def _tables(grids: Iterable[Grid], *, is_open: bool) -> str:
    told = []
    for place, grid in enumerate(grids):
        if not grid.rows:
            told.append(f'<p class="about">{escape(grid.empty)}</p>')
        elif is_open and place == 0:
            told.append(f'<div class="scroll">{_table(grid, with_caption=True)}</div>')
        else:
            summary = f"{escape(grid.caption)} <span class='shown'>{_shown(grid)}</span>"
            table = _table(grid, with_caption=False)
            told.append(f'<details><summary>{summary}</summary><div class="scroll">{table}</div></details>')
    return "".join(told)


def _table(grid: Grid, *, with_caption: bool) -> str:
    caption = f"<caption>{escape(grid.caption)} {_shown(grid)}</caption>" if with_caption else ""
    heads = "".join(f'<th scope="col" class="{each.kind}">{escape(each.heading)}</th>' for each in grid.columns)
    rows = []
    for row in grid.rows:
        cells = []
        for place, column in enumerate(grid.columns):
            words = f"<bdi>{escape(row[column.key])}</bdi>"
            is_name = place == 0 and column.kind == "key"
            tag, scope = ("th", ' scope="row"') if is_name else ("td", "")
            cells.append(f'<{tag}{scope} class="{column.kind}">{words}</{tag}>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _shown(grid: Grid) -> str:
    return f"{count(len(grid.rows))} of {count(grid.total)} shown" if grid.is_cut else count(grid.total)


def _with_code(words: str) -> str:
    """Set what a person types within a sentence as such; a command ends where its sentence does."""
    found, told = 0, []
    for command in _COMMAND.finditer(words):
        told.append(escape(words[found : command.start()]) + f"<code>{escape(command[0])}</code>")
        found = command.end()
    return "".join(told) + escape(words[found:])


def _alone(inside: str) -> str:
    return f'<style>{_style()}</style><div class="ck-board alone" lang="en"><div class="part">{inside}</div></div>'


def _broken(words: str, longest: int) -> list[str]:
    """Return a title in lines that fit a chart, also on a narrow screen."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) >= longest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


@cache
def _style() -> str:
    return (Path(__file__).parent / "dashboard.css").read_text(encoding="utf-8")
