"""The warehouse of a living world ships what came from a marketplace, and nothing else."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.commerce.order_saving import create_order
from channelkit.sandbox.commerce.sales import Document
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.commerce.warehouse import AGAIN, CARRIERS, LATEST, SOONEST, Warehouse
from channelkit.sandbox.stores import US_SOURCE
from tests.conftest import RunSandbox
from tests.shop_fixtures import stock_shop
from tests.test_sandbox_commerce_sales_orders import entity


def stocked() -> CommerceState:
    state = CommerceState(SandboxClock(0, 0, 0))
    stock_shop(state)
    state.change_stock("KETTLE", 1000, "default")
    return state


def take(shop: CommerceState, number: str, units: int = 2, **more: Any) -> None:
    create_order(shop.sales, shop.stores, entity(("KETTLE", units), ext_order_id=number, **more), 1, 0.0)


def shipped(state: CommerceState, orders: int, minutes: int, seed: int = 1) -> dict[int, list[Document]]:
    """Return what had left at each minute."""
    for place in range(orders):
        take(state, f"111-{place}")
    warehouse, left = Warehouse(state, seed), {}
    for minute in range(minutes):
        before = len(state.sales.shipments)
        warehouse.work(minute)
        left[minute] = list(state.sales.shipments.values())[before:]
    return left


def test_every_order_leaves_within_hours_some_in_two_parcels_by_all_carriers() -> None:
    state = stocked()
    left = shipped(state, 200, LATEST + AGAIN + 1)
    parcels = list(state.sales.shipments.values())
    assert min(minute for minute, sent in left.items() if sent) >= SOONEST
    assert {order.items[0].to_ship() for order in state.sales.orders.values()} == {0}
    assert 200 < len(parcels) < 230
    assert {(track["carrier_code"], track["title"]) for parcel in parcels for track in parcel.tracks} == {
        (code, title) for code, title, _prefix in CARRIERS
    }
    assert len({parcel.tracks[0]["track_number"] for parcel in parcels}) == len(parcels)


def test_the_same_seed_ships_the_same_minute() -> None:
    first, second = (
        {minute: [each.fields["order_id"] for each in sent] for minute, sent in shipped(stocked(), 20, 300).items()}
        for _ in range(2)
    )
    assert first == second


def test_what_is_not_there_leaves_once_it_is() -> None:
    state = stocked()
    take(state, "111-9", units=5000)
    warehouse = Warehouse(state, 1)
    for minute in range(LATEST + 1):
        warehouse.work(minute)
    assert state.sales.shipments == {}
    state.change_stock("KETTLE", 5000, "reno")
    for minute in range(LATEST + 1, LATEST + AGAIN + 1):
        warehouse.work(minute)
    assert [each.source for each in state.sales.shipments.values()] == ["reno"]


def test_orders_of_the_storefront_complete_ones_and_cancelled_ones_stay() -> None:
    state = stocked()
    state.place_storefront_order("us", [("KETTLE", 1)])
    take(state, "111-1", state="complete", total_paid=26.6)
    take(state, "111-2")
    state.sales.orders[2].items[0].fields["qty_shipped"] = 2
    assert state.cancel_in_shop(3)
    warehouse = Warehouse(state, 1)
    for minute in range(LATEST + 1):
        warehouse.work(minute)
    assert state.sales.shipments == {}


def test_a_living_world_ships_what_came_and_a_quiet_one_does_not(run_sandbox: RunSandbox) -> None:
    for quiet in (False, True):
        world = run_sandbox(speed=0, products=50, quiet=quiet).world
        world.commerce.add_product("HELD", name="Held", price="10", quantities={US_SOURCE: 99})
        order = create_order(world.commerce.sales, world.commerce.stores, entity(("HELD", 2)), 1, world.now())
        world.clock.skip((LATEST + AGAIN + 2) * 60)
        world.move()
        assert int(order.items[0].to_ship()) == (2 if quiet else 0)
