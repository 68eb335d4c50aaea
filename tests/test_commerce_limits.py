"""Shops that allow only small pages, and what PHP makes of numbers and empty things on the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.commerce.attributes import Labels, read_labels
from channelkit.commerce.inventory import read_salable
from channelkit.commerce.products import _price, _row, _table, read_products
from channelkit.model.tables import PRODUCTS
from channelkit.sandbox.commerce.state import CommerceState
from tests.commerce_kit import connect
from tests.shop_fixtures import RunShop, stock_shop

CODES = {"seller_sku": "sku", "asin": "asin"}
SKUS = [f"P{number:03}" for number in range(120)]


def _fill(state: CommerceState) -> None:
    stock_shop(state)
    for sku in SKUS:
        state.add_product(sku, name="Part", price="1.50", quantities={"default": 5})


def test_stock_is_read_in_smaller_parts_where_the_shop_allows_no_more(run_shop: RunShop) -> None:
    found = read_salable(connect(run_shop(seed=_fill, largest_page=30)), "us", SKUS)
    assert found["sku"].to_pylist() == SKUS
    assert set(found["salable"].to_pylist()) == {5}


def test_labels_are_read_in_smaller_pages_where_the_shop_allows_no_more(run_shop: RunShop) -> None:
    whole, narrow = run_shop(), run_shop(largest_page=1)
    assert read_labels(connect(narrow)) == read_labels(connect(whole))


def test_a_limit_that_was_refused_once_is_kept_to_from_then_on(run_shop: RunShop) -> None:
    commerce = connect(run_shop(seed=_fill, largest_page=50))
    first = sum(batch.num_rows for batch in read_products(commerce, CODES, None, 100))
    before = commerce.transport.calls
    assert sum(batch.num_rows for batch in read_products(commerce, CODES, None, 100)) == first == 127
    # Three pages and the labels: nothing was refused again.
    assert commerce.transport.calls - before == 4


LABELS = Labels({"color": {"5": "Red"}})


@pytest.mark.parametrize(
    ("written", "column", "read"),
    [
        ({"visibility": "4"}, "visibility", 4),
        ({"attribute_set_id": "9"}, "attribute_set", 9),
        ({"status": "2"}, "enabled", False),
        ({"extension_attributes": []}, "websites", None),
        ({"extension_attributes": {"website_ids": ["2", 1]}}, "websites", ",1,2,"),
        ({"custom_attributes": [{"attribute_code": "color", "value": None}]}, "attributes", "{}"),
        ({"custom_attributes": [{"attribute_code": "color"}]}, "attributes", "{}"),
        ({"custom_attributes": [{"attribute_code": "asin", "value": ["B1", "B2"]}]}, "asin", "B1, B2"),
        ({"price": Decimal("29.949999999999999")}, "price", "29.95"),
        ({"price": "on request"}, "price", None),
        ({"sku": 700}, "seller_sku", "700"),
    ],
)
def test_what_php_writes_loosely_is_read_as_what_it_means(written: dict[str, Any], column: str, read: object) -> None:
    item = {"id": "1", "sku": "A", "updated_at": "2026-01-02 03:04:05", **written}
    names = [name for name in PRODUCTS.names if name not in ("observed_at", "missing_since", "digest")]
    table = _table([_row(item, CODES, LABELS)], names, PRODUCTS.schema(names), [item])
    assert table[column].to_pylist() == [read]


@given(st.decimals(min_value=0, max_value=10**9, places=6))
def test_a_price_is_kept_to_the_last_of_commerces_six_decimals(price: Decimal) -> None:
    text = _price(price)
    assert text is not None
    assert Decimal(text) == price
    assert "E" not in text
