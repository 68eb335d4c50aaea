"""Versions of price rules: the newest holds, and whoever asks for it reads no other."""

from __future__ import annotations

from channelkit.database.connection import Database
from channelkit.database.price_rules import find_newest, list_price_rules, load_price_rules, store_price_rules


def test_the_newest_version_of_a_store_holds(database: Database) -> None:
    """PR-01: each store has its own, and none is lost."""
    with database.write() as connection:
        assert find_newest(connection, "us") is None
        assert not load_price_rules(connection, "us")
        for number, store in enumerate(("us", "us", "de")):
            rules = [{"name": f"Rule {number}"}]
            store_price_rules(connection, store=store, name=f"Version {number}", rules=rules, at=number, by="somebody")
        found = find_newest(connection, "us")
        assert found is not None and (found.name, found.rules) == ("Version 1", ({"name": "Rule 1"},))
        assert load_price_rules(connection, "us") == found.rules
        assert [each.name for each in list_price_rules(connection, "us")] == ["Version 1", "Version 0"]
