"""The benchmark of prices out of a database: every step runs on a small store, and finds what it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import price_store, steps

COUNT = 400


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of some hundred listings, and all that their prices are made from."""
    made = tmp_path_factory.mktemp("store")
    for name in price_store.STORE:
        steps.STEPS[name](made, COUNT)
    price_store.STEPS["keep_prices"](made, COUNT)
    return made


def test_prices_are_explained_through_the_rules_that_hold(folder: Path) -> None:
    found = price_store.explain_price(folder, COUNT)
    assert found["steps"] > price_store.ASKED


def test_a_preview_has_a_row_for_each_price(folder: Path) -> None:
    found = price_store.preview_prices(folder, COUNT)
    assert found["rows"] > COUNT / 2 and found["page_kb"] > 1


def test_a_decision_changes_prices(folder: Path) -> None:
    assert price_store.decide_prices(folder, COUNT)["changes"] > COUNT / 2


def test_there_is_somebody_to_ask_next_of_either_kind(folder: Path) -> None:
    assert price_store.ask_next(folder, COUNT)["rows"] == 2 * price_store.NEXT
