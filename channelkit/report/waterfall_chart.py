"""The chart of a price: one row for each step, from what it was to what it became."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING

from channelkit.model.marketplaces import currency_digits
from channelkit.report.chart_parts import money_number
from channelkit.report.charts import BLUE, GREEN, GREY, ORANGE, Figure, new_figure
from channelkit.report.price_rows import signed
from channelkit.report.waterfall import TOTALS
from channelkit.report.wording import shortened

if TYPE_CHECKING:
    from channelkit.report.waterfall import Step

LONGEST = 26
"""Letters of a step's name; all of it stands in the table."""


def draw_waterfall(steps: Sequence[Step], currency: str, title: str = "", subtitle: str = "") -> Figure:
    """Draw how a price comes about, the first step on top.

    Arguments:
        steps: in order; those without a price after them are left out.
        title: the finding, in a sentence.
        subtitle: what it is of.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second that only charts need

    told = [step for step in steps if step.after is not None]
    spans = [_span(step) for step in told]
    names = [_label(number, step, currency) for number, step in enumerate(told, 1)]
    digits = currency_digits(currency)
    last = max((high for _low, high in spans), default=1)
    bars = go.Bar(
        y=names,
        x=[money_number(high - low, currency) for low, high in spans],
        base=[money_number(low, currency) for low, _high in spans],
        orientation="h",
        marker_color=[_colour(step) for step in told],
        hovertext=[escape(step.words) for step in told],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure = new_figure(bars, title, subtitle, height=40 + 48 * max(1, len(told)))
    for name, step, (_low, high) in zip(names, told, spans, strict=True):
        figure.add_annotation(
            x=money_number(high, currency),
            y=name,
            xanchor="left",
            xshift=6,
            showarrow=False,
            text=f"{Decimal(step.after or 0).scaleb(-digits):,.{digits}f}",
        )
    figure.update_layout(showlegend=False)
    # Room for the number beside the longest bar, on a narrow screen, too.
    figure.update_xaxes(range=[0, (money_number(last, currency) or 1) * 15 / 10], visible=False)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ", automargin=True, type="category")
    return figure


def _span(step: Step) -> tuple[int, int]:
    before, after = step.before or 0, step.after or 0
    if _is_total(step):
        return 0, after
    low, high = sorted((before, after))
    # What moved nothing is a thin line where the price stands.
    return (low, high) if low != high else (max(0, high - max(1, high // 200)), high)


def _is_total(step: Step) -> bool:
    """Tell which steps stand for a whole price: where it comes from, and what is sent."""
    return not step.before or step.kind in TOTALS


def _colour(step: Step) -> str:
    if _is_total(step):
        return BLUE
    before, after = step.before or 0, step.after or 0
    return GREY if after == before else GREEN if after > before else ORANGE


def _label(number: int, step: Step, currency: str) -> str:
    """Return what stands beside a bar: the step's name, and what it did to the price."""
    moved = (step.after or 0) - (step.before or 0) if step.before is not None else 0
    name = f"{number}. {escape(shortened(step.name, LONGEST))}"
    return f"{name}<br>{signed(moved, currency)}" if moved else name
