"""Setting up from the command line and from the first notebook, as a newcomer would, against a sandbox that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from channelkit.demo import write_settings
from channelkit.settings.reader import FILE, read_settings
from tests.conftest import sandboxes
from tests.typed_commands import json_of, type_in


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, openapi_folder: Path | None) -> Iterator[Path]:
    """A folder with settings for a sandbox that runs; nothing was read yet."""
    folder = tmp_path_factory.mktemp("setup")
    with sandboxes(openapi_folder) as run:
        write_settings(folder, run(speed=30.0, products=50, quiet=True).ready)
        yield folder


def test_a_store_is_added_connected_renamed_listed_and_deleted(folder: Path) -> None:
    """ON-03, ON-04, ON-05: the record first, then the connection; website and country are refused with the reason."""
    words = ["--website", "us", "--email", "ca@example.com", "--label", "Canada", "--marketplace", "CA"]
    added = type_in(folder, "store", "add", "ca", *words)
    assert added.returncode == 0 and "channelkit store connect ca" in added.stdout, added.stderr
    listed = {row["store"]: row for row in json_of(folder, "store", "list")}
    assert listed["ca"]["account"] == "" and "store connect ca" in listed["ca"]["silent"]
    connected = type_in(folder, "store", "connect", "ca", "--account", "us", "--consent-granted", "2026-11-24")
    assert "Amazon CA answers for seller account 'us'" in connected.stdout, connected.stdout + connected.stderr
    assert type_in(folder, "store", "edit", "ca", "--label", "Maple").returncode == 0
    refused = type_in(folder, "store", "edit", "ca", "--marketplace", "US")
    assert refused.returncode == 2 and "cannot be changed" in refused.stderr and "store delete ca" in refused.stderr
    assert "ca (Maple): Amazon CA" in type_in(folder, "store", "list").stdout
    assert type_in(folder, "store", "delete", "ca", "--confirm", "ca").returncode == 0
    assert list(read_settings(folder / FILE, {}).stores) == ["us", "de"]


def test_a_wrong_day_or_pair_is_told(folder: Path) -> None:
    day = type_in(folder, "store", "connect", "us", "--account", "us", "--secret-made", "yesterday")
    assert day.returncode == 2 and "Write it as 2026-11-24" in day.stderr
    words = ["--website", "us", "--email", "a@example.com", "--label", "A", "--marketplace", "CA"]
    pair = type_in(folder, "store", "add", "x", *words, "--identifier", "asin")
    assert pair.returncode == 2 and "asin=amazon_asin" in pair.stderr


def test_tasks_are_listed_ticked_and_taken_back(folder: Path) -> None:
    """ON-01."""
    assert type_in(folder, "checklist", "tick", "shipping", "--by", "Ada").returncode == 0
    found = {row["task"]: row for row in json_of(folder, "checklist")}
    assert len(found) == 8 and found["shipping"]["state"] == "ticked" and "Ada" in found["shipping"]["words"]
    assert type_in(folder, "checklist", "untick", "shipping").returncode == 0
    assert "[ ] shipping" in type_in(folder, "checklist").stdout


def test_a_review_is_shown_with_its_gaps(folder: Path) -> None:
    """ON-08."""
    assert "things are missing" in type_in(folder, "store", "review").stdout
    assert "Store us, email: nobody is written to" in json_of(folder, "store", "review")["gaps"]


def test_the_doctor_measures_where_it_is_asked_to(folder: Path) -> None:
    """ON-02."""
    findings = json_of(folder, "doctor", "--measure", "--listings", "10000")
    told = {finding["subject"]: finding["words"] for finding in findings}
    assert "ms a product at 1" in told["Commerce: speed"]
    assert "10,000 listings of 10,000 products" in told["five minutes: account us"]


def test_init_can_leave_the_example_out(tmp_path: Path) -> None:
    assert type_in(tmp_path, "init", "--url", "https://kettles.example", "--no-example").returncode == 0
    settings = read_settings(tmp_path / FILE, {})
    assert settings.commerce.url == "https://kettles.example" and not settings.stores and not settings.accounts
    answer = type_in(tmp_path, "store", "list")
    assert answer.returncode == 0 and "There is no store yet" in answer.stdout


def test_the_first_notebook_runs_and_ticks_only_when_told_to(folder: Path) -> None:
    """ON-01, ON-02, ON-08: the newcomer's first notebook, as a job."""
    parameters = ["-p", "ticked=approval", "-p", "by=Ada"]
    ran = type_in(folder, "run", "00_connect", *parameters)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert {row["task"]: row["state"] for row in json_of(folder, "checklist")}["approval"] == "open"
    again = type_in(folder, "run", "00_connect", *parameters, "-p", "apply=true")
    assert again.returncode == 0, again.stdout + again.stderr
    assert {row["task"]: row["state"] for row in json_of(folder, "checklist")}["approval"] == "ticked"
    filed = sorted((folder / "runs").rglob("*00_connect*.ipynb"))
    shown = json.dumps([json.loads(path.read_text("utf-8"))["cells"] for path in filed])
    assert "Before the first store goes live" in shown and "checked: all is well." in shown
