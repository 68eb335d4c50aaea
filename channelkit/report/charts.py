"""Charts: rows in, a plotly figure out. One template, fixed colours, figures written where they belong.

The colours are Okabe and Ito's, darkened until each has a contrast of at least 4.5 on white, so that they may colour
text too. No meaning hangs on a colour alone: bars carry their name and number, states their pattern.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

import pyarrow as pa

from channelkit.report.counts import CHANGE_STATES, TAB_NAMES
from channelkit.report.delays import BIN_NAMES

BLUE, ORANGE, GREEN, PINK, BROWN, DARK, GREY = (
    *("#0072B2", "#B64A00", "#007A5A", "#A14D81", "#7A5C00", "#4B4B4B", "#6B6F73"),
)
INK, MUTED, LINE = "#1D2125", "#53585D", "#DDE1E5"

TAB_COLOURS = {
    **{"Incomplete": BROWN, "New Third Party": PINK, "Ready to List": BLUE, "Inactive": ORANGE},
    **{"Active": GREEN, "Ineligible": DARK, "Ended": GREY},
}
STATE_COLOURS = {
    **{"planned": (GREY, "."), "held": (BROWN, "\\"), "sent": (BLUE, "/"), "accepted": (BLUE, "")},
    **{"refused": (ORANGE, "x"), "confirmed": (GREEN, ""), "expired": (PINK, "-"), "dropped": (DARK, "+")},
}
"""Colour and pattern of each state."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
CONFIG = {
    "displaylogo": False,
    "displayModeBar": False,
    "responsive": True,
    "toImageButtonOptions": {"format": "svg"},
}
"""What every chart is shown with; handed to plotly's ``show`` and ``to_html``."""

TIME_STOPS = [
    {"dtickrange": [None, 86_400_000], "value": "%H:%M\n%-d %b %Y"},
    {"dtickrange": [86_400_000, None], "value": "%-d %b\n%Y"},
]
"""How a time axis is lettered: hours, or days where a bar spans more than that; always in UTC."""

TICKS = (5, 15, 30, 60, 180, 360, 720, 1440, 10_080, 40_320)
"""Minutes between two letterings of a time axis."""

TICK_COUNT = 6

Figure = Any
"""A plotly figure; plotly itself is loaded when the first one is drawn."""


def draw_tabs(rows: pa.Table, title: str = "", subtitle: str = "") -> Figure:
    """Draw how many listings and products each tab holds, as bars with their numbers.

    Arguments:
        rows: ``tab, rows``; tabs that are not among them are drawn as 0.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second that only charts need

    found = _totals(rows, "tab")
    names = [*TAB_NAMES, *(name for name in found if name not in TAB_NAMES)]
    numbers = [found.get(name, 0) for name in names]
    bars = go.Bar(
        x=numbers,
        y=[escape(name) for name in names],
        orientation="h",
        marker_color=[TAB_COLOURS.get(name, GREY) for name in names],
        text=[f"{number:,}" for number in numbers],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,}<extra></extra>",
    )
    figure = new_figure(bars, title, subtitle, height=46 + 34 * len(names))
    # Room for the number beside the longest bar.
    figure.update_xaxes(range=[0, max([*numbers, 1]) * 1.16], visible=False)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ", automargin=True)
    return figure


def draw_changes(rows: pa.Table, step_ms: int, title: str = "", subtitle: str = "") -> Figure:
    """Draw when changes reached their state, in UTC, stacked by state.

    Arguments:
        rows: ``at, state, rows``; ``at`` in milliseconds since 1970.
        step_ms: how long a bar spans.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    entries = rows.to_pylist()
    totals = _totals(rows, "state")
    states = [name for name in CHANGE_STATES if totals.get(name)] + [n for n in totals if n not in CHANGE_STATES]
    # The bottom of a stack is the part that can be compared: what was confirmed.
    states.sort(key=lambda name: name != "confirmed")
    bars = []
    for state in states:
        colour, pattern = STATE_COLOURS.get(state, (GREY, ""))
        mine = [entry for entry in entries if entry["state"] == state]
        bars.append(
            go.Bar(
                x=[_utc(entry["at"] + step_ms // 2) for entry in mine],
                y=[entry["rows"] for entry in mine],
                width=step_ms * 0.86,
                name=f"{escape(state)} {totals[state]:,}",
                marker={
                    "color": colour,
                    "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": "#FFFFFF", "size": 7},
                },
                hovertemplate=f"{escape(state)} %{{y:,}}<extra></extra>",
            )
        )
    figure = new_figure(bars, title, subtitle, height=320)
    figure.update_layout(
        barmode="stack",
        hovermode="x unified",
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        margin_t=56,
    )
    moments = [entry["at"] for entry in entries]
    if moments:
        # A single bar would fill the whole width and say nothing of time.
        room = max(0, 12 * step_ms - (max(moments) - min(moments))) // 2
        first, last = min(moments) - room, max(moments) + step_ms + room
        tick = next((tick for tick in TICKS if last - first <= TICK_COUNT * tick * 60_000), TICKS[-1]) * 60_000
        figure.update_xaxes(range=[_utc(first), _utc(last)], tick0="2024-01-01", dtick=tick)
    figure.update_xaxes(showgrid=False, tickformatstops=TIME_STOPS, hoverformat="%Y-%m-%d %H:%M UTC")
    figure.update_yaxes(rangemode="tozero", tickformat=",d", nticks=5)
    return figure


def draw_delays(rows: pa.Table, colour: str = BLUE, title: str = "", subtitle: str = "") -> Figure:
    """Draw how many delays fall into each class of length.

    Arguments:
        rows: ``bin, rows``, as `channelkit.report.delays.distribute` gives them for one stage.
        colour: of the bars.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    found = _totals(rows, "bin")
    numbers = [found.get(name, 0) for name in BIN_NAMES]
    bars = go.Bar(
        x=list(BIN_NAMES),
        y=numbers,
        marker_color=colour,
        text=[f"{number:,}" if number else "" for number in numbers],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{y:,}<extra></extra>",
    )
    figure = new_figure(bars, title, subtitle, height=230)
    figure.update_yaxes(visible=False, range=[0, max([*numbers, 1]) * 1.2])
    figure.update_xaxes(showgrid=False, tickangle=-40, tickfont_size=12)
    return figure


def to_html(figure: Figure, name: str) -> str:
    """Return a chart as a fragment of a page that already carries plotly's script.

    Arguments:
        name: the id of its element, unique in the page.
    """
    return str(
        figure.to_html(full_html=False, include_plotlyjs=False, include_mathjax=False, config=CONFIG, div_id=name)
    )


def new_figure(bars: Any, title: str, subtitle: str, height: int) -> Figure:
    """Return a figure in the house's style.

    Arguments:
        bars: plotly's traces.
        title, subtitle: above it; none where the title is empty.
        height: in pixels, without the title.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    figure = go.Figure(bars)
    heading = {"text": escape(title), "subtitle": {"text": escape(subtitle)}} if title else None
    figure.update_layout(template=_template(), title=heading, height=height + 70 * bool(title), showlegend=None)
    if title:
        figure.update_layout(margin_t=88)
    return figure


def _template() -> Any:
    """Return the house's template, and register it as ``channelkit`` for the charts that others draw."""
    import plotly.graph_objects as go  # noqa: PLC0415 - as above
    import plotly.io as pio  # noqa: PLC0415 - as above

    if "channelkit" not in pio.templates:
        axis = {"gridcolor": LINE, "linecolor": LINE, "zeroline": False, "ticks": "", "fixedrange": True}
        layout = {
            "font": {"family": FONT, "size": 14, "color": INK},
            "title": {"x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 17}},
            "colorway": [BLUE, ORANGE, GREEN, PINK, BROWN, DARK],
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "bargap": 0.32,
            "hoverlabel": {"bgcolor": "#FFFFFF", "bordercolor": LINE, "font": {"color": INK, "family": FONT}},
            "xaxis": axis | {"automargin": True},
            "yaxis": axis | {"automargin": True},
        }
        house = go.layout.Template(layout=layout)
        house.data.bar = [go.Bar(textfont_color=INK, marker_line_width=0, constraintext="none")]
        pio.templates["channelkit"] = house
    return pio.templates["channelkit"]


def _totals(rows: pa.Table, column: str) -> Mapping[str, int]:
    grouped = rows.group_by(column).aggregate([("rows", "sum")])
    return dict(zip(grouped[column].to_pylist(), grouped["rows_sum"].to_pylist(), strict=True))


def _utc(ms: int) -> str:
    # Without an offset: plotly would move the time to the reader's own zone.
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
