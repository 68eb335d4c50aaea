"""Reports: asked for once, waited for, fetched whole or not at all."""

from __future__ import annotations

import gzip
import logging

import pytest

from channelkit.amazon.client import Amazon
from channelkit.amazon.documents import (
    Document,
    ReportState,
    explain_failure,
    fetch_document,
    find_report,
    read_report_state,
    request_report,
)
from channelkit.amazon.listings_report import ListingsReport, parse_report
from channelkit.errors import DocumentError, TemporaryError
from channelkit.model.marketplaces import marketplace
from channelkit.sandbox.server import Running
from channelkit.sandbox.situations import ODD_SKUS
from tests.amazon_kit import Played, StoppedClock, connect, staged
from tests.conftest import RunSandbox

REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"


@pytest.fixture
def running(run_sandbox: RunSandbox) -> Running:
    return run_sandbox(speed=0, quiet=True, throttling=False)


def client(running: Running, name: str = "us") -> Amazon:
    return connect(running, name, clock=StoppedClock(epoch=running.world.clock.now()))


def finished(running: Running, amazon: Amazon, country: str = "US") -> ReportState:
    """Ask for the listings report and let its time pass."""
    report_id = request_report(amazon, REPORT, marketplace(country).id)
    running.world.clock.skip(60)
    return read_report_state(amazon, report_id)


def listings(running: Running, name: str, country: str) -> ListingsReport:
    amazon = client(running, name)
    document = fetch_document(amazon, finished(running, amazon, country).document_id)
    return parse_report(document.content, document.content_type, marketplace(country))


def shelf(running: Running, name: str, country: str) -> set[str]:
    store = next(each for each in running.ready["stores"] if each["name"] == name)
    return set(running.world.amazon.shelf(store["seller_id"], marketplace(country).id).listings)


def test_a_report_is_queued_worked_on_and_done(running: Running) -> None:
    amazon = client(running)
    report_id = request_report(amazon, REPORT, marketplace("US").id)
    assert read_report_state(amazon, report_id) == ReportState("IN_QUEUE", "")
    running.world.clock.skip(20)
    assert not read_report_state(amazon, report_id).is_closed
    running.world.clock.skip(60)
    state = read_report_state(amazon, report_id)
    assert state.is_done
    assert state.document_id


def test_an_american_report_has_every_listing_of_the_shelf(running: Running) -> None:
    report = listings(running, "us", "US")
    found = set(report.rows["seller_sku"].to_pylist())
    assert found == shelf(running, "us", "US")
    assert set(ODD_SKUS) <= found
    assert (report.complete, report.problems) == (True, ())


@pytest.mark.parametrize("fault", ["", "localised_headers", "missing_status"])
def test_a_german_report_has_every_listing_whatever_its_header(running: Running, fault: str) -> None:
    if fault:
        running.faults.add(fault, "createReport")
    report = listings(running, "de", "DE")
    assert set(report.rows["seller_sku"].to_pylist()) == shelf(running, "de", "DE")
    assert (report.complete, report.problems) == (True, ())
    assert report.rows["price"].null_count < report.rows.num_rows
    assert (report.rows["status"].null_count == report.rows.num_rows) is (fault == "missing_status")


def test_a_wrongly_declared_encoding_does_not_change_a_sku(running: Running) -> None:
    running.faults.add("wrong_encoding", "download")
    report = listings(running, "de", "DE")
    assert set(report.rows["seller_sku"].to_pylist()) == shelf(running, "de", "DE")
    assert not report.complete
    assert "declared as UTF-8 but is written in cp1252" in report.problems[0]


def test_a_truncated_document_is_refused_and_can_be_fetched_again(running: Running) -> None:
    amazon = client(running)
    state = finished(running, amazon)
    running.faults.add("truncated_document", "download")
    with pytest.raises(DocumentError, match=r"cut short.*What was known before stays"):
        fetch_document(amazon, state.document_id)
    assert fetch_document(amazon, state.document_id).content.startswith(b"item-name\t")


@pytest.mark.parametrize("kind", ["reset", "html_503"])
def test_a_download_is_tried_again(running: Running, kind: str) -> None:
    amazon = client(running)
    state = finished(running, amazon)
    running.faults.add(kind, "download", count=2)
    assert fetch_document(amazon, state.document_id).content
    assert not running.faults.waiting()


def test_a_download_that_never_comes_is_a_temporary_error(running: Running) -> None:
    amazon = client(running)
    state = finished(running, amazon)
    running.faults.add("reset", "download", count=None)
    with pytest.raises(TemporaryError, match="did not arrive completely"):
        fetch_document(amazon, state.document_id)


def test_a_report_of_nothing_is_closed_without_a_document(running: Running) -> None:
    running.faults.add("report_cancelled", "createReport")
    state = finished(running, client(running))
    assert state == ReportState("CANCELLED", "")
    assert (state.is_closed, state.is_done) == (True, False)
    assert explain_failure(client(running), state) == ""


def test_a_report_that_failed_is_closed_and_explained(running: Running) -> None:
    running.faults.add("report_fatal", "createReport")
    state = finished(running, client(running))
    assert (state.status, state.is_closed, state.is_done) == ("FATAL", True, False)
    assert len(explain_failure(client(running), state)) > 20


def test_the_explanation_of_a_failed_report_is_read() -> None:
    address = {"reportDocumentId": "d", "url": "https://amazon.test/file"}
    amazon, _ = staged(Played(200, address), Played(200, b'{"errorDetails":\n "no access"}'))
    assert explain_failure(amazon, ReportState("FATAL", "d")) == '{"errorDetails": "no access"}'


def test_an_explanation_that_cannot_be_had_does_not_hide_the_failure() -> None:
    address = {"reportDocumentId": "d", "url": "https://amazon.test/file"}
    amazon, _ = staged(Played(200, address), Played(403, b"<Error/>"))
    assert "could not be fetched" in explain_failure(amazon, ReportState("FATAL", "d"))


def test_a_report_whose_answer_was_lost_is_found_instead_of_asked_for_again(running: Running) -> None:
    amazon = client(running)
    since = int(running.world.clock.now() * 1000)
    assert find_report(amazon, REPORT, marketplace("US").id, since, lambda _: False) is None
    running.faults.add("lost_answer", "createReport")
    with pytest.raises(TemporaryError):
        request_report(amazon, REPORT, marketplace("US").id)
    found = find_report(amazon, REPORT, marketplace("US").id, since, lambda _: False)
    assert found is not None
    assert abs(found.asked_at - since) < 1000
    assert read_report_state(amazon, found.report_id).status == "IN_QUEUE"
    assert len(running.world.amazon.reports.reports) == 1


def test_a_report_that_was_read_before_is_not_taken_for_a_new_one(running: Running) -> None:
    amazon = client(running)
    since = int(running.world.clock.now() * 1000)
    first = request_report(amazon, REPORT, marketplace("US").id)
    assert find_report(amazon, REPORT, marketplace("US").id, since, lambda known: known == first) is None


def test_a_report_is_asked_for_in_english_and_for_one_marketplace() -> None:
    amazon, stage = staged(Played(202, {"reportId": "7"}))
    assert request_report(amazon, REPORT, "M1") == "7"
    assert stage.asked(0).body == {
        "reportType": REPORT,
        "marketplaceIds": ["M1"],
        "reportOptions": {"preferredReportDocumentLocale": "en_US"},
    }


@pytest.mark.parametrize("status", [500, 503])
def test_asking_for_a_report_is_not_repeated_after_an_answer_that_says_nothing(status: int) -> None:
    amazon, stage = staged(Played(status, b"<html>"))
    with pytest.raises(TemporaryError):
        request_report(amazon, REPORT, "M1")
    assert len(stage.requests) == 1


@pytest.mark.parametrize(
    ("algorithm", "content", "headers"),
    [
        ({"compressionAlgorithm": "GZIP"}, gzip.compress(b"text", mtime=0), {}),
        ({"compressionAlgorithm": "GZIP"}, gzip.compress(b"text", mtime=0), {"Content-Encoding": "gzip"}),
        ({}, gzip.compress(b"text", mtime=0), {"Content-Encoding": "gzip"}),
        ({}, b"text", {}),
    ],
    ids=["by the document", "by the document and the wire", "by the wire", "not packed"],
)
def test_a_document_is_unpacked_exactly_once(
    algorithm: dict[str, str], content: bytes, headers: dict[str, str]
) -> None:
    address = {"reportDocumentId": "d", "url": "https://amazon.test/file", **algorithm}
    kind = {"Content-Type": "text/plain; charset=Cp1252"}
    amazon, stage = staged(Played(200, address), Played(200, content, {**kind, **headers}))
    assert fetch_document(amazon, "d") == Document(b"text", "text/plain; charset=Cp1252")
    assert "x-amz-access-token" not in stage.requests[1].headers
    assert "Authorization" not in stage.requests[1].headers


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
@pytest.mark.parametrize(
    "content",
    [gzip.compress(bytes(range(256)) * 9, mtime=0)[:-30], b"", b"<html>not packed</html>"],
    ids=["cut short", "empty", "not packed"],
)
def test_half_a_document_never_passes_for_the_whole(content: bytes, headers: dict[str, str]) -> None:
    address = {"reportDocumentId": "d", "url": "https://amazon.test/file", "compressionAlgorithm": "GZIP"}
    amazon, stage = staged(Played(200, address), Played(200, content, headers))
    with pytest.raises(DocumentError, match=r"cut short or damaged.*What was known before stays"):
        fetch_document(amazon, "d")
    assert stage.requests[1].headers["Accept-Encoding"] == "identity"


def test_neither_secrets_nor_tokens_nor_signed_addresses_are_logged(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    amazon = client(running)
    state = finished(running, amazon)
    fetch_document(amazon, state.document_id)
    account = running.world.amazon.accounts[amazon.seller_id]
    signatures = list(running.world.amazon.reports.addresses)
    private = [account.client_secret, account.refresh_token, "Atza|", *signatures]
    assert signatures
    assert "getReportDocument" in caplog.text
    assert not [secret for secret in private if secret in caplog.text]
