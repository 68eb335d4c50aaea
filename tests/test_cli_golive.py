"""Going live and the life of a store, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from channelkit.demo import write_settings
from tests.conftest import RunSandbox
from tests.typed_commands import json_of, type_in


@pytest.fixture
def folder(run_sandbox: RunSandbox, tmp_path: Path) -> Path:
    """A folder with settings for a sandbox that runs, both sides read once, and no go-live confirmed."""
    write_settings(tmp_path, run_sandbox(speed=30.0, products=30, quiet=True).ready)
    assert type_in(tmp_path, "pull").returncode == 0
    return tmp_path


def test_a_store_goes_live_rests_and_is_deleted_from_the_command_line(folder: Path) -> None:
    """SY-06, SY-03, ON-09, ON-10."""
    assert "go-live" in type_in(folder, "plan", "--store", "us").stdout
    shown = json_of(folder, "golive", "--store", "us")
    text = type_in(folder, "golive", "--store", "us").stdout
    assert shown["fingerprint"] in text and "What would change" in text and "Other programs" in text

    named = [word for code in shown["serious"] for word in ("--although", code)]
    confirm = ["golive", "--store", "us", "--confirm", shown["fingerprint"], *named]
    nobody = type_in(folder, *confirm)
    assert nobody.returncode == 2 and "--by NAME" in nobody.stderr
    other = type_in(folder, "golive", "--store", "us", "--confirm", "0000", "--by", "Ann", *named)
    assert other.returncode == 1 and "Nothing was confirmed" in other.stderr
    assert "Ann confirmed the go-live" in type_in(folder, *confirm, "--by", "Ann").stdout
    assert "go-live" not in type_in(folder, "plan", "--store", "us").stdout

    assert "Bob withdrew" in type_in(folder, "golive", "--store", "us", "--withdraw", "--by", "Bob").stdout
    assert "inactive" in type_in(folder, "store", "pause", "us").stdout
    rows = json_of(folder, "sync", "--store", "us")["stores"]
    assert rows[0]["verdict"] == "idle" and "resume us" in rows[0]["note"]
    assert "active again" in type_in(folder, "store", "resume", "us").stdout

    unnamed = type_in(folder, "store", "delete", "us")
    assert unnamed.returncode == 2 and "--confirm us" in unnamed.stderr
    deleted = json.loads(type_in(folder, "store", "delete", "us", "--confirm", "us", "--json").stdout)
    assert deleted["rows"]["listings"] and deleted["store"] == "us"
    assert type_in(folder, "listings", "--store", "us").returncode == 2
