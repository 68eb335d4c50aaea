"""A new key takes over at once, older ones go on to read, and a lost one does not stand in the way for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from channelkit.database.connection import Database
from channelkit.database.order_schema import people
from channelkit.errors import SettingsError
from channelkit.people.cipher import make_keys, read_keys
from channelkit.people.desk import PeopleDesk
from channelkit.people.key_file import write_key_file
from channelkit.people.vault import Vault
from tests.people_book import ADA, BEN, KEY, NOON, keep, open_vault


def test_everything_is_encrypted_anew_and_the_old_key_is_needed_no_more(database: Database) -> None:
    vault = open_vault(database)
    pseudonym = keep(vault, "111-1")
    keep(vault, "111-2", BEN)
    PeopleDesk(vault, "anna").erase("111-2")
    turned = make_keys(KEY)
    desk = PeopleDesk(open_vault(database, turned), "anna")
    assert list(desk.keys().values()) == [0, 1]
    assert (desk.encrypt_anew().encrypted, desk.encrypt_anew().encrypted) == (1, 0)
    assert list(desk.keys().values()) == [1, 0]
    newest, _old, names = turned.split()
    alone = open_vault(database, f"{newest} {names}")
    assert alone.read("us", "111-1", "anna", "a look") == ADA and alone.pseudonym(ADA) == pseudonym


def test_a_process_that_began_before_the_new_key_reads_what_it_encrypted(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "people.key"
    assert write_key_file(path) and not write_key_file(path)
    running = Vault(database, path.read_text, lambda: NOON)
    keep(running, "111-1")
    write_key_file(path, anew=True)
    PeopleDesk(Vault(database, path.read_text, lambda: NOON), "anna").encrypt_anew()
    assert running.read("us", "111-1", "anna", "a look") == ADA
    assert path.stat().st_mode & 0o077 == 0 and [each.name for each in tmp_path.glob("people*")] == ["people.key"]


def test_a_lost_key_is_told_and_what_it_encrypted_can_be_given_up(database: Database) -> None:
    keep(open_vault(database), "111-1")
    other = open_vault(database, make_keys())
    with database.read() as connection:
        open_vault(database).check(connection)
        with pytest.raises(SettingsError, match=rf"{read_keys(KEY).newest}.*channelkit people key --lost"):
            other.check(connection)
    desk = PeopleDesk(other, "anna")
    assert desk.encrypt_anew().unreadable == 1
    assert desk.drop_unreadable() == ["111-1"]
    with database.read() as connection:
        other.check(connection)
        assert connection.execute(sa.select(people)).all() == []
    assert desk.log()["deed"].tolist() == ["lost", "kept"]


def test_a_cycle_is_told_why_it_reads_no_orders_instead_of_being_stopped(database: Database) -> None:
    keep(open_vault(database), "111-1")
    assert open_vault(database).why_closed() is None
    for key in ("", make_keys()):
        closed = open_vault(database, key).why_closed()
        assert closed is not None and closed.what and closed.fix


def test_without_any_key_the_check_says_how_to_make_one(database: Database) -> None:
    with database.read() as connection, pytest.raises(SettingsError, match="channelkit people key"):
        open_vault(database, "").check(connection)
