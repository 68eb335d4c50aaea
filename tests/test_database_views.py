"""Saved views outlive the notebook that saved them, on either database."""

from __future__ import annotations

import sqlalchemy as sa

from channelkit.database.connection import Database
from channelkit.database.listing_schema import views
from channelkit.database.views import LISTINGS, View, delete_view, load_views, store_view

WAITING = View("Waiting", "anna", {"tab": "Incomplete", "condition": "title contains 'ü\"'"}, 1_000)


def test_a_view_is_kept_replaced_and_forgotten(database: Database) -> None:
    with database.write() as connection:
        store_view(connection, LISTINGS, WAITING)
        store_view(connection, "another", View("Waiting", "ben", {}, 1))
    with database.read() as connection:
        assert load_views(connection, LISTINGS) == [WAITING]
    later = View("Waiting", "ben", {"tab": "Active"}, 2_000)
    with database.write() as connection:
        store_view(connection, LISTINGS, later)
    with database.read() as connection:
        assert load_views(connection, LISTINGS) == [later]
    with database.write() as connection:
        assert delete_view(connection, LISTINGS, "Waiting")
        assert not delete_view(connection, LISTINGS, "Waiting")
        assert load_views(connection, LISTINGS) == []
        assert len(load_views(connection, "another")) == 1


def test_a_view_that_cannot_be_read_hides_no_other(database: Database) -> None:
    with database.write() as connection:
        store_view(connection, LISTINGS, WAITING)
        for name, body in (("Broken", "{"), ("List", "[1]")):
            line = {"page": LISTINGS, "name": name, "by_whom": "", "body": body, "at": 1}
            connection.execute(sa.insert(views), line)
    with database.read() as connection:
        assert load_views(connection, LISTINGS) == [WAITING]
