"""Charts over time: rows in, a plotly figure out. Names stand at the ends of lines, and each line has its own dash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from html import escape
from typing import Any

import pyarrow as pa

from channelkit.model.days import DAY
from channelkit.model.marketplaces import currency_digits
from channelkit.report.chart_parts import COLOURS, group_days, last_of_group, money_number, set_days
from channelkit.report.charts import BLUE, GREY, ORANGE, TAB_COLOURS, Figure, new_figure
from channelkit.report.counts import LIVE, TAB_NAMES
from channelkit.report.line_panels import HEIGHT, Line, Panel, draw_panels, last_of
from channelkit.report.wording import money

_Unit = tuple[str, str, Callable[[int], Any]]

MUCH_LARGER = 5
"""A line so many times as high as the next one gets a panel of its own, or the others would lie flat."""


SPANS = {"day": 1, "week": 7, "month": 28}
"""Days that a bar stands for, at the least."""


def draw_sales(
    rows: pa.Table, currency: str, names: tuple[str, str] = ("sold", "before"), title: str = "", subtitle: str = ""
) -> Figure:
    """Draw what was sold by day: as a line beside that of the other stretch, or as bars where there is none.

    Arguments:
        rows: ``day, amount, before`` in minor units, each day once; ``before`` is null where nothing is compared.
        currency: of the amounts.
        names: what each line is: ``last 30 days``, ``30 days before``.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    told = f"%{{y:,.{currency_digits(currency)}f}} {escape(currency)}"
    return _compare(rows, names, (currency, told, lambda amount: money_number(amount, currency)), (title, subtitle))


def draw_orders(
    rows: pa.Table, names: tuple[str, str] = ("placed", "before"), title: str = "", subtitle: str = ""
) -> Figure:
    """Draw how many orders were placed by day, where amounts cannot be added up.

    Arguments:
        rows: ``day, amount, before`` in orders; else as for `draw_sales`.
        names, title, subtitle: as for `draw_sales`.
    """
    return _compare(rows, names, ("orders", "%{y:,} orders", int), (title, subtitle))


def _compare(rows: pa.Table, names: tuple[str, str], unit: _Unit, words: tuple[str, str]) -> Figure:
    groups, step = group_days(rows["day"].to_pylist())
    amounts: dict[str, int] = defaultdict(int)
    before: dict[str, int] = defaultdict(int)
    for row in rows.to_pylist():
        amounts[groups[row["day"]]] += row["amount"]
        if row["before"] is not None:
            before[groups[row["day"]]] += row["before"]
    name, told, number = unit
    axis = name if step == "day" else f"{name} a {step}"
    if not before:
        return _bars_by_day({day: number(each) for day, each in amounts.items()}, axis, told, step, words)
    lines = [
        Line({day: number(each) for day, each in found.items()}, what, what, colour, place, told=told)
        for found, what, colour, place in ((amounts, names[0], BLUE, 0), (before, names[1], GREY, 2))
    ]
    return draw_panels([Panel(lines, axis)], *words)


def _bars_by_day(values: Mapping[str, Any], axis: str, told: str, step: str, words: tuple[str, str]) -> Figure:
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second that only charts need

    days = sorted(values)
    # Of a single bar plotly knows no width.
    width = 0.75 * SPANS[step] * DAY
    heights = [values[day] for day in days]
    bars = go.Bar(x=days, y=heights, width=width, marker_color=BLUE, hovertemplate=f"{told}<extra></extra>")
    figure = new_figure(bars, *words, height=HEIGHT)
    top = max([Decimal(1), *(Decimal(each) for each in values.values())]) * Decimal("1.08")
    figure.update_layout(showlegend=False, hovermode="x unified", bargap=0.25)
    named = {"text": escape(axis), "font": {"size": 13}}
    figure.update_yaxes(range=[0, top], title=named, tickformat="~s", nticks=5)
    if days:
        set_days(figure, days[0], days[-1], step)
    return figure


def draw_tab_lines(rows: pa.Table, title: str = "", subtitle: str = "") -> Figure:
    """Draw how many listings each group held at the end of each day, one line for each.

    A group that is much larger than all others has a panel of its own above them.

    Arguments:
        rows: ``day, group, listings`` of one store or several, which are added up.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    lines = _lines(rows, "group", "listings")
    order = [name for name in TAB_NAMES if name in lines] + sorted(set(lines) - set(TAB_NAMES))
    order = [name for name in order if any(lines[name].values())]
    colours = {name: TAB_COLOURS.get(name, COLOURS[place % len(COLOURS)]) for place, name in enumerate(order)}
    peaks = sorted(((max(lines[name].values()), name) for name in order), reverse=True)
    alone = len(peaks) > 1 and peaks[0][0] > MUCH_LARGER * peaks[1][0]
    panels = [[peaks[0][1]], [name for name in order if name != peaks[0][1]]] if alone else [order]
    words = {name: f"{name or 'none'} {last_of(lines[name]):,}" for name in order}
    return draw_panels(
        [
            Panel([Line(lines[name], name, words[name], colours[name], _place(name)) for name in panel])
            for panel in panels
        ],
        title,
        subtitle,
    )


def draw_prices(rows: pa.Table, title: str = "", subtitle: str = "") -> Figure:
    """Draw each store's share of featured offers and its median price by day, one above the other.

    Prices of several currencies are drawn by how they stand to the first day's, which is 100.

    Arguments:
        rows: ``store, day, median_price, featured, compared, currency``; prices in minor units.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    stores = sorted(set(rows["store"].to_pylist()))
    currencies = {currency for currency in rows["currency"].to_pylist() if currency}
    known = rows.to_pylist()
    shares, prices = [], []
    for place, store in enumerate(stores):
        colour = COLOURS[place % len(COLOURS)]
        mine = [row for row in known if row["store"] == store]
        share = {row["day"]: round(100 * row["featured"] / row["compared"], 1) for row in mine if row["compared"]}
        if share:
            shares.append(Line(share, store, f"{store} {last_of(share):.0f} %", colour, place, told="%{y:.0f} %"))
        price = {row["day"]: row["median_price"] for row in mine if row["median_price"] is not None}
        if price:
            prices.append(_price_line(store, price, mine[0]["currency"], len(currencies) > 1, (colour, place)))
    unit = "first day = 100" if len(currencies) > 1 else next(iter(currencies), "")
    panels = []
    if shares:
        panels.append(Panel(shares, "featured offers, %", most=102))
    if prices:
        panels.append(Panel(prices, f"price, {unit}", from_zero=False))
    return draw_panels(panels, title, subtitle)


def draw_stock_outs(rows: pa.Table, title: str = "", subtitle: str = "") -> Figure:
    """Draw how many listings were sold out at the end of each day.

    Arguments:
        rows: ``day, out`` of one store or several, which are added up.
        title: the finding, in a sentence.
        subtitle: scope, source and time.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    counted: dict[str, int] = defaultdict(int)
    for row in rows.to_pylist():
        counted[row["day"]] += row["out"]
    groups, step = group_days(counted)
    days = last_of_group(groups)
    bars = go.Bar(
        x=[groups[day] for day in days],
        y=[counted[day] for day in days],
        marker_color=ORANGE,
        hovertemplate="%{y:,} sold out<extra></extra>",
    )
    figure = new_figure(bars, title, subtitle, height=260)
    figure.update_layout(showlegend=False, hovermode="x unified", bargap=0.25)
    top = max([4, *counted.values()])
    figure.update_yaxes(
        range=[0, top * 1.1], title={"text": "listings sold out", "font": {"size": 13}}, tickformat=",d", nticks=5
    )
    if days:
        set_days(figure, groups[days[0]], groups[days[-1]], step)
    return figure


def _price_line(store: str, price: Mapping[str, int], currency: str, is_index: bool, look: tuple[str, int]) -> Line:
    colour, place = look
    words = f"{store} {money(last_of(price), currency)}"
    if not is_index:
        values: dict[str, Any] = {day: money_number(each, currency) for day, each in price.items()}
        return Line(values, store, words, colour, place, told=f"%{{y:,.2f}} {escape(currency)}")
    first = price[min(price)] or 1
    values = {day: round(100 * each / first, 1) for day, each in price.items()}
    return Line(values, store, words, colour, place, told="%{y:.0f}")


def _lines(rows: pa.Table, key: str, number: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows.to_pylist():
        found[row[key]][row["day"]] += row[number]
    return {name: dict(values) for name, values in found.items()}


def _place(tab: str) -> int:
    # What is live has the plain line.
    return TAB_NAMES.index(tab) - TAB_NAMES.index(LIVE) if tab in TAB_NAMES else 1
