"""Reading Amazon's report on orders where searching cannot keep up, so that nothing is sold twice meanwhile.

It is asked for at the beginning of a cycle and taken up when the orders are read, a minute later at the most.
"""

from __future__ import annotations

from dataclasses import dataclass

from channelkit.amazon.client import Amazon
from channelkit.amazon.documents import explain_failure, fetch_document, find_report, read_report_state
from channelkit.amazon.orders_report import ORDERS_REPORT, parse_orders, request_orders
from channelkit.database import progress, reports
from channelkit.database.difference import Tally
from channelkit.database.unread_orders import store_unread
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.orders import OVERLAP, is_behind, read_until
from channelkit.pull.reading import HOUR, MINUTE, Puller, Reading

UNREAD = "unread orders"
"""Kind of a reading's tally."""

PATIENCE = MINUTE
"""So long after asking a cycle waits for the report; then the next one takes it up."""

LOST_AFTER = HOUR
POLL_EVERY = 10.0
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

    def _ask(self) -> None:
        now = self.puller.now()
        with self.puller.database.read() as connection:
            under_way = reports.open_report(connection, self.store, ORDERS_REPORT)
            behind = is_behind(connection, self.amazon.seller_id, now)
            since = read_until(connection, self.amazon.seller_id)
        if not behind or under_way is not None:
            return
        self.puller.progress(f"{self.store}: asking Amazon for the report on orders")
        # A process that died after asking left a report that nobody waits for.
        found = find_report(
            self.amazon, ORDERS_REPORT, self.marketplace.id, created_since=now - MINUTE, is_known=self._is_known
        )
        if found is None:
            start = self.connected_at if since is None else max(since - OVERLAP, self.connected_at)
            asked = reports.Asked(request_orders(self.amazon, self.marketplace.id, start), now)
        else:
            asked = reports.Asked(found.report_id, found.asked_at)
        with self.puller.database.write() as connection:
            reports.ask_report(
                connection, asked.report_id, store=self.store, report_type=ORDERS_REPORT, at=asked.asked_at
            )

    def _is_known(self, report_id: str) -> bool:
        with self.puller.database.read() as connection:
            return reports.is_known(connection, report_id)

    def _read(self, reading: Reading) -> None:
        with self.puller.database.read() as connection:
            asked = reports.open_report(connection, self.store, ORDERS_REPORT)
        if asked is None:
            return
        self.puller.progress(f"{self.store}: waiting for Amazon's report on orders")
        state = read_report_state(self.amazon, asked.report_id)
        while not state.is_closed and self.puller.now() < asked.asked_at + PATIENCE:
            self.puller.clock.sleep(POLL_EVERY)
            state = read_report_state(self.amazon, asked.report_id)
        if state.is_done:
            self._store(reading, asked, state.document_id)
        elif state.status == "CANCELLED":
            # Nobody says whether there was nothing to report, so nothing counts as known.
            self._close(asked.report_id, "cancelled", note="Amazon had nothing to report.")
        elif state.is_closed:
            self._close(asked.report_id, "failed", note="Amazon could not make it.")
            words = explain_failure(self.amazon, state)
            raise DocumentError(
                f"Amazon could not make the report on orders of store {self.store!r}. {words}".rstrip(),
                "Orders are read by searching meanwhile. The next cycle asks for the report again.",
            )
        elif self.puller.now() >= asked.asked_at + LOST_AFTER:
            self._close(asked.report_id, "lost", note="It was not ready after an hour.")

    def _store(self, reading: Reading, asked: reports.Asked, document_id: str) -> None:
        document = fetch_document(self.amazon, document_id)
        parsed = parse_orders(document.content, document.content_type, self.marketplace)
        for problem in parsed.problems[:NAMED]:
            reading.errors.append(DocumentError(f"Store {self.store!r}: {problem}"))
        now, until = self.puller.now(), asked.asked_at - READ_LAG
        with self.puller.database.write() as connection:
            count = store_unread(connection, self.store, parsed.lines, since=self.connected_at, at=asked.asked_at)
            if not parsed.problems:
                progress.move_watermark(connection, told_mark(self.store), str(until), at=now)
            note = "; ".join(parsed.problems[:5])
            reports.close_report(connection, asked.report_id, state="read", at=now, rows=len(parsed.lines), note=note)
        reading.add(UNREAD, Tally(new=count))

    def _close(self, report_id: str, state: str, *, note: str) -> None:
        with self.puller.database.write() as connection:
            reports.close_report(connection, report_id, state=state, at=self.puller.now(), note=note)


def told_mark(store: str) -> str:
    """Return the watermark that says up to when a store's orders are known, be it from the report alone."""
    return f"orders-told/{store}"
