"""What the sections of a dashboard are made of: each table is read when it is first asked for, once, for all stores.

A report tells of all stores on one page and of each on a page of its own; the pages share these tables, and each takes
the rows of its own stores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import orders
from channelkit.report.delays import measure_delays
from channelkit.report.period import Period
from channelkit.trends.flows import FLOWS, read_flows
from channelkit.trends.prices import PRICES, read_prices_by_day
from channelkit.trends.reasons import read_reasons
from channelkit.trends.sales import SALES, read_sales_by_day
from channelkit.trends.stock import OUT_BY_DAY, read_lost, read_pace, read_stock_outs_by_day
from channelkit.trends.tabs import TABS_BY_DAY, read_tabs_by_day

RECENT = 10
"""Orders of each store that are told one by one."""

_ORDERS = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "order_id", "status", "currency")),
        *((name, pa.int64()) for name in ("created_at", "units", "total")),
    ]
)


@dataclass(frozen=True)
class Readings:
    """The tables behind a dashboard, each with a column ``store``.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
        period: what is told of, by the clock that all stores share or by UTC.
        spans: of each store the same days by its own clock.
        measured: what `delays` is, where it is known: of what moved since the period began.
    """

    database: Database
    now_ms: int
    period: Period
    spans: Mapping[str, Period]
    measured: pa.Table | None = None

    @cached_property
    def sales(self) -> pa.Table:
        """What was sold by day, as `channelkit.trends.sales.SALES`."""
        return self._of_each(
            SALES,
            lambda store, span: read_sales_by_day(self.database, [store], span.since_ms, span.until_ms),
        )

    @cached_property
    def sales_before(self) -> pa.Table:
        """The same of the stretch that the period is compared with; nothing where it is compared with none."""

        def read(store: str, span: Period) -> pa.Table:
            if span.compare_ms is None or span.compare_until_ms is None:
                return SALES.empty_table()
            return read_sales_by_day(self.database, [store], span.compare_ms, span.compare_until_ms)

        return self._of_each(SALES, read)

    @cached_property
    def recent_orders(self) -> pa.Table:
        """The newest orders of each store; nobody's name is among it.

        Columns: ``store, order_id, status, currency, created_at, units, total``.
        """
        query = sa.select(*(orders.c[name] for name in _ORDERS.names))
        query = query.order_by(orders.c.created_at.desc(), orders.c.order_id).limit(RECENT)
        with self.database.read() as connection:
            return self._of_each(
                _ORDERS, lambda store, _: rows.read(connection, query.where(orders.c.store == store), _ORDERS)
            )

    @cached_property
    def tabs(self) -> pa.Table:
        """Listings by day and tab, as `channelkit.trends.tabs.TABS_BY_DAY`."""
        return self._of_each(
            TABS_BY_DAY,
            lambda store, span: read_tabs_by_day(self.database, [store], span.since_day, span.until_day),
        )

    @cached_property
    def flows(self) -> pa.Table:
        """What went from tab to tab, as `channelkit.trends.flows.FLOWS`."""
        return self._of_each(
            FLOWS, lambda store, span: read_flows(self.database, [store], span.since_ms, span.until_ms)
        )

    @cached_property
    def reasons(self) -> pa.Table:
        """Why listings are not on sale, as `channelkit.trends.reasons.REASONS`."""
        return read_reasons(self.database, list(self.spans), self.now_ms, with_selling=False)

    @cached_property
    def prices(self) -> pa.Table:
        """Prices by day, as `channelkit.trends.prices.PRICES`."""
        return self._of_each(
            PRICES,
            lambda store, span: read_prices_by_day(self.database, [store], span.since_day, span.until_day),
        )

    @cached_property
    def pace(self) -> pa.Table:
        """How long stock lasts, in no order, as `channelkit.trends.cover.PACE`."""
        return read_pace(self.database, list(self.spans), self.now_ms)

    @cached_property
    def outs(self) -> pa.Table:
        """What was sold out, as `channelkit.trends.stock.LOST`."""
        return read_lost(self.database, {store: (span.since_ms, span.until_ms) for store, span in self.spans.items()})

    @cached_property
    def outs_by_day(self) -> pa.Table:
        """How many listings were sold out by day, as `channelkit.trends.stock.OUT_BY_DAY`."""
        return self._of_each(
            OUT_BY_DAY,
            lambda store, span: read_stock_outs_by_day(self.database, [store], span.since_ms, span.until_ms),
        )

    @cached_property
    def delays(self) -> pa.Table:
        """How long each step of each change took: ``store, field, stage, seconds``."""
        found = self.measured
        if found is None:
            with self.database.read() as connection:
                found = measure_delays(connection, self.period.since_ms, self.period.until_ms)
        is_own = pc.is_in(found["store"], pa.array(list(self.spans), pa.string()))
        # Mostly all are: a million rows need not be copied for that.
        return found if pc.all(is_own).as_py() else found.filter(is_own)

    def _of_each(self, schema: pa.Schema, read: Callable[[str, Period], pa.Table]) -> pa.Table:
        return pa.concat_tables([schema.empty_table(), *(read(store, span) for store, span in self.spans.items())])
