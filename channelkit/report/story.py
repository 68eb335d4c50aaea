"""The story of one SKU: the dated facts of both sides, the decision they led to, and what changed before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history
from channelkit.database.connection import Database
from channelkit.database.schema import changes, listings, products, stock, tabs
from channelkit.errors import UsageError
from channelkit.report.wording import moment, money

Line = tuple[str, str]
LAST = 10
"""Changes and events told of each kind."""


def tell_story(database: Database, store: str, sku: str, website: str) -> list[Line]:
    """Return labelled sentences about a SKU, the decision first.

    Arguments:
        sku: a seller SKU, or the SKU of a product that is not on Amazon.
        website: code of the website whose stock counts.

    Raises:
        UsageError: neither side has it.
    """
    with database.read() as connection:
        listing = _row(connection, listings, listings.c.store == store, listings.c.seller_sku == sku)
        tab = _row(connection, tabs, tabs.c.store == store, tabs.c.sku == sku)
        product_sku = tab["product_sku"] if tab and tab["product_sku"] else sku
        product = _row(connection, products, products.c.sku == product_sku)
        salable = _row(connection, stock, stock.c.website == website, stock.c.sku == product_sku)
        journal = list(_changes(connection, store, sku))
    if listing is None and product is None:
        raise UsageError(
            f"Neither Amazon store {store!r} nor Commerce has the SKU {sku!r}.",
            "Seller SKUs are exact: capitals, spaces and leading zeros count. channelkit listings shows them all.",
        )
    lines = [("SKU", sku), ("Store", store), *_tell_decision(tab)]
    if listing:
        lines += _tell_listing(listing)
    if product:
        lines += _tell_product(product, salable)
    return lines + journal + _tell_history(database, [sku, product_sku], [store, website, ""])


def _tell_decision(tab: Mapping[str, Any] | None) -> Iterator[Line]:
    if tab is None or tab["tab"] is None:
        yield "Tab", "in no tab"
        yield "Why", (tab or {}).get("reason") or "No cycle has decided about it, or the listing rules leave it out."
        return
    since = f" since {moment(tab['since'])}" if tab["since"] else ""
    yield "Tab", f"{tab['tab']} ({tab['status']}){since}" + (", from facts that are too old" if tab["stale"] else "")
    for label, name in (("Why", "reason"), ("Next step", "next_step"), ("Allowed", "actions")):
        if tab[name]:
            yield label, tab[name]
    if tab["evidence"]:
        yield "Link", tab["evidence"] + _tell_link(tab)


def _tell_link(tab: Mapping[str, Any]) -> str:
    """Say how a link was found, how certain it is, by whom and when."""
    if not tab["method"]:
        return ""
    by = f", by {tab['linked_by']}" if tab["linked_by"] else ""
    sure = f", {tab['confidence']:.0%} certain" if tab["confidence"] is not None and tab["confidence"] < 1 else ""
    since = f", since {moment(tab['linked_at'])}" if tab["linked_at"] else ""
    return f" ({tab['method'].replace('_', ' ')}{by}{sure}{since})"


def _tell_listing(listing: Mapping[str, Any]) -> Iterator[Line]:
    seen = f"as of {moment(listing['observed_at'])}, from the {listing['source']}"
    price = money(listing["price"], listing["currency"] or "")
    amount = "not known" if listing["quantity"] is None else f"{listing['quantity']:,}"
    yield "On Amazon", f"{listing['title'] or 'no title'}; ASIN {listing['asin'] or 'none'}; {seen}"
    channel = listing["fulfillment_channel"] or "not known"
    yield "Offer", f"price {price}, quantity {amount}, fulfillment channel {channel}"
    state = [listing["status"] or ""]
    state += [words for flag, words in (("buyable", "buyable"), ("discoverable", "discoverable")) if listing[flag]]
    yield "Amazon says", ", ".join(filter(None, state)) or "nothing about its status"
    for issue in json.loads(listing["issues"] or "[]"):
        yield "Issue", f"{issue.get('severity', '')} {issue.get('code', '')}: {issue.get('message', '')}"
    if listing["missing_since"]:
        yield "Missing", f"looked for and not found since {moment(listing['missing_since'])}"


def _tell_product(product: Mapping[str, Any], salable: Mapping[str, Any] | None) -> Iterator[Line]:
    state = "enabled" if product["enabled"] else "disabled"
    yield (
        "In Commerce",
        f"{product['name']}; SKU {product['sku']}, {product['type']}, {state}, price {product['price']}",
    )
    if salable:
        yield "Salable", f"{salable['salable']} on website {salable['website']}, as of {moment(salable['observed_at'])}"
    if product["missing_since"]:
        yield "Missing", f"not in Commerce since {moment(product['missing_since'])}"


def _changes(connection: Connection, store: str, sku: str) -> Iterator[Line]:
    query = sa.select(changes).where(changes.c.store == store, changes.c.seller_sku == sku)
    for row in connection.execute(query.order_by(changes.c.id.desc()).limit(LAST)).mappings():
        at = row["closed_at"] or row["accepted_at"] or row["sent_at"] or row["planned_at"]
        words = f"{row['field']} {row['before']} → {row['after']}: {row['state']} at {moment(at)}"
        yield "Change", f"{words}. {row['because']} {row['note']}".strip()


def _tell_history(database: Database, skus: Sequence[str], places: Sequence[str]) -> list[Line]:
    """Return what changed before, of the store itself and of what all stores share."""
    query = (
        "select seen_at, subject, field, before, after, because from history "
        "where list_contains(?, sku) and list_contains(?, store) order by seen_at desc, field limit ?"
    )
    lines = []
    for row in history.query(database, query, [list(skus), list(places), LAST]).to_pylist():
        what = row["field"] if row["subject"] == row["field"] else f"{row['subject']} {row['field']}"
        before = "unknown" if row["before"] is None else row["before"]
        after = "nothing" if row["after"] is None else row["after"]
        lines.append(("Before", f"{row['seen_at']:%Y-%m-%d %H:%M} UTC, {what}: {before} → {after} ({row['because']})"))
    return lines


def _row(connection: Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> dict[str, Any] | None:
    row = connection.execute(sa.select(table).where(*where)).mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}
