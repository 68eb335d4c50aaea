"""Cycles that are killed: at random points while orders live their lives, and at every point around a few of them."""

from __future__ import annotations

import random
import time as wall
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.chaos.life import Life
from benchmarks.chaos.nursery import Ended
from benchmarks.chaos.reckoning import Reckoning, find_residual, reckon
from benchmarks.chaos.scene import Scene, open_scene, say

PRODUCTS = 60
FEWEST_FOR_SCANS = 300
"""With fewer kills than this there are random ones alone."""
CALM_CYCLES = 40
"""After so many clean cycles without an end, whatever is still open stays open."""


@dataclass
class Chaos:
    """What happened.

    Arguments:
        kills: cycles that were killed.
        cycles: all of them.
        points: how often a cycle was killed at each kind of point.
        scanned: kills at every point around one thing, by its name.
        errors: what cycles said went wrong that were not killed, and how often.
        residual_along_the_way: units; where it was looked at before the end.
    """

    seed: int
    kills: int = 0
    cycles: int = 0
    points: Counter[str] = field(default_factory=Counter)
    scanned: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    cancellations: int = 0
    returns: int = 0
    shipments: int = 0
    minutes: float = 0.0
    simulated_hours: float = 0.0
    calm_cycles: int = 0
    reckoning: Reckoning = field(default_factory=Reckoning)

    def note(self, ended: Ended, scan: str = "") -> None:
        """Count one cycle."""
        self.cycles += 1
        if ended.killed:
            self.kills += 1
            self.points[ended.last] += 1
            if scan:
                self.scanned[scan] += 1
        if ended.error:
            self.errors[ended.error[:200]] += 1


def run_crashes(kills: int, seed: int, folder: Path, products: int = PRODUCTS) -> Chaos:
    """Kill cycles until enough were killed, let things come to rest, and reckon up.

    Arguments:
        kills: at least so many cycles are killed with SIGKILL.
        folder: is empty.
        products: of the sandbox's Commerce.
    """
    began, chaos = wall.monotonic(), Chaos(seed)
    rng = random.Random(f"chaos:{seed}")
    with open_scene(folder, seed=seed, products=products) as scene:
        scene.go_live()
        life = Life(scene, rng, find_goods(scene))
        start = scene.time.now()
        if kills >= FEWEST_FOR_SCANS:
            first = 1
            for name, happen in _scans(life).items():
                # Until it reads orders, a cycle does the same whatever it is that happens to them.
                first = _scan(chaos, life, name, happen, first)
                say(f"killed {chaos.scanned[name]} cycles at every point around {name}")
        _kill_at_random(chaos, life, kills, rng)
        come_to_rest(chaos, life)
        chaos.reckoning = reckon(scene)
        chaos.simulated_hours = (scene.time.now() - start) / 3600
        chaos.cancellations, chaos.returns, chaos.shipments = len(life.cancelled), len(life.returned), len(life.shipped)
    chaos.minutes = (wall.monotonic() - began) / 60
    return chaos


def find_goods(scene: Scene, most: int = 25) -> dict[str, dict[str, str]]:
    """Return seller SKUs by store that are Active, the merchant's own and linked, and the product that each is."""
    goods = {}
    with scene.kit() as kit:
        for name, store in kit.stores.items():
            frame = store.listings("Active")
            chosen = frame[(frame["fulfillment_channel"] == "DEFAULT") & frame["product_sku"].notna()]
            rows = sorted(zip(chosen["sku"], chosen["product_sku"], strict=True))[:most]
            goods[name] = {str(sku): str(product) for sku, product in rows if _is_managed(scene, str(product))}
    return goods


def _is_managed(scene: Scene, product: str) -> bool:
    found = scene.world.commerce.catalog.find(product)
    return found is not None and found.manage_stock


def _scans(life: Life) -> dict[str, Callable[[], object]]:
    """Return what is done before each kill of a scan, by what the scan is around."""
    return {
        "an order's creation": lambda: life.order(units=1),
        "a shipment's confirmation": lambda: life.ship() or life.order(units=1),
        "a cancellation on Amazon": lambda: life.cancel_on_amazon() or life.order(units=1),
        "a cancellation in Commerce": lambda: life.cancel_in_shop() or life.order(units=1),
    }


def _scan(chaos: Chaos, life: Life, name: str, happen: Callable[[], object], first: int) -> int:
    """Let one thing happen and kill the cycle at one point, then another and at the next, to the last one.

    Arguments:
        first: the number of the first point.

    Returns:
        The number of the first point that has to do with orders.
    """
    scene, fatal, matters = life.scene, first, 0
    for _ in range(3):
        # Something to cancel and to ship must be there.
        life.order(units=1)
        scene.time.skip(150)
        chaos.note(scene.run_cycle())
    while True:
        happen()
        life.fill_up()
        scene.time.skip(150)
        ended = scene.run_cycle(fatal)
        chaos.note(ended, name)
        if not ended.killed:
            return matters or first
        if not matters and "order" in ended.last:
            matters = fatal
        fatal += 1


def _kill_at_random(chaos: Chaos, life: Life, kills: int, rng: random.Random) -> None:
    scene, length, numbers = life.scene, 80, "commerce"
    step = max(1, kills // 20)
    while chaos.kills < kills:
        if rng.random() < 0.1:
            # Both sources of numbers, changed while orders are under way.
            numbers = "amazon" if numbers == "commerce" else "commerce"
            scene.number_orders(numbers)
        life.happen()
        scene.time.skip(rng.choice((60.0, 150.0, 300.0, 300.0, 700.0)))
        ended = scene.run_cycle(rng.randint(1, length) if rng.random() < 0.85 else 0)
        chaos.note(ended)
        if not ended.killed:
            length = max(20, ended.points)
            life.work_at_desk()
        elif chaos.kills % step == 0:
            say(f"{chaos.kills} of {kills} cycles killed, {life.placed} orders placed; the last one {ended.last}")


ROUND = 3
"""Calm cycles, after the last of which an hour has passed."""


def come_to_rest(chaos: Chaos, life: Life) -> None:
    """Run clean cycles until nothing moves any more on either side."""
    scene, still, before = life.scene, 0, ""
    life.calm()
    # A report on returns is asked for in one round, read in the next, and refunded in the one after.
    while still < 3 * ROUND and chaos.calm_cycles < CALM_CYCLES:
        # What may have been created is only created again after two looks ten minutes apart, and returns come hourly.
        scene.time.skip((*(660,) * (ROUND - 1), 3700)[chaos.calm_cycles % ROUND])
        chaos.note(scene.run_cycle())
        chaos.calm_cycles += 1
        life.work_at_desk(cancelling=False)
        now = _fingerprint(scene)
        still = still + 1 if now == before else 0
        before = now


def _fingerprint(scene: Scene) -> str:
    world, sales = scene.world, scene.world.commerce.sales
    copies = [(copy.state, [item.fields.get("qty_shipped") for item in copy.items]) for copy in sales.orders.values()]
    # What is on its way to a buyer moves on for days.
    orders = [(order.status, [line.fulfilled for line in order.lines]) for order in world.amazon.orders]
    return repr((copies, orders, sales.last, len(world.amazon.sales.returns), find_residual(scene)))
