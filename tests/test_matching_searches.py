"""What Amazon's catalog is asked for, and whose the answers are."""

from __future__ import annotations

import pyarrow as pa
import pytest

from channelkit.amazon.catalog_rows import CODES
from channelkit.matching.searches import choose_codes, join_codes

KINDS = ("upc", "ean", "isbn", "gtin")


def products(*rows: dict[str, str | None]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), pa.schema([(name, pa.string()) for name in ("sku", *KINDS)]))


@pytest.mark.parametrize(
    ("column", "code", "asked"),
    [
        ("upc", "036000291452", [("UPC", "036000291452")]),
        ("upc", "36000291452", [("UPC", "036000291452")]),
        ("ean", "0036000291452", [("UPC", "036000291452")]),
        ("ean", "4006381333931", [("EAN", "4006381333931")]),
        ("ean", "96385074", [("EAN", "96385074")]),
        ("isbn", "0-306-40615-2", [("ISBN", "9780306406157")]),
        ("gtin", "00036000291452", [("UPC", "036000291452")]),
        ("gtin", "10036000291459", []),
        ("upc", "does not apply", []),
        ("upc", "036000291453", []),
    ],
)
def test_a_code_is_asked_for_as_amazon_writes_it(column: str, code: str, asked: list[tuple[str, str]]) -> None:
    """MA-01: never the code of a case, never what is no code."""
    chosen = choose_codes(products({"sku": "A", column: code}))
    assert [(row["kind"], row["code"]) for row in chosen.to_pylist()] == asked


def test_one_code_in_two_columns_is_asked_for_once() -> None:
    chosen = choose_codes(products({"sku": "A", "upc": "036000291452", "gtin": "00036000291452"}, {"sku": "B"}))
    assert chosen.num_rows == 1


def found(*rows: tuple[str, str, str]) -> pa.Table:
    columns = ("asin", "kind", "identifier")
    return pa.Table.from_pylist([dict(zip(columns, row, strict=True)) | {"parent": False} for row in rows], CODES)


def test_answers_are_joined_by_whatever_identifier_an_item_shows() -> None:
    asked = choose_codes(
        products(
            {"sku": "MUG", "upc": "036000291452"},
            {"sku": "MUG-2", "ean": "0036000291452"},
            {"sku": "BOOK", "isbn": "0306406152"},
        )
    )
    items = found(
        ("B1", "ASIN", "B1"),
        ("B1", "EAN", "0036000291452"),
        ("B1", "GTIN", "00036000291452"),
        ("B2", "UPC", "036000291452"),
        ("0306406152", "ISBN", "0306406152"),
        ("B3", "UPC", "111111111117"),
    )
    joined = {(row["product_sku"], row["asin"], row["found_by"]) for row in join_codes(asked, items).to_pylist()}
    assert joined == {
        ("MUG", "B1", "UPC 036000291452"),
        ("MUG", "B2", "UPC 036000291452"),
        ("MUG-2", "B1", "UPC 036000291452"),
        ("MUG-2", "B2", "UPC 036000291452"),
        ("BOOK", "0306406152", "ISBN 9780306406157"),
    }


def test_nothing_found_is_joined_to_nothing() -> None:
    asked = choose_codes(products({"sku": "MUG", "upc": "036000291452"}))
    assert join_codes(asked, CODES.empty_table()).num_rows == 0
    assert join_codes(asked.slice(0, 0), found(("B1", "UPC", "036000291452"))).num_rows == 0
