"""Sending an approved plan of prices and quantities to Amazon.

Each effect is written down beside it: a change is ``sent`` before its call leaves, and ``accepted`` or ``refused``
when the answer is there. A process that dies between the two leaves ``sent``, which says what is true: nobody knows.
A later reading, never an "accepted", confirms it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

import pyarrow as pa

from channelkit.amazon.client import Amazon
from channelkit.amazon.offers import patch_offer
from channelkit.amazon.submission import Submission
from channelkit.clock import Clock, milliseconds
from channelkit.database import failures, journal, stores
from channelkit.database.connection import Database
from channelkit.database.lease import Lease
from channelkit.errors import AuthError, RefusedError, RemoteError, TemporaryError
from channelkit.model.marketplaces import Marketplace

FAILURES_IN_A_ROW = 3
"""After so many calls without an answer the other side is down; the rest waits for the next cycle."""

SENDING = 240.0
"""Seconds that a cycle sends for. A longer one would keep the next cycle's stock-outs waiting behind its prices."""

AT_ONCE = 5_000
"""Changes that one statement drops."""


@dataclass
class Applied:
    """What became of a plan's changes, counted by state."""

    accepted: int = 0
    refused: int = 0
    unanswered: int = 0
    dropped: int = 0
    errors: list[RemoteError] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not (self.refused or self.unanswered or self.dropped)

    def row(self) -> dict[str, int]:
        """Return the counts by state."""
        return {name: getattr(self, name) for name in ("accepted", "refused", "unanswered", "dropped")}

    def __str__(self) -> str:
        counts = [f"{count:,} {name}" for name, count in self.row().items() if count]
        return f"Changes sent: {', '.join(counts) or 'none'}. A later reading confirms what Amazon accepted."


@dataclass(frozen=True)
class Sender:
    """What sending needs.

    Arguments:
        lease: is checked in the transaction that says ``sent``; a run that lost its hold sends nothing more.
        seconds: for how long changes are sent; what is left then is planned anew by the next cycle.
    """

    database: Database
    amazon: Amazon
    marketplace: Marketplace
    store: str
    run: str
    lease: Lease
    clock: Clock
    progress: Callable[[str], None]
    seconds: float = SENDING

    def send(self, changes: pa.Table) -> Applied:
        """Send a plan's changes in their order, price and quantity of one listing in one call.

        Arguments:
            changes: ``id, seller_sku, field, after, product_type`` of the journal's planned rows; ``after`` in minor
                units or units.

        Raises:
            LeaseError: another run may have begun; what was not sent stays planned and is dropped by the next cycle.
            AuthError: a person must act; the rest of the plan is dropped.
        """
        applied, silent = Applied(), 0
        listings = list(_by_listing(changes))
        ends = self.clock.now() + self.seconds

        def drop_from(place: int, why: str) -> None:
            self._drop([row["id"] for _, rows in listings[place:] for row in rows], why, applied)

        for place, (sku, rows) in enumerate(listings):
            if silent >= FAILURES_IN_A_ROW:
                drop_from(place, "Amazon did not answer several calls in a row")
                break
            if self.clock.now() >= ends:
                drop_from(place, "this cycle's time for sending was used up")
                break
            self.progress(f"{self.store}: sending {place + 1} of {len(listings)}")
            ids = [row["id"] for row in rows]
            with self.database.write() as connection:
                self.lease.check(connection)
                stopped = stores.why_stopped(connection, self.store)
                if not stopped:
                    journal.mark_sent(connection, ids, self._now())
            if stopped:
                drop_from(place, stopped)
                break
            try:
                submission = self._patch(sku, rows)
            except RefusedError as error:
                self._answered(ids, "refused", error=error)
                applied.refused += len(ids)
                silent = 0
            except TemporaryError as error:
                silent += 1
                applied.errors.append(error)
                if error.status == 429 or error.code == "QuotaUsedUp":
                    # It was turned away unread, so it is certain that nothing happened.
                    self._drop(ids, error.what, applied)
                else:
                    applied.unanswered += len(ids)
                self._record(error)
            except AuthError as error:
                drop_from(place, error.what)
                self._record(error)
                raise
            else:
                self._answered(ids, "accepted", submission=submission)
                applied.accepted += len(ids)
                silent = 0
        return applied

    def _patch(self, sku: str, rows: list[dict[str, Any]]) -> Submission:
        wanted = {row["field"]: row["after"] for row in rows}
        price = wanted.get("price")
        return patch_offer(
            self.amazon,
            self.marketplace,
            sku,
            rows[0]["product_type"] or "",
            price=None if price is None else Decimal(price).scaleb(-self.marketplace.digits),
            quantity=wanted.get("quantity"),
        )

    def _answered(
        self, ids: list[int], state: str, submission: Submission | None = None, error: RefusedError | None = None
    ) -> None:
        with self.database.write() as connection:
            journal.mark_answered(
                connection,
                ids,
                state,
                self._now(),
                submission_id=submission.submission_id if submission else "",
                request_id=submission.request_id if submission else error.request_id if error else "",
                code=error.code if error else "",
                note=error.what if error else "",
            )
        if error is not None:
            self._record(error)

    def _drop(self, ids: list[int], why: str, applied: Applied) -> None:
        note = f"Not sent: {why.rstrip('.')}. The next cycle plans anew."
        with self.database.write() as connection:
            for start in range(0, len(ids), AT_ONCE):
                journal.mark_answered(connection, ids[start : start + AT_ONCE], "dropped", self._now(), note=note)
        applied.dropped += len(ids)

    def _record(self, error: RemoteError) -> None:
        with self.database.write() as connection:
            failures.record_failure(connection, error, store=self.store, run=self.run, at=self._now())

    def _now(self) -> int:
        return milliseconds(self.clock.now())


def _by_listing(changes: pa.Table) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each listing's changes, in the order in which the plan has the listings."""
    rows = changes.to_pylist()
    first: dict[str, int] = {}
    for place, row in enumerate(rows):
        first.setdefault(row["seller_sku"], place)
    rows.sort(key=lambda row: first[row["seller_sku"]])
    for sku, group in groupby(rows, key=lambda row: str(row["seller_sku"])):
        yield sku, list(group)
