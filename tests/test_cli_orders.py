"""Orders from the command line, on a real database; nothing here needs a connection."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from channelkit.cli import app
from channelkit.errors import ChannelkitError, UsageError
from channelkit.kit import Kit
from channelkit.people.key_file import write_key_file
from channelkit.settings.reader import read_settings
from tests.order_rows import FIRST, HOUR, NOON, SECOND, THIRD, add_order, add_stand, add_store, live
from tests.test_order_book import SETTINGS

US = ("--store", "us")


@dataclass(frozen=True)
class Answer:
    """What a command said, and how it ended."""

    stdout: str
    stderr: str
    returncode: int


def type_in(folder: Path, *words: str) -> Answer:
    """Type a command; in this process, since a process each would take most of a test's time."""
    ran = CliRunner().invoke(app, [*words, "--settings", str(folder / "channelkit.toml")])
    if ran.exception is not None and not isinstance(ran.exception, ChannelkitError | SystemExit):
        raise ran.exception
    is_ours = isinstance(ran.exception, ChannelkitError)
    code = (2 if isinstance(ran.exception, UsageError) else 1) if is_ours else ran.exit_code
    return Answer(ran.stdout, str(ran.exception) if is_ours else ran.stderr, code)


def json_of(folder: Path, *words: str) -> Any:
    answer = type_in(folder, *words, "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with settings and three orders."""
    folder = tmp_path_factory.mktemp("orders")
    with settle(folder) as kit:
        live(kit.database)
    return folder


def settle(folder: Path) -> Kit:
    """Write settings and a key into a folder, and return the kit of it."""
    (folder / "channelkit.toml").write_text(SETTINGS, encoding="utf-8")
    write_key_file(folder / "people.key")
    return Kit(read_settings(folder / "channelkit.toml", {}))


def test_orders_are_listed_filtered_and_opened(folder: Path) -> None:
    """OR-07, OR-08."""
    listed = json_of(folder, "orders", "list", *US)
    assert [row["order_number"] for row in listed] == [FIRST, SECOND, THIRD]
    shown = type_in(folder, "orders", "list", *US, "--status", "pending", "--since", "2026-09-01").stdout
    assert THIRD in shown and FIRST not in shown
    one = json_of(folder, "orders", "show", "000000077", *US)
    assert one["order_number"] == SECOND and one["copies"][0]["number"] == "000000077"
    text = type_in(folder, "orders", "show", FIRST, *US).stdout
    assert "Details & shipping" in text and "Items" in text and "Tracking" in text


def test_who_bought_an_order_goes_into_no_pipe(folder: Path) -> None:
    refused = type_in(folder, "orders", "show", FIRST, "--reveal", "a question", *US)
    assert refused.returncode == 2 and "on a terminal alone" in refused.stderr


def test_what_waits_for_a_person_is_listed(folder: Path) -> None:
    """OR-06, OR-13."""
    assert [row["blocker"] for row in json_of(folder, "orders", "blocked", *US)] == ["out_of_stock"]
    assert [row["order_number"] for row in json_of(folder, "orders", "due", *US)] == [FIRST, SECOND]
    assert [row["state"] for row in json_of(folder, "orders", "returns", *US)] == ["Error"]
    assert json_of(folder, "orders", "complete", *US)[0]["complete"] is True
    assert json_of(folder, "orders", "ledger", *US)[0]["reserved"] == 1
    assert {row["state"] for row in json_of(folder, "orders", "changes", *US)} == {"refused", "confirmed"}
    assert json_of(folder, "orders", "delays", *US)


def test_a_store_without_an_account_has_no_plan_and_says_why(folder: Path) -> None:
    answer = type_in(folder, "orders", "plan", *US)
    assert answer.returncode == 2 and "Traceback" not in answer.stderr


def test_cancelling_shows_its_plan_and_does_no_other(folder: Path) -> None:
    """OR-12."""
    plan = json_of(folder, "orders", "cancel", FIRST, SECOND, "--reason", "NoInventory", "--by", "Ada", *US)
    assert [change["order_number"] for change in plan["changes"]] == [FIRST] and SECOND in plan["refused"]
    other = type_in(folder, "orders", "cancel", FIRST, "--reason", "NoInventory", "--apply", "beef", *US)
    assert other.returncode == 1 and "nothing was done" in other.stderr
    silent = type_in(
        folder, "orders", "cancel", FIRST, SECOND, "--reason", "NoInventory", "--apply", plan["fingerprint"], *US
    )
    assert silent.returncode == 1 and "sends nothing" in silent.stderr


def test_refunds_backfills_and_addresses_are_asked_for_in_words(folder: Path) -> None:
    """OR-01, OR-08, OR-13."""
    refund = json_of(folder, "orders", "refund", "RMA-1/MUG-3/blue", "--restock", "0", *US)
    assert [change["kind"] for change in refund["changes"]] == ["refund"]
    asked = type_in(folder, "orders", "backfill", "--since", "2026-09-01", "--until", "2026-09-20", *US)
    assert asked.returncode == 0 and "The next cycles read these orders" in asked.stdout, asked.stderr
    unnamed = type_in(folder, "orders", "address", FIRST, "1 Main St", *US)
    assert unnamed.returncode == 2 and "Main St" not in unnamed.stderr


FOURTH = "902-0000004-0000004"


@pytest.fixture(scope="module")
def two_stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder, and an order of a second store that is blocked, too."""
    folder = tmp_path_factory.mktemp("both")
    with settle(folder) as kit:
        live(kit.database)
        add_store(kit.database, "jp")
        add_order(kit.database, FOURTH, "jp", ship_by=NOON + HOUR)
        add_stand(
            kit.database, FOURTH, "blocked", "jp", blocker="product_missing", note="No product.", next_step="Link."
        )
    return folder


def test_tables_of_orders_are_of_all_stores_where_none_is_named(two_stores: Path) -> None:
    """RG-01: two truths in one table, each row with its store and its own marketplace's clock."""
    for table, numbers in (("blocked", {FIRST, FOURTH}), ("due", {FIRST, SECOND, FOURTH})):
        rows = json_of(two_stores, "orders", table)
        assert {row["order_number"] for row in rows} == numbers
        assert {row["store"] for row in rows if row["order_number"] == FOURTH} == {"jp"}
        assert [row["store"] for row in json_of(two_stores, "orders", table, "--store", "jp")] == ["jp"]
    told = type_in(two_stores, "orders", "due").stdout
    assert "store" in told.splitlines()[0] and " JST " in told and " PDT " in told
    for table in ("returns", "complete", "changes", "delays"):
        assert {row["store"] for row in json_of(two_stores, "orders", table)} >= {"us"}
        assert type_in(two_stores, "orders", table).returncode == 0
    assert "Nothing is there." in type_in(two_stores, "orders", "returns", "--store", "jp").stdout


def test_an_order_is_found_in_whichever_store_it_is(two_stores: Path) -> None:
    """OR-08, RG-01: by Amazon's number, by Commerce's, and a return by what it is called."""
    assert json_of(two_stores, "orders", "show", FOURTH)["store"] == "jp"
    assert json_of(two_stores, "orders", "show", "000000077")["order_number"] == SECOND
    plan = json_of(two_stores, "orders", "cancel", FIRST, "--reason", "NoInventory")
    assert [change["order_number"] for change in plan["changes"]] == [FIRST]
    assert json_of(two_stores, "orders", "refund", "RMA-1/MUG-3/blue", "--restock", "0")["changes"]
    unknown = type_in(two_stores, "orders", "show", "902-9999999-9999999")
    assert unknown.returncode == 2 and "No store knows" in unknown.stderr and "channelkit pull" in unknown.stderr
    mixed = type_in(two_stores, "orders", "cancel", FIRST, FOURTH, "--reason", "NoInventory")
    assert mixed.returncode == 2 and "several stores: jp, us" in mixed.stderr
