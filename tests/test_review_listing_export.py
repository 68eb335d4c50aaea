"""What the workbench displays as a file: exact, whole, and with nothing in it that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.review.listing_columns import BY_NAME
from channelkit.review.listing_export import to_csv, to_excel
from channelkit.review.listing_grid import ListingGrid
from tests.listing_desk import SmallDesk, listing

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    '=HYPERLINK("http://x.example","y")',
    "=cmd|' /C x'!A0",
]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def lines_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def cells_of(data: bytes) -> list[list[tuple[str, str]]]:
    """Return type and text of every cell of the first sheet, and make sure that none is a formula or a link."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert not [name for name in book.namelist() if "externalLink" in name or "worksheets/_rels" in name]
    assert sheet.find(f".//{SHEET}f") is None and sheet.find(f".//{SHEET}hyperlink") is None
    return [
        [(cell.get("t") or "n", "".join(cell.itertext())) for cell in row]
        for row in sheet.iterfind(f"{SHEET}sheetData/{SHEET}row")
    ]


@pytest.fixture
def grid() -> ListingGrid:
    rows = [
        listing(f"{number:05}", "Active", title=text, price=Decimal("12.30")) for number, text in enumerate(DANGEROUS)
    ]
    grid = ListingGrid(SmallDesk(rows=rows))
    grid.open()
    grid.load()
    return grid


def test_in_csv_nothing_begins_like_a_formula(grid: ListingGrid) -> None:
    """TB-08."""
    lines = lines_of(grid.export("csv").data)
    assert [line[2] for line in lines[1:]] == [f"'{text}" for text in DANGEROUS]
    assert lines[1][0] == "00000" and lines[1][4] == "12.30"


def test_in_excel_every_text_is_a_text_and_every_number_a_number(grid: ListingGrid) -> None:
    """TB-08."""
    cells = cells_of(grid.export("xlsx").data)
    assert [kind for kind, _ in cells[1]] == ["inlineStr", "inlineStr", "inlineStr", "inlineStr", "n", "n", "inlineStr"]
    assert cells[1][0][1] == "00000" and cells[1][4] == ("n", "12.30")
    assert cells[1][2][1] == "=1+1"


def test_the_file_is_what_is_displayed(grid: ListingGrid) -> None:
    """TB-08: the chosen columns, filtered and sorted, all pages."""
    grid.choose_columns(["seller_sku", "price", "since"])
    grid.filter("sku != 00003")
    grid.sort("seller_sku")
    grid.sort("seller_sku")
    exported = grid.export("csv")
    lines = lines_of(exported.data)
    assert exported.name == "us-active.csv"
    assert lines[0] == ["Amazon Seller SKU", "Landed Price (USD)", "Since (UTC)"]
    assert [line[0] for line in lines[1:]] == [f"{number:05}" for number in (9, 8, 7, 6, 5, 4, 2, 1, 0)]
    assert lines[1][2] == "2026-11-18 11:06"


def test_margins_are_exported_as_numbers_with_their_sign() -> None:
    """TB-08: the heading names the currency, and an unknown margin is an empty cell."""
    known = listing("A", "Active", margin=Decimal("-4.20"), margin_percent=Decimal("-21.1"))
    grid = ListingGrid(SmallDesk(rows=[known, listing("B", "Active")]))
    grid.open()
    grid.load()
    grid.choose_columns(["seller_sku", "price", "margin", "margin_percent"])
    lines = lines_of(grid.export("csv").data)
    assert lines[0] == ["Amazon Seller SKU", "Landed Price (USD)", "Margin (USD)", "Margin %"]
    assert lines[1:] == [["A", "19.99", "-4.20", "-21.1"], ["B", "19.99", "", ""]]
    cells = cells_of(grid.export("xlsx").data)
    assert cells[1] == [("inlineStr", "A"), ("n", "19.99"), ("n", "-4.20"), ("n", "-21.1")] and len(cells[2]) == 2


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=5))
def test_any_text_is_kept_and_none_is_a_formula(texts: list[str]) -> None:
    table = pa.table({"title": texts})
    for (found,), text in zip(lines_of(to_csv(table))[1:], texts, strict=True):
        assert found.removeprefix("'") == text.removeprefix("'") and not found.startswith(("=", "+", "-", "@", "\t"))
    cells_of(to_excel(table, [BY_NAME["title"]], "Active"))
