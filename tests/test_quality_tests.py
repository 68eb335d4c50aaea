"""Each test of the data passes rows as they should be, and finds those that are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.errors import UsageError
from channelkit.model.tables import ARROW
from channelkit.quality.results import EXAMPLES, KEPT, check
from channelkit.quality.tables import TABLES
from channelkit.quality.test import Test
from channelkit.quality.tests import TESTS, with_extra

HOUR = 3_600_000

Row = Mapping[str, Any]

SOUND: dict[str, Row] = {
    "products": {
        "sku": "MUG-1", "name": "Blue mug", "type": "simple", "enabled": True, "price": "9.90", "upc": "036000291452",
        "seller_sku": "MUG-1", "brand": "Acme",
    },
    "stock": {"sku": "MUG-1", "salable": 4, "in_stock": True, "managed": True},
    "listings": {
        "seller_sku": "MUG-1", "asin": "B000000001", "title": "Blue mug, 0.3 l", "price": 990, "currency": "USD",
        "store_currency": "USD", "quantity": 4, "fulfillment_channel": "DEFAULT", "condition": "new_new",
        "product_sku": "MUG-1", "tab": "Active", "status": "Active", "stale": False, "wanted_price": 990,
        "wanted_quantity": 4, "salable": 4, "unpaid": 0, "managed": True, "price_known": False,
        "quantity_known": False,
    },
    "changes": {
        "seller_sku": "MUG-1", "field": "quantity", "before": 5, "after": 4, "state": "planned",
        "fulfillment_channel": "DEFAULT", "age": 0,
    },
    "orders": {
        "order_id": "111-1", "order_status": "UNSHIPPED", "fulfilled_by": "merchant", "currency": "USD", "total": 2160,
        "net": 2000, "tax": 160, "cancelled": 0, "lines": 1, "stage": "created", "copies": 1, "age": 9 * HOUR,
    },
    "readings": {"what": "stock", "age": HOUR, "promise": HOUR},
}  # fmt: skip
"""A row of each table in which all is as it should be."""


def rows_of(table: str, *changed: Row) -> pa.Table:
    """Return sound rows with these changes, a key of its own for each unless it has one."""
    declared = TABLES[table]
    key = declared.key[0]
    told = [{**SOUND[table], key: f"{SOUND[table][key]}-{place}", **row} for place, row in enumerate(changed)]
    return pa.Table.from_pylist(told, schema=declared.schema())


def failing(name: str, *changed: Row) -> list[bool]:
    test = TESTS[name]
    return [bool(flag) for flag in test.find_failing(rows_of(test.table, *changed).select(test.reads))]


CASES: list[tuple[str, list[Row], list[bool]]] = [
    (
        "product-check-digit",
        [{}, {"upc": "036000291453"}, {"upc": None, "ean": "4006381333930"}, {"isbn": "0306406153"},
         {"gtin": "00036000291453"}, {"upc": "n/a"}, {"upc": "36000291452"}],
        [False, True, True, True, True, False, False],
    ),
    (
        "product-identifier",
        [{}, {"upc": "8.87E+11"}, {"ean": "12345"}, {"upc": "Does not apply"}, {"gtin": "10036000291459"},
         {"asin": "B00"}, {"gcid": "x"}, {"asin": "B000SDZTM8"}, {"upc": "036000291453"}, {"upc": ""}],
        [False, True, True, True, True, True, True, False, False, False],
    ),
    (
        "product-identifier-shared",
        [{}, {"upc": None, "ean": "0036000291452"}, {"upc": "4006381333931", "gtin": "4006381333931"}, {"upc": "n/a"},
         {"upc": "n/a"}],
        [True, True, False, False, False],
    ),
    (
        "product-seller-sku-shared",
        [{"seller_sku": "A"}, {"seller_sku": "A"}, {"seller_sku": "a"}, {"seller_sku": None}, {"seller_sku": None},
         {"seller_sku": " "}, {"seller_sku": " "}],
        [True, True, False, False, False, False, False],
    ),
    (
        "product-name",
        [{}, {"name": None}, {"name": " "}, {"name": "", "type": "configurable"}, {"name": "", "enabled": False}],
        [False, True, True, False, False],
    ),
    ("product-brand", [{}, {"brand": None}, {"brand": "", "type": "bundle"}], [False, True, False]),
    ("product-name-lossy", [{}, {"name": "M�ller"}, {"name": "MÃ¼ller"}, {"name": "A &amp; B"}],
     [False, True, True, True]),
    ("product-sku-blanks", [{}, {"sku": "MUG "}, {"sku": "MUG 2"}], [False, True, False]),
    ("stock-negative", [{}, {"salable": -1}, {"salable": 0}, {"salable": None}], [False, True, False, False]),
    (
        "listing-currency",
        [{}, {"currency": "EUR"}, {"currency": None}, {"currency": "EUR", "price": None}],
        [False, True, False, False],
    ),
    ("listing-price-zero", [{}, {"price": 0}, {"price": -5}, {"price": None}], [False, True, True, False]),
    (
        "listing-price-tenfold",
        [{}, {"price": 9900}, {"price": 99}, {"price": 9899}, {"price": 100}, {"price": 9900, "currency": "EUR"},
         {"wanted_price": None}, {"price": 2**62, "wanted_price": 2**62}],
        [False, True, True, False, False, False, False, False],
    ),
    (
        "listing-oversold",
        [{}, {"quantity": 5}, {"salable": -3, "quantity": 0}, {"salable": -3, "quantity": 1},
         {"quantity": 5, "managed": False}, {"quantity": 5, "fulfillment_channel": "AMAZON_NA"},
         {"quantity": 5, "quantity_known": True}, {"quantity": 5, "salable": None}, {"quantity": 5, "managed": None}],
        [False, True, False, True, False, False, False, False, True],
    ),
    (
        "listing-unplanned",
        [{}, {"price": 995}, {"quantity": 3}, {"quantity": 5}, {"price": 995, "price_known": True},
         {"quantity": 3, "quantity_known": True}, {"quantity": 3, "unpaid": 1}, {"quantity": 3, "salable": 3},
         {"quantity": 3, "price": 995, "price_known": True}, {"price": 995, "stale": True},
         {"price": 995, "tab": "Ended"}, {"price": 995, "product_sku": None},
         {"quantity": 3, "fulfillment_channel": "AMAZON_EU"}, {"wanted_price": None, "wanted_quantity": None}],
        [False, True, True, True, *[False] * 10],
    ),
    (
        "listing-asin-shared",
        [{}, {}, {"condition": "used_good"}, {"fulfillment_channel": "AMAZON_NA"}, {"asin": None}, {"asin": None}],
        [True, True, False, False, False, False],
    ),
    (
        "listing-product-divided",
        [{}, {"price": 995}, {"product_sku": "B"}, {"product_sku": "B"}, {"product_sku": "C"},
         {"product_sku": "C", "condition": "used_good"}, {"product_sku": None}, {"product_sku": None, "price": 1}],
        [True, True, False, False, True, True, False, False],
    ),
    (
        "listing-sku-twins",
        [{"seller_sku": "Mug"}, {"seller_sku": "MUG "}, {"seller_sku": "mug2"}],
        [True, True, False],
    ),
    ("listing-sku-blanks", [{"seller_sku": "A "}, {"seller_sku": "\tB"}, {"seller_sku": "C D"}], [True, True, False]),
    ("listing-title-lossy", [{}, {"title": "M�ller"}, {"title": "M?ller"}, {"title": "Why? Me"}],
     [False, True, True, False]),
    ("listing-title-misread", [{}, {"title": "CafÃ©"}, {"title": "Café"}], [False, True, False]),
    ("listing-title-entities", [{}, {"title": "A &amp; B"}, {"title": "A & B"}], [False, True, False]),
    ("listing-title-long", [{}, {"title": "é" * 200}, {"title": "é" * 201}, {"title": None}],
     [False, False, True, False]),
    ("listing-without-tab", [{}, {"tab": None}, {"tab": ""}], [False, True, True]),
    ("listing-stale", [{}, {"stale": True}, {"stale": None}], [False, True, False]),
    ("listing-in-doubt", [{}, {"in_doubt": 24 * HOUR}, {"in_doubt": 24 * HOUR + 1}], [False, False, True]),
    (
        "change-fba-quantity",
        [{}, {"fulfillment_channel": "AMAZON_EU"}, {"fulfillment_channel": "AMAZON_EU", "field": "price"},
         {"fulfillment_channel": None}],
        [False, True, False, False],
    ),
    (
        "order-lines",
        [{}, {"total": 2000}, {"total": 2100}, {"total": None}, {"total": 2100, "cancelled": 1},
         {"total": 0, "order_status": "CANCELLED"}, {"total": 2100, "net": None, "tax": None, "lines": 0}],
        [False, False, True, False, False, False, False],
    ),
    (
        "order-without-copy",
        [{}, {"copies": 0, "stage": "planned"}, {"copies": 0, "stage": "blocked"}, {"copies": 0, "stage": None},
         {"copies": 0, "stage": "planned", "age": HOUR}, {"copies": 0, "stage": "waiting"},
         {"copies": 0, "stage": "blocked", "order_status": "CANCELLED"}, {"copies": 0, "stage": "earlier"}],
        [False, True, True, True, False, False, False, False],
    ),
    ("reading-stale", [{}, {"age": HOUR + 1}, {"what": "listings", "promise": 8 * HOUR}], [False, True, False]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changed", "expected"), CASES, ids=[name for name, _, _ in CASES])
def test_each_test_finds_what_is_wrong_and_nothing_else(name: str, changed: list[Row], expected: list[bool]) -> None:
    """Data-quality tests as code: rows as they should be pass, the others fail."""
    assert failing(name, *changed) == expected


def test_every_test_has_a_case_that_passes_and_one_that_fails() -> None:
    assert {name for name, _, _ in CASES} == set(TESTS)
    assert all({*expected} == {True, False} for _, _, expected in CASES)


@pytest.mark.parametrize("name", TESTS)
def test_what_is_not_known_and_what_is_not_there_fails_no_test_by_a_crash(name: str) -> None:
    test = TESTS[name]
    nothing = TABLES[test.table].schema().empty_table()
    assert test.find_failing(nothing).tolist() == []
    unknown = pa.table({column.name: pa.nulls(3, ARROW[column.kind]) for column in TABLES[test.table].columns})
    assert test.find_failing(unknown).shape == (3,)


@pytest.mark.parametrize("name", TESTS)
def test_every_test_says_in_full_sentences_what_must_hold_and_what_to_do(name: str) -> None:
    test = TESTS[name]
    assert test.holds.endswith(".") and test.to_do.endswith(".") and test.holds[0].isupper()


wild = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.none()


@settings(max_examples=25)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(("title", "seller_sku", "asin", "condition"), wild)), max_size=8))
def test_no_wild_text_of_a_listing_breaks_a_test(told: list[Row]) -> None:
    rows = rows_of("listings", *told)
    for test in TESTS.values():
        if test.table == "listings":
            assert test.find_failing(rows.select(test.reads)).shape == (len(told),)


@settings(max_examples=25)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(("upc", "ean", "isbn", "gtin", "asin", "gcid"), wild)), max_size=8))
def test_no_wild_identifier_of_a_product_breaks_a_test(told: list[Row]) -> None:
    rows = rows_of("products", *told)
    for test in TESTS.values():
        if test.table == "products":
            assert test.find_failing(rows.select(test.reads)).shape == (len(told),)


def own(flags: Any, *columns: str, name: str = "mine") -> Test:
    return Test(name, "It holds.", "listings", columns or ("price",), lambda _rows: flags, "Mend it.")


@pytest.mark.parametrize(
    "flags",
    [
        pa.array([True, None]),
        pa.chunked_array([[True], [False]]),
        np.array([True, False]),
        pd.Series([True, False]),
        pd.Series([True, None], dtype="boolean"),
        [True, False],
    ],
    ids=["arrow", "chunked", "numpy", "pandas", "pandas with none", "a list"],
)
def test_a_test_of_ones_own_may_give_flags_of_any_usual_kind(flags: Any) -> None:
    assert own(flags).find_failing(rows_of("listings", {}, {})).tolist() == [True, False]


def test_a_test_that_fails_to_run_is_named_and_its_cause_is_kept() -> None:
    def divide(_rows: pa.Table) -> object:
        return 1 / 0

    test = Test("mine", "It holds.", "listings", ("price",), divide, "Mend it.")
    with pytest.raises(UsageError, match=r"'mine'.*ZeroDivisionError.*seller_sku, price") as told:
        test.find_failing(rows_of("listings", {}))
    assert isinstance(told.value.__cause__, ZeroDivisionError)


def test_a_test_must_give_one_flag_for_each_row() -> None:
    with pytest.raises(UsageError, match="gave 1 flags for 2 rows"):
        own(pa.array([True])).find_failing(rows_of("listings", {}, {}))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"table": "listing"}, "which is no table. The tables are: products, stock, listings"),
        ({"columns": ("prize",)}, "'prize', which listings does not have. Its columns are: seller_sku"),
        ({"severity": "bad"}, "Use one of: error, warning, note"),
        ({"to_do": ""}, "lacks a word"),
    ],
)
def test_a_test_that_cannot_be_is_refused_when_it_is_written(changed: Row, words: str) -> None:
    told = {"name": "mine", "holds": "It holds.", "table": "listings", "columns": ("price",), "to_do": "Mend it."}
    with pytest.raises(UsageError, match=words):
        Test(**{"failing": lambda rows: rows["price"], **told, **changed})


def test_a_name_stands_for_one_test() -> None:
    assert [test.name for test in with_extra([own([])])][-1] == "mine"
    with pytest.raises(UsageError, match="listing-currency"):
        with_extra([own([], name="listing-currency")])


def test_a_result_counts_all_and_names_the_first() -> None:
    rows = rows_of("listings", *[{"price": 0 if place % 2 else 990} for place in range(3 * KEPT)])
    result = check(TESTS["listing-price-zero"], rows, "us")
    assert (result.looked_at, result.failing, result.passes) == (3 * KEPT, 3 * KEPT // 2, False)
    assert result.examples == tuple(f"MUG-1-{2 * place + 1}" for place in range(EXAMPLES))
    assert result.rows is not None and result.rows.column_names == ["seller_sku", "price"]
    assert result.rows.num_rows == KEPT and set(result.rows["price"].to_pylist()) == {0}
    sound = check(TESTS["listing-price-zero"], rows.filter(pc.greater(rows["price"], 0)), "us")
    assert sound.passes and sound.examples == () and not sound.is_error and result.is_error
