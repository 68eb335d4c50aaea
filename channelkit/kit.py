"""The kit: what a notebook holds. All stores of a settings file, and what a person asks of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from channelkit.attributes.attributes import Attributes
from channelkit.clock import Clock, milliseconds
from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.onboarding import lifecycle
from channelkit.onboarding.lifecycle import Deleted
from channelkit.outcome import Run
from channelkit.parts import Parts, Progress
from channelkit.report.identifiers import identifier_problems_frame
from channelkit.report.tables import changes_frame, count_rows, listings_frame, tab_counts
from channelkit.runner import run_stores
from channelkit.settings.reader import find_settings, read_settings
from channelkit.settings.sections import Settings
from channelkit.store import Store

if TYPE_CHECKING:
    import pandas as pd


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
        return run_stores(self.parts, "pull", self._known(stores), send=False, wait=wait)

    def sync(self, stores: Sequence[str] = (), *, send: bool = True) -> Run:
        """Run one cycle for these stores, or for every one.

        Arguments:
            stores: names from the settings; all when empty.
            send: send what no guard holds; otherwise the plan is made, kept and shown.
        """
        return run_stores(self.parts, "sync", self._known(stores), send=send)

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

    def identifier_problems(self) -> pd.DataFrame:
        """Return the catalog's identifiers that cannot be used, or that contradict others, each with the reason."""
        return identifier_problems_frame(self.database)

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

    def report(self, path: str | Path, since: float = 0.0) -> Path:
        """Write the report page, one HTML file that opens offline, and return its path."""
        from channelkit.report.page import write_page  # noqa: PLC0415 - a cycle needs no report

        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_page(self.database, path, now_ms=self.parts.now(), since_ms=milliseconds(since))
        return path

    def holdings(self) -> dict[str, int]:
        """Return how many rows each table of the database holds."""
        return count_rows(self.database)

    @property
    def attributes(self) -> Attributes:
        """Attributes in Commerce: recommended, mapped, imported from Amazon, reviewed, taken back."""
        return Attributes(self.parts)

    def close(self) -> None:
        """Give back connections; the kit can still be used and opens them anew."""
        self.parts.close()

    def __enter__(self) -> Kit:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Kit({', '.join(self.stores)})"

    def _known(self, names: Sequence[str]) -> list[str]:
        unknown = [name for name in names if name not in self.stores]
        if unknown:
            raise UsageError(f"There is no store {unknown[0]!r}.", f"The stores are: {', '.join(self.stores)}.")
        return list(names or self.stores)
