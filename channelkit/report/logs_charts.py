"""The logs' charts: how often which error came, and what became of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from channelkit.report import charts
from channelkit.report.wording import shortened

LONGEST = 44
"""Characters of a bar's name."""


def draw_errors(groups: Sequence[tuple[str, int]], title: str = "", subtitle: str = "") -> charts.Figure:
    """Draw how often each kind of error came, as bars with their numbers.

    Arguments:
        groups: name and number, the most frequent first.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    return _bars(groups, [charts.ORANGE] * len(groups), [""] * len(groups), title, subtitle)


def draw_states(states: Mapping[str, int], title: str = "", subtitle: str = "") -> charts.Figure:
    """Draw how many changes are in which state, in the colour and pattern that the state has everywhere.

    Arguments:
        states: state to number.
        title, subtitle: as for `draw_errors`.
    """
    looks = [charts.STATE_COLOURS.get(state, (charts.GREY, "")) for state in states]
    return _bars(list(states.items()), [look[0] for look in looks], [look[1] for look in looks], title, subtitle)


def _bars(
    rows: Sequence[tuple[str, int]], colours: Sequence[str], patterns: Sequence[str], title: str, subtitle: str
) -> charts.Figure:
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second that only charts need

    names = [escape(shortened(name, LONGEST)) for name, _ in rows]
    bars = go.Bar(
        x=[number for _, number in rows],
        # By number: errors of two stores may have one name, and each has its own bar.
        y=list(range(len(rows))),
        customdata=names,
        orientation="h",
        marker={
            "color": list(colours),
            # Lines of the bar's own colour: what lies over bars of several colours makes plotly complain.
            "pattern": {"shape": list(patterns), "fillmode": "replace", "size": 7, "solidity": 0.6},
        },
        text=[f"{number:,}" for _, number in rows],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{customdata}: %{x:,}<extra></extra>",
    )
    figure = charts.new_figure(bars, title, subtitle, height=46 + 34 * len(rows))
    figure.update_xaxes(range=[0, max([*(number for _, number in rows), 1]) * 1.16], visible=False)
    ticks = {"tickmode": "array", "tickvals": list(range(len(rows))), "ticktext": names}
    figure.update_yaxes(autorange="reversed", showgrid=False, automargin=True, **ticks, ticklabelstandoff=8)
    return figure
