"""Listing rules from the command line, as real processes against a sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from channelkit.demo import write_settings
from tests.conftest import sandboxes
from tests.typed_commands import json_of, type_in

US = ("--store", "us")
OVER_20 = '[[children]]\nattribute = "price"\nop = ">="\nvalue = "20"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, openapi_folder: Path | None) -> Iterator[Path]:
    """A folder with settings for a sandbox that runs, both sides read once, and two rules as files."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "over20.toml").write_text(OVER_20, encoding="utf-8")
    tree = {"type": "…\\Combine", "aggregator": "all", "value": "1", "conditions": []}
    condition = {"type": "…\\Product", "attribute": "price", "operator": "<", "value": "20"}
    cart_rule = {"conditions_serialized": json.dumps(tree | {"conditions": [condition]})}
    (folder / "magento.json").write_text(json.dumps(cart_rule), encoding="utf-8")
    with sandboxes(openapi_folder) as run:
        write_settings(folder, run(speed=30.0, quiet=True).ready)
        assert type_in(folder, "pull").returncode == 0
        yield folder


def test_a_person_looks_at_a_rule_commits_and_restores_it(folder: Path) -> None:
    """LR-03, LR-04."""
    found = json_of(folder, "rules", "preview", "over20.toml", *US)
    assert found["counts"]["ineligible"] == sum(count for _, count in found["reasons"]["ineligible"]) > 0
    assert "Nothing was done" in type_in(folder, "rules", "preview", "over20.toml", *US).stdout
    assert json_of(folder, "rules", "show", *US)["id"] == 0

    committed = type_in(folder, "rules", "commit", "over20.toml", "--name", "Over 20", "--by", "Ada", *US)
    assert "Over 20, version 1, by Ada" in committed.stdout, committed.stderr
    assert "from Active to Ineligible" in committed.stdout
    shown = type_in(folder, "rules", "show", "--toml", *US).stdout
    (folder / "again.toml").write_text(shown, encoding="utf-8")
    second = type_in(folder, "rules", "commit", "again.toml", "--name", "Again", "--by", "Bob", "--json", *US)
    assert json.loads(second.stdout)["rule"]["children"] == [{"attribute": "price", "op": ">=", "value": "20"}]
    assert "brings back version 1" in type_in(folder, "rules", "restore", "1", "--by", "Ada", *US).stdout
    versions = json_of(folder, "rules", "versions", *US)
    assert [(each["id"], each["restores"]) for each in versions] == [(3, 1), (2, None), (1, None)]
    assert "Again" in type_in(folder, "rules", "versions", *US).stdout


def test_a_rule_of_commerce_is_printed_as_toml(folder: Path) -> None:
    """LR-01."""
    printed = type_in(folder, "rules", "import", "magento.json", *US).stdout
    assert printed.startswith("# A product is eligible if Price is less than 20.\n")
    (folder / "imported.toml").write_text(printed, encoding="utf-8")
    assert json_of(folder, "rules", "preview", "imported.toml", *US)["rule"].endswith("less than 20.")


def test_what_would_have_been_and_what_is_odd_are_told(folder: Path) -> None:
    """LR-03."""
    told = type_in(folder, "rules", "whatif", "over20.toml", "--days", "7", *US).stdout
    assert "Had this rule stood for the last 7 days" in told and "estimates" in told
    never = OVER_20 + '[[children]]\nattribute = "price"\nop = "<"\nvalue = "10"\n'
    (folder / "never.toml").write_text(never, encoding="utf-8")
    odd = type_in(folder, "rules", "lint", "never.toml", *US)
    assert odd.returncode == 3 and "can never hold together" in odd.stdout
    (folder / "all.toml").write_text("all = true\n", encoding="utf-8")
    assert type_in(folder, "rules", "lint", "all.toml", *US).returncode == 0


def test_what_a_rule_may_ask_about_is_listed(folder: Path) -> None:
    """LR-02."""
    found = {row["code"]: row for row in json_of(folder, "rules", "attributes", *US)}
    assert found["category_ids"]["options"] > 0 and "is at least" in found["price"]["operators"]


def test_a_file_that_is_not_there_is_said(folder: Path) -> None:
    refused = type_in(folder, "rules", "preview", "nowhere.toml", *US)
    assert refused.returncode == 2 and "nowhere.toml" in refused.stderr
