"""The kit: what a notebook holds. The parts are wired here, once, and handed to those who use them."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channelkit import cycle
from channelkit.amazon.client import Amazon, open_amazon
from channelkit.clock import Clock, milliseconds
from channelkit.commerce.client import Commerce, open_commerce
from channelkit.cycle import Cycle, StoreView
from channelkit.database import failures, history, progress, reference, runs, stores
from channelkit.database.connection import Database, open_database
from channelkit.database.lease import Lease, hold
from channelkit.database.quota import Quota
from channelkit.errors import ChannelkitError, LeaseError, UsageError
from channelkit.listings.terms import Terms
from channelkit.model.scopes import Scopes
from channelkit.outcome import Outcome, Run
from channelkit.plan.guards import Limits
from channelkit.pull.commerce import CommerceReader
from channelkit.pull.reading import MINUTE, Puller
from channelkit.report.page import write_page
from channelkit.report.summary import summarise
from channelkit.report.tables import changes_frame, listings_frame, tab_counts
from channelkit.settings.reader import find_settings, read_settings
from channelkit.settings.sections import Settings
from channelkit.store import Store
from channelkit.transport import open_session

if TYPE_CHECKING:
    import pandas as pd

NOTEBOOK_VARIABLE = "CHANNELKIT_NOTEBOOK"
"""Environment variable by which a scheduled job tells the kit in its notebook which file that notebook becomes."""

FRESH_FOR = 15 * MINUTE
"""Commerce's facts may be acted on for this long, where another run is reading them anew."""


class Kit:
    """All stores of a settings file, wired to one database, one Commerce and their seller accounts.

    Arguments:
        settings: what was read from ``channelkit.toml``.
        progress: is told, in words, what is being done; by default nobody is.
    """

    def __init__(self, settings: Settings, progress: Callable[[str], None] = lambda _words: None) -> None:
        self.settings, self.progress = settings, progress
        self.clock: Clock = settings.clock
        self.stores: Mapping[str, Store] = {name: Store(name, self) for name in settings.stores}
        self._accounts: dict[str, Amazon] = {}
        self._session = open_session()

    @classmethod
    def open(cls, path: str | Path | None = None) -> Kit:
        """Open the kit of a settings file; see `channelkit.open`."""
        return cls(read_settings(Path(path) if path else find_settings(Path.cwd())))

    @cached_property
    def database(self) -> Database:
        url = self.settings.database_url
        database = open_database(url, self.settings.history, self.settings.database.password)
        now = milliseconds(self.clock.now())
        with database.write() as connection:
            for name, store in self.settings.stores.items():
                stores.register_store(
                    connection,
                    name,
                    account=store.account,
                    marketplace_id=store.site.id,
                    website=store.website,
                    at=now,
                )
        return database

    @cached_property
    def commerce(self) -> Commerce:
        section = self.settings.commerce
        return open_commerce(
            url=section.url,
            flavour=section.flavour,
            auth=section.auth,
            consumer_key=section.consumer_key,
            consumer_secret=section.consumer_secret.reveal,
            access_token=section.access_token.reveal,
            access_token_secret=section.access_token_secret.reveal,
            client_id=section.client_id,
            client_secret=section.client_secret.reveal,
            organization=section.organization,
            token_url=section.token_url,
            clock=self.clock,
            random=random.random,
            session=self._session,
            throttle=Quota(self.database, "commerce", self.clock),
        )

    def amazon(self, account: str) -> Amazon:
        """Return the client of a seller account; its quotas are shared by all processes."""
        if account not in self._accounts:
            section = self.settings.accounts[account]
            self._accounts[account] = open_amazon(
                seller_id=section.seller_id,
                base_url=section.endpoint,
                token_url=section.token_url,
                client_id=section.client_id,
                client_secret=section.client_secret.reveal,
                refresh_token=section.refresh_token.reveal,
                throttle=Quota(self.database, f"amazon/{section.region}/{section.seller_id}", self.clock),
                clock=self.clock,
                random=random.random,
                session=self._session,
            )
        return self._accounts[account]

    def pull(self, *, wait: bool = True) -> Run:
        """Read both sides and classify anew, for every store; nothing is sent."""
        return self.run("pull", send=False, wait=wait)

    def sync(self, stores: Sequence[str] = (), *, send: bool = True) -> Run:
        """Run one cycle for these stores, or for every one.

        Arguments:
            stores: names from the settings.
            send: send what no guard holds; otherwise the plan is made, kept and shown.
        """
        return self.run("sync", stores, send=send)

    def run(self, job: str, stores: Sequence[str] = (), *, send: bool, wait: bool = False) -> Run:
        """Run a cycle as a job that is written down from beginning to end."""
        names = self._known(stores)
        with self.database.write() as connection:
            runs.mark_died(connection, at=self._now())
            notebook = os.environ.get(NOTEBOOK_VARIABLE, "")
            run_id = runs.open_run(connection, job, at=self._now(), notebook=notebook)
        run = Run(run_id, job, [Outcome(name) for name in names])
        try:
            self._cycle(run, send=send, wait=wait)
        except ChannelkitError as error:
            run.error = error
            raise
        finally:
            self._close(run)
        return run

    def run_stores(self, job: str, stores: Sequence[str], *, send: bool, wait: bool = False) -> list[Outcome]:
        """Run a job and return what became of each store."""
        return self.run(job, stores, send=send, wait=wait).outcomes

    def cycle_of(self, store: str, run: str = "") -> Cycle:
        """Return one store's cycle, wired."""
        section = self.settings.stores[store]
        with self.database.read() as connection:
            scopes = _read_scopes(connection)
        site = section.site
        terms = Terms(
            store=store,
            currency=site.currency,
            digits=site.digits,
            price_currency=scopes.currencies.get(section.store_view, ""),
            threshold=section.out_of_stock_threshold,
            largest_quantity=section.largest_quantity,
            unmanaged_quantity=section.unmanaged_quantity,
            import_third_party=section.import_third_party,
            auto_list=section.auto_list,
            condition=section.condition,
        )
        limits = Limits(section.guards.largest_price_jump, section.guards.largest_share)
        parts = cycle.Store(
            name=store,
            marketplace=site,
            website=section.website,
            website_id=scopes.website_ids.get(section.website),
            store_view=section.store_view,
            terms=terms,
            limits=limits,
            read_only=section.read_only,
            report_hours=section.report_hours,
            sweep_calls=section.sweep_calls,
        )
        return Cycle(self.database, self.amazon(section.account), parts, run, self.clock, self.progress)

    @contextmanager
    def holding(self, store: str, job: str) -> Iterator[tuple[Cycle, Lease]]:
        """Hold one store's lease for a job that is written down.

        Raises:
            LeaseError: another run works on the store.
        """
        with self.database.write() as connection:
            run = runs.open_run(connection, job, at=self._now())
        state, error = "failed", ""
        try:
            with hold(self.database, f"store/{store}", run) as lease:
                yield self.cycle_of(store, run), lease
            state = "done"
        except ChannelkitError as problem:
            error = str(problem)
            raise
        finally:
            with self.database.write() as connection:
                runs.close_run(connection, run, state=state, at=self._now(), error=error)

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
        return summarise(self.database, now_ms=self._now(), since_ms=milliseconds(since))

    def report(self, path: str | Path, since: float = 0.0) -> Path:
        """Write the report page, one HTML file that opens offline, and return its path."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_page(self.database, path, now_ms=self._now(), since_ms=milliseconds(since))
        return path

    def close(self) -> None:
        """Give back connections; the kit can still be used and opens them anew."""
        self._session.close()
        if "database" in self.__dict__:
            self.database.close()

    def __enter__(self) -> Kit:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _known(self, names: Sequence[str]) -> list[str]:
        unknown = [name for name in names if name not in self.stores]
        if unknown:
            raise UsageError(f"There is no store {unknown[0]!r}.", f"The stores are: {', '.join(self.stores)}.")
        return list(names or self.stores)

    def _cycle(self, run: Run, *, send: bool, wait: bool) -> None:
        with ExitStack() as leases:
            held: dict[str, Lease] = {}
            for outcome in run.outcomes:
                try:
                    lease = hold(self.database, f"store/{outcome.store}", run.id)
                    held[outcome.store] = leases.enter_context(lease)
                except LeaseError as error:
                    outcome.error = error
            if not held:
                return
            is_fresh = self._read_commerce(run)
            for place, outcome in enumerate(run.outcomes):
                if outcome.store in held:
                    one = self.cycle_of(outcome.store, run.id)
                    run.outcomes[place] = one.run_once(
                        held[outcome.store], send=send, commerce_is_fresh=is_fresh, wait=wait
                    )
        self._flush_history(run)

    def _read_commerce(self, run: Run) -> bool:
        """Read Commerce once for all stores, and return whether its facts may be acted on."""
        chosen = [self.settings.stores[outcome.store] for outcome in run.outcomes]
        reader = CommerceReader(
            Puller(self.database, self.clock, run.id, self.progress),
            self.commerce,
            self.settings.commerce.attributes.codes,
            tuple(dict.fromkeys(store.store_view for store in chosen if store.store_view)),
            tuple(dict.fromkeys(store.website for store in chosen)),
            self.settings.commerce.page_size,
        )
        try:
            with hold(self.database, "commerce", run.id):
                run.commerce = reader.read()
        except LeaseError:
            # Another run is reading Commerce this moment; what it read last may still be fresh enough.
            return reader.was_read_since(self._now() - FRESH_FOR)
        except AuthError as error:
            run.commerce.errors.append(error)
        return run.commerce.is_complete

    def _flush_history(self, run: Run) -> None:
        try:
            with hold(self.database, "history", run.id):
                history.flush(self.database, self._now())
        except LeaseError:
            return  # another run is doing it

    def _close(self, run: Run) -> None:
        with self.database.write() as connection:
            runs.close_run(
                connection,
                run.id,
                state=run.state,
                at=self._now(),
                summary=json.dumps({"stores": run.rows()}),
                error="\n".join(run.problems()),
            )

    def _now(self) -> int:
        return milliseconds(self.clock.now())


def _read_scopes(connection: Connection) -> Scopes:
    bodies = {}
    for kind in ("websites", "store_configs"):
        known = reference.load_reference(connection, "commerce", kind)
        bodies[kind] = json.loads(known.body) if known else []
    return Scopes.of(bodies["websites"], bodies["store_configs"])
