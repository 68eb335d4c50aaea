"""The verbs that act on listings, as a person types them: shown, approved by the fingerprint, done, taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import channelkit
from channelkit.cli import app
from channelkit.demo import write_settings
from tests.conftest import sandboxes
from tests.kit_fixtures import let_send
from tests.typed_commands import json_of, type_in

US = ("--store", "us", "--by", "Ada")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, openapi_folder: Path | None) -> Iterator[Path]:
    """A folder with settings for a sandbox that runs, both sides read, and the stores allowed to send."""
    folder = tmp_path_factory.mktemp("actions")
    with sandboxes(openapi_folder) as run:
        settings = write_settings(folder, run(speed=6.0, products=50, quiet=True).ready)
        assert type_in(folder, "pull").returncode == 0
        with channelkit.open(settings) as kit:
            let_send(kit)
        yield folder


def told(folder: Path, *words: str) -> Any:
    """Return what a command prints as JSON, within this process: a new one for each takes seconds."""
    answer = CliRunner().invoke(app, [*words, "--json", "--settings", str(folder / "channelkit.toml")])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def listings(folder: Path) -> list[dict[str, Any]]:
    """What the store had before anything was done."""
    rows: list[dict[str, Any]] = told(folder, "listings", "--store", "us")
    return rows


@pytest.fixture(scope="module")
def active(listings: list[dict[str, Any]]) -> list[str]:
    chosen = [row for row in listings if row["tab"] == "Active" and row["fulfillment_channel"] == "DEFAULT"]
    return [row["sku"] for row in chosen if row["quantity"] > 2]


def test_an_action_is_shown_and_done_only_with_the_fingerprint_of_what_was_shown(
    folder: Path, active: list[str]
) -> None:
    """AC-02, AC-09: end from the command line, and take it back."""
    sku = active[0]
    shown = type_in(folder, "end", sku, "UNKNOWN", *US)
    assert "1 change would be sent" in shown.stdout and "UNKNOWN" in shown.stdout and "--apply" in shown.stdout
    wrong = type_in(folder, "end", sku, *US, "--apply", "000000000000")
    assert wrong.returncode == 1 and "The plan is now" in wrong.stderr and "Traceback" not in wrong.stderr
    plan = json_of(folder, "end", sku, *US)
    assert plan["decisions"] == [{"seller_sku": sku, "kind": "listed", "value": "no"}]
    assert [row["field"] for row in plan["changes"]] == ["end"] and plan["becomes"][0]["then"] == "Ending In Progress"
    done = json_of(folder, "end", sku, *US, "--apply", plan["fingerprint"])
    assert (done["kept"], done["sent"]["accepted"]) == (1, 1)
    ended = json_of(folder, "listings", "--store", "us", "--tab", "Ended")
    assert sku in {row["sku"] for row in ended}
    partly = type_in(folder, "undo", *US)
    assert "still shows it" in partly.stdout


def test_overrides_are_set_validated_shown_and_removed(folder: Path, active: list[str]) -> None:
    """AC-04, TB-07."""
    sku = active[1]
    terms = ("override", sku, "--price", "55", "--condition", "Used; Like New", "--notes", "Boxed.", *US)
    assert {row["verdict"] for row in told(folder, *terms, "--validate")} == {"valid"}
    told(folder, *terms, "--apply", told(folder, *terms)["fingerprint"])
    (row,) = told(folder, "overrides", "--store", "us")
    assert (row["price_override"], row["condition_override"], row["handling_override"]) == (
        "55.00",
        "used_like_new",
        None,
    )
    both = type_in(folder, "override", sku, "--price", "55", "--remove", "price", *US)
    assert both.returncode == 2 and "both set and removed" in both.stderr
    less = ("override", sku, "--remove", "price", "--remove", "condition", "--remove", "notes", *US)
    assert told(folder, *less, "--apply", told(folder, *less)["fingerprint"])["kept"] == 3
    assert told(folder, "overrides", "--store", "us") == []


def test_every_verb_shows_its_plan(folder: Path, listings: list[dict[str, Any]], active: list[str]) -> None:
    """AC-01, AC-03, AC-06, AC-07, AC-08: from the command line."""
    one, two = active[2:4]
    other = next(row["asin"] for row in listings if row["sku"] == two)
    incomplete, ready = (
        next(row["sku"] for row in listings if row["status"] == status) for status in ("Has Variants", "Ready to List")
    )
    said = {
        "publish": told(folder, "publish", ready, *US),
        "update": told(folder, "update", incomplete, "--condition", "used_good", *US),
        "alias": told(folder, "alias", one, "ALIAS-1", "--remove-existing", *US),
        "assign-asin": told(folder, "assign-asin", one, other, *US),
        "switch": told(folder, "switch", "amazon", one, two, *US),
        "rematch": told(folder, "rematch", incomplete, *US),
    }
    kinds = {verb: sorted({wish["kind"] for wish in plan["decisions"]}) for verb, plan in said.items()}
    assert kinds == {
        **{"publish": ["listed"], "update": ["condition"], "alias": ["alias", "asin", "listed"]},
        **{"assign-asin": ["asin"], "switch": ["fulfillment"], "rematch": []},
    }
    assert all(plan["fingerprint"] and not plan["refused"] for plan in said.values())


def test_no_sku_is_wrong_use(folder: Path) -> None:
    nothing = type_in(folder, "end", *US)
    assert nothing.returncode == 2 and "No SKU was given" in nothing.stderr
