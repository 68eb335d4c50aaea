"""What tells whether a quantity fell on Amazon by itself: our last word on it, and the orders that are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.database import tabs
from channelkit.database.falls import load_falls, load_known, load_last_sent
from channelkit.database.listings import load
from channelkit.database.progress import read_watermark
from channelkit.database.stores import list_sharing
from channelkit.database.unread_orders import load_unread
from channelkit.plan.pauses import LATELY
from channelkit.plan.raises import Past
from channelkit.pull.orders import read_until
from channelkit.pull.orders_report import told_mark


class Account(NamedTuple):
    """A store as its quantities have it: whose orders take from them.

    Arguments:
        sharing_sites: ids of the marketplaces in which a seller SKU of the account has one quantity with the store's.
        pauses: scarce goods are off offer while their quantity is corrected.
    """

    store: str
    seller_id: str
    sharing_sites: tuple[str, ...]
    pauses: bool = False


def load_past(
    connection: Connection, account: Account, listings: pa.Table, seller_skus: Sequence[str], now: int
) -> Past | None:
    """Return what is known of the past of these quantities, or None where orders were never read.

    Arguments:
        listings: ``seller_sku, quantity`` as Amazon was last read.
        seller_skus: those whose quantity is to change; all others cost nothing.
        now: milliseconds since 1970.
    """
    store = account.store
    until = read_until(connection, account.seller_id)
    if until is None:
        return None
    sharing = list_sharing(connection, store, account.sharing_sites)
    told = [int(read_watermark(connection, told_mark(name)) or 0) for name in sharing]
    until = max(until, min(told, default=0))
    last_sent = load_last_sent(connection, store, seller_skus)
    since = min(pc.min(last_sent["closed_at"]).as_py() or 0, now - LATELY)
    before = tabs.load_tabs(connection, store, ("sku", "listed", "wanted_quantity"), seller_skus)
    before = before.filter(before["listed"]).select(["sku", "wanted_quantity"])
    return Past(
        shown=listings.select(["seller_sku", "quantity"]),
        last_sent=last_sent,
        known=pa.concat_tables(
            [
                load_known(connection, account.seller_id, account.sharing_sites, seller_skus, since),
                load_unread(connection, sharing, seller_skus),
            ]
        ),
        falls=load_falls(connection, store),
        orders_read_until=until,
        wanted_before=before.rename_columns(["seller_sku", "wanted_quantity"]),
        shown_since=load(connection, store, ("seller_sku", "changed_at"), seller_skus) if account.pauses else None,
    )
