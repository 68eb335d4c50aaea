"""Reading Amazon's report on orders where searching cannot keep up, so that nothing is sold twice meanwhile.

It is asked for at the beginning of a cycle and taken up when the orders are read, a minute later at the most.
"""

from __future__ import annotations

from dataclasses import dataclass

from channelkit.amazon.client import Amazon
from channelkit.amazon.documents import fetch_document, request_report
from channelkit.amazon.orders_report import ORDERS_REPORT, parse_orders
from channelkit.database import progress
from channelkit.database.difference import Tally
from channelkit.database.reports import Asked
from channelkit.database.unread_orders import store_unread
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.orders import OVERLAP, is_behind, read_until
from channelkit.pull.reading import MINUTE, Puller, Reading
from channelkit.pull.report_job import ReportJob

UNREAD = "unread orders"
"""Kind of a reading's tally."""

PATIENCE = MINUTE
"""So long after asking a cycle waits for the report; then the next one takes it up."""

READ_LAG = 2 * MINUTE
"""What Amazon shows of orders lags behind."""

NAMED = 20


@dataclass(frozen=True)
class OrdersReportReader:
    """Reads the report on the orders of one store.

    Arguments:
        connected_at: orders created since are the store's, in milliseconds since 1970.
    """

    puller: Puller
    amazon: Amazon
    marketplace: Marketplace
    store: str
    connected_at: int

    def ask(self, reading: Reading) -> None:
        """Ask for the report where searching has fallen behind; what goes wrong is written down."""
        self.puller.attempt(reading, self.store, self._ask)

    def read(self, reading: Reading) -> None:
        """Take up the report that is under way; without one, nothing is asked.

        Raises:
            AuthError: the account's credentials or permissions; a person must act.
        """
        self.puller.attempt(reading, self.store, lambda: self._read(reading))

    @property
    def _job(self) -> ReportJob:
        meanwhile = "Orders are read by searching meanwhile. The next cycle asks for the report again."
        return ReportJob(
            self.puller, self.amazon, self.marketplace, self.store, ORDERS_REPORT, "the report on orders", meanwhile
        )

    def _ask(self) -> None:
        seller_id = self.amazon.seller_id
        with self.puller.database.read() as connection:
            behind = is_behind(connection, seller_id, self.puller.now())
            since = read_until(connection, seller_id) or self.connected_at
        if behind and self._job.find_open() is None:
            start = max(since - OVERLAP, self.connected_at)
            self._job.ask(lambda: request_report(self.amazon, ORDERS_REPORT, self.marketplace.id, start), MINUTE)

    def _read(self, reading: Reading) -> None:
        asked = self._job.find_open()
        if asked is None:
            return
        self.puller.progress(f"{self.store}: waiting for Amazon's report on orders")
        document_id = self._job.watch(asked, PATIENCE)
        if document_id is not None:
            self._store(reading, asked, document_id)

    def _store(self, reading: Reading, asked: Asked, document_id: str) -> None:
        document = fetch_document(self.amazon, document_id)
        parsed = parse_orders(document.content, document.content_type, self.marketplace)
        for problem in parsed.problems[:NAMED]:
            reading.errors.append(DocumentError(f"Store {self.store!r}: {problem}"))
        now, until = self.puller.now(), asked.asked_at - READ_LAG
        with self.puller.database.write() as connection:
            count = store_unread(connection, self.store, parsed.lines, since=self.connected_at, at=asked.asked_at)
            # Where Amazon had nothing to report nobody says why, so only what was read counts as known.
            if not parsed.problems:
                progress.move_watermark(connection, told_mark(self.store), str(until), at=now)
            self._job.close_read(connection, asked, len(parsed.lines), parsed.problems)
        reading.add(UNREAD, Tally(new=count))


def told_mark(store: str) -> str:
    """Return the watermark that says up to when a store's orders are known, be it from the report alone."""
    return f"orders-told/{store}"
