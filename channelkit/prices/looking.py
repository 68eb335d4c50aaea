"""A preview of price rules, put together from what is read of a store: prices, guards, fees, and what was sold."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.connection import Database
from channelkit.database.fees import load_fees
from channelkit.database.listings import count_listings
from channelkit.database.schema import tabs
from channelkit.errors import UsageError
from channelkit.facts import Store
from channelkit.listings.rules.attributes import Attributes
from channelkit.model.columns import one
from channelkit.parts import Parts
from channelkit.plan.price_guards import PriceBasis
from channelkit.plan.prices import PRICED_LISTINGS, PricePast, hold_against
from channelkit.price_past import load_day_ago, load_rallies
from channelkit.prices.moves import Measures, Sold, tabulate_moves
from channelkit.prices.preview import PricePreview
from channelkit.prices.standing import count_stale
from channelkit.prices.trying import Ground, load_ground
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.terms import PRICED
from channelkit.pricing.text import describe_rule
from channelkit.report.sales import estimate_sales
from channelkit.trends.sold import SOLD_IN, load_sales

DAY = 86_400_000


def look_at_rules(parts: Parts, store: str, rules: Sequence[PriceRule], attributes: Attributes) -> PricePreview:
    """Return what price rules would do to a store.

    Arguments:
        attributes: what Commerce says of the attributes.

    Raises:
        UsageError: nothing was read yet, so there is nothing to preview.
    """
    described, now, database = parts.cycle(store).store, parts.now(), parts.database
    sold, currency = read_sold(database, store, now), described.prices.currency
    with database.read() as connection:
        _check_was_read(connection, store)
        ground = load_ground(connection, described, rules, now)
        fees = load_fees(connection, store)
        listings = count_listings(connection, store)
        priced = ground.prices()
        basis = make_basis(connection, described, ground, priced, fees)
        damping = described.prices.damping
        past = PricePast(rallies=load_rallies(connection, store, now, damping), damping=damping)
        left_out = count_stale(connection, store)
    table, stopped = tabulate_moves(ground, priced, Measures(described.limits, basis, listings, fees, sold, past))
    return PricePreview(
        database=database,
        store=store,
        currency=currency,
        sentences=tuple(
            (rule.name, describe_rule(rule, attributes, described.prices.currency)) for rule in ground.rules
        ),
        names={rule.id: rule.name for rule in ground.rules},
        table=table,
        stopped=stopped,
        estimated=sold.is_estimate,
        left_out=left_out,
    )


def make_basis(
    connection: Connection, store: Store, ground: Ground, priced: pa.Table, fees: pa.Table
) -> PriceBasis | None:
    """Return what guards hold the tried prices against; None where the settings name no limits.

    Arguments:
        priced: columns of `channelkit.pricing.terms.PRICED`, in the order of the standing rows.
        fees: columns of `channelkit.pricing.terms.FEES`.
    """
    if store.price_limits is None:
        return None
    standing = ground.standing
    skus = one(standing["seller_sku"])
    moves = pc.fill_null(pc.not_equal(one(priced["price"]), one(standing["before"])), False)
    day_ago = load_day_ago(connection, store.name, skus.filter(moves).to_pylist(), ground.now)
    ours = pa.table([skus, *(one(priced[name]) for name in PRICED.names)], schema=PRICED_LISTINGS)
    shown = standing.select(["seller_sku", "currency", "least_price", "largest_price"])
    shown = shown.append_column("price", standing["before"])
    return hold_against(shown, ours, PricePast(day_ago=day_ago, fees=fees), store.price_limits)


def read_sold(database: Database, store: str, now: int) -> Sold:
    """Return what each listing sold in the last 30 days: by its orders, or estimated where there is none of them."""
    since = now - SOLD_IN * DAY
    with database.read() as connection:
        found = load_sales(connection, store, since, now)
    is_estimate = not found.num_rows
    if is_estimate:
        found = estimate_sales(database, store, since)
    summed = found.group_by("seller_sku").aggregate([("units", "sum")]).rename_columns(["seller_sku", "units"])
    return Sold(summed.combine_chunks(), is_estimate)


def _check_was_read(connection: Connection, store: str) -> None:
    if connection.execute(sa.select(tabs.c.sku).where(tabs.c.store == store).limit(1)).first() is None:
        raise UsageError(
            f"Nothing of store {store!r} was read and sorted yet, so there is nothing to preview.",
            "Read it first with: channelkit pull",
        )
