"""The chart of tests of the data: when each of them failed, one bar for each stretch of time without a break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from channelkit.quality.test import Severity
from channelkit.report.chart_parts import LETTER
from channelkit.report.charts import BLUE, BROWN, INK, ORANGE, TIME_STOPS, Figure, new_figure

COLOURS: dict[Severity, tuple[str, str]] = {"error": (ORANGE, ""), "warning": (BROWN, "/"), "note": (BLUE, ".")}
"""Colour and pattern of each kind of failure; its word stands beside the test's name, too."""

NARROWEST = 0.006
"""Part of the width that a stretch takes at least, so that a short one is seen."""


@dataclass(frozen=True)
class Stretch:
    """A time in which a test failed without a break.

    Arguments:
        label: the test, and the store where that is needed.
        since_ms, until_ms: cut off at the period's ends.
        worst: the most rows that failed in it.
        last: how many failed at its end.
        lasts: it still fails.
    """

    label: str
    severity: Severity
    since_ms: int
    until_ms: int
    worst: int
    last: int
    lasts: bool


def draw_failing(
    labels: Sequence[str], stretches: Sequence[Stretch], since_ms: int, until_ms: int, title: str = ""
) -> Figure:
    """Draw when each test failed, and how many rows fail at the end.

    Arguments:
        labels: the tests, the first one at the top.
        since_ms, until_ms: the period, in milliseconds since 1970.
        title: the finding, in a sentence.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second that only charts need

    narrowest = int((until_ms - since_ms) * NARROWEST)
    bars = []
    for severity, (colour, pattern) in COLOURS.items():
        mine = [each for each in stretches if each.severity == severity]
        if mine:
            bars.append(
                go.Bar(
                    x=[max(narrowest, each.until_ms - each.since_ms) for each in mine],
                    base=[_utc(each.since_ms) for each in mine],
                    y=[escape(each.label) for each in mine],
                    orientation="h",
                    name=severity,
                    marker={
                        "color": colour,
                        "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": "#FFFFFF", "size": 7},
                    },
                    customdata=[[each.last, each.worst] for each in mine],
                    text=[f"{each.last:,}" if each.lasts else "" for each in mine],
                    textposition="none",
                    hovertemplate="%{y}: %{customdata[0]:,} at its end, %{customdata[1]:,} at worst<extra></extra>",
                )
            )
    figure = new_figure(bars, title, "", height=64 + 34 * max(1, len(labels)))
    for each in stretches:
        if each.lasts:
            # Written beside the bar's end: inside it no colour could be read on every bar.
            figure.add_annotation(
                x=_utc(each.until_ms),
                y=escape(each.label),
                text=f"<b>{each.last:,}</b>",
                showarrow=False,
                xanchor="left",
                xshift=6,
                font_color=INK,
            )
    room = int((until_ms - since_ms) * 0.09)
    span = [_utc(since_ms), _utc(until_ms + room)]
    figure.update_xaxes(type="date", range=span, tickformatstops=TIME_STOPS, nticks=6)
    order = [escape(label) for label in labels]
    figure.update_yaxes(
        autorange="reversed",
        showgrid=False,
        ticksuffix="  ",
        automargin=True,
        categoryorder="array",
        categoryarray=order,
    )
    # What an axis leaves beside the newest bar is little on a narrow screen.
    widest = max((len(f"{each.last:,}") for each in stretches if each.lasts), default=0)
    figure.update_layout(barmode="overlay", showlegend=False, margin_r=8 + int(widest * LETTER))
    return figure


def _utc(ms: int) -> str:
    # Without an offset: plotly would move the time to the reader's own zone.
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
