"""Whose doing a change of a listing was, and which of Amazon's complaints came and went."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channelkit.database import history, listings
from channelkit.database.connection import Database
from channelkit.database.schema import changes
from channelkit.model.tables import LISTINGS
from tests.database_fixtures import counting, table_of
from tests.order_rows import add
from tests.trend_rows import AUTUMN, HOUR, Row, decide, decision, offer, report, search

MINUTE = 60_000
SUPPRESSED = {"code": "18027", "message": "The image is missing.", "severity": "ERROR", "actions": ["X"]}
WARNED = {"code": "99300", "message": "A shorter title sells better.", "severity": "WARNING"}


def told(database: Database, subject: str, *fields: str) -> list[tuple[Any, ...]]:
    sql = "select sku, field, before, after, because from history where subject = ? order by place"
    rows = history.query(database, sql, [subject]).to_pylist()
    return [tuple(row.values()) for row in rows if not fields or row["field"] in fields]


def send(database: Database, sku: str, field: str, after: int, at: int, **more: Any) -> None:
    row = {"plan": "p", "run": "r", "store": "us", "seller_sku": sku, "field": field, "before": 1, "after": after}
    row |= {"because": f"{field}. The rule says so.", "state": "accepted", "planned_at": at, "sent_at": at}
    add(database, changes, row | more)


def see(database: Database, at: int, *rows: Row) -> None:
    with database.write() as connection:
        search(connection, at, *rows)


def test_a_price_that_we_asked_for_says_so_and_another_is_amazons_doing(database: Database) -> None:
    """What left within the last hours and asked for just that value; a person's order bears the person's name."""
    see(database, AUTUMN, *(offer(sku, 1000, 5) for sku in "ABCDE"))
    send(database, "A", "price", 1200, AUTUMN + MINUTE)
    send(database, "B", "price", 1300, AUTUMN + MINUTE)
    send(database, "C", "quantity", 9, AUTUMN + MINUTE, ordered_by="anna", state="confirmed")
    send(database, "D", "price", 1200, AUTUMN - 9 * HOUR)
    send(database, "E", "price", 1200, AUTUMN + MINUTE, state="refused")
    seen = [offer("A", 1200, 4), offer("B", 1200, 5), offer("C", 1000, 9), offer("D", 1200, 5), offer("E", 1200, 5)]
    see(database, AUTUMN + HOUR, *seen)
    assert told(database, "listing", "price", "quantity") == [
        ("A", "price", "1000", "1200", "channelkit: price. The rule says so."),
        ("B", "price", "1000", "1200", "Amazon"),
        ("D", "price", "1000", "1200", "Amazon"),
        ("E", "price", "1000", "1200", "Amazon"),
        ("A", "quantity", "5", "4", "Amazon"),
        ("C", "quantity", "5", "9", "anna: quantity. The rule says so."),
    ]


def test_complaints_come_and_go_by_their_codes(database: Database) -> None:
    def complain(at: int, *found: Row, sku: str = "A") -> None:
        see(database, at, {**offer(sku), "issues": json.dumps(found)})

    complain(AUTUMN, SUPPRESSED)
    complain(AUTUMN + HOUR, WARNED, SUPPRESSED)
    complain(AUTUMN + 2 * HOUR, {**SUPPRESSED, "message": "It is still missing."}, WARNED)
    complain(AUTUMN + 3 * HOUR, WARNED)
    complain(AUTUMN + 4 * HOUR)
    image, title = "ERROR: The image is missing.", "WARNING: A shorter title sells better."
    assert told(database, "issue") == [
        ("A", "18027", None, image, "Amazon"),
        ("A", "99300", None, title, "Amazon"),
        ("A", "18027", "ERROR: It is still missing.", None, "Amazon"),
        ("A", "99300", title, None, "Amazon"),
    ]


@pytest.mark.parametrize("text", ["[", '{"code": 1}', '[{"message": "without a code"}]', "[null]"])
def test_complaints_that_cannot_be_read_are_not_followed(database: Database, text: str) -> None:
    see(database, AUTUMN, {**offer("A"), "issues": text})
    see(database, AUTUMN + HOUR, {**offer("A"), "issues": None})
    assert told(database, "issue") == []


def test_a_report_that_says_nothing_of_complaints_lets_them_go_until_they_are_seen_again(database: Database) -> None:
    complaint = {"issues": json.dumps([SUPPRESSED])}
    see(database, AUTUMN, {**offer("A"), **complaint})
    with database.write() as connection:
        report(connection, AUTUMN + 24 * HOUR, offer("A", 1100))
    see(database, AUTUMN + 25 * HOUR, {**offer("A", 1100), **complaint})
    assert [row[2] is None for row in told(database, "issue")] == [True, False, True]


def test_a_decision_says_why_behind_who_made_it(database: Database) -> None:
    with database.write() as connection:
        decide(connection, AUTUMN, decision("A", reason="It sells."), decision("B"))
    assert told(database, "tab", "tab") == [
        ("A", "tab", None, "Active", "channelkit: It sells."),
        ("B", "tab", None, "Active", "channelkit"),
    ]


def test_a_quiet_reading_neither_looks_at_changes_nor_writes(database: Database) -> None:
    see(database, AUTUMN, offer("A"))
    with database.write() as connection, counting(connection, "history_batches") as written:
        found = table_of(LISTINGS, [offer("A")], ("seller_sku", *listings.SEARCHED))
        listings.store_search(connection, "us", found, [], at=AUTUMN + HOUR, run="r")
        assert written() == 0
