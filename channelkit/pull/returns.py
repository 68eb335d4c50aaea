"""Reading what buyers sent back: a report that is asked for some times a day, and read by whichever cycle finds it."""

from __future__ import annotations

from dataclasses import dataclass

from channelkit.amazon.client import Amazon
from channelkit.amazon.documents import fetch_document, request_report
from channelkit.amazon.returns_report import RETURNS_REPORT, parse_returns
from channelkit.database import progress
from channelkit.database.difference import Tally
from channelkit.database.orders import load_orders
from channelkit.database.reports import Asked
from channelkit.database.returns import store_returns
from channelkit.errors import AuthError, DocumentError
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.reading import HOUR, Puller, Reading
from channelkit.pull.report_job import ReportJob

RETURNS, UNKNOWN = "returns", "returns of other orders"
"""Kinds of a reading's tallies."""

LOOKS_BACK = 60 * 24 * HOUR
"""A return that was asked for this long ago may still come back or be refunded."""

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

    @property
    def _job(self) -> ReportJob:
        return ReportJob(
            self.puller, self.amazon, self.marketplace, self.store, RETURNS_REPORT, "the report on returns"
        )

    def _read(self, reading: Reading) -> None:
        asked = self._job.find_open()
        if asked is None and self._job.is_due(self.every_hours * HOUR):
            now = self.puller.now()
            stretch = (now - LOOKS_BACK, now)
            asked = self._job.ask(lambda: request_report(self.amazon, RETURNS_REPORT, self.marketplace.id, *stretch))
        document_id = None if asked is None else self._job.watch(asked)
        if asked is not None and document_id is not None:
            self._store(reading, asked, document_id)

    def _store(self, reading: Reading, asked: Asked, document_id: str) -> None:
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
            self._job.close_read(connection, asked, len(parsed.returns), parsed.problems)
