"""The history loses no change and shows none twice, whatever happens between the database and its files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from channelkit.database import history
from channelkit.database.connection import Database, open_database
from channelkit.database.schema import history_batches
from channelkit.model.tables import HISTORY
from tests.database_fixtures import Open

JUNE = 1_780_700_000_000
DAY = 86_400_000


def tell(database: Database, number: int, at: int = JUNE, rows: int = 1) -> None:
    """Append one batch that tells of the numbers from ``number`` on."""
    before = pa.table({"sku": [f"S{n}" for n in range(number, number + rows)], "price": pa.nulls(rows, pa.int64())})
    after = before.set_column(1, "price", pa.array(range(number, number + rows)))
    origin = history.Origin("us", at, "Amazon", "r")
    changes = history.changes_between(before, after, key="sku", fields=["price"], subject="listing", origin=origin)
    with database.write() as connection:
        history.append(connection, changes, at)


def numbers(database: Database) -> list[int]:
    """Return the numbers that the whole history tells of, in order."""
    found = history.query(database, "select cast(after as bigint) as number from history order by number")
    return list(found["number"].to_pylist())


def waiting(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(history_batches)).scalar_one())


def files(database: Database) -> list[str]:
    return sorted(str(path.relative_to(database.history)) for path in database.history.rglob("*.parquet"))


def test_changes_wait_in_the_database_until_they_make_a_file(database: Database) -> None:
    for number in range(3):
        tell(database, number)
    history.flush(database, at=JUNE)
    assert (waiting(database), files(database), numbers(database)) == (3, [], [0, 1, 2])


def test_a_day_later_they_are_in_a_file(database: Database) -> None:
    tell(database, 0)
    history.flush(database, at=JUNE + DAY)
    assert (waiting(database), len(files(database)), numbers(database)) == (0, 1, [0])


def test_many_are_in_a_file_at_once(database: Database) -> None:
    tell(database, 0, rows=history.FILE_ROWS)
    history.flush(database, at=JUNE)
    assert (waiting(database), len(files(database)), len(numbers(database))) == (0, 1, history.FILE_ROWS)


def test_questions_see_files_and_waiting_rows_alike(database: Database) -> None:
    tell(database, 0)
    history.flush(database, at=JUNE, everything=True)
    tell(database, 1)
    assert (waiting(database), len(files(database)), numbers(database)) == (1, 1, [0, 1])


def test_each_month_has_its_folder_even_where_the_clock_went_back(database: Database) -> None:
    for number, at in enumerate((JUNE, JUNE + 31 * DAY, JUNE + 2 * DAY, JUNE + 62 * DAY)):
        tell(database, number, at=at)
    history.flush(database, at=JUNE, everything=True)
    assert [name.partition(os.sep)[0] for name in files(database)] == ["2026-06", "2026-07", "2026-08"]
    assert numbers(database) == [0, 1, 2, 3]


def test_a_crash_between_the_file_and_the_database_neither_loses_nor_doubles(
    database: Database, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(database, 0)
    tell(database, 1)
    with monkeypatch.context() as patch:

        def crash(_database: Database, _months: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(history, "forget", crash)
        with pytest.raises(KeyboardInterrupt):
            history.flush(database, at=JUNE, everything=True)
    assert (waiting(database), len(files(database)), numbers(database)) == (2, 1, [0, 1])
    tell(database, 2)
    assert numbers(database) == [0, 1, 2]
    next_process = reopen()
    history.flush(next_process, at=JUNE)
    assert (waiting(next_process), numbers(next_process)) == (1, [0, 1, 2])
    history.flush(next_process, at=JUNE, everything=True)
    assert (waiting(next_process), len(files(next_process)), numbers(next_process)) == (0, 2, [0, 1, 2])


def test_a_crash_before_the_rename_leaves_everything_in_the_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(database, 0)
    with monkeypatch.context() as patch:

        def crash(_path: Path, _target: Path) -> Path:
            raise KeyboardInterrupt

        patch.setattr(Path, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            history.flush(database, at=JUNE, everything=True)
    assert (waiting(database), files(database), numbers(database)) == (1, [], [0])
    history.flush(database, at=JUNE, everything=True)
    assert (waiting(database), numbers(database)) == (0, [0])


def test_a_process_that_is_killed_while_it_flushes_loses_nothing(database_url: str, tmp_path: Path) -> None:
    code = """
import os, pathlib, sys
from channelkit.database import history
from channelkit.database.connection import open_database
history.forget = lambda *_: os._exit(9)
history.flush(open_database(sys.argv[1], pathlib.Path(sys.argv[2])), at=0, everything=True)
"""
    database = open_database(database_url, tmp_path / "history")
    for number in range(3):
        tell(database, number)
    done = subprocess.run([sys.executable, "-c", code, database_url, str(tmp_path / "history")], check=False)
    assert done.returncode == 9
    assert (waiting(database), len(files(database)), numbers(database)) == (3, 1, [0, 1, 2])
    history.flush(database, at=JUNE)
    assert (waiting(database), numbers(database)) == (0, [0, 1, 2])
    database.close()


def test_small_files_of_a_month_are_joined_and_the_old_ones_go_when_nobody_reads_them(database: Database) -> None:
    for number in range(history.FILES_A_MONTH + 1):
        tell(database, number)
        history.flush(database, at=JUNE, everything=True)
    everything = list(range(history.FILES_A_MONTH + 1))
    assert len(files(database)) == history.FILES_A_MONTH + 2
    assert numbers(database) == everything
    whole = next(database.history.rglob(f"*-{1:012d}-{len(everything):012d}.parquet"))
    long_ago = whole.stat().st_mtime - history.DEAD_FOR - 60
    os.utime(whole, (long_ago, long_ago))
    tell(database, 99)
    history.flush(database, at=JUNE, everything=True)
    assert len(files(database)) == 2
    assert numbers(database) == [*everything, 99]


def test_a_database_that_begins_anew_beside_old_files_loses_nothing(tmp_path: Path) -> None:
    for number in range(2):
        database = open_database(f"sqlite:///{tmp_path}/channelkit.db", tmp_path / "history")
        tell(database, number)
        assert numbers(database) == list(range(number + 1))
        history.flush(database, at=JUNE, everything=True)
        assert numbers(database) == list(range(number + 1))
        database.close()
        for path in tmp_path.glob("channelkit.db*"):
            path.unlink()


def test_a_batch_that_is_committed_late_is_not_lost(database: Database, reopen: Open) -> None:
    """On PostgreSQL a batch with a smaller number may be committed after one with a larger."""
    begun, over = threading.Event(), threading.Event()
    changes = HISTORY.empty_table()

    def write_slowly() -> None:
        nonlocal changes
        with reopen().write() as connection:
            row = {name: ["7" if name == "after" else "slow"] for name in HISTORY.names if name != "seen_at"}
            changes = pa.table({"seen_at": pa.array([JUNE], pa.timestamp("ms", "UTC")), **row}).select(HISTORY.names)
            history.append(connection, changes, JUNE)
            begun.set()
            over.wait(1)

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert begun.wait(30)
    if not database.is_sqlite:  # which has one writer, so that nobody can come between
        tell(database, 8)
    flushing = threading.Thread(target=history.flush, args=(database, JUNE, True))
    flushing.start()
    over.set()
    slow.join()
    flushing.join()
    tell(database, 9)
    history.flush(database, at=JUNE, everything=True)
    assert numbers(database) == ([7, 9] if database.is_sqlite else [7, 8, 9])


def test_values_are_kept_in_words_and_an_empty_one_is_no_change() -> None:
    origin, sku = history.Origin("us", JUNE, "Amazon", "r"), ["A", "B", "C"]
    before = pa.table({"sku": sku, "price": [1, None, 3], "on": [True, None, False], "title": ["x", "", None]})
    after = pa.table({"sku": sku, "price": [2, None, None], "on": [True, True, False], "title": ["x", None, ""]})
    found = history.changes_between(
        before, after, key="sku", fields=["price", "on", "title"], subject="listing", origin=origin
    )
    assert found.schema == HISTORY
    assert [(row["sku"], row["field"], row["before"], row["after"]) for row in found.to_pylist()] == [
        ("A", "price", "1", "2"),
        ("C", "price", "3", None),
        ("B", "on", None, "true"),
    ]


def test_times_are_told_in_utc(database: Database) -> None:
    tell(database, 0)
    history.flush(database, at=JUNE, everything=True)
    tell(database, 1)
    day = "strftime(date_trunc('day', seen_at), '%Y-%m-%d %H')"
    found = history.query(database, f"select distinct {day} as day from history")
    assert found["day"].to_pylist() == ["2026-06-05 00"]


def test_the_files_are_plain_parquet_that_any_tool_reads(database: Database) -> None:
    tell(database, 5)
    history.flush(database, at=JUNE, everything=True)
    (path,) = database.history.rglob("*.parquet")
    assert pa.parquet.read_table(path).cast(HISTORY)["after"].to_pylist() == ["5"]
    shutil.rmtree(database.history)
    assert numbers(database) == []
