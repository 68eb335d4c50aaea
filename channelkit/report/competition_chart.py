"""The chart of what others want: how far our prices are from the featured ones, and how often ours is featured."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from channelkit.report.chart_parts import COLOURS, DASHES, End, group_days, label_ends, last_of_group, set_days
from channelkit.report.charts import BLUE, GREEN, GREY, LINE, ORANGE, Figure, new_figure

OURS, SAME, NOBODY = "ours is featured", "the same, not featured", "none is featured"
EDGES = (-0.05, -0.01, 0.0, 0.01, 0.05, 0.1, 0.2)
BINS = (
    *("over 5 % below", "1–5 % below", "up to 1 % below", "up to 1 % above", "1–5 % above", "5–10 % above"),
    *("10–20 % above", "over 20 % above"),
)
"""How far our landed price is from the featured one, by classes of its share of that; exactly the same is `SAME`."""

CLASSES = (OURS, *BINS[:3], SAME, *BINS[3:], NOBODY)
"""From the best case to the worst."""

_BARS, _SHARES, _GAP = 300, 230, 70


def classify(difference: npt.NDArray[np.float64]) -> list[str]:
    """Return the class of each difference, given as a share of the featured price.

    >>> classify(np.array([-0.2, -0.01, 0.0, 0.005, 0.3]))
    ['over 5 % below', '1–5 % below', 'the same, not featured', 'up to 1 % above', 'over 20 % above']
    """
    # What lies on an edge belongs to the class that is farther from the featured price.
    below = np.searchsorted(EDGES[:3], difference, side="left")
    above = np.searchsorted(EDGES[2:], difference, side="right") + 2
    place = np.where(difference < 0, below, above)
    return [SAME if share == 0 else BINS[each] for share, each in zip(difference, place, strict=True)]


def draw_competition(classes: Mapping[str, int], shares: pa.Table, title: str = "", subtitle: str = "") -> Figure:
    """Draw how many listings are how far from the featured price, and beneath it the share of featured offers by day.

    Arguments:
        classes: listings by class; those that are not among them are drawn as 0.
        shares: columns of `channelkit.database.competition_days.SHARES`; fewer than two days are not drawn.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second that only charts need

    numbers = [classes.get(name, 0) for name in CLASSES]
    bars = go.Bar(
        x=numbers,
        y=list(CLASSES),
        orientation="h",
        marker_color=[_colour(name) for name in CLASSES],
        text=[f"{number:,}" for number in numbers],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,}<extra></extra>",
    )
    has_days = len(set(shares["day"].to_pylist())) > 1
    height = _BARS + (_GAP + _SHARES if has_days else 0)
    figure = new_figure(bars, title, subtitle, height=height)
    figure.update_layout(showlegend=False)
    figure.update_xaxes(range=[0, max([*numbers, 1]) * 1.16], visible=False)
    bottom = (_GAP + _SHARES) / height if has_days else 0
    figure.update_yaxes(
        autorange="reversed", showgrid=False, ticksuffix="  ", automargin=True, domain=[bottom, 1], dtick=1
    )
    if has_days:
        _draw_shares(figure, shares, _SHARES / height)
    return figure


def _colour(name: str) -> str:
    if name == OURS:
        return GREEN
    if name == NOBODY:
        return GREY
    return ORANGE if "above" in name else BLUE


def _draw_shares(figure: Figure, shares: pa.Table, top: float) -> None:
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    groups, step = group_days(shares["day"].to_pylist())
    newest, ends = last_of_group(groups), list[End]()
    for place, store in enumerate(dict.fromkeys(shares["store"].to_pylist())):
        colour, mine = COLOURS[place % len(COLOURS)], _shares_of(shares, store)
        days = [day for day in newest if day in mine]
        if not days:
            continue
        line = go.Scatter(
            x=[groups[day] for day in days],
            y=[mine[day] for day in days],
            xaxis="x2",
            yaxis="y2",
            mode="lines",
            line={"color": colour, "dash": DASHES[place % len(DASHES)], "width": 2.5},
            name=escape(store),
            meta=f"{store} {mine[days[-1]]:.0f} %",
            hovertemplate=f"{escape(store)} %{{y:.0f}} %<extra></extra>",
        )
        figure.add_trace(line)
        ends.append(End(mine[days[-1]], f"{store} {mine[days[-1]]:.0f} %", colour))
    first, last = groups[newest[0]], groups[newest[-1]]
    # The helper letters every time axis; the bars' own is none.
    bars = figure.layout.xaxis.to_plotly_json()
    figure.update_layout(
        xaxis2={"anchor": "y2", "gridcolor": LINE, "fixedrange": True},
        yaxis2={
            **{"domain": [0, top], "range": [0, 104], "anchor": "x2", "gridcolor": LINE, "zeroline": False},
            **{"fixedrange": True, "automargin": True, "nticks": 5},
            "title": {"text": "ours featured, %", "font": {"size": 13, "color": GREY}},
        },
    )
    set_days(figure, first, last, step)
    figure.layout.xaxis = bars
    label_ends(figure, ends, _SHARES, (0, 104), "y2")


def _shares_of(shares: pa.Table, store: str) -> dict[str, Any]:
    return {
        row["day"]: 100 * row["featured"] / row["compared"]
        for row in shares.to_pylist()
        if row["store"] == store and row["compared"]
    }
