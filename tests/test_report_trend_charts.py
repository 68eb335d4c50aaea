"""Charts of trends show the numbers they are given: few points, names at the ends of lines, findings that are true."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.report import bar_charts, charts, standing_findings, trend_charts, trend_findings
from channelkit.report.chart_parts import COLOURS, DASHES, group_days, last_of_group, spread
from channelkit.report.charts import Figure
from channelkit.report.counts import TAB_NAMES
from channelkit.report.delays import BIN_NAMES, STAGES, distribute
from channelkit.report.period import Period
from tests.test_report_charts import contrast

MONTH = Period(0, 1, 0, "the last 30 days", compare_words="the 30 days before")
HOSTILE = "<img src=x onerror=alert(1)>"


def days(count: int, first: str = "2026-11-01") -> list[str]:
    return [(date.fromisoformat(first) + timedelta(days=number)).isoformat() for number in range(count)]


def sales(amounts: list[int], before: list[int | None] | None = None) -> pa.Table:
    columns = {"day": days(len(amounts)), "amount": amounts}
    return pa.table(columns | {"before": pa.array(before or [None] * len(amounts), pa.int64())})


def tabs(lines: dict[str, list[int]]) -> pa.Table:
    rows = [
        {"store": "us", "day": day, "group": tab, "listings": number}
        for tab, numbers in lines.items()
        for day, number in zip(days(len(numbers)), numbers, strict=True)
    ]
    return pa.Table.from_pylist(rows)


def words_of(figure: Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def points_of(figure: Figure) -> int:
    return max((len(trace.x) for trace in figure.data), default=0)


def test_sales_are_lines_beside_what_they_are_compared_with_in_exact_money() -> None:
    figure = trend_charts.draw_sales(sales([1999, 0, 501], [1000, 2000, 3000]), "USD", ("last 3 days", "before"))
    assert [list(trace.y) for trace in figure.data] == [
        [Decimal("19.99"), Decimal(0), Decimal("5.01")],
        [Decimal(10), Decimal(20), Decimal(30)],
    ]
    assert words_of(figure) and set(words_of(figure)) == {"last 3 days", "before"}
    assert figure.data[0].line.dash != figure.data[1].line.dash
    assert figure.layout.yaxis.title.text == "USD"


def test_sales_that_are_compared_with_nothing_are_bars_and_a_yen_has_no_decimals() -> None:
    figure = trend_charts.draw_sales(sales([300, 120]), "JPY")
    assert (figure.data[0].type, list(figure.data[0].y)) == ("bar", [Decimal(300), Decimal(120)])
    assert figure.layout.yaxis.title.text == "JPY"


def test_orders_are_counted_where_money_cannot_be_added_up() -> None:
    figure = trend_charts.draw_orders(sales([3, 4], [1, 2]))
    assert list(figure.data[0].y) == [3, 4] and figure.layout.yaxis.title.text == "orders"


@pytest.mark.parametrize(("count", "step"), [(90, ""), (365, " a week"), (3650, " a month")])
def test_long_stretches_are_drawn_by_week_or_month_and_lose_nothing(count: int, step: str) -> None:
    figure = trend_charts.draw_sales(sales([100] * count), "USD")
    assert points_of(figure) <= 130
    assert sum(figure.data[0].y) == count
    assert figure.layout.yaxis.title.text == f"USD{step}"


def test_each_tab_is_a_line_with_its_name_and_number_at_its_end() -> None:
    figure = trend_charts.draw_tab_lines(tabs({"Active": [9, 8], "Inactive": [3, 4], "Ended": [0, 0]}))
    assert {trace.name: list(trace.y) for trace in figure.data} == {"Inactive": [3, 4], "Active": [9, 8]}
    assert set(words_of(figure)) == {"Active 8", "Inactive 4"}
    assert figure.layout.yaxis.range[0] == 0


def test_stores_are_added_up_and_a_tab_that_dwarfs_the_others_has_its_own_panel() -> None:
    rows = pa.concat_tables([tabs({"Active": [500, 501], "Inactive": [3, 4]})] * 2)
    figure = trend_charts.draw_tab_lines(rows)
    assert {trace.name: (trace.yaxis, list(trace.y)) for trace in figure.data} == {
        "Active": ("y", [1000, 1002]),
        "Inactive": ("y2", [6, 8]),
    }
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]


def test_no_two_tabs_share_dash_and_colour() -> None:
    figure = trend_charts.draw_tab_lines(tabs({tab: [number + 1] * 9 for number, tab in enumerate(TAB_NAMES)}))
    looks = {(trace.line.dash, trace.line.color) for trace in figure.data}
    assert len(looks) == len({colour for _, colour in looks}) == len(TAB_NAMES)
    assert len(set(DASHES)) >= 6 and all(contrast(colour) >= 4.5 for colour in COLOURS)


def test_a_year_of_tabs_shows_how_they_stood_at_the_end_of_each_week() -> None:
    figure = trend_charts.draw_tab_lines(tabs({"Active": list(range(365)), "Inactive": [200] * 365}))
    assert points_of(figure) <= 54 and figure.data[-1].y[-1] == 364


def prices(store: str, currency: str, medians: list[int | None], featured: int = 3, compared: int = 4) -> pa.Table:
    rows = [
        {"store": store, "day": day, "moved": 1, "median_price": price, "featured": featured, "compared": compared}
        | {"currency": currency}
        for day, price in zip(days(len(medians)), medians, strict=True)
    ]
    return pa.Table.from_pylist(rows)


def test_prices_and_the_share_of_featured_offers_stand_one_above_the_other() -> None:
    figure = trend_charts.draw_prices(prices("us", "USD", [1999, 2099, None]))
    share, price = figure.data
    assert (list(share.y), share.yaxis) == ([75.0] * 3, "y")
    assert (list(price.y), price.yaxis) == ([Decimal("19.99"), Decimal("20.99")], "y2")
    assert set(words_of(figure)) == {"us 75 %", "us 20.99 USD"}
    assert figure.layout.yaxis2.title.text == "price, USD"


def test_prices_of_several_currencies_are_drawn_by_how_they_stand_to_the_first_day() -> None:
    both = pa.concat_tables([prices("us", "USD", [2000, 2100], 0, 0), prices("jp", "JPY", [3000, 2700], 0, 0)])
    figure = trend_charts.draw_prices(both)
    assert {trace.name: list(trace.y) for trace in figure.data} == {"jp": [100.0, 90.0], "us": [100.0, 105.0]}
    assert set(words_of(figure)) == {"us 21.00 USD", "jp 2,700 JPY"}
    assert figure.layout.yaxis.title.text == "price, first day = 100"


def test_stock_outs_are_bars_by_day() -> None:
    rows = pa.table({"store": ["us", "de", "us"], "day": ["2026-11-01", "2026-11-01", "2026-11-02"], "out": [2, 3, 4]})
    figure = trend_charts.draw_stock_outs(rows)
    assert (list(figure.data[0].x), list(figure.data[0].y)) == (["2026-11-01", "2026-11-02"], [5, 4])


FLOWS = pa.Table.from_pylist(
    [
        {"from_tab": "Active", "to_tab": "Ineligible", "status": "Out of Stock", "listings": 31},
        {"from_tab": "Ineligible", "to_tab": "Active", "status": "Active", "listings": 20},
        {"from_tab": "", "to_tab": "Incomplete", "status": "", "listings": 5},
    ]
)


def test_what_entered_goes_right_and_what_left_goes_left_with_its_number() -> None:
    left, entered = bar_charts.draw_flows(FLOWS).data
    assert list(left.y) == list(entered.y) == ["Incomplete", "Active", "Ineligible"]
    assert (list(left.x), list(entered.x)) == ([0, -31, -20], [5, 20, 31])
    assert list(left.text) == ["", "−31 left", "−20 left"]
    assert (left.marker.pattern.shape, entered.marker.pattern.shape) == ("/", "")


def test_reasons_are_drawn_by_what_they_cost_and_by_listings_where_nothing_is_known() -> None:
    rows = pa.table({"status": ["Listing Suppressed", HOSTILE], "listings": [12, 3], "at_stake": [4560, 0]})
    figure = bar_charts.draw_reasons(rows, "USD")
    assert list(figure.data[0].x) == [Decimal("45.60"), Decimal(0)]
    assert list(figure.data[0].text) == ["45.60 USD · 12", "3 listings"]
    assert "<img" not in str(figure.to_dict())
    nothing = rows.set_column(2, "at_stake", pa.array([0, 0], pa.int64()))
    assert list(bar_charts.draw_reasons(nothing, "USD").data[0].x) == [12, 3]


def test_each_listing_falls_into_one_class_of_cover_and_the_urgent_ones_have_a_pattern() -> None:
    lasting = [0.0, 0.5, 6.9, 7.0, 14.0, 30.0, 60.0, 90.0, 9000.0, None]
    rows = pa.table({"quantity": [0, *[5] * 9], "sold": [1] * 10, "days": lasting, "listings": [1] * 10})
    assert list(bar_charts.classify_cover(rows).values()) == [1, 2, 1, 1, 1, 1, 2, 1]
    figure = bar_charts.draw_cover(rows)
    drawn = {name: trace for trace in figure.data for name, number in zip(trace.x, trace.y, strict=True) if number}
    assert drawn["sold out"].marker.pattern.shape == "x" and drawn["under 7"].marker.color == charts.ORANGE
    assert figure.layout.xaxis.title.text == "days of cover"


def test_late_orders_look_different_from_those_that_are_due() -> None:
    figure = bar_charts.draw_awaiting(pa.table({"due": ["late", "today", "tomorrow"], "orders": [4, 0, 9]}))
    late, due = figure.data
    assert (list(late.y), list(due.y)) == ([4, None, None], [None, 0, 9])
    assert late.marker.pattern.shape == "x" and list(due.text) == ["4", "", "9"]


def test_delays_are_drawn_stage_by_stage_in_the_same_classes() -> None:
    rows = pa.table({"stage": [STAGES[0], STAGES[2], STAGES[2]], "seconds": [0.5, 70.0, 80.0]})
    titles = {STAGES[0]: "Wanted → sent", STAGES[2]: "Accepted → seen"}
    figure = bar_charts.draw_stages(distribute(rows), titles)
    assert [list(trace.x) for trace in figure.data] == [list(BIN_NAMES)] * 2
    assert sum(figure.data[1].y) == 2 and figure.data[1].yaxis == "y2"
    assert words_of(figure) == ["Wanted → sent", "Accepted → seen"]


def test_a_quota_is_drawn_by_the_share_of_it_that_was_used() -> None:
    rows = pa.table({"operation": ["getOrder", "x" * 60], "calls": [50, 1], "allowed": [200, 1_000_000]})
    bars = bar_charts.draw_budget(rows).data[0]
    assert list(bars.text) == ["25 % · 50", "under 0.1 % · 1"]
    assert len(bars.y[1]) == 30


EMPTY: dict[str, Any] = {
    "sales": lambda: trend_charts.draw_sales(sales([]), "USD"),
    "tabs": lambda: trend_charts.draw_tab_lines(tabs({"Active": [1]}).slice(0, 0)),
    "prices": lambda: trend_charts.draw_prices(prices("us", "USD", [1]).slice(0, 0)),
    "stock-outs": lambda: trend_charts.draw_stock_outs(pa.table({"day": ["2026-11-01"], "out": [1]}).slice(0, 0)),
    "flows": lambda: bar_charts.draw_flows(FLOWS.slice(0, 0)),
    "reasons": lambda: bar_charts.draw_reasons(
        pa.table({"status": ["a"], "listings": [1], "at_stake": [1]}).slice(0, 0), "USD"
    ),
    "cover": lambda: bar_charts.draw_cover(
        pa.table({"quantity": [1], "sold": [1], "days": [1.0], "listings": [1]}).slice(0, 0)
    ),
    "awaiting": lambda: bar_charts.draw_awaiting(pa.table({"due": ["late"], "orders": [1]}).slice(0, 0)),
    "stages": lambda: bar_charts.draw_stages(distribute(pa.table({"stage": ["a"], "seconds": [1.0]})), {}),
    "budget": lambda: bar_charts.draw_budget(pa.table({"operation": ["a"], "calls": [1], "allowed": [1]}).slice(0, 0)),
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_chart_of_nothing_is_still_a_chart(name: str) -> None:
    assert EMPTY[name]().to_json()


def test_charts_have_only_colours_that_a_dark_screen_has_partners_for() -> None:
    from channelkit.report.dark import PARTNERS  # noqa: PLC0415 - only here

    figure = trend_charts.draw_tab_lines(tabs({tab: [number + 1] * 9 for number, tab in enumerate(TAB_NAMES)}))
    used = {trace.line.color for trace in figure.data} | {a.font.color for a in figure.layout.annotations}
    assert used <= set(PARTNERS)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=9))
def test_labels_at_the_ends_of_lines_never_touch_and_stay_in_their_order(values: list[float]) -> None:
    values = sorted(values)
    places = spread(values, 320, (0, 1000))
    room = 1000 / 320 * 17
    assert all(after - before >= room - 1e-6 for before, after in pairwise(places))
    assert len(places) == len(values) and min(places) > -1e-6 and max(places) <= 1000 + 1e-6


@given(st.lists(st.dates(date(2000, 1, 1), date(2040, 1, 1)), max_size=60))
def test_days_are_grouped_into_at_most_some_hundred_and_none_is_lost(found: list[date]) -> None:
    groups, step = group_days(day.isoformat() for day in found)
    assert set(groups) == {day.isoformat() for day in found}
    assert all(group[:7] <= day[:7] for day, group in groups.items()) and step in ("day", "week", "month")
    assert len(last_of_group(groups)) == len(set(groups.values()))


@pytest.mark.parametrize(
    ("amount", "before", "says"),
    [
        (115_000, 100_000, "15 % more than in the 30 days before."),
        (85_000, 100_000, "15 % less than in the 30 days before."),
        (100_000, 100_000, "as much as in the 30 days before."),
        (100_001, 100_000, "much the same as in the 30 days before."),
        (100_000, 0, "nothing was sold in the 30 days before."),
        (100_000, None, "Sales of 1,000.00 USD in the last 30 days."),
        (0, 5_000, "Nothing was sold in the last 30 days, after 50.00 USD in the 30 days before."),
        (0, 0, "Nothing was sold in the last 30 days."),
    ],
)
def test_the_finding_of_sales_says_how_they_compare(amount: int, before: int | None, says: str) -> None:
    assert trend_findings.find_sales(amount, before, "USD", MONTH).endswith(says)


def test_the_finding_of_flows_names_the_way_that_most_went() -> None:
    moves = [(row["from_tab"], row["to_tab"], row["status"], row["listings"]) for row in FLOWS.to_pylist()]
    said = trend_findings.find_flows(moves, MONTH)
    assert said == (
        "51 moves between tabs in the last 30 days; most went from Active to Ineligible "
        "(31, most of them Out of Stock); 5 new ones came."
    )
    assert trend_findings.find_flows([], MONTH) == "No listing went from one tab to another in the last 30 days."


def test_the_findings_of_how_things_stand_are_true_of_one_and_of_none() -> None:
    assert standing_findings.find_cover({"sold out": 1, "under 7": 0}) == (
        "1 listing is sold out; no other runs out within 7 days."
    )
    assert standing_findings.find_cover({"under 7": 1}) == "1 listing runs out within 7 days; none is sold out."
    assert standing_findings.find_awaiting(0, 0, 0) == "No order waits to be shipped."
    assert standing_findings.find_awaiting(1, 0, 0).startswith("1 order waits to be shipped: none is late")
    assert standing_findings.find_stock_outs(3, 3, ("2026-11-01", "2026-11-30"), "").endswith(
        "as many as on 2026-11-01."
    )
    assert "300.00 USD of 500.00 USD a day" in standing_findings.find_reasons("Blocked", 2, 30_000, "USD", 50_000)
    assert standing_findings.find_delays([float("inf")] * 3, {}) == (
        "Most of 3 changes were not seen on Amazon in time."
    )
    assert standing_findings.find_prices((0, 0), (0, 0), 1, "today") == (
        "1 price moved today; whose offer is featured is not known yet."
    )
