"""The identifiers of the catalog from the command line, and each identifier by an attribute of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from channelkit.cli.identifiers import identifiers
from channelkit.demo import write_settings
from channelkit.settings.sections import AttributeSettings
from tests.conftest import RunSandbox
from tests.kit_fixtures import RunKit
from tests.typed_commands import json_of, type_in

GCID = "BFB1DE9A3C4D5E6F"


def test_each_identifier_and_the_general_search_have_one_attribute() -> None:
    """MA-01."""
    chosen = AttributeSettings(asin="a", ean="e", gcid="g", isbn="i", upc="u", general="sku")
    assert {name: chosen.codes[name] for name in ("asin", "ean", "gcid", "isbn", "upc")} == {
        "asin": "a",
        "ean": "e",
        "gcid": "g",
        "isbn": "i",
        "upc": "u",
    }
    # Words are searched on Amazon; they identify nothing.
    assert chosen.general == "sku" and "general" not in chosen.codes


def test_a_gcid_in_commerce_and_at_amazon_links_a_listing(run_kit: RunKit) -> None:
    """MA-01, MA-02."""
    practice = run_kit()
    world, store = practice.running.world, practice.kit.stores["us"]
    practice.kit.pull()
    frame = store.listings()
    free = frame[frame["listed"] & frame["product_sku"].isna() & (frame["tab"] == "New Third Party")]
    listing = practice.listing("us", str(free["sku"].iloc[0]))
    world.commerce.add_attribute("gcid", "GCID")
    world.commerce.add_product("BRANDED", name=listing.title, price="9.99", websites=["us"], attributes={"gcid": GCID})
    listing.product_id = GCID
    practice.wait(25 * 60)
    practice.kit.pull()
    found = store.listings().set_index("sku").loc[listing.sku]
    assert (found["product_sku"], found["method"]) == ("BRANDED", "gcid")
    assert found["evidence"] == f"GCID {GCID} is the same in both catalogs."


def test_identifiers_lists_what_cannot_be_used_and_why(run_sandbox: RunSandbox, tmp_path: Path) -> None:
    """MA-10."""
    running = run_sandbox(speed=30.0, products=50, quiet=True)
    running.world.commerce.add_product("ROUNDED", name="Rounded", price="1", attributes={"upc": "8.87277E+11"})
    write_settings(tmp_path, running.ready)
    assert type_in(tmp_path, "pull").returncode == 0
    rows = {row["sku"]: row for row in json_of(tmp_path, "identifiers")}
    assert rows["ROUNDED"] == {
        "sku": "ROUNDED",
        "column": "upc",
        "raw": "8.87277E+11",
        "status": "unrecoverable",
        "reason": "A spreadsheet has rounded it (8.87E+11); enter the code again, as text.",
    }
    assert "unrecoverable" in type_in(tmp_path, "identifiers").stdout


def test_a_catalog_without_faults_is_said_to_be_so(
    run_kit: RunKit, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = run_kit(products=10)
    practice.kit.pull()
    monkeypatch.chdir(practice.folder)
    identifiers()
    assert capsys.readouterr().out == "Every identifier in Commerce can be used.\n"
    identifiers(as_json=True)
    assert json.loads(capsys.readouterr().out) == []
