"""Writing to many products: queued or at once, whatever the shop allows and whatever happens to the answers."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelkit.commerce.bulks import parse_bulks, write_bulks
from channelkit.commerce.client import Commerce
from channelkit.commerce.limits import STALLED
from channelkit.commerce.saves import url_key
from channelkit.commerce.writes import create_products, read_bulk, read_values, write_at_once, write_products
from channelkit.errors import AuthError, RefusedError, TemporaryError, UsageError
from channelkit.sandbox.commerce.state import CommerceState
from tests.commerce_kit import connect
from tests.shop_fixtures import CREDENTIALS, RunShop, Shop, stock_shop

QUEUE, MAKE = "bulkPutV1ProductsSku", "bulkPostV1Products"
SKUS = ["KETTLE", "pan/24", "A,B", "off", "ebook"]
ODD = ["a/b", "c,d", "50% off", "a&b", "a+b", "a b", ".", "..", "Ü-ß", "a%2Fb", "a?b#c", "a\\b", "a'b\"c", "日本"]


def text(sku: str, value: str, code: str = "asin") -> dict[str, Any]:
    return {"sku": sku, "custom_attributes": [{"attribute_code": code, "value": value}]}


def new(sku: str, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "name": "Kettle, new", "price": 9, "attribute_set_id": 4, "status": 1, "visibility": 1, **more}


def values(commerce: Commerce, skus: list[str], code: str = "asin", scope: str = "all") -> list[str | None]:
    found: list[str | None] = read_values(commerce, skus, [code], scope)["value"].to_pylist()
    return found


def add_odd(state: CommerceState) -> None:
    stock_shop(state)
    for sku in ODD:
        state.add_product(sku, name=f"Odd {sku}", price="1")


def test_values_are_queued_and_done_by_the_queue(run_shop: RunShop) -> None:
    """AT-04: values go to many products in one request, and a reading shows them."""
    shop = run_shop()
    commerce = connect(shop)
    before = commerce.transport.calls
    written = write_products(commerce, [text(sku, f"B{place}") for place, sku in enumerate(SKUS)])
    assert commerce.transport.calls == before + 1
    assert (written.accepted, written.refused, written.unanswered) == ([0, 1, 2, 3, 4], [], [])
    assert written.bulk_id
    state = read_bulk(commerce, written.bulk_id)
    assert (state.open, state.complete, state.failed) == (0, 5, [])
    assert values(commerce, SKUS) == ["B0", "B1", "B2", "B3", "B4"]


def test_what_was_not_written_stays(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    write_products(commerce, [text("kettle", "B9") | {"name": "Teapot"}])
    found = read_values(commerce, ["kettle"], ["asin", "name", "price", "description", "nothing"])
    assert found["sku"].to_pylist() == ["kettle"] * 5
    assert found["value"].to_pylist() == ["B9", "Teapot", "24.99", "Boils.", None]


def test_a_view_gets_a_value_of_its_own_and_the_others_keep_theirs(run_shop: RunShop) -> None:
    """AT-06: a value for a store view shows there only."""
    shop = run_shop()
    commerce = connect(shop)
    write_products(commerce, [text("KETTLE", "Kocht.", "description")], scope="de_de")
    read = [values(commerce, ["KETTLE"], "description", scope) for scope in ("all", "us_en", "de_de")]
    assert read == [["Boils."], ["Boils."], ["Kocht."]]


def test_rows_that_the_queue_fails_are_named_with_their_places_and_words(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    written = write_products(commerce, [text("KETTLE", "B1"), text("none", "B2"), text("off", "x" * 256)])
    assert written.bulk_id
    state = read_bulk(commerce, written.bulk_id)
    assert [(place, message) for place, _, message in state.failed] == [
        (1, 'The "Product Name" attribute value is empty. Set the attribute and try again'),
        (2, "The product was unable to be saved. Please try again"),
    ]
    assert (state.open, state.complete) == (0, 1)


def test_a_deadlock_in_the_queue_is_told_apart(run_shop: RunShop) -> None:
    shop = run_shop()
    shop.faults.add("deadlocked_row", QUEUE)
    commerce = connect(shop)
    written = write_products(commerce, [text("KETTLE", "B1")])
    assert written.bulk_id
    assert [code for _, code, _ in read_bulk(commerce, written.bulk_id).failed] == ["Deadlock"]


def test_a_row_that_is_rejected_on_arrival_is_refused_at_once(run_shop: RunShop) -> None:
    shop = run_shop()
    shop.faults.add("rejected_row", QUEUE)
    commerce = connect(shop)
    written = write_products(commerce, [text("KETTLE", "B1"), text("off", "x" * 256), text("shirt", "B3")])
    assert (written.accepted, [place for place, _, _ in written.refused]) == ([1, 2], [0])
    assert written.bulk_id
    assert [place for place, _, _ in read_bulk(commerce, written.bulk_id).failed] == [1]


def test_nothing_that_was_sent_is_logged(run_shop: RunShop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    commerce = connect(run_shop())
    written = write_products(commerce, [text("KETTLE", "private words"), text("none", "private words")])
    assert written.bulk_id
    assert "private words" not in str(read_bulk(commerce, written.bulk_id))
    write_at_once(commerce, [text("KETTLE", "private words"), text("none", "private words")])
    assert "private words" not in caplog.text


def test_many_products_go_two_hundred_at_a_time(run_shop: RunShop) -> None:
    def fill(state: CommerceState) -> None:
        stock_shop(state)
        for number in range(450):
            state.add_product(f"P{number}", name="Part", price="1")

    commerce = connect(run_shop(seed=fill))
    skus = [f"P{number}" for number in range(450)]
    bodies = [text(sku, "x" * 256 if sku == "P401" else sku) for sku in skus]
    written = write_products(commerce, bodies)
    assert commerce.transport.calls == 3
    assert written.bulk_id
    state = read_bulk(commerce, written.bulk_id)
    assert (state.complete, [place for place, _, _ in state.failed]) == (449, [401])
    assert values(commerce, skus) == [None if sku == "P401" else sku for sku in skus]


def test_a_limit_of_rows_is_learnt_once(run_shop: RunShop) -> None:
    commerce = connect(run_shop(async_limit=2))
    bodies = [text(sku, f"B{place}") for place, sku in enumerate(SKUS)]
    written = write_products(commerce, bodies)
    assert commerce.transport.calls == 4
    assert written.bulk_id
    assert read_bulk(commerce, written.bulk_id).complete == 5
    before = commerce.transport.calls
    write_products(commerce, bodies)
    assert commerce.transport.calls == before + 3


def test_a_shop_without_a_queue_is_written_to_one_by_one(run_shop: RunShop) -> None:
    commerce = connect(run_shop(has_bulk=False))
    bodies = [text(sku, f"B{place}") for place, sku in enumerate(SKUS)]
    written = write_products(commerce, [*bodies, text("none", "B9")])
    assert (written.bulk_id, written.accepted) == (None, [0, 1, 2, 3, 4])
    assert [place for place, _, _ in written.refused] == [5]
    assert values(commerce, SKUS) == ["B0", "B1", "B2", "B3", "B4"]
    before = commerce.transport.calls
    write_products(commerce, bodies)
    # Nobody asks for the queue a second time.
    assert commerce.transport.calls == before + 5


def test_a_list_that_is_longer_than_the_shop_allows_goes_in_parts(run_shop: RunShop) -> None:
    def fill(state: CommerceState) -> None:
        stock_shop(state)
        for number in range(7):
            state.add_attribute(f"extra_{number}", f"Extra {number}")

    commerce = connect(run_shop(seed=fill, has_bulk=False, input_limit=3))
    codes = [f"extra_{number}" for number in range(7)]
    custom = [{"attribute_code": code, "value": code} for code in codes]
    assert write_products(commerce, [{"sku": "off", "custom_attributes": custom}]).accepted == [0]
    assert read_values(commerce, ["off"], codes)["value"].to_pylist() == codes
    assert create_products(commerce, [new("fresh", custom_attributes=custom)]).accepted == [0]
    assert read_values(commerce, ["fresh"], codes)["value"].to_pylist() == codes
    assert commerce.writing.items == 3


def test_a_row_that_fells_its_request_leaves_the_others_standing(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    written = write_products(commerce, [text("KETTLE", "B1"), {"sku": "off", "price": "cheap"}, text("shirt", "B3")])
    assert (written.bulk_id, written.accepted) == (None, [0, 2])
    assert "cheap" in written.refused[0][2]


def test_a_queue_that_nobody_works_on_stays_open_until_the_caller_has_waited_enough(run_shop: RunShop) -> None:
    shop = run_shop(speed=0)
    shop.state.settings.consumers = False
    commerce = connect(shop)
    bodies = [text("KETTLE", "B1"), text("off", "B2")]
    written = write_products(commerce, bodies)
    assert written.bulk_id
    assert read_bulk(commerce, written.bulk_id).open == 2
    assert values(commerce, ["KETTLE"]) == ["B000000001"]
    assert write_at_once(commerce, bodies).accepted == [0, 1]
    assert values(commerce, ["KETTLE", "off"]) == ["B1", "B2"]


def test_a_stopped_queue_is_noticed_and_gone_around_until_it_moves_again(run_shop: RunShop) -> None:
    shop = run_shop(speed=600.0)
    shop.state.settings.consumers = False
    commerce = connect(shop)
    written = write_products(commerce, [text("KETTLE", "B1")])
    assert written.bulk_id
    read_bulk(commerce, written.bulk_id)
    commerce.transport.clock.sleep(STALLED + 1)
    assert read_bulk(commerce, written.bulk_id).open == 1
    assert write_products(commerce, [text("off", "B2")]).bulk_id is None
    shop.state.settings.consumers = True
    assert read_bulk(commerce, written.bulk_id).open == 0
    assert write_products(commerce, [text("off", "B2")]).bulk_id


@pytest.mark.parametrize("kind", ["lost_answer", "late_error", "reset", "html_503", "not_json", "throttle", "deadlock"])
def test_values_arrive_whatever_happens_to_the_answer(run_shop: RunShop, kind: str) -> None:
    shop = run_shop(speed=1000.0)
    for operation in (QUEUE, "PutV1ProductsSku", "PostV1Products"):
        shop.faults.add(kind, operation)
    commerce = connect(shop)
    bodies = [text(sku, f"B{place}") for place, sku in enumerate(SKUS)]
    assert write_products(commerce, bodies).accepted == [0, 1, 2, 3, 4]
    assert values(commerce, SKUS) == ["B0", "B1", "B2", "B3", "B4"]
    again = write_at_once(commerce, [text(sku, f"C{place}") for place, sku in enumerate(SKUS)])
    assert again.accepted == [0, 1, 2, 3, 4]
    assert values(commerce, SKUS) == ["C0", "C1", "C2", "C3", "C4"]


def test_a_shop_that_is_down_is_a_temporary_error(run_shop: RunShop) -> None:
    shop = run_shop(speed=1000.0)
    shop.faults.add("html_503", QUEUE, count=None)
    shop.faults.add("html_503", "PutV1ProductsSku", count=None)
    commerce = connect(shop)
    with pytest.raises(TemporaryError, match="status 503"):
        write_products(commerce, [text("KETTLE", "B1")])
    with pytest.raises(TemporaryError, match="status 503"):
        write_at_once(commerce, [text(sku, "B") for sku in ("KETTLE", "off", "ebook", "shirt")])


def test_a_shop_that_goes_down_midway_leaves_what_nobody_knows(run_shop: RunShop) -> None:
    shop = run_shop(speed=1000.0, has_bulk=False)
    commerce = connect(shop)
    write_products(commerce, [text("KETTLE", "B1")])
    shop.faults.add("server_error", "PutV1ProductsSku", count=None)
    written = write_products(
        commerce, [text("pan/24", "B"), *(text(sku, "B") for sku in ("off", "ebook", "shirt", "KETTLE"))]
    )
    # The first has a slash and goes by another address.
    assert written.accepted == [0]
    assert [place for place, _, _ in written.unanswered] == [1, 2, 3, 4]


def test_a_missing_permission_stops_everything(run_shop: RunShop) -> None:
    commerce = connect(run_shop(missing_resources=frozenset({"Magento_Catalog::products"})))
    with pytest.raises(AuthError, match="Magento_Catalog::products"):
        write_products(commerce, [text("KETTLE", "B1")])


def test_whoever_may_not_ask_the_queue_writes_one_by_one_and_is_told(
    run_shop: RunShop, caplog: pytest.LogCaptureFixture
) -> None:
    resource = "Magento_Logging::system_magento_logging_bulk_operations"
    commerce = connect(run_shop(missing_resources=frozenset({resource})))
    written = write_products(commerce, [text("KETTLE", "B1")])
    assert written.bulk_id
    assert read_bulk(commerce, written.bulk_id).open == 1
    assert resource in caplog.text
    assert write_products(commerce, [text("KETTLE", "B1")]).bulk_id is None


def test_two_bodies_for_one_product_are_no_request(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    for wrong in ([text("KETTLE", "B1"), text("kettle ", "B2")], [text("", "B1")]):
        for write in (write_products, write_at_once, create_products):
            with pytest.raises(UsageError, match="written twice"):
                write(commerce, wrong)
    assert commerce.transport.calls == 0


@pytest.mark.parametrize("has_bulk", [True, False])
def test_odd_skus_are_written_and_read_as_any_other(run_shop: RunShop, has_bulk: bool) -> None:
    commerce = connect(run_shop(seed=add_odd, has_bulk=has_bulk, bearer=False))
    written = write_products(commerce, [text(sku, f"v {sku}") for sku in ODD])
    assert written.refused == []
    assert values(commerce, ODD) == [f"v {sku}" for sku in ODD]


def test_new_products_are_made_with_their_websites_state_and_set(run_shop: RunShop) -> None:
    shop = run_shop()
    books = shop.state.attributes.add_set("Books").id
    commerce = connect(shop)
    only = {"extension_attributes": {"website_ids": [2]}, "attribute_set_id": books, "status": 2, "visibility": 4}
    written = create_products(commerce, [new("B000000010"), new("B000000011", **only)])
    assert written.bulk_id
    assert read_bulk(commerce, written.bulk_id).complete == 2
    first, second = (shop.state.catalog.get(sku) for sku in ("B000000010", "B000000011"))
    assert (first.website_ids, second.website_ids) == ((1, 2), (2,))
    assert (second.attribute_set_id, second.values["status"], second.values["visibility"]) == (books, 2, 4)


@pytest.mark.parametrize("has_bulk", [True, False])
def test_a_product_that_is_there_is_never_made_again_nor_changed(run_shop: RunShop, has_bulk: bool) -> None:
    shop = run_shop(has_bulk=has_bulk)
    commerce = connect(shop)
    written = create_products(commerce, [new("fresh-1"), new("kettle"), new("fresh-2", status=7)])
    assert [(place, code) for place, code, _ in written.refused][:1] == [(1, "Exists")]
    assert values(commerce, ["KETTLE"], "name") == ["Kettle"]
    if written.bulk_id:
        # Places are those of all bodies, though one of them did not leave.
        assert [place for place, _, _ in read_bulk(commerce, written.bulk_id).failed] == [2]
    else:
        assert [place for place, _, _ in written.refused] == [1, 2]
    assert [code for _, code, _ in create_products(commerce, [new("FRESH-1")]).refused] == ["Exists"]


@pytest.mark.parametrize("has_bulk", [True, False])
@pytest.mark.parametrize("kind", ["lost_answer", "late_error", "reset", "html_503", "throttle"])
def test_a_product_is_made_once_whatever_happens_to_the_answer(run_shop: RunShop, kind: str, has_bulk: bool) -> None:
    shop = run_shop(speed=1000.0, has_bulk=has_bulk)
    for operation in (MAKE, "PostV1Products"):
        shop.faults.add(kind, operation)
    commerce = connect(shop)
    assert create_products(commerce, [new("fresh-1"), new("a/b,c")]).accepted == [0, 1]
    assert values(commerce, ["fresh-1", "a/b,c"], "price") == ["9", "9"]
    assert len(shop.state.catalog) == 9


@pytest.mark.parametrize("has_bulk", [True, False])
def test_new_products_of_one_name_get_addresses_of_their_own(run_shop: RunShop, has_bulk: bool) -> None:
    commerce = connect(run_shop(has_bulk=has_bulk))
    own = {"custom_attributes": [{"attribute_code": "url_key", "value": "my-own"}]}
    written = create_products(commerce, [new("A1"), new("A 2"), new("A 3", **own)])
    assert written.refused == []
    first, second, third = values(commerce, ["A1", "A 2", "A 3"], "url_key")
    assert (first, third) == ("kettle-new-a1", "my-own")
    assert str(second).startswith("kettle-new-a-2-")


def test_a_bulk_that_is_not_known_any_more_is_refused(run_shop: RunShop) -> None:
    with pytest.raises(RefusedError, match="No such entity"):
        read_bulk(connect(run_shop()), "none")


def test_the_cloud_service_queues_at_its_own_address(run_shop: RunShop) -> None:
    """AT-04 on Adobe Commerce as a Cloud Service, which writes the version before the queue."""
    shop = run_shop(flavour="accs", bearer=False)
    commerce = connect(shop, flavour="accs", auth="ims", client_secret=lambda: CREDENTIALS.client_secret)
    written = write_products(commerce, [text("KETTLE", "Kocht.", "description")], scope="de_de")
    assert written.bulk_id
    assert read_bulk(commerce, written.bulk_id).complete == 1
    assert values(commerce, ["KETTLE"], "description", "de_de") == ["Kocht."]
    assert values(commerce, ["KETTLE"], "description") == ["Boils."]
    assert create_products(commerce, [new("fresh")]).bulk_id


@pytest.fixture
def shop(run_shop: RunShop) -> Shop:
    return run_shop(bearer=False)


@pytest.fixture
def hasty_shop(run_shop: RunShop) -> Shop:
    return run_shop(speed=2000.0)


# Line ends and the like are no letters of a SKU; Commerce cuts spaces off the ends.
WILD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WILD.map(str.strip).filter(bool), min_size=1, max_size=6, unique_by=str.casefold), st.booleans())
def test_wild_skus_are_made_written_and_read(shop: Shop, skus: list[str], has_bulk: bool) -> None:
    shop.state.settings.has_bulk = has_bulk
    commerce = connect(shop)
    for sku in skus:
        if sku in shop.state.catalog:
            shop.state.remove_product(sku)
    made = create_products(commerce, [new(sku) for sku in skus])
    assert (made.accepted, made.refused) == (list(range(len(skus))), [])
    written = write_products(commerce, [text(sku, f"v {place}") for place, sku in enumerate(skus)])
    assert written.refused == []
    assert values(commerce, skus) == [f"v {place}" for place in range(len(skus))]


FAULTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["lost_answer", "late_error", "reset", "html_503", "server_error", "not_json", "throttle", "deadlock"]
        ),
        st.sampled_from([QUEUE, MAKE, "PutV1ProductsSku", "PostV1Products", "GetV1Products", "*"]),
        st.integers(1, 3),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=FAULTS, has_bulk=st.booleans(), async_limit=st.none() | st.integers(1, 3), count=st.integers(1, 5))
def test_in_any_weather_what_is_accepted_is_there_and_nothing_is_there_twice(
    hasty_shop: Shop, faults: list[tuple[str, str, int]], has_bulk: bool, async_limit: int | None, count: int
) -> None:
    shop = hasty_shop
    shop.state.settings.has_bulk, shop.state.settings.async_limit = has_bulk, async_limit
    skus = [f"w/{number}" if number % 2 else f"w{number}" for number in range(count)]
    for sku in [product.sku for product in shop.state.catalog.walk() if product.sku.startswith("w")]:
        shop.state.remove_product(sku)
    for kind, operation, times in faults:
        shop.faults.add(kind, operation, count=times)
    commerce = connect(shop)
    bodies = [text(sku, f"v {sku}") | new(sku) for sku in skus]
    try:
        made = create_products(commerce, bodies)
    except TemporaryError:
        made = None
    shop.faults.clear()
    there = values(connect(shop), skus)
    if made:
        assert {*made.accepted, *(place for place, _, _ in made.unanswered)} == set(range(count))
        assert {f"v {skus[place]}" for place in made.accepted} <= {*there}
    # Once more in good weather: what is there is left, the rest is made.
    again = create_products(connect(shop), bodies)
    assert {code for _, code, _ in again.refused} <= {"Exists"}
    assert values(connect(shop), skus) == [f"v {sku}" for sku in skus]
    assert sum(product.sku.startswith("w") for product in shop.state.catalog.walk()) == count


PLACES = st.lists(st.integers(0, 500), min_size=1, max_size=30, unique=True).map(sorted)


@given(st.lists(st.tuples(st.uuids().map(str), PLACES), min_size=1, max_size=4))
def test_the_name_of_several_bulks_keeps_every_place(bulks: list[tuple[str, list[int]]]) -> None:
    name = write_bulks(bulks)
    assert name is not None
    found = parse_bulks(name)
    whole = len(bulks) == 1 and bulks[0][1] == list(range(len(bulks[0][1])))
    assert found == ([(bulks[0][0], [])] if whole else bulks)


@given(WILD, WILD)
def test_an_address_is_made_of_plain_letters(name: str, sku: str) -> None:
    assert set(url_key(name, sku)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
