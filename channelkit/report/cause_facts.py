"""What is known of troubles beside the page's own facts: refused credentials, sold-out orders, stuck feeds, brands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import products, rows
from channelkit.database.failures import REFUSING, REFUSING_CODES, let_in_at
from channelkit.database.listing_schema import feeds
from channelkit.database.order_schema import order_lines, stands
from channelkit.database.schema import listings, stock, stores, tabs
from channelkit.database.trend_schema import alerts
from channelkit.orders.blockers import OUT_OF_STOCK
from channelkit.report.counts import count_failures
from channelkit.report.summary import only

MOST = 5000
"""Rows that are read of each kind."""


@dataclass(frozen=True)
class CauseFacts:
    """What is known of troubles, each table with few rows.

    Arguments:
        refused: calls that are still refused for who asks, by kind, see `channelkit.report.counts.count_failures`.
        oversold: lines of orders that wait for stock: ``store, order_id, seller_sku, title, ordered, salable, offered,
            note, since``.
        feeds: bulk submissions, the newest first.
        stopped: inactive listings with their product's ``brand``.
        alerts: what was told of and is not over.
    """

    refused: pa.Table
    oversold: pa.Table
    feeds: pa.Table
    stopped: pa.Table
    alerts: pa.Table


def read_cause_facts(connection: Connection, names: Sequence[str], since_ms: int, brand: str) -> CauseFacts:
    """Read what is known of troubles of these stores.

    Arguments:
        since_ms: refused calls count from then on, in milliseconds since 1970.
        brand: code of the attribute that holds a product's brand; empty where none does.
    """
    return CauseFacts(
        _refused(connection, names, since_ms),
        _oversold(connection, names),
        _feeds(connection, names),
        _stopped(connection, names, brand),
        _alerts(connection, names),
    )


def _refused(connection: Connection, names: Sequence[str], since_ms: int) -> pa.Table:
    """Return calls that were refused for who asked, of those sides that were not read since."""
    found = only(count_failures(connection, since_ms), ["", *names])
    by_status = pc.fill_null(pc.is_in(found["status"], pa.array(REFUSING, found["status"].type)), False)
    found = found.filter(pc.or_(by_status, pc.is_in(found["code"], pa.array(REFUSING_CODES))))
    read = [let_in_at(connection, row["system"], row["store"]) for row in found.to_pylist()]
    return found.filter(pc.greater(found["last_at"], pc.fill_null(pa.array(read, pa.int64()), -1)))


def _oversold(connection: Connection, names: Sequence[str]) -> pa.Table:
    same = sa.and_(stands.c.store == order_lines.c.store, stands.c.order_id == order_lines.c.order_id)
    listed = sa.and_(listings.c.store == order_lines.c.store, listings.c.seller_sku == order_lines.c.seller_sku)
    there = sa.and_(stock.c.website == stores.c.website, stock.c.sku == order_lines.c.product_sku)
    columns = [
        *(order_lines.c[name] for name in ("store", "order_id", "seller_sku", "title", "ordered")),
        *(stock.c.salable, listings.c.quantity.label("offered"), stands.c.note, stands.c.since),
    ]
    query = (
        sa.select(*columns)
        .select_from(
            # Left: SQLite would else begin with the lines, and look up where the order of each stands.
            stands.outerjoin(order_lines, same)
            .outerjoin(stores, stores.c.name == order_lines.c.store)
            .outerjoin(listings, listed)
            .outerjoin(stock, there)
        )
        .where(stands.c.blocker == OUT_OF_STOCK, stands.c.store.in_(names))
        .order_by(stands.c.since, order_lines.c.order_id, order_lines.c.item_id)
        .limit(MOST)
    )
    texts = ("store", "order_id", "seller_sku", "title", "note")
    wholes = ("ordered", "salable", "offered", "since")
    found = rows.read(connection, query, _schema(texts, wholes, [column.name for column in columns]))
    return found.filter(pc.is_valid(found["order_id"]))


def _feeds(connection: Connection, names: Sequence[str]) -> pa.Table:
    texts, wholes = ("store", "feed_id", "state", "note"), ("messages", "submitted_at", "closed_at")
    query = sa.select(*(feeds.c[name] for name in (*texts, *wholes))).where(feeds.c.store.in_(names))
    return rows.read(connection, query.order_by(feeds.c.submitted_at.desc()).limit(200), _schema(texts, wholes))


def _stopped(connection: Connection, names: Sequence[str], brand: str) -> pa.Table:
    """Return inactive listings with the brand of their product."""
    on_amazon = sa.and_(listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku)
    texts = ("store", "sku", "asin", "tab", "status", "reason", "next_step", "product_sku")
    query = (
        sa.select(*(tabs.c[name] for name in texts), listings.c.title, tabs.c.since)
        .select_from(tabs.outerjoin(listings, on_amazon))
        .where(tabs.c.store.in_(names), tabs.c.listed == 1, tabs.c.tab == "Inactive")
        .order_by(tabs.c.since.desc(), tabs.c.sku)
        .limit(MOST)
    )
    found = rows.read(connection, query, _schema((*texts, "title"), ("since",)))
    skus = pc.drop_null(found["product_sku"]).unique().to_pylist()
    known: dict[str, str] = {}
    if brand and skus:
        read = products.load_texts(connection, [brand], skus=skus)
        known = dict(zip(read["sku"].to_pylist(), read[brand].to_pylist(), strict=True))
    brands = [known.get(sku) or "" for sku in found["product_sku"].to_pylist()]
    return found.append_column("brand", pa.array(brands, pa.string()))


def _alerts(connection: Connection, names: Sequence[str]) -> pa.Table:
    texts, wholes = ("kind", "store", "words", "fix"), ("id", "first_at", "last_at", "times")
    query = sa.select(*(alerts.c[name] for name in (*texts, *wholes)))
    query = query.where(alerts.c.closed_at.is_(None), alerts.c.store.in_(["", *names])).order_by(alerts.c.first_at)
    return rows.read(connection, query.limit(MOST), _schema(texts, wholes))


def _schema(texts: Sequence[str], wholes: Sequence[str], order: Sequence[str] = ()) -> pa.Schema:
    kinds = dict.fromkeys(texts, pa.string()) | dict.fromkeys(wholes, pa.int64())
    return pa.schema([(name, kinds[name]) for name in (order or kinds)])
