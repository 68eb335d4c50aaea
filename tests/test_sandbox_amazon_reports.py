"""Reports of the sandbox's Amazon: their life, their files, and all that real files do to a reader."""

from __future__ import annotations

import gzip
import zlib

import pytest
import requests

from channelkit.sandbox.amazon.report_file import write_report
from channelkit.sandbox.amazon.report_words import COLUMNS, DEPRECATED
from channelkit.sandbox.situations import ODD_SKUS
from channelkit.sandbox.stores import JAPAN_SELLER
from tests.amazon_caller import AmazonCaller, quantity_patch
from tests.conftest import RunSandbox


@pytest.fixture
def caller(run_sandbox: RunSandbox) -> AmazonCaller:
    return AmazonCaller(run_sandbox(speed=0, products=100, quiet=True))


def german(caller: AmazonCaller) -> AmazonCaller:
    return AmazonCaller(caller.running, "de")


def download(caller: AmazonCaller, report_id: str) -> tuple[str, str]:
    """Return a report's text and its content type."""
    found = caller.document(report_id)
    answer = requests.get(found["url"], timeout=10)
    content = gzip.decompress(answer.content) if found.get("compressionAlgorithm") else answer.content
    encoding = {"Cp1252": "cp1252", "UTF-8": "utf-8", "ISO-8859-1": "latin-1", "Windows-31J": "cp932"}
    return content.decode(encoding[answer.headers["content-type"].split("charset=")[1]]), answer.headers["content-type"]


def rows(text: str) -> list[dict[str, str]]:
    """Return the lines by the header's words; a word that comes again takes the last."""
    head, *lines = text.removesuffix("\r\n").split("\r\n")
    return [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]


def test_a_report_stands_in_the_queue_then_is_worked_on_then_done(caller: AmazonCaller) -> None:
    report_id, clock = caller.create_report(), caller.running.world.clock
    seen = [caller.report(report_id)]
    for _ in range(3):
        clock.skip(20)
        seen.append(caller.report(report_id))
    assert [each["processingStatus"] for each in seen] == ["IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS", "DONE"]
    assert [("reportDocumentId" in each) for each in seen] == [False, False, False, True]


def test_an_american_report_has_the_29_columns_and_a_row_for_each_listing(caller: AmazonCaller) -> None:
    text, content_type = download(caller, caller.create_report())
    assert content_type == "text/plain; charset=UTF-8"
    assert tuple(text.split("\r\n")[0].split("\t")) == COLUMNS
    found = {row["seller-sku"]: row for row in rows(text)}
    assert set(found) == set(caller.shelf.listings)
    assert set(ODD_SKUS) <= set(found)
    for sku, row in found.items():
        listing = caller.shelf.listings[sku]
        assert row["quantity"] == ("" if listing.by_amazon else str(listing.quantity))
        assert listing.price is not None
        assert row["price"] == f"{listing.price / 100:.2f}"
        assert row["status"] == listing.report_status
    assert {row["status"] for row in found.values()} == {"Active", "Inactive", "Incomplete"}
    assert {row["fulfillment-channel"] for row in found.values()} == {"DEFAULT", "AMAZON_NA"}
    assert {row["product-id-type"] for row in found.values()} == {"1", "2", "3", "4"}


def test_a_german_report_is_in_cp1252_and_localised_unless_english_is_asked_for(caller: AmazonCaller) -> None:
    seller = german(caller)
    text, content_type = download(seller, seller.create_report())
    head = text.split("\r\n")[0].split("\t")
    assert content_type == "text/plain; charset=Cp1252"
    assert "Händler-SKU" in head
    assert head.count(DEPRECATED) == 10
    assert head[-1] == "Status"
    caller.running.world.clock.skip(2 * 3600)
    seller.sign_in()
    text, _ = download(seller, seller.create_report(preferredReportDocumentLocale="en_US"))
    head = text.split("\r\n")[0].split("\t")
    assert "seller-sku" in head
    assert "fulfilment-channel" in head
    assert head.count(DEPRECATED) == 10
    assert {row["seller-sku"] for row in rows(text)} == set(seller.shelf.listings)
    assert any(not row["seller-sku"].isascii() for row in rows(text))


def test_the_next_report_is_the_same_file_for_an_hour_whatever_language_is_asked_for(caller: AmazonCaller) -> None:
    seller = german(caller)
    first, _ = download(seller, seller.create_report())
    sku = next(each.sku for each in seller.shelf.listings.values() if not each.by_amazon)
    seller.patch(sku, quantity_patch(77))
    caller.running.world.clock.skip(600)
    again, _ = download(seller, seller.create_report(preferredReportDocumentLocale="en_US"))
    assert again == first
    caller.running.world.clock.skip(3600)
    seller.sign_in()
    fresh, _ = download(seller, seller.create_report(preferredReportDocumentLocale="en_US"))
    assert next(row for row in rows(fresh) if row["seller-sku"] == sku)["quantity"] == "77"


def test_a_canadian_report_is_in_iso_8859_1_and_a_french_one_in_french(caller: AmazonCaller) -> None:
    _, content_type = download(caller, caller.create_report("A2EUQ1WTGCTBG2"))
    assert content_type == "text/plain; charset=ISO-8859-1"
    seller = german(caller)
    text, _ = download(seller, seller.create_report("A13V1IB3VIYZZH"))
    assert "sku-vendeur" in text.split("\r\n")[0].split("\t")


def test_a_japanese_report_is_in_windows_31j_and_its_prices_have_no_decimals(caller: AmazonCaller) -> None:
    shelf = caller.running.world.amazon.shelf(JAPAN_SELLER, "A1VC38T7YXB528")
    next(iter(shelf.listings.values())).title = "電気ケトル ～1.7L"
    text = zlib.decompress(write_report(shelf, language="ja"), 31).decode("cp932")
    assert rows(text)[0]["商品名"] == "電気ケトル ～1.7L"
    assert all(row["価格"].isdecimal() for row in rows(text))


def test_a_documents_address_takes_no_credentials_and_dies_after_five_minutes(caller: AmazonCaller) -> None:
    url = caller.document(caller.create_report())["url"]
    assert requests.get(url, timeout=10).status_code == 200
    assert requests.get(url, headers={"x-amz-access-token": caller.token}, timeout=10).status_code == 400
    assert requests.get(url[:-1], timeout=10).status_code == 403
    caller.running.world.clock.skip(301)
    late = requests.get(url, timeout=10)
    assert (late.status_code, late.headers["content-type"]) == (403, "application/xml")


def test_a_document_may_come_with_its_encoding_in_the_header(caller: AmazonCaller) -> None:
    found = caller.document(caller.create_report(), enableContentEncodingUrlHeader="true")
    answer = requests.get(found["url"], timeout=10)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content.startswith(b"item-name\t")


def test_one_sellers_document_is_not_anothers(caller: AmazonCaller) -> None:
    report_id = caller.create_report()
    caller.running.world.clock.skip(60)
    document_id = caller.report(report_id)["reportDocumentId"]
    other = german(caller)
    assert other.call("GET", f"/reports/2021-06-30/documents/{document_id}").status_code == 403
    assert caller.call("GET", "/reports/2021-06-30/documents/none").status_code == 404


def test_a_report_can_be_cancelled_on_demand_and_has_no_file(caller: AmazonCaller) -> None:
    caller.running.faults.add("report_cancelled", "createReport")
    report_id = caller.create_report()
    caller.running.world.clock.skip(60)
    found = caller.report(report_id)
    assert found["processingStatus"] == "CANCELLED"
    assert "reportDocumentId" not in found


def test_a_report_can_fail_on_demand_and_its_file_says_why(caller: AmazonCaller) -> None:
    caller.running.faults.add("report_fatal", "createReport")
    report_id = caller.create_report()
    document = caller.document(report_id)
    assert caller.report(report_id)["processingStatus"] == "FATAL"
    assert b"errorDetails" in gzip.decompress(requests.get(document["url"], timeout=10).content)


def test_a_report_of_nothing_is_cancelled(caller: AmazonCaller) -> None:
    caller.shelf.listings.clear()
    report_id = caller.create_report()
    caller.running.world.clock.skip(60)
    assert caller.report(report_id)["processingStatus"] == "CANCELLED"


def test_a_download_can_be_cut_off_and_its_encoding_be_wrong(caller: AmazonCaller) -> None:
    url = caller.document(caller.create_report())["url"]
    whole = requests.get(url, timeout=10)
    caller.running.faults.add("truncated_document", "download")
    assert requests.get(url, timeout=10).content == whole.content[: len(whole.content) // 2]
    caller.running.faults.add("wrong_encoding", "download")
    assert requests.get(url, timeout=10).headers["content-type"] != whole.headers["content-type"]


def test_a_report_can_lack_its_status_and_be_localised_against_the_wish(caller: AmazonCaller) -> None:
    caller.running.faults.add("missing_status", "createReport")
    text, _ = download(caller, caller.create_report())
    assert tuple(text.split("\r\n")[0].split("\t")) == COLUMNS[:-1]
    assert len(rows(text)) == len(caller.shelf)
    seller = german(caller)
    caller.running.faults.add("localised_headers", "createReport")
    text, _ = download(seller, seller.create_report(preferredReportDocumentLocale="en_US"))
    assert "Händler-SKU" in text.split("\r\n")[0]


def test_reports_are_listed_in_pages_and_the_token_goes_alone(caller: AmazonCaller) -> None:
    made = [caller.create_report() for _ in range(5)]
    path, kind = "/reports/2021-06-30/reports", "GET_MERCHANT_LISTINGS_ALL_DATA"
    page = caller.call("GET", path, reportTypes=kind, pageSize=2).json()
    found = [each["reportId"] for each in page["reports"]]
    mixed = caller.call("GET", path, nextToken=page["nextToken"], pageSize=2)
    assert mixed.status_code == 400
    while token := page.get("nextToken"):
        page = caller.call("GET", path, nextToken=token).json()
        found += [each["reportId"] for each in page["reports"]]
    assert found == made[::-1]
    queued = caller.call("GET", path, reportTypes=kind, processingStatuses=["IN_QUEUE", "DONE"], pageSize=100)
    assert len(queued.json()["reports"]) == 5
    assert caller.call("GET", path, reportTypes="GET_OTHER").json()["reports"] == []
    assert caller.call("GET", path).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"reportType": "GET_WRONG", "marketplaceIds": ["ATVPDKIKX0DER"]},
        {"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA", "marketplaceIds": []},
        {"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA"},
        {
            "reportType": "GET_MERCHANT_LISTINGS_ALL_DATA",
            "marketplaceIds": ["ATVPDKIKX0DER"],
            "reportOptions": {"a": 1},
        },
        {"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA", "marketplaceIds": ["ATVPDKIKX0DER"], "wrong": 1},
    ],
)
def test_a_wrong_request_for_a_report_is_refused(caller: AmazonCaller, body: dict[str, object]) -> None:
    answer = caller.call("POST", "/reports/2021-06-30/reports", body=body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")


def test_a_report_can_be_cancelled_while_it_stands_in_the_queue(caller: AmazonCaller) -> None:
    report_id = caller.create_report()
    path = f"/reports/2021-06-30/reports/{report_id}"
    assert caller.call("DELETE", path).status_code == 200
    assert caller.report(report_id)["processingStatus"] == "CANCELLED"
    assert caller.call("DELETE", path).status_code == 400


def test_old_files_go_so_that_a_sandbox_can_run_for_weeks(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=50, quiet=True, throttling=False))
    first = caller.create_report()
    kept = caller.document(first)["reportDocumentId"]
    for _ in range(102):
        caller.sign_in()
        last = caller.create_report()
        caller.running.world.clock.skip(3700)
    caller.sign_in()
    assert caller.call("GET", f"/reports/2021-06-30/documents/{kept}").status_code == 404
    assert caller.document(last)["url"]
