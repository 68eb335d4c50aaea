"""Which database is this, and on which machine? The original is known again, a copy is not taken for it."""

from __future__ import annotations

import shutil
from pathlib import Path

from channelkit.database.connection import open_database
from channelkit.database.installation import identify_database, identify_host
from tests.database_fixtures import Open, Server


def test_the_same_database_is_known_again(reopen: Open) -> None:
    assert identify_database(reopen()) == identify_database(reopen())


def test_a_copied_file_is_another_database(migrated_file: Path, tmp_path: Path) -> None:
    told = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        shutil.copy(migrated_file, tmp_path / name / "channelkit.db")
        database = open_database(f"sqlite:///{tmp_path}/{name}/channelkit.db", tmp_path)
        told.add(identify_database(database))
        database.close()
    assert len(told) == 2


def test_a_file_is_the_same_by_whichever_way_it_is_reached(migrated_file: Path, tmp_path: Path) -> None:
    shutil.copy(migrated_file, tmp_path / "channelkit.db")
    (tmp_path / "way").symlink_to(tmp_path, target_is_directory=True)
    told = set()
    for path in ("channelkit.db", "way/channelkit.db"):
        database = open_database(f"sqlite:///{tmp_path}/{path}", tmp_path)
        told.add(identify_database(database))
        database.close()
    assert len(told) == 1


def test_a_database_restored_under_another_name_is_another(postgresql: Server, tmp_path: Path) -> None:
    postgresql.run("create database original template migrated")
    postgresql.run("create database restored template original")
    told = []
    for name in ("original", "restored", "original"):
        database = open_database(postgresql.url(name), tmp_path)
        told.append(identify_database(database))
        database.close()
    assert told[0] == told[2] != told[1]


def test_where_the_servers_identifier_is_hidden_its_address_tells(postgresql: Server, tmp_path: Path) -> None:
    postgresql.run("create database hidden template migrated")
    postgresql.run("create role visitor login")
    postgresql.run("grant all on database hidden to visitor")
    engine = open_database(postgresql.url("hidden"), tmp_path)
    with engine.write() as connection:
        connection.exec_driver_sql("revoke execute on function pg_control_system() from public")
        connection.exec_driver_sql("grant all on all tables in schema public to visitor")
    full = identify_database(engine)
    engine.close()
    database = open_database(postgresql.url("hidden").replace("//channelkit@", "//visitor@"), tmp_path)
    told = identify_database(database)
    database.close()
    assert told != full and told.endswith("/hidden") and str(postgresql.port) in told


def test_a_machine_is_told_by_its_own_id_and_else_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "unset").write_text("uninitialized\n")
    (tmp_path / "id").write_text("0123abcd\n")
    files = [tmp_path / name for name in ("missing", "empty", "unset", "id")]
    by_id = identify_host(tuple(files))
    assert by_id == b"0123abcd".hex()
    by_name = identify_host(tuple(files[:3]))
    assert by_name and by_name != by_id
