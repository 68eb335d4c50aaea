"""The peak hour: two marketplaces that share their stock, buyers on both and in the shop, a cycle each five minutes."""

from __future__ import annotations

import random
import time as wall
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.chaos.demand import HOUR, Sizes, write_script
from benchmarks.chaos.on_hand import OnHand
from benchmarks.chaos.peak_world import PeakWorld
from benchmarks.chaos.reckoning import describe
from benchmarks.chaos.rivals import play_at_rivals_pace
from benchmarks.chaos.scene import CANADA, CANADIAN_VIEW, Scene, open_scene, say
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.stores import US, US_SOURCE
from channelkit.sandbox.world import World

CYCLE = 300.0
PROMISE = CYCLE + 60.0
"""Seconds: a cycle, and the longest that Amazon takes to show a quantity."""
LISTED_SHARE = 0.86
"""So many of the seeded products are listed by the merchant, after ``_list_in_canada`` in both marketplaces."""


@dataclass
class Peak:
    """What came of the hour.

    Arguments:
        ours, rivals: the books of both worlds.
        late: changes in the shop that Amazon did not show at the end.
        uncopied: orders that were not in Commerce at the end.
        cycle_seconds: how long each cycle took, by the world's time, while the hour lasted.
        errors: of cycles.
        told: how each order stands that is not in Commerce, and how units came to be oversold.
    """

    ours: OnHand
    rivals: OnHand
    listings: int = 0
    orders: int = 0
    seen_after: list[float] = field(default_factory=list)
    falls_seen_after: list[float] = field(default_factory=list)
    copied_after: list[float] = field(default_factory=list)
    late: int = 0
    uncopied: int = 0
    cycle_seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    minutes: float = 0.0


def run_peak(seed: int, folder: Path, sizes: Sizes | None = None) -> Peak:
    """Live through the hour with the real kit, under Amazon's real quotas, and once more at the pace of others.

    The time of a cycle counts: the world's clock runs with the processor's while anybody works.

    Arguments:
        folder: is empty.
    """
    began, sizes = wall.monotonic(), sizes or Sizes()
    products = round(sizes.listings / 2 / LISTED_SHARE)
    with open_scene(folder, seed=seed, products=products, pace=1.0, with_canada=True, prepare=_list_in_canada) as scene:
        world = scene.world
        world.amazon.throttling = False
        say(f"reading {sizes.listings:,} listings for the first time")
        seller_skus, scarce = _go_live(scene, seed, sizes)
        world.amazon.throttling = True
        # What the quotas gave for the beginning is full again an hour later.
        scene.time.skip(3600)
        scene.run_cycle()
        free = {product: int(world.commerce.salable(product, US.website)) for product in seller_skus}
        plenty = sorted(set(seller_skus) - set(scarce))
        script = write_script(seed, sizes, scarce, plenty)
        scene.time.skip(CYCLE)
        played = PeakWorld.on(
            world,
            scene.shelves,
            seller_skus=seller_skus,
            script=script,
            free=dict(free),
            promise=PROMISE,
            watched=scarce,
        )
        peak = Peak(played.book, play_at_rivals_pace(script, free, PROMISE, seed))
        peak.listings = sum(len(shelf.listings) for shelf in scene.shelves.values())
        _live(scene, played, peak)
    peak.minutes = (wall.monotonic() - began) / 60
    return peak


def _live(scene: Scene, played: PeakWorld, peak: Peak) -> None:
    """Run a cycle each five minutes through the hour, and then until everything has come."""
    step = tries = missing = cases = 0
    while True:
        due = played.began + step * CYCLE
        now = scene.time.now()
        if due > now:
            scene.time.skip(due - now)
        played.move()
        elapsed = due - played.began
        if elapsed > HOUR and not played.uncopied and not played.open_changes:
            break
        tries = tries + 1 if elapsed > HOUR and len(played.uncopied) == missing else 0
        missing = len(played.uncopied)
        if tries > 3:
            # What does not come in four cycles waits for a person.
            break
        started = scene.time.now()
        ended = scene.run_cycle()
        took = scene.time.now() - started
        if ended.error:
            peak.errors.append(ended.error)
        if elapsed <= HOUR:
            peak.cycle_seconds.append(took)
        say(
            f"minute {elapsed / 60:.0f}: a cycle of {took:.0f} s; {len(played.orders)} orders, "
            f"{len(played.uncopied)} of them not in Commerce; {played.book.oversold} units oversold, "
            f"{played.book.unavoidable} more unavoidably {ended.error}".rstrip()
        )
        for case in played.book.cases[cases:]:
            say(_tell_case(played, case))
        cases = len(played.book.cases)
        step += max(1, int((scene.time.now() - due) // CYCLE) + 1)
    peak.orders = len(played.orders)
    peak.seen_after, peak.copied_after = played.seen_after, played.copied_after
    peak.falls_seen_after = played.falls_seen_after
    peak.late, peak.uncopied = played.open_changes, len(played.uncopied)
    peak.told = [describe(scene, order_id) for order_id in played.uncopied[:20]]
    peak.told += [_tell_case(played, case) for case in played.book.cases[:20]]


def _tell_case(played: PeakWorld, case: tuple[float, str, int]) -> str:
    """Return how units came to be oversold, in words."""
    at, sku, units = case
    story = [f"{when - at:+.0f} s {what} {count}" for when, what, count in played.book.happened[sku]]
    return f"{units} of {sku} oversold at second {at - played.began:.0f}: {', '.join(story)}"


def _go_live(scene: Scene, seed: int, sizes: Sizes) -> tuple[dict[str, str], list[str]]:
    """Let both stores come to rest; return the seller SKUs of what is sold, by product, and which of them is scarce."""
    commerce = scene.world.commerce
    scene.go_live()
    scene.settle()
    found = _find_goods(scene)
    rng = random.Random(f"scarce:{seed}")
    scarce = sorted(rng.sample(sorted(found), min(sizes.scarce, len(found) // 3)))
    for product in scarce:
        units = int(commerce.salable(product, US.website))
        commerce.change_stock(product, rng.randint(1, 6) - units, US_SOURCE)
    scene.settle()
    shelf = scene.shelves["us"]
    # What Amazon shows as the shop has it, and nothing else, is what the hour is about.
    settled = {
        product: sku
        for product, sku in found.items()
        if shelf.listings[sku].quantity == commerce.salable(product, US.website) > 0
    }
    return settled, [product for product in scarce if product in settled]


def _find_goods(scene: Scene) -> dict[str, str]:
    """Return the seller SKU of each product that both stores offer, once each, and that is managed."""
    with scene.kit() as kit:
        frames = [store.listings("Active") for store in kit.stores.values()]
    linked: list[dict[str, str]] = []
    for frame in frames:
        chosen = frame[(frame["fulfillment_channel"] == "DEFAULT") & frame["product_sku"].notna()]
        linked.append(dict(zip(chosen["sku"], chosen["product_sku"], strict=True)))
    american, canadian = linked
    both = {sku: product for sku, product in american.items() if canadian.get(sku) == product}
    names: dict[str, list[str]] = {}
    for sku, product in both.items():
        names.setdefault(product, []).append(sku)
    catalog = scene.world.commerce.catalog
    return {product: skus[0] for product, skus in names.items() if len(skus) == 1 and catalog.get(product).manage_stock}


def _list_in_canada(world: World) -> None:
    """Sell everything that the merchant sells in the United States in Canada, too, from the same stock."""
    commerce = world.commerce
    commerce.add_website(CANADA, "Canada", base_currency="CAD")
    commerce.add_store_view(CANADA, CANADIAN_VIEW, "English", locale="en_CA", timezone="America/Toronto")
    commerce.inventory.assign(CANADA, commerce.inventory.stock_of(US.website).id)
    american_id, canadian_id = (commerce.stores.website(code).id for code in (US.website, CANADA))
    for product in commerce.catalog.walk():
        if american_id in product.website_ids:
            product.website_ids = (*product.website_ids, canadian_id)
    american: Shelf = world.amazon.shelf(US.seller_id, US.marketplace_id)
    canadian = world.amazon.shelf(US.seller_id, "A2EUQ1WTGCTBG2")
    for listing in american.listings.values():
        if listing.by_amazon or listing.sku in canadian.listings or listing.item is None:
            continue
        world.amazon.add_listing(
            canadian,
            listing.sku,
            listing.item,
            price=listing.price,
            quantity=listing.quantity,
            created=listing.created / 1000,
            condition=listing.condition,
            product_id=listing.product_id,
            note=listing.note,
        )


def quantile(values: list[float], share: float) -> float:
    """Return the value that a share of them does not exceed; nothing for no values."""
    return round(float(np.quantile(values, share)), 1) if values else 0.0
