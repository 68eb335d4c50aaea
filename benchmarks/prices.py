"""How quickly a million prices are made: ``python -m benchmarks.prices [LISTINGS] [--json FILE]``.

Twenty rules, five of them intelligent, over listings of which a tenth has offers of others, one in fifty of these new
and far below what its seller asked before; with MAP, MSRP, cost, tax and tiers. What is prepared is not measured; peak
memory is that of the whole process.
"""

from __future__ import annotations

import argparse
import json
import time
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.steps import Figures, peak_mb, timed
from channelkit.model.columns import Mask, Numbers
from channelkit.pricing.price import price
from channelkit.pricing.rules import Adjustment, Bound, Competitor, PriceRule, in_order
from channelkit.pricing.terms import FEES, OFFERS, PRICE_ROWS, Amounts, PriceFacts, PriceTerms
from channelkit.pricing.waterfall import trace

LISTINGS, SHARE, OFFERS_EACH = 1_000_000, 10, 8
NOW = 1_790_000_000_000
SECONDS, EXPLAIN_SECONDS, PEAK_MB = 5.0, 1.0, 3_000.0
"""Targets for a million listings through twenty rules on two cores, and for one listing's steps."""

TERMS = PriceTerms(
    currency="USD",
    digits=2,
    time_zone="America/Los_Angeles",
    source="amazon_price",
    minimum="map",
    list_price="msrp",
    cost="cost",
    rates={"EUR": Decimal("1.0837")},
    vat=Decimal("7.25"),
    business=True,
    tiers=((5, Decimal(5)), (10, Decimal(8))),
    floor_margin=Decimal(3),
)


def make_rules() -> tuple[PriceRule, ...]:
    """Return twenty rules, five of them intelligent."""
    rules = [
        PriceRule(
            f"standard-{place:02}",
            f"Standard {place}",
            priority=place + 1,
            discard=place == 14,
            adjustment=Adjustment(
                "increase" if place % 3 else "decrease", "percent" if place % 2 else "fixed", Decimal(place) / 4
            ),
        )
        for place in range(15)
    ]
    competitors = (
        Competitor("featured"),
        Competitor("lowest"),
        Competitor("lowest", 95, 1_000),
        Competitor("lowest", conditions="matching"),
        Competitor("lowest", conditions="variance", variances={"used_good": Decimal(80)}),
    )
    floor = Bound("cost", Adjustment("increase", "percent", Decimal(3)))
    ceiling = Bound("msrp", Adjustment("decrease", "percent", Decimal(2)))
    rules += [
        PriceRule(
            f"rival-{place}",
            f"Rival {place}",
            priority=3 * place + 2,
            adjustment=Adjustment("decrease", "fixed", Decimal("0.01")),
            competitor=competitor,
            floor=floor,
            ceiling=ceiling,
        )
        for place, competitor in enumerate(competitors)
    ]
    return in_order(rules)


def make_rows(count: int) -> pa.Table:
    """Return listings in no order of their products, one in five hundred with an override."""
    random = np.random.default_rng(7)
    products = random.permutation(count)
    override = pa.array(random.integers(500, 90_000, count), mask=random.random(count) > 1 / 500)
    condition = pa.array(["new_new", "used_good", None]).take(pa.array(random.choice(3, count, p=(0.8, 0.1, 0.1))))
    columns = {
        "seller_sku": _named("SELLER-", products),
        "product_sku": _named("SKU-", products),
        "asin": _named("B0", products),
        "condition": condition,
        "override": override,
        "shipping": pa.array(random.integers(0, 2, count) * 499),
    }
    return pa.table(columns, schema=PRICE_ROWS).append_column("listed", pa.array(random.random(count) < 0.9))


def make_facts(count: int) -> PriceFacts:
    """Return what products have in five price attributes, some in euros, and the offers for a tenth of them."""
    random = np.random.default_rng(8)
    cents = random.integers(500, 50_000, count)
    currencies = pa.DictionaryArray.from_arrays((random.random(count) < 0.1).astype(np.int8), pa.array(["USD", "EUR"]))
    shares = {"price": (1.0, 100), "amazon_price": (0.3, 98), "map": (0.2, 60), "msrp": (0.7, 130), "cost": (0.9, 50)}
    amounts = {
        code: Amounts(_written(cents * percent // 100, random.random(count) > share), currencies)
        for code, (share, percent) in shares.items()
    }
    skus = np.arange(count)
    fees = pa.table(
        {
            "seller_sku": _named("SELLER-", skus[: count // SHARE]),
            "price": pa.array(cents[: count // SHARE]),
            "referral": pa.array(cents[: count // SHARE] * 15 // 100),
            "fulfillment": pa.array(np.full(count // SHARE, 350)),
            "other": pa.array(np.zeros(count // SHARE, np.int64)),
        },
        schema=FEES,
    )
    return PriceFacts(_named("SKU-", skus), amounts, offers=_make_offers(cents, random), fees=fees)


def make_masks(rules: tuple[PriceRule, ...], count: int) -> list[Mask]:
    """Return for which products each rule holds: standard ones for a half, intelligent ones for those with offers."""
    random = np.random.default_rng(9)
    has_offers = np.arange(count) < count // SHARE
    return [has_offers if rule.is_intelligent else random.random(count) < 0.5 for rule in rules]


def measure(count: int) -> Figures:
    """Make prices of so many listings, then tell how one of them came about."""
    figures = Figures()
    rules, rows, facts = make_rules(), make_rows(count), make_facts(count)
    masks = make_masks(rules, count)
    figures["prepared_mb"] = peak_mb()
    of_processor = time.process_time()
    with timed(figures, "seconds"):
        priced = price(rows, facts, rules, masks, TERMS, now=NOW)
    figures["processor_seconds"] = time.process_time() - of_processor
    figures["peak_mb"] = peak_mb()
    figures["listings"], figures["offers"] = float(count), float(facts.offers.num_rows)
    figures["priced"] = float(count - priced["price"].null_count)
    figures["from_competitors"] = float(priced["competitor"].length() - priced["competitor"].null_count)
    begun = time.perf_counter()
    steps = trace(rows.slice(0, 1), facts, rules, masks, TERMS, now=NOW)
    figures["explain_seconds"], figures["steps"] = time.perf_counter() - begun, float(len(steps))
    return figures


def _named(prefix: str, numbers: Numbers) -> pa.Array:
    texts = np.char.add(prefix, np.char.zfill(numbers.astype(str), 8))
    return pa.array(texts.tolist(), pa.string())


def _written(cents: Numbers, is_empty: Mask) -> pa.Array:
    texts = [f"{each // 100}.{each % 100:02}0000" for each in cents.tolist()]
    return pa.array(texts, pa.string(), mask=is_empty)


def _make_offers(cents: Numbers, random: np.random.Generator) -> pa.Table:
    items = np.repeat(np.arange(len(cents) // SHARE), OFFERS_EACH)
    count = len(items)
    places = random.choice(3, count, p=(0.8, 0.1, 0.1))
    columns = {
        "asin": _named("B0", items),
        "condition": pa.array(["New", "Used", "Used"]).take(pa.array(places)),
        "subcondition": pa.array(["New", "Good", "VeryGood"]).take(pa.array(places)),
        "price": pa.array(cents[items] * random.integers(70, 130, count) // 100),
        "shipping": pa.array(random.integers(0, 2, count) * 399),
        "points": pa.array(np.zeros(count, np.int64)),
        "feedback": pa.array(random.integers(70, 101, count)),
        "ratings": pa.array(random.integers(0, 20_000, count)),
        "featured": pa.array(np.arange(count) % OFFERS_EACH == 0),
        "ours": pa.array(np.arange(count) % OFFERS_EACH == 1),
        "asked_at": pa.array(NOW - random.integers(0, 5 * 3_600_000, count)),
        "since": pa.array(NOW - 6 * 3_600_000 - random.integers(0, 10**8, count)),
        "was": pa.array(cents[items] * np.where(random.random(count) < 1 / 50, 3, 1)),
    }
    return pa.table(columns, schema=OFFERS)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prices", description=__doc__)
    parser.add_argument("listings", nargs="?", type=int, default=LISTINGS)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures")
    chosen = parser.parse_args()
    figures = {name: round(value, 4) for name, value in measure(chosen.listings).items()}
    aims = {"seconds": SECONDS, "explain_seconds": EXPLAIN_SECONDS, "peak_mb": PEAK_MB}
    for name, value in figures.items():
        print(f"{name:<20}{value:>16,.2f}" + (f"   target {aims[name]:,.0f}" if name in aims else ""))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
