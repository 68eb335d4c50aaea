"""What can be set: only what the other side knows, and a template that says what holds without it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from channelkit.errors import SettingsError
from channelkit.settings.reader import FILE, read_settings
from channelkit.settings.sections import Condition, Settings, StoreSettings
from channelkit.settings.template import TEMPLATE


def _read(folder: Path, text: str) -> Settings:
    (folder / FILE).write_text(text, encoding="utf-8")
    return read_settings(folder / FILE, {})


def test_a_condition_that_amazon_does_not_know_is_refused_with_those_it_knows(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"'stores.us.condition'.*Use one of: .*new_new.*used_good"):
        _read(tmp_path, TEMPLATE.replace('condition = "new_new"', 'condition = "brand_new"'))


def test_the_conditions_are_those_of_amazons_own_definition(openapi: Path) -> None:
    definition = json.loads((openapi / "amazon" / "listingsItems_2021-08-01.json").read_text("utf-8"))
    assert set(get_args(Condition)) - {""} == set(_condition_types(definition))


def test_the_template_shows_every_setting_of_a_store_with_what_holds_without_it(tmp_path: Path) -> None:
    table = TEMPLATE.partition("[stores.us]")[2].partition("[database]")[0]
    store = _read(tmp_path, TEMPLATE).stores["us"]
    for field in msgspec.structs.fields(StoreSettings):
        if field.required or field.name in ("store_view", "sweep_calls", "catalog_calls", "account"):
            continue
        if field.name in ("guards", "matching", "orders"):
            assert f"[stores.us.{field.name}]" in TEMPLATE
            assert getattr(store, field.name) == field.default
            continue
        assert re.search(rf"\n(# )?{field.name} = ", table), f"the template does not show {field.name}"
        default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
        assert getattr(store, field.name) == default


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('condition = "new_new"', 'condition = "attribute"'), r"condition_attribute.* is empty"),
        (('fulfilled_by = "merchant"', 'fulfilled_by = "attribute"'), r"fulfilled_by_attribute.* is empty"),
        (("condition_notes = {}", 'condition_notes = { new_new = "Shiny" }'), r"a note on what is new"),
    ],
    ids=["condition without attribute", "fulfilment without attribute", "note on what is new"],
)
def test_a_condition_that_cannot_be_found_out_is_refused(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    """LS-13, LS-14."""
    with pytest.raises(SettingsError, match=complaint):
        _read(tmp_path, TEMPLATE.replace(*change))


def _condition_types(part: Any) -> list[str]:
    if isinstance(part, dict):
        if "new_new" in part.get("enum", ()):
            return list(part["enum"])
        part = list(part.values())
    if isinstance(part, list):
        return next(filter(None, map(_condition_types, part)), [])
    return []
