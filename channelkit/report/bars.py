"""Bars as charts of how things stand have them: lying with words, standing with numbers, in colours and patterns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from channelkit.report.charts import Figure


def lying_bars(numbers: Sequence[Any], names: Sequence[str], colour: str, pattern: str, words: Sequence[str]) -> Any:
    """Return bars that lie, each with its words at its end."""
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second that only charts need

    return go.Bar(
        x=list(numbers),
        y=list(names),
        orientation="h",
        marker=_look(colour, pattern),
        text=list(words),
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )


def standing_bars(names: Sequence[str], numbers: Sequence[int], looks: Sequence[tuple[str, str]]) -> list[Any]:
    """Return bars that stand, each with its number above it, one trace for each look of colour and pattern."""
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    # One trace for each look: plotly takes a pattern for a trace, not for a bar.
    return [
        go.Bar(
            x=[escape(name) for name in names],
            y=[number if each == look else None for number, each in zip(numbers, looks, strict=True)],
            marker=_look(*look),
            text=[f"{number:,}" if number else "" for number in numbers],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x}: %{y:,}<extra></extra>",
        )
        for look in dict.fromkeys(looks)
    ]


def _look(colour: str, pattern: str) -> dict[str, Any]:
    return {
        "color": colour,
        "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": "#FFFFFF", "size": 7},
    }


def room_for(numbers: Sequence[Any], times: float) -> float:
    """Return how far an axis goes, so that there is room for the words beside its longest bar."""
    return max([0.001, *(float(number) for number in numbers)]) * times


def name_columns(figure: Figure, found: Mapping[str, int], words: str) -> None:
    """Letter the axes of bars that stand."""
    # Names of two words in two lines, so that they need not be turned on a narrow screen.
    names = [escape(name) for name in found]
    figure.update_layout(barmode="overlay", showlegend=False)
    figure.update_xaxes(
        title={"text": words, "font": {"size": 13}},
        showgrid=False,
        type="category",
        tickangle=0,
        tickvals=names,
        ticktext=[name.replace(" ", "<br>") for name in names],
    )
    figure.update_yaxes(visible=False, range=[0, max([1, *found.values()]) * 1.18])


def name_rows(figure: Figure) -> None:
    """Letter the axis of bars that lie, the first one at the top."""
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ", automargin=True)
