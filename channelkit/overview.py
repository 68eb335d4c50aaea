"""What a kit tells of all its stores together: listings, orders, changes, errors, incidents, trends and reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channelkit.clock import milliseconds
from channelkit.errors import UsageError
from channelkit.margins import Margins
from channelkit.order_book import all_orders
from channelkit.report.identifiers import identifier_problems_frame
from channelkit.report.tables import changes_frame, count_rows, listings_frame, tab_counts
from channelkit.stores import Stores
from channelkit.upkeep import keep_up

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.quality.test import Test
    from channelkit.report.dashboard import Dashboard
    from channelkit.report.incident import Incident
    from channelkit.report.period import Period
    from channelkit.report.quality_card import Quality


class Overview(Stores):
    """What can be asked of several stores at once; nothing of it changes anything on either side."""

    def listings(self, tab: str | None = None, stores: Sequence[str] = ()) -> pd.DataFrame:
        """Return the listings of these stores, or of all; see `channelkit.store.Store.listings`."""
        return listings_frame(self.database, self._known(stores), tab, margins=Margins(self.settings.stores))

    def tabs(self) -> pd.DataFrame:
        """Return how many listings each store has in each tab."""
        return tab_counts(self.database, list(self.stores))

    def orders(self, stores: Sequence[str] = (), **filters: Any) -> pd.DataFrame:
        """Return the orders of these stores, or of all, in one frame, the newest first (OR-07).

        Stores with other clocks have their times in UTC.

        Arguments:
            filters: as for `channelkit.order_book.OrderBook.all`.
        """
        return all_orders([self.stores[name].orders for name in self._known(stores)], **filters)

    def identifier_problems(self) -> pd.DataFrame:
        """Return the catalog's identifiers that cannot be used, or that contradict others, each with the reason."""
        return identifier_problems_frame(self.database)

    def quality(self, stores: Sequence[str] = (), *, extra: Iterable[Test] = ()) -> Quality:
        """Test the data of these stores, or of all, and keep what is not as before.

        Arguments:
            extra: tests of your own; see `channelkit.quality.test.Test`.

        Raises:
            UsageError: a test of yours has the name of another, or its function failed.
        """
        from channelkit.data_check import run_quality  # noqa: PLC0415 - a cycle tests nothing
        from channelkit.report.quality_card import Quality  # noqa: PLC0415 - as above

        now, brand = self.parts.now(), self.settings.commerce.attributes.brand
        return Quality(tuple(run_quality(self.database, now, self._known(stores), brand=brand, extra=extra)), now)

    def changes(self, states: Sequence[str] = ()) -> pd.DataFrame:
        """Return changes from the journal, the newest first.

        Arguments:
            states: planned, held, sent, accepted, refused, confirmed, expired, dropped; all when empty.
        """
        return changes_frame(self.database, list(self.stores), states)

    def held(self) -> pd.DataFrame:
        """Return the changes that wait for a person, with the reason."""
        return self.changes(["held"])

    def summary(self, since: float = 0.0) -> dict[str, Any]:
        """Return counts per tab and store, changes by state, delays, failures.

        Arguments:
            since: Unix seconds; what happened before is left out of changes, delays, runs and failures.
        """
        from channelkit.report.summary import summarise  # noqa: PLC0415 - a cycle needs no report

        return summarise(self.database, now_ms=self.parts.now(), since_ms=milliseconds(since))

    def errors(self, period: str = "30d", stores: Sequence[str] = (), *, compare: str = "before") -> pd.DataFrame:
        """Return what failed, grouped by code, call and store: how often, since when, what to do (RP-02).

        Arguments:
            period, compare: see `channelkit.report.period.parse_period`.
            stores: names from the settings; all when empty.
        """
        from channelkit.report.logs_frames import errors_frame  # noqa: PLC0415 - a cycle shows no frame

        names = self._known(stores)
        return errors_frame(self.database, names, self._period(names, period, compare))

    def change_log(
        self,
        period: str = "30d",
        stores: Sequence[str] = (),
        *,
        skus: Sequence[str] = (),
        fields: Sequence[str] = (),
        states: Sequence[str] = (),
        most: int | None = None,
    ) -> pd.DataFrame:
        """Return every change that was wanted: from what to what, when, why, by whom, what became of it (RP-01).

        Arguments:
            period: see `channelkit.report.period.parse_period`; nothing is ever cleared, so last year's answer too.
            stores: names from the settings; all when empty.
            skus, fields, states, most: as for `channelkit.trends.change_log.Wanted`.
        """
        from channelkit.report.logs_frames import change_log_frame  # noqa: PLC0415 - a cycle shows no frame
        from channelkit.trends.change_log import Wanted  # noqa: PLC0415 - as above

        names = self._known(stores)
        span = self._period(names, period, "none")
        # What is wanted at this very moment belongs to a period that reaches to now.
        until = span.until_ms + span.is_open
        wanted = Wanted(span.since_ms, until, skus=skus, fields=fields, states=states, most=most)
        return change_log_frame(self.database, names, wanted, self.parts.now())

    def improvements(self, stores: Sequence[str] = ()) -> pd.DataFrame:
        """Return what Amazon suggests for listings that sell all the same, those that sell most first (RP-04)."""
        from channelkit.report.logs_frames import improvements_frame  # noqa: PLC0415 - a cycle shows no frame

        return improvements_frame(self.database, self._known(stores), self.parts.now())

    def competition(self, stores: Sequence[str] = ()) -> pd.DataFrame:
        """Return matched listings on sale beside what others want; see `channelkit.store.Store.competition` (RP-03)."""
        from channelkit.report.competition_frames import competition_frame  # noqa: PLC0415 - a cycle shows no frame

        known = self._known(stores)
        return competition_frame(self.database, known, self.parts.now(), margins=Margins(self.settings.stores))

    def alerts(self, days: float = 7.0) -> pd.DataFrame:
        """Return what is wrong, and what was: since when, how often it was seen, who was told, what to do.

        Arguments:
            days: also what is over since so many days.
        """
        from channelkit.report.alerts import alerts_frame  # noqa: PLC0415 - a cycle needs no table

        return alerts_frame(self.database, since_ms=self.parts.now() - int(days * 86_400_000))

    def incident(self, what: str, store: str = "") -> Incident:
        """Return the whole story of a SKU, an item or an order: what went wrong, why, and what to do next.

        Arguments:
            what: a seller SKU, the SKU of a product, an ASIN, Amazon's number of an order, or Commerce's.
            store: only this store; all when empty.

        Raises:
            UsageError: none of the stores knows it.
        """
        from channelkit.report.incident import read_incident  # noqa: PLC0415 - a cycle tells no story

        return read_incident(
            self.database,
            what,
            self._known([store] if store else ()),
            now_ms=self.parts.now(),
            explain=lambda name, sku: self.stores[name].explain(sku) if self.settings.stores[name].account else None,
            show=lambda name, number: self.stores[name].orders.show(number),
            silent=self.parts.why_silent,
        )

    def report(
        self,
        path: str | Path,
        since: float | None = None,
        *,
        stores: Sequence[str] = (),
        period: str = "30d",
        compare: str = "before",
        charts: str = "none",
    ) -> Path:
        """Write the report, which opens offline, and return its first page.

        Arguments:
            path: a folder, or ``index.html`` in one, for the report of several pages; any other ``.html`` for one page
                that carries all it shows and can be mailed.
            since: Unix seconds; a period from then until now.
            stores: names from the settings; all when empty.
            period, compare: see `channelkit.report.period.parse_period`.
            charts: also draw each chart as a file, where a browser is installed: svg, png or none.
        """
        from channelkit.report.asking import report_at  # noqa: PLC0415 - a cycle needs no report

        return report_at(
            self.database,
            Path(path),
            now_ms=self.parts.now(),
            since_ms=None if since is None else milliseconds(since),
            stores=self._known(stores) if stores else (),
            period=period,
            compare=compare,
            charts=charts,
            runs=self.settings.runs_folder,
            brand=self.settings.commerce.attributes.brand,
            tell=self._tell,
            margins=Margins(self.settings.stores),
        )

    def dashboard(self, period: str = "30d", stores: Sequence[str] = (), compare: str = "before") -> Dashboard:
        """Return how the stores did: a card for each, and sales, tabs, stock, delays and more, part by part (RP-05).

        Arguments:
            stores: names from the settings; all when empty.
            period, compare: see `channelkit.report.period.parse_period`.

        Raises:
            UsageError: there is no such store, period or comparison.
        """
        from channelkit.report.asking import asked_period  # noqa: PLC0415 - a cycle needs no report
        from channelkit.report.dashboard import read_dashboard  # noqa: PLC0415 - as above

        names, now = self._known(stores), self.parts.now()
        asked = asked_period(self.database, now, period, compare, names)
        return read_dashboard(self.database, now_ms=now, period=asked, stores=names)

    def keep_up(self) -> int:
        """Do what is done once a day, and return how many days were added up: see `channelkit.upkeep.keep_up`."""
        return keep_up(self.parts, list(self.stores))

    def holdings(self) -> dict[str, int]:
        """Return how many rows each table of the database holds."""
        return count_rows(self.database)

    def _period(self, stores: Sequence[str], text: str, compare: str) -> Period:
        """Return a stretch of time in the days of these stores' marketplaces; of several zones in UTC's."""
        from channelkit.report.period import parse_period  # noqa: PLC0415 - a cycle needs no period

        zones = {self.settings.stores[name].site.time_zone for name in stores}
        zone = zones.pop() if len(zones) == 1 else "UTC"
        return parse_period(text, compare, self.parts.now(), zone)

    def _tell(self, store: str, what: str) -> str:
        """Return the story of a SKU or an order as HTML, for a page of a report; nothing where it is not known."""
        from channelkit.report.incident_card import incident_card  # noqa: PLC0415 - a cycle tells no story

        try:
            return incident_card(self.incident(what, store))
        except UsageError:
            return ""
