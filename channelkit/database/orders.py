"""Orders as Amazon has told of them, kept without anybody's data: who ordered is in ``people`` alone.

What Amazon no longer tells stays as it was told: it takes money, addresses and phones out of its answers when an order
is cancelled or delivered. An answer older than what is kept changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history, rows
from channelkit.database.difference import Tally
from channelkit.database.history import Origin
from channelkit.database.order_schema import order_lines, orders, parcels
from channelkit.model.marketplaces import MARKETPLACES
from channelkit.model.orders import CANCELLED, SHIPPED, UNFULFILLABLE, Amounts, Line, Order, Parcel

ORDER = "order"
"""What the history's rows are about."""

_CURRENCIES = {each.id: each.currency for each in MARKETPLACES}
_DELIVERED = "DELIVERED"
_ENDED = (SHIPPED, CANCELLED, UNFULFILLABLE)
_FOLLOWED = ("status", "wants_cancellation")
"""Fields whose changes the history keeps."""

_LISTS = ("programs", "lacking")
_PLAIN = tuple(
    name for name in Order.__dataclass_fields__ if name not in ("lines", "parcels", "person", "pseudonym", *_LISTS)
)
_LINE = tuple(name for name in Line.__dataclass_fields__ if name != "amounts")
_MONEY = tuple(Amounts.__dataclass_fields__)
_PARCEL = tuple(name for name in Parcel.__dataclass_fields__ if name != "units")


class Found(NamedTuple):
    """An order, and the store that it is of."""

    store: str
    order: Order


def store_orders(
    connection: Connection,
    store: str,
    seller_id: str,
    found: Iterable[Order],
    *,
    at: int,
    run: str = "",
    products: Mapping[str, str] | None = None,
) -> Tally:
    """Keep what Amazon tells of orders; what is older than what is kept, or no different, changes nothing.

    Arguments:
        found: no order twice; their persons are not looked at.
        at: when it was read, in milliseconds since 1970.
        run: the run that read it.
        products: SKUs of the linked products by seller SKU; a line keeps the first that it had.
    """
    told = {order.order_id: order for order in found}
    known = {order.order_id: order for order in load_orders(connection, store, order_ids=list(told))}
    new, changed = [], []
    for order_id, order in told.items():
        before = known.get(order_id)
        after = lay_over(before, order)
        if before is None:
            new.append(after)
        elif after != before:
            changed.append(after)
    for order in (*new, *changed):
        _put(connection, store, seller_id, order, at)
        _put_lines(connection, store, order, products or {})
    origin = Origin(store, at, "Amazon", run)
    befores = [known[order.order_id] for order in changed]
    _note(connection, None, new, origin)
    _note(connection, befores, changed, origin)
    return Tally(len(new), len(changed), len(told) - len(new) - len(changed))


def lay_over(before: Order | None, told: Order) -> Order:
    """Return what is known of an order, the newest first, without its person, lines and parcels by their ids.

    Arguments:
        before: what is kept; None where nothing is.
        told: what Amazon answered.
    """
    lines = {line.item_id: line for line in told.lines}
    packages = {parcel.package_id: parcel for parcel in told.parcels}
    if before is None:
        return replace(told, lines=_sorted(lines), parcels=_sorted(packages), pseudonym="", person=None)
    if told.updated_at < before.updated_at:
        return before
    old = {line.item_id: line for line in before.lines}
    if told.total is None and before.total is not None:
        lines = {
            item_id: replace(line, amounts=old[item_id].amounts) if item_id in old else line
            for item_id, line in lines.items()
        }
    return replace(
        told,
        lines=_sorted(old | lines),
        parcels=_sorted({parcel.package_id: parcel for parcel in before.parcels} | packages),
        currency=told.currency or before.currency,
        total=before.total if told.total is None else told.total,
        ship_by=told.ship_by or before.ship_by,
        deliver_by=told.deliver_by or before.deliver_by,
        service_level=told.service_level or before.service_level,
        replaces=told.replaces or before.replaces,
        country=told.country or before.country,
        lacking=tuple(part for part in told.lacking if part in before.lacking),
        pseudonym=before.pseudonym,
        person=None,
    )


def name_buyers(connection: Connection, store: str, pseudonyms: Mapping[str, str]) -> None:
    """Keep under which pseudonym each order's buyer is known; an empty one changes nothing."""
    for order_id, pseudonym in pseudonyms.items():
        if pseudonym:
            chosen = (orders.c.store == store, orders.c.order_id == order_id, orders.c.pseudonym != pseudonym)
            connection.execute(orders.update().where(*chosen).values(pseudonym=pseudonym))


def mark_complete(connection: Connection, store: str, order_id: str) -> None:
    """Keep that an order's address lacks nothing any more; a later reading takes that back for no part of it."""
    chosen = (orders.c.store == store, orders.c.order_id == order_id)
    connection.execute(orders.update().where(*chosen).values(lacking=""))


def load_orders(
    connection: Connection,
    store: str,
    *,
    order_ids: Sequence[str] | None = None,
    since: int | None = None,
    open_only: bool = False,
) -> list[Order]:
    """Return a store's orders, the oldest first; none has a person.

    Arguments:
        order_ids: only these.
        since: only those created since, in milliseconds since 1970.
        open_only: only those that are neither shipped nor cancelled as a whole.
    """
    where = [orders.c.store == store]
    if since is not None:
        where.append(orders.c.created_at >= since)
    if open_only:
        where.append(orders.c.status.not_in(_ENDED))
    query = sa.select(*(orders.c[name] for name in (*_PLAIN, *_LISTS, "pseudonym"))).where(*where)
    if order_ids is None:
        found = [dict(row) for row in connection.execute(query).mappings()]
    else:
        found = [row for part in _parts(order_ids) for row in _of(connection, query, orders, part)]
    lines, packages = _load_lines(connection, store, found), _load_parcels(connection, store, found)
    loaded = [_order(row, lines[row["order_id"]], packages[row["order_id"]]) for row in found]
    return sorted(loaded, key=lambda order: (order.created_at, order.order_id))


def find_order(connection: Connection, order_id: str) -> Found | None:
    """Return the order of this number and the store that it is of, or None where no store has it."""
    store = connection.execute(sa.select(orders.c.store).where(orders.c.order_id == order_id)).scalar()
    if store is None:
        return None
    return Found(str(store), load_orders(connection, store, order_ids=[order_id])[0])


def find_owners(connection: Connection, seller_id: str, order_ids: Sequence[str]) -> dict[str, str]:
    """Return the store that each of these orders of a seller was kept for, where it is known at all."""
    query = sa.select(orders.c.order_id, orders.c.store).where(orders.c.seller_id == seller_id)
    found = [row for part in _parts(order_ids) for row in _of(connection, query, orders, part)]
    return {row["order_id"]: row["store"] for row in found}


def _put(connection: Connection, store: str, seller_id: str, order: Order, at: int) -> None:
    values: dict[str, object] = {name: getattr(order, name) for name in _PLAIN}
    values |= {name: ",".join(getattr(order, name)) for name in _LISTS}
    values |= {"store": store, "seller_id": seller_id, "first_seen_at": at, "observed_at": at}
    values |= {"units": order.units, "wants_cancellation": int(order.wants_cancellation)}
    keep = ["first_seen_at"]
    if order.parcels and not order.open_units and all(parcel.status == _DELIVERED for parcel in order.parcels):
        # When it was first seen so; later answers do not move it.
        known = sa.select(orders.c.delivered_at).where(orders.c.store == store, orders.c.order_id == order.order_id)
        values["delivered_at"] = connection.execute(known).scalar() or at
    rows.put(connection, orders, values, keep=keep)


def _put_lines(connection: Connection, store: str, order: Order, products: Mapping[str, str]) -> None:
    its = {"store": store, "order_id": order.order_id}
    known = sa.select(order_lines.c.item_id, order_lines.c.product_sku).where(
        order_lines.c.store == store, order_lines.c.order_id == order.order_id
    )
    linked = {row.item_id: row.product_sku for row in connection.execute(known)}
    for line in order.lines:
        values = its | {name: getattr(line, name) for name in _LINE} | vars(line.amounts)
        values["product_sku"] = linked.get(line.item_id) or products.get(line.seller_sku)
        rows.put(connection, order_lines, values | _sold(order, line))
    for parcel in order.parcels:
        values = its | {name: getattr(parcel, name) for name in _PARCEL}
        rows.put(connection, parcels, values | {"units": msgspec.json.encode(dict(parcel.units)).decode()})


def _sold(order: Order, line: Line) -> dict[str, int | None]:
    """Return when a line was sold and for how much: of the item alone, and of the units that were not cancelled."""
    if order.status in (CANCELLED, UNFULFILLABLE):
        return {"sold_at": None, "sold_for": None}
    is_local = line.ordered and order.currency and order.currency == _CURRENCIES.get(order.marketplace_id)
    paid = line.amounts.item - line.amounts.discount
    kept = line.ordered - line.cancelled
    return {"sold_at": order.created_at, "sold_for": paid * kept // line.ordered if is_local else None}


def _note(connection: Connection, before: Sequence[Order] | None, after: Sequence[Order], origin: Origin) -> None:
    if not after:
        return
    old = None if before is None else _followed(before)
    changes = history.changes_between(old, _followed(after), key="sku", fields=_FOLLOWED, subject=ORDER, origin=origin)
    history.append(connection, changes, origin.at)


def _followed(found: Sequence[Order]) -> pa.Table:
    wanted = ["yes" if order.wants_cancellation else "" for order in found]
    columns = {"sku": [order.order_id for order in found], "status": [order.status for order in found]}
    return pa.table({name: pa.array(each, pa.string()) for name, each in (columns | {_FOLLOWED[1]: wanted}).items()})


def _load_lines(
    connection: Connection, store: str, found: Iterable[Mapping[str, Any]]
) -> Mapping[str, dict[str, Line]]:
    names = ("order_id", *_LINE, *_MONEY)
    query = sa.select(*(order_lines.c[name] for name in names)).where(order_lines.c.store == store)
    loaded: dict[str, dict[str, Line]] = defaultdict(dict)
    for part in _parts([row["order_id"] for row in found]):
        for row in _of(connection, query, order_lines, part):
            amounts = Amounts(**{name: row[name] for name in _MONEY})
            loaded[row["order_id"]][row["item_id"]] = Line(**{name: row[name] for name in _LINE}, amounts=amounts)
    return loaded


def _load_parcels(
    connection: Connection, store: str, found: Iterable[Mapping[str, Any]]
) -> Mapping[str, dict[str, Parcel]]:
    query = sa.select(*(parcels.c[name] for name in ("order_id", *_PARCEL, "units"))).where(parcels.c.store == store)
    loaded: dict[str, dict[str, Parcel]] = defaultdict(dict)
    for part in _parts([row["order_id"] for row in found]):
        for row in _of(connection, query, parcels, part):
            units = tuple(msgspec.json.decode(row["units"] or "{}", type=dict[str, int]).items())
            plain = {name: row[name] for name in _PARCEL}
            loaded[row["order_id"]][row["package_id"]] = Parcel(**plain, units=units)
    return loaded


def _order(row: Mapping[str, Any], lines: Mapping[str, Line], packages: Mapping[str, Parcel]) -> Order:
    values = {name: row[name] for name in (*_PLAIN, "pseudonym")}
    values["wants_cancellation"] = bool(row["wants_cancellation"])
    values |= {name: tuple(filter(None, row[name].split(","))) for name in _LISTS}
    return Order(**values, lines=_sorted(lines), parcels=_sorted(packages))


def _sorted(by_id: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(by_id[name] for name in sorted(by_id))


def _parts(order_ids: Iterable[str]) -> Iterable[Sequence[str]]:
    return rows.in_parts(sorted(set(order_ids)))


def _of(
    connection: Connection, query: sa.Select[Any], table: sa.Table, order_ids: Sequence[str]
) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query.where(table.c.order_id.in_(order_ids))).mappings()]
