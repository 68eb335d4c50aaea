"""Attributes that Amazon's items usually have and some lack: what is worth giving Amazon, though it blocks nothing.

Amazon's definitions say what an offer must have and what it may have, and mark nothing as recommended. So an attribute
counts as recommended where somebody mapped it from Amazon to Commerce and either Amazon's definition of the product
type has a place for it that may stay empty, or most other items of the type have a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.attribute_map import load_mappings
from channelkit.database.definitions import load_schema
from channelkit.database.onboarding_schema import attribute_values
from channelkit.database.schema import listings, tabs
from channelkit.model.marketplaces import marketplace

LEAST_ITEMS = 4
"""Items of a type that must have been read before one says what is usual among them."""

MOST_OPENED = 200
"""Definitions that are opened, those of most items first."""

MOST_NAMED = 5
"""Attributes that are named of one listing."""


class Gap(NamedTuple):
    """Attributes that an item lacks; ``listing`` has store, seller SKU, ASIN, title, product type and tab of it.

    ``attributes`` has Amazon's names of them and the codes of Commerce's attributes.
    """

    listing: Mapping[str, Any]
    attributes: tuple[tuple[str, str], ...]


def find_gaps(connection: Connection, sites: Mapping[str, str]) -> Iterator[Gap]:
    """Yield the listings on Amazon whose items lack mapped attributes; nothing of items that were never read.

    Arguments:
        sites: the marketplace's id of each store.
    """
    mapped = [each for each in load_mappings(connection, active=True) if each.amazon_attribute]
    for site in sorted(set(sites.values())):
        country = marketplace(site).country
        wanted = {each.amazon_attribute: each.attribute for each in mapped if each.country == country}
        names = sorted(store for store, its in sites.items() if its == site)
        if wanted:
            yield from _find_gaps(connection, site, names, wanted)


def _find_gaps(connection: Connection, site: str, names: Sequence[str], wanted: Mapping[str, str]) -> Iterator[Gap]:
    has = _read_values(connection, site, list(wanted))
    found = [row for row in _read_listings(connection, names) if row["asin"] in has]
    kinds = {row["asin"]: row["product_type"] or "" for row in found}
    items = Counter(kinds.values())
    filled = Counter((kind, name) for asin, kind in kinds.items() for name in has[asin])
    expected = {}
    for place, (kind, count) in enumerate(items.most_common()):
        optional = _optional(connection, site, kind) if place < MOST_OPENED else set()
        usual = {name for name in wanted if count >= LEAST_ITEMS and 2 * filled[kind, name] > count}
        expected[kind] = [name for name in wanted if name in usual or name.partition(".")[0] in optional]
    for row in found:
        lacking = [name for name in expected[row["product_type"] or ""] if name not in has[row["asin"]]]
        if lacking:
            yield Gap(row, tuple((name, wanted[name]) for name in lacking[:MOST_NAMED]))


def _read_values(connection: Connection, site: str, wanted: Sequence[str]) -> dict[str, set[str]]:
    """Return which of the attributes each item has that was read."""
    here = attribute_values.c.marketplace_id == site
    asins = connection.execute(sa.select(attribute_values.c.asin).where(here).distinct()).scalars()
    has: dict[str, set[str]] = {asin: set() for asin in asins}
    columns = attribute_values.c.asin, attribute_values.c.amazon_attribute
    query = sa.select(*columns).where(here, attribute_values.c.amazon_attribute.in_(wanted))
    for asin, name in connection.execute(query):
        has[asin].add(name)
    return has


def _read_listings(connection: Connection, names: Sequence[str]) -> list[dict[str, Any]]:
    same = sa.and_(tabs.c.store == listings.c.store, tabs.c.listed == 1, tabs.c.sku == listings.c.seller_sku)
    columns = [listings.c[name] for name in ("store", "seller_sku", "asin", "title", "product_type", "observed_at")]
    query = sa.select(*columns, tabs.c.tab).select_from(listings.outerjoin(tabs, same))
    query = query.where(listings.c.store.in_(names), listings.c.missing_since.is_(None), listings.c.asin.isnot(None))
    return [dict(row) for row in connection.execute(query.order_by(*columns[:2])).mappings()]


def _optional(connection: Connection, site: str, kind: str) -> set[str]:
    """Return what the definition of a product type has a place for and does not require, where it was read."""
    schema = (load_schema(connection, site, kind) if kind else None) or {}
    return set(schema.get("properties") or ()) - set(schema.get("required") or ())
