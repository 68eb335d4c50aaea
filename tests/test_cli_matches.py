"""Matching from the command line, as real processes against a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channelkit.demo import write_settings
from tests.conftest import sandboxes
from tests.typed_commands import json_of, type_in

US = ("--store", "us")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, openapi_folder: Path | None) -> Iterator[Path]:
    """A folder with settings for a sandbox that runs, both sides read once."""
    folder = tmp_path_factory.mktemp("cli")
    with sandboxes(openapi_folder) as run:
        write_settings(folder, run(speed=30.0, products=100, quiet=True).ready)
        assert type_in(folder, "pull").returncode == 0
        yield folder


def test_a_person_looks_answers_assigns_and_takes_back(folder: Path) -> None:
    """MA-02, MA-04, MA-06, MA-07, MA-09."""
    looked = json_of(folder, "match", "look", *US)
    assert looked["progress"]["open"] > 2 and looked["standing"]["accepts"] is False
    first, second = json_of(folder, "match", "questions", *US, "--count", "2")
    answered = type_in(folder, "match", "answer", first["seller_sku"], first["product_sku"], "no", "--by", "Ada", *US)
    assert answered.stdout == f"Kept: {first['seller_sku']} is not {first['product_sku']}.\n", answered.stderr
    assigned = type_in(folder, "match", "assign", second["seller_sku"], second["product_sku"], "--by", "Ada", *US)
    assert assigned.returncode == 0, assigned.stderr

    def link() -> dict[str, object]:
        rows = {row["sku"]: row for row in json_of(folder, "match", *US)}
        return dict(rows[second["seller_sku"]])

    assert (link()["product_sku"], link()["method"], link()["linked_by"]) == (second["product_sku"], "manual", "Ada")
    assert "Taken back: yes" in type_in(folder, "match", "undo", "--by", "Ada", *US).stdout
    assert link()["product_sku"] is None
    assert "Taken back: no" in type_in(folder, "match", "undo", "--by", "Ada", *US).stdout
    assert "no answer of yours" in type_in(folder, "match", "undo", "--by", "Ada", *US).stdout


def test_questions_show_both_sides_and_how_to_answer(folder: Path) -> None:
    shown = type_in(folder, "match", "questions", *US, "--count", "1").stdout
    assert "Amazon:" in shown and "Commerce:" in shown
    assert shown.endswith("Answer with: channelkit match answer SELLER_SKU PRODUCT_SKU yes|no|skip\n")


def test_a_wrong_answer_or_an_unknown_sku_is_refused_in_words(folder: Path) -> None:
    wrong = type_in(folder, "match", "answer", "A", "B", "maybe", *US)
    assert wrong.returncode == 2 and "maybe" in wrong.stderr
    unknown = type_in(folder, "match", "assign", "nobody", "nothing", *US)
    assert unknown.returncode == 2 and "knows no listing 'nobody'" in unknown.stderr
