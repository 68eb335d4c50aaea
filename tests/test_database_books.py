"""The small books: watermarks, reports that are under way, failures, stores, and what both sides say of themselves."""

from __future__ import annotations

from channelkit.database import failures, progress, reference, reports, stores
from channelkit.database.connection import Database
from channelkit.errors import DocumentError, TemporaryError
from tests.database_fixtures import Open, counting

REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"


def test_a_watermark_is_where_the_last_reading_left_it(database: Database) -> None:
    with database.write() as connection:
        assert progress.read_watermark(connection, "listings/us") is None
        assert progress.moved_at(connection, "listings/us") is None
        for value in ("1", "2"):
            progress.move_watermark(connection, "listings/us", value, at=int(value) * 10)
        progress.move_watermark(connection, "listings/de", "", at=5)
        assert progress.read_watermark(connection, "listings/us") == "2"
        assert progress.moved_at(connection, "listings/us") == 20
        assert progress.read_watermark(connection, "listings/de") == ""


def test_the_next_process_takes_up_the_report_that_is_under_way(database: Database, reopen: Open) -> None:
    with database.write() as connection:
        reports.ask_report(connection, "R-1", store="us", report_type=REPORT, at=1_000)
    with reopen().read() as connection:
        assert reports.open_report(connection, "us", REPORT) == reports.Asked("R-1", 1_000)
        assert reports.open_report(connection, "de", REPORT) is None


def test_a_report_that_is_read_is_no_longer_under_way(database: Database) -> None:
    with database.write() as connection:
        assert reports.last_asked(connection, "us", REPORT) is None
        reports.ask_report(connection, "R-1", store="us", report_type=REPORT, at=1_000)
        reports.close_report(connection, "R-1", state="read", at=2_000, rows=7)
        assert reports.open_report(connection, "us", REPORT) is None
        assert reports.last_asked(connection, "us", REPORT) == 1_000
        assert reports.is_known(connection, "R-1")
        assert not reports.is_known(connection, "R-2")


def test_a_store_has_one_report_of_a_type_under_way(database: Database) -> None:
    with database.write() as connection:
        reports.ask_report(connection, "R-1", store="us", report_type=REPORT, at=1_000)
        reports.ask_report(connection, "R-2", store="us", report_type=REPORT, at=2_000)
        reports.ask_report(connection, "R-3", store="de", report_type=REPORT, at=2_000)
        assert reports.open_report(connection, "us", REPORT) == reports.Asked("R-2", 2_000)
        states = connection.exec_driver_sql("select report_id, state from reports order by report_id").all()
    assert [tuple(row) for row in states] == [("R-1", "lost"), ("R-2", "asked"), ("R-3", "asked")]


def test_failures_keep_the_words_for_a_person_and_for_support(database: Database) -> None:
    error = TemporaryError(
        "Amazon did not answer.",
        "The next cycle tries again.",
        system="amazon",
        operation="searchListingsItems",
        status=503,
        code="QuotaExceeded",
        request_id="q-1",
    )
    with database.write() as connection:
        failures.record_failure(connection, error, store="us", run="r", at=1_000)
        failures.record_failure(connection, DocumentError("No column of SKUs."), store="de", run="r", at=2_000)
        found = failures.load_failures(connection, since=1_000).drop_columns(["id"]).to_pylist()
        assert failures.load_failures(connection, ["us"]).num_rows == 1
    document = {"system": "", "operation": "", "status": None, "code": "", "request_id": "", "fix": ""}
    call = {"operation": "searchListingsItems", "status": 503, "code": "QuotaExceeded", "request_id": "q-1"}
    assert found == [
        {"at": 2_000, "run": "r", "store": "de", "message": "No column of SKUs."} | document,
        {"at": 1_000, "run": "r", "store": "us", "message": "Amazon did not answer."}
        | {"fix": "The next cycle tries again.", "system": "amazon"}
        | call,
    ]


def test_the_age_of_a_store_is_its_first_sight_and_so_are_its_website_and_country(database: Database) -> None:
    """ON-05."""
    us = {"account": "a", "marketplace_id": "ATVPDKIKX0DER", "website": "base"}
    with database.write() as connection:
        stores.register_store(connection, "us", **us, at=2_000)
        stores.register_store(connection, "de", **us, at=1_000)
    with database.write() as connection, counting(connection, "stores") as written:
        stores.register_store(connection, "us", **us, at=3_000)
        assert written() == 0
        stores.register_store(connection, "us", **us | {"website": "us", "marketplace_id": "A2EUQ1WTGCTBG2"}, at=4_000)
        assert written() == 0
        found = stores.load_stores(connection).to_pylist()
    assert [(row["name"], row["website"], row["marketplace_id"], row["created_at"]) for row in found] == [
        ("de", "base", "ATVPDKIKX0DER", 1_000),
        ("us", "base", "ATVPDKIKX0DER", 2_000),
    ]


def test_what_a_side_says_of_itself_is_kept_as_it_was_read(database: Database) -> None:
    with database.write() as connection:
        assert reference.load_reference(connection, "commerce", "websites") is None
        for at, body in enumerate(('["old"]', '["new"]')):
            reference.store_reference(connection, "commerce", "websites", body, at=at)
        assert reference.load_reference(connection, "commerce", "websites") == reference.Reference('["new"]', 1)
