"""Every notebook that works with both sides, on a world with a past, as the page that others are shown.

They are executed by the house's own launcher, one kernel each. What tells of the past is in
``tests.test_notebook_trend_pages``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from channelkit.jobs import NOTEBOOKS
from tests import notebook_world
from tests.notebook_world import Look, faults_of, look
from tests.test_notebook_trend_pages import TREND

ONE = {"store": "us", "by": "anna"}
WORK = {
    **{"00_connect": {"measure": "true"}, "01_attributes": {}, "02_match": ONE, "03_golive": ONE},
    **{"04_listings": {**ONE, "sku": "us-0001"}, "05_rules": ONE, "05_pricing": ONE, "sync": {}},
}
"""The parameters of each of this file's notebooks, as a person types them."""


@pytest.fixture(scope="module")
def pages(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Look]]:
    with notebook_world.notebook_world(openapi_folder, tmp_path_factory.mktemp("work")) as world:
        yield {name: world.execute(name, **given) for name, given in WORK.items()}


@pytest.fixture(scope="module")
def looks(pages: dict[str, Look], browser: Browser) -> dict[str, Look]:
    """Return what is seen of each page on each screen, with one browser for all."""
    for found in pages.values():
        look(browser, found)
    return pages


def test_every_notebook_is_looked_at() -> None:
    assert sorted([*WORK, *TREND]) == sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("name", WORK)
def test_a_notebooks_page_is_whole_on_every_screen(looks: dict[str, Look], name: str) -> None:
    assert faults_of(looks[name]) == {}
