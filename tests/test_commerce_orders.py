"""Orders as Commerce has them, read back page by page; of storefront orders and of people nothing is taken."""

from __future__ import annotations

import pytest

from channelkit.commerce.directory import read_directory
from channelkit.commerce.orders import cancel_copy, find_copies, find_numbered, read_copies, save_address
from channelkit.commerce.shipments import read_shipments, ship
from channelkit.errors import RefusedError
from channelkit.model.orders import Track
from tests.commerce_kit import connect
from tests.shop_fixtures import RunShop
from tests.test_sandbox_commerce_sales_orders import AMAZON_NUMBER, address, create


def test_copies_are_read_in_small_pages_and_orders_of_the_storefront_are_not_among_them(run_shop: RunShop) -> None:
    shop = run_shop(speed=0)
    for number in range(5):
        create(shop, ext_order_id="" if number == 2 else f"A-{number}")
    pages = list(read_copies(connect(shop), None, page_size=2))
    assert [copy.order_id for page in pages for copy in page] == ["A-0", "A-1", "A-3", "A-4"]
    assert len(pages) == 3
    (copy,) = find_copies(connect(shop), ["A-3", "A-9"])
    assert (copy.total, copy.lines[0].ordered, copy.address_id is not None) == (2660, 2, True)


def test_only_what_has_changed_is_read_with_two_minutes_before_it(run_shop: RunShop) -> None:
    shop = run_shop(speed=0)
    create(shop, ext_order_id="A-1")
    shop.clock.skip(600)
    create(shop, ext_order_id="A-2")
    newest = max(copy.updated_at for page in read_copies(connect(shop), None) for copy in page)
    assert [copy.order_id for page in read_copies(connect(shop), newest) for copy in page] == ["A-2"]


def test_a_number_is_found_in_its_store_view_alone(run_shop: RunShop) -> None:
    shop = run_shop(speed=0)
    create(shop, increment_id="AMZ-1")
    found = find_numbered(connect(shop), "AMZ-1", 1)
    assert found is not None
    assert found.order_id == AMAZON_NUMBER
    assert find_numbered(connect(shop), "AMZ-1", 2) is None


def test_a_good_status_with_false_in_it_is_a_refusal_to_cancel(run_shop: RunShop) -> None:
    shop = run_shop(speed=0)
    create(shop)
    cancel_copy(connect(shop), 1)
    with pytest.raises(RefusedError, match="nothing to cancel"):
        cancel_copy(connect(shop), 1)


def test_an_address_is_written_anew(run_shop: RunShop) -> None:
    shop = run_shop(speed=0)
    create(shop)
    (copy,) = find_copies(connect(shop), [AMAZON_NUMBER])
    save_address(connect(shop), copy, address("shipping", city="Newtown"))
    shown = shop.get("orders/1")["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]
    assert shown["city"] == "Newtown"


def test_shipments_carry_their_tracks_and_the_number_of_commerces_order(run_shop: RunShop) -> None:
    shop = run_shop(speed=0)
    create(shop)
    number = ship(connect(shop), 1, [(1, 1)], [Track("ups", "UPS", "1Z9")])
    ((found,),) = read_shipments(connect(shop), None)
    assert (found.entity_id, found.shipment.shipment_id, found.shipment.units) == (1, number, ((1, 1),))
    assert found.shipment.tracks == (Track("ups", "UPS", "1Z9"),)


def test_regions_are_found_by_name_and_by_code(run_shop: RunShop) -> None:
    directory = read_directory(connect(run_shop(speed=0)))
    assert directory.regions["US", "CALIFORNIA"] == directory.regions["US", "CA"]
    assert {"US", "DE", "GB"} <= directory.countries
