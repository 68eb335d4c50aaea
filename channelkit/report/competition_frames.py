"""What others want as analysts see it: all listings with the featured offer, or one listing with all offers (RP-06)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlalchemy as sa

from channelkit.database.competition import load_newest, read_offers
from channelkit.database.connection import Database
from channelkit.database.schema import listings
from channelkit.errors import UsageError
from channelkit.report.competition_rows import add_margins, read_compared
from channelkit.report.margin_columns import FindMargins
from channelkit.report.tables import TIME, money

if TYPE_CHECKING:
    import pandas as pd

REVENUE_DAYS = 30
_DAY = 86_400_000
_MONEY = (
    *("price", "margin", "shipping", "landed", "lowest_landed", "featured_landed", "difference", "expected"),
    "revenue",
)

OFFERS = pa.schema(
    [
        *((name, pa.string()) for name in ("asin", "condition", "subcondition", "seller_id")),
        *((name, pa.bool_()) for name in ("ours", "featured")),
        ("channel", pa.string()),
        *((name, pa.int64()) for name in ("price", "shipping", "points", "landed")),
        ("currency", pa.string()),
        *((name, pa.int64()) for name in ("feedback", "ratings", "asked_at")),
    ]
)
"""The columns of one listing's offers: ``channel`` is Amazon or Merchant, ``feedback`` percent of positive ratings."""


def competition_frame(
    database: Database, stores: Sequence[str], now_ms: int, *, margins: FindMargins | None = None
) -> pd.DataFrame:
    """Return every matched listing on sale beside what others want for the same item (RP-03, TB-06).

    Its columns are those of `channelkit.report.competition_rows.COMPARED`, with prices as exact amounts and times in
    UTC; ``revenue`` is of the last 30 days, ``margin`` is empty where cost or Amazon's fees are not known.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
        margins: finds what is left of prices.
    """
    found = read_compared(database, stores, now_ms - REVENUE_DAYS * _DAY, now_ms)
    return _frame(add_margins(database, found, margins), _MONEY)


def offers_frame(database: Database, store: str, sku: str) -> pd.DataFrame:
    """Return all offers that we know for one listing's item, in each condition the lowest landed price first (RP-06).

    Arguments:
        sku: a seller SKU of the store.

    Returns:
        The columns of `OFFERS`; no row where Amazon was not asked yet, or has no offer.

    Raises:
        UsageError: the store has no such listing on Amazon.
    """
    with database.read() as connection:
        where = (listings.c.store == store, listings.c.seller_sku == sku)
        row = connection.execute(sa.select(listings.c.asin).where(*where)).first()
        if row is None:
            raise UsageError(
                f"Store {store!r} has no listing {sku!r} on Amazon.", "store.competition() lists those that it has."
            )
        known = load_newest(connection, store, [row.asin] if row.asin else [])
    return _frame(tabulate_offers(known), ("price", "shipping", "points", "landed"))


def tabulate_offers(known: pa.Table) -> pa.Table:
    """Return what `channelkit.database.competition.load_newest` gave as the columns of `OFFERS`."""
    found: list[dict[str, Any]] = []
    for answer in known.to_pylist():
        told = {name: answer[name] for name in ("asin", "currency", "asked_at")}
        for offer in read_offers(answer["offers"]):
            row = {name: getattr(offer, name) for name in OFFERS.names if hasattr(offer, name)}
            channel = None if offer.by_amazon is None else "Amazon" if offer.by_amazon else "Merchant"
            found.append(told | row | {"channel": channel})
    return pa.Table.from_pylist(found, schema=OFFERS)


def _frame(found: pa.Table, amounts: Sequence[str]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy

    for name in amounts:
        place = found.column_names.index(name)
        found = found.set_column(place, name, money(found[name], found["currency"]))
    place = found.column_names.index("asked_at")
    found = found.set_column(place, "asked_at", found["asked_at"].cast(TIME))
    return found.to_pandas(types_mapper=pd.ArrowDtype)
