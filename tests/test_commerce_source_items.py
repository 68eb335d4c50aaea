"""Units in sources: which sources a website's stock comes from, and writing what they have."""

from __future__ import annotations

import pytest

from channelkit.commerce.source_items import AT_ONCE, read_sources, write_quantities
from channelkit.errors import RefusedError
from channelkit.sandbox.commerce.stock import in_units
from tests.commerce_kit import connect
from tests.shop_fixtures import RunShop


def test_a_websites_sources_come_in_the_order_in_which_they_are_used(run_shop: RunShop) -> None:
    """MA-08."""
    commerce = connect(run_shop())
    assert read_sources(commerce, "us") == ["default", "reno"] and read_sources(commerce, "eu") == ["berlin"]
    with pytest.raises(RefusedError):
        read_sources(commerce, "uk")


def test_quantities_are_written_within_the_shops_limits(run_shop: RunShop) -> None:
    """MA-08."""
    shop = run_shop(input_limit=AT_ONCE)
    skus = [f"P{number}" for number in range(AT_ONCE + 5)]
    for sku in skus:
        shop.state.add_product(sku, name=sku, price="1")
    write_quantities(connect(shop), [(sku, "reno", number) for number, sku in enumerate(skus)])
    held = [dict(shop.state.inventory.of(sku))["reno"] for sku in skus]
    assert [in_units(quantity) for quantity, _ in held] == list(range(AT_ONCE + 5))
    assert [status for _, status in held] == [0] + [1] * (AT_ONCE + 4)


def test_a_source_that_there_is_not_is_refused_in_words(run_shop: RunShop) -> None:
    with pytest.raises(RefusedError, match="does not exist"):
        write_quantities(connect(run_shop()), [("KETTLE", "mars", 3)])
