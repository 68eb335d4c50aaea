"""The kit: what a notebook holds. All stores of a settings file, and what a person asks of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import msgspec

from channelkit.attributes.attributes import Attributes
from channelkit.clock import Clock
from channelkit.onboarding import checklist, doctor, lifecycle, settings_file
from channelkit.onboarding.checklist import Checklist
from channelkit.onboarding.finding import Report
from channelkit.onboarding.lifecycle import Deleted
from channelkit.onboarding.review import Review, list_stores, review_settings
from channelkit.outcome import Run
from channelkit.overview import Overview
from channelkit.parts import Parts, Progress
from channelkit.people.desk import PeopleDesk
from channelkit.runner import run_stores
from channelkit.settings.reader import find_settings, read_settings
from channelkit.settings.sections import Settings
from channelkit.store import Store
from channelkit.watch.watching import watch_after

if TYPE_CHECKING:
    import pandas as pd


class Kit(Overview):
    """All stores of a settings file, wired to one database, one Commerce and their seller accounts.

    Arguments:
        settings: what was read from ``channelkit.toml``.
        progress: is told, in words, what is being done; by default nobody is.
    """

    def __init__(self, settings: Settings, progress: Progress = lambda _words: None) -> None:
        super().__init__(Parts(settings, progress), settings)

    @classmethod
    def open(cls, path: str | Path | None = None, progress: Progress = lambda _words: None) -> Kit:
        """Open the kit of a settings file; see `channelkit.open`."""
        return cls(read_settings(Path(path) if path else find_settings(Path.cwd())), progress)

    @property
    def clock(self) -> Clock:
        return self.parts.clock

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
