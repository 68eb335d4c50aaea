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
from channelkit.settings.sections import (
    Condition,
    OrderSettings,
    PeopleSettings,
    Section,
    Settings,
    StoreSettings,
)
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
        if field.name in ("guards", "matching", "orders", "prices"):
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


def test_the_template_shows_every_setting_of_orders_and_people(tmp_path: Path) -> None:
    """OR-02, OR-03, OR-14."""
    settings = _read(tmp_path, TEMPLATE)
    kinds: tuple[tuple[type[Section], str], ...] = (
        (OrderSettings, "[stores.us.orders]"),
        (PeopleSettings, "[people]"),
    )
    for kind, table in kinds:
        shown = TEMPLATE.partition(f"\n{table}\n")[2].partition("\n[")[0]
        assert [line.partition(" = ")[0] for line in shown.splitlines() if line] == list(kind.__struct_fields__)
    assert settings.stores["us"].orders == OrderSettings()
    assert settings.people.key.reference == "file:people.key" and settings.people.keep_days == 30


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('customers = "guest"', 'customers = "friends"'), r"stores.us.orders.customers'.*Use one of: guest, account"),
        (('number_source = "commerce"', 'number_source = "mine"'), r"number_source'.*Use one of: commerce, amazon"),
        (("returns_hours = 24", "returns_hours = 0"), r"returns_hours'.*>= 1"),
        (("keep_days = 30 ", "keep_days = 31 "), r"people.keep_days'.*<= 30"),
        (('key = "file:people.key"', 'key = "c2VjcmV0"'), r"people.key' .*must name a secret, not hold it"),
    ],
    ids=["customers", "numbers", "hours", "days", "key"],
)
def test_what_cannot_be_meant_for_orders_or_people_is_refused(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    """Amazon allows 30 days; a key in the file would be shared with it."""
    assert change[0] in TEMPLATE
    with pytest.raises(SettingsError, match=complaint) as caught:
        _read(tmp_path, TEMPLATE.replace(*change))
    assert "c2VjcmV0" not in str(caught.value)


def test_an_older_file_that_says_customers_beside_import_orders_is_still_read(tmp_path: Path) -> None:
    older = TEMPLATE.replace("\nimport_orders = true", '\nimport_orders = false\ncustomers = "guest"')
    assert 'false\ncustomers = "guest"' in older
    store = _read(tmp_path, older.replace("[stores.us.orders]\n", "[stores.us.orders]\n# ")).stores["us"]
    assert (store.import_orders, store.orders.customers) == (False, "guest")
    account = older.replace('customers = "guest"      ', 'customers = "account"    ')
    assert _read(tmp_path, account).stores["us"].orders.customers == "account", "what stands under orders holds"


def _condition_types(part: Any) -> list[str]:
    if isinstance(part, dict):
        if "new_new" in part.get("enum", ()):
            return list(part["enum"])
        part = list(part.values())
    if isinstance(part, list):
        return next(filter(None, map(_condition_types, part)), [])
    return []
