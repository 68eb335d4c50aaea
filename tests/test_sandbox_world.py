"""The sandbox's world: made from a seed or from files, moved by time alone, the same however often one looks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from stdnum import ean, isbn

from channelkit.sandbox.amazon.items import fourteen_digits
from channelkit.sandbox.catalog_files import load_world, read_rows
from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.seed import make_world
from channelkit.sandbox.server import start
from channelkit.sandbox.situations import ODD_SKUS
from channelkit.sandbox.stores import DE, US, PracticeStore
from channelkit.sandbox.world import World

EPOCH = 1_790_000_000.0


def still_clock() -> SandboxClock:
    return SandboxClock(speed=0, real_epoch=0, epoch=EPOCH)


def snapshot(world: World) -> dict[str, Any]:
    """Return all that may differ between two worlds."""
    shelves = [shelf for account in world.amazon.accounts.values() for shelf in account.shelves.values()]
    return {
        "listings": [msgspec.to_builtins(list(shelf.listings.values())) for shelf in shelves],
        "products": [msgspec.to_builtins(product) for product in world.commerce.catalog.walk()],
        "stock": {name: dict(items) for name, items in world.commerce.inventory.items.items()},
        "orders": msgspec.to_builtins(world.amazon.orders),
    }


def listings(world: World, store: PracticeStore = US) -> list[Any]:
    return list(world.amazon.shelf(store.seller_id, store.marketplace_id).listings.values())


def test_the_same_seed_makes_the_same_world_and_another_another() -> None:
    assert snapshot(make_world(7, 120, still_clock())) == snapshot(make_world(7, 120, still_clock()))
    assert snapshot(make_world(7, 120, still_clock())) != snapshot(make_world(8, 120, still_clock()))


def test_the_world_comes_to_the_same_point_however_often_it_is_looked_at() -> None:
    patient, restless = make_world(3, 150, still_clock()), make_world(3, 150, still_clock())
    patient.clock.skip(2 * 3600)
    patient.move()
    for _ in range(7200 // 25):
        restless.clock.skip(25)
        restless.move()
    assert snapshot(patient) == snapshot(restless)


def test_a_quiet_world_stays_as_it_is() -> None:
    world = make_world(3, 100, still_clock(), quiet=True)
    before = snapshot(world)
    world.clock.skip(86_400)
    world.move()
    assert snapshot(world) == before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_five_cycles_of_five_minutes_something_of_everything_happens(seed: int) -> None:
    world = make_world(seed, 300, still_clock())
    before = {each.sku: (each.quantity, each.price, each.issues) for each in listings(world)}
    prices = {product.sku: product.values.get("price") for product in world.commerce.catalog.walk()}
    enabled = {product.sku: product.values["status"] for product in world.commerce.catalog.walk()}
    stock = {name: dict(items) for name, items in world.commerce.inventory.items.items()}
    world.clock.skip(25 * 60)
    world.move()
    assert len(world.amazon.orders) >= 20
    assert {name: dict(items) for name, items in world.commerce.inventory.items.items()} != stock
    after = list(world.commerce.catalog.walk())
    assert any(product.values.get("price") != prices[product.sku] for product in after)
    assert any(product.values["status"] != enabled[product.sku] for product in after)
    everywhere = [each for store in (US, DE) for each in listings(world, store)]
    assert any("LISTING_SUPPRESSED" in issue.actions for each in everywhere for issue in each.issues)
    changed = [each for each in listings(world) if each.sku in before and each.quantity != before[each.sku][0]]
    assert changed


def test_an_order_takes_its_units_from_the_listing_and_is_kept() -> None:
    world = make_world(1, 100, still_clock(), quiet=True)
    shelf = world.amazon.shelf(US.seller_id, US.marketplace_id)
    listing = next(each for each in shelf.listings.values() if "BUYABLE" in each.status and each.quantity > 2)
    before = listing.quantity
    order = world.amazon.buy(shelf, listing.sku, 2, EPOCH + 1)
    assert order is not None
    assert (order.units, order.lines[0].sku, listing.quantity) == (2, listing.sku, before - 2)
    assert world.amazon.orders == [order]
    unsold = next(each for each in shelf.listings.values() if "BUYABLE" not in each.status)
    assert world.amazon.buy(shelf, unsold.sku, 1, EPOCH + 2) is None


def test_in_a_month_orders_meet_every_fate() -> None:
    world = make_world(2, 300, still_clock())
    for _ in range(3):
        world.clock.skip(12 * 3600)
        world.move()
    world.quiet = True
    world.clock.skip(28 * 86_400)
    world.move()
    orders = world.amazon.orders
    statuses = Counter(order.status for order in orders)
    assert 0.015 < statuses["CANCELLED"] / len(orders) < 0.05
    assert statuses["UNSHIPPED"]
    assert not any(order.status == "UNSHIPPED" for order in orders if order.by_amazon)
    assert any(order.by_amazon and order.status == "SHIPPED" for order in orders)
    assert any(len(order.lines) == 2 for order in orders)
    assert any(line.request for order in orders for line in order.lines)
    assert {each.status for each in world.amazon.sales.returns} == {"Completed"}
    assert {line.cancelled_by for order in orders for line in order.lines} >= {"BUYER", "AMAZON"}


def test_orders_wait_for_their_payment_for_up_to_half_an_hour() -> None:
    world = make_world(2, 300, still_clock())
    world.clock.skip(3600)
    world.move()
    pending = [order for order in world.amazon.orders if order.status == "PENDING"]
    assert pending
    assert all(order.created / 1000 > world.clock.now() - 1800 for order in pending)
    assert any(order.paid and order.created / 1000 > world.clock.now() - 1800 for order in world.amazon.orders)


def test_every_buyer_of_the_world_can_be_searched_for() -> None:
    world = make_world(2, 300, still_clock())
    world.clock.skip(6 * 3600)
    world.move()
    people = world.people()
    for order in world.amazon.orders:
        assert {order.buyer.name, order.buyer.email} <= people
        assert order.address is not None
        assert {order.address.line1, order.address.phone} <= people | {""}
        assert order.buyer.name not in repr(order)
    assert "" not in people
    assert any("'" in text for text in people)
    assert any(not order.address.phone for order in world.amazon.orders if order.address)
    assert any(
        "californiA" in order.address.city + order.address.region for order in world.amazon.orders if order.address
    )


def test_a_suppression_is_cleared_again() -> None:
    world = make_world(5, 300, still_clock())

    def suppressed() -> set[str]:
        return {each.sku for each in listings(world) if any("LISTING_SUPPRESSED" in i.actions for i in each.issues)}

    always, seen = suppressed(), set()
    for _ in range(90):
        world.clock.skip(60)
        world.move()
        seen |= suppressed() - always
    world.clock.skip(3600)
    world.move()
    assert any(sku not in suppressed() for sku in seen)


@pytest.mark.parametrize("store", [US, DE])
def test_every_situation_of_a_seller_is_there(store: PracticeStore) -> None:
    world = make_world(1, 300, still_clock())
    catalog, shelf = world.commerce.catalog, listings(world, store)
    products = list(catalog.walk())
    asins = {product.values.get("amazon_asin") for product in products} - {None}
    codes = Counter(
        fourteen_digits(str(product.values[kind]))
        for product in products
        for kind in ("upc", "ean", "isbn")
        if product.values.get(kind)
    )
    by_sku = [each for each in shelf if each.sku in catalog]
    others = [each for each in shelf if each.sku not in catalog]
    by_asin = [each for each in others if each.item and each.item.asin in asins]
    by_code = [each for each in others if each not in by_asin and codes[fourteen_digits(each.product_id)] == 1]
    twins = [each for each in others if each not in by_asin and codes[fourteen_digits(each.product_id)] == 2]
    strangers = [each for each in others if each not in by_asin and not codes[fourteen_digits(each.product_id)]]
    assert by_sku and by_asin and by_code
    assert strangers
    assert twins or store is DE
    assert {each.report_status for each in shelf} == {"Active", "Inactive", "Incomplete"}
    assert any(each.by_amazon and each.quantity for each in shelf)
    assert any(each.by_amazon and not each.quantity for each in shelf)
    assert any("LISTING_SUPPRESSED" in issue.actions for each in shelf for issue in each.issues)
    assert any(each.closed for each in shelf)
    assert any(catalog.get(each.sku).values["status"] == 2 for each in by_sku)
    assert any(not world.commerce.salable(each.sku, store.website) and each.quantity for each in by_sku)
    listed = {each.sku for each in shelf}
    unlisted = [product for product in products if product.sku not in listed]
    assert {product.type_id for product in unlisted} >= {"bundle", "grouped", "configurable"}
    assert any(product.values.get("amazon_asin") for product in unlisted)
    assert any(not product.values.get("amazon_asin") for product in unlisted)


@pytest.mark.parametrize("store", [US, DE])
def test_fewer_than_three_in_ten_listings_need_a_change_at_first(store: PracticeStore) -> None:
    world = make_world(1, 300, still_clock())
    view = world.commerce.stores.view(store.store_view)
    wrong = right = 0
    for each in listings(world, store):
        product = world.commerce.catalog.find(each.sku)
        if product is None or each.by_amazon:
            continue
        price = product.value("price", view.id)
        salable = int(world.commerce.salable(each.sku, store.website))
        same_price = price is None or price == Decimal(each.price) / 100
        if same_price and (salable == each.quantity or not product.manage_stock):
            right += 1
        else:
            wrong += 1
    assert 0 < wrong < 0.3 * (wrong + right)


def test_codes_are_real_and_skus_odd() -> None:
    world = make_world(1, 300, still_clock())
    products = list(world.commerce.catalog.walk())
    found = Counter(kind for product in products for kind in ("upc", "ean", "isbn") if product.values.get(kind))
    assert set(found) == {"upc", "ean", "isbn"}
    for product in products:
        for kind in ("upc", "ean"):
            if product.values.get(kind):
                assert ean.is_valid(str(product.values[kind]).zfill(13))
        if product.values.get("isbn"):
            assert isbn.is_valid(str(product.values["isbn"]))
    assert set(ODD_SKUS) <= {product.sku for product in products}
    assert any("ü" in str(product.values["name"]) for product in products)
    assert any('"' in str(product.values["name"]) for product in products)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_catalog_from_files_is_taken_as_it_is(tmp_path: Path) -> None:
    products = write(
        tmp_path / "p.csv",
        'SKU,Title,Price,Quantity,UPC,ASIN,Brand,Colour\n00A/1,"Mug, ""blue""",12.50,7,036000291452,B000000001,Öko,x\n',
    )
    shelf = write(tmp_path / "l.csv", "sku,name,price,upc\nOTHER,Mug blue,$1,036000291452\n")
    world = load_world(products, shelf, still_clock(), 1)
    product = world.commerce.catalog.get("00A/1")
    assert product.values["name"] == 'Mug, "blue"'
    assert product.values["price"] == Decimal("12.5")
    assert product.values["upc"] == "036000291452"
    assert product.values["amazon_asin"] == "B000000001"
    assert world.commerce.salable("00A/1", "us") == 7
    listing = listings(world)[0]
    assert (listing.sku, listing.price, listing.product_id) == ("OTHER", 100, "036000291452")


def test_what_a_file_does_not_say_is_filled_in_the_same_way_each_time(tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", "id,name,description,price\n1,Lamp,,\n2,Mug,,10\n3,Pan,,30\n")
    rows = read_rows(path, 1, prefix="P-")
    assert [row.sku for row in rows] == ["P-1", "P-2", "P-3"]
    assert rows[0].cents > 0
    assert all(0 <= row.units <= 40 for row in rows)
    assert rows == read_rows(path, 1, prefix="P-")
    alone = write(tmp_path / "q.csv", "id,name,description,price\n1,Lamp,,\n2,Mug,,20\n")
    assert read_rows(alone, 1, prefix="P-")[0] == rows[0]


def test_numbers_of_one_file_are_not_the_skus_of_another(tmp_path: Path) -> None:
    products = write(tmp_path / "p.csv", "id,name,price\n1,Lamp,10\n")
    shelf = write(tmp_path / "l.csv", "id,name,price\n1,Mug,5\n")
    world = load_world(products, shelf, still_clock(), 1)
    assert listings(world)[0].sku not in world.commerce.catalog


def test_all_listings_go_to_america_and_a_part_to_germany(tmp_path: Path) -> None:
    lines = "".join(f"S{number},Thing {number},10\n" for number in range(100))
    path = write(tmp_path / "both.csv", f"sku,name,price\n{lines}")
    world = load_world(path, path, still_clock(), 1)
    assert len(listings(world)) == 100
    assert 50 < len(listings(world, DE)) < 90
    assert {each.price for each in listings(world, DE)} == {920}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column sku or id"),
        ("sku,name\n", "no lines"),
        ("name,price\nMug,1\n", "no column sku or id"),
        ("sku,price\nA,1\n", "no column title or name"),
        ("sku,name\nA,Mug\nA,Jug\n", "SKUs more than once ('A')"),
        ("sku,name\nA,Mug\na,Jug\n", "one SKU to Commerce"),
        ("sku,name\n,Mug\n", "no SKU in line 2"),
        ("sku,name,price\nA,Mug,cheap\n", "'cheap' in line 2"),
        ("sku,name,price\nA,Mug,-1\n", "'-1' in line 2"),
        (f"sku,name\n{'A' * 41},Mug\n", "41 characters in line 2"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path / "bad.csv", text)
    with pytest.raises(ValueError, match=r".") as caught:
        load_world(path, path, still_clock(), 1)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_utf_8_or_not_there_says_so(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("sku,name\nA,Müsli\n".encode("cp1252"))
    with pytest.raises(ValueError, match="is not UTF-8"):
        read_rows(path, 1)
    with pytest.raises(ValueError, match="cannot be read"):
        read_rows(tmp_path / "none.csv", 1)


def test_a_port_that_is_taken_is_named() -> None:
    world = make_world(1, 10, still_clock())
    with start(world) as running:
        port = int(running.ready["commerce"].rsplit(":", 1)[1])
        with pytest.raises(OSError, match=f"port {port} "):
            start(make_world(1, 10, still_clock()), amazon_port=port)


def test_served_as_a_process_it_prints_one_line_and_ends_when_told_to() -> None:
    command = [sys.executable, "-m", "channelkit", "sandbox", "--seed", "2", "--speed", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        answer = requests.get(ready["amazon"]["na"] + "/sandbox/faults", timeout=10)
        process.terminate()
        rest, complaints = process.communicate(timeout=20)
    assert answer.json() == []
    assert ready["clock"]["speed"] == 60
    assert (process.returncode, rest, complaints) == (0, "", "")


def test_a_sandbox_that_listens_changes_its_speed_without_a_jump_and_says_what_it_does_not_understand() -> None:
    command = [sys.executable, "-m", "channelkit", "sandbox", "--seed", "2", "--speed", "3600", "--listen"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        began = json.loads(process.stdout.readline())["clock"]
        for words in ("faster\n", "speed nan\n", "speed 1\n"):
            process.stdin.write(words)
        process.stdin.flush()
        slow = json.loads(process.stdout.readline())
        process.terminate()
        _, complaints = process.communicate(timeout=20)
    assert slow["speed"] == 1
    shown = began["epoch"] + (slow["real_epoch"] - began["real_epoch"]) * 3600
    assert slow["epoch"] == pytest.approx(shown, abs=0.01)
    assert complaints.splitlines() == [
        "Not understood: 'faster'. Say: speed NUMBER",
        "Not understood: 'speed nan'. Say: speed NUMBER",
    ]


def test_served_from_a_bad_file_it_says_why_and_fails(tmp_path: Path) -> None:
    path = write(tmp_path / "bad.csv", "sku,name\n")
    command = [sys.executable, "-m", "channelkit", "sandbox", "--products", str(path), "--listings", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert "has no lines" in ended.stderr
    assert "Traceback" not in ended.stderr
