"""The listing rules of each store, in every version that a person committed; none is ever changed or taken away."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.listing_schema import rules
from channelkit.errors import UsageError


@dataclass(frozen=True)
class Kept:
    """One version of a store's listing rule, as it was committed.

    Arguments:
        rule: the neutral document: ``all``, ``match``, ``children``.
        made_at: milliseconds since 1970.
        restores: the earlier version that it brought back; None where it is a new rule.
        moves: how many listings and products went from which tab to which: ``before``, ``after``, ``rows``.
    """

    id: int
    store: str
    name: str
    rule: Mapping[str, Any]
    made_at: int
    made_by: str
    restores: int | None
    moves: Sequence[Mapping[str, Any]]


def store_rule(
    connection: Connection,
    *,
    store: str,
    name: str,
    rule: Mapping[str, Any],
    at: int,
    by: str,
    restores: int | None = None,
    moves: Sequence[Mapping[str, Any]] = (),
) -> Kept:
    """Add a version, which holds from now on, and return it with its number (LR-04).

    Arguments:
        at: milliseconds since 1970.
        by: who made it.
    """
    values = {"store": store, "name": name, "rule": json.dumps(rule, ensure_ascii=False), "made_at": at, "made_by": by}
    values |= {"restores": restores, "moves": json.dumps(list(moves), ensure_ascii=False)}
    number = connection.execute(rules.insert().values(values).returning(rules.c.id)).scalar_one()
    return Kept(int(number), store, name, rule, at, by, restores, tuple(moves))


def load_rule(connection: Connection, store: str) -> Mapping[str, Any] | None:
    """Return the document of the version that holds, or None where no rule was ever committed: all may be sold."""
    found = connection.execute(_newest(store).limit(1)).mappings().first()
    return None if found is None else _kept(found).rule


def list_rules(connection: Connection, store: str) -> list[Kept]:
    """Return every version of a store's rule, the one that holds first."""
    return [_kept(row) for row in connection.execute(_newest(store)).mappings()]


def find_rule(connection: Connection, store: str, number: int) -> Kept:
    """Return one version.

    Raises:
        UsageError: the store has no version of this number.
    """
    found = connection.execute(_newest(store).where(rules.c.id == number)).mappings().first()
    if found is None:
        raise UsageError(
            f"Store {store!r} has no rule version {number}.", "List them with store.rules.versions() or: rules versions"
        )
    return _kept(found)


def _newest(store: str) -> sa.Select[Any]:
    return sa.select(rules).where(rules.c.store == store).order_by(rules.c.id.desc())


def _kept(row: sa.RowMapping) -> Kept:
    return Kept(
        id=int(row["id"]),
        store=row["store"],
        name=row["name"],
        rule=json.loads(row["rule"]),
        made_at=int(row["made_at"]),
        made_by=row["made_by"],
        restores=row["restores"],
        moves=tuple(json.loads(row["moves"])),
    )
