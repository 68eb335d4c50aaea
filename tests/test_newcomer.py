"""A newcomer's whole onboarding on the sandbox: from an empty folder to a store that sends, notebook by notebook.

Headless: everything is typed as a person would type it, in processes of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tomlkit

from channelkit.demo import write_settings
from tests.conftest import sandboxes
from tests.typed_commands import json_of, type_in

BY = ("--by", "Ada")


@pytest.fixture
def folder(tmp_path: Path, openapi_folder: Path | None) -> Iterator[Path]:
    """A folder with what ``channelkit init`` wrote, its addresses and keys filled in, and no store."""
    with sandboxes(openapi_folder) as run:
        ready = run(speed=60.0, products=60, quiet=True).ready
        assert type_in(tmp_path, "init").returncode == 0
        path = tmp_path / "channelkit.toml"
        made = path.read_text(encoding="utf-8")
        filled = tomlkit.parse(write_settings(tmp_path, ready).read_text(encoding="utf-8"))
        settings = tomlkit.parse(made)
        settings["practice"] = filled["practice"]
        settings["commerce"].update(filled["commerce"])
        settings["accounts"] = filled["accounts"]
        settings.pop("stores", None)
        path.write_text(tomlkit.dumps(settings), encoding="utf-8")
        yield tmp_path


def run(folder: Path, notebook: str, **parameters: str) -> None:
    """Run a notebook headless, as a person or a schedule would."""
    given = [word for name, value in parameters.items() for word in ("-p", f"{name}={value}")]
    ran = type_in(folder, "run", notebook, *given)
    assert ran.returncode in (0, 3), f"{notebook}: {ran.stdout} {ran.stderr}"


def test_a_newcomer_comes_from_an_empty_folder_to_a_store_that_sends(folder: Path) -> None:
    """The first listing rule is skipped, so every product is eligible (ON-06).

    ON-01, ON-03, ON-04, AT-01, AT-04, MA-02, MA-07, MA-08, SY-03, SY-06.
    """
    us = ("--website", "us", "--store-view", "us_en", "--marketplace", "US")
    added = type_in(folder, "store", "add", "us", *us, "--email", "ada@example.com", "--label", "US shop")
    assert added.returncode == 0, added.stderr
    assert "not connected" in type_in(folder, "store", "list").stdout
    connected = type_in(folder, "store", "connect", "us", "--account", "us")
    assert connected.returncode == 0, connected.stderr

    assert "every product is eligible" in type_in(folder, "checklist").stdout

    run(folder, "00_connect", by="Ada", ticked="shipping", apply="true")
    run(folder, "01_attributes", by="Ada", mappings="US brand manufacturer_name", apply="true")
    run(folder, "02_match", by="Ada")
    question = json_of(folder, "match", "questions", "--count", "1")[0]
    assert type_in(folder, "match", "assign", question["seller_sku"], question["product_sku"], *BY).returncode == 0
    left = json_of(folder, "listings", "--tab", "New Third Party")[0]
    run(folder, "02_match", by="Ada", new=left["sku"], websites="us", apply="true")
    links = {row["sku"]: row for row in json_of(folder, "match")}
    assert links[question["seller_sku"]]["product_sku"] == question["product_sku"]
    assert links[left["sku"]]["product_sku"] == left["asin"]
    assert any(row["state"] == "confirmed" for row in json_of(folder, "attributes", "changes"))

    silent = json_of(folder, "sync", codes=(0, 3))
    assert silent["stores"][0]["verdict"] == "read-only" and silent["stores"][0]["accepted"] == 0
    run(folder, "03_golive", by="Ada")
    shown = json_of(folder, "golive", codes=(0, 3))
    accepted = [word for finding in shown["serious"] for word in ("--although", finding)]
    confirmed = type_in(folder, "golive", "--confirm", shown["fingerprint"], *accepted, *BY)
    assert confirmed.returncode == 0, confirmed.stderr

    run(folder, "sync", apply="true")
    sent = json_of(folder, "report")["all"]["changes"]
    assert sent["accepted"] + sent["confirmed"] > 0
