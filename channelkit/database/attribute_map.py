"""The attribute catalogue: which Commerce attribute takes which of Amazon's values, as people chose it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.onboarding_schema import attribute_map
from channelkit.errors import UsageError
from channelkit.model.attributes import Mapping, Scope


def load_mappings(connection: Connection, *, active: bool | None = None) -> list[Mapping]:
    """Return the catalogue's rows in the order in which they were made.

    Arguments:
        active: only those that are, or only those that are not; None returns both.
    """
    query = sa.select(attribute_map).order_by(attribute_map.c.id)
    if active is not None:
        query = query.where(attribute_map.c.active == int(active))
    return [_mapping(row) for row in connection.execute(query).mappings()]


def load_mapping(connection: Connection, number: int) -> Mapping:
    """Return one row.

    Raises:
        UsageError: there is none with this number.
    """
    query = sa.select(attribute_map).where(attribute_map.c.id == number)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise UsageError(f"The attribute catalogue has no row {number}.", "List it with kit.attributes.catalogue().")
    return _mapping(row)


def find_mapping(connection: Connection, country: str, amazon_attribute: str, attribute: str) -> Mapping | None:
    """Return the row that links these two attributes in a country, or None."""
    query = sa.select(attribute_map).where(
        attribute_map.c.country == country,
        attribute_map.c.amazon_attribute == amazon_attribute,
        attribute_map.c.attribute == attribute,
    )
    row = connection.execute(query.order_by(attribute_map.c.id)).mappings().first()
    return None if row is None else _mapping(row)


def add_mapping(
    connection: Connection,
    *,
    country: str,
    amazon_attribute: str,
    attribute: str,
    overwrite: bool,
    scope: Scope,
    store_views: Sequence[str],
    at: int,
    by: str,
) -> int:
    """Add an active row and return its number.

    Arguments:
        store_views: their codes; none where the scope is global.
        at: milliseconds since 1970.
        by: who made it.
    """
    values = {"country": country, "amazon_attribute": amazon_attribute, "attribute": attribute, "active": 1}
    values |= {"overwrite": int(overwrite), "scope": scope, "store_views": _joined(store_views)}
    values |= {"made_at": at, "made_by": by}
    number = connection.execute(attribute_map.insert().values(values).returning(attribute_map.c.id)).scalar_one()
    return int(number)


def change_mapping(connection: Connection, mapping: Mapping) -> None:
    """Write down a row as it is now; its number, country and Amazon attribute stay."""
    values = {"attribute": mapping.attribute, "active": int(mapping.active), "overwrite": int(mapping.overwrite)}
    values |= {"scope": mapping.scope, "store_views": _joined(mapping.store_views)}
    values |= {"made_at": mapping.made_at, "made_by": mapping.made_by}
    connection.execute(attribute_map.update().where(attribute_map.c.id == mapping.id).values(values))


def _joined(store_views: Sequence[str]) -> str:
    return f",{','.join(store_views)}," if store_views else ""


def _mapping(row: sa.RowMapping) -> Mapping:
    return Mapping(
        id=int(row["id"]),
        country=row["country"],
        amazon_attribute=row["amazon_attribute"],
        attribute=row["attribute"],
        active=bool(row["active"]),
        overwrite=bool(row["overwrite"]),
        scope=row["scope"],
        store_views=tuple(code for code in row["store_views"].split(",") if code),
        made_at=int(row["made_at"]),
        made_by=row["made_by"],
    )
