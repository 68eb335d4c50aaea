"""Small things that both sides say about themselves (websites, store views, currencies), kept as they were read."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import reference

CATALOG_KINDS = ("attributes", "attribute_sets", "categories")
"""What rules are written about."""


class Reference(NamedTuple):
    """What was read: JSON, and when, in milliseconds since 1970."""

    body: str
    observed_at: int


def load_reference(connection: Connection, system: str, kind: str) -> Reference | None:
    """Return what was last read, or None where it never was.

    Arguments:
        system: amazon or commerce.
        kind: websites, store_views, …
    """
    query = sa.select(reference.c.body, reference.c.observed_at)
    row = connection.execute(query.where(reference.c.system == system, reference.c.kind == kind)).first()
    return None if row is None else Reference(*row)


def load_catalog_reference(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return Commerce's attributes, attribute sets and categories as they were last read; empty where they never were.

    Returns:
        ``attributes``: ``code, label, input, promo, options`` (labels by number); ``attribute_sets``: ``id, name``;
        ``categories``: ``id, name, parent, path`` (names from the root, joined by `` / ``).
    """
    known = {kind: load_reference(connection, "commerce", kind) for kind in CATALOG_KINDS}
    return {kind: json.loads(found.body) if found else [] for kind, found in known.items()}


def store_reference(connection: Connection, system: str, kind: str, body: str, *, at: int) -> None:
    """Keep what was read, in place of what was kept before.

    Arguments:
        body: JSON.
        at: milliseconds since 1970.
    """
    rows.put(connection, reference, {"system": system, "kind": kind, "body": body, "observed_at": at})
