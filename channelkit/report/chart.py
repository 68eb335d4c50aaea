"""A chart as a page shows it: its HTML, and what it says to those who do not see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from channelkit.report import charts


@dataclass(frozen=True)
class Chart:
    """A chart for the page: its HTML, what stands above it, and what it says to those who do not see it."""

    html: str
    title: str
    words: str
    note: str = ""


def make_chart(draw: Callable[[], charts.Figure], name: str, title: str, words: str, note: str = "") -> Chart:
    """Draw a chart for the page.

    Arguments:
        name: the id of its element, unique in the page.
        title, words, note: as `Chart` has them.
    """
    return Chart(charts.to_html(draw(), name), title, words, note)
