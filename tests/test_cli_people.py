"""The verbs of people's data, as a person types them."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from channelkit.database.connection import open_database
from channelkit.database.lease import hold
from channelkit.model.orders import Person
from channelkit.people.cipher import read_keys
from channelkit.people.vault import Vault
from channelkit.settings.template import write_template
from tests.people_book import ADA, BEN, keep
from tests.typed_commands import json_of, type_in

FAR = 4_000_000_000_000
"""A day that no test sees, in milliseconds since 1970."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with settings, a key, and the orders of two people; nobody is asked over the network."""
    folder = tmp_path_factory.mktemp("people")
    write_template(folder / "channelkit.toml", with_example=False)
    assert type_in(folder, "people", "key").returncode == 0
    database = open_database(f"sqlite:///{folder / 'channelkit.db'}", folder / "history")
    vault = Vault(database, (folder / "people.key").read_text, lambda: 1_800_000_000_000)
    keep(vault, "111-1", deliver_by=FAR)
    keep(vault, "111-2", replace(ADA, name="A. Quill"), deliver_by=FAR)
    keep(vault, "111-3", BEN, status="UNSHIPPED", deliver_by=FAR)
    keep(vault, "111-4", Person(name="Cy Wren"), deliver_by=1)
    database.close()
    yield folder


def test_whose_time_is_over_is_deleted_when_asked(folder: Path) -> None:
    assert json_of(folder, "people", "purge") == {"orders": 1}
    assert "0 orders" in type_in(folder, "people", "purge").stdout


def test_a_persons_orders_are_listed_without_who_they_are(folder: Path) -> None:
    rows = json_of(folder, "people", "find", "111-1")
    assert [row["order_id"] for row in rows] == ["111-1", "111-2"] and all(row["kept"] for row in rows)
    assert "Quill" not in json.dumps(rows)
    refused = type_in(folder, "people", "find", "nobody@example.com")
    assert refused.returncode == 2 and "nobody@" not in refused.stderr and "Traceback" not in refused.stderr


def test_an_export_is_a_file_that_only_its_owner_reads_and_is_in_the_log(folder: Path) -> None:
    said = type_in(folder, "people", "export", "111-1", "--out", "ada.json", "--by", "Anna", "--purpose", "she wrote")
    assert said.returncode == 0 and "Quill" not in said.stdout and "Amazon keeps" in said.stdout
    path = folder / "ada.json"
    assert "Feather" in path.read_text("utf-8") and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert type_in(folder, "people", "export", "111-1", "--out", "ada.json").returncode == 2
    assert type_in(folder, "people", "export", "999-9", "--out", "none.json").returncode == 2
    assert not (folder / "none.json").exists()
    newest = json_of(folder, "people", "log", "111-1")[0]
    assert (newest["deed"], newest["by_whom"], newest["purpose"]) == ("exported", "Anna", "she wrote")


def test_an_erasure_says_what_is_left_and_an_open_order_stops_it(folder: Path) -> None:
    refused = type_in(folder, "people", "erase", "111-3", "--by", "Anna")
    assert refused.returncode == 2 and "--although-open" in refused.stderr
    erased = json_of(folder, "people", "erase", "111-3", "--although-open", "--by", "Anna")
    assert erased["orders"] == ["111-3"] and erased["by"] == "Anna" and erased["elsewhere"]
    assert json_of(folder, "people", "find", "111-3")[0]["kept"] is False


def test_a_new_key_takes_over_and_the_old_one_stays_to_read(folder: Path) -> None:
    before = (folder / "people.key").read_text("utf-8").split()
    turned = json_of(folder, "people", "key")
    after = (folder / "people.key").read_text("utf-8").split()
    assert after[1:] == before and turned["encrypted"] == 2 and turned["unreadable"] == 0
    assert next(iter(turned["keys"])) == read_keys(" ".join(after)).newest and list(turned["keys"].values()) == [2, 0]
    assert "Its line may go" in type_in(folder, "people", "key", "--encrypt").stdout
    assert len(json_of(folder, "people", "find", "111-1")) == 2


def test_two_do_not_change_the_key_at_once(folder: Path) -> None:
    before = (folder / "people.key").read_text("utf-8")
    database = open_database(f"sqlite:///{folder / 'channelkit.db'}", folder / "history")
    with hold(database, "people/key", "another"):
        assert type_in(folder, "people", "key").returncode == 75
    database.close()
    assert (folder / "people.key").read_text("utf-8") == before


def test_a_key_that_others_may_read_is_told_in_one_line(folder: Path) -> None:
    (folder / "people.key").chmod(0o644)
    refused = type_in(folder, "people", "find", "111-1")
    (folder / "people.key").chmod(0o600)
    assert refused.returncode == 2 and "chmod 600" in refused.stderr and "Traceback" not in refused.stderr


def test_a_key_elsewhere_is_not_written_over(folder: Path) -> None:
    text = (folder / "channelkit.toml").read_text("utf-8")
    (folder / "other.toml").write_text(text.replace('"file:people.key"', '"env:PEOPLE_KEY"'), "utf-8")
    refused = type_in(folder, "people", "key", "--settings", "other.toml")
    assert refused.returncode == 2 and "env:PEOPLE_KEY" in refused.stderr and "--encrypt" in refused.stderr
