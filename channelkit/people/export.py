"""All that is kept of one person, as plain values that they can be handed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.order_schema import order_lines, orders, parcels, people_log, returns
from channelkit.model.marketplaces import currency_digits, marketplace
from channelkit.people.elsewhere import list_copies, tell_elsewhere
from channelkit.people.search import Entry, find_entries
from channelkit.people.vault import EXPORTED, Vault

_ORDER = ("status", "fulfilled_by", "currency", "service_level", "cancel_reason", "replaces")
_AMOUNTS = ("item", "shipping", "gift_wrap", "cod", "other", "discount", "tax")


def export_person(vault: Vault, connection: Connection, query: str, by: str, purpose: str) -> dict[str, Any]:
    """Return what is kept of one person: who they are, their orders, and who looked at it.

    Arguments:
        query: an e-mail address, Amazon's number of an order, or a pseudonym.
        by: who exports it; written down for each order.

    Raises:
        UsageError: nobody is known by it.
        SettingsError: the key is not there.
    """
    entries = find_entries(vault, connection, query)
    vault.log(connection, [entry.key for entry in entries], EXPORTED, by, purpose)
    numbers = list_copies(connection, entries)
    return {
        "exported_at": _moment(vault.now()),
        "exported_by": by,
        "pseudonyms": sorted({entry.pseudonym for entry in entries if entry.pseudonym}),
        "orders": [_order(connection, entry) | {"commerce": numbers.get(entry.key, [])} for entry in entries],
        "elsewhere": tell_elsewhere(connection, entries),
    }


def read_log(connection: Connection, keys: Sequence[tuple[str, str]] | None = None, since: int = 0) -> list[Any]:
    """Return what was done with people's data, the newest first: time, store, order, deed, by whom, what for.

    Arguments:
        keys: only these orders (store and order id); all by default.
        since: milliseconds since 1970.
    """
    columns = (people_log.c.at, people_log.c.store, people_log.c.order_id, people_log.c.deed)
    query = sa.select(*columns, people_log.c.by_whom, people_log.c.purpose).where(people_log.c.at >= since)
    if keys is not None:
        query = query.where(people_log.c.order_id.in_([order_id for _store, order_id in keys]))
    found = [row._asdict() for row in connection.execute(query.order_by(people_log.c.id.desc()))]
    wanted = None if keys is None else set(keys)
    return [row for row in found if wanted is None or (row["store"], row["order_id"]) in wanted]


def _order(connection: Connection, entry: Entry) -> dict[str, Any]:
    def of(table: sa.Table) -> list[sa.Row[Any]]:
        its = (table.c.store == entry.store, table.c.order_id == entry.order_id)
        return list(connection.execute(sa.select(table).where(*its)))

    (order,) = of(orders)
    digits = currency_digits(order.currency) if order.currency else 2
    log = read_log(connection, [entry.key])
    return {
        "store": entry.store,
        "order_id": entry.order_id,
        "marketplace": marketplace(order.marketplace_id).country,
        "person": msgspec.to_builtins(entry.person) if entry.person else None,
        "created_at": _moment(order.created_at),
        "updated_at": _moment(order.updated_at),
        **{name: getattr(order, name) for name in _ORDER},
        "total": _amount(order.total, digits),
        "items": [
            {
                "title": line.title,
                "seller_sku": line.seller_sku,
                "asin": line.asin,
                "ordered": line.ordered,
                "fulfilled": line.fulfilled,
                "cancelled": line.cancelled,
                **{name: _amount(getattr(line, name), digits) for name in _AMOUNTS},
            }
            for line in of(order_lines)
        ],
        "parcels": [
            {
                "carrier": parcel.carrier,
                "tracking": parcel.tracking,
                "status": parcel.status,
                "shipped_at": _moment(parcel.shipped_at),
            }
            for parcel in of(parcels)
        ],
        "returns": [
            {
                "units": each.units,
                "status": each.status,
                "reason": each.reason,
                "refunded": _amount(each.refunded, digits),
            }
            for each in of(returns)
        ],
        "log": [{**row, "at": _moment(row["at"])} for row in log],
    }


def _amount(units: int | None, digits: int) -> str | None:
    return None if units is None else str(Decimal(units).scaleb(-digits))


def _moment(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
