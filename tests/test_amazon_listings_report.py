"""The listings report as columns: every line is read or named, whatever stands in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.amazon.listings_report import COLUMNS, NAMED_PROBLEMS, ListingsReport, parse_report
from channelkit.amazon.report_text import LOST
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import marketplace
from channelkit.model.tables import LISTINGS

UTF8 = "text/plain; charset=UTF-8"
HEADER = "item-name\tseller-sku\tprice\tquantity\titem-condition\tasin1\tfulfillment-channel\tstatus"


def parse(text: str, country: str = "US", content_type: str = UTF8, encoding: str = "utf-8") -> ListingsReport:
    return parse_report(text.encode(encoding), content_type, marketplace(country))


def line(sku: str, title: str = "A mug", price: str = "9.99", quantity: str = "3", channel: str = "DEFAULT") -> str:
    return f"{title}\t{sku}\t{price}\t{quantity}\t11\tB000000001\t{channel}\tActive"


def rows(report: ListingsReport, *names: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = report.rows.select(names or COLUMNS).to_pylist()
    return found


def skus(report: ListingsReport) -> list[str]:
    return [row["seller_sku"] for row in rows(report, "seller_sku")]


def test_a_line_becomes_a_row_in_the_tables_types() -> None:
    report = parse(f"{HEADER}\n{line('SKU-1')}\n")
    assert report.rows.schema == LISTINGS.schema(COLUMNS)
    assert rows(report, "seller_sku", "title", "price", "currency", "quantity", "condition", "asin", "status") == [
        {
            "seller_sku": "SKU-1",
            "title": "A mug",
            "price": 999,
            "currency": "USD",
            "quantity": 3,
            "condition": "new_new",
            "asin": "B000000001",
            "status": "Active",
        }
    ]
    assert (report.lines, report.problems, report.complete) == (1, (), True)


def test_a_quote_in_a_title_does_not_swallow_the_lines_behind_it() -> None:
    report = parse("\n".join([HEADER, line("A", '"15 inch laptop'), line("B"), line("C", 'a 3" screw'), line("D")]))
    assert skus(report) == ["A", "B", "C", "D"]
    assert rows(report, "title")[0]["title"] == '"15 inch laptop'


@pytest.mark.parametrize(
    "sku",
    [
        *(
            "A/B",
            "A,B",
            "MUG BLUE",
            '24" ARM',
            "100%",
            "MÜSLI",
            "00012345",
            "1E5",
            ".",
            "..",
            "NA",
            "null",
            "nan",
            "TRUE",
        ),
        *(" leading", "trailing ", "'quoted'", "髙島屋", "a\x0cb", "a\u0085b", "a\u2028b", "\\N", "-", "#1", "1.0"),
    ],
)
def test_a_sku_is_text_and_stays_what_it_is(sku: str) -> None:
    report = parse(f"{HEADER}\n{line('first')}\n{line(sku)}\n{line('last')}\n")
    assert skus(report) == ["first", sku, "last"]
    assert report.complete


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_end_will_do_and_the_last_may_lack_one(end: str, last: bool) -> None:
    report = parse(end.join([HEADER, line("A"), "", line("B"), *([""] if last else [])]))
    assert skus(report) == ["A", "B"]
    assert report.lines == 2


def test_a_european_report_is_read_in_its_encoding() -> None:
    text = f"{HEADER}\n{line('MÜSLI-1', 'Schüssel „groß“ – 5 €')}\n"
    report = parse(text, "DE", "text/plain; charset=Cp1252", "cp1252")
    assert rows(report, "seller_sku", "title", "currency") == [
        {"seller_sku": "MÜSLI-1", "title": "Schüssel „groß“ – 5 €", "currency": "EUR"}
    ]
    assert report.complete


def test_a_japanese_report_is_read_in_its_encoding_and_yen_have_no_decimals() -> None:
    text = "商品名\t出品者SKU\t価格\n髙級マグ①\tJP-1\t1980\n"
    report = parse(text, "JP", "text/plain; charset=Windows-31J", "cp932")
    assert rows(report, "seller_sku", "title", "price", "currency") == [
        {"seller_sku": "JP-1", "title": "髙級マグ①", "price": 1980, "currency": "JPY"}
    ]


def test_a_file_whose_encoding_is_declared_wrongly_is_read_but_proves_no_listing_gone() -> None:
    report = parse(f"{HEADER}\n{line('MÜSLI')}\n", "DE", "text/plain; charset=Cp1252", "utf-8")
    assert skus(report) == ["MÜSLI"]
    assert not report.complete


def test_a_damaged_sku_is_no_key_and_its_line_is_counted() -> None:
    content = f"{HEADER}\n{line('GOOD')}\n{line('BA?D')}\n".encode("cp1252").replace(b"?", b"\x81")
    report = parse_report(content, "text/plain; charset=Cp1252", marketplace("DE"))
    assert skus(report) == ["GOOD"]
    assert "Lines with a seller SKU in which characters were lost, which were not read: 1." in report.problems
    assert not report.complete


def test_a_title_that_lost_characters_is_flagged() -> None:
    report = parse("\n".join([HEADER, line("A", f"M{LOST}g")]))
    assert report.problems == ("'A' has a title in which characters were lost.",)


def test_a_missing_status_is_not_known() -> None:
    report = parse("seller-sku\tprice\nA\t1.00\n")
    assert rows(report, "status", "quantity", "title") == [{"status": None, "quantity": None, "title": None}]
    assert report.complete


def test_repeated_deprecated_columns_do_not_shift_the_others() -> None:
    report = parse("Deprecated column\tseller-sku\tDeprecated column\tfulfilment-channel\nx\tA\ty\tDEFAULT\n")
    assert rows(report, "seller_sku", "fulfillment_channel") == [{"seller_sku": "A", "fulfillment_channel": "DEFAULT"}]


def test_without_a_column_of_skus_nothing_is_read() -> None:
    with pytest.raises(DocumentError, match=r"no column with seller SKUs.*old facts stay"):
        parse("<html>\n<body>Service unavailable</body>\n")


@pytest.mark.parametrize("text", ["", "\n", "\ufeff"])
def test_an_empty_file_is_an_error_and_not_an_empty_shelf(text: str) -> None:
    with pytest.raises(DocumentError):
        parse(text)


def test_a_header_alone_is_an_empty_shelf() -> None:
    report = parse(f"{HEADER}\r\n")
    assert (report.rows.num_rows, report.lines, report.complete) == (0, 0, True)


def test_lines_that_do_not_fit_the_header_are_counted_and_named() -> None:
    report = parse("\n".join([HEADER, line("A"), "cut off\tB", line("C"), line("D") + "\tmore", "B"]))
    assert skus(report) == ["A", "C"]
    assert report.lines == 5
    assert report.problems == tuple(
        f"Line {number} does not have the header's columns and was not read." for number in (3, 5, 6)
    )
    assert not report.complete


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_bad_line_is_named_by_its_place_in_the_file_whatever_is_empty_before_it(end: str) -> None:
    report = parse(end.join(["", HEADER, "", line("A"), "", "", "bad", line("B")]))
    assert report.problems == ("Line 7 does not have the header's columns and was not read.",)
    assert (skus(report), report.lines) == (["A", "B"], 3)


def test_of_many_bad_lines_the_first_are_named_and_the_rest_counted() -> None:
    report = parse("\n".join([HEADER, *["short"] * (NAMED_PROBLEMS + 5), line("A")]))
    assert len(report.problems) == NAMED_PROBLEMS + 1
    assert report.problems[-1].startswith("5 more lines")


def test_a_line_without_a_sku_is_counted() -> None:
    report = parse(f"{HEADER}\n{line('')}\n{line('A')}\n")
    assert skus(report) == ["A"]
    assert report.problems == ("Lines with no seller SKU, which were not read: 1.",)
    assert not report.complete


def test_of_a_sku_that_comes_again_the_last_line_counts() -> None:
    report = parse("\n".join([HEADER, line("A", price="1.00"), line("a"), line("A", price="2.00")]))
    assert rows(report, "seller_sku", "price") == [{"seller_sku": "a", "price": 999}, {"seller_sku": "A", "price": 200}]
    assert report.problems == ("'A' stands in several lines; the last one counts.",)
    assert report.complete


def test_what_amazon_fulfils_has_no_quantity_of_the_merchants() -> None:
    report = parse("\n".join([HEADER, line("A", quantity="", channel="AMAZON_NA"), line("B", quantity="0")]))
    assert [row["quantity"] for row in rows(report, "quantity")] == [None, 0]
    assert report.problems == ()


def test_an_unclear_price_is_not_known_and_is_said() -> None:
    report = parse(f"{HEADER}\n{line('A', price='1,234')}\n{line('B', price='')}\n")
    assert rows(report, "price", "currency") == [{"price": None, "currency": None}] * 2
    assert report.problems == ("'A' has a price that is not clear; it counts as not known.",)
    assert report.complete


@pytest.mark.parametrize(("number", "words"), [("1", "used_like_new"), ("11", "new_new"), ("7", "collectible_good")])
def test_numbers_of_conditions_are_amazons_words(number: str, words: str) -> None:
    report = parse(f"seller-sku\titem-condition\nA\t{number}\nB\t\nC\tclub_club\n")
    assert [row["condition"] for row in rows(report, "condition")] == [words, None, "club_club"]


def test_an_identifier_that_is_an_asin_stands_in_for_a_missing_asin() -> None:
    report = parse("seller-sku\tasin1\tproduct-id\tproduct-id-type\nA\t\tB000000009\t1\nB\t\t036000291452\t3\n")
    assert [row["asin"] for row in rows(report, "asin")] == ["B000000009", None]


FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\t\r\n\x00\ufffd\ufeff"))


@given(st.dictionaries(FIELD.filter(bool), FIELD, min_size=1, max_size=30))
def test_whatever_is_written_is_read_back(titles: dict[str, str]) -> None:
    text = "\n".join(["seller-sku\titem-name", *(f"{sku}\t{title}" for sku, title in titles.items())])
    report = parse(text)
    assert {row["seller_sku"]: row["title"] for row in rows(report)} == {
        sku: title or None for sku, title in titles.items()
    }
    assert (report.lines, report.complete) == (len(titles), True)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"))))
def test_every_line_is_a_row_or_a_problem(lines: list[str]) -> None:
    report = parse("\n".join([HEADER, *lines]))
    assert report.rows.num_rows <= report.lines
    assert report.rows.num_rows == report.lines or report.problems
