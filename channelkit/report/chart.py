"""A chart as a page shows it: what the page's script draws, and what it says to those who do not see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from channelkit.report import charts

HEIGHT = 320
"""Pixels of a chart that asks for none."""


@dataclass(frozen=True)
class Chart:
    """A chart for a page.

    Arguments:
        name: the id of its element, unique in the page.
        figure: data and layout, as plotly's script reads them; its numbers are written as JSON alone.
        height: in pixels, kept free until it is drawn.
        title: stands above it; may be empty.
        words: what it says to those who do not see it.
        note: stands beneath its title.
    """

    name: str
    figure: str
    height: int
    title: str
    words: str
    note: str = ""


def make_chart(draw: Callable[[], charts.Figure], name: str, title: str, words: str, note: str = "") -> Chart:
    """Draw a chart for a page.

    Arguments:
        name, title, words, note: as `Chart` has them.
    """
    figure = draw()
    body = json.loads(figure.to_json())
    height = body["layout"].get("height") or HEIGHT
    return Chart(name, to_script({"data": body["data"], "layout": body["layout"]}), height, title, words, note)


def to_script(value: Any) -> str:
    """Return JSON that may stand inside a page's script element: no text in it ends the element or begins another.

    >>> to_script({"title": "</script><b>&"})
    '{"title":"\\\\u003c/script\\\\u003e\\\\u003cb\\\\u003e\\\\u0026"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028")):
        text = text.replace(sign, code)
    return text.replace("\u2029", "\\u2029")
