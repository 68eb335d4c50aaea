"""The command line as a person types it: real processes, against a sandbox that runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from channelkit.demo import write_settings
from channelkit.kit import Kit
from tests.conftest import sandboxes
from tests.kit_fixtures import let_send
from tests.typed_commands import json_of, type_in


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, openapi_folder: Path | None) -> Iterator[Path]:
    """A folder with settings for a sandbox that runs, both sides read once."""
    folder = tmp_path_factory.mktemp("cli")
    with sandboxes(openapi_folder) as run:
        write_settings(folder, run(speed=30.0, products=50, quiet=True).ready)
        assert type_in(folder, "pull").returncode == 0
        with Kit.open(folder / "channelkit.toml") as kit:
            let_send(kit)
        yield folder


def test_every_verb_explains_itself(tmp_path: Path) -> None:
    verbs = ["demo", "sandbox", "init", "doctor", "pull", "match", "plan", "apply", "sync", "listings", "explain"]
    verbs += ["report", "run", "db", "store", "checklist"]
    shown = type_in(tmp_path, "--help").stdout
    for verb in verbs:
        assert f" {verb} " in shown
        answer = type_in(tmp_path, verb, "--help")
        assert answer.returncode == 0 and "Usage" in answer.stdout


def test_without_settings_an_error_is_one_line_that_says_how_to_begin(tmp_path: Path) -> None:
    answer = type_in(tmp_path, "listings")
    assert answer.returncode == 2 and answer.stdout == ""
    assert answer.stderr.count("\n") == 1 and "channelkit init" in answer.stderr and "Traceback" not in answer.stderr


def test_init_writes_a_file_and_never_over_one(tmp_path: Path) -> None:
    assert type_in(tmp_path, "init").returncode == 0
    assert (tmp_path / "channelkit.toml").is_file()
    again = type_in(tmp_path, "init")
    assert again.returncode == 2 and "was not touched" in again.stderr


def test_doctor_checks_database_commerce_and_every_store(folder: Path) -> None:
    """ON-02."""
    findings = json_of(folder, "doctor")
    subjects = [finding["subject"] for finding in findings]
    assert {"settings", "database", "Commerce", "account us", "store us", "account de", "store de"} <= set(subjects)
    assert all(finding["level"] == "ok" for finding in findings), findings


def test_doctor_says_what_is_missing_and_goes_on(folder: Path) -> None:
    secret = folder / "secrets" / "us-client_secret"
    kept = secret.read_text()
    secret.write_text("hush-and-wrong")
    answer = type_in(folder, "doctor")
    secret.write_text(kept)
    assert answer.returncode == 1
    assert "FAIL  account us" in answer.stdout and "client id and secret" in answer.stdout
    assert "ok    store de" in answer.stdout and "hush" not in answer.stdout + answer.stderr


def test_listings_come_with_tab_reason_and_next_step(folder: Path) -> None:
    rows = json_of(folder, "listings", "--tab", "Inactive")
    assert rows and all(row["tab"] == "Inactive" and row["reason"] and row["next_step"] for row in rows)
    assert {row["store"] for row in json_of(folder, "listings", "--store", "de")} == {"de"}
    assert all(row["margin"] is None and row["margin_percent"] is None for row in rows), "no cost is named here"
    heading = type_in(folder, "listings", "--tab", "Inactive").stdout.splitlines()[0].split()
    assert heading == ["store", "sku", "asin", "price", "currency", "tab", "status", "reason", "next_step"]


def test_an_unknown_tab_or_store_is_told_with_the_known_ones(folder: Path) -> None:
    answer = type_in(folder, "listings", "--tab", "Sold")
    assert answer.returncode == 2 and "The tabs are: Incomplete, New Third Party" in answer.stderr
    answer = type_in(folder, "sync", "--store", "uk")
    assert answer.returncode == 2 and "The stores are: us, de" in answer.stderr


def test_match_shows_what_speaks_for_each_link(folder: Path) -> None:
    """MA-02."""
    rows = json_of(folder, "match", "--store", "us")
    assert {row["method"] for row in rows if row["product_sku"]} >= {"seller_sku", "asin", "gtin"}
    assert all(row["evidence"] for row in rows if row["product_sku"])


def test_explain_tells_the_facts_behind_a_tab(folder: Path) -> None:
    row = json_of(folder, "listings", "--store", "us", "--tab", "Active")[0]
    told = type_in(folder, "explain", row["sku"], "--store", "us").stdout
    assert "Active" in told and row["reason"] in told and "Can be sold" in told
    unknown = type_in(folder, "explain", "NOWHERE", "--store", "us")
    assert unknown.returncode == 2 and "Neither Amazon store 'us' nor Commerce" in unknown.stderr


def test_a_listing_is_found_in_whichever_store_it_is(folder: Path) -> None:
    """RG-01: whose a listing is need not be said; of what two stores list, it must be."""
    listed = {
        store: {row["sku"] for row in json_of(folder, "listings", "--store", store) if row["listed"]}
        for store in ("us", "de")
    }
    sku = min(listed["us"] - listed["de"])
    for verb in ("explain", "timeline", "explain-price"):
        found, named = type_in(folder, verb, sku), type_in(folder, verb, sku, "--store", "us")
        assert found.returncode == named.returncode == 0, found.stderr
        # Only the first line: what is said of how long ago something was has moved on meanwhile.
        assert found.stdout.splitlines()[:1] == named.stdout.splitlines()[:1]
    shared = min(listed["us"] & listed["de"])
    answer = type_in(folder, "explain", shared)
    assert answer.returncode == 2 and f"Several stores know the SKU {shared!r}: us, de. Say which" in answer.stderr
    unknown = type_in(folder, "explain", "NOWHERE")
    assert unknown.returncode == 2 and "No store knows the SKU 'NOWHERE'" in unknown.stderr


def test_a_plan_is_shown_and_sent_only_by_its_fingerprint(folder: Path) -> None:
    assert type_in(folder, "pull").returncode == 0
    plan = json_of(folder, "plan", "--store", "us")[0]
    assert plan["changes"] and plan["stopped"] == ""
    wrong = type_in(folder, "apply", "--store", "us", "--approve", "abc")
    assert wrong.returncode == 1 and plan["fingerprint"] in wrong.stderr
    sent = json_of(folder, "apply", "--store", "us", "--approve", plan["fingerprint"])
    assert sent["accepted"] == len(plan["changes"])


def test_sync_tells_what_it_did_and_its_state_in_the_exit_code(folder: Path) -> None:
    run = json_of(folder, "sync", codes=(0, 3))
    assert run["state"] in ("done", "partial") and [row["store"] for row in run["stores"]] == ["us", "de"]


def test_the_notebook_runs_as_a_job_and_is_filed(folder: Path) -> None:
    answer = type_in(folder, "run", "sync", "-p", "apply=true")
    assert answer.returncode in (0, 3), answer.stderr
    assert answer.stderr == ""
    latest = json.loads((folder / "runs" / "latest" / "sync.json").read_text())
    assert latest["state"] in ("done", "partial") and latest["problem"] == ""
    executed = (folder / "runs" / latest["notebook"]).read_text()
    assert str(folder) not in executed, "no path of this machine in what may be shared"
    for secret in (folder / "secrets").iterdir():
        assert secret.read_text() not in executed
    assert not list((folder / "runs").rglob("*.part.ipynb"))


@pytest.mark.parametrize("parameter", ["nosuch=1", "apply=NO", "apply"])
def test_a_wrong_parameter_of_a_job_is_refused_before_anything_runs(folder: Path, parameter: str) -> None:
    before = sorted((folder / "runs").rglob("*.ipynb"))
    answer = type_in(folder, "run", "sync", "-p", parameter)
    assert answer.returncode == 2
    assert sorted((folder / "runs").rglob("*.ipynb")) == before


def test_a_job_that_fails_keeps_its_notebook_and_is_in_the_next_report(folder: Path) -> None:
    settings = folder / "channelkit.toml"
    kept = settings.read_text()
    settings.write_text(kept.replace('seller_id = "A2US', 'seller_id = "A9NO'))
    try:
        answer = type_in(folder, "run", "sync")
    finally:
        settings.write_text(kept)
    assert answer.returncode == 1
    latest = json.loads((folder / "runs" / "latest" / "sync.json").read_text())
    assert latest["state"] == "failed" and (folder / "runs" / latest["notebook"]).is_file()
    assert type_in(folder, "report").returncode == 0
    assert "failed" in (folder / "report" / "index.html").read_text(encoding="utf-8")
    assert json_of(folder, "report")["runs"]["failed"] == 1


def test_the_database_says_what_it_holds(folder: Path) -> None:
    counts = json_of(folder, "db")
    assert counts["listings"] > 50 and counts["products"] > 40


def test_what_is_piped_holds_no_progress(folder: Path) -> None:
    answer = type_in(folder, "pull")
    assert "\x1b" not in answer.stdout + answer.stderr and answer.stderr == ""


@pytest.mark.parametrize(("verb", "loads"), [("sync", False), ("listings", True)])
def test_only_a_verb_that_shows_a_table_loads_pandas(folder: Path, verb: str, loads: bool) -> None:
    program = (
        "import sys, atexit; from channelkit.cli import main;"
        "atexit.register(lambda: print('pandas.core' in sys.modules, file=sys.stderr));"
        f"sys.argv = ['channelkit', '{verb}']; main()"
    )
    answer = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)
    assert answer.stderr.strip() == str(loads)
