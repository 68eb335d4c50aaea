"""The chart of what rules would have asked: how often the featured offer was met, day by day, then and with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from channelkit.report.chart_parts import DASHES, End, label_ends, set_days
from channelkit.report.charts import BLUE, GREEN, GREY, Figure, new_figure

_HEIGHT = 260


def draw_what_if(days: Sequence[Mapping[str, Any]], title: str = "", subtitle: str = "") -> Figure:
    """Draw the share of featured offers that were met, and that would have been.

    Arguments:
        days: ``day, comparable, met, met_then``, in their order.
        title: the finding, in a sentence.
        subtitle: what it is of.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second that only charts need

    told = [row for row in days if row["comparable"]]
    lines, ends = [], []
    for (name, words), colour, dash in zip(
        (("met_then", "our prices"), ("met", "these rules")), (BLUE, GREEN), DASHES, strict=False
    ):
        shares = [100 * row[name] / row["comparable"] for row in told]
        lines.append(
            go.Scatter(
                x=[row["day"] for row in told],
                y=shares,
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": 2.5},
                name=words,
                meta=words,
                hovertemplate=f"{words} %{{y:.0f}} %<extra></extra>",
            )
        )
        if shares:
            ends.append(End(shares[-1], f"{words} {shares[-1]:.0f} %", colour))
    figure = new_figure(lines, title, subtitle, height=_HEIGHT)
    figure.update_layout(showlegend=False)
    figure.update_yaxes(range=[0, 104], nticks=5, title={"text": "met, %", "font": {"size": 13, "color": GREY}})
    if told:
        set_days(figure, told[0]["day"], told[-1]["day"])
        label_ends(figure, ends, _HEIGHT, (0, 104))
    return figure
