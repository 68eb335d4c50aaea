"""What all parts of a dashboard share: which stores, which time, whose money, and the sentences about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.connection import Database
from channelkit.database.order_schema import orders
from channelkit.database.schema import stores as books
from channelkit.report.dashboard_readings import Readings
from channelkit.report.period import Period
from channelkit.report.section import Section
from channelkit.report.wording import listed, moment
from channelkit.trends.days import StoreDays, read_store_days
from channelkit.trends.rates import Rates, Total, add_up, choose_currency, read_rates


@dataclass(frozen=True)
class Scope:
    """What a dashboard is about.

    Arguments:
        stores: their names.
        sites: by name: each store's clock and money.
        rates: Commerce's, for totals of several currencies.
        promises: seconds within which a change of each field ought to be seen on Amazon.
        readings: of these stores, and of others where several scopes share them.
    """

    database: Database
    now_ms: int
    period: Period
    stores: Sequence[str]
    sites: Mapping[str, StoreDays]
    rates: Rates
    promises: Mapping[str, int]
    readings: Readings

    @property
    def currency(self) -> str:
        """The currency that amounts of all stores are added up in; empty where there is none."""
        return choose_currency({name: site.currency for name, site in self.sites.items()}, self.rates)

    @property
    def zone(self) -> str:
        """The clock of all stores, or UTC where they have several."""
        zones = {site.zone for site in self.sites.values()}
        return next(iter(zones)) if len(zones) == 1 else "UTC"

    def of(self, store: str) -> Period:
        """Return the period by a store's own clock."""
        return self.period.in_zone(self.sites[store].zone, self.now_ms)

    def own(self, rows: pa.Table) -> pa.Table:
        """Return of a table of the readings what is of these stores."""
        if set(self.readings.spans) == set(self.stores):
            return rows
        return rows.filter(pc.is_in(rows["store"], pa.array(list(self.stores), pa.string())))

    def convert(self, amount: int | None, currency: str) -> int | None:
        """Return an amount in the currency of the totals; None where there is no rate."""
        if amount is None:
            return None
        return amount if currency == self.currency and currency else self.rates.convert(amount, currency)

    def total(self, amounts: Mapping[str, int]) -> Total:
        """Return the stores' amounts, each in its own currency, as one."""
        return add_up({store: (amount, self.sites[store].currency) for store, amount in amounts.items()}, self.rates)

    def about(self, source: str) -> str:
        """Return scope, source and time of a section, for its subtitle."""
        who = listed(list(self.stores)) if self.stores else "no store"
        return f"{who}; {self.period.about}; {source}. As of {moment(self.now_ms)}."

    def money_note(self, total: Total) -> str:
        """Return which rates a total rests on, and which stores it lacks; nothing where it needs none."""
        parts = []
        if total.at is not None:
            parts.append(f"In {total.currency} by Commerce's rates as they were read at {moment(total.at)}.")
        if total.left_out:
            names = listed([f"{store} ({currency or 'unknown currency'})" for store, currency in total.left_out])
            parts.append(f"Not in the total: {names}, for which Commerce has no rate.")
        return " ".join(parts)

    def nothing(self, key: str, title: str, source: str, next_step: str, rows: pa.Table) -> Section:
        """Return a section that has nothing to show, why, and what to do."""
        return Section(key, title, self.about(source), rows, words=title, next_step=next_step)


def read_scope(
    database: Database,
    now_ms: int,
    period: Period,
    stores: Sequence[str],
    promises: Mapping[str, int],
    *,
    within: Scope | None = None,
    delays: pa.Table | None = None,
) -> Scope:
    """Return what a dashboard is about; stores of which nothing is known are left out.

    Arguments:
        within: a scope of these stores and of others, whose readings serve here, too, if they are of the same time.
        delays: what `channelkit.report.delays.measure_delays` says of what moved since the period began, where that is
            read already; of a period that is over it is not what is asked for.
    """
    measured = delays if period.is_open and period.since_ms else None
    with database.read() as connection:
        sites = {site.store: site for site in read_store_days(connection, stores)}
        rates = read_rates(connection)
        if period.since_ms == 0:
            period = replace(period, since_ms=_read_began(connection, list(sites), now_ms))
    known = [store for store in stores if store in sites]
    if within is not None and within.period == period:
        readings = within.readings
    else:
        spans = {store: period.in_zone(sites[store].zone, now_ms) for store in known}
        readings = Readings(database, now_ms, period, spans, measured)
    return Scope(database, now_ms, period, known, sites, rates, promises, readings)


def _read_began(connection: Connection, stores: Sequence[str], now_ms: int) -> int:
    """Return when these stores' lifetime began: with the first of them, or its first order."""
    queries = (
        sa.select(sa.func.min(books.c.created_at)).where(books.c.name.in_(stores)),
        sa.select(sa.func.min(orders.c.created_at)).where(orders.c.store.in_(stores)),
    )
    known = [moment for query in queries if (moment := connection.execute(query).scalar()) is not None]
    return min([int(moment) for moment in known], default=now_ms)
