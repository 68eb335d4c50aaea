"""Lines over days, in panels one above the other: each has its name at its end, its own dash and its own colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from channelkit.report.chart_parts import DASHES, End, group_days, label_ends, last_of_group, set_days
from channelkit.report.charts import LINE, Figure, new_figure

HEIGHT = 320
GAP = 0.1
"""Between two panels, of the whole height."""

FEW = 8
"""Lines of fewer points show each of them."""


@dataclass(frozen=True)
class Line:
    """A line of a panel.

    Arguments:
        values: by day.
        words: what stands at its end.
        place: which of the dashes it has.
        told: its value where somebody points at it, as plotly writes templates.
    """

    values: Mapping[str, Any]
    name: str
    words: str
    colour: str
    place: int = 0
    told: str = "%{y:,}"


@dataclass(frozen=True)
class Panel:
    """Lines on one axis.

    Arguments:
        unit: the title of the axis.
        most: the value that the axis reaches at least.
        from_zero: whether it begins at zero, as counts do.
    """

    lines: Sequence[Line]
    unit: str = "listings"
    most: float = 0.0
    from_zero: bool = True

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest value of the axis."""
        values = [float(value) for line in self.lines for value in line.values.values()]
        lowest, highest = min(values, default=0.0), max(values, default=1.0)
        if self.from_zero:
            return 0.0, max(self.most, highest * 1.08, 4.0)
        room = max((highest - lowest) * 0.15, highest * 0.02, 0.01)
        return max(0.0, lowest - room), highest + room


def draw_panels(panels: Sequence[Panel], title: str = "", subtitle: str = "") -> Figure:
    """Draw panels one above the other, over the same days.

    Arguments:
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    figure = new_figure([], title, subtitle, height=HEIGHT if len(panels) < 2 else HEIGHT + 120)
    groups, step = group_days(day for panel in panels for line in panel.lines for day in line.values)
    shown = last_of_group(groups)
    share = (1 - GAP * (len(panels) - 1)) / max(1, len(panels))
    for number, panel in enumerate(panels):
        _draw_panel(figure, panel, number, share, shown)
    figure.update_layout(showlegend=False, hovermode="x unified")
    if shown:
        set_days(figure, shown[0], shown[-1], step)
        figure.update_xaxes(anchor="free", position=0)
    return figure


def last_of(values: Mapping[str, Any]) -> Any:
    """Return the value of the newest day."""
    return values[max(values)]


def _draw_panel(figure: Figure, panel: Panel, number: int, share: float, shown: Sequence[str]) -> None:
    axis = f"y{number + 1}" if number else "y"
    for line in panel.lines:
        figure.add_trace(_trace(line, axis, shown))
    bottom, top = panel.bounds
    edge = 1 - number * (share + GAP)
    figure.update_layout(
        {
            f"yaxis{number + 1 if number else ''}": {
                "domain": [max(0.0, edge - share), edge],
                "range": [bottom, top],
                "title": {"text": escape(panel.unit), "font": {"size": 13}},
                "nticks": 5,
                "gridcolor": LINE,
                "zeroline": False,
                "fixedrange": True,
                "automargin": True,
                "tickformat": "~s" if panel.from_zero else "",
            }
        }
    )
    ends = [End(float(last_of(line.values)), line.words, line.colour) for line in panel.lines]
    inner = (figure.layout.height - (figure.layout.margin.t or 8) - 46) * share
    label_ends(figure, ends, int(inner), (bottom, top), axis)


def _trace(line: Line, axis: str, shown: Sequence[str]) -> Any:
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second that only charts need

    days = [day for day in shown if day in line.values]
    name = escape(line.name or "none")
    return go.Scatter(
        x=days,
        y=[line.values[day] for day in days],
        mode="lines+markers" if len(days) < FEW else "lines",
        line={"color": line.colour, "width": 2.5, "dash": DASHES[line.place % len(DASHES)]},
        marker={"size": 6, "color": line.colour},
        name=name,
        meta=line.words,
        yaxis=axis,
        hovertemplate=f"{name} {line.told}<extra></extra>",
    )
