"""Reports that were asked for: their life, their files, and the addresses that the files are fetched from."""

from __future__ import annotations

import gzip
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.orders_file import ORDERS
from channelkit.sandbox.amazon.refusal import Refusal, invalid
from channelkit.sandbox.amazon.report_file import write_report
from channelkit.sandbox.amazon.report_words import charset
from channelkit.sandbox.amazon.returns_file import RETURNS
from channelkit.sandbox.clock import timestamp

LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
ADDRESS_SECONDS = 300
"""How long a document's address is good."""
DAY = 86_400.0
DOCUMENTS_KEPT = 100
"""The oldest files go first, so that a sandbox can run for weeks."""


@dataclass(frozen=True)
class Pace:
    """How long things take, in sandbox seconds.

    Arguments:
        queue: in the queue.
        work: in progress.
        cache: for so long after one report the next of its kind is the same file again.
    """

    queue: float = 15.0
    work: float = 30.0
    cache: float = 3600.0


@dataclass
class Document:
    """The file of a report."""

    document_id: str
    content: bytes
    content_type: str
    made_at: float
    compressed: bool = True


@dataclass
class Report:
    """One report; it becomes what ``ending`` says when its time has come.

    Arguments:
        data: from when and until when its rows are, in Unix seconds; None for the moment at which it was asked for.
    """

    report_id: str
    seller_id: str
    report_type: str
    marketplace_ids: tuple[str, ...]
    created_at: float
    language: str
    started_at: float
    ended_at: float
    ending: str = "DONE"
    status_column: bool = True
    document_id: str = ""
    cancelled: bool = False
    data: tuple[float, float] | None = None

    def status(self, now: float) -> str:
        """Return the processing status at a time."""
        if self.cancelled or (now >= self.ended_at and self.ending == "CANCELLED"):
            return "CANCELLED"
        if now < self.started_at:
            return "IN_QUEUE"
        return self.ending if now >= self.ended_at else "IN_PROGRESS"

    def shown(self, now: float) -> dict[str, object]:
        """Return the report as the API shows it."""
        status = self.status(now)
        since, until = self.data or (self.created_at, self.created_at)
        shown: dict[str, object] = {
            "reportId": self.report_id,
            "reportType": self.report_type,
            "marketplaceIds": list(self.marketplace_ids),
            "createdTime": timestamp(self.created_at),
            "dataStartTime": timestamp(since),
            "dataEndTime": timestamp(until),
            "processingStatus": status,
        }
        if status != "IN_QUEUE" and not self.cancelled:
            shown["processingStartTime"] = timestamp(self.started_at)
        if status in {"DONE", "FATAL", "CANCELLED"} and not self.cancelled:
            shown["processingEndTime"] = timestamp(self.ended_at)
        if status in {"DONE", "FATAL"} and self.document_id:
            shown["reportDocumentId"] = self.document_id
        return shown


@dataclass
class Reports:
    """Every report and every file, of all sellers."""

    pace: Pace = field(default_factory=Pace)
    reports: dict[str, Report] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    addresses: dict[str, tuple[str, float]] = field(default_factory=dict)
    _cached: dict[tuple[str, str, str], Document] = field(default_factory=dict)
    _random: random.Random = field(default_factory=lambda: random.Random("documents"))

    def create(
        self, seller_id: str, body: Mapping[str, object], now: float, *, ending: str, status_column: bool
    ) -> Report:
        """Put a report in the queue.

        Raises:
            Refusal: 400, the type is not one that this Amazon makes, or a field is wrong.
        """
        report_type, marketplace_ids = body.get("reportType"), body.get("marketplaceIds")
        if report_type not in {LISTINGS, RETURNS, ORDERS}:
            known = f"{LISTINGS}, {RETURNS} and {ORDERS}"
            raise invalid(f"Invalid Report Type {report_type!r}. This Amazon makes {known}.")
        if not isinstance(marketplace_ids, list) or not 1 <= len(marketplace_ids) <= 25:
            raise invalid("marketplaceIds must be a list of 1 to 25 marketplaces.")
        options = body.get("reportOptions") or {}
        if not isinstance(options, dict) or not all(isinstance(value, str) for value in options.values()):
            raise invalid("reportOptions must map names to texts.")
        language = str(options.get("preferredReportDocumentLocale", ""))[:2]
        report = Report(
            report_id=str(50_000_000_000 + len(self.reports) + 1),
            seller_id=seller_id,
            report_type=str(report_type),
            # One marketplace per listings report; the others are left out silently, as Amazon does.
            marketplace_ids=(str(marketplace_ids[0]),),
            created_at=now,
            language=language,
            started_at=now + self.pace.queue,
            ended_at=now + self.pace.queue + self.pace.work,
            ending=ending,
            status_column=status_column,
            data=_stretch(body, now) if report_type in {RETURNS, ORDERS} else None,
        )
        self.reports[report.report_id] = report
        return report

    def get(self, seller_id: str, report_id: str) -> Report:
        """Return a seller's report.

        Raises:
            Refusal: 404, the seller has no such report.
        """
        report = self.reports.get(report_id)
        if report is None or report.seller_id != seller_id:
            raise Refusal(404, "NotFound", f"Report {report_id} not found.")
        return report

    def finish(self, report: Report, shelf: Shelf, now: float, *, language: str) -> None:
        """Make a report's file, or take the one of the last report of its kind while that is fresh."""
        key = (report.seller_id, shelf.marketplace.id, report.report_type)
        known = self._cached.get(key)
        if known is not None and now - known.made_at < self.pace.cache:
            self.documents.setdefault(known.document_id, known)
            report.document_id = known.document_id
            return
        if not len(shelf):
            # Where there is nothing to report, Amazon cancels.
            report.ending = "CANCELLED"
            return
        content = write_report(shelf, language=language, status_column=report.status_column)
        name, _ = charset(shelf.marketplace)
        self._cached[key] = self.keep(content, f"text/plain; charset={name}", now)
        report.document_id = self._cached[key].document_id

    def explain(self, report: Report, now: float) -> None:
        """Make the file of a report that failed: it says why."""
        words = b'{"errorDetails": "The report could not be made. Ask for it again."}'
        content = gzip.compress(words, mtime=0)
        report.document_id = self.keep(content, "application/json; charset=UTF-8", now).document_id

    def keep(self, content: bytes, content_type: str, now: float) -> Document:
        """Keep a packed file, and let the oldest one go."""
        document_id = f"amzn1.spdoc.1.4.{self._random.getrandbits(128):032x}"
        document = self.documents[document_id] = Document(document_id, content, content_type, now)
        while len(self.documents) > DOCUMENTS_KEPT:
            del self.documents[next(iter(self.documents))]
        return document

    def open_address(self, document_id: str, now: float) -> str:
        """Return the signature of a new address for a document, good for five minutes.

        Raises:
            Refusal: 404, there is no such document.
        """
        if document_id not in self.documents:
            raise Refusal(404, "NotFound", f"Report document {document_id} not found.")
        self.addresses = {name: known for name, known in self.addresses.items() if known[1] > now - DAY}
        signature = f"{self._random.getrandbits(256):064x}"
        self.addresses[signature] = (document_id, now + ADDRESS_SECONDS)
        return signature


def _stretch(body: Mapping[str, object], now: float) -> tuple[float, float]:
    """Return from when and until when a report is asked for; without a word, for the last 30 days."""
    since, until = (_moment(body.get(name), name) for name in ("dataStartTime", "dataEndTime"))
    until = now if until is None else min(until, now)
    since = until - 30 * DAY if since is None else since
    if since > until:
        raise invalid("'dataStartTime' is after 'dataEndTime'.")
    return since, until


def _moment(text: object, name: str) -> float | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise invalid(f"'{name}' is not an ISO 8601 date and time: {text!r}.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
