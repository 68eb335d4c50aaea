"""Versions of listing rules: kept for ever, the newest holds, each store has its own."""

from __future__ import annotations

from typing import Any

import pytest

from channelkit.database.connection import Database
from channelkit.database.rules import find_rule, list_rules, load_rule, store_rule
from channelkit.errors import UsageError

ALL: dict[str, Any] = {"all": True, "match": True, "children": []}
BRAND: dict[str, Any] = {"all": True, "match": True, "children": [{"attribute": "brand", "op": "==", "value": "Ärmel"}]}
MOVES = [{"before": "Active", "after": "Ineligible", "rows": 3}]


def test_the_newest_version_holds_and_the_earlier_ones_stay(database: Database) -> None:
    """LR-04."""
    with database.write() as connection:
        assert load_rule(connection, "us") is None
        first = store_rule(connection, store="us", name="all", rule=ALL, at=1, by="Ada")
        second = store_rule(connection, store="us", name="brand", rule=BRAND, at=2, by="Bob", moves=MOVES)
        store_rule(connection, store="de", name="German", rule=ALL, at=3, by="Ada")
    with database.read() as connection:
        assert load_rule(connection, "us") == BRAND
        assert list_rules(connection, "us") == [second, first]
        assert find_rule(connection, "us", first.id).name == "all"
        assert list_rules(connection, "us")[0].moves == tuple(MOVES)


def test_a_version_can_be_brought_back_as_a_new_one(database: Database) -> None:
    with database.write() as connection:
        first = store_rule(connection, store="us", name="all", rule=ALL, at=1, by="Ada")
        store_rule(connection, store="us", name="brand", rule=BRAND, at=2, by="Bob")
        store_rule(connection, store="us", name="all", rule=first.rule, at=3, by="Bob", restores=first.id)
    with database.read() as connection:
        assert load_rule(connection, "us") == ALL
        assert [kept.restores for kept in list_rules(connection, "us")] == [first.id, None, None]


def test_a_version_of_another_store_is_none_of_this_one(database: Database) -> None:
    with database.write() as connection:
        first = store_rule(connection, store="us", name="all", rule=ALL, at=1, by="Ada")
    with database.read() as connection, pytest.raises(UsageError, match="no rule version"):
        find_rule(connection, "de", first.id)
