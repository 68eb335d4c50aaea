"""What stands in an order's way is named with what to do, goes with its cause, and holds up no other; addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from channelkit.sandbox.amazon.orders import Address, Buyer, Order
from tests.order_practice import BUYER, HOMES, OrderPractice, minor, order_practice


@pytest.fixture(scope="module")
def practice(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderPractice]:
    with order_practice(openapi_folder, tmp_path_factory.mktemp("orders")) as practice:
        yield practice


Deed = Callable[[OrderPractice, str], None]
"""Something that is done to a product of Commerce."""


def disable(practice: OrderPractice, product: str) -> None:
    practice.shop.set_enabled(product, False)


def enable(practice: OrderPractice, product: str) -> None:
    practice.shop.set_enabled(product, True)


def leave(practice: OrderPractice, product: str) -> None:
    practice.shop.set_websites(product, ["eu"])


def come_back(practice: OrderPractice, product: str) -> None:
    practice.shop.set_websites(product, ["us", "eu"])


def empty(practice: OrderPractice, product: str) -> None:
    practice.shop.change_stock(product, -practice.shop.salable(product, "us"), "reno")


def fill(practice: OrderPractice, product: str) -> None:
    practice.shop.change_stock(product, 20, "reno")


CAUSES: dict[str, tuple[Deed, Deed, str]] = {
    "product_disabled": (disable, enable, "Enable the product in Commerce."),
    "not_on_website": (leave, come_back, "Assign the product to the website in Commerce."),
    "out_of_stock": (empty, fill, "Put stock into the website's sources"),
}
"""What makes a product stand in the way, what mends it, and what a person is told to do."""


def test_or_06_products_that_stand_in_the_way_are_named_and_the_orders_go_once_they_do_not(
    practice: OrderPractice,
) -> None:
    """OR-06, pain 14: disabled, off the website, out of stock; the next order goes all the same."""
    placed: dict[str, Order] = {}
    for name, (break_it, _, _) in CAUSES.items():
        placed[name] = practice.order("us")
        break_it(practice, practice.product_of("us", placed[name].lines[0].sku))
    other = practice.order("us")
    practice.cycles(2)
    found = {name: practice.stand("us", order.order_id) for name, order in placed.items()}
    assert {name: stand and (stand.stage, stand.blocker) for name, stand in found.items()} == {
        name: ("blocked", name) for name in CAUSES
    }
    for name, stand in found.items():
        assert stand is not None and CAUSES[name][2] in stand.next_step
        assert practice.product_of("us", placed[name].lines[0].sku) in stand.note
    assert practice.copy(other.order_id).state == "processing"
    blocked = practice.kit.stores["us"].orders.blocked()
    assert set(blocked["order_number"]) >= {order.order_id for order in placed.values()}
    assert blocked["time_left"].str.len().gt(0).all()
    for name, (_, mend, _) in CAUSES.items():
        mend(practice, practice.product_of("us", placed[name].lines[0].sku))
    practice.cycles()
    for name, order in placed.items():
        assert practice.stage("us", order.order_id) == ("created", ""), name
        assert minor(practice.copy(order.order_id).fields["grand_total"]) == order.total


def test_or_06_a_product_that_is_gone_or_was_never_linked_is_told_and_waits_for_a_person(
    practice: OrderPractice,
) -> None:
    """OR-06, pain 14: product missing; a link, or the product put back, is what each waits for."""
    gone, unlinked = practice.order("us"), practice.order("us", "NOBODY-KNOWS-1")
    product = practice.product_of("us", gone.lines[0].sku)
    practice.shop.remove_product(product)
    practice.cycles()
    assert practice.stage("us", gone.order_id)[0] == "blocked", "its stock is not there any more"
    # All products are looked through once a day; only then it is known which are gone.
    practice.cycles(2, minutes=13 * 60)
    for order, words in ((gone, product), (unlinked, "NOBODY-KNOWS-1")):
        stand = practice.stand("us", order.order_id)
        assert stand is not None and (stand.stage, stand.blocker) == ("blocked", "product_missing")
        assert words in stand.note and "channelkit match)" in stand.next_step


def put_address(practice: OrderPractice, **changes: str) -> Order:
    return practice.order("us", address=msgspec.structs.replace(HOMES["us"], **changes))


def test_or_06_an_address_that_cannot_be_is_told_and_corrected_by_a_person(practice: OrderPractice) -> None:
    """OR-06, OR-09: unknown country, no street; both go once a person has corrected them."""
    unknown = put_address(practice, country="ZZ")
    streetless = put_address(practice, line1="")
    practice.cycles()
    assert practice.stage("us", unknown.order_id) == ("blocked", "unknown_country")
    assert practice.stage("us", streetless.order_id) == ("blocked", "address_missing")
    book = practice.kit.stores["us"].orders
    book.correct_address(unknown.order_id, by="Bo", country="US")
    book.correct_address(streetless.order_id, by="Bo", lines=["8 Feather Lane"])
    practice.cycles()
    shipping = practice.copy(streetless.order_id).shipping
    assert shipping is not None and shipping["street"] == ["8 Feather Lane"]
    other = practice.copy(unknown.order_id).shipping
    assert other is not None and other["country_id"] == "US"


ADDRESSES: dict[str, tuple[dict[str, str], dict[str, object]]] = {
    "free text in the city": (
        {"city": "Escondido, californiA 92025-1501", "region": "", "postcode": ""},
        {"city": "Escondido", "region": "California", "region_code": "CA", "postcode": "92025"},
    ),
    "a state in small letters": ({"region": "texas", "city": "Austin"}, {"region_code": "TX"}),
    "Puerto Rico as a state": (
        {"city": "San Juan", "region": "PR", "postcode": "00907"},
        {"city": "San Juan", "postcode": "00907"},
    ),
    "Puerto Rico as a country": (
        {"city": "Ponce", "region": "", "postcode": "00730", "country": "PR"},
        {"city": "Ponce", "postcode": "00730"},
    ),
    "an emoji in the name": (
        {"name": "Marisol 🌻 O'Neill-Ñandú"},
        {"firstname": "Marisol", "lastname": "O'Neill-Ñandú"},
    ),
    "one name alone": ({"name": "Cher"}, {"firstname": "Cher"}),
    "a company": ({"company": "Quill & Söhne, LLC"}, {"company": "Quill & Söhne, LLC"}),
    "no phone": ({"phone": ""}, {"telephone": "0000000000"}),
    "the third line alone": ({"line1": "", "line3": "Dock 4"}, {"street": ["Dock 4"]}),
}


def test_or_09_addresses_of_all_kinds_are_brought_into_commerces_parts(practice: OrderPractice) -> None:
    """OR-09: free text, PR, special characters, companies, what Amazon does not give."""
    placed = {name: put_address(practice, **given) for name, (given, _) in ADDRESSES.items()}
    practice.cycles()
    for name, order in placed.items():
        shipping = practice.copy(order.order_id).shipping
        assert shipping is not None, name
        assert {key: shipping.get(key) for key in ADDRESSES[name][1]} == ADDRESSES[name][1], name
        assert shipping["lastname"] and shipping["email"] == BUYER.email


def test_or_09_without_a_persons_data_an_order_waits_and_goes_once_amazon_gives_it(practice: OrderPractice) -> None:
    """OR-06, OR-09: the role that shows addresses is missing, which is said; nothing is made up."""
    order = practice.order("us", buyer=Buyer(), address=None)
    practice.cycles()
    stand = practice.stand("us", order.order_id)
    assert stand is not None and (stand.stage, stand.blocker) == ("blocked", "address_missing")
    assert "Direct-to-Consumer" in stand.next_step and not practice.copies(order.order_id)
    practice.sales.log.change(order.order_id, int(practice.now * 1000), buyer=BUYER, address=HOMES["us"])
    practice.cycles()
    assert practice.copy(order.order_id).state == "processing"


def test_or_09_a_german_address_with_sharp_s_and_a_packstation_is_kept_as_it_is(practice: OrderPractice) -> None:
    """OR-09: euros and umlauts."""
    home = Address("Jörg Weißgerber", "", "Packstation 147", "81234567", "", "Köln", "", "50667", "DE", "")
    order = practice.order("de", address=home)
    practice.cycles()
    shipping = practice.copy(order.order_id).shipping
    assert shipping is not None and shipping["street"] == ["Packstation 147", "81234567"]
    assert (shipping["lastname"], shipping["city"], shipping["country_id"]) == ("Weißgerber", "Köln", "DE")
