"""The verbs of products without a listing, as a person types them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channelkit.demo import write_settings
from channelkit.sandbox.names import make_asin
from channelkit.sandbox.seed import RELATED
from tests.conftest import sandboxes
from tests.typed_commands import json_of, type_in

STORE = ("--store", "us")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, openapi_folder: Path | None) -> Iterator[Path]:
    """A folder with settings for a sandbox that runs, both sides and Amazon's catalog read."""
    folder = tmp_path_factory.mktemp("asins")
    with sandboxes(openapi_folder) as run:
        write_settings(folder, run(speed=30.0, products=50, quiet=True).ready)
        assert type_in(folder, "pull").returncode == 0
        yield folder


def waiting(folder: Path) -> dict[str, str]:
    """Return the status of each product that waits for an ASIN."""
    return {row["product_sku"]: row["status"] for row in json_of(folder, "asins", *STORE)}


def test_what_waits_and_what_was_found_is_shown(folder: Path) -> None:
    """MA-04."""
    (sku, *_) = [sku for sku, status in waiting(folder).items() if status == "Multiple Matches Found"]
    shown = type_in(folder, "asins", *STORE).stdout
    assert sku in shown and "Several items in Amazon's catalog" in shown
    candidates = json_of(folder, "asins", *STORE, sku)
    assert len(candidates) == 2 and {row["product_sku"] for row in candidates} == {sku}
    assert all(row["asin"] in type_in(folder, "asins", sku, *STORE).stdout for row in candidates)


def test_a_parent_is_refused_and_a_child_chosen_and_taken_back(folder: Path) -> None:
    """MA-05."""
    (sku,) = [sku for sku, status in waiting(folder).items() if status == "Has Variants"]
    refused = type_in(folder, "asins", "choose", sku, make_asin(33 + RELATED), *STORE)
    assert refused.returncode == 2 and make_asin(33) in refused.stderr and "Traceback" not in refused.stderr
    chosen = json_of(folder, "asins", "choose", sku, make_asin(33), "--by", "Ada", *STORE)
    assert (chosen["product_sku"], chosen["asin"], chosen["by"]) == (sku, make_asin(33), "Ada")
    assert sku not in waiting(folder)
    told = type_in(folder, "explain", sku, *STORE).stdout
    assert "Ready to List" in told and "Ada chose it." in told
    assert json_of(folder, "asins", "withdraw", sku, *STORE)["withdrawn"]
    assert sku in waiting(folder)
    assert "Nothing was chosen" in type_in(folder, "asins", "withdraw", sku, *STORE).stdout


def test_a_search_is_asked_for_anew_and_made_at_once(folder: Path) -> None:
    """MA-06."""
    (sku, *_) = waiting(folder)
    assert json_of(folder, "asins", "retry", sku, *STORE)["retried"] == [sku]
    (row,) = [row for row in json_of(folder, "asins", *STORE) if row["product_sku"] == sku]
    assert row["searched_at"] is None
    (row,) = [row for row in json_of(folder, "asins", "search", *STORE) if row["product_sku"] == sku]
    assert row["searched_at"]
    assert "asins search" in type_in(folder, "asins", "retry", *STORE).stdout


def test_every_verb_explains_itself(folder: Path) -> None:
    shown = type_in(folder, "asins", "--help").stdout
    for verb in ("show", "choose", "withdraw", "retry", "search"):
        assert verb in shown
        assert "Usage" in type_in(folder, "asins", verb, "--help").stdout
