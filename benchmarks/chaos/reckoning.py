"""The reckoning: what the sandbox knows to be true of every order and unit, against what the kit has made of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from benchmarks.chaos.scene import Scene
from channelkit.database import order_journal
from channelkit.database.stands import load_stands
from channelkit.database.stock_ledger import held_by_product
from channelkit.sandbox.amazon.orders import CANCELLED, OPEN, PARTIALLY_SHIPPED, SHIPPED, UNSHIPPED, Order
from channelkit.sandbox.commerce.sales import Order as Copy
from channelkit.sandbox.commerce.stock import UNIT


@dataclass
class Reckoning:
    """What is wrong, each with the orders or products that it is wrong with.

    Arguments:
        placed: orders on Amazon, of all stores that the kit has.
        copied: those that Commerce has.
        lost: orders that ought to be in Commerce and are not.
        doubled: orders that Commerce has more than once.
        differing: copies whose total or units are not the order's.
        uncancelled: orders that were cancelled on one side and stand on the other, although nothing was shipped.
        unconfirmed: copies with shipments that Amazon does not know, or has more of than were shipped.
        unrefunded: returns that came back and are not refunded in Commerce exactly once.
        residual: units by product that the kit holds too many of, or too few.
        told: how each order stands that something is wrong with.
    """

    placed: int = 0
    copied: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    uncancelled: list[str] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    unrefunded: list[str] = field(default_factory=list)
    residual: dict[str, Decimal] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.told and not self.residual


def reckon(scene: Scene) -> Reckoning:
    """Look at every order and every product of a scene in which nothing moves any more."""
    found = Reckoning()
    world, shelves = scene.world, scene.shelves
    places = {(shelf.seller_id, shelf.marketplace.id) for shelf in shelves.values()}
    returned: Counter[str] = Counter()
    for made in world.amazon.sales.returns:
        if made.received_at:
            returned[made.order_id] += made.units
    copies: dict[str, list[Copy]] = {}
    for copy in world.commerce.sales.orders.values():
        copies.setdefault(str(copy.fields.get("ext_order_id") or ""), []).append(copy)
    for order in world.amazon.orders:
        if (order.seller_id, order.marketplace_id) in places:
            found.placed += 1
            _look_at(found, order, copies.get(order.order_id, []), returned[order.order_id])
    found.residual = find_residual(scene)
    wrong = {*found.lost, *found.doubled, *found.differing, *found.uncancelled, *found.unconfirmed, *found.unrefunded}
    found.told = [describe(scene, order_id) for order_id in sorted(wrong)]
    return found


def _look_at(found: Reckoning, order: Order, copies: list[Copy], returned: int) -> None:
    wanted = {SHIPPED} if order.by_amazon else {UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED}
    found.copied += bool(copies)
    if not copies:
        if order.status in wanted:
            found.lost.append(order.order_id)
        return
    if len(copies) > 1:
        found.doubled.append(order.order_id)
        return
    copy = copies[0]
    ordered = {line.item_id: line.ordered for line in order.lines}
    theirs = {str(item.fields.get("ext_order_item_id")): int(item.amount("qty_ordered")) for item in copy.items}
    is_whole = order.status != CANCELLED and not any(line.cancelled for line in order.lines)
    if theirs != ordered or (is_whole and int(copy.amount("grand_total").scaleb(2)) != order.total):
        found.differing.append(order.order_id)
    shipped = {str(item.fields.get("ext_order_item_id")): int(item.amount("qty_shipped")) for item in copy.items}
    if not any(shipped.values()) and (order.status == CANCELLED) != (copy.state == "canceled"):
        found.uncancelled.append(order.order_id)
    if order.status in OPEN | {SHIPPED} and not order.by_amazon:
        known = {line.item_id: line.fulfilled for line in order.lines}
        if known != shipped:
            found.unconfirmed.append(order.order_id)
    if returned != sum(int(item.amount("qty_refunded")) for item in copy.items):
        found.unrefunded.append(order.order_id)


def describe(scene: Scene, order_id: str) -> str:
    """Tell in a line how an order stands on both sides, and what the journal has of it."""
    world = scene.world
    order = world.amazon.sales.get(order_id)
    copies = [(copy.number, copy.state) for copy in world.commerce.sales.find_by_ext_order_id(order_id)]
    with scene.kit() as kit, kit.database.read() as connection:
        stood = [
            (stand.stage, stand.blocker, stand.note)
            for store in kit.stores
            for stand in load_stands(connection, store, order_ids=[order_id])
        ]
        changes = [
            (change.kind, change.key, change.state, change.code, change.note)
            for store in kit.stores
            for change in order_journal.load(connection, store, order_ids=[order_id])
        ]
    return f"{order_id} {order.status} {[line.sku for line in order.lines]} {copies=} {stood=} {changes=}"


def find_residual(scene: Scene) -> dict[str, Decimal]:
    """Return the units by product that the kit holds too many of; below zero too few.

    What Commerce calls salable, less what is held, must be what is really there: the goods at the sources, less what
    orders of either side are still to get.
    """
    world, residual = scene.world, dict[str, Decimal]()
    commerce = world.commerce
    owed: Counter[tuple[str, int]] = Counter()
    for copy in commerce.sales.orders.values():
        stock = commerce.inventory.stock_of(_website(scene, copy))
        for item in copy.items:
            owed[item.sku.lower(), stock.id] += int(item.to_ship() * UNIT)
    with scene.kit() as kit:
        for website in {section.website for section in kit.settings.stores.values()}:
            stock = commerce.inventory.stock_of(website)
            with kit.database.read() as connection:
                rows = held_by_product(connection, *kit.parts.stock_websites(website)).to_pylist()
            held = {row["product_sku"].lower(): row["held"] for row in rows}
            for sku in {*held, *(sku for sku, place in owed if place == stock.id)}:
                product = commerce.catalog.find(sku)
                if product is None or not product.manage_stock:
                    continue
                # Salable less what is really free: sources are in both, and fall out.
                should = commerce.inventory.reservations.get((sku, stock.id), 0) + owed[sku, stock.id]
                difference = Decimal(held.get(sku, 0)) - Decimal(should) / UNIT
                if difference:
                    residual[product.sku] = difference
    return residual


def _website(scene: Scene, copy: Copy) -> str:
    stores = scene.world.commerce.stores
    return stores.websites[stores.views[copy.store_id].website_id].code
