"""What would make listings better that sell all the same, each with what to do (RP-04).

Amazon's own suggestions are its issues that do not block. Beside them stand attributes that its items usually have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.connection import Database
from channelkit.database.definitions import load_schema
from channelkit.database.schema import listings, tabs
from channelkit.database.schema import stores as known_stores
from channelkit.model.marketplaces import marketplace
from channelkit.trends.error_issues import read_issues
from channelkit.trends.error_words import put_in_words
from channelkit.trends.item_gaps import Gap, find_gaps
from channelkit.trends.touched import DAYS, read_sold

IMPROVEMENTS = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "seller_sku", "asin", "title", "tab", "severity", "code")),
        *((name, pa.string()) for name in ("attributes", "said", "meaning", "fix")),
        ("is_known", pa.bool_()),
        ("sold_a_day", pa.int64()),
        ("currency", pa.string()),
        ("observed_at", pa.int64()),
    ]
)
"""What `read_improvements` returns; ``said`` is Amazon's suggestion, ``attributes`` what it is about, by their titles
where Amazon's definition of the product type was read; ``sold_a_day`` in minor units; times in milliseconds."""

LACKING, RECOMMENDED = "NO_VALUE", "RECOMMENDED"
"""Code and severity of attributes that an item lacks; Amazon has no issue of that name."""

TITLES_OF = 200
"""Definitions that are opened for titles, at the most."""


def read_improvements(database: Database, stores: Sequence[str], *, now_ms: int) -> pa.Table:
    """Return the suggestions for listings that are on Amazon, those that sell most first.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    with database.read() as connection:
        found = [issue for issue in read_issues(connection, stores) if not issue.is_blocking]
        where = sa.select(known_stores.c.name, known_stores.c.marketplace_id)
        sites: dict[str, str] = {row.name: row.marketplace_id for row in connection.execute(where)}
        about = _read_listings(connection, stores) if found else {}
        types = {(sites[i.store], about[i.store, i.seller_sku]["product_type"]) for i in found if i.attributes}
        gaps = list(find_gaps(connection, {store: sites[store] for store in stores if store in sites}))
        types |= {(sites[gap.listing["store"]], gap.listing["product_type"]) for gap in gaps}
        titles = _read_titles(connection, types)
        sold = read_sold(connection, stores, now_ms) if found or gaps else {}
    told = []
    for issue in found:
        listing = about[issue.store, issue.seller_sku]
        named = titles.get((sites[issue.store], listing["product_type"]), {})
        words = put_in_words(
            issue.code, kind="listing issue", system="amazon", message=issue.message, categories=issue.categories
        )
        told.append(
            {
                "store": issue.store,
                "seller_sku": issue.seller_sku,
                **{name: listing[name] for name in ("asin", "title", "tab")},
                "severity": issue.severity,
                "code": issue.code,
                "attributes": ", ".join(_titled(name, named) for name in issue.attributes),
                "said": issue.message,
                "meaning": words.meaning,
                "fix": words.fix,
                "is_known": words.is_known,
                "sold_a_day": sold.get(issue.store, {}).get(issue.seller_sku, 0) // DAYS,
                "currency": marketplace(sites[issue.store]).currency,
                "observed_at": issue.observed_at,
            }
        )
    for gap in gaps:
        site = sites[gap.listing["store"]]
        told.append(
            _tell_gap(gap, titles.get((site, gap.listing["product_type"]), {}))
            | {
                "sold_a_day": sold.get(gap.listing["store"], {}).get(gap.listing["seller_sku"], 0) // DAYS,
                "currency": marketplace(site).currency,
            }
        )
    told.sort(key=lambda row: (-int(row["sold_a_day"] or 0), str(row["store"]), str(row["seller_sku"])))
    return pa.Table.from_pylist(told, schema=IMPROVEMENTS)


def _tell_gap(gap: Gap, titles: Mapping[str, str]) -> dict[str, str | int | bool | None]:
    codes = ", ".join(dict.fromkeys(code for _, code in gap.attributes))
    return {
        **{name: gap.listing[name] for name in ("store", "seller_sku", "asin", "title", "tab", "observed_at")},
        **{"severity": RECOMMENDED, "code": LACKING, "said": "", "is_known": True},
        "attributes": ", ".join(_titled(name, titles) for name, _ in gap.attributes),
        "meaning": "Amazon's item has no value of it, and items of its kind may have or usually have one.",
        "fix": f"Add it to the item in Seller Central. In Commerce it is mapped to: {codes}.",
    }


def _titled(name: str, titles: Mapping[str, str]) -> str:
    title = titles.get(name, "")
    return f"{title} ({name})" if title and title != name else name


def _read_listings(connection: Connection, stores: Sequence[str]) -> dict[tuple[str, str], dict[str, str | None]]:
    same = sa.and_(tabs.c.store == listings.c.store, tabs.c.listed == 1, tabs.c.sku == listings.c.seller_sku)
    columns = listings.c.store, listings.c.seller_sku, listings.c.asin, listings.c.title, listings.c.product_type
    query = sa.select(*columns, tabs.c.tab).select_from(listings.outerjoin(tabs, same))
    query = query.where(listings.c.store.in_(list(stores)), listings.c.issues.isnot(None))
    return {(row["store"], row["seller_sku"]): dict(row) for row in connection.execute(query).mappings()}


def _read_titles(
    connection: Connection, types: set[tuple[str, str | None]]
) -> dict[tuple[str, str | None], dict[str, str]]:
    """Return the titles that definitions give their attributes, as far as the definitions were read."""
    titles: dict[tuple[str, str | None], dict[str, str]] = defaultdict(dict)
    for site, kind in sorted(types, key=str)[:TITLES_OF]:
        schema = load_schema(connection, site, kind) if kind else None
        for name, about in ((schema or {}).get("properties") or {}).items():
            if isinstance(about, dict) and isinstance(about.get("title"), str):
                titles[site, kind][name] = about["title"]
    return titles
