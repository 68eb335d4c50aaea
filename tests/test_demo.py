"""The demonstration, as a newcomer runs it."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import channelkit
from channelkit.demo import run_demo
from channelkit.errors import ChannelkitError, UsageError
from channelkit.report.counts import TAB_NAMES
from tests.typed_commands import type_in

CATALOG = "sku,name,price,quantity,asin,upc\nMUG-1,Blue mug,9.50,12,B000000011,\nMUG-2,Red mug,8,0,,036000291452\n"
LISTINGS = 'sku,name,price,quantity,asin\nMUG-1,Blue mug,9.50,12,B000000011\nLAMP,"Lamp, 15"" high",20,3,B000000022\n'


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """A demonstration that ran: its folder, and what it said."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    said: list[str] = []
    run_demo(folder, seed=1, products=None, listings=None, cycles=2, say=said.append)
    yield folder, said


def summary_of(folder: Path) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return summary


def test_the_demonstration_counts_tabs_changes_and_delays_for_both_stores(demo: tuple[Path, list[str]]) -> None:
    summary = summary_of(demo[0])
    assert list(summary["stores"]) == ["us", "de"]
    for figures in (summary["all"], *summary["stores"].values()):
        assert set(figures["tabs"]) == set(TAB_NAMES)
    assert sum(summary["all"]["tabs"].values()) > 300
    assert summary["all"]["changes"]["confirmed"] > 0
    assert summary["all"]["delays"]["accepted to confirmed"]["count"] > 0
    assert summary["runs"]["failed"] == 0
    # Amazon takes listings away meanwhile; who asks for their fees before that is seen gets no answer.
    assert {(each["operation"], each["code"], each["count"] < 5) for each in summary["failures"]} <= {
        ("getMyFeesEstimates", "InvalidParameterValue", True)
    }


def test_the_demonstration_shows_margins_a_few_losses_and_struck_through_prices(demo: tuple[Path, list[str]]) -> None:
    """LS-04, LS-06, PR-09: no plan is stopped for them, and nothing is held for what the catalog's costs say."""
    with channelkit.open(demo[0] / "channelkit.toml") as kit:
        frame, changes = kit.listings("Active"), kit.changes()
    for store in ("us", "de"):
        margins = frame[(frame["store"] == store) & frame["listed"]]["margin"]
        assert margins.notna().mean() > 0.5 and 0 <= (margins < 0).sum() < 6
    assert (frame["margin"] < 0).any()
    assert (changes[changes["state"] == "confirmed"]["field"] == "list_price").any()
    assert not (changes["state"] == "held").any()


def test_the_demonstration_writes_a_page_that_opens_offline(demo: tuple[Path, list[str]]) -> None:
    page = (demo[0] / "report" / "index.html").read_text(encoding="utf-8")
    assert "listings are live" in page
    assert len(page.encode()) < 8_000_000


def test_the_demonstration_runs_its_cycles_through_the_notebook(demo: tuple[Path, list[str]]) -> None:
    executed = [path for path in (demo[0] / "runs").rglob("*.ipynb") if path.parent.name != "latest"]
    assert len(executed) == 2
    ended = json.loads((demo[0] / "runs" / "latest" / "sync.json").read_text())
    # Somebody may have bought what is linked to no product: such an order waits for a person.
    assert ended["state"] in ("done", "partial") and not ended["problem"]


def test_everything_of_a_demonstration_lies_in_its_folder_and_its_secrets_are_private(
    demo: tuple[Path, list[str]],
) -> None:
    names = {path.name for path in demo[0].iterdir()}
    assert {"channelkit.toml", "channelkit.db", "secrets", "runs", "report", "summary.json"} <= names
    if os.name == "posix":
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (demo[0] / "secrets").iterdir())
    settings = (demo[0] / "channelkit.toml").read_text()
    for secret in (demo[0] / "secrets").iterdir():
        assert secret.read_text() not in settings


def test_the_demonstration_says_where_to_look_next(demo: tuple[Path, list[str]]) -> None:
    said = "\n".join(demo[1])
    assert "report/index.html" in said and "listings --tab Inactive" in said


def test_after_the_demonstration_time_goes_on_as_it_does_on_the_wall(demo: tuple[Path, list[str]]) -> None:
    with channelkit.open(demo[0] / "channelkit.toml") as kit:
        began, wall = kit.clock.now(), time.time()
        time.sleep(0.05)
        assert kit.clock.now() - began == pytest.approx(time.time() - wall, abs=0.02)
    # It never goes back: what was read last would be from the future.
    assert began > datetime.fromisoformat(summary_of(demo[0])["generated_at"]).timestamp()


def test_a_sandbox_that_stays_is_there_to_practise_until_it_is_ended(tmp_path: Path) -> None:
    products, listings = tmp_path / "products.csv", tmp_path / "listings.csv"
    products.write_text(CATALOG)
    listings.write_text(LISTINGS)
    files = ["--products", str(products), "--listings", str(listings)]
    command = [sys.executable, "-m", "channelkit", "demo", "--out", "mine", *files, "--cycles", "0", "--stay"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        try:
            assert process.stdout is not None
            said = iter(process.stdout.readline, "")
            assert any("Ctrl-C" in line for line in said)
            answer = type_in(tmp_path / "mine", "doctor")
            assert "Commerce: " in answer.stdout and "FAIL" not in answer.stdout
        finally:
            process.send_signal(signal.SIGINT)
        assert "has ended" in "".join(said)
        assert process.wait(60) == 0
    assert type_in(tmp_path / "mine", "listings").returncode == 0
    assert "FAIL  Commerce" in type_in(tmp_path / "mine", "doctor").stdout


def test_a_demonstration_replaces_an_earlier_one_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(UsageError, match="not made by a demo"):
        run_demo(tmp_path, seed=1, products=None, listings=None, cycles=0, say=lambda _words: None)
    assert (tmp_path / "mine.txt").read_text() == "precious"


def test_a_real_catalog_goes_through_the_same_loop(tmp_path: Path) -> None:
    products, listings = tmp_path / "products.csv", tmp_path / "listings.csv"
    products.write_text(CATALOG)
    listings.write_text(LISTINGS)
    run_demo(tmp_path / "mine", seed=1, products=products, listings=listings, cycles=1, say=lambda _words: None)
    with channelkit.open(tmp_path / "mine" / "channelkit.toml") as kit:
        frame = kit.stores["us"].listings()
    # The sandbox's own people may have listed something by hand meanwhile.
    tabs = dict(zip(frame[frame["listed"]]["sku"], frame[frame["listed"]]["tab"], strict=True))
    assert tabs["LAMP"] == "New Third Party", "the lamp is in no catalog"
    assert tabs["MUG-1"] in ("Active", "Ineligible", "Inactive")


def test_a_catalog_that_cannot_be_read_is_told_before_anything_starts(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    broken, listings = tmp_path / "products.csv", tmp_path / "listings.csv"
    broken.write_text("colour\nblue\n")
    listings.write_text(LISTINGS)
    with pytest.raises(ChannelkitError, match="sandbox did not start"):
        run_demo(tmp_path / "mine", seed=1, products=broken, listings=listings, cycles=1, say=lambda _words: None)
    assert "products.csv" in capfd.readouterr().err
