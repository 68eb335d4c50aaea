"""The tests' own PostgreSQL: every one that is there can serve, an installed one and the wheel's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from channelkit.database.connection import Database, open_database
from tests.database_fixtures import find_postgresql, serve


@pytest.mark.parametrize("binaries", find_postgresql(), ids=lambda path: path.parent.name)
def test_every_postgresql_on_this_machine_can_hold_the_state(binaries: Path, tmp_path: Path) -> None:
    with serve(binaries) as server:
        database = open_database(server.url("postgres"), tmp_path)
        with database.read() as connection:
            assert connection.exec_driver_sql("select count(*) from alembic_version").scalar_one() == 1
        database.close()


@pytest.mark.parametrize(
    "binaries", [path for path in find_postgresql() if "pgserver" in str(path)], ids=lambda path: path.parent.name
)
def test_a_wheel_in_a_folder_that_lets_nobody_in_serves_too(binaries: Path, tmp_path: Path) -> None:
    package = binaries.parents[1]
    hidden = tmp_path / "hidden" / package.name
    shutil.copytree(binaries.parent, hidden / binaries.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, hidden.with_name(libraries.name))
    hidden.parent.chmod(0o700)
    with serve(hidden / binaries.parent.name / binaries.name) as server:
        server.run("select 1")


def test_a_database_starts_empty(database: Database) -> None:
    with database.write() as connection:
        assert connection.exec_driver_sql("select count(*) from watermarks").scalar_one() == 0
        connection.exec_driver_sql("insert into watermarks (name, value, moved_at) values ('a', 'b', 1)")


def test_and_the_next_one_starts_empty_again(database: Database) -> None:
    with database.read() as connection:
        assert connection.exec_driver_sql("select count(*) from watermarks").scalar_one() == 0
