"""Charts show the numbers they are given, in colours and letters that can be read."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta

import plotly.io as pio
import pyarrow as pa
import pytest

from channelkit.report import charts
from channelkit.report.counts import CHANGE_STATES, TAB_NAMES
from channelkit.report.delays import BIN_NAMES, STAGES, distribute, summarise_delays

MINUTE = 60_000


def contrast(colour: str, ground: str = "#FFFFFF") -> float:
    def luminance(text: str) -> float:
        parts = [int(text[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colour", [*charts.TAB_COLOURS.values(), *(c for c, _ in charts.STATE_COLOURS.values())])
def test_every_colour_could_be_read_as_text(colour: str) -> None:
    assert contrast(colour) >= 4.5
    assert contrast(colour, "#F6F7F8") >= 4.5


def test_states_are_told_apart_without_their_colour() -> None:
    shown = [(charts.STATE_COLOURS[state][1], state) for state in CHANGE_STATES]
    plain = [state for pattern, state in shown if not pattern]
    # Two are plain: one is at the bottom of every stack, the other is named where it stands.
    assert plain == ["accepted", "confirmed"]
    patterns = [pattern for pattern, _ in shown if pattern]
    assert len(patterns) == len(set(patterns))


def test_every_tab_has_a_bar_with_its_number_even_where_it_is_empty() -> None:
    rows = pa.table({"tab": ["Active", "Active", "Unheard of"], "rows": [1000, 234, 5]})
    bars = charts.draw_tabs(rows).data[0]
    assert list(bars.y) == [*TAB_NAMES, "Unheard of"]
    assert list(bars.text) == ["0", "0", "0", "0", "1,234", "0", "0", "5"]


def test_a_chart_of_nothing_is_still_a_chart() -> None:
    empty = pa.table({"tab": pa.array([], pa.string()), "rows": pa.array([], pa.int64())})
    assert list(charts.draw_tabs(empty).data[0].x) == [0] * len(TAB_NAMES)
    none = pa.table(
        {"at": pa.array([], pa.int64()), "state": pa.array([], pa.string()), "rows": pa.array([], pa.int64())}
    )
    assert len(charts.draw_changes(none, MINUTE).data) == 0


def test_changes_are_stacked_by_state_with_the_confirmed_at_the_bottom() -> None:
    rows = pa.table({"at": [0, 0, MINUTE], "state": ["refused", "confirmed", "confirmed"], "rows": [1, 5, 7]})
    figure = charts.draw_changes(rows, MINUTE)
    assert [trace.name for trace in figure.data] == ["confirmed 12", "refused 1"]
    assert list(figure.data[0].y) == [5, 7]
    assert figure.layout.barmode == "stack"


def test_names_from_outside_cannot_carry_markup_into_a_chart() -> None:
    rows = pa.table({"tab": ["<a href='x'>Active</a>"], "rows": [1]})
    assert "<a" not in str(charts.draw_tabs(rows, title="<b>us</b>").to_dict())


def test_a_chart_in_a_notebook_carries_its_finding_and_where_it_comes_from() -> None:
    rows = pa.table({"tab": ["Active"], "rows": [1]})
    figure = charts.draw_tabs(rows, "1 of 1 listing is live", "us, read 14:13 UTC")
    assert figure.layout.title.text == "1 of 1 listing is live"
    assert figure.layout.title.subtitle.text == "us, read 14:13 UTC"


def test_all_charts_share_one_registered_template() -> None:
    charts.draw_tabs(pa.table({"tab": ["Active"], "rows": [1]}))
    assert pio.templates["channelkit"].layout.font.size == 14


def test_each_delay_falls_into_one_class() -> None:
    seconds = [0.0, 0.99, 1.0, 59.9, 60.0, 1799.0, 1800.0, 1e9]
    rows = pa.table({"stage": [STAGES[0]] * len(seconds), "seconds": seconds})
    spread = [row["rows"] for row in distribute(rows).to_pylist() if row["stage"] == STAGES[0]]
    assert spread == [2, 1, 0, 1, 1, 0, 1, 2]
    assert list(charts.draw_delays(distribute(rows)).data[0].x) == list(BIN_NAMES)
    assert summarise_delays(rows)[STAGES[1]] == {"count": 0, "median": None, "p95": None}


def test_plotly_and_the_template_engine_wait_until_they_are_needed() -> None:
    asked = (
        "import sys, channelkit.report.page, channelkit.report.charts, channelkit.report.summary;"
        "print([name for name in ('plotly', 'jinja2', 'duckdb', 'pandas') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"


@pytest.mark.parametrize("span", [0, 29, 24 * 60, 7 * 24 * 60, 365 * 24 * 60])
def test_a_time_axis_has_few_letterings_however_long_it_is(span: int) -> None:
    rows = pa.table({"at": [0, span * MINUTE], "state": ["confirmed"] * 2, "rows": [1, 1]})
    axis = charts.draw_changes(rows, MINUTE).layout.xaxis
    first, last = (datetime.fromisoformat(text) for text in axis.range)
    assert (last - first).total_seconds() * 1000 <= axis.dtick * 14
    assert first <= datetime.fromisoformat("1970-01-01") + timedelta(minutes=span) < last
