"""The book of runs."""

from __future__ import annotations

from channelkit.database import runs
from channelkit.database.connection import Database
from channelkit.database.lease import hold

NOON = 1_790_000_000_000


def test_a_run_is_written_down_from_beginning_to_end(database: Database) -> None:
    with database.write() as connection:
        run = runs.open_run(connection, "sync", at=NOON, notebook="2026/a.ipynb")
        assert runs.find_run(connection, "2026/a.ipynb") == runs.Run(run, "sync", "running")
        runs.close_run(
            connection, run, state="partial", at=NOON + 5, summary='{"stores": []}', error="One was refused."
        )
        (row,) = runs.load_runs(connection).to_pylist()
    assert row == {
        "id": run,
        "job": "sync",
        "state": "partial",
        "started_at": NOON,
        "finished_at": NOON + 5,
        "notebook": "2026/a.ipynb",
        "summary": '{"stores": []}',
        "error": "One was refused.",
    }


def test_runs_of_one_moment_have_names_of_their_own(database: Database) -> None:
    with database.write() as connection:
        assert len({runs.open_run(connection, "sync", at=NOON) for _ in range(50)}) == 50
        assert runs.load_runs(connection, since=NOON).num_rows == 50
        assert runs.load_runs(connection, since=NOON + 1).num_rows == 0


def test_closing_again_keeps_the_summary(database: Database) -> None:
    with database.write() as connection:
        run = runs.open_run(connection, "sync", at=NOON)
        runs.close_run(connection, run, state="done", at=NOON + 1, summary='{"read": 7}')
        runs.close_run(connection, run, state="failed", at=NOON + 2, error="The last cell failed.")
        (row,) = runs.load_runs(connection).to_pylist()
    assert (row["state"], row["summary"], row["error"]) == ("failed", '{"read": 7}', "The last cell failed.")


def test_the_newest_run_of_a_notebook_is_found(database: Database) -> None:
    with database.write() as connection:
        runs.open_run(connection, "pull", at=NOON, notebook="a")
        newest = runs.open_run(connection, "sync", at=NOON + 1, notebook="a")
        assert runs.find_run(connection, "a") == runs.Run(newest, "sync", "running")
        assert runs.find_run(connection, "b") is None


def test_a_run_that_ended_without_a_word_is_marked_as_died_and_a_living_one_is_not(database: Database) -> None:
    with database.write() as connection:
        dead = runs.open_run(connection, "sync", at=NOON)
        alive = runs.open_run(connection, "sync", at=NOON)
        closed = runs.open_run(connection, "sync", at=NOON)
        runs.close_run(connection, closed, state="done", at=NOON + 1)
        young = runs.open_run(connection, "sync", at=NOON + runs.GRACE)
    with hold(database, "store/us", alive), database.write() as connection:
        assert runs.mark_died(connection, at=NOON + runs.GRACE + 1) == 1
        states = {row["id"]: row["state"] for row in runs.load_runs(connection).to_pylist()}
    assert states == {dead: "died", alive: "running", closed: "done", young: "running"}
