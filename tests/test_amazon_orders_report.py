"""The report on orders as lines: what the merchant is to send, in which order, and what cannot be read is named."""

from __future__ import annotations

import pytest

from channelkit.amazon.documents import request_report
from channelkit.amazon.orders_report import ORDERS_REPORT, parse_orders
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import marketplace
from channelkit.model.unread_orders import UnreadLine
from tests.amazon_kit import Played, staged

HEADER = (
    "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsku\titem-status\tquantity"
)
TIMES = "2026-11-30T10:00:00+00:00\t2026-11-30T10:05:00Z"
AT = 1_796_032_800_000


def parse(*lines: str, header: str = HEADER) -> tuple[UnreadLine, ...]:
    return parse_orders("\r\n".join((header, *lines)).encode(), "text/plain", marketplace("US")).lines


def test_a_line_says_how_many_units_of_which_sku_were_ordered_when() -> None:
    [line] = parse(f"902-1\t{TIMES}\tUnshipped\tMerchant\t007\tUnshipped\t2")
    assert line == UnreadLine("902-1", "007", 2, "Unshipped", AT, AT + 300_000)


def test_two_items_of_one_sku_are_one_line_of_all_their_units() -> None:
    item = f"902-1\t{TIMES}\tUnshipped\tMerchant\t007\tUnshipped"
    assert [line.units for line in parse(f"{item}\t2", f"{item}\t3")] == [5]


def test_what_amazon_fulfils_takes_nothing_from_the_merchants_stock() -> None:
    assert (
        parse(f"902-1\t{TIMES}\tShipped\tAmazon\t007\tShipped\t2", f"902-2\t{TIMES}\tShipped\tAFN\t007\tShipped\t2")
        == ()
    )


def test_cancelled_units_hold_nothing() -> None:
    order, item = (
        f"902-1\t{TIMES}\tCancelled\tMerchant\t007\t\t2",
        f"902-2\t{TIMES}\tUnshipped\tMerchant\t8\tCancelled\t1",
    )
    assert [line.units for line in parse(order, item)] == [0, 0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"\t{TIMES}\tUnshipped\tMerchant\t007\t\t2", "it names no order or no seller SKU"),
        (f"902-1\t{TIMES}\tUnshipped\tMerchant\t007\t\ttwo", "its quantity is no whole number"),
        ("902-1\tyesterday\ttoday\tUnshipped\tMerchant\t007\t\t2", "it has a time that is none"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_stops_no_other(line: str, words: str) -> None:
    good = f"902-9\t{TIMES}\tUnshipped\tMerchant\t9\t\t1"
    report = parse_orders(f"{HEADER}\n{line}\n{good}\n".encode(), "", marketplace("US"))
    assert [each.order_id for each in report.lines] == ["902-9"]
    assert report.problems == (f"Line 2 of the report on orders cannot be read: {words}.",)


def test_a_file_without_a_needed_column_is_refused() -> None:
    with pytest.raises(DocumentError, match="has no column 'quantity'"):
        parse(header=HEADER.replace("quantity", "menge"))


def test_quotes_in_a_name_swallow_no_line() -> None:
    header = f"product-name\t{HEADER}"
    lines = [f'"15 inch\t902-{number}\t{TIMES}\tUnshipped\tMerchant\t007\t\t1' for number in (1, 2)]
    assert [line.order_id for line in parse(*lines, header=header)] == ["902-1", "902-2"]


def test_it_is_asked_for_by_marketplace_and_moment() -> None:
    amazon, stage = staged(Played(202, {"reportId": "77"}))
    assert request_report(amazon, ORDERS_REPORT, "ATVPDKIKX0DER", AT) == "77"
    body = stage.asked(0).body
    assert (body["marketplaceIds"], body["dataStartTime"]) == (["ATVPDKIKX0DER"], "2026-11-30T10:00:00Z")
    assert "dataEndTime" not in body
