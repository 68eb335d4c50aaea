"""Price rules from the command line, as real processes against a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channelkit.demo import write_settings
from tests.conftest import sandboxes
from tests.typed_commands import json_of, type_in

US = ("--store", "us")
RULES = """
[[rules]]
name = "Sale"
priority = 2

[rules.adjustment]
direction = "decrease"
amount = "10"

[[rules]]
name = "Match"
priority = 1

[rules.competitor]
source = "featured"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, openapi_folder: Path | None) -> Iterator[Path]:
    """A folder with settings for a sandbox that runs, both sides read once, and price rules as a file."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    with sandboxes(openapi_folder) as run:
        write_settings(folder, run(speed=30.0, quiet=True).ready)
        assert type_in(folder, "pull").returncode == 0
        yield folder


def test_a_person_looks_at_price_rules_and_puts_them_in_force(folder: Path) -> None:
    """PR-01."""
    found = json_of(folder, "prices", "preview", "rules.toml", "--out", "moves.csv", *US)
    assert found["counts"]["falls"] > 20 and found["rules"][0]["name"] == "Match"
    assert len((folder / "moves.csv").read_text(encoding="utf-8-sig").splitlines()) > 50
    sku = found["rows"]["falls"][0]["seller_sku"]
    kept = type_in(folder, "prices", "commit", "rules.toml", "--name", "Winter", "--by", "Ada", *US)
    assert "Winter, version 1, by Ada" in kept.stdout, kept.stderr
    told = json_of(folder, "explain-price", sku, *US)
    assert told["seller_sku"] == sku and told["steps"][0]["kind"] == "source"
    assert "1. (off) Match" in type_in(folder, "prices", "deactivate", "match", *US).stdout
    missing = type_in(folder, "prices", "remove", "gone", *US)
    assert missing.returncode == 2 and "The rules are: match, sale" in missing.stderr


def test_oddities_end_with_3_and_the_past_is_told(folder: Path) -> None:
    odd = type_in(folder, "prices", "lint", "rules.toml", *US)
    assert odd.returncode == 3 and "has no floor" in odd.stdout
    assert json_of(folder, "prices", "whatif", "rules.toml", "--days", "2", *US)["asked_days"] == 2
