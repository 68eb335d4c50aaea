"""A believable world from a seed: a catalog, what is listed of it, and every situation that a seller meets.

Products come in blocks, alike in their situations (`channelkit.sandbox.situations`). Fewer than a third of the listings
need a change at first.
"""

from __future__ import annotations

import gc
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from channelkit.sandbox import stores
from channelkit.sandbox.amazon.items import Item
from channelkit.sandbox.amazon.listings import Issue, Listing, Shelf
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.names import BOOK, COLOURS, Named, make_asin, make_code, make_name
from channelkit.sandbox.situations import BLOCK, COMPOSITE, FOUND, MISSING, ODD_SKUS, SITUATIONS, SUPPRESSED, UNLISTED
from channelkit.sandbox.suggested import LIST_PRICE, suggest
from channelkit.sandbox.world import World

DAY = 86_400.0
EURO_CENTS_PER_DOLLAR = 92
NEW_SUGGESTED = 8
"""The suggested price of one product in so many is new: the seller did not tell Amazon of it yet."""

RELATED = 10**9
"""Added to the number of an item, it numbers the items that are related to it."""


@dataclass
class _Plan:
    """One product with all that is decided about it."""

    number: int
    situation: str
    sku: str
    named: Named
    kind: str
    code: str
    cents: int
    units: int
    is_european: bool
    created: float
    prices: dict[str, int]


def make_world(seed: int, products: int = 300, clock: SandboxClock | None = None, *, quiet: bool = False) -> World:
    """Return a world with so many products.

    Arguments:
        seed: the same seed, number and clock give the same world.
        clock: the wall's by default.
        quiet: nothing happens by itself, as benchmarks want it.
    """
    clock = clock or SandboxClock.starting_now()
    amazon, commerce = AmazonState(clock, seed), CommerceState(clock)
    stores.add_accounts(amazon)
    stores.add_shop(commerce)
    # A million objects that all stay are no work for the collector.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        listed = _fill(amazon, commerce, seed, products, clock.now())
    finally:
        if was_enabled:
            gc.enable()
    return World(
        amazon,
        commerce,
        clock,
        seed,
        skus=listed,
        stores=(stores.US, stores.DE),
        credentials=stores.CREDENTIALS,
        quiet=quiet,
    )


def _fill(amazon: AmazonState, commerce: CommerceState, seed: int, products: int, now: float) -> list[str]:
    rng = random.Random(f"seed:{seed}")
    listed = []
    for number in range(products):
        plan = _decide(rng, number, seed, now)
        _add_product(commerce, plan)
        if _add_listings(amazon, plan, rng):
            listed.append(plan.sku)
    return listed


def _decide(rng: random.Random, number: int, seed: int, now: float) -> _Plan:
    named = make_name(rng, number)
    situation = SITUATIONS.get(number % BLOCK, "")
    kind = "isbn" if named.kind.product_type == BOOK else "ean" if ord(named.brand[-1]) % 2 else "upc"
    unique = number + seed * 10_000_000 % 10**9
    # Twins are two products with one code, so that their listing matches both.
    if situation == "twins":
        kind, unique = "upc", unique - (number % BLOCK == 18)
    code = make_code(unique, kind)
    cents = int(named.kind.from_cents + rng.random() * (named.kind.to_cents - named.kind.from_cents)) // 100 * 100 + 99
    return _Plan(
        number=number,
        situation=situation,
        sku=_sku(number, named),
        named=named,
        kind=kind,
        code=code,
        cents=cents,
        units=0 if "out of stock" in situation else 1 + int(rng.random() * 60),
        is_european=(number + number // BLOCK) % 5 < 3,
        created=now - 2 * DAY - int(rng.random() * 700 * DAY),
        prices={"price": cents, **suggest(number, seed, cents).by_code},
    )


def _sku(number: int, named: Named) -> str:
    place = BLOCK - 1 - number % BLOCK
    if number < BLOCK and place < len(ODD_SKUS):
        return ODD_SKUS[place]
    return f"{named.kind.product_type[:3]}-{named.model}"


def _add_product(commerce: CommerceState, plan: _Plan) -> None:
    if plan.situation == "third party":
        return
    named, situation = plan.named, plan.situation
    values: dict[str, Any] = {"brand": named.brand, "description": named.description, "model": named.model}
    if situation not in {"no asin", "by words"}:
        values[plan.kind] = plan.code
    if situation in {"by asin", "ready", "not listed, disabled", "not listed, out of stock"} or plan.number % 7 == 0:
        values["amazon_asin"] = make_asin(plan.number)
    if situation in {"by gtin", "no asin", "twins", *FOUND}:
        values.pop("amazon_asin", None)
    if situation == "variants":
        values["amazon_asin"] = make_asin(plan.number + RELATED)
    is_composite = situation in COMPOSITE
    prices = {} if is_composite or situation == "price missing" else plan.prices
    values |= {code: _decimal(cents) for code, cents in prices.items()}
    quantities = {} if is_composite else {stores.US_SOURCE: plan.units}
    if plan.is_european and not is_composite:
        quantities[stores.EU_SOURCE] = plan.units // 2 + (1 if plan.units else 0)
    commerce.add_product(
        plan.sku,
        name=named.title,
        price=values.pop("price", None),
        websites=["us", "eu"] if plan.is_european else ["us"],
        quantities=quantities,
        attributes=values,
        enabled="disabled" not in situation,
        type_id=situation if is_composite else "simple",
        category_ids=(commerce.categories.by_name[named.kind.name].id,),
        manage_stock=situation != "unmanaged",
        updated_at=plan.created,
    )
    if plan.is_european and prices:
        product = commerce.catalog.get(plan.sku)
        view = commerce.stores.view(stores.DE.store_view)
        euros = {code: _decimal(cents * EURO_CENTS_PER_DOLLAR // 100) for code, cents in prices.items()}
        commerce.write(product, euros, view.id)


def _add_listings(amazon: AmazonState, plan: _Plan, rng: random.Random) -> bool:
    situation, late = plan.situation, int(rng.random() * DAY)
    if situation in COMPOSITE or (situation == "no asin"):
        return False
    item = amazon.items.add(
        Item(
            asin=make_asin(plan.number),
            title=plan.named.title,
            brand=plan.named.brand,
            model=plan.named.model,
            product_type=plan.named.kind.product_type,
            code=plan.code,
            description=plan.named.description,
        )
    )
    _add_related(amazon, plan, item)
    if situation in UNLISTED or (situation == "twins" and plan.number % BLOCK == 18):
        return False
    american = amazon.shelf(stores.US.seller_id, stores.US.marketplace_id)
    # Most were told to Amazon long ago, or the first plan would be too sweeping to leave by itself.
    above = plan.prices.get(LIST_PRICE) if plan.number % NEW_SUGGESTED else None
    _list(amazon, american, item, plan, price=plan.cents, units=plan.units, late=late).list_price = above
    if plan.number % 10 == 0:
        canadian = amazon.shelf(stores.US.seller_id, "A2EUQ1WTGCTBG2")
        _list(amazon, canadian, item, plan, price=plan.cents * 137 // 100, units=plan.units, late=late)
    if plan.is_european:
        units = plan.units // 2 + (1 if plan.units else 0)
        german = amazon.shelf(stores.DE.seller_id, stores.DE.marketplace_id)
        euros = plan.cents * EURO_CENTS_PER_DOLLAR // 100
        listing = _list(amazon, german, item, plan, price=euros, units=units, late=late)
        listing.list_price = None if above is None else above * EURO_CENTS_PER_DOLLAR // 100
        if plan.number % 10 == 0:
            french = amazon.shelf(stores.DE.seller_id, "A13V1IB3VIYZZH")
            _list(amazon, french, item, plan, price=euros, units=units, late=late)
    if plan.number % 20 == 0:
        japanese = amazon.shelf(stores.JAPAN_SELLER, "A1VC38T7YXB528")
        _list(amazon, japanese, item, plan, price=plan.cents * 3 // 2, units=plan.units, late=late)
    return situation not in {"third party", "twins"}


def _add_related(amazon: AmazonState, plan: _Plan, item: Item) -> None:
    """Add the item that has the same code, or the family of variants that an item belongs to."""
    related = make_asin(plan.number + RELATED)
    if plan.situation == "several items":
        amazon.items.add(msgspec.structs.replace(item, asin=related, title=f"{item.title} (2nd offer page)"))
    elif plan.situation == "variants":
        item.family = related
        title = item.title.rpartition(",")[0]
        amazon.items.add(msgspec.structs.replace(item, asin=related, title=title, code="", parent=True, family=""))
        for place, colour in enumerate(COLOURS[:2], start=1):
            variant = msgspec.structs.replace(item, asin=make_asin(plan.number + RELATED + place), code="")
            variant.title = f"{title}, {colour}"
            amazon.items.add(variant)


def _list(amazon: AmazonState, shelf: Shelf, item: Item, plan: _Plan, *, price: int, units: int, late: int) -> Listing:
    situation = plan.situation
    sku = plan.sku
    if situation in {"by asin", "by gtin", "twins", "third party"}:
        sku = f"AMZ-{plan.number + 70_000:06d}"
    issues: tuple[Issue, ...] = ()
    if situation in {"incomplete", "no asin matched"}:
        issues = (MISSING,)
    elif situation == "suppressed":
        issues = (SUPPRESSED,)
    channel = "DEFAULT"
    if situation.startswith("fba"):
        channel = {"na": "AMAZON_NA", "eu": "AMAZON_EU", "fe": "AMAZON_JP"}[shelf.marketplace.region]
        units = 0 if situation == "fba empty" else units
    if situation == "out of stock":
        units = 3
    elif situation == "wrong quantity":
        units += 4
    elif situation == "unmanaged":
        units = 100
    if situation == "wrong price":
        price = price * 9 // 10
    return amazon.add_listing(
        shelf,
        sku,
        None if situation == "no asin matched" else item,
        price=price,
        quantity=units,
        created=plan.created,
        updated=plan.created + late,
        channel=channel,
        condition="3" if situation == "used" else "11",
        product_id=plan.code if situation in {"by gtin", "twins", "no asin matched"} or plan.number % 3 == 0 else "",
        title=plan.named.title if situation == "no asin matched" else "",
        note="Light wear on the edges, works perfectly." if situation == "used" else "",
        issues=issues,
        closed=situation == "closed",
    )


def _decimal(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
