"""Every notebook that tells of the past, on a world that has one, as the page that others are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from channelkit.database import quality
from channelkit.report.dashboard import MAKERS
from tests import notebook_world
from tests.notebook_world import Look, NotebookWorld, faults_of, look

TREND = {
    "07_orders": {"store": "us", "order": "902-7777777-0000001"},
    "08_dashboard": {"period": "28d"},
    "09_quality": {},
    "report": {"charts": "none"},
}
"""The parameters of each of this file's notebooks, as a person types them."""


@pytest.fixture(scope="module")
def world(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookWorld]:
    with notebook_world.notebook_world(openapi_folder, tmp_path_factory.mktemp("trend")) as world:
        yield world


@pytest.fixture(scope="module")
def pages(world: NotebookWorld) -> dict[str, Look]:
    return {name: world.execute(name, **given) for name, given in TREND.items()}


@pytest.fixture(scope="module")
def looks(pages: dict[str, Look], browser: Browser) -> dict[str, Look]:
    """Return what is seen of each page on each screen, with one browser for all."""
    for found in pages.values():
        look(browser, found)
    return pages


@pytest.mark.parametrize("name", TREND)
def test_a_notebooks_page_is_whole_on_every_screen(looks: dict[str, Look], name: str) -> None:
    assert faults_of(looks[name]) == {}


def test_the_notebook_shows_the_dashboard_and_its_page_has_every_chart_rp_05(
    world: NotebookWorld, pages: dict[str, Look]
) -> None:
    found = pages["08_dashboard"]
    page = found.page.read_text(encoding="utf-8")
    board = world.kit.dashboard("28d")
    assert found.code == 0 and "In the last 28 days" in page
    assert page.count("plotly-graph-div") >= len(board.figures()) >= 3
    assert [card.store for card in world.kit.stores["de"].dashboard().cards] == ["de"]
    assert "Traceback" not in page and "live" in board.title


def test_no_chart_is_left_out_of_the_dashboards_page(looks: dict[str, Look]) -> None:
    assert looks["08_dashboard"].drawn == len(MAKERS)


def test_the_notebook_tests_the_data_and_shows_how_to_add_a_test(world: NotebookWorld, pages: dict[str, Look]) -> None:
    """Data-quality tests as code: the documented way to a test of one's own."""
    assert pages["09_quality"].code == 0
    with world.kit.database.read() as connection:
        assert ("us", "dear-listings") in quality.load_newest(connection, ["us"])


def test_the_notebook_of_the_night_leaves_a_report(world: NotebookWorld, pages: dict[str, Look]) -> None:
    assert pages["report"].code == 0
    assert (world.folder / "report" / "index.html").is_file()
