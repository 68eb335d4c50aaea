"""Seconds and memory of matching by similarity, on a made-up catalog whose true pairs are known."""

from __future__ import annotations

import json
import subprocess
import sys
from time import perf_counter

import numpy as np
import pyarrow as pa

from benchmarks.steps import peak_mb
from channelkit.matching.candidates import Pairs, nearest
from channelkit.matching.comparison import compare_pairs
from channelkit.matching.similarity import compare
from channelkit.matching.wording import read_sides

Figures = dict[str, float]

SEED = 11
SCORED = 500_000
WHOLE = 30_000
"""Up to this many goods, the whole comparison is measured, too."""


def measure_speed(sizes: list[int]) -> Figures:
    """Measure each size in a process of its own, print a table, and return the figures."""
    found: Figures = {}
    print(f"{'goods on either side':>20}{'read':>8}{'search':>8}{'recall@5':>10}{'pairs/s':>10}{'whole':>8}{'MB':>8}")
    for size in sizes:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.matching_speed", str(size)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        one: Figures = json.loads(done.stdout.splitlines()[-1])
        print(
            f"{size:>20,}{one['read_seconds']:>8.1f}{one['search_seconds']:>8.1f}{one['recall_at_5']:>10.3f}"
            f"{one['pairs_a_second']:>10,.0f}{one.get('whole_seconds', float('nan')):>8.1f}{one['peak_mb']:>8,.0f}",
            flush=True,
        )
        found |= {f"speed_{size}_{name}": round(value, 4) for name, value in one.items()}
    return found


def make_catalogs(count: int) -> tuple[pa.Table, pa.Table]:
    """Return listings and products of which those at the same place are the same.

    Products come in families of four that differ in one word and in the model. Titles are of 8 to 10 words, rare and
    frequent ones as in any language, with a brand and, on most, a model number; a listing leaves some words out, adds
    others, and writes the model differently.
    """
    draw = np.random.default_rng(SEED)
    words = np.array([_spell(number) for number in range(max(2_000, count // 4))], object)
    rarity = 1 / np.arange(5, words.size + 5) ** 0.9
    brands = np.array([_spell(7 * number + 3).capitalize() for number in range(400)], object)
    length = draw.integers(6, 9, count)
    family = np.arange(count) // 4
    chosen = draw.choice(words, (count // 4 + 1, 9), p=rarity / rarity.sum())[family]
    chosen[:, 0] = draw.choice(words, count, p=rarity / rarity.sum())
    brand = brands[draw.integers(0, brands.size, count // 4 + 1)[family]]
    model = [f"{brand[row][:2].upper()}{draw.integers(10, 9999)}{'ABX'[row % 3]}" for row in range(count)]
    kept = draw.random((count, 9)) < 0.85
    with_model = draw.random(count) < 0.7
    noise = draw.choice(words, (count, 2), p=rarity / rarity.sum())
    products, listings = [], []
    for row in range(count):
        title = chosen[row, : length[row]]
        products.append(f"{brand[row]} {model[row]} {' '.join(title)}")
        own = [word for word, keep in zip(title, kept[row], strict=False) if keep]
        written = f"{model[row][:2]}-{model[row][2:]}".lower() if with_model[row] else ""
        listings.append(f"{brand[row]} {' '.join([*own, *noise[row]])} {written}")
    price = np.round(draw.lognormal(3, 1, count), 2)
    keys = pa.array(np.arange(count)).cast(pa.string())
    offered = np.round(price * draw.uniform(0.8, 1.2, count), 2)
    return (
        pa.table({"key": keys, "title": pa.array(listings, pa.string()), "price": offered}),
        pa.table({"key": keys, "title": pa.array(products, pa.string()), "price": price}),
    )


def _spell(number: int) -> str:
    """Return a word that can be spoken, a different one for each number."""
    text = ""
    number += 400
    while number:
        text += "bdfgklmnprstvz"[number % 14] + "aeiou"[number // 14 % 5]
        number //= 70
    return text


def measure_one(count: int) -> Figures:
    """Return the figures of one size."""
    listings, products = make_catalogs(count)
    start = perf_counter()
    left, right = read_sides(listings, products)
    found = {"read_seconds": perf_counter() - start}
    start = perf_counter()
    rows, places, _ = nearest(left.words, right.words, 5)
    found["search_seconds"] = perf_counter() - start
    found["candidates_seconds"] = found["read_seconds"] + found["search_seconds"]
    found["recall_at_5"] = float((rows == places).sum() / count)
    sample = np.sort(np.random.default_rng(SEED).permutation(rows.size)[:SCORED])
    start = perf_counter()
    compare_pairs(left, right, Pairs(rows[sample], places[sample]))
    found["score_seconds"] = perf_counter() - start
    found["pairs_a_second"] = sample.size / found["score_seconds"]
    if count <= WHOLE:
        none = pa.table(
            {"left": pa.array([], pa.string()), "right": pa.array([], pa.string()), "same": pa.array([], pa.bool_())}
        )
        start = perf_counter()
        compare(listings, products, none, seed=SEED)
        found["whole_seconds"] = perf_counter() - start
    return found | {"peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(measure_one(int(sys.argv[1]))))
