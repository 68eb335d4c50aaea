"""One of Amazon's reports for one store: asked for once, found again after a crash, watched, and closed.

A report takes Amazon a minute or an hour. Whoever asked for it is perhaps not there any more when it is ready, so what
is under way stands in the database, and whichever run comes next takes it up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from channelkit.amazon.client import Amazon
from channelkit.amazon.documents import explain_failure, find_report, read_report_state
from channelkit.database import reports
from channelkit.database.reports import Asked
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.reading import HOUR, Puller

LOST_AFTER = HOUR
"""Milliseconds after which nobody waits for a report any more."""

NOTED = 5
"""Problems of a report that its row in the database names."""


@dataclass(frozen=True)
class ReportJob:
    """A kind of report that a store asks for again and again, one at a time.

    Arguments:
        report_type: Amazon's word for it.
        what: ours, with its article: ``the report on returns``.
        meanwhile: what a person should know where Amazon cannot make it.
    """

    puller: Puller
    amazon: Amazon
    marketplace: Marketplace
    store: str
    report_type: str
    what: str
    meanwhile: str = "What was known before stays. The next report is asked for in due time."

    def find_open(self) -> Asked | None:
        """Return the report that is under way, or None."""
        with self.puller.database.read() as connection:
            return reports.open_report(connection, self.store, self.report_type)

    def is_due(self, every: int) -> bool:
        """Tell whether the last one was asked for so many milliseconds ago, or none ever was."""
        with self.puller.database.read() as connection:
            last = reports.last_asked(connection, self.store, self.report_type)
        return last is None or self.puller.now() >= last + every

    def ask(self, request: Callable[[], str], look_back: int = HOUR) -> Asked:
        """Ask for the report, and write down that it is under way.

        Arguments:
            request: asks Amazon, and returns the report's id.
            look_back: milliseconds in which a process that died may have asked and lost the answer; what it asked for
                is taken up instead of asking again.
        """
        now = self.puller.now()
        self.puller.progress(f"{self.store}: asking Amazon for {self.what}")
        found = find_report(
            self.amazon, self.report_type, self.marketplace.id, created_since=now - look_back, is_known=self._is_known
        )
        asked = Asked(request(), now) if found is None else Asked(found.report_id, found.asked_at)
        with self.puller.database.write() as connection:
            reports.ask_report(
                connection, asked.report_id, store=self.store, report_type=self.report_type, at=asked.asked_at
            )
        return asked

    def watch(self, asked: Asked, patience: int = 0, every: float = 10.0) -> str | None:
        """Return the document of a report that is ready; None where it is not, or had nothing to say.

        Arguments:
            patience: milliseconds after asking for which it is waited for.
            every: seconds between two looks.

        Raises:
            DocumentError: Amazon could not make it.
        """
        state = read_report_state(self.amazon, asked.report_id)
        while not state.is_closed and self.puller.now() < asked.asked_at + patience:
            self.puller.clock.sleep(every)
            state = read_report_state(self.amazon, asked.report_id)
        if state.is_done:
            return state.document_id
        if state.status == "CANCELLED":
            # Also where there is nothing to report: no reason to forget anything.
            self._close(asked.report_id, "cancelled", "Amazon had nothing to report.")
        elif state.is_closed:
            self._close(asked.report_id, "failed", "Amazon could not make it.")
            words = explain_failure(self.amazon, state)
            raise DocumentError(
                f"Amazon could not make {self.what} of store {self.store!r}. {words}".rstrip(), self.meanwhile
            )
        elif self.puller.now() >= asked.asked_at + LOST_AFTER:
            self._close(asked.report_id, "lost", "It was not ready after an hour.")
        return None

    def close_read(self, connection: Connection, asked: Asked, rows: int, problems: tuple[str, ...]) -> None:
        """Write down that a report was read, in the transaction that keeps what it said.

        Arguments:
            rows: how many it had.
            problems: what of it could not be read.
        """
        reports.close_report(
            connection, asked.report_id, state="read", at=self.puller.now(), rows=rows, note="; ".join(problems[:NOTED])
        )

    def _is_known(self, report_id: str) -> bool:
        with self.puller.database.read() as connection:
            return reports.is_known(connection, report_id)

    def _close(self, report_id: str, state: str, note: str) -> None:
        with self.puller.database.write() as connection:
            reports.close_report(connection, report_id, state=state, at=self.puller.now(), rows=0, note=note)
