"""The books of attributes: the catalogue, Amazon's values, and the journal towards Commerce."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from channelkit.database import attribute_map, attribute_values, catalog_journal
from channelkit.database.connection import Database
from channelkit.errors import PlanError, UsageError
from channelkit.model.attributes import CATALOG_CHANGES

NOW = 1_790_000_000_000
CHANGES = CATALOG_CHANGES.schema().append(pa.field("undoes", pa.int64()))
FOUND = pa.schema([(name, pa.string()) for name in ("asin", "amazon_attribute", "value")])


def found(*rows: tuple[str, str, str]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(FOUND.names, row, strict=True)) for row in rows], schema=FOUND)


def change(sku: str, after: str | None = "Acme", **changed: Any) -> dict[str, Any]:
    row = {"store": "us", "sku": sku, "action": "set", "attribute": "brand", "scope": "all", "before": None}
    return {**row, "after": after, "because": "why", "undoes": None, **changed}


def record(database: Database, *rows: dict[str, Any], run: str = "run", plan: str = "plan") -> list[int]:
    table = pa.Table.from_pylist(list(rows), schema=CHANGES)
    with database.write() as connection:
        ids: list[int] = catalog_journal.record_changes(connection, table, plan=plan, run=run, at=NOW)["id"].to_pylist()
    return ids


def states(database: Database) -> list[str]:
    with database.read() as connection:
        found: list[str] = catalog_journal.load_changes(connection)["state"].to_pylist()
    return found


def add(database: Database, **changed: Any) -> int:
    row: dict[str, Any] = {"country": "US", "amazon_attribute": "brand", "attribute": "maker", "overwrite": False}
    row |= {"scope": "views", "store_views": ("de", "fr"), "at": NOW, "by": "Ada", **changed}
    with database.write() as connection:
        return attribute_map.add_mapping(connection, **row)


def test_a_row_of_the_catalogue_is_found_and_changed(database: Database) -> None:
    number = add(database)
    with database.write() as connection:
        row = attribute_map.load_mapping(connection, number)
        assert row.active and row.store_views == ("de", "fr") and row.scopes == ("de", "fr") and row.made_by == "Ada"
        assert attribute_map.find_mapping(connection, "US", "brand", "maker") == row
        assert attribute_map.find_mapping(connection, "DE", "brand", "maker") is None
        changed = replace(row, active=False, overwrite=True, scope="global", store_views=())
        attribute_map.change_mapping(connection, changed)
        assert attribute_map.load_mapping(connection, number) == changed and changed.scopes == ("all",)
        assert attribute_map.load_mappings(connection, active=True) == []
        assert attribute_map.load_mappings(connection) == [changed]
        with pytest.raises(UsageError, match="no row 99"):
            attribute_map.load_mapping(connection, 99)


def test_what_amazon_no_longer_tells_of_an_item_goes_away(database: Database) -> None:
    with database.write() as connection:
        first = found(("B1", "brand", '["Acme"]'), ("B1", "color", '["red"]'), ("B2", "brand", '["Other"]'))
        assert attribute_values.store_values(connection, "US", ["B1", "B2"], first, at=NOW) == 3
        again = found(("B1", "brand", '["Acmé\\"s"]'))
        attribute_values.store_values(connection, "US", ["B1", "B2"], again, at=NOW + 1)
        rows = attribute_values.load_values(connection).to_pylist()
        assert [(row["asin"], row["amazon_attribute"], row["value"]) for row in rows] == [
            ("B1", "brand", '["Acmé\\"s"]'),
            ("B2", "brand", '["Other"]'),
        ], "an item that the answer left out keeps what was known"
        assert attribute_values.load_values(connection, ["DE"]).num_rows == 0


def test_changes_are_numbered_in_their_order_and_only_move_forward(database: Database) -> None:
    first, second, third = record(database, change("B"), change("A", None, before="x"), change("C"))
    assert first < second < third
    with database.write() as connection:
        catalog_journal.mark_sent(connection, [first, second], NOW)
        with pytest.raises(PlanError, match="Another run"):
            catalog_journal.mark_sent(connection, [first], NOW)
        catalog_journal.name_bulk(connection, [first, second], "bulk")
        catalog_journal.mark_answered(connection, [first], "accepted", NOW)
        assert catalog_journal.mark_answered(connection, [second], "refused", NOW, code="x", note="no") == 1
        assert catalog_journal.mark_answered(connection, [second], "confirmed", NOW) == 0
        assert catalog_journal.load_open(connection)["id"].to_pylist() == [first]
        assert catalog_journal.load_bulk(connection, "bulk")["sku"].to_pylist() == ["B", "A"]
        assert catalog_journal.drop_planned(connection, NOW) == 1
        assert catalog_journal.mark_answered(connection, [first], "confirmed", NOW) == 1
    assert states(database) == ["confirmed", "refused", "dropped"]


def test_each_run_gets_the_numbers_of_its_own_changes(database: Database) -> None:
    one = record(database, change("A"), run="one", plan="p1")
    two = record(database, change("A"), change("B"), run="two", plan="p2")
    assert len({*one, *two}) == 3 and record(database, run="three") == []
    with database.read() as connection:
        assert catalog_journal.load_plan(connection, "p2")["id"].to_pylist() == two
        assert catalog_journal.load_ids(connection, one)["run"].to_pylist() == ["one"]
