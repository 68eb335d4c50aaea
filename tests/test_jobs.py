"""A notebook as a job: what is typed is checked, what is executed is filed and pruned."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channelkit.database.lease import hold
from channelkit.database.runs import load_runs
from channelkit.errors import UsageError
from channelkit.jobs import prune, read_parameters, run_job
from tests.kit_fixtures import Practice, RunKit

PARAMETERS = (
    'settings: str = ""\nsku: str = "A"\ndays: int = 7\nshare: float = 0.5\napply: bool = False\nstores: list = []'
)


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": PARAMETERS.splitlines(keepends=True)}
    path = tmp_path / "sample.ipynb"
    path.write_text(json.dumps({"cells": [cell]}))
    return path


def test_parameters_become_what_the_notebooks_defaults_are(notebook: Path) -> None:
    given = {"sku": "00123", "days": "30", "share": "0.25", "apply": "true", "stores": "us, de"}
    expected = {"sku": "00123", "days": 30, "share": 0.25, "apply": True, "stores": ["us", "de"]}
    assert read_parameters(notebook, given) == expected


def test_a_text_that_looks_like_a_number_stays_a_text(notebook: Path) -> None:
    assert read_parameters(notebook, {"sku": "8.87E+11"}) == {"sku": "8.87E+11"}


def test_an_unknown_parameter_is_refused_with_the_known_ones(notebook: Path) -> None:
    with pytest.raises(UsageError, match=r"no parameter 'dry_run'.*settings, sku, days, share, apply, stores"):
        read_parameters(notebook, {"dry_run": "true"})


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [("days", "many", "a whole number"), ("share", "half", "a number"), ("apply", "NO", "true or false")],
)
def test_an_ill_typed_parameter_is_refused_with_what_to_write(
    notebook: Path, name: str, text: str, wanted: str
) -> None:
    with pytest.raises(UsageError, match=wanted):
        read_parameters(notebook, {name: text})


def test_a_notebook_without_a_parameters_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bare.ipynb"
    path.write_text(json.dumps({"cells": []}))
    with pytest.raises(UsageError, match="exactly one cell tagged 'parameters'"):
        read_parameters(path, {})


def test_old_outputs_are_pruned_and_failed_ones_are_kept_longer(tmp_path: Path) -> None:
    names = [
        "2026/01/01/old.ipynb",
        "2026/01/01/old-and-failed.ipynb",
        "2026/02/28/young.ipynb",
        "2025/06/01/ancient.ipynb",
    ]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    failed = {"2026/01/01/old-and-failed.ipynb", "2025/06/01/ancient.ipynb"}
    removed = prune(tmp_path, datetime(2026, 3, 1, tzinfo=UTC), 7, 90, failed)
    assert [path.name for path in removed] == ["ancient.ipynb", "old.ipynb"]
    assert sorted(path.name for path in tmp_path.rglob("*.ipynb")) == ["old-and-failed.ipynb", "young.ipynb"]


def test_a_days_output_is_kept_for_the_whole_of_its_last_day(tmp_path: Path) -> None:
    path = tmp_path / "2026/03/01/kept.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    assert prune(tmp_path, datetime(2026, 3, 8, 23, 59, tzinfo=UTC), 7, 90, set()) == []
    assert prune(tmp_path, datetime(2026, 3, 9, 0, 0, tzinfo=UTC), 7, 90, set()) == [path]


def write_notebook(folder: Path, name: str, *sources: str) -> None:
    """Write a notebook with a parameters cell and these cells."""
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "id": f"cell-{place}",
            "metadata": {"tags": ["parameters"]} if place == 0 else {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for place, source in enumerate(('settings: str = ""', *sources))
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    body = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / f"{name}.ipynb").write_text(json.dumps(body))


def latest(practice: Practice, name: str) -> dict[str, str]:
    told: dict[str, str] = json.loads((practice.folder / "runs" / "latest" / f"{name}.json").read_text())
    return told


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise ValueError('no good')", "ValueError in cell 3: no good"),
        ("import os; os._exit(1)", "kernel died"),
        ("import sys; sys.exit(0)", "The notebook ended early: 1 of its 4 cells were never run."),
    ],
)
def test_a_notebook_that_fails_in_any_way_is_kept_and_told(run_kit: RunKit, source: str, words: str) -> None:
    practice = run_kit()
    write_notebook(practice.folder, "broken", source, "1")
    assert run_job(practice.kit.settings, practice.kit.database, "broken", {}, practice.folder) == 1
    told = latest(practice, "broken")
    assert told["state"] == "failed"
    assert (practice.folder / "runs" / told["notebook"]).is_file()
    failed = practice.kit.summary()["runs"]["failed"]
    assert failed == 1
    with practice.kit.database.read() as connection:
        assert words in load_runs(connection)["error"].to_pylist()[0]


def test_a_notebook_that_only_looks_is_done_although_it_makes_no_run(run_kit: RunKit) -> None:
    practice = run_kit()
    write_notebook(practice.folder, "look", "1")
    assert run_job(practice.kit.settings, practice.kit.database, "look", {}, practice.folder) == 0
    assert latest(practice, "look")["state"] == "done"
    with practice.kit.database.read() as connection:
        assert load_runs(connection)["job"].to_pylist() == ["look"]


def test_a_job_that_is_at_work_already_is_not_started_a_second_time(run_kit: RunKit) -> None:
    """SY-02."""
    practice = run_kit()
    write_notebook(practice.folder, "slow", "1")
    with hold(practice.kit.database, "job/slow", "somebody else"):
        assert run_job(practice.kit.settings, practice.kit.database, "slow", {}, practice.folder) == 75
    assert not (practice.folder / "runs").exists()


def test_an_unknown_notebook_is_told_with_the_known_ones(run_kit: RunKit) -> None:
    practice = run_kit()
    write_notebook(practice.folder, "known", "1")
    with pytest.raises(UsageError, match=r"no notebook 'other'.*The notebooks are: known"):
        run_job(practice.kit.settings, practice.kit.database, "other", {}, practice.folder)
