"""The tables bring themselves up to date, once, and refuse to be taken back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from channelkit.database.connection import open_database
from channelkit.database.journal import load_changes
from channelkit.database.migration import NEWEST, migrate
from channelkit.database.order_schema import order_lines
from channelkit.database.price_schema import ALL_TABLES
from channelkit.errors import DatabaseError

OPEN = """
import sys, pathlib
from channelkit.database.connection import open_database
sys.stdin.readline()
database = open_database(sys.argv[1], pathlib.Path(sys.argv[2]))
with database.read() as connection:
    print(connection.exec_driver_sql("select version_num from alembic_version").scalar())
database.close()
"""


def test_the_migrations_make_the_tables_that_the_program_expects(empty_url: str, tmp_path: Path) -> None:
    database = open_database(empty_url, tmp_path)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), ALL_TABLES) == []
        found = sa.inspect(connection)
        for table in ALL_TABLES.sorted_tables:
            columns = [(column["name"], column["nullable"]) for column in found.get_columns(table.name)]
            assert columns == [(column.name, bool(column.nullable)) for column in table.columns]
            assert found.get_pk_constraint(table.name)["constrained_columns"] == list(table.primary_key.columns.keys())
    database.close()


def test_opening_again_changes_nothing(empty_url: str, tmp_path: Path) -> None:
    for _ in range(2):
        database = open_database(empty_url, tmp_path)
        with database.read() as connection:
            assert connection.exec_driver_sql("select version_num from alembic_version").scalars().all() == [NEWEST]
        database.close()


def test_what_an_older_channelkit_kept_is_there_after_the_upgrade(empty_url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(empty_url)
    with engine.connect() as connection, connection.begin():
        migrate(connection, "0002")
        row = {"store": "us", "seller_sku": "A", "field": "price", "before": 1000, "after": 1100, "state": "accepted"}
        row |= {"planned_at": 1} | dict.fromkeys(("plan", "run", "because"), "x")
        row |= dict.fromkeys(("note", "code", "submission_id", "request_id"), "")
        connection.execute(sa.table("changes", *map(sa.column, row)).insert().values(row))
    engine.dispose()
    database = open_database(empty_url, tmp_path)
    with database.read() as connection:
        (change,) = load_changes(connection).to_pylist()
    database.close()
    kept = {"seller_sku": "A", "before": 1000, "after": 1100, "state": "accepted", "planned_at": 1}
    new = {"before_text": None, "after_text": None, "ordered_by": "", "feed": ""}
    assert change.items() >= (kept | new).items()


def test_sales_that_an_older_channelkit_kept_are_told_with_each_line(empty_url: str, tmp_path: Path) -> None:
    """Of what was cancelled nothing was sold, and of another currency than the marketplace's not for how much."""
    engine = sa.create_engine(empty_url)
    told = {
        "1": ("SHIPPED", "USD"),
        "2": ("CANCELLED", "USD"),
        "3": ("UNSHIPPED", "EUR"),
        "4": ("UNFULFILLABLE", "USD"),
    }
    with engine.connect() as connection, connection.begin():
        migrate(connection, "0006")
        for order_id, (status, currency) in told.items():
            order: dict[str, Any] = {"store": "us", "order_id": order_id, "seller_id": "s", "fulfilled_by": "merchant"}
            order |= {"marketplace_id": "ATVPDKIKX0DER", "status": status, "currency": currency, "units": 2}
            order |= {"created_at": 7_000} | dict.fromkeys(("updated_at", "first_seen_at", "observed_at"), 9_000)
            connection.execute(sa.table("orders", *map(sa.column, order)).insert().values(order))
            line: dict[str, Any] = {"store": "us", "order_id": order_id, "item_id": "1", "seller_sku": "A"}
            line["fulfilled"] = 0
            line |= {"ordered": 3, "cancelled": 1, "item": 3_000, "discount": 600}
            connection.execute(sa.table("order_lines", *map(sa.column, line)).insert().values(line))
    engine.dispose()
    database = open_database(empty_url, tmp_path)
    with database.read() as connection:
        columns = (order_lines.c[name] for name in ("order_id", "sold_at", "sold_for"))
        found = [tuple(row) for row in connection.execute(sa.select(*columns).order_by(order_lines.c.order_id))]
    database.close()
    assert found == [("1", 7_000, 1_600), ("2", None, None), ("3", 7_000, None), ("4", None, None)]


def test_a_database_that_a_newer_program_has_used_is_left_alone(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url, tmp_path)
    with database.write() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    database.close()
    with pytest.raises(DatabaseError, match=r"newer channelkit.*at 9999.*Update channelkit.*Nothing was changed"):
        open_database(database_url, tmp_path)


def test_processes_that_open_a_new_database_at_once_make_its_tables_once(empty_url: str, tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, empty_url, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [process.communicate(timeout=60) for process in processes]
    assert [(out.strip(), err) for out, err in results] == [(NEWEST, "")] * len(processes)


def test_nothing_of_alembic_is_loaded_where_nothing_is_to_be_done(database_url: str, tmp_path: Path) -> None:
    code = OPEN + "assert 'alembic' not in sys.modules, 'slow'"
    done = subprocess.run(
        [sys.executable, "-c", code, database_url, str(tmp_path)],
        input="go\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (NEWEST, "")
