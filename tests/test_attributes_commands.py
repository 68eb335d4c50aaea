"""Attributes from the command line and in the notebook: real processes, against a sandbox that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channelkit.demo import write_settings
from tests.conftest import sandboxes
from tests.typed_commands import type_in

NOTEBOOK = "01_attributes"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, openapi_folder: Path | None) -> Iterator[Path]:
    """A folder with settings for a sandbox that runs, both sides read once."""
    folder = tmp_path_factory.mktemp("attributes")
    with sandboxes(openapi_folder) as run:
        write_settings(folder, run(speed=60.0, products=50, quiet=True).ready)
        assert type_in(folder, "pull").returncode == 0
        yield folder


def json_of(folder: Path, *words: str, code: int = 0) -> Any:
    answer = type_in(folder, "attributes", *words, "--json")
    assert answer.returncode == code, answer.stderr
    return json.loads(answer.stdout)


def test_recommended_attributes_are_shown_and_created_from_the_command_line(folder: Path) -> None:
    """AT-01."""
    shown = json_of(folder, "recommend", "--set", "Default")
    assert not shown["done"] and {"created", "reused"} == {row["what"] for row in shown["attributes"]}
    made = json_of(folder, "recommend", "--set", "Default", "--apply", "--by", "Ada")
    assert "amazon_condition" in made["created"]
    assert json_of(folder, "recommend", "--set", "Default")["done"]


def test_values_are_mapped_planned_applied_and_taken_back_from_the_command_line(folder: Path) -> None:
    """AT-02, AT-03, AT-04, AT-07."""
    row = json_of(folder, "map", "US", "part_number", "manufacturer_name", "--by", "Ada")
    assert row["active"] and [each["id"] for each in json_of(folder, "list")] == [row["id"]]
    assert type_in(folder, "attributes", "pull").returncode == 0
    plan = json_of(folder, "plan")
    assert len(plan["changes"]) > 10 and not plan["stopped"]
    wrong = type_in(folder, "attributes", "apply", "--approve", "000000000000")
    assert wrong.returncode == 1 and "nothing was written" in wrong.stderr and "Traceback" not in wrong.stderr
    applied = json_of(folder, "apply", "--approve", plan["fingerprint"], "--by", "Ada")
    assert applied["confirmed"] == len(plan["changes"])
    assert json_of(folder, "values", "--missing") == []
    assert {each["state"] for each in json_of(folder, "values")} == {"Imported"}
    undo = json_of(folder, "undo", plan["fingerprint"])
    assert len(undo["changes"]) == applied["confirmed"]
    taken = json_of(folder, "undo", plan["fingerprint"], "--approve", undo["fingerprint"])
    assert taken["confirmed"] == applied["confirmed"]
    assert type_in(folder, "attributes", "change", str(row["id"]), "--no-active").returncode == 0
    assert [each["status"] for each in json_of(folder, "list")] == ["Inactive"]


def test_products_are_created_from_the_command_line(folder: Path) -> None:
    """MA-08."""
    listed = type_in(folder, "listings", "--store", "us", "--tab", "New Third Party", "--json")
    sku = next(row["sku"] for row in json.loads(listed.stdout) if row["listed"] and row["asin"] and row["price"])
    words = ("products", sku, "--store", "us", "--website", "us", "--enabled")
    plan = json_of(folder, *words)
    assert len(plan["changes"]) == 1
    assert json_of(folder, *words, "--approve", plan["fingerprint"])["confirmed"] == 1
    assert json_of(folder, *words)["changes"] == []


def test_the_notebook_writes_nothing_unless_told_to_and_then_all_of_it(folder: Path) -> None:
    """AT-01, AT-04."""
    mappings = "mappings=US manufacturer manufacturer_name, DE product_description short_description"
    looked = type_in(folder, "run", NOTEBOOK, "-p", mappings)
    assert looked.returncode == 0, looked.stderr
    planned = json_of(folder, "plan")
    assert {row["attribute"] for row in planned["changes"]} == {"manufacturer_name", "short_description"}
    told = type_in(folder, "run", NOTEBOOK, "-p", mappings, "-p", "apply=true", "-p", "by=Ada")
    assert told.returncode == 0, told.stderr
    assert json_of(folder, "plan")["changes"] == []
    page = max((folder / "runs").rglob(f"{NOTEBOOK}-*.ipynb"), key=lambda path: path.stat().st_mtime_ns)
    assert "Confirmed is what was read back" in page.read_text(encoding="utf-8")
