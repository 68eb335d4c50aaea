"""The life of a store: made inactive and active again, its go-live withdrawn, and deleted for ever."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from html import escape

import sqlalchemy as sa

from channelkit.database import removal, runs, stores
from channelkit.database.lease import database_time, hold
from channelkit.database.schema import leases
from channelkit.errors import ChannelkitError, LeaseError, UsageError
from channelkit.onboarding import settings_file
from channelkit.parts import Parts
from channelkit.settings.sections import Settings


@dataclass(frozen=True)
class Deleted:
    """What went with a store.

    Arguments:
        rows: how many rows of each table.
        history: how many rows of the history.
        settings: as they are without the store.
    """

    store: str
    rows: Mapping[str, int]
    history: int
    settings: Settings

    def summary(self) -> dict[str, object]:
        """Return what went as plain values for another program."""
        return {"store": self.store, "rows": dict(self.rows), "history": self.history}

    def __str__(self) -> str:
        went = ", ".join(f"{count:,} of {table}" for table, count in self.rows.items())
        return (
            f"Store {self.store!r} is deleted and cannot be brought back. Rows that went: {went or 'none'}; "
            f"{self.history:,} of the history. Its table is gone from {self.settings.file}. Products, websites and the "
            f"seller account stay, and so do reports and notebooks that were written to files, and all that is on "
            f"Amazon."
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>"


def pause(parts: Parts, store: str) -> str:
    """Make a store inactive: it keeps everything, and cycles leave it alone; return what that means (ON-09)."""
    parts.record(store)
    _note(parts, "pause", store, "made inactive")
    with parts.database.write() as connection:
        stores.set_state(connection, store, "inactive")
    return f"{parts.why_silent(store)}.{_working(parts, store)}"


def resume(parts: Parts, store: str) -> str:
    """Make a store active again, with the settings as they are now; return what it does next (ON-09)."""
    parts.record(store)
    _note(parts, "resume", store, "made active")
    with parts.database.write() as connection:
        stores.set_state(connection, store, "active")
    silent = parts.why_silent(store)
    then = f"It reads, and sends nothing yet. {silent}" if silent else "The next cycle reads, decides and sends."
    return f"Store {store!r} is active again, with the settings as they are now. {then}"


def withdraw_golive(parts: Parts, store: str, by: str) -> str:
    """Make a store read-only again, until its go-live is confirmed anew; return what that means (SY-03).

    Raises:
        UsageError: nobody is named, or there is nothing to withdraw.
    """
    if not by.strip():
        raise UsageError("Withdrawing a go-live needs a name.", "Say who does it: by='...', or --by NAME.")
    if parts.record(store).golive_at is None:
        raise UsageError(f"The go-live of store {store!r} is not confirmed.", "There is nothing to withdraw.")
    _note(parts, "golive", store, f"withdrawn by {by}")
    with parts.database.write() as connection:
        stores.withdraw_golive(connection, store)
    return f"{by} withdrew the go-live. {parts.why_silent(store)}.{_working(parts, store)}"


def delete_store(parts: Parts, store: str, confirm: str) -> Deleted:
    """Delete a store: its settings, its rows in every table, and what the history tells of it (ON-10).

    Nothing on Amazon or in Commerce is touched.

    Arguments:
        confirm: the store's name once more, because nothing brings it back.

    Raises:
        UsageError: the name was not confirmed, or there is no such store.
        LeaseError: a run works on the store, or on the history.
    """
    if store not in parts.settings.stores:
        raise UsageError(f"There is no store {store!r}.", f"The stores are: {', '.join(parts.settings.stores)}.")
    if confirm != store:
        raise UsageError(
            f"Deleting store {store!r} takes its settings, listings, links, answers and history away for ever.",
            f"If you mean it, give its name once more: confirm={store!r}, or --confirm {store}. To keep all of it and "
            f"only stop, make it inactive: channelkit store pause {store}",
        )
    with parts.database.write() as connection:
        run = runs.open_run(connection, "delete", at=parts.now())
    error: ChannelkitError | None = None
    summary = {"stores": [{"store": store, "state": "failed", "verdict": "not deleted"}]}
    try:
        with ExitStack() as held:
            held.enter_context(hold(parts.database, f"store/{store}", run))
            held.enter_context(hold(parts.database, "history", run))
            # What can be done twice comes first: whoever is interrupted here deletes again.
            history = removal.remove_history(parts.database, store)
            with parts.database.write() as connection:
                rows = removal.remove_store(connection, store)
            settings = settings_file.remove_store(parts.settings.folder / parts.settings.file, store)
        summary = {"stores": [{"store": store, "state": "done", "verdict": "deleted"}]}
    except ChannelkitError as caught:
        error = caught
        raise
    finally:
        state = "busy" if isinstance(error, LeaseError) else "failed" if error else "done"
        with parts.database.write() as connection:
            words = str(error or "")
            runs.close_run(connection, run, state=state, at=parts.now(), summary=json.dumps(summary), error=words)
    return Deleted(store, rows, history, settings)


def _note(parts: Parts, job: str, store: str, verdict: str) -> None:
    """Write down among the runs what a person did to a store."""
    summary = json.dumps({"stores": [{"store": store, "state": "done", "verdict": verdict}]})
    with parts.database.write() as connection:
        run = runs.open_run(connection, job, at=parts.now())
        runs.close_run(connection, run, state="done", at=parts.now(), summary=summary)


def _working(parts: Parts, store: str) -> str:
    """Tell of a run that is at work on the store this moment."""
    with parts.database.read() as connection:
        query = sa.select(leases.c.holder).where(leases.c.name == f"store/{store}")
        is_held = connection.execute(query.where(leases.c.expires_at > database_time(connection))).first()
    return " A run is at work on it this moment; it ends the call that it began, and sends no other." if is_held else ""
