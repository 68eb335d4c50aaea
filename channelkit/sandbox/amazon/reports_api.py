"""Reports v2021-06-30: ask for a report, watch it, fetch its document."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.amazon.call import Call, Reply
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.order_log import READ_LAG
from channelkit.sandbox.amazon.orders_file import ORDERS, write_orders
from channelkit.sandbox.amazon.refusal import denied, invalid
from channelkit.sandbox.amazon.report_words import charset
from channelkit.sandbox.amazon.reports import Report
from channelkit.sandbox.amazon.returns_file import RETURNS, write_returns
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.amazon.work_lists import list_works
from channelkit.sandbox.faults import Faults


class ReportsApi:
    """Answers the calls on reports."""

    def __init__(self, state: AmazonState, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def create(self, call: Call) -> Reply:
        """Answer createReport."""
        body: dict[str, Any] = call.decoded(dict)
        if set(body) - {"reportType", "marketplaceIds", "reportOptions", "dataStartTime", "dataEndTime"}:
            raise invalid("The request body has a field that createReport does not know.")
        ending = "DONE"
        if self._faults.strike(call.operation, "report_cancelled"):
            ending = "CANCELLED"
        elif self._faults.strike(call.operation, "report_fatal"):
            ending = "FATAL"
        status_column = not self._faults.strike(call.operation, "missing_status")
        reports = self._state.reports
        marketplace_ids = body.get("marketplaceIds")
        first = marketplace_ids[0] if isinstance(marketplace_ids, list) and marketplace_ids else None
        if first is not None and first not in call.account.shelves:
            raise denied(f"The seller does not participate in marketplace {first}.")
        report = reports.create(call.account.seller_id, body, call.now, ending=ending, status_column=status_column)
        if self._faults.strike(call.operation, "localised_headers"):
            report.language = ""
        self._state.later(report.ended_at, lambda at: self._finish(report, at))
        return Reply(202, {"reportId": report.report_id})

    def _finish(self, report: Report, at: float) -> None:
        if report.cancelled or report.ending == "CANCELLED":
            return
        if report.ending == "FATAL":
            self._state.reports.explain(report, at)
            return
        shelf = self._state.shelf(report.seller_id, report.marketplace_ids[0])
        if report.report_type == RETURNS:
            self._finish_returns(report, shelf, at)
            return
        if report.report_type == ORDERS:
            self._finish_orders(report, shelf, at)
            return
        self._state.reports.finish(report, shelf, at, language=report.language or shelf.marketplace.locale[:2])

    def _finish_returns(self, report: Report, shelf: Shelf, at: float) -> None:
        sales, (since, until) = self._state.sales, report.data or (0.0, at)
        found = [
            each
            for each in sales.returns
            if each.seller_id == report.seller_id
            and sales.get(each.order_id).marketplace_id == shelf.marketplace.id
            and since * 1000 <= each.requested_at <= until * 1000
        ]
        if not found:
            # Where there is nothing to report, Amazon cancels.
            report.ending = "CANCELLED"
            return
        content = write_returns(found, sales.get, shelf.marketplace)
        name, _ = charset(shelf.marketplace)
        report.document_id = self._state.reports.keep(content, f"text/plain; charset={name}", at).document_id

    def _finish_orders(self, report: Report, shelf: Shelf, at: float) -> None:
        since, until = report.data or (0.0, at)
        # It has what a search shows when it is made; one that was not told when to end has all of that.
        shown, latest = int(at * 1000), int(at * 1000) - READ_LAG
        if until < report.created_at:
            latest = min(latest, int(until * 1000))
        changed = self._state.sales.log.updated(report.seller_id, (int(since * 1000), ""), latest, shown)
        found = [order for order in changed if order.marketplace_id == shelf.marketplace.id]
        if not found:
            # Where there is nothing to report, Amazon cancels.
            report.ending = "CANCELLED"
            return
        content = write_orders(found, shelf.marketplace)
        name, _ = charset(shelf.marketplace)
        report.document_id = self._state.reports.keep(content, f"text/plain; charset={name}", at).document_id

    def get(self, call: Call) -> Reply:
        """Answer getReport."""
        return Reply(200, self._state.reports.get(call.account.seller_id, call.path["reportId"]).shown(call.now))

    def cancel(self, call: Call) -> Reply:
        """Answer cancelReport: only what still stands in the queue can be cancelled."""
        report = self._state.reports.get(call.account.seller_id, call.path["reportId"])
        if report.status(call.now) != "IN_QUEUE":
            raise invalid("Only a report in the queue can be cancelled.")
        report.cancelled = True
        return Reply(200, None)

    def list(self, call: Call) -> Reply:
        """Answer getReports, the newest first."""
        works = reversed(self._state.reports.reports.values())
        return list_works(call, "report", works, lambda report: report.report_type)

    def document(self, call: Call, address: str) -> Reply:
        """Answer getReportDocument; ``address`` is where this server's documents are fetched from."""
        document_id = call.path["reportDocumentId"]
        owners = {
            report.seller_id for report in self._state.reports.reports.values() if report.document_id == document_id
        }
        if owners and call.account.seller_id not in owners:
            raise denied()
        signature = self._state.reports.open_address(document_id, call.now)
        document = self._state.reports.documents[document_id]
        decoded = "&response-content-encoding=gzip" if call.text("enableContentEncodingUrlHeader") == "true" else ""
        url = f"{address}/{document_id}?X-Amz-Expires=300{decoded}&X-Amz-Signature={signature}"
        body: dict[str, Any] = {"reportDocumentId": document_id, "url": url}
        if document.compressed:
            body["compressionAlgorithm"] = "GZIP"
        return Reply(200, body)
