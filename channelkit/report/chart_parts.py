"""What charts over time share: days taken together where there are many, and names at the ends of lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape

from channelkit.model.marketplaces import currency_digits
from channelkit.report.charts import BLUE, BROWN, DARK, GREEN, GREY, ORANGE, PINK, Figure

MOST_DAYS, MOST_WEEKS = 100, 100
"""More days than that are drawn as weeks, more weeks as months: a chart has at most some hundred points."""

LETTER = 7.6
"""Pixels that a letter of a label takes, on average."""

LINE = 17
"""Pixels between two labels that do not touch."""

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
COLOURS = (BLUE, ORANGE, GREEN, PINK, BROWN, DARK, GREY)


@dataclass(frozen=True)
class End:
    """The end of a line: where it is, what is written there, and in which colour."""

    value: float
    words: str
    colour: str


def money_number(minor: int | None, currency: str) -> Decimal | None:
    """Return an amount as a chart's axis has it: exact, in the currency's own unit.

    >>> money_number(1999, "EUR"), money_number(1980, "JPY")
    (Decimal('19.99'), Decimal('1980'))
    """
    return None if minor is None else Decimal(minor).scaleb(-currency_digits(currency))


def group_days(days: Iterable[str]) -> tuple[dict[str, str], str]:
    """Return the day under which each day is drawn, and how long a step is: day, week or month.

    >>> group_days(["2026-11-29", "2026-11-30"])
    ({'2026-11-29': '2026-11-29', '2026-11-30': '2026-11-30'}, 'day')
    >>> grouped, step = group_days(f"2026-{month:02d}-15" for month in range(1, 13))
    >>> grouped["2026-11-15"], step
    ('2026-11-09', 'week')
    """
    known = sorted(set(days))
    if not known:
        return {}, "day"
    span = (date.fromisoformat(known[-1]) - date.fromisoformat(known[0])).days + 1
    if span <= MOST_DAYS:
        return {day: day for day in known}, "day"
    if span <= 7 * MOST_WEEKS:
        return {day: _monday(day) for day in known}, "week"
    return {day: f"{day[:7]}-01" for day in known}, "month"


def last_of_group(groups: Mapping[str, str]) -> list[str]:
    """Return the last day of each group: what is counted at the end of a day stands for the whole of it."""
    newest: dict[str, str] = {}
    for day in sorted(groups):
        newest[groups[day]] = day
    return sorted(newest.values())


def label_ends(figure: Figure, ends: Sequence[End], height: int, bounds: tuple[float, float], axis: str = "y") -> None:
    """Write each line's name at its right end, in its colour, so that none touches another.

    Arguments:
        ends: of all lines on one axis.
        height: of that axis, in pixels.
        bounds: the axis's lowest and highest value.
    """
    if not ends:
        return
    ordered = sorted(ends, key=lambda end: end.value)
    for end, place in zip(ordered, spread([end.value for end in ordered], height, bounds), strict=True):
        figure.add_annotation(
            # A narrow screen finds them by this name, and writes the words that each trace keeps as its meta below.
            name="end",
            x=1,
            xref="paper",
            xanchor="left",
            xshift=8,
            y=place,
            yref=axis,
            yanchor="middle",
            text=escape(end.words),
            showarrow=False,
            font={"color": end.colour, "size": 13},
            align="left",
        )
    widest = max(len(end.words) for end in ends)
    figure.update_layout(margin_r=max(figure.layout.margin.r or 0, int(16 + widest * LETTER)))


def spread(values: Sequence[float], height: int, bounds: tuple[float, float]) -> list[float]:
    """Return where the labels of rising values stand, so that none touches another and none leaves the axis.

    >>> spread([0, 1, 100], 170, (0, 100))
    [0, 10.0, 100]
    """
    bottom, top = bounds
    room = (top - bottom) / max(1, height) * LINE
    places: list[float] = []
    for value in values:
        places.append(max(value, places[-1] + room if places else bottom))
    # What was pushed beyond the top comes down again, and pushes what is below it.
    ceiling = max(top, bottom + room * (len(places) - 1))
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], ceiling)
        ceiling = places[number] - room
    return places


def set_days(figure: Figure, first: str, last: str, step: str = "day") -> None:
    """Letter a time axis by days, from the first to the last of them."""
    span = (date.fromisoformat(last) - date.fromisoformat(first)).days
    # Half a step on either side, so that a single day is not the whole width, and no bar is cut.
    edge = {"day": 0.6, "week": 4.0, "month": 16.0}[step]
    lower = _noon(first, -edge if span else -3.0)
    upper = _noon(last, edge if span else 3.0)
    every = max(1, -(-span // 6))
    figure.update_xaxes(
        range=[lower, upper],
        showgrid=False,
        # Room between the axis's first day and the zero beside it.
        ticks="outside",
        ticklen=6,
        tickcolor="rgba(0,0,0,0)",
        tick0=first,
        dtick=every * 86_400_000,
        tickformat="%-d %b" if span < 340 else "%b %Y",
        tickangle=0,
        hoverformat={"day": "%a %-d %b %Y", "week": "week of %-d %b %Y", "month": "%B %Y"}[step],
    )


def _noon(day: str, shift: float) -> str:
    start = date.fromisoformat(day)
    hours = int(shift * 24)
    whole, rest = divmod(hours, 24)
    return f"{(start + timedelta(days=whole)).isoformat()} {rest:02d}:00:00"


def _monday(day: str) -> str:
    there = date.fromisoformat(day)
    return (there - timedelta(days=there.weekday())).isoformat()
