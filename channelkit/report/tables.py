"""Tables as analysts see them: plain DataFrames with stable column names, exact money, and times in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.price_schema import ALL_TABLES
from channelkit.database.schema import changes, listings, products, tabs
from channelkit.database.schema import stores as known_stores
from channelkit.errors import UsageError
from channelkit.model.columns import one
from channelkit.model.marketplaces import CURRENCY_DIGITS, currency_digits, marketplace
from channelkit.report.counts import TAB_NAMES
from channelkit.report.margin_columns import FindMargins, find_in_stores, shares_of

if TYPE_CHECKING:
    import pandas as pd

MONEY = pa.decimal128(24, 2)
TIME = pa.timestamp("ms", "UTC")

_TEXTS = ("store", "sku", "seller_sku", "asin", "title", "tab", "status", "reason", "next_step", "actions", "currency")
_LISTINGS = pa.schema(
    [(name, pa.string()) for name in _TEXTS]
    + [(name, pa.int64()) for name in ("price", "wanted_price", "quantity", "wanted_quantity")]
    + [(name, pa.string()) for name in ("fulfillment_channel", "product_sku", "method", "evidence")]
    + [(name, pa.string()) for name in ("condition", "image_url")]
    + [("listed", pa.bool_()), ("stale", pa.bool_()), ("since", pa.int64()), ("observed_at", pa.int64())]
)
_CHANGES = pa.schema(
    [("id", pa.int64())]
    + [(name, pa.string()) for name in ("store", "seller_sku", "field")]
    + [("before", pa.int64()), ("after", pa.int64())]
    + [(name, pa.string()) for name in ("before_text", "after_text", "because", "state", "note", "ordered_by", "run")]
    + [(name, pa.int64()) for name in ("planned_at", "sent_at", "accepted_at", "closed_at")]
)


def listings_frame(
    database: Database, stores: Sequence[str], tab: str | None = None, *, margins: FindMargins | None = None
) -> pd.DataFrame:
    """Return every listing, and every product that could be one, with its tab (TB-01).

    Beside its price stands what is left of it, ``margin``, and which share of it that is, ``margin_percent``; both are
    empty where cost or Amazon's fees are not known.

    Arguments:
        stores: names of stores.
        tab: only this tab.
        margins: finds what is left of prices.

    Raises:
        UsageError: there is no such tab.
    """
    if tab is not None and tab not in TAB_NAMES:
        raise UsageError(f"There is no tab {tab!r}.", f"The tabs are: {', '.join(TAB_NAMES)}.")
    on_amazon = sa.and_(tabs.c.listed == 1, listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku)
    joined = tabs.outerjoin(listings, on_amazon).outerjoin(products, products.c.sku == tabs.c.product_sku)
    sources: dict[str, sa.ColumnElement[Any]] = {name: tabs.c[name] for name in _LISTINGS.names if name in tabs.c}
    sources |= {name: listings.c[name] for name in ("price", "currency", "quantity", "observed_at")}
    sources |= {name: listings.c[name] for name in ("fulfillment_channel", "condition", "image_url")}
    prospective = sa.func.coalesce(tabs.c.seller_sku, products.c.seller_sku, tabs.c.sku)
    sources |= {"seller_sku": sa.case((tabs.c.listed == 1, tabs.c.sku), else_=prospective)}
    sources |= {"title": sa.func.coalesce(listings.c.title, products.c.name)}
    query = sa.select(*(sources[name].label(name) for name in _LISTINGS.names)).select_from(joined)
    query = query.where(tabs.c.store.in_(list(stores))).order_by(tabs.c.store, tabs.c.sku)
    if tab is not None:
        query = query.where(tabs.c.tab == tab)
    with database.read() as connection:
        found = rows.read(connection, query, _LISTINGS)
        margin = find_in_stores(connection, found, margins)
    beside = found.column_names.index("price") + 1
    found = found.add_column(beside, "margin_percent", shares_of(margin, one(found["price"])))
    found = found.add_column(beside, "margin", margin)
    for name in ("price", "margin", "wanted_price"):
        found = _replaced(found, name, money(found[name], found["currency"]))
    return _frame(found, times=("since", "observed_at"))


def tab_counts(database: Database, stores: Sequence[str]) -> pd.DataFrame:
    """Return how many listings each store has in each tab: a row for each tab, a column for each store."""
    import pandas as pd  # noqa: PLC0415

    query = sa.select(tabs.c.tab, tabs.c.store, sa.func.count().label("listings"))
    query = query.where(tabs.c.tab.isnot(None)).group_by(tabs.c.tab, tabs.c.store)
    with database.read() as connection:
        counted = {(tab, store): count for tab, store, count in connection.execute(query)}
    figures = {store: [counted.get((tab, store), 0) for tab in TAB_NAMES] for store in stores}
    return pd.DataFrame(figures, index=pd.Index(TAB_NAMES, name="tab"))


def changes_frame(database: Database, stores: Sequence[str], states: Sequence[str] = ()) -> pd.DataFrame:
    """Return changes from the journal, the newest first (RP-01).

    Arguments:
        states: only these states: planned, held, sent, accepted, refused, confirmed, expired, dropped.
    """
    query = sa.select(*(changes.c[name] for name in _CHANGES.names)).where(changes.c.store.in_(list(stores)))
    if states:
        query = query.where(changes.c.state.in_(list(states)))
    with database.read() as connection:
        found = rows.read(connection, query.order_by(changes.c.id.desc()), _CHANGES)
        sites = connection.execute(sa.select(known_stores.c.name, known_stores.c.marketplace_id)).all()
    without_cents = [name for name, site in sites if marketplace(site).digits == 0]
    has_none = pc.is_in(found["store"], pa.array(without_cents, pa.string()))
    found = _with_amounts(found, has_none)
    return _frame(found, times=("planned_at", "sent_at", "accepted_at", "closed_at"))


def count_rows(database: Database) -> dict[str, int]:
    """Return how many rows each table holds."""
    with database.read() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in ALL_TABLES.sorted_tables
        }


def plan_frame(planned: pa.Table, currency: str) -> pd.DataFrame:
    """Return planned changes with prices as amounts and quantities as whole numbers.

    Arguments:
        planned: ``seller_sku, field, before, after, because`` and perhaps ``note``; money in minor units.
    """
    has_none = pa.chunked_array([pa.repeat(currency_digits(currency) == 0, planned.num_rows)])
    return _frame(_with_amounts(planned, has_none))


def comparison_frame(compared: pa.Table) -> pd.DataFrame:
    """Return both sides of listings with prices as amounts (SY-06).

    Arguments:
        compared: columns of `channelkit.plan.comparison.COMPARISON`; money in minor units.
    """
    currencies = {"commerce_price": "commerce_currency"}
    for name in ("amazon_price", "commerce_price", "new_price", "price_difference"):
        amounts = money(compared[name], compared[currencies.get(name, "currency")])
        compared = _replaced(compared, name, amounts)
    return _frame(compared)


def money(minor: pa.ChunkedArray, currency: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return amounts of minor units, each by its currency's digits."""
    has_none = pc.is_in(currency, pa.array([code for code, digits in CURRENCY_DIGITS.items() if digits == 0]))
    return _amounts(minor, has_none)


def _with_amounts(changes: pa.Table, has_none: pa.ChunkedArray) -> pa.Table:
    """Return changes whose prices are amounts; quantities stay whole numbers."""
    is_price = pc.equal(changes["field"], "price")
    for name in ("before", "after"):
        amounts = _amounts(changes[name], has_none)
        changes = _replaced(changes, name, pc.if_else(is_price, amounts, changes[name].cast(MONEY)))
    return changes


def _amounts(minor: pa.ChunkedArray, has_none: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return amounts of minor units; ``has_none`` says where the currency has no smaller unit."""
    return pc.if_else(has_none, _scaled(minor, 0), _scaled(minor, 2))


def _scaled(minor: pa.ChunkedArray, digits: int) -> pa.ChunkedArray:
    amount = pc.multiply(minor.cast(pa.decimal128(19, 0)), pa.scalar(Decimal(1).scaleb(-digits), pa.decimal128(3, 2)))
    return amount.cast(MONEY)


def _replaced(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def _frame(table: pa.Table, times: Sequence[str] = ()) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - half a second that a cycle need not spend

    for name in times:
        table = _replaced(table, name, table[name].cast(TIME))
    return table.to_pandas(types_mapper=pd.ArrowDtype)
