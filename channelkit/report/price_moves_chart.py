"""The chart of a preview of prices: how many move how far."""

from __future__ import annotations

from collections.abc import Mapping

from channelkit.report.charts import BLUE, BROWN, GREEN, GREY, ORANGE, Figure, new_figure
from channelkit.report.price_moves import CLASSES, FIRST, STAYS, WITHOUT


def draw_moves(classes: Mapping[str, int], title: str = "", subtitle: str = "") -> Figure:
    """Draw how many prices move how far, as bars with their numbers.

    Arguments:
        classes: prices by class; those that are not among them are drawn as 0.
        title: the finding, in a sentence.
        subtitle: what it is of.
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
    figure = new_figure(bars, title, subtitle, height=40 + 26 * len(CLASSES))
    figure.update_layout(showlegend=False)
    figure.update_xaxes(range=[0, max([*numbers, 1]) * 1.16], visible=False)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ", automargin=True, dtick=1)
    return figure


def _colour(name: str) -> str:
    if name.startswith("falls"):
        return ORANGE
    if name.startswith("rises"):
        return GREEN
    return {STAYS: GREY, FIRST: BLUE, WITHOUT: BROWN}[name]
