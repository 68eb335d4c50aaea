"""The price rules of each store, in every version that a person put in force; none is ever changed or taken away."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.price_schema import price_rules
from channelkit.errors import UsageError

Document = Mapping[str, Any]


@dataclass(frozen=True)
class KeptPrices:
    """One version of all price rules of a store, as it was put in force.

    Arguments:
        name: what it changed, in a person's words.
        rules: plain documents, as `channelkit.pricing.text.to_document` gives them.
        made_at: milliseconds since 1970.
        restores: the earlier version that it brought back; None where it is a new one.
    """

    id: int
    store: str
    name: str
    rules: Sequence[Document]
    made_at: int
    made_by: str
    restores: int | None


def store_price_rules(
    connection: Connection,
    *,
    store: str,
    name: str,
    rules: Sequence[Document],
    at: int,
    by: str,
    restores: int | None = None,
) -> KeptPrices:
    """Add a version, which holds from now on, and return it with its number (PR-01).

    Arguments:
        at: milliseconds since 1970.
        by: who made it.
    """
    values = {"store": store, "name": name, "rules": json.dumps(list(rules), ensure_ascii=False), "made_at": at}
    values |= {"made_by": by, "restores": restores}
    number = connection.execute(price_rules.insert().values(values).returning(price_rules.c.id)).scalar_one()
    return KeptPrices(int(number), store, name, tuple(rules), at, by, restores)


def load_price_rules(connection: Connection, store: str) -> Sequence[Document]:
    """Return the documents of the version that holds; none where no rules were ever put in force."""
    found = find_newest(connection, store)
    return () if found is None else found.rules


def newest_version(connection: Connection, store: str) -> int:
    """Return the number of the version that holds; 0 where no rules were ever put in force."""
    query = sa.select(sa.func.max(price_rules.c.id)).where(price_rules.c.store == store)
    return int(connection.execute(query).scalar() or 0)


def find_newest(connection: Connection, store: str) -> KeptPrices | None:
    """Return the version that holds; None where no rules were ever put in force."""
    found = connection.execute(_newest(store).limit(1)).mappings().first()
    return None if found is None else _kept(found)


def list_price_rules(connection: Connection, store: str) -> list[KeptPrices]:
    """Return every version of a store's price rules, the one that holds first."""
    return [_kept(row) for row in connection.execute(_newest(store)).mappings()]


def find_price_rules(connection: Connection, store: str, number: int) -> KeptPrices:
    """Return one version.

    Raises:
        UsageError: the store has no version of this number.
    """
    found = connection.execute(_newest(store).where(price_rules.c.id == number)).mappings().first()
    if found is None:
        raise UsageError(
            f"Store {store!r} has no version {number} of its price rules.",
            "List them with store.prices.versions() or: prices versions",
        )
    return _kept(found)


def _newest(store: str) -> sa.Select[Any]:
    return sa.select(price_rules).where(price_rules.c.store == store).order_by(price_rules.c.id.desc())


def _kept(row: sa.RowMapping) -> KeptPrices:
    return KeptPrices(
        id=int(row["id"]),
        store=row["store"],
        name=row["name"],
        rules=tuple(json.loads(row["rules"])),
        made_at=int(row["made_at"]),
        made_by=row["made_by"],
        restores=row["restores"],
    )
