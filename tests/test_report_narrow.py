"""Every kind of chart can be read on a telephone: laid out anew where its box is narrow, seen in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from playwright.sync_api import Browser

from channelkit.report import bar_charts, charts, trend_charts
from channelkit.report.charts import Figure
from channelkit.report.competition_chart import CLASSES, draw_competition
from channelkit.report.counts import TAB_NAMES
from channelkit.report.delays import BIN_NAMES, STAGES
from channelkit.report.group import Group, below
from channelkit.report.logs_charts import draw_errors, draw_states
from channelkit.report.quality_chart import Stretch, draw_failing
from channelkit.report.rendering import render, show_group
from channelkit.report.section import Section
from channelkit.report.site_pages import Leaf
from tests.chart_sight import LETTERS
from tests.report_site import ARTIFACTS, Sight, seen
from tests.test_report_page import CONTRAST

NOW, DAY = 1_790_000_000_000, 86_400_000
DAYS = [(date(2026, 8, 1) + timedelta(days=number)).isoformat() for number in range(30)]
PHONE, SMALL, TABLET, DESK = 390, 320, 768, 1400
LONG = "submitListingsFeedDocument: The product identifier is not valid (8541)"


def rows(**columns: Any) -> pa.Table:
    return pa.table(columns)


def tab_rows() -> pa.Table:
    told = [(day, tab, 1_200 * (7 - place) + at) for place, tab in enumerate(TAB_NAMES) for at, day in enumerate(DAYS)]
    days, groups, numbers = zip(*told, strict=True)
    return rows(store=["us"] * len(told), day=list(days), group=list(groups), listings=list(numbers))


def flow_rows() -> pa.Table:
    names = list(TAB_NAMES)
    return rows(from_tab=names, to_tab=[*names[1:], names[0]], listings=[1_234 * (place + 1) for place in range(7)])


def price_rows() -> pa.Table:
    told = [(store, day, at) for store in ("us", "de", "uk") for at, day in enumerate(DAYS)]
    stores, days, numbers = zip(*told, strict=True)
    size = len(told)
    currencies = [{"us": "USD", "de": "EUR", "uk": "GBP"}[store] for store in stores]
    prices = [10_000 + 7 * at for at in numbers]
    return rows(
        **{"store": list(stores), "day": list(days), "median_price": prices, "featured": [7] * size},
        **{"compared": [9] * size, "currency": currencies},
    )


def share_rows() -> pa.Table:
    return rows(store=["us"] * 30, day=DAYS, featured=list(range(10, 40)), compared=[50] * 30)


def stretches() -> list[Stretch]:
    return [
        Stretch("listing-oversold, us (error)", "error", NOW - 20 * DAY, NOW, 1_234, 1_234, lasts=True),
        Stretch("listing-unplanned, de (warning)", "warning", NOW - 3 * DAY, NOW, 17, 12, lasts=True),
    ]


KINDS: dict[str, Callable[[], Figure]] = {
    "sales": lambda: trend_charts.draw_sales(
        rows(day=DAYS, amount=[1_000_000 + at for at in range(30)], before=[900_000] * 30),
        "USD",
        ("last 30 days", "30 days before"),
    ),
    "tabs": lambda: trend_charts.draw_tab_lines(tab_rows()),
    "prices": lambda: trend_charts.draw_prices(price_rows()),
    "sold-out": lambda: trend_charts.draw_stock_outs(rows(day=DAYS, out=list(range(30)))),
    "flows": lambda: bar_charts.draw_flows(flow_rows()),
    "reasons": lambda: bar_charts.draw_reasons(
        rows(
            status=["Awaiting Product Assignment", "Unable to Assign to Amazon Listing"],
            **{"listings": [12_345, 7], "at_stake": [1_234_567, 10]},
        ),
        "USD",
    ),
    "cover": lambda: bar_charts.draw_cover(
        rows(quantity=[0, 5, 9, 70], sold=[3, 30, 0, 30], days=[0.0, 5.0, None, 70.0], listings=[1] * 4)
    ),
    "awaiting": lambda: bar_charts.draw_awaiting(
        rows(
            due=["late", "today", "tomorrow", "Wed 23", "Thu 24", "Fri 25", "Sat 26"], orders=[1_200, 3, 5, 0, 0, 1, 0]
        )
    ),
    "stages": lambda: bar_charts.draw_stages(
        rows(stage=[next(iter(STAGES))] * len(BIN_NAMES), bin=list(BIN_NAMES), rows=[1_500] * len(BIN_NAMES)),
        {stage: f"Accepted → seen on Amazon, {stage}: half in 2 min, 95 of 100 in 5 min" for stage in STAGES},
    ),
    "budget": lambda: bar_charts.draw_budget(
        rows(operation=[f"{LONG}{at}" for at in range(3)], calls=[9_000, 100, 1], allowed=[10_000] * 3)
    ),
    "errors": lambda: draw_errors([(LONG, 12_345), ("listing change: price", 4)]),
    "states": lambda: draw_states(dict.fromkeys(charts.STATE_COLOURS, 1_234)),
    "changes": lambda: charts.draw_changes(
        rows(
            at=[NOW - at * DAY for at in range(8)],
            **{"state": list(charts.STATE_COLOURS), "rows": [1_000] * 8},
        ),
        DAY,
    ),
    "delays": lambda: charts.draw_delays(rows(bin=list(BIN_NAMES), rows=[10_000] * len(BIN_NAMES))),
    "failing": lambda: draw_failing(
        ["listing-oversold, us (error)", "listing-unplanned, de (warning)"], stretches(), NOW - 30 * DAY, NOW
    ),
    "competition": lambda: draw_competition(dict.fromkeys(CLASSES, 1_234), share_rows()),
}


@pytest.fixture(scope="module")
def charted(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sight]:
    """A page with a chart of every kind, and of large numbers and long names."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - half a second

    sections = [Section(name, name, "", pa.table({}), draw, f"Chart of {name}.") for name, draw in KINDS.items()]
    group = Group("all", "All", "All", "", below(sections))
    values = {"title": "t", "headline": "h", "now": "n", "now_there": [], "mark": "", "parameters": [], "links": []}
    page = Leaf("all", "All", "All", "", (group,))
    html = render("leaf.html", page=page, groups=[show_group(group)], here="", plotly=get_plotlyjs(), **values)
    path = tmp_path_factory.mktemp("narrow") / "all.html"
    path.write_text(html, encoding="utf-8")
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    with seen(browser, path) as sight:
        yield sight


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", DESK), ("light", TABLET), ("dark", PHONE), ("light", PHONE), ("light", SMALL)]
)
def test_no_letters_of_a_chart_are_cut_off_or_lie_upon_others(charted: Sight, scheme: str, width: int) -> None:
    charted.turn(scheme=scheme, width=width)
    charted.keep(ARTIFACTS / f"charts-{scheme}-{width}.png")
    assert charted.page.evaluate(LETTERS) == []
    assert charted.page.evaluate("document.documentElement.scrollWidth") == width


def test_a_chart_grows_with_what_it_has_to_say_and_takes_its_old_shape_on_a_wide_screen(charted: Sight) -> None:
    height = "document.getElementById('chart-tabs').clientHeight"
    margin = "document.getElementById('chart-tabs')._fullLayout._size.b"
    charted.page.reload()
    charted.turn(width=DESK)
    wide, below_it = charted.page.evaluate(height), charted.page.evaluate(margin)
    charted.turn(width=PHONE)
    charted.wait_until(f"{height} > {wide}")
    assert charted.page.locator("#chart-tabs .legendtext").count() == len(TAB_NAMES)
    charted.turn(width=DESK)
    charted.wait_until(f"{height} === {wide}")
    assert charted.page.locator("#chart-tabs .legendtext").count() == 0
    assert charted.page.evaluate(margin) == below_it


def test_a_dark_telephone_shows_letters_that_stand_out_and_paper_has_its_own_width(charted: Sight) -> None:
    charted.turn(scheme="dark", width=PHONE)
    assert [words for words in charted.find_faint(CONTRAST) if words[1]] == []
    charted.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    widths = charted.page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].map(chart => chart._fullLayout.width)"
    )
    assert set(widths) == {640}
    assert charted.page.evaluate("document.documentElement.dataset.drawn") == "light"
    charted.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    charted.turn(scheme="light", width=DESK)


def test_names_from_outside_stay_text_below_a_chart(browser: Browser) -> None:
    script = (Path(charts.__file__).parent / "narrow.js").read_text(encoding="utf-8")
    layout = {"height": 300, "font": {"family": "Arial"}, "annotations": [{"name": "end"}]}
    figure = json.dumps({"data": [{"meta": "<b>&", "name": "x"}], "layout": layout})
    with seen(browser) as sight:
        name = sight.page.evaluate(f"() => {{ {script}; return narrowCharts.lay({figure}, 390).data[0].name; }}")
    assert name == "&lt;b>&amp;"
