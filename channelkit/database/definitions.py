"""What Amazon's definitions ask of an offer, by marketplace and product type, each kept until its digest changes."""

from __future__ import annotations

import json
import zlib
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.catalog_items import WAITING
from channelkit.database.listing_schema import definitions
from channelkit.database.onboarding_schema import catalog_items
from channelkit.database.schema import tabs


class Definition(NamedTuple):
    """One definition: Amazon's digest of it, its version, what it requires, and when it was last asked for.

    ``required`` has names of attributes and their titles; ``checked_at`` is in milliseconds since 1970.
    """

    product_type: str
    checksum: str
    version: str
    required: dict[str, str]
    checked_at: int


def load_definitions(connection: Connection, marketplace_id: str) -> dict[str, Definition]:
    """Return every definition of a marketplace by its product type; without the schemas, which are large."""
    names = ("product_type", "checksum", "version", "required", "checked_at")
    query = sa.select(*(definitions.c[name] for name in names)).where(definitions.c.marketplace_id == marketplace_id)
    return {
        row.product_type: Definition(
            row.product_type, row.checksum, row.version, dict(json.loads(row.required)), row.checked_at
        )
        for row in connection.execute(query)
    }


def load_schema(connection: Connection, marketplace_id: str, product_type: str) -> dict[str, Any] | None:
    """Return the JSON schema of a product type, or None where it was never read or Amazon has none."""
    query = sa.select(definitions.c.body).where(
        definitions.c.marketplace_id == marketplace_id, definitions.c.product_type == product_type
    )
    body = connection.execute(query).scalar()
    found: dict[str, Any] | None = json.loads(zlib.decompress(body)) if body else None
    return found


def store_definition(connection: Connection, marketplace_id: str, definition: Definition, schema: bytes | None) -> None:
    """Keep a definition, in place of the one that was kept before.

    Arguments:
        schema: as Amazon wrote it; None keeps the one that is there, or none where there is none.
    """
    values: dict[str, object] = {
        "marketplace_id": marketplace_id,
        "product_type": definition.product_type,
        "checksum": definition.checksum,
        "version": definition.version,
        "required": json.dumps(list(definition.required.items()), ensure_ascii=False),
        "checked_at": definition.checked_at,
        "body": b"" if schema is None else zlib.compress(schema),
    }
    rows.put(connection, definitions, values, keep=("body",) if schema is None else ())


def needed_types(connection: Connection, store: str, marketplace_id: str) -> list[str]:
    """Return the product types of what the store could list next, those of most products first.

    Those are the types of what Amazon's catalog has for products that wait, by identifier or by choice; what a general
    search found decides nothing. Where an item's type is not known, the offer is made as one of any type, and no
    definition is asked for.
    """
    joined = tabs.join(
        catalog_items,
        sa.and_(catalog_items.c.marketplace_id == marketplace_id, catalog_items.c.product_sku == tabs.c.sku),
    )
    kind = catalog_items.c.product_type
    query = sa.select(kind).select_from(joined).where(tabs.c.store == store, tabs.c.listed == 0)
    query = query.where(tabs.c.tab.in_(WAITING), catalog_items.c.kind.not_in(("missing", "keywords")))
    query = query.where(kind.isnot(None), kind != "").group_by(kind)
    return list(connection.execute(query.order_by(sa.func.count().desc(), kind)).scalars())
