"""Charts of where things stand now, as bars with their names and numbers: rows in, a plotly figure out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report.bars import lying_bars, name_columns, name_rows, room_for, standing_bars
from channelkit.report.chart_parts import money_number
from channelkit.report.charts import BLUE, BROWN, GREEN, GREY, MUTED, ORANGE, Figure, new_figure
from channelkit.report.counts import TAB_NAMES
from channelkit.report.delays import BIN_NAMES
from channelkit.report.wording import count, counted, money, shortened

COVER_CLASSES = ("sold out", "under 7", "7–14", "14–30", "30–60", "60–90", "over 90", "nothing sold")
"""Days that the stock of a listing lasts, at the pace of the last 30 days."""

_COVER_ENDS = (7, 14, 30, 60, 90)
_URGENT = {"sold out": (ORANGE, "x"), "under 7": (ORANGE, ""), "7–14": (BROWN, "/")}

LATE = "late"

LEAST_SHARE = 10
"""Percent of a quota that the widest bar stands for at least."""

LONGEST_NAME = 30
"""Letters of a name beside a bar; on a narrow screen it must leave room for the bar."""


def draw_flows(rows: pa.Table, title: str = "", subtitle: str = "") -> Figure:
    """Draw how many listings came into each tab, to the right, and how many left it, to the left.

    Arguments:
        rows: ``from_tab, to_tab, listings``; an empty tab is none.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    entered, left = count_flows(rows)
    names = [name for name in TAB_NAMES if entered.get(name) or left.get(name)]
    names += sorted((set(entered) | set(left)) - set(TAB_NAMES) - {""})
    words = [escape(name) for name in names]
    came, went = [entered.get(name, 0) for name in names], [left.get(name, 0) for name in names]
    most = max([1, *came, *went])
    traces = [
        lying_bars([-number for number in went], words, ORANGE, "/", [f"−{n:,} left" if n else "" for n in went]),
        lying_bars(came, words, GREEN, "", [f"+{n:,} entered" if n else "" for n in came]),
    ]
    figure = new_figure(traces, title, subtitle, height=52 + 36 * max(1, len(names)))
    figure.update_layout(barmode="relative", showlegend=False, bargap=0.38)
    # Room for the words beside the longest bars.
    figure.update_xaxes(range=[-most * 1.75, most * 1.75], visible=False, zeroline=True)
    figure.add_vline(x=0, line_width=1, line_color=MUTED)
    name_rows(figure)
    return figure


def count_flows(rows: pa.Table) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many listings entered each tab, and how many left it."""
    entered: dict[str, int] = defaultdict(int)
    left: dict[str, int] = defaultdict(int)
    for row in rows.to_pylist():
        if row["from_tab"] != row["to_tab"]:
            entered[row["to_tab"]] += row["listings"]
            left[row["from_tab"]] += row["listings"]
    return dict(entered), dict(left)


def draw_reasons(rows: pa.Table, currency: str, title: str = "", subtitle: str = "") -> Figure:
    """Draw what each reason costs a day, as bars with their numbers; listings, where nothing is known to be at stake.

    Arguments:
        rows: ``status, listings, at_stake`` in minor units a day, the costliest first; the first ten are drawn.
        currency: of the amounts.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    told = rows.slice(0, 10).to_pylist()
    names = [escape(shortened(row["status"], LONGEST_NAME)) for row in told]
    costs = any(row["at_stake"] for row in told)
    numbers: list[Any] = [money_number(row["at_stake"] or 0, currency) if costs else row["listings"] for row in told]
    words = [
        f"{money(row['at_stake'], currency)} · {row['listings']:,}"
        if costs and row["at_stake"]
        else counted(row["listings"], "listing")
        for row in told
    ]
    figure = new_figure(
        lying_bars(numbers, names, BLUE, "", words), title, subtitle, height=64 + 34 * max(1, len(names))
    )
    title_text = f"{escape(currency)} a day · listings" if costs else "listings"
    figure.update_xaxes(
        range=[0, room_for(numbers, 1.9)],
        showticklabels=False,
        showgrid=False,
        title={"text": title_text, "font": {"size": 13}},
    )
    name_rows(figure)
    return figure


def classify_cover(rows: pa.Table) -> dict[str, int]:
    """Return how many listings fall into each of `COVER_CLASSES`.

    Arguments:
        rows: ``quantity, sold, days, listings``: of how many listings each is.

    >>> rows = {"quantity": [0, 5, None], "sold": [3, 30, 0], "days": [0.0, 5.0, None], "listings": [1, 1, 40]}
    >>> {name: number for name, number in classify_cover(pa.table(rows)).items() if number}
    {'sold out': 1, 'under 7': 1, 'nothing sold': 40}
    """
    days = np.asarray(rows["days"].to_numpy(), dtype=np.float64)
    place = np.where(np.isnan(days), len(COVER_CLASSES) - 1, 1 + np.digitize(days, _COVER_ENDS))
    is_out = pc.fill_null(pc.less_equal(rows["quantity"], 0), False).to_numpy()
    counted = np.zeros(len(COVER_CLASSES), np.int64)
    np.add.at(counted, np.where(is_out, 0, place), rows["listings"].to_numpy())
    return dict(zip(COVER_CLASSES, counted.tolist(), strict=True))


def draw_cover(rows: pa.Table, title: str = "", subtitle: str = "") -> Figure:
    """Draw how many listings have stock for how many days; those that run out soon have a colour and a pattern.

    Arguments:
        rows: ``quantity, sold, days, listings``: of how many listings each is.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    found = classify_cover(rows)
    looks = [_URGENT.get(name, (GREY if name == COVER_CLASSES[-1] else BLUE, "")) for name in found]
    figure = new_figure(standing_bars(list(found), list(found.values()), looks), title, subtitle, height=270)
    name_columns(figure, found, "days of cover")
    return figure


def draw_awaiting(rows: pa.Table, title: str = "", subtitle: str = "") -> Figure:
    """Draw how many orders have to be shipped by which day; those that are late stand first.

    Arguments:
        rows: ``due, orders`` in the order in which they are drawn; ``due`` is ``late``, a day, or words.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    names, numbers = rows["due"].to_pylist(), rows["orders"].to_pylist()
    looks = [(ORANGE, "x") if name == LATE else (BLUE, "") for name in names]
    figure = new_figure(standing_bars(names, numbers, looks), title, subtitle, height=250)
    name_columns(figure, dict(zip(names, numbers, strict=True)), "to ship by")
    return figure


def draw_stages(rows: pa.Table, titles: Mapping[str, str], title: str = "", subtitle: str = "") -> Figure:
    """Draw how many delays of each stage fall into each class of length, one panel below the other.

    Arguments:
        rows: ``stage, bin, rows``, as `channelkit.report.delays.distribute` gives them.
        titles: what stands above each stage's panel.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    figure = new_figure([], title, subtitle, height=60 + 128 * max(1, len(titles)))
    share = 1 / max(1, len(titles))
    for number, (stage, words) in enumerate(titles.items()):
        found = dict.fromkeys(BIN_NAMES, 0)
        for row in rows.to_pylist():
            if row["stage"] == stage:
                found[row["bin"]] += row["rows"]
        axis = f"{number + 1 if number else ''}"
        looks = [(_STAGE_COLOURS[number % 3], "")] * len(found)
        for trace in standing_bars(list(found), list(found.values()), looks):
            figure.add_trace(trace.update(yaxis=f"y{axis}"))
        top = 1 - number * share
        values = {"domain": [top - share * 0.92, top - share * 0.24], "visible": False, "fixedrange": True}
        figure.update_layout({f"yaxis{axis}": values | {"range": [0, max([1, *found.values()]) * 1.3]}})
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=top, yref="paper", yanchor="top", text=escape(words), showarrow=False
        )
    figure.update_xaxes(
        showgrid=False, tickangle=-40, tickfont_size=12, categoryorder="array", categoryarray=list(BIN_NAMES)
    )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(anchor="free", position=0)
    return figure


_STAGE_COLOURS = (GREY, BLUE, GREEN)


def draw_budget(rows: pa.Table, title: str = "", subtitle: str = "") -> Figure:
    """Draw which share of each quota was used, the most used first.

    Arguments:
        rows: ``operation, calls, allowed``, the most used first; the first ten are drawn.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    told = rows.slice(0, 10).to_pylist()
    shares = [100 * row["calls"] / max(1, row["allowed"]) for row in told]
    words = [f"{percent(row['calls'], row['allowed'])} · {count(row['calls'])}" for row in told]
    names = [escape(shortened_operation(row["operation"])) for row in told]
    figure = new_figure(
        lying_bars(shares, names, BLUE, "", words), title, subtitle, height=64 + 34 * max(1, len(names))
    )
    named = {"text": "% of the quota · calls", "font": {"size": 13}}
    # A little of a quota is to look like little.
    figure.update_xaxes(
        range=[0, room_for([LEAST_SHARE, *shares], 2.1)], showticklabels=False, showgrid=False, title=named
    )
    name_rows(figure)
    return figure


def percent(part: int, whole: int) -> str:
    """Return a share in words that do not call something nothing.

    >>> percent(1, 2), percent(1, 100_000), percent(0, 5), percent(3, 0)
    ('50 %', 'under 0.1 %', '0 %', '–')
    """
    if not whole:
        return "–"
    share = 100 * part / whole
    if 0 < share < 0.1:
        return "under 0.1 %"
    return f"{share:.1f} %" if 0 < share < 10 else f"{share:.0f} %"


def shortened_operation(name: str) -> str:
    """Return an operation's name as it fits beside a bar; Commerce's are long, and what tells them apart is at the end.

    >>> shortened_operation("GetV1InventoryExportstocksalableqtySalesChannelTypeSalesChannelCode")
    'GetV1Invento…eSalesChannelCode'
    """
    return name if len(name) <= 30 else f"{name[:12]}…{name[-17:]}"
