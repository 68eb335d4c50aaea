"""The stores of a kit, found by name, by an order and by a SKU, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from channelkit.database import rows
from channelkit.database.schema import listings, tabs
from channelkit.errors import UsageError
from channelkit.kit import Kit
from channelkit.settings.reader import read_settings
from tests.order_rows import FIRST, SECOND, add_order, add_store, live
from tests.test_order_book import SETTINGS


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    """A kit of two stores: all orders but one are of us, and so are all listings."""
    (tmp_path / "channelkit.toml").write_text(SETTINGS, encoding="utf-8")
    with Kit(read_settings(tmp_path / "channelkit.toml", {})) as kit:
        live(kit.database)
        with kit.database.write() as connection:
            rows.upsert(connection, listings, pa.table({"store": ["us"], "seller_sku": ["A"]}))
            told = {"store": ["us", "us", "jp"], "listed": [1, 0, 0], "sku": ["A", "B", "B"]}
            rows.upsert(connection, tabs, pa.table(told))
        yield kit


def test_a_store_is_found_by_its_name_and_must_be_named_where_there_are_several(kit: Kit) -> None:
    """RG-01."""
    assert kit.one_store("jp").name == "jp"
    with pytest.raises(UsageError, match=r"several stores.*us, jp"):
        kit.one_store()
    with pytest.raises(UsageError, match=r"no store 'uk'.*us, jp"):
        kit.one_store("uk")


def test_a_store_is_found_by_any_number_of_an_order(kit: Kit) -> None:
    """RG-01, OR-08."""
    assert {kit.store_of(number).name for number in (FIRST, f" {SECOND} ", "000000077", "RMA-1/MUG-3/blue")} == {"us"}
    with pytest.raises(UsageError, match=r"No store knows an order or a return '902-9'.*channelkit pull"):
        kit.store_of("902-9")
    add_store(kit.database, "jp")
    add_order(kit.database, SECOND, "jp")
    with pytest.raises(UsageError, match=r"Several stores know .*: us, jp\. Say which"):
        kit.store_of(SECOND)


def test_a_store_is_found_by_the_sku_that_it_lists_and_else_by_one_that_it_could(kit: Kit) -> None:
    """RG-01."""
    assert kit.store_with("A").name == "us"
    with pytest.raises(UsageError, match=r"Several stores know the SKU 'B': us, jp"):
        kit.store_with("B")
    with pytest.raises(UsageError, match=r"No store knows the SKU 'a'.*channelkit listings"):
        kit.store_with("a")


def test_what_a_settings_file_no_longer_names_is_no_store_of_the_kit(kit: Kit) -> None:
    with kit.database.write() as connection:
        rows.upsert(connection, listings, pa.table({"store": ["uk"], "seller_sku": ["OLD"]}))
    with pytest.raises(UsageError, match="No store knows"):
        kit.store_with("OLD")


def test_the_only_store_there_is_needs_no_looking_up(tmp_path: Path) -> None:
    text = SETTINGS.partition("[stores.jp]")[0]
    (tmp_path / "channelkit.toml").write_text(text, encoding="utf-8")
    with Kit(read_settings(tmp_path / "channelkit.toml", {})) as kit:
        assert {its.name for its in (kit.one_store(), kit.store_of("902-9"), kit.store_with("NEW"))} == {"us"}
