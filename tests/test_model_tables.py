from __future__ import annotations

import pyarrow as pa
import pytest

from channelkit.model.changes import CHANGES, DECIDED_LINKS, LINKS, OPEN, OPEN_CHANGES, STATES
from channelkit.model.tables import ARROW, LISTINGS, PRODUCTS, SCOPES, STOCK, TABS, Table

TABLES = [LISTINGS, PRODUCTS, SCOPES, STOCK, TABS, LINKS, DECIDED_LINKS, CHANGES, OPEN_CHANGES]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_column_stands_once_and_says_what_it_holds(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    assert all(column.holds for column in table.columns)
    assert not set(table.key) & set(table.followed)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_schema_of_some_columns_keeps_their_kinds_and_the_order_asked_for(table: Table) -> None:
    names = list(reversed(table.names))
    schema = table.schema(names)
    assert schema.names == names
    assert all(schema.field(column.name).type == ARROW[column.kind] for column in table.columns)


def test_money_is_never_a_binary_float() -> None:
    for table in TABLES:
        floating = {field.name for field in table.schema() if pa.types.is_floating(field.type)}
        assert floating == {column.name for column in table.columns if column.kind == "number"} <= {"confidence"}
    money = {"price", "list_price", "least_price", "largest_price"}
    assert {column.name for column in LISTINGS.columns if column.kind == "minor"} == money
    assert {column.name for column in PRODUCTS.columns if column.kind == "decimal"} == {"price"}


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(KeyError):
        LISTINGS.schema(["colour"])


def test_what_is_on_its_way_is_neither_planned_nor_closed() -> None:
    assert set(OPEN) == {"sent", "accepted"}
    assert set(OPEN) < set(STATES)
