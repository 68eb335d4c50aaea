"""MA-10: what cannot be used among a catalog's identifiers is listed, each with a reason that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.identifier_problems import COLUMNS, examine
from channelkit.model.identifiers import gtin14, read_codes
from channelkit.model.tables import PRODUCTS
from tests.decision_tables import Row, table
from tests.kit_fixtures import RunKit


def problems_of(*products: Row) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = examine(table(PRODUCTS, products)).to_pylist()
    return rows


@pytest.mark.parametrize(
    ("column", "code", "status", "words"),
    [
        ("upc", "036000291453", "bad_check", "last digit"),
        ("upc", "8.87E+11", "unrecoverable", "rounded"),
        ("ean", "12345", "bad_length", "8, 12, 13 or 14"),
        ("ean", "nicht zutreffend", "placeholder", "no code"),
        ("isbn", "4006381333931", "not_an_isbn", "978 or 979"),
        ("gtin", "10036000291459", "case", "case or a pack"),
        ("gtin", "212345678909", "restricted", "inside one company"),
        ("asin", "B00", "not_an_asin", "ten letters or digits"),
        ("asin", "n/a", "placeholder", "no code"),
        ("gcid", "4006381333931", "not_a_gcid", "sixteen"),
    ],
)
def test_an_identifier_that_cannot_be_used_is_told_with_its_reason(
    column: str, code: str, status: str, words: str
) -> None:
    """MA-10."""
    (found,) = problems_of({"sku": "MUG", column: code})
    assert {**found, "reason": ""} == {"sku": "MUG", "column": column, "raw": code, "status": status, "reason": ""}
    assert words in found["reason"]


@pytest.mark.parametrize("code", ["036000291452", "'36000291452.0", "", "  ", None])
def test_what_can_be_read_and_what_is_not_given_is_no_problem(code: str | None) -> None:
    assert problems_of({"sku": "MUG", "upc": code, "asin": "B000SDZTM8", "gcid": "BFB1DE9A3C4D5E6F"}) == []


def test_a_code_that_several_products_have_is_told_at_each_of_them() -> None:
    """MA-10."""
    found = problems_of({"sku": "B", "upc": "036000291452"}, {"sku": "A", "ean": "0036000291452"})
    assert [(row["sku"], row["column"], row["status"]) for row in found] == [
        ("A", "ean", "shared"),
        ("B", "upc", "shared"),
    ]
    assert found[0]["reason"] == "2 products have it: B, A; a code belongs to one."


def test_a_product_whose_identifiers_contradict_each_other_is_told() -> None:
    """MA-10."""
    found = problems_of({"sku": "A", "upc": "036000291452", "ean": "4006381333931", "gtin": "00036000291452"})
    assert {row["status"] for row in found} == {"contradicting"}
    assert "2 different GTINs: 0036000291452, 4006381333931" in found[0]["reason"]


def test_a_book_whose_asin_is_another_book_is_told() -> None:
    found = problems_of({"sku": "A", "asin": "0306406152", "isbn": "9780804429573"})
    assert [(row["column"], row["status"]) for row in found] == [("asin", "contradicting"), ("isbn", "contradicting")]


def test_one_code_in_several_columns_of_one_product_contradicts_nothing() -> None:
    assert problems_of({"sku": "A", "upc": "036000291452", "ean": "0036000291452", "gtin": "36000291452"}) == []


CODES = st.sampled_from([None, "", "x", "036000291452", "4006381333931", "8.87E+11", "B000SDZTM8", "0306406152"])


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CODES)), max_size=6))
def test_every_row_has_a_reason_and_what_is_unusable_is_told_whatever_comes(rows: Sequence[dict[str, Any]]) -> None:
    products = table(PRODUCTS, [{"sku": f"P{number}", **row} for number, row in enumerate(rows)])
    found = examine(products).to_pylist()
    assert all(row["reason"].endswith(".") and row["raw"] for row in found)
    told = {(row["sku"], row["column"]) for row in found if row["status"] not in ("shared", "contradicting")}
    for column in ("upc", "ean", "isbn", "gtin"):
        codes = products[column]
        keys, status = gtin14(codes, column), read_codes(codes, column)["status"]
        for number, (key, word) in enumerate(zip(keys.to_pylist(), status.to_pylist(), strict=True)):
            assert ((f"P{number}", column) in told) == (key is None and word != "missing")


def test_nothing_and_columns_in_pieces_are_examined_like_any_other() -> None:
    assert problems_of() == []
    pieces = pa.concat_tables([table(PRODUCTS, [{"sku": sku, "upc": "12345"}]) for sku in ("A", "B")])
    assert examine(pieces)["sku"].to_pylist() == ["A", "B"]


def test_the_kit_lists_the_identifiers_that_commerce_holds_and_nobody_can_use(run_kit: RunKit) -> None:
    """MA-10."""
    practice = run_kit()
    practice.kit.pull()
    found = practice.kit.identifier_problems()
    assert list(found.columns) == ["sku", "column", "raw", "status", "reason"]
    # The sandbox has two products with one code.
    assert set(found["status"]) == {"shared"}
    assert found["sku"].nunique() == 2
