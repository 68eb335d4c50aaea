"""What Amazon said about listings: reports, searches, and which of them is believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from sqlalchemy.engine import Connection

from channelkit.database import history, listings
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.model.offer_terms import write_business, write_sale
from channelkit.model.tables import LISTINGS
from tests.database_fixtures import counting, table_of

MINUTE = 60_000
NOON = 1_790_000_000_000
Row = Mapping[str, object]


def report(*rows: Row) -> pa.Table:
    return table_of(LISTINGS, rows, ("seller_sku", *listings.REPORTED))


def search(*rows: Row) -> pa.Table:
    return table_of(LISTINGS, rows, ("seller_sku", *listings.SEARCHED))


def store_report(connection: Connection, at: int, *rows: Row, complete: bool = True) -> Tally:
    return listings.store_report(connection, "us", report(*rows), asked_at=at, run="r", complete=complete)


def store_search(connection: Connection, at: int, *rows: Row, looked_for: tuple[str, ...] = ()) -> Tally:
    return listings.store_search(connection, "us", search(*rows), looked_for, at=at, run="r")


def facts(connection: Connection, *names: str) -> list[tuple[Any, ...]]:
    found = listings.load(connection, "us", ("seller_sku", *names))
    return [tuple(row.values()) for row in found.to_pylist()]


def told(database: Database, sku: str) -> list[tuple[Any, ...]]:
    found = history.query(
        database, "select field, before, after from history where sku = ? order by seen_at, field", [sku]
    )
    return [tuple(row.values()) for row in found.to_pylist()]


def many(price: int = 100) -> list[Row]:
    return [{"seller_sku": f"S{number:04d}", "price": price, "title": f"Item {number}"} for number in range(500)]


def test_the_first_report_is_kept_whole(database: Database) -> None:
    row = {"seller_sku": " 007/ä,é", "asin": "B000000001", "price": 1999, "currency": "USD", "quantity": 3}
    with database.write() as connection:
        assert store_report(connection, NOON, row) == Tally(new=1)
        kept = facts(connection, "asin", "price", "currency", "quantity", "source", "observed_at", "title", "store")
    assert kept == [(" 007/ä,é", "B000000001", 1999, "USD", 3, "report", NOON, None, "us")]


def test_a_report_that_says_the_same_writes_no_row(database: Database) -> None:
    with database.write() as connection:
        store_report(connection, NOON, *many())
    with database.write() as connection, counting(connection, "listings") as written:
        assert store_report(connection, NOON + MINUTE, *many()) == Tally(unchanged=500)
        assert written() == 0


def test_a_report_with_seven_changes_writes_seven_rows_and_their_history(database: Database) -> None:
    with database.write() as connection:
        store_report(connection, NOON, *many())
    later = [{**row, "price": 150} if number % 75 == 0 else row for number, row in enumerate(many())]
    with database.write() as connection, counting(connection, "listings") as written:
        assert store_report(connection, NOON + MINUTE, *later) == Tally(changed=7, unchanged=493)
        assert written() == 7
    changes = history.query(database, "select sku, field, before, after, because, run from history where before != ''")
    assert {row["sku"] for row in changes.to_pylist()} == {f"S{number:04d}" for number in range(0, 500, 75)}
    assert {tuple(row.values())[1:] for row in changes.to_pylist()} == {("price", "100", "150", "Amazon", "r")}


def test_stores_do_not_mix(database: Database) -> None:
    with database.write() as connection:
        listings.store_report(connection, "us", report({"seller_sku": "A", "price": 1}), asked_at=NOON, run="r")
        listings.store_report(connection, "de", report({"seller_sku": "A", "price": 2}), asked_at=NOON, run="r")
        assert facts(connection, "price", "missing_since") == [("A", 1, None)]
        assert listings.load(connection, "de", ("price",)).to_pylist() == [{"price": 2}]


def test_skus_that_differ_in_case_or_spaces_are_different_listings(database: Database) -> None:
    skus = ["A", "a", " a", "a ", "", "0012", "12"]
    with database.write() as connection:
        tally = store_report(connection, NOON, *({"seller_sku": sku} for sku in skus))
        assert tally == Tally(new=len(skus))
        assert sorted(sku for (sku,) in facts(connection)) == sorted(skus)


def test_a_report_never_overwrites_a_fresher_search(database: Database) -> None:
    with database.write() as connection:
        store_report(connection, NOON, {"seller_sku": "A", "price": 100, "quantity": 1, "title": "Old"})
        store_search(connection, NOON + 10 * MINUTE, {"seller_sku": "A", "price": 200, "quantity": 2, "title": "Old"})
        # Asked for after the search, yet its contents may have been made hours before.
        store_report(connection, NOON + 20 * MINUTE, {"seller_sku": "A", "price": 150, "quantity": 1, "title": "New"})
        kept = facts(connection, "price", "quantity", "title", "source")
    assert kept == [("A", 200, 2, "New", "search")]


def test_a_report_that_must_be_newer_than_the_search_wins_even_if_it_says_what_an_older_one_said(
    database: Database,
) -> None:
    with database.write() as connection:
        store_report(connection, NOON, {"seller_sku": "A", "price": 100})
        store_search(connection, NOON + MINUTE, {"seller_sku": "A", "price": 200})
        store_report(connection, NOON + 2 * MINUTE, {"seller_sku": "A", "price": 100})
        assert facts(connection, "price") == [("A", 200)]
        store_report(connection, NOON + MINUTE + listings.CACHED_FOR, {"seller_sku": "A", "price": 100})
        assert facts(connection, "price", "source") == [("A", 100, "report")]


def test_a_report_that_only_repeats_what_the_search_outdated_writes_nothing(database: Database) -> None:
    with database.write() as connection:
        store_report(connection, NOON, {"seller_sku": "A", "price": 100})
        store_search(connection, NOON + MINUTE, {"seller_sku": "A", "price": 200})
    with database.write() as connection, counting(connection, "listings") as written:
        assert store_report(connection, NOON + 2 * MINUTE, {"seller_sku": "A", "price": 100}) == Tally(unchanged=1)
        assert written() == 0


def test_what_only_a_search_knows_is_unknown_again_when_a_newer_report_changes_the_listing(database: Database) -> None:
    with database.write() as connection:
        found = {"seller_sku": "A", "price": 100, "buyable": True, "issues": '[{"code":"1"}]', "product_type": "TOY"}
        store_search(connection, NOON, found)
        store_report(connection, NOON + 2 * listings.CACHED_FOR, {"seller_sku": "A", "price": 200})
        kept = facts(connection, "price", "buyable", "issues", "product_type")
    assert kept == [("A", 200, None, None, "TOY")]


def test_a_search_finds_listings_that_no_report_knows(database: Database) -> None:
    with database.write() as connection:
        assert store_search(connection, NOON, {"seller_sku": "A", "price": 100}) == Tally(new=1)
        assert facts(connection, "price", "source") == [("A", 100, "search")]


def test_a_search_that_says_the_same_makes_the_facts_fresh_and_tells_no_history(database: Database) -> None:
    with database.write() as connection:
        store_search(connection, NOON, {"seller_sku": "A", "price": 100})
        assert store_search(connection, NOON + MINUTE, {"seller_sku": "A", "price": 100}) == Tally(unchanged=1)
        assert facts(connection, "observed_at") == [("A", NOON + MINUTE)]
    assert told(database, "A") == [("exists", None, "true")], "that it came is all there is to tell"


def test_a_search_leaves_what_it_does_not_tell(database: Database) -> None:
    with database.write() as connection:
        first = {"seller_sku": "A", "price": 1, "status": "Active", "image_url": "https://x/1.jpg", "description": "D"}
        store_report(connection, NOON, first)
        store_search(connection, NOON + MINUTE, {"seller_sku": "A", "price": 2})
        assert facts(connection, "price", "status", "image_url", "description") == [
            ("A", 2, "Active", "https://x/1.jpg", "D")
        ]


def by_name(*rows: Row) -> pa.Table:
    return table_of(LISTINGS, rows, ("seller_sku", *listings.SEARCHED, *listings.BY_NAME))


PRICES = ("business", "sale", "list_price", "least_price", "largest_price")


def test_a_search_by_name_tells_the_prices_besides_the_price_and_a_search_by_time_keeps_them(
    database: Database,
) -> None:
    sale, business = write_sale(800, "2026-12-01", "2026-12-24"), write_business(900)
    row: Row = {"seller_sku": "A", "price": 1000, "sale": sale, "business": business}
    row = {**row, "list_price": 1500, "least_price": 700, "largest_price": 2000}
    with database.write() as connection:
        listings.store_search(connection, "us", by_name(row), ["A"], at=NOON, run="r")
        store_search(connection, NOON + MINUTE, {"seller_sku": "A", "price": 1100})
        assert facts(connection, "price", *PRICES) == [("A", 1100, business, sale, 1500, 700, 2000)]
    assert ("sale", None, sale) not in told(database, "A"), "of a new listing the history tells the first value alone"


def test_the_price_of_a_sale_that_a_search_by_time_sees_is_not_taken_for_the_price(database: Database) -> None:
    row: Row = {"seller_sku": "A", "price": 1000, "sale": write_sale(800, "2026-12-01", "2026-12-24")}
    with database.write() as connection:
        listings.store_search(connection, "us", by_name(row), ["A"], at=NOON, run="r")
        store_search(connection, NOON + MINUTE, {"seller_sku": "A", "price": 800})
        assert facts(connection, "price") == [("A", 1000)]
        listings.store_search(
            connection, "us", by_name({**row, "price": 800, "sale": ""}), ["A"], at=NOON + 2 * MINUTE, run="r"
        )
        assert facts(connection, "price") == [("A", 800)]


def test_the_first_word_that_there_is_no_sale_is_no_change(database: Database) -> None:
    with database.write() as connection:
        store_search(connection, NOON, {"seller_sku": "A", "price": 1000})
        row: Row = {"seller_sku": "A", "price": 1000, "sale": "", "business": ""}
        listings.store_search(connection, "us", by_name(row), ["A"], at=NOON + MINUTE, run="r")
        assert facts(connection, "sale", "business") == [("A", "", "")]
    assert [field for field, *_ in told(database, "A")] == ["exists"]


def test_a_search_by_time_keeps_the_handling_time_and_the_note_that_only_a_search_by_name_tells(
    database: Database,
) -> None:
    row: Row = {"seller_sku": "A", "price": 1, "handling_days": 3, "condition_note": "As new."}
    names = ("price", "handling_days", "condition_note")
    with database.write() as connection:
        listings.store_search(connection, "us", by_name(row), ["A"], at=NOON, run="r")
        store_search(connection, NOON + MINUTE, {"seller_sku": "A", "price": 2})
        assert facts(connection, *names) == [("A", 2, 3, "As new.")]
        listings.store_search(connection, "us", by_name({"seller_sku": "A"}), ["A"], at=NOON + 2 * MINUTE, run="r")
        assert facts(connection, *names) == [("A", None, None, None)]
    assert ("handling_days", "3", None) in told(database, "A")


def test_a_report_does_not_bring_back_the_note_that_a_fresher_search_found_changed(database: Database) -> None:
    row: Row = {"seller_sku": "A", "condition_note": "New words.", "handling_days": 2}
    with database.write() as connection:
        store_report(connection, NOON - 2 * listings.CACHED_FOR, {"seller_sku": "A", "condition_note": "Old words."})
        listings.store_search(connection, "us", by_name(row), ["A"], at=NOON, run="r")
        store_report(connection, NOON + MINUTE, {"seller_sku": "A", "condition_note": "Old words.", "title": "T"})
        assert facts(connection, "condition_note", "handling_days") == [("A", "New words.", 2)]
        later = NOON + 2 * listings.CACHED_FOR
        store_report(connection, later, {"seller_sku": "A", "condition_note": "Newer words.", "title": "T"})
        assert facts(connection, "condition_note", "handling_days") == [("A", "Newer words.", 2)]


def test_a_seller_sku_that_nobody_has_seen_is_not_missed_and_becomes_a_listing_when_it_is_found(
    database: Database,
) -> None:
    """AC-01: what was published and is not shown yet has no listing, and so none that is gone."""
    with database.write() as connection:
        nothing = by_name()
        for at in (NOON, NOON + 20 * MINUTE):
            tally = listings.store_search(connection, "us", nothing, ["NEW"], at=at, run="r")
            assert tally == Tally(missing=0)
        assert facts(connection) == []
        found = by_name({"seller_sku": "NEW", "asin": "B1", "handling_days": 2})
        listings.store_search(connection, "us", found, ["NEW"], at=NOON + 40 * MINUTE, run="r")
        assert facts(connection, "asin", "handling_days", "missing_since") == [("NEW", "B1", 2, None)]


def test_a_listing_is_missing_twice_before_it_counts_as_gone(database: Database) -> None:
    rows = {"seller_sku": "A"}, {"seller_sku": "B"}
    with database.write() as connection:
        store_report(connection, NOON, *rows)
        assert store_report(connection, NOON + 60 * MINUTE, rows[0]) == Tally(unchanged=1, missing=1)
        first = NOON + 60 * MINUTE
        assert facts(connection, "missing_since", "missing_last") == [("A", None, None), ("B", first, first)]
        assert store_report(connection, first + 20 * MINUTE, rows[0]).missing == 1
        assert facts(connection, "missing_since", "missing_last")[1] == ("B", first, first + 20 * MINUTE)


def test_a_report_with_lines_that_could_not_be_read_makes_nothing_missing(database: Database) -> None:
    with database.write() as connection:
        store_report(connection, NOON, {"seller_sku": "A"}, {"seller_sku": "B"})
        assert store_report(connection, NOON + MINUTE, {"seller_sku": "A"}, complete=False).missing == 0
        assert facts(connection, "missing_since") == [("A", None), ("B", None)]


def test_a_report_does_not_miss_what_a_search_saw_after_it_can_have_been_made(database: Database) -> None:
    with database.write() as connection:
        store_search(connection, NOON, {"seller_sku": "A"})
        assert store_report(connection, NOON + MINUTE, {"seller_sku": "B"}) == Tally(new=1, missing=0)
        assert facts(connection, "missing_since")[0] == ("A", None)


def test_a_listing_that_is_found_again_is_no_longer_missing(database: Database) -> None:
    with database.write() as connection:
        store_report(connection, NOON, {"seller_sku": "A"}, {"seller_sku": "B"})
        store_report(connection, NOON + MINUTE)
        assert store_search(connection, NOON + 2 * MINUTE, {"seller_sku": "A"}, looked_for=("A", "B")).missing == 1
        missing = facts(connection, "missing_since", "missing_last")
        assert missing == [("A", None, None), ("B", NOON + MINUTE, NOON + 2 * MINUTE)]
        # A report that can have been made before it went missing proves nothing; a later one does.
        store_report(connection, NOON + 3 * MINUTE, {"seller_sku": "A"}, {"seller_sku": "B"})
        assert facts(connection, "missing_since")[1] == ("B", NOON + MINUTE)
        later = NOON + 3 * MINUTE + listings.CACHED_FOR
        store_report(connection, later, {"seller_sku": "A"}, {"seller_sku": "B"})
        assert facts(connection, "missing_since", "missing_last")[1] == ("B", None, None)


def test_a_sighting_that_is_late_does_not_turn_time_back(database: Database) -> None:
    with database.write() as connection:
        store_report(connection, NOON, {"seller_sku": "A"})
        store_search(connection, NOON + 20 * MINUTE, looked_for=("A",))
        assert store_search(connection, NOON + 10 * MINUTE, looked_for=("A",)).missing == 0
        assert facts(connection, "missing_last") == [("A", NOON + 20 * MINUTE)]


def test_the_sweep_looks_at_listings_in_doubt_first_and_then_goes_on_in_order(database: Database) -> None:
    with database.write() as connection:
        store_report(connection, NOON, *({"seller_sku": sku} for sku in "ABCDEF"))
        store_search(connection, NOON + 2 * MINUTE, looked_for=("E",))
        store_search(connection, NOON + MINUTE, looked_for=("F",))
        assert listings.to_sweep(connection, "us", after="", count=4) == (["F", "E", "A", "B"], "B")
        assert listings.to_sweep(connection, "us", after="B", count=10) == (["F", "E", "C", "D"], "")
        assert listings.to_sweep(connection, "us", after="B", count=1) == (["F"], "B")


def test_listings_that_are_gone_do_not_keep_the_others_from_their_turn(database: Database) -> None:
    with database.write() as connection:
        store_report(connection, NOON, *({"seller_sku": sku} for sku in "ABCDEFGH"))
        for minutes in (1, 30):
            store_search(connection, NOON + minutes * MINUTE, looked_for=("F", "G", "H"))
        after, seen = "", []
        for _ in range(4):
            turn = listings.to_sweep(connection, "us", after=after, count=2)
            seen += turn.skus
            after = turn.starts_after
    assert seen == list("ABCDEFGH")


def test_many_in_doubt_take_half_of_a_turn_and_no_more(database: Database) -> None:
    with database.write() as connection:
        store_report(connection, NOON, *({"seller_sku": sku} for sku in "ABCDEFGH"))
        store_search(connection, NOON + MINUTE, looked_for=("E", "F", "G", "H"))
        assert listings.to_sweep(connection, "us", after="", count=4).starts_after == "B"


def test_changed_facts_are_told_in_the_history(database: Database) -> None:
    with database.write() as connection:
        first = {"seller_sku": "A", "asin": "B000000001", "price": 100, "description": "x", "quantity": 1}
        store_report(connection, NOON, first)
        store_report(connection, NOON + MINUTE, {**first, "description": "y", "quantity": None})
    # A new listing is told once; what else it first had is its facts, or the "before" of their first change.
    assert told(database, "A") == [("asin", None, "B000000001"), ("quantity", "1", None)]
