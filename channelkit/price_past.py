"""What became of prices in the last days: where today's moves began, which prices are in a war, what went first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.canaries import load_canary
from channelkit.database.fees import load_fees
from channelkit.database.schema import changes, plans
from channelkit.model.changes import ACCEPTED, CONFIRMED, EXPIRED, PRICE, PUBLISH, SENT
from channelkit.model.columns import one
from channelkit.plan.oscillation import DAY, RALLIES, SENT_PRICES, WINDOW, find_rallies
from channelkit.plan.price_guards import DAY_AGO, PRICED_FIELDS
from channelkit.plan.prices import PricePast, skus_of
from channelkit.pricing.terms import Damping

APPROVED = "approved by a person"

AT_ONCE = 20_000
"""Up to so many listings are looked up by name; of more, all are read in one go."""

FEW = 500
"""Of up to so many listings all changes are looked at, rather than all prices of the day."""

_LEFT = (SENT, ACCEPTED, CONFIRMED, EXPIRED)
_MOVES = pa.schema([*SENT_PRICES, ("id", pa.int64()), ("run", pa.string())])

# Written out, so that the database may use the index that is of prices alone.
_IS_PRICE = changes.c.field == sa.literal_column(f"'{PRICE}'")


def load_price_past(
    connection: Connection, store: str, planned: pa.Table, now: int, damping: Damping | None = None
) -> PricePast:
    """Return what tells whether the prices of a plan may go.

    Arguments:
        planned: columns of `channelkit.model.changes.CHANGES`; listings whose price stays cost nothing.
        now: milliseconds since 1970.
        damping: what the store's settings say of wars.
    """
    return PricePast(
        day_ago=load_day_ago(connection, store, skus_of(planned, (PRICE,)), now),
        rallies=load_rallies(connection, store, now, damping),
        fees=load_fees(connection, store, skus_of(planned, (*PRICED_FIELDS, PUBLISH))),
        canary=load_canary(connection, store),
        damping=damping or Damping(),
    )


def load_day_ago(connection: Connection, store: str, seller_skus: Sequence[str], now: int) -> pa.Table:
    """Return the columns `DAY_AGO` of those of these listings whose price moved within a day.

    What a person has approved meanwhile counts from there: he knew how far it went.

    Arguments:
        now: milliseconds since 1970.
    """
    since = now - DAY
    moves = _moves(store, since)
    if len(seller_skus) > AT_ONCE:
        found = rows.read(connection, moves, _MOVES)
        found = found.filter(pc.is_in(one(found["seller_sku"]), value_set=pa.array(seller_skus, pa.string())))
    else:
        if len(seller_skus) <= FEW:
            moves = _moves(store, since, by_name=True)
        found = rows.read_keys(connection, moves, changes.c.seller_sku, seller_skus, _MOVES)
    if not found.num_rows:
        return DAY_AGO.empty_table()
    by_person = pc.is_in(one(found["run"]), value_set=_approved(connection, store, since))
    last = found.filter(by_person).sort_by([("id", "descending")])
    first = found.sort_by([("id", "ascending")])
    skus = pc.unique(one(found["seller_sku"]))
    # The first appearance of each SKU is the one that counts.
    approved = one(last["after"]).take(pc.index_in(skus, value_set=one(last["seller_sku"])))
    began = one(first["before"]).take(pc.index_in(skus, value_set=one(first["seller_sku"])))
    return pa.table([skus, pc.coalesce(approved, began)], schema=DAY_AGO)


def load_rallies(
    connection: Connection, store: str, now: int, damping: Damping | None = None, only: Sequence[str] | None = None
) -> pa.Table:
    """Return the columns `RALLIES` of a store's listings whose price others and we undercut again and again.

    What a person has approved is no part of a war.

    Arguments:
        now: milliseconds since 1970.
        only: seller SKUs, a few: only these.
    """
    since, wanted = now - WINDOW, (damping or Damping()).falls
    if not wanted:
        return RALLIES.empty_table()
    own = _moves(store, since)
    if only is not None:
        own = _moves(store, since, by_name=True).where(changes.c.seller_sku.in_(only))
    approved = _approved(connection, store, since).to_pylist()
    if approved:
        own = own.where(changes.c.run.not_in(approved))
    falling = own.with_only_columns(changes.c.seller_sku).where(changes.c.after < changes.c.before)
    falling = falling.group_by(changes.c.seller_sku).having(sa.func.count() >= wanted)
    found = rows.read(connection, own.where(changes.c.seller_sku.in_(falling)), _MOVES)
    if not found.num_rows:
        return RALLIES.empty_table()
    return find_rallies(found.select(SENT_PRICES.names), now, damping)


def _moves(store: str, since: int, *, by_name: bool = False) -> sa.Select[tuple[object, ...]]:
    """Select a store's prices that left since a moment, and that may have arrived.

    Arguments:
        by_name: it is of a few listings, whose own changes are fewer than all of that time.
    """
    sent_at: sa.ColumnElement[Any] = changes.c.sent_at
    state: sa.ColumnElement[Any] = changes.c.state
    if by_name:
        # An expression is in no index, so that the one of listings is taken, and not one of times or of states.
        sent_at, state = sa.func.coalesce(sent_at, 0), sa.func.coalesce(state, "")
    names = ("seller_sku", "before", "after", "sent_at", "id", "run")
    return sa.select(*(changes.c[name] for name in names)).where(
        *(changes.c.store == store, _IS_PRICE, sent_at >= since, state.in_(_LEFT)),
        *(changes.c.before.is_not(None), changes.c.after.is_not(None)),
    )


def _approved(connection: Connection, store: str, since: int) -> pa.Array:
    """Return the runs in which a person approved a plan of a store since a moment."""
    query = sa.select(plans.c.run).distinct()
    query = query.where(plans.c.store == store, plans.c.made_at >= since, plans.c.verdict == APPROVED)
    return pa.array(connection.execute(query).scalars(), pa.string())
