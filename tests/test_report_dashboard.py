"""The dashboard (RP-05): a card for each store and its sections, true to the orders, and escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page
from plotly.offline import get_plotlyjs

from channelkit.database.connection import Database, open_database
from channelkit.database.order_schema import orders
from channelkit.database.reference import store_reference
from channelkit.database.schema import buckets, reference
from channelkit.errors import UsageError
from channelkit.report.dashboard import MAKERS, Dashboard, make_sections, read_dashboard
from channelkit.report.dashboard_scope import Scope, read_scope
from channelkit.report.delays import TARGETS, measure_delays
from channelkit.report.period import parse_period
from channelkit.trends.rates import KIND
from channelkit.trends.sales import LEFT_OUT
from tests import sixty_days
from tests.desk_fixtures import keep
from tests.order_rows import add, add_order, add_store
from tests.sixty_days import DAY, NOW, SCRIPT, SECRETS

KEYS = (*("sales", "tabs", "flows", "reasons", "prices", "stock-cover", "stock-outs", "delays", "awaiting", "budget"),)
STORES = ("us", "de")
RATES = json.dumps({"base": "USD", "rates": {"EUR": "0.8"}})


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Two stores with sixty days behind them; Commerce takes a dollar for 0.80 EUR."""
    database = sixty_days.live(tmp_path_factory.mktemp("past"), count=20)
    with database.write() as connection:
        store_reference(connection, "commerce", KIND, RATES, at=NOW - DAY)
    quota = {"rate": 0.5, "burst": 30.0, "tokens": 5.0, "filled_at": NOW / 1000}
    add(database, buckets, {"owner": "amazon/na/A1SELLERID", "operation": "getOrder", "calls": 1234} | quota)
    yield database
    database.close()


@pytest.fixture(scope="module")
def board(past: Database) -> Dashboard:
    return read(past)


def read(database: Database, text: str = "30d", compare: str = "before", stores: list[str] | None = None) -> Dashboard:
    period = parse_period(text, compare, NOW, "UTC")
    return read_dashboard(database, now_ms=NOW, period=period, stores=stores)


def sold(database: Database, store: str, since: int, until: int = NOW) -> int:
    """Return what a store sold, added up one by one."""
    with database.read() as connection:
        rows = connection.execute(sa.select(orders).where(orders.c.store == store)).all()
    kept = [row for row in rows if row.status not in LEFT_OUT and since <= row.created_at < until]
    return sum(row.total or 0 for row in kept)


def test_cards_tell_what_the_orders_add_up_to_rp_05(past: Database, board: Dashboard) -> None:
    cards = {card.store: card for card in board.cards}
    assert set(cards) == {"us", "de"}
    for store, card in cards.items():
        zone = card.sales.site.zone
        month = parse_period("30d", "before", NOW, zone)
        assert month.compare_ms is not None and month.compare_until_ms is not None
        assert card.sales.month.amount == sold(past, store, month.since_ms)
        assert card.sales.lifetime.amount == sold(past, store, 0)
        week = parse_period("7d", "before", NOW, zone)
        assert week.compare_ms is not None and week.compare_until_ms is not None
        assert card.sales.week.amount == sold(past, store, week.since_ms)
        assert card.sales.week.before == sold(past, store, week.compare_ms, week.compare_until_ms)
    assert cards["us"].active + cards["us"].inactive + cards["us"].incomplete > 0
    assert any("blocked" in words and "channelkit orders blocked --store us" in words for words in cards["us"].alerts)


def test_the_total_is_in_the_base_currency_with_the_day_of_its_rates(board: Dashboard) -> None:
    amounts = {card.store: card.sales.month.amount for card in board.cards}
    assert board.total.currency == "USD" and board.total.at == NOW - DAY
    assert board.total.amount == amounts["us"] + (amounts["de"] * 10 + 4) // 8
    assert "In USD by Commerce's rates as they were read at 2026-09-20 14:13 UTC." in board.note
    assert board.title.startswith("Sales of ")


def test_every_section_has_a_finding_words_numbers_and_a_table(board: Dashboard) -> None:
    assert tuple(board) == KEYS == tuple(MAKERS)
    for section in board.sections:
        assert section.title.endswith(".") and section.about and section.words.endswith(".")
        assert section.draw is not None and section.rows.num_rows and section.grids[0].rows
        for grid in section.grids:
            assert all(set(row) >= {column.key for column in grid.columns} for row in grid.rows)


def test_every_chart_can_be_drawn_and_has_at_most_some_hundred_points(board: Dashboard) -> None:
    figures = board.figures()
    assert tuple(figures) == KEYS
    for figure in figures.values():
        body = json.loads(figure.to_json())
        assert figure.layout.title.text
        assert all(len(trace["x"]) <= 130 for trace in body["data"])
        assert len(json.dumps(body)) < 60_000


def test_the_sales_section_adds_up_to_the_same_as_its_days(past: Database, board: Dashboard) -> None:
    rows = [row for row in board.section("sales").rows.to_pylist() if row["stretch"] == "period"]
    for card in board.cards:
        assert sum(row["amount"] for row in rows if row["store"] == card.store) == card.sales.month.amount


def test_nothing_of_a_person_and_no_script_is_in_any_part(board: Dashboard) -> None:
    parts = [board._repr_html_(), repr(board), *(board[key]._repr_html_() for key in board)]
    parts += [figure.to_json() for figure in board.figures().values()]
    parts += [str(section.rows.to_pylist()) for section in board.sections]
    assert not [secret for secret in (*SECRETS, "A1SELLERID") for part in parts if secret in part]
    pages = "".join(parts[: 2 + len(KEYS)])
    assert SCRIPT not in "".join(part for part in parts if part.startswith("<style>"))
    assert "<script" not in "".join(part for part in parts if part.startswith("<style>")) and pages


def test_without_rates_stores_of_two_currencies_are_told_by_their_orders(past: Database) -> None:
    with past.write() as connection:
        connection.execute(reference.delete().where(reference.c.kind == KIND))
    try:
        board = read(past)
    finally:
        with past.write() as connection:
            store_reference(connection, "commerce", KIND, RATES, at=NOW - DAY)
    assert board.total.amount is None
    assert "Not in the total: " in board.note and "us (USD)" in board.note and "de (EUR)" in board.note
    sales = board.section("sales")
    assert " orders in the last 30 days: " in sales.title and sales.draw is not None
    assert sales.draw().layout.yaxis.title.text == "orders"
    assert " EUR" in board.section("reasons").title and " USD" in board.section("reasons").title


def test_one_store_is_told_in_its_own_money_and_by_its_own_days(past: Database) -> None:
    board = read_dashboard(past, now_ms=NOW, period=parse_period("7d", "year", NOW, "Europe/Berlin"), stores=["de"])
    assert [card.store for card in board.cards] == ["de"]
    assert board.total.currency == "EUR" and board.note == ""
    assert "(Europe/Berlin)" in board.about and "the same days a year ago" in board.about
    assert set(board.section("tabs").rows["store"].to_pylist()) == {"de"}


@pytest.mark.parametrize("text", ["lifetime", "2026-08-01..2026-08-20", "1d", "12w", "1y"])
def test_any_period_can_be_told(past: Database, text: str) -> None:
    board = read(past, text)
    assert tuple(board) == KEYS
    for figure in board.figures().values():
        assert all(len(trace.x) <= 130 for trace in figure.data)


def test_a_period_that_is_over_holds_only_what_was_in_it(past: Database) -> None:
    board = read(past, "2026-08-01..2026-08-20", "none")
    rows = board.section("sales").rows
    assert set(rows["stretch"].to_pylist()) == {"period"}
    assert min(rows["day"].to_pylist()) >= "2026-08-01" and max(rows["day"].to_pylist()) <= "2026-08-20"
    days = board.section("tabs").rows["day"].to_pylist()
    assert (min(days), max(days)) == ("2026-08-01", "2026-08-20")
    assert "compared" not in board.about


def test_a_store_or_section_that_is_not_there_is_refused_with_those_that_are(past: Database, board: Dashboard) -> None:
    with pytest.raises(UsageError, match="'fr'"):
        read(past, stores=["fr"])
    with pytest.raises(UsageError, match="stock-cover"):
        board["weather"]


def test_before_anything_was_read_it_says_what_to_do(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/channelkit.db", tmp_path / "history")
    board = read(database)
    assert board.title == "No store has been read yet." and board.figures() == {}
    assert "channelkit pull" in board._repr_html_()
    add_store(database)
    board = read(database)
    for key in ("sales", "tabs", "prices", "stock-cover", "budget"):
        section = board.section(key)
        assert section.draw is None and "channelkit " in section.next_step, key
        assert section.title.startswith(("No", "Nothing"))
        assert board[key]._repr_html_()
    database.close()


def test_each_command_is_set_as_such_and_ends_with_its_sentence(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/channelkit.db", tmp_path / "history")
    add_store(database)
    board = read(database)
    assert board.title.startswith("Nothing was sold in 30 days; ")
    page = board["sales"]._repr_html_()
    assert "<code>channelkit sync</code>. Was every one read? <code>channelkit orders complete</code>" in page
    database.close()


def test_hostile_words_stay_words_in_every_part(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/channelkit.db", tmp_path / "history")
    add_store(database)
    add_order(database, "<b>902</b>", ship_by=NOW + DAY, status="UNSHIPPED")
    board = read(database)
    assert "<b>902</b>" not in board._repr_html_() and "&lt;b&gt;902" in board._repr_html_()
    database.close()


PAGE = '<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body>{body}</body></html>'


@dataclass(frozen=True)
class Screen:
    theme: Literal["light", "dark"]
    width: int

    def __str__(self) -> str:
        return f"{self.theme}-{self.width}"


SCREENS = [Screen(theme, width) for theme in ("light", "dark") for width in (1400, 600)]


@dataclass(frozen=True)
class Wall:
    """The board and all its charts on one page, and what a browser complained of."""

    page: Page
    complaints: list[str]

    def turn(self, screen: Screen) -> None:
        """Look at it on another screen, with its charts drawn anew for that."""
        self.page.set_viewport_size({"width": screen.width, "height": 900})
        self.page.evaluate("""([theme, ground]) => {
          document.body.dataset.jpThemeLight = theme; document.body.style.background = ground; draw(); }""",
            ["false", "#111"] if screen.theme == "dark" else ["true", "#fff"])  # fmt: skip


@pytest.fixture(scope="module")
def wall(board: Dashboard, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    body = f"<script>{get_plotlyjs()}</script>{board._repr_html_()}"
    draws = ""
    for key, figure in board.figures().items():
        body += f'<div id="{key}" style="height:{figure.layout.height}px"></div>'
        draws += f"Plotly.newPlot('{key}', {figure.to_json()}, undefined, {{displayModeBar: false}});"
    body += f"<script>function draw() {{ {draws} }}</script>"
    file = tmp_path_factory.mktemp("wall") / "board.html"
    file.write_text(PAGE.format(body=body), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(file.as_uri())
    yield Wall(page, complaints)
    page.close()


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_cards_and_charts_fit_their_screen_light_and_dark(wall: Wall, screen: Screen) -> None:
    wall.turn(screen)
    page = wall.page
    keep(page, f"dashboard-{screen}")
    overflow: list[Any] = page.evaluate(
        """() => [...document.querySelectorAll('.js-plotly-plot text, .ck-board > *')].filter(each => {
             const box = each.getBoundingClientRect();
             const chart = each.closest('.js-plotly-plot');
             const above = chart && box.top < chart.getBoundingClientRect().top - 1;
             return box.width && (above || box.left < -1 || box.right > innerWidth + 1);
           }).map(each => each.textContent.slice(0, 60))"""
    )
    assert overflow == [] and wall.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".js-plotly-plot").count() == len(KEYS)


def scope_of(database: Database, stores: tuple[str, ...], text: str = "30d", within: Scope | None = None) -> Scope:
    period = parse_period(text, "before", NOW, "UTC")
    return read_scope(database, NOW, period, stores, TARGETS, within=within)


@pytest.fixture(scope="module")
def whole(past: Database) -> Scope:
    return scope_of(past, STORES)


@pytest.mark.parametrize("store", STORES)
def test_of_one_store_shared_readings_tell_what_its_own_would(past: Database, whole: Scope, store: str) -> None:
    shared = make_sections(scope_of(past, (store,), within=whole))
    own = make_sections(scope_of(past, (store,)))
    assert [section.key for section in shared] == list(MAKERS)
    for one, other in zip(shared, own, strict=True):
        assert one.rows.equals(other.rows), one.key
        assert (one.title, one.about, one.words, one.grids) == (other.title, other.about, other.words, other.grids)


def test_the_history_is_not_read_again_for_a_store_of_its_own(past: Database, whole: Scope) -> None:
    make_sections(whole)
    alone = scope_of(past, ("de",), within=whole)
    assert alone.readings is whole.readings
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(past.engine, "before_cursor_execute", note)
    try:
        make_sections(alone)
    finally:
        sa.event.remove(past.engine, "before_cursor_execute", note)
    assert not [statement for statement in asked if "history_batches" in statement or "FROM changes" in statement]


@pytest.mark.parametrize(("text", "is_shared"), [("30d", True), ("2026-09-01..2026-09-10", False)])
def test_delays_that_are_measured_already_serve_a_period_that_reaches_to_now(
    past: Database, text: str, is_shared: bool
) -> None:
    period = parse_period(text, "before", NOW, "UTC")
    with past.read() as connection:
        measured = measure_delays(connection, period.since_ms)
    readings = read_scope(past, NOW, period, STORES, TARGETS, delays=measured).readings
    assert (readings.measured is measured) == is_shared
    assert readings.delays.equals(read_scope(past, NOW, period, STORES, TARGETS).readings.delays)
    assert readings.delays.num_rows


def test_a_store_that_began_later_has_a_lifetime_of_its_own(past: Database) -> None:
    everything = scope_of(past, STORES, "lifetime")
    alone = [scope_of(past, (store,), "lifetime", within=everything) for store in STORES]
    assert [scope.readings is everything.readings for scope in alone] == [
        scope.period == everything.period for scope in alone
    ]
