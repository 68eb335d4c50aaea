"""Reading what buyers sent back: a report that is asked for some times a day, and read by whichever cycle finds it."""

from __future__ import annotations

from dataclasses import dataclass

from channelkit.amazon.client import Amazon
from channelkit.amazon.documents import explain_failure, fetch_document, find_report, read_report_state
from channelkit.amazon.returns_report import RETURNS_REPORT, parse_returns, request_returns
from channelkit.database import progress, reports
from channelkit.database.difference import Tally
from channelkit.database.orders import load_orders
from channelkit.database.returns import store_returns
from channelkit.errors import AuthError, DocumentError
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.reading import HOUR, Puller, Reading

RETURNS, UNKNOWN = "returns", "returns of other orders"
"""Kinds of a reading's tallies."""

LOOKS_BACK = 60 * 24 * HOUR
"""A return that was asked for this long ago may still come back or be refunded."""

PATIENCE = HOUR
NAMED = 20


@dataclass(frozen=True)
class ReturnsReader:
    """Reads the returns of one store's orders.

    Arguments:
        every_hours: a new report is asked for when the last is older than this.
    """

    puller: Puller
    amazon: Amazon
    marketplace: Marketplace
    store: str
    every_hours: int = 24

    def read(self) -> Reading:
        """Ask for the report where it is time, and read it where it is ready; what goes wrong is written down.

        Where the account may not read returns, it is told once, and asked again when the next report would be due.
        """
        reading, refused = Reading(), f"returns-refused/{self.store}"
        with self.puller.database.read() as connection:
            refused_at = progress.moved_at(connection, refused)
        if refused_at is not None and self.puller.now() < refused_at + self.every_hours * HOUR:
            return reading
        try:
            self.puller.attempt(reading, self.store, lambda: self._read(reading))
        except AuthError:
            # It is written down; nothing else needs returns.
            self.puller.progress(f"{self.store}: Amazon's returns may not be read")
            now = self.puller.now()
            with self.puller.database.write() as connection:
                progress.move_watermark(connection, refused, str(now), at=now)
        return reading

    def _read(self, reading: Reading) -> None:
        asked = self._ask()
        if asked is None:
            return
        state = read_report_state(self.amazon, asked.report_id)
        if state.is_done:
            self._store(reading, asked.report_id, state.document_id)
        elif state.status == "CANCELLED":
            # Nothing was sent back.
            self._close(asked.report_id, "cancelled", note="Amazon had nothing to report.")
        elif state.is_closed:
            self._close(asked.report_id, "failed", note="Amazon could not make it.")
            words = explain_failure(self.amazon, state)
            raise DocumentError(
                f"Amazon could not make the report on returns of store {self.store!r}. {words}".rstrip(),
                "What was known before stays. The next report is asked for in due time.",
            )
        elif self.puller.now() >= asked.asked_at + PATIENCE:
            self._close(asked.report_id, "lost", note="It was not ready after an hour.")

    def _ask(self) -> reports.Asked | None:
        """Return the report that is under way, asking for one where it is time; None where it is not."""
        now = self.puller.now()
        with self.puller.database.read() as connection:
            under_way = reports.open_report(connection, self.store, RETURNS_REPORT)
            last = reports.last_asked(connection, self.store, RETURNS_REPORT)
        if under_way is not None:
            return under_way
        if last is not None and now < last + self.every_hours * HOUR:
            return None
        self.puller.progress(f"{self.store}: asking Amazon for the report on returns")
        # A process that died after asking left a report that nobody waits for.
        found = find_report(
            self.amazon, RETURNS_REPORT, self.marketplace.id, created_since=now - HOUR, is_known=self._is_known
        )
        if found is None:
            report_id = request_returns(self.amazon, self.marketplace.id, now - LOOKS_BACK, now)
            asked = reports.Asked(report_id, now)
        else:
            asked = reports.Asked(found.report_id, found.asked_at)
        with self.puller.database.write() as connection:
            reports.ask_report(
                connection, asked.report_id, store=self.store, report_type=RETURNS_REPORT, at=asked.asked_at
            )
        return asked

    def _is_known(self, report_id: str) -> bool:
        with self.puller.database.read() as connection:
            return reports.is_known(connection, report_id)

    def _store(self, reading: Reading, report_id: str, document_id: str) -> None:
        self.puller.progress(f"{self.store}: reading the report on returns")
        document = fetch_document(self.amazon, document_id)
        parsed = parse_returns(document.content, document.content_type, self.marketplace)
        for problem in parsed.problems[:NAMED]:
            reading.errors.append(DocumentError(f"Store {self.store!r}: {problem}"))
        now = self.puller.now()
        with self.puller.database.write() as connection:
            ids = sorted({each.order_id for each in parsed.returns})
            known = {order.order_id for order in load_orders(connection, self.store, order_ids=ids)}
            ours = [each for each in parsed.returns if each.order_id in known]
            reading.add(RETURNS, store_returns(connection, self.store, ours, at=now))
            others = len(parsed.returns) - len(ours)
            if others:
                reading.add(UNKNOWN, Tally(unchanged=others))
            note = "; ".join(parsed.problems[:5])
            reports.close_report(connection, report_id, state="read", at=now, rows=len(parsed.returns), note=note)

    def _close(self, report_id: str, state: str, *, note: str) -> None:
        with self.puller.database.write() as connection:
            reports.close_report(connection, report_id, state=state, at=self.puller.now(), note=note)
