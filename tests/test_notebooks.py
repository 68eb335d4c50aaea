"""Notebooks stay thin: a question, parameters, one call per cell, and no outputs in the repository."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from channelkit.jobs import read_parameters

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def cells_of(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


def code_of(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in cells_of(path) if cell["cell_type"] == "code"]


def test_there_is_a_notebook_for_the_schedule() -> None:
    assert FOLDER / "sync.ipynb" in NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    code = [cell for cell in cells_of(path) if cell["cell_type"] == "code"]
    assert [cell["outputs"] for cell in code] == [[]] * len(code)
    assert [cell["execution_count"] for cell in code] == [None] * len(code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_begins_with_its_question_and_ends_with_what_to_open_next(path: Path) -> None:
    cells = cells_of(path)
    first, last = "".join(cells[0]["source"]), "".join(cells[-1]["source"])
    assert cells[0]["cell_type"] == "markdown" and first.startswith("# ") and "?" in first.splitlines()[0]
    assert cells[-1]["cell_type"] == "markdown" and "next" in last


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_defines_nothing_and_reaches_past_nothing(path: Path) -> None:
    for source in code_of(path):
        tree = ast.parse(source)
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        assert set(imported) <= {"channelkit"}
        assert "http" not in source and "select " not in source.lower()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_sends_nothing_unless_told_to(path: Path) -> None:
    assert read_parameters(path, {}) == {}
    parameters = next(source for source in code_of(path) if source.startswith("settings"))
    assert "apply: bool = False" in parameters
