"""Saved views of a grid: a name for a tab, filters, an order and columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.listing_schema import views

LISTINGS = "listings"
"""The grid of listings."""


@dataclass(frozen=True)
class View:
    """A saved view.

    Arguments:
        by: who saved it.
        body: plain values, as the grid makes them.
        at: when, in milliseconds since 1970.
    """

    name: str
    by: str
    body: Mapping[str, Any]
    at: int


def load_views(connection: Connection, page: str) -> list[View]:
    """Return the views that were saved for a grid, by name; one that cannot be read is left out."""
    query = sa.select(views.c.name, views.c.by_whom, views.c.body, views.c.at).where(views.c.page == page)
    found = connection.execute(query.order_by(views.c.name)).all()
    return [View(name, by, body, at) for name, by, text, at in found if (body := _read(text)) is not None]


def store_view(connection: Connection, page: str, view: View) -> None:
    """Keep a view, in the place of one of the same name."""
    delete_view(connection, page, view.name)
    values = {"page": page, "name": view.name, "by_whom": view.by, "body": json.dumps(dict(view.body)), "at": view.at}
    connection.execute(views.insert(), values)


def delete_view(connection: Connection, page: str, name: str) -> bool:
    """Forget a view, and say whether there was one."""
    done = connection.execute(views.delete().where(views.c.page == page, views.c.name == name))
    return bool(done.rowcount)


def _read(text: str) -> dict[str, Any] | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
