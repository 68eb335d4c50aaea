"""Reading one Amazon store: the report as the spine, searches for what is fresh, a rolling look at every listing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow.compute as pc

from channelkit.amazon.client import Amazon
from channelkit.amazon.documents import fetch_document, request_report
from channelkit.amazon.listings import look_up, search_changed
from channelkit.amazon.listings_report import parse_report
from channelkit.database import journal, listings, progress
from channelkit.database.reports import Asked
from channelkit.errors import DocumentError
from channelkit.model.changes import PUBLISH
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.reading import HOUR, MINUTE, Puller, Reading
from channelkit.pull.report_job import LOST_AFTER, ReportJob

LISTINGS_REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"

OVERLAP = 5 * MINUTE
"""A search by time starts this much before the last one ended: Amazon's own data lags about two minutes."""

LOOK_UP = 20
"""SKUs that one search by name takes."""

POLL_EVERY = 15.0
"""Seconds between two looks at a report that somebody waits for."""


@dataclass(frozen=True)
class AmazonReader:
    """Reads one Amazon store: the report as the spine, searches for what is fresh, a rolling look at every listing.

    Arguments:
        report_hours: a new report is asked for when the last is older than this.
        sweep_calls: how many calls a cycle spends on looking listings up by name.
    """

    puller: Puller
    amazon: Amazon
    marketplace: Marketplace
    store: str
    report_hours: int
    sweep_calls: int

    def read(self, wait: bool = False) -> Reading:
        """Read the store.

        Arguments:
            wait: stay until the first report has arrived; a cycle does not, the next one takes it up.

        Raises:
            AuthError: the account's credentials or permissions; a person must act.
        """
        reading, puller = Reading(), self.puller
        puller.attempt(reading, self.store, lambda: self._read_report(reading, wait))
        puller.attempt(reading, self.store, lambda: self._search(reading))
        puller.attempt(reading, self.store, lambda: self._look_up(reading))
        return reading

    @property
    def _job(self) -> ReportJob:
        return ReportJob(self.puller, self.amazon, self.marketplace, self.store, LISTINGS_REPORT, "the listings report")

    def _read_report(self, reading: Reading, wait: bool) -> None:
        asked = self._job.find_open()
        if asked is None and self._job.is_due(self.report_hours * HOUR):
            asked = self._job.ask(lambda: request_report(self.amazon, LISTINGS_REPORT, self.marketplace.id))
        if asked is None:
            return
        self.puller.progress(f"{self.store}: waiting for Amazon's listings report")
        document_id = self._job.watch(asked, LOST_AFTER if wait else 0, POLL_EVERY)
        if document_id is not None:
            self._store_report(reading, asked, document_id)

    def _store_report(self, reading: Reading, asked: Asked, document_id: str) -> None:
        self.puller.progress(f"{self.store}: reading the listings report")
        document = fetch_document(self.amazon, document_id)
        parsed = parse_report(document.content, document.content_type, self.marketplace)
        for problem in parsed.problems[:20]:
            reading.errors.append(DocumentError(f"Listings report of store {self.store!r}: {problem}"))
        with self.puller.database.write() as connection:
            tally = listings.store_report(
                connection,
                self.store,
                parsed.rows,
                asked_at=asked.asked_at,
                run=self.puller.run,
                complete=parsed.complete,
            )
            self._job.close_read(connection, asked, parsed.rows.num_rows, tuple(parsed.problems))
        reading.add("report", tally)

    def _search(self, reading: Reading) -> None:
        """Read what has changed since the last search."""
        name, now = f"listings/{self.store}", self.puller.now()
        with self.puller.database.read() as connection:
            last = progress.read_watermark(connection, name)
        since = int(last) - OVERLAP if last else now - listings.CACHED_FOR
        self.puller.progress(f"{self.store}: reading what has changed on Amazon")
        found = search_changed(self.amazon, self.marketplace, since)
        with self.puller.database.write() as connection:
            reading.add("search", listings.store_search(connection, self.store, found, (), at=now, run=self.puller.run))
            progress.move_watermark(connection, name, str(now), at=now)

    def _look_up(self, reading: Reading) -> None:
        """Look listings up by name: those whose changes are to be read back, those in doubt, and the next in turn."""
        sweep, coming, now = f"sweep/{self.store}", f"publishing/{self.store}", self.puller.now()
        most = self.sweep_calls * LOOK_UP
        with self.puller.database.read() as connection:
            changes = journal.open_changes(connection, self.store)
            turn = listings.to_sweep(connection, self.store, progress.read_watermark(connection, sweep) or "", most)
            after = progress.read_watermark(connection, coming) or ""
        is_new = pc.or_(pc.equal(changes["field"], PUBLISH), pc.not_equal(changes["feed"], ""))
        awaited = changes.filter(pc.invert(is_new))["seller_sku"].unique().to_pylist()
        # New listings stay away for hours, and like what was handed in together they may be many; the search by time
        # finds them, too.
        new = take_turn(changes.filter(is_new)["seller_sku"].unique().to_pylist(), after, most)
        skus = list(dict.fromkeys([*awaited, *new.skus, *turn.skus]))
        if not skus:
            return
        self.puller.progress(f"{self.store}: reading {len(skus)} listings back")
        found = look_up(self.amazon, self.marketplace, skus)
        for sku in found.unreachable:
            reading.errors.append(
                DocumentError(
                    f"The listing {sku!r} of store {self.store!r} cannot be looked up: its SKU is no address.",
                    "Only the report tells of it, and nothing is sent to it. Give it another seller SKU.",
                )
            )
        with self.puller.database.write() as connection:
            tally = listings.store_search(connection, self.store, found.rows, found.asked, at=now, run=self.puller.run)
            reading.add("look-up", tally)
            progress.move_watermark(connection, sweep, turn.starts_after, at=now)
            if new.skus or after:
                progress.move_watermark(connection, coming, new.starts_after, at=now)


def take_turn(skus: Sequence[str], after: str, count: int) -> listings.Turn:
    """Return the next so many in their order, beginning anew after the last.

    >>> take_turn(["C", "A", "B"], "A", 2)
    Turn(skus=['B', 'C'], starts_after='')
    >>> take_turn(["C", "A", "B"], "", 2)
    Turn(skus=['A', 'B'], starts_after='B')
    """
    following = sorted(sku for sku in skus if sku > after) or sorted(skus)
    chosen = following[:count]
    return listings.Turn(chosen, chosen[-1] if len(following) > count else "")
