"""The report on returns as rows: what came back, of which order, and what cannot be read is named."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from channelkit.amazon.documents import request_report
from channelkit.amazon.returns_report import RETURNS_REPORT, parse_returns
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import marketplace
from tests.amazon_kit import Played, staged

HEADER = (
    "Order ID\tOrder date\tReturn request date\tReturn request status\tAmazon RMA ID\tMerchant SKU\t"
    "Return quantity\tReturn Reason\tReturn delivery date\tRefunded Amount"
)
LINE = "902-1\t01-Nov-2026\t05-Nov-2026\tCompleted\tDR1\t007\t2\tCR-UNWANTED\t09-Nov-2026\t19.90"


def at(country: str, day: int) -> int:
    zone = ZoneInfo(marketplace(country).time_zone)
    return int(datetime(2026, 11, day, tzinfo=zone).timestamp() * 1000)


def parse(*lines: str, country: str = "US", header: str = HEADER) -> tuple[object, ...]:
    return parse_returns("\r\n".join((header, *lines)).encode(), "text/plain", marketplace(country)).returns


def test_a_line_is_a_return_with_the_marketplaces_days() -> None:
    [back] = parse_returns(f"{HEADER}\n{LINE}\n".encode(), "text/plain", marketplace("DE")).returns
    assert (back.return_id, back.order_id, back.seller_sku, back.units) == ("DR1/007", "902-1", "007", 2)
    assert (back.status, back.reason, back.refunded) == ("Completed", "CR-UNWANTED", 1990)
    assert (back.requested_at, back.received_at) == (at("DE", 5), at("DE", 9))


def test_yen_have_no_decimals_and_what_has_not_come_back_has_no_day() -> None:
    line = "902-1\t01-Nov-2026\t05-Nov-2026\tApproved\tDR1\t007\t1\tX\t\t1980"
    [back] = parse_returns(f"{HEADER}\n{line}".encode(), "", marketplace("JP")).returns
    assert (back.refunded, back.received_at) == (1980, None)


def test_two_lines_of_one_return_and_sku_are_one_return() -> None:
    [back] = parse_returns(f"{HEADER}\n{LINE}\n{LINE}".encode(), "", marketplace("US")).returns
    assert (back.units, back.refunded) == (4, 3980)


def test_a_line_that_cannot_be_read_is_named_and_stops_no_other() -> None:
    bad = LINE.replace("05-Nov-2026", "soon"), LINE.replace("\t2\t", "\ttwo\t"), LINE.replace("19.90", "1,234")
    report = parse_returns("\n".join((HEADER, *bad, LINE)).encode(), "", marketplace("US"))
    assert len(report.returns) == 1
    assert [problem.split(" of ")[0] for problem in report.problems] == ["Line 2", "Line 3", "Line 4"]


def test_quotes_mean_nothing_and_an_empty_report_has_no_returns() -> None:
    assert parse() == ()
    [back] = parse_returns(f"{HEADER}\n{LINE.replace('007', chr(34) + 'A')}".encode(), "", marketplace("US")).returns
    assert back.seller_sku == '"A'


def test_a_report_without_its_columns_is_none() -> None:
    with pytest.raises(DocumentError, match="merchantsku"):
        parse(header="Order ID\tReturn quantity\tReturn request date")


def test_a_report_is_asked_for_with_its_stretch_of_time() -> None:
    amazon, stage = staged(Played(202, {"reportId": "R1"}))
    assert request_report(amazon, RETURNS_REPORT, "ATVPDKIKX0DER", 0, 86_400_000) == "R1"
    body = stage.asked(0).body
    assert (body["dataStartTime"], body["dataEndTime"]) == ("1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z")
