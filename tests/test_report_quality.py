"""What came of tests of the data, end to end: the kit, the verb, the report's section and the card in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import typer
from playwright.sync_api import Browser

from channelkit.cli.quality import quality as type_quality
from channelkit.data_check import DAILY, run_daily
from channelkit.database import quality, stores
from channelkit.database.connection import Database
from channelkit.database.quality import Kept
from channelkit.database.schema import listings
from channelkit.errors import ChannelkitError, UsageError
from channelkit.quality.results import Course, Result
from channelkit.quality.test import Test
from channelkit.quality.tests import TESTS
from channelkit.report.period import parse_period
from channelkit.report.quality import ROWS, quality_section
from channelkit.report.quality_card import Quality
from channelkit.sandbox.server import Running
from tests.conftest import sandboxes
from tests.kit_fixtures import Practice, RunKit
from tests.report_world import HOSTILE, NOW
from tests.shared_practice import make_model, practice_on

HOUR, DAY = 3_600_000, 86_400_000
SCRIPT = HOSTILE[0]


@pytest.fixture(scope="module")
def running(openapi_folder: Path | None) -> Iterator[Running]:
    """A quiet sandbox for those that leave it as it was."""
    with sandboxes(openapi_folder) as run:
        yield run(speed=0, products=20, quiet=True)


@pytest.fixture(scope="module")
def model(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice that has read both sides once."""
    folder = tmp_path_factory.mktemp("model")
    with practice_on(running, make_model(running, folder / "empty"), folder / "read") as practice:
        practice.kit.pull()
    return folder / "read"


@pytest.fixture
def practice(running: Running, model: Path, tmp_path: Path) -> Iterator[Practice]:
    with practice_on(running, model, tmp_path / "kit") as opened:
        yield opened


def numbers(found: Quality, name: str) -> dict[str, int]:
    return {each.store: each.failing for each in found if each.test.name == name}


def errors_of(found: Quality) -> list[str]:
    return [each.test.name for each in found if each.is_error]


def test_a_healthy_practice_store_has_no_errors(run_kit: RunKit) -> None:
    """Data-quality tests as code: no false alarm beside orders, falls and changes that are under way."""
    kit = run_kit(products=40, quiet=False).kit
    kit.sync()
    assert errors_of(kit.quality()) == [] and kit.quality().is_fine


def test_planted_faults_are_found_followed_and_gone_once_they_are_mended(
    run_kit: RunKit, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Data-quality tests as code, with their history; pains 16 and 18."""
    practice = run_kit(products=50)
    kit, world = practice.kit, practice.running.world
    kit.sync()
    practice.wait(60)
    kit.sync()
    before = kit.quality()
    sku = practice.active_skus("us")[0]
    listing = practice.listing("us", sku)
    title, price = listing.title, listing.price or 0
    listing.title, listing.price = f"{SCRIPT} CafÃ© &amp; K?ln", price * 20
    world.commerce.add_product("MISTYPED ", name="Jug", price="5", websites=["us"], attributes={"upc": "036000291453"})
    practice.wait(60)
    kit.pull()
    found = kit.quality()
    for name in ("listing-title-misread", "listing-title-entities", "listing-title-lossy", "listing-price-tenfold"):
        assert numbers(found, name)["us"] == numbers(before, name)["us"] + 1, name
    assert numbers(found, "product-check-digit")[""] == numbers(before, "product-check-digit")[""] + 1
    first = found.results[0]
    assert (first.test.name, first.store, first.examples) == ("listing-price-tenfold", "us", (sku,))
    assert not found.is_fine and found.failing_rows("listing-price-tenfold")["seller_sku"].to_list() == [sku]
    with pytest.raises(ChannelkitError, match="listing-price-tenfold"):
        found.check()
    assert "<script" not in found._repr_html_() and sku in str(found)

    monkeypatch.chdir(practice.folder)
    with pytest.raises(typer.Exit) as ended:
        type_quality(as_json=True)
    assert ended.value.exit_code == 3
    said = json.loads(capsys.readouterr().out)
    assert said["tests"][0]["test"] == "listing-price-tenfold" and said["is_fine"] is False

    practice.wait(2 * 60)
    listing.title, listing.price = title, price
    kit.pull()
    mended = kit.quality()
    assert numbers(mended, "listing-price-tenfold")["us"] == 0
    section = quality_section(kit.database, ["us"], parse_period("7d", "none", kit.parts.now()))
    (row,) = [row for row in section.rows.to_pylist() if row["test"] == "listing-price-tenfold"]
    assert (row["failing"], row["worst"], row["since"]) == (0, 1, None) and row["worst_at"] is not None


def test_a_difference_that_no_change_is_planned_for_is_seen_and_the_next_cycle_sees_to_it(practice: Practice) -> None:
    """Pain 18: states are compared, not events."""
    kit = practice.kit
    for _ in range(2):
        kit.sync()
        practice.wait(60)
    sku = practice.active_skus("us")[0]
    price = practice.listing("us", sku).price or 0
    practice.listing("us", sku).price = price * 105 // 100
    with kit.database.write() as connection:
        # A fact that came in past the plan, as by hand.
        mine = (listings.c.store == "us") & (listings.c.seller_sku == sku)
        connection.execute(listings.update().where(mine).values(price=price * 105 // 100))
    found = kit.quality(["us"])
    assert numbers(found, "listing-unplanned") == {"us": 1}
    assert found.failing_rows("listing-unplanned")["seller_sku"].to_list() == [sku]
    kit.sync(["us"])
    sent = {(each["seller_sku"], each["field"]): each["after"] for each in practice.changes("sent", "accepted")}
    assert sent[sku, "price"] == price
    assert numbers(kit.quality(["us"]), "listing-unplanned") == {"us": 0}


def test_facts_that_nobody_reads_any_more_are_said_to_be_stale(practice: Practice) -> None:
    """Pain 16."""
    practice.wait(9 * 60)
    found = practice.kit.quality()
    late = {each.store: each.examples for each in found if each.test.name == "reading-stale"}
    assert {"listings", "products", "stock"} <= set(late["us"])
    assert not found.is_fine


def test_a_test_of_ones_own_is_run_beside_the_others_and_followed(practice: Practice) -> None:
    """Data-quality tests as code: people add their own in a notebook."""
    dear = Test(
        "dear",
        "Nothing costs more than one cent, as a joke.",
        "listings",
        ("price",),
        lambda rows: pc.greater(rows["price"], 1),
        "Laugh.",
        "note",
    )
    found = practice.kit.quality(["us"], extra=[dear])
    assert numbers(found, "dear")["us"] == len(found.failing_rows("dear")) > 0
    section = quality_section(practice.kit.database, ["us"], parse_period("7d", "none", practice.kit.parts.now()))
    own = next(row for row in section.rows.to_pylist() if row["test"] == "dear")
    assert own["failing"] == numbers(found, "dear")["us"] and own["holds"] == "A test of your own."
    with pytest.raises(UsageError, match="no test 'cheap'"):
        found.failing_rows("cheap")


def test_cycles_test_the_data_once_a_day(practice: Practice) -> None:
    kit = practice.kit
    assert run_daily(kit.database, kit.parts.now(), ["us", "de"])
    assert run_daily(kit.database, kit.parts.now() + DAILY - 1, ["us", "de"]) == []
    later = run_daily(kit.database, kit.parts.now() + DAILY, ["us", "de"])
    assert {each.store for each in later} == {"", "us", "de"}
    with kit.database.write() as connection:
        stores.set_state(connection, "de", "inactive")
    assert {each.store for each in kit.quality()} == {"", "us"}


def keep(database: Database, *found: Kept) -> None:
    for each in found:
        with database.write() as connection:
            quality.keep_results(connection, [each])


def told(days_ago: float, failing: int, test: str = "listing-oversold", store: str = "us", *examples: str) -> Kept:
    return Kept(int(NOW - days_ago * DAY), store, test, 1000, failing, examples or ("A",) * min(failing, 1))


@pytest.fixture
def kept(database: Database) -> Database:
    """A month of results: one that fails again, one that is mended, one of what all stores share, one that is odd."""
    keep(
        *(database, told(40, 5), told(20, 0), told(10, 2), told(3, 7, "listing-oversold", "us", "MUG ", SCRIPT)),
        *(told(40, 3, "listing-currency"), told(1, 0, "listing-currency"), told(12, 9, "product-check-digit", "")),
        *(told(5, 4, "listing-title-long", "de"), told(2, 1, "my-own")),
    )
    return database


def test_the_section_tells_what_fails_since_when_and_how_bad_it_was(kept: Database) -> None:
    section = quality_section(kept, ["us"], parse_period("30d", "before", NOW))
    assert section.key == "quality" and section.title == "3 of 4 tests of the data fail: 1 error and 2 warnings."
    assert section.rows.schema.equals(ROWS)
    first = section.rows.to_pylist()[0]
    assert {name: first[name] for name in ("test", "failing", "before", "since", "worst")} == {
        "test": "listing-oversold", "failing": 7, "before": 5, "since": NOW - 10 * DAY, "worst": 7,
    }  # fmt: skip
    assert section.next_step == TESTS["listing-oversold"].to_do
    assert [row["store"] for row in section.grids[0].rows] == ["us", "all", "us"]
    assert "‘MUG ’" in section.grids[0].rows[0]["examples"] and SCRIPT in section.grids[0].rows[0]["examples"]
    assert [row["worst"] for row in section.grids[1].rows] == ["3"]
    assert section.words.startswith("listing-oversold in store us fails for 7 rows since 2026-09-11")


def test_the_section_tells_how_it_stood_at_the_end_of_the_period(kept: Database) -> None:
    section = quality_section(kept, ["us"], parse_period("2026-08-20..2026-08-25", "none", NOW))
    assert {row["test"]: row["failing"] for row in section.rows.to_pylist()} == {
        "listing-oversold": 5, "listing-currency": 3,
    }  # fmt: skip


def test_the_chart_has_a_bar_for_each_time_without_a_break(kept: Database) -> None:
    section = quality_section(kept, ["us"], parse_period("30d", "none", NOW))
    assert section.draw is not None
    figure = section.draw()
    bars = {bar.name: bar for bar in figure.data}
    error = bars["error"]
    assert list(error.y) == ["listing-oversold (error)"] * 2
    assert [tuple(pair) for pair in error.customdata] == [(5, 5), (7, 7)]
    assert [str(note.text) for note in figure.layout.annotations] == ["<b>7</b>", "<b>9</b>", "<b>1</b>"]


def test_before_the_first_run_the_section_says_so(database: Database) -> None:
    section = quality_section(database, ["us"], parse_period("7d", "none", NOW))
    assert section.title == "The data was not tested yet." and section.draw is None and not section.rows.num_rows
    assert Quality((), NOW).headline() == "No store has data to test yet."


def made() -> Quality:
    """Return results with hostile words in them."""

    def result(name: str, failing: int, *examples: str, store: str = "us") -> Result:
        course = Course(NOW - 3 * DAY if failing else None, failing + 2, NOW - 4 * DAY, failing - 1, "rising")
        rows = pa.table({TESTS[name].key: list(examples)})
        return Result(store, TESTS[name], 1234, failing, examples, rows, course)

    return Quality(
        (
            result("listing-oversold", 3, SCRIPT, HOSTILE[1], "MUG-1 "),
            result("listing-title-misread", 12, "Tasse „Guten Morgen“"),
            result("product-brand", 850, *(f"P-{place}" for place in range(5)), store=""),
            result("listing-currency", 0),
        ),
        NOW,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_the_card_is_read_in_a_browser_and_runs_nothing(
    browser: Browser, tmp_path: Path, scheme: str, width: int
) -> None:
    ground = "#111" if scheme == "dark" else "#fff"
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(f'<html lang="en"><title>safe</title><body style="background:{ground}">{made()._repr_html_()}')
    assert page.title() == "safe" and page.locator("script, img").count() == 0
    assert "3 of 4 tests of the data fail: 1 error, 1 warning and 1 note." in page.inner_text("h2")
    assert SCRIPT in page.inner_text("tbody") and "‘MUG-1 ’" in page.inner_text("tbody")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=str(tmp_path / f"card-{scheme}-{width}.png"), full_page=True)
    page.close()
