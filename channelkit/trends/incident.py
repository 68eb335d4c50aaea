"""What surrounds one SKU, item or order: everything that may have gone wrong with it, read by its keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.connection import Database
from channelkit.database.listing_schema import feeds
from channelkit.database.order_schema import copies, order_lines, orders, stands, stock_ledger
from channelkit.database.schema import changes, listings, products, runs, stock, tabs, watermarks
from channelkit.database.schema import stores as known_stores
from channelkit.errors import UsageError
from channelkit.trends.change_log import Wanted, read_change_log
from channelkit.trends.error_groups import read_error_groups
from channelkit.trends.error_issues import Issue, read_issues

DAY = 86_400_000
DAYS = 30
"""Days that an incident looks back for calls, runs, orders and bulk submissions; the history of a SKU has no end."""

MOST = 200
"""Rows that are read of each source, the newest."""


class Found(NamedTuple):
    """What is meant: a listing or product of a store by its SKU, or an order by Amazon's number."""

    kind: Literal["listing", "product", "order"]
    store: str
    name: str


class Sale(NamedTuple):
    """An order that has the SKU, as far as an incident tells it; times in milliseconds since 1970.

    ``units`` were ordered, ``open`` of them are still to be sent; ``stage``, ``blocker``, ``note`` and ``next_step``
    are where it stands with us.
    """

    store: str
    order_id: str
    seller_sku: str
    created_at: int
    first_seen_at: int
    status: str
    fulfilled_by: str
    ship_by: int | None
    units: int
    open: int
    stage: str
    blocker: str
    note: str
    next_step: str


class Carried(NamedTuple):
    """A bulk submission that carried a change of the SKU; times in milliseconds since 1970."""

    feed_id: str
    state: str
    messages: int
    submitted_at: int
    closed_at: int | None
    note: str


class Entry(NamedTuple):
    """A line of the stock ledger; ``at`` in milliseconds since 1970."""

    at: int
    order_id: str
    kind: str
    units: int
    source: str


class FailedRun(NamedTuple):
    """A run that did not come to its end; times in milliseconds since 1970."""

    id: str
    job: str
    state: str
    started_at: int
    error: str


@dataclass(frozen=True)
class Evidence:
    """Everything that may explain what went wrong.

    Arguments:
        found: what was asked for.
        skus: seller SKUs that it is about.
        changes: columns of `channelkit.trends.change_log.CHANGE_LOG`, the newest first.
        errors: columns of `channelkit.trends.error_groups.ERROR_GROUPS`, of the store.
        salable: what Commerce can sell of the product; None where that is not known.
        stock_at, read_at: when stock and listings were last read, in milliseconds since 1970.
        missing_since: since when Amazon does not show the listing; None where it does.
        silent: why the store sends nothing, and what to do; empty where it may send.
    """

    found: Found
    now_ms: int
    skus: tuple[str, ...]
    product_sku: str | None
    changes: pa.Table
    errors: pa.Table
    issues: tuple[Issue, ...] = ()
    sales: tuple[Sale, ...] = ()
    feeds: tuple[Carried, ...] = ()
    ledger: tuple[Entry, ...] = ()
    runs: tuple[FailedRun, ...] = ()
    salable: int | None = None
    stock_at: int | None = None
    read_at: int | None = None
    missing_since: int | None = None
    quantity: int | None = None
    silent: str = ""


def find_what(database: Database, stores: Sequence[str], what: str) -> list[Found]:
    """Return what a person means by a SKU, an ASIN or an order's number; listings come before products.

    Arguments:
        what: a seller SKU, the SKU of a product, an ASIN, Amazon's number of an order, or Commerce's.

    Raises:
        UsageError: none of these stores has it.
    """
    what, names = what.strip(), list(stores)
    with database.read() as connection:
        found = [*_find_orders(connection, names, what), *_find_skus(connection, names, what)]
    if not found:
        raise UsageError(
            f"None of the stores {', '.join(names)} knows {what!r}.",
            "Name a seller SKU, the SKU of a product, an ASIN or an order's number; seller SKUs are exact. If it is "
            "new, read first: channelkit pull",
        )
    # A product that is listed is told by its listings.
    listed = {(each.store, each.name) for each in found if each.kind != "product"}
    told = [each for each in dict.fromkeys(found) if each.kind != "product" or (each.store, each.name) not in listed]
    return sorted(told, key=lambda each: each.kind == "product")


def _find_orders(connection: Connection, stores: list[str], what: str) -> Iterator[Found]:
    own = sa.select(orders.c.store).where(orders.c.store.in_(stores), orders.c.order_id == what)
    yield from (Found("order", store, what) for store in connection.execute(own).scalars())
    known = sa.and_(orders.c.store == copies.c.store, orders.c.order_id == copies.c.order_id)
    query = sa.select(copies.c.store, copies.c.order_id).select_from(copies.join(orders, known))
    copied = query.where(copies.c.store.in_(stores), copies.c.increment_id == what)
    yield from (Found("order", store, order_id) for store, order_id in connection.execute(copied))


def _find_skus(connection: Connection, stores: list[str], what: str) -> Iterator[Found]:
    of_stores = listings.c.store.in_(stores), sa.or_(listings.c.seller_sku == what, listings.c.asin == what)
    query = sa.select(listings.c.store, listings.c.seller_sku).where(*of_stores)
    by_name = query.order_by(listings.c.seller_sku != what, listings.c.store, listings.c.seller_sku)
    listed = [Found("listing", store, sku) for store, sku in connection.execute(by_name)]
    yield from sorted(listed, key=lambda each: (each.name != what, stores.index(each.store)))
    placed = sa.select(tabs.c.store, tabs.c.sku, tabs.c.listed).where(
        tabs.c.store.in_(stores), sa.or_(tabs.c.sku == what, tabs.c.product_sku == what, tabs.c.asin == what)
    )
    for store, sku, listed in connection.execute(placed.order_by(tabs.c.listed.desc(), tabs.c.store, tabs.c.sku)):
        yield Found("listing" if listed else "product", store, sku)
    # A product that the rules leave out is in no tab, and has its story all the same.
    if connection.execute(sa.select(products.c.sku).where(products.c.sku == what)).scalar() is not None:
        yield from (Found("product", store, what) for store in stores)


def read_evidence(database: Database, found: Found, *, now_ms: int, silent: str = "") -> Evidence:
    """Return everything that may explain what went wrong with a SKU or an order.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
        silent: why the store sends nothing; empty where it may send.
    """
    since, store = now_ms - DAYS * DAY, found.store
    with database.read() as connection:
        skus, product = _read_skus(connection, found)
        site = connection.execute(sa.select(known_stores.c.website).where(known_stores.c.name == store)).scalar()
        in_stock = sa.select(stock.c.salable).where(stock.c.website == site, stock.c.sku == product)
        of_it = sa.select(listings.c.missing_since, listings.c.quantity)
        one = of_it.where(listings.c.store == store, listings.c.seller_sku == (skus[0] if skus else ""))
        listing = connection.execute(one).first() if found.kind != "order" else None
        own = (
            [] if found.kind == "order" else [issue for sku in skus for issue in read_issues(connection, [store], sku)]
        )
        told: dict[str, Any] = {
            "issues": tuple(own),
            "sales": tuple(_read_sales(connection, found, skus, since)),
            "feeds": tuple(_read_feeds(connection, store, skus, since)),
            "ledger": tuple(_read_ledger(connection, found, product, skus, since)),
            "runs": tuple(_read_runs(connection, since)),
            "salable": connection.execute(in_stock).scalar(),
            "stock_at": _moved_at(connection, f"stock/{site}"),
            "read_at": _moved_at(connection, f"listings/{store}"),
        }
    names = [found.name] if found.kind == "order" else [*skus, *([product] if product else [])]
    changed = read_change_log(database, [store], Wanted(skus=sorted(set(names)), most=MOST), now_ms=now_ms)
    return Evidence(
        found=found,
        now_ms=now_ms,
        skus=skus,
        product_sku=product,
        changes=changed,
        errors=read_error_groups(database, [store], since, now_ms + 1, now_ms=now_ms),
        missing_since=listing.missing_since if listing else None,
        quantity=listing.quantity if listing else None,
        silent=silent,
        **told,
    )


def _read_skus(connection: Connection, found: Found) -> tuple[tuple[str, ...], str | None]:
    """Return the seller SKUs that it is about, and its product."""
    if found.kind == "order":
        query = sa.select(order_lines.c.seller_sku, order_lines.c.product_sku).where(
            order_lines.c.store == found.store, order_lines.c.order_id == found.name
        )
        lines = connection.execute(query.order_by(order_lines.c.item_id)).all()
        product = next((line.product_sku for line in lines if line.product_sku), None)
        return tuple(dict.fromkeys(line.seller_sku for line in lines)), product
    query = sa.select(tabs.c.product_sku, tabs.c.seller_sku).where(
        tabs.c.store == found.store, tabs.c.sku == found.name, tabs.c.listed == (1 if found.kind == "listing" else 0)
    )
    tab = connection.execute(query).first()
    if found.kind == "listing":
        return (found.name,), tab.product_sku if tab else None
    return ((tab.seller_sku or found.name) if tab else found.name,), found.name


def _read_sales(connection: Connection, found: Found, skus: Sequence[str], since: int) -> Iterator[Sale]:
    """Yield the orders that have the SKU, the newest first; of an order itself all its lines."""
    ours = sa.and_(orders.c.store == order_lines.c.store, orders.c.order_id == order_lines.c.order_id)
    standing = sa.and_(stands.c.store == orders.c.store, stands.c.order_id == orders.c.order_id)
    gone = orders.c.status.in_(("CANCELLED", "UNFULFILLABLE"))
    still = sa.case((gone, 0), else_=order_lines.c.ordered - order_lines.c.fulfilled - order_lines.c.cancelled)
    columns = (
        *(orders.c.store, orders.c.order_id, order_lines.c.seller_sku, orders.c.created_at, orders.c.first_seen_at),
        *(orders.c.status, orders.c.fulfilled_by, orders.c.ship_by, order_lines.c.ordered, still),
        *(sa.func.coalesce(stands.c[name], "") for name in ("stage", "blocker", "note", "next_step")),
    )
    query = sa.select(*columns).select_from(order_lines.join(orders, ours).outerjoin(stands, standing))
    query = query.where(orders.c.store == found.store)
    if found.kind == "order":
        query = query.where(orders.c.order_id == found.name)
    else:
        open_now = orders.c.status.in_(("UNSHIPPED", "PARTIALLY_SHIPPED", "PENDING", "PENDING_AVAILABILITY"))
        lately = sa.or_(orders.c.created_at >= since, open_now)
        query = query.where(order_lines.c.seller_sku.in_(list(skus)), lately)
    yield from (Sale(*row) for row in connection.execute(query.order_by(orders.c.created_at.desc()).limit(MOST)))


def _read_feeds(connection: Connection, store: str, skus: Sequence[str], since: int) -> Iterator[Carried]:
    carrying = sa.select(changes.c.feed).where(
        changes.c.store == store, changes.c.seller_sku.in_(list(skus)), changes.c.feed != ""
    )
    query = sa.select(*(feeds.c[name] for name in Carried._fields))
    mine = query.where(feeds.c.store == store, feeds.c.feed_id.in_(carrying), feeds.c.submitted_at >= since)
    yield from (Carried(*row) for row in connection.execute(mine.order_by(feeds.c.submitted_at.desc()).limit(MOST)))


def _read_ledger(
    connection: Connection, found: Found, product: str | None, skus: Sequence[str], since: int
) -> Iterator[Entry]:
    query = sa.select(*(stock_ledger.c[name] for name in Entry._fields)).where(stock_ledger.c.store == found.store)
    if found.kind == "order":
        query = query.where(stock_ledger.c.order_id == found.name)
    else:
        about = sa.or_(stock_ledger.c.seller_sku.in_(list(skus)), stock_ledger.c.product_sku == (product or ""))
        query = query.where(about, stock_ledger.c.at >= since)
    newest = query.order_by(stock_ledger.c.at.desc(), stock_ledger.c.id.desc()).limit(MOST)
    yield from (Entry(*row) for row in connection.execute(newest))


def _read_runs(connection: Connection, since: int) -> Iterator[FailedRun]:
    query = sa.select(*(runs.c[name] for name in FailedRun._fields))
    bad = query.where(runs.c.started_at >= since, runs.c.state.in_(("failed", "died")))
    yield from (FailedRun(*row) for row in connection.execute(bad.order_by(runs.c.started_at.desc()).limit(MOST)))


def _moved_at(connection: Connection, name: str) -> int | None:
    found: Any = connection.execute(sa.select(watermarks.c.moved_at).where(watermarks.c.name == name)).scalar()
    return None if found is None else int(found)
