"""Reports: asked for, waited for, and fetched whole."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from channelkit.amazon.client import Amazon, documented, field_of
from channelkit.amazon.operations import CREATE_REPORT, GET_REPORT, GET_REPORT_DOCUMENT, GET_REPORTS
from channelkit.clock import milliseconds
from channelkit.errors import DocumentError, RefusedError, TemporaryError
from channelkit.model.calls import Operation

ENGLISH = {"preferredReportDocumentLocale": "en_US"}
"""Headers in English; Amazon may still hand out an older copy in the marketplace's language."""

_CLOSED = ("DONE", "CANCELLED", "FATAL")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class ReportState:
    """How far Amazon has come with a report: IN_QUEUE, IN_PROGRESS, DONE, CANCELLED (also: no data), FATAL."""

    status: str
    document_id: str

    @property
    def is_done(self) -> bool:
        return self.status == "DONE"

    @property
    def is_closed(self) -> bool:
        return self.status in _CLOSED


@dataclass(frozen=True)
class FoundReport:
    """A report that was asked for before; its facts are no newer than ``asked_at``, in milliseconds since 1970."""

    report_id: str
    asked_at: int


@dataclass(frozen=True)
class Document:
    """A report's file, unpacked, and what its download said of its encoding."""

    content: bytes
    content_type: str


def request_report(
    amazon: Amazon, report_type: str, marketplace_id: str, since: int | None = None, until: int | None = None
) -> str:
    """Ask for a report of one marketplace, and return its id.

    Arguments:
        since, until: the stretch of time that it tells of, in milliseconds since 1970, where its kind has one.
    """
    body: dict[str, object] = {"reportType": report_type, "marketplaceIds": [marketplace_id], "reportOptions": ENGLISH}
    for name, at in (("dataStartTime", since), ("dataEndTime", until)):
        if at is not None:
            body[name] = _written(at)
    return str(field_of(amazon.transport.call(CREATE_REPORT, body=body).body, "reportId", CREATE_REPORT.name))


def find_report(
    amazon: Amazon, report_type: str, marketplace_id: str, created_since: int, is_known: Callable[[str], bool]
) -> FoundReport | None:
    """Return the newest report that was asked for since a moment, has not failed, and is not known yet; or None.

    Asking is not repeatable: whoever lost the answer looks here before asking again.

    Arguments:
        created_since: milliseconds since 1970.
        is_known: says of a report's id that it was waited for before; such a report is not taken for a new one.
    """
    query = [
        ("reportTypes", report_type),
        ("marketplaceIds", marketplace_id),
        ("processingStatuses", "IN_QUEUE,IN_PROGRESS,DONE"),
        ("createdSince", _written(created_since)),
        ("pageSize", "10"),
    ]
    reports = field_of(amazon.transport.call(GET_REPORTS, query=query).body, "reports", GET_REPORTS.name)
    with documented(GET_REPORTS.name):
        found = [FoundReport(str(report["reportId"]), _milliseconds(report["createdTime"])) for report in reports]
    unknown = [report for report in found if not is_known(report.report_id)]
    return max(unknown, key=lambda report: report.asked_at, default=None)


def _written(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _milliseconds(moment: str) -> int:
    return milliseconds(datetime.fromisoformat(moment).timestamp())


def read_report_state(amazon: Amazon, report_id: str) -> ReportState:
    """Return how far a report has come."""
    body = amazon.transport.call(GET_REPORT, {"report_id": report_id}).body
    status = str(field_of(body, "processingStatus", GET_REPORT.name))
    return ReportState(status, str(body.get("reportDocumentId") or ""))


def fetch_document(amazon: Amazon, document_id: str, operation: Operation = GET_REPORT_DOCUMENT) -> Document:
    """Fetch a file that Amazon has made.

    Arguments:
        operation: tells where it lies: a report's unless another is named.

    Raises:
        DocumentError: it is cut short or cannot be unpacked.
        TemporaryError: it did not arrive completely.
    """
    body = amazon.transport.call(operation, {"document_id": document_id}).body
    content, content_type = amazon.transport.download(str(field_of(body, "url", operation.name)))
    # With the encoding in the download's header instead, the file is packed all the same.
    if body.get("compressionAlgorithm") == "GZIP" or content.startswith(_GZIP):
        try:
            unpacked = gzip.decompress(content)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            unpacked = b""
        if not unpacked:
            raise DocumentError(
                f"Amazon's document {document_id} is cut short or damaged.",
                "What was known before stays; the next cycle fetches it again.",
            )
        content = unpacked
    return Document(content, content_type)


def explain_failure(amazon: Amazon, state: ReportState) -> str:
    """Return what Amazon wrote about a report that it could not make, or why that cannot be said; often nothing."""
    if not state.document_id:
        return ""
    try:
        document = fetch_document(amazon, state.document_id)
    except (DocumentError, RefusedError, TemporaryError) as error:
        return f"Its explanation could not be fetched: {error.what}"
    return " ".join(document.content.decode(errors="replace").split())[:300]
