"""Salable quantities: what may be offered is never made up, and never wiped out by an answer that is empty."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.commerce.criteria import CHUNK, LONGEST, address_length, chunk_skus
from channelkit.commerce.inventory import read_salable
from channelkit.errors import DocumentError
from channelkit.sandbox.commerce.state import CommerceState
from tests.commerce_kit import connect
from tests.shop_fixtures import RunShop, stock_shop

EXPORT = "GetV1InventoryExportstocksalableqtySalesChannelTypeSalesChannelCode"


def test_a_product_whose_stock_is_not_counted_has_no_quantity_rather_than_none_left(run_shop: RunShop) -> None:
    """LS-12: an e-book is never out of stock."""
    found = read_salable(connect(run_shop()), "us", ["KETTLE", "ebook"])
    assert found.select(["salable", "in_stock", "managed"]).to_pylist() == [
        {"salable": 7, "in_stock": True, "managed": True},
        {"salable": None, "in_stock": True, "managed": False},
    ]


def test_an_export_with_nothing_in_it_is_an_error_and_takes_no_offer_off_amazon(run_shop: RunShop) -> None:
    shop = run_shop()
    shop.faults.add("lost_page", EXPORT, count=None)
    with pytest.raises(DocumentError, match=r"none of the 2 products.*What was known before stays"):
        read_salable(connect(shop), "us", ["KETTLE", "pan/24"])


def test_a_page_that_is_lost_once_is_asked_for_again(run_shop: RunShop) -> None:
    shop = run_shop()
    shop.faults.add("lost_page", EXPORT)
    assert read_salable(connect(shop), "us", ["KETTLE", "pan/24"])["salable"].to_pylist() == [7, 10]


@pytest.mark.parametrize("sku", ["A,B", "pan/24", "50%", "a b", '5"', "Größe", "007", ".", "..", "a&b=c+d", "#1?"])
def test_a_sku_with_odd_characters_has_its_own_quantity(run_shop: RunShop, sku: str) -> None:
    def seed(state: CommerceState) -> None:
        stock_shop(state)
        if sku.lower() not in ("a,b", "pan/24"):
            state.add_product(sku, name="Odd", price="1", quantities={"default": 5})

    wanted = {"A,B": 1, "pan/24": 10}.get(sku, 5)
    found = read_salable(connect(run_shop(seed=seed)), "us", ["KETTLE", sku])
    assert found["sku"].to_pylist() == ["KETTLE", sku]
    assert found["salable"].to_pylist() == [7, wanted]


def test_a_sku_is_found_whatever_its_case_and_keeps_the_spelling_it_was_asked_by(run_shop: RunShop) -> None:
    found = read_salable(connect(run_shop()), "us", ["kettle"])
    assert found.select(["sku", "salable"]).to_pylist() == [{"sku": "kettle", "salable": 7}]


@given(st.lists(st.text(min_size=1, max_size=64), max_size=300))
def test_every_sku_is_asked_for_once_in_addresses_that_servers_accept(skus: Sequence[str]) -> None:
    chunks = list(chunk_skus(skus))
    assert [sku for chunk in chunks for sku in chunk] == list(skus)
    for chunk in chunks:
        assert len(chunk) <= CHUNK
        assert len(chunk) == 1 or sum(map(address_length, chunk)) <= LONGEST
