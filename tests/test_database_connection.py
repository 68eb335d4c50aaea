"""Opening the database, waiting for its lock, and saying in words what is wrong with it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from channelkit.database import connection as connection_module
from channelkit.database.connection import Database, open_database
from channelkit.database.progress import move_watermark, read_watermark
from channelkit.errors import DatabaseError
from tests.database_fixtures import Open, Server

PASSWORD = "correct-horse-battery"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "channelkit.db"


@pytest.mark.usefixtures("patient_disk")
def test_sqlite_keeps_a_log_ahead_and_has_every_commit_on_disk(file: Path, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{file}", tmp_path)
    with database.write() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 2  # FULL
    database.close()


def test_what_fails_half_way_leaves_nothing(database: Database) -> None:
    def write_and_fail() -> None:
        with database.write() as connection:
            move_watermark(connection, "listings/us", "1", at=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with database.read() as connection:
        assert read_watermark(connection, "listings/us") is None


def test_a_reading_sees_one_moment_while_others_write(database: Database) -> None:
    with database.read() as reading:
        assert read_watermark(reading, "listings/us") is None
        with database.write() as writing:
            move_watermark(writing, "listings/us", "1", at=1)
        assert read_watermark(reading, "listings/us") is None
    with database.read() as reading:
        assert read_watermark(reading, "listings/us") == "1"


def test_a_locked_database_is_told_in_words_and_nothing_is_changed(
    database: Database, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "LOCK_PATIENCE", 0.1)
    other = reopen()
    with database.write() as connection:
        move_watermark(connection, "listings/us", "mine", at=1)
        with (
            pytest.raises(DatabaseError, match=r"locked by another process.*Nothing was changed"),
            other.write() as late,
        ):
            move_watermark(late, "listings/us", "theirs", at=1)
    with database.read() as connection:
        assert read_watermark(connection, "listings/us") == "mine"


def test_a_file_that_is_no_database_is_told_in_words(file: Path, tmp_path: Path) -> None:
    file.write_text("Dear diary, today I overwrote the database. " * 100)
    with pytest.raises(DatabaseError, match="file is not a database"):
        open_database(f"sqlite:///{file}", tmp_path)


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="unable to open database file"):
        open_database(f"sqlite:///{tmp_path}/nowhere/channelkit.db", tmp_path)


def test_a_database_made_read_only_is_told_in_words(database: Database) -> None:
    with pytest.raises(DatabaseError, match=r"read-?only"), database.write() as connection:
        forbid = "pragma query_only = on" if database.is_sqlite else "set transaction read only"
        connection.exec_driver_sql(forbid)
        move_watermark(connection, "listings/us", "1", at=1)


def test_what_rows_hold_stays_out_of_errors(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError) as caught, database.write() as connection:
        connection.execute(sa.text("insert into nowhere values (:value)"), {"value": "Jane Doe, 12 High Street"})
    assert "Jane Doe" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ann:{PASSWORD}@127.0.0.1:1/shop",
        f"postgresql://127.0.0.1:1/shop?password={PASSWORD}",
        f"postgresql://ann:{PASSWORD}@127.0.0.1:port/shop",
        f"postgresql//ann:{PASSWORD}@127.0.0.1",
        f"mysql://ann:{PASSWORD}@127.0.0.1/shop",
    ],
)
def test_no_error_repeats_the_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError) as caught:
        open_database(url, tmp_path)
    assert PASSWORD not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_server_that_is_down_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"The database shop on 127\.0\.0\.1 cannot be used"):
        open_database("postgresql://ann@127.0.0.1:1/shop", tmp_path, password=lambda: PASSWORD)


def test_the_password_is_looked_up_and_used(postgresql: Server, tmp_path: Path) -> None:
    asked = []

    def look_up() -> str:
        asked.append(True)
        return PASSWORD

    database = open_database(postgresql.url("migrated"), tmp_path, password=look_up)
    assert asked
    assert database.engine.url.password == PASSWORD
    assert PASSWORD not in repr(database)
    database.close()


def test_other_databases_are_turned_away(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"does not know databases of the kind 'mysql'.*Use sqlite or postgresql"):
        open_database("mysql://127.0.0.1/shop", tmp_path)


def test_a_reader_in_another_program_does_not_stop_a_writer(file: Path, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{file}", tmp_path)
    browser = sqlite3.connect(file)
    browser.execute("begin")
    browser.execute("select * from watermarks").fetchall()
    with database.write() as connection:
        move_watermark(connection, "listings/us", "1", at=1)
    browser.close()
    database.close()
