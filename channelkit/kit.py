"""The kit: what a notebook holds. All stores of a settings file, and what a person asks of them together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import msgspec

from channelkit.attributes.attributes import Attributes
from channelkit.clock import Clock, milliseconds
from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.onboarding import checklist, doctor, lifecycle, settings_file
from channelkit.onboarding.checklist import Checklist
from channelkit.onboarding.finding import Report
from channelkit.onboarding.lifecycle import Deleted
from channelkit.onboarding.review import Review, list_stores, review_settings
from channelkit.order_book import all_orders
from channelkit.outcome import Run
from channelkit.parts import Parts, Progress
from channelkit.people.desk import PeopleDesk
from channelkit.report.identifiers import identifier_problems_frame
from channelkit.report.tables import changes_frame, count_rows, listings_frame, tab_counts
from channelkit.runner import run_stores
from channelkit.settings.reader import find_settings, read_settings
from channelkit.settings.sections import Settings
from channelkit.store import Store
from channelkit.watch.watching import watch_after

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.quality.test import Test
    from channelkit.report.dashboard import Dashboard
    from channelkit.report.incident import Incident
    from channelkit.report.period import Period
    from channelkit.report.quality_card import Quality


class Kit:
    """All stores of a settings file, wired to one database, one Commerce and their seller accounts.

    Arguments:
        settings: what was read from ``channelkit.toml``.
        progress: is told, in words, what is being done; by default nobody is.
    """

    def __init__(self, settings: Settings, progress: Progress = lambda _words: None) -> None:
        self.parts = Parts(settings, progress)
        self.settings = settings
        self.stores: Mapping[str, Store] = {name: Store(name, self.parts) for name in settings.stores}

    @classmethod
    def open(cls, path: str | Path | None = None, progress: Progress = lambda _words: None) -> Kit:
        """Open the kit of a settings file; see `channelkit.open`."""
        return cls(read_settings(Path(path) if path else find_settings(Path.cwd())), progress)

    @property
    def clock(self) -> Clock:
        return self.parts.clock

    @property
    def database(self) -> Database:
        return self.parts.database

    def pull(self, stores: Sequence[str] = (), *, wait: bool = True) -> Run:
        """Read both sides and classify anew; nothing is sent.

        Arguments:
            stores: names from the settings; all when empty.
            wait: stay until the first listings report has arrived.
        """
        return self._run("pull", stores, send=False, wait=wait)

    def sync(self, stores: Sequence[str] = (), *, send: bool = True) -> Run:
        """Run one cycle for these stores, or for every one.

        Arguments:
            stores: names from the settings; all when empty.
            send: send what no guard holds; otherwise the plan is made, kept and shown.
        """
        return self._run("sync", stores, send=send)

    def delete_store(self, name: str, confirm: str) -> Deleted:
        """Delete a store for ever; see `channelkit.onboarding.lifecycle.delete_store` (ON-10).

        Arguments:
            confirm: the store's name once more.
        """
        deleted = lifecycle.delete_store(self.parts, name, confirm)
        self.stores = {other: store for other, store in self.stores.items() if other != name}
        left = {other: section for other, section in self.settings.stores.items() if other != name}
        self.settings = self.parts.settings = msgspec.structs.replace(self.settings, stores=left)
        return deleted

    def add_store(
        self,
        name: str,
        *,
        website: str,
        email: str,
        label: str,
        marketplace: str,
        account: str = "",
        store_view: str = "",
        identifiers: Mapping[str, str] | None = None,
    ) -> Store:
        """Write a new store into the settings and the database; see `channelkit.onboarding.settings_file` (ON-03)."""
        self._changed(
            settings_file.add_store(
                self._path,
                name,
                website=website,
                email=email,
                label=label,
                country=marketplace,
                account=account,
                store_view=store_view,
                identifiers=identifiers,
            )
        )
        return self.stores[name]

    def connect_store(self, name: str, account: str, **new_account: Any) -> Report:
        """Give a store its seller account, and check at once whether Amazon lets it in (ON-04).

        Arguments:
            new_account: see `channelkit.onboarding.settings_file.connect_store`.
        """
        self._changed(settings_file.connect_store(self._path, name, account, **new_account))
        return doctor.check_connection(self.parts, name)

    def edit_store(
        self,
        name: str,
        *,
        email: str | None = None,
        label: str | None = None,
        website: str | None = None,
        marketplace: str | None = None,
    ) -> None:
        """Change a store's e-mail address or label; website and country are refused with the reason (ON-05)."""
        self._changed(
            settings_file.edit_store(self._path, name, email=email, label=label, website=website, country=marketplace)
        )

    def list_stores(self) -> pd.DataFrame:
        """Return what each store is, of all seller accounts together, and why one sends nothing (RG-01)."""
        import pandas as pd  # noqa: PLC0415 - heavy

        frame = pd.DataFrame(list_stores(self.parts))
        for moment in frame.columns.intersection(["connected_at", "golive_at"]):
            frame[moment] = pd.to_datetime(frame[moment], unit="ms", utc=True)
        return frame

    def doctor(self) -> Report:
        """Check settings, secrets, database and both connections; see `channelkit.onboarding.doctor` (ON-02)."""
        return doctor.examine(self.parts)

    def measure(self, count: int = 0, *, write: bool = False) -> Report:
        """Measure how fast Commerce answers, and tell whether the listings fit five minutes.

        Arguments:
            count: listings to think of; those that are known where it is 0.
            write: write the page size that was chosen into the settings.
        """
        report, sizes = doctor.measure(self.parts, perf_counter, count)
        if write and sizes:
            self._changed(settings_file.set_page_size(self._path, sizes.page))
        return report

    def checklist(self) -> Checklist:
        """Return the tasks before the first store goes live, each as it stands (ON-01)."""
        return checklist.check_tasks(self.parts)

    def tick(self, task: str, by: str, note: str = "") -> None:
        """Keep that a person did a task that nobody else can see (ON-01)."""
        checklist.tick(self.parts, task, by, note)

    def untick(self, task: str) -> None:
        """Take a tick back."""
        checklist.untick(self.parts, task)

    def review(self) -> Review:
        """Return every setting of every store with its default, and what is missing (ON-08)."""
        return review_settings(self.parts)

    def one_store(self, name: str = "") -> Store:
        """Return a store by name, or the only one there is.

        Raises:
            UsageError: there is no such store, or there are several and none was named.
        """
        if not name and len(self.stores) > 1:
            raise UsageError("There are several stores; say which.", f"The stores are: {', '.join(self.stores)}.")
        return self.stores[self._known([name] if name else ())[0]]

    def listings(self, tab: str | None = None, stores: Sequence[str] = ()) -> pd.DataFrame:
        """Return the listings of these stores, or of all; see `channelkit.store.Store.listings`."""
        return listings_frame(self.database, self._known(stores), tab)

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

    def roll_up(self) -> int:
        """Keep the figures of all days that are over and were not kept yet, and return how many days those were."""
        from channelkit.database.daily import roll_up  # noqa: PLC0415 - a cycle needs no report
        from channelkit.trends.budget import keep_calls  # noqa: PLC0415 - as above

        keep_calls(self.database, self.parts.now())
        return roll_up(self.database, self.parts.now(), brand=self.settings.commerce.attributes.brand)

    def holdings(self) -> dict[str, int]:
        """Return how many rows each table of the database holds."""
        return count_rows(self.database)

    @property
    def attributes(self) -> Attributes:
        """Attributes in Commerce: recommended, mapped, imported from Amazon, reviewed, taken back."""
        return Attributes(self.parts)

    @property
    def people(self) -> PeopleDesk:
        """What is kept of the people who buy: found, exported, erased, and who looked at it."""
        return PeopleDesk(self.parts.vault, self.parts.person)

    def close(self) -> None:
        """Give back connections; the kit can still be used and opens them anew."""
        self.parts.close()

    def __enter__(self) -> Kit:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Kit({', '.join(self.stores)})"

    def alerts(self, days: float = 7.0) -> pd.DataFrame:
        """Return what is wrong, and what was: since when, how often it was seen, who was told, what to do.

        Arguments:
            days: also what is over since so many days.
        """
        from channelkit.report.alerts import alerts_frame  # noqa: PLC0415 - a cycle needs no table

        return alerts_frame(self.database, since_ms=self.parts.now() - int(days * 86_400_000))

    def _run(self, job: str, stores: Sequence[str], *, send: bool, wait: bool = False) -> Run:
        """Run a job over stores, and look for troubles at its end, however it ended."""
        names = self._known(stores)
        try:
            run = run_stores(self.parts, job, names, send=send, wait=wait)
        except Exception:
            watch_after(self.parts)
            raise
        watch_after(self.parts)
        return run

    @property
    def _path(self) -> Path:
        return self.settings.folder / self.settings.file

    def _changed(self, settings: Settings) -> None:
        """Work on with settings that were written, by the same clock."""
        clock, progress = self.parts.clock, self.parts.progress
        self.close()
        self.parts, self.settings = Parts(settings, progress), settings
        self.parts.clock = clock
        self.stores = {name: Store(name, self.parts) for name in settings.stores}
        # A store is in the database from the moment it is in the settings.
        self.parts.database  # noqa: B018 - opened for what opening it does

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

    def _known(self, names: Sequence[str]) -> list[str]:
        unknown = [name for name in names if name not in self.stores]
        if unknown:
            raise UsageError(f"There is no store {unknown[0]!r}.", f"The stores are: {', '.join(self.stores)}.")
        return list(names or self.stores)
