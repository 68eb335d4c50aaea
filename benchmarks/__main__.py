"""``python -m benchmarks [--json FILE] [--sizes 10000,100000,1000000] [--repeats N]``: measure and print a table."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from statistics import median

Figures = dict[str, float]

LARGEST_CYCLE = 100_000
"""Listings of a cycle through the sandbox's servers, unless more is asked for: a million takes half an hour."""

ROWS = (
    # label, step, figure, target for a million, bare step beside it
    ("parse the report", "parse", "seconds", 4.0, "parse_bare"),
    ("store it the first time", "store_first", "seconds", 20.0, "store_bare"),
    ("store it again, 1 % changed", "store_again", "seconds", 8.0, ""),
    ("decide: match, classify, plan", "decide", "seconds", 8.0, ""),
    ("  load the facts for it", "decide", "load_seconds", None, ""),
    ("  keep the decision", "decide", "record_seconds", None, ""),
    ("decide in the next cycle", "decide_again", "seconds", None, ""),
    ("  load the facts for it", "decide_again", "load_seconds", None, ""),
    ("  keep the decision", "decide_again", "record_seconds", None, ""),
    ("store a catalog the first time", "store_products", "seconds", None, ""),
    ("a rule of 20 conditions over all products", "rule", "seconds", 10.0, ""),
    ("  its answers alone", "rule", "mask_seconds", None, ""),
    ("preview what that rule would do", "preview", "seconds", 10.0, ""),
    ("explain one listing", "explain", "seconds", 1.0, ""),
    ("  the first of a process", "explain", "first_seconds", None, ""),
    ("  its timeline alone", "explain", "timeline_seconds", None, ""),
    ("  file the history", "explain", "file_seconds", None, ""),
    ("how all listings stood at a past moment", "look_back", "seconds", None, ""),
    ("explain one price, through 20 rules", "explain_price", "seconds", 1.0, ""),
    ("  the first of a process", "explain_price", "first_seconds", None, ""),
    ("preview what 20 price rules would do", "preview_prices", "seconds", 30.0, ""),
    ("decide with 20 price rules", "decide_prices", "seconds", None, ""),
    ("  its guards alone", "decide_prices", "guard_seconds", 1.5, ""),
    ("whose offers to ask about next", "ask_next", "offers_seconds", 1.0, ""),
    ("  whose fees", "ask_next", "fees_seconds", 1.0, ""),
    ("read all, first time (sandbox)", "cycle", "pull_seconds", None, ""),
    ("first cycle, sends what fits (sandbox)", "cycle", "first_seconds", None, ""),
    ("one whole cycle (sandbox)", "cycle", "seconds", None, ""),
)
BARE = {"parse_bare": "pyarrow.csv", "store_bare": "csv + sqlite3"}
MEASURED = ("parse_bare", "parse", "store_bare", "store_first", "store_again")
ONCE = ("store_products", "rule", "decide", "decide_again", "preview")
PAST = ("explain", "look_back")
PRICES = ("keep_prices", "explain_price", "preview_prices", "decide_prices", "ask_next")
PEAK_TARGET = 2_500.0
START_UP = (
    ("help_seconds", "--help", 0.3),
    ("empty_cycle_seconds", "empty cycle", 1.0),
    ("empty_notebook_seconds", "empty cycle in the notebook", 3.0),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures, flat")
    parser.add_argument("--sizes", default="10000,100000,1000000", help="listings, with commas between")
    parser.add_argument("--repeats", type=int, default=1, help="times that each step is measured; the median counts")
    parser.add_argument("--largest-cycle", type=int, default=LARGEST_CYCLE, help="listings of a cycle at the most")
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    found: Figures = {}
    for size in sizes:
        for step, figures in measure(size, chosen.repeats, size <= chosen.largest_cycle).items():
            found |= {f"{step}_{size}_{name}": round(value, 4) for name, value in figures.items()}
    with tempfile.TemporaryDirectory(prefix="channelkit-bench-") as folder:
        _say("starting up")
        found |= {name: round(value, 4) for name, value in _run("benchmarks.loops", folder).items()}
    found |= growth(found, sizes)
    print_table(found, sizes)
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def measure(size: int, repeats: int, with_cycle: bool) -> dict[str, Figures]:
    """Measure every step at one size, each in a process of its own, and if wished a cycle through the sandbox."""
    with tempfile.TemporaryDirectory(prefix="channelkit-bench-") as folder:
        _say(f"{size:,} listings: preparing")
        _run("benchmarks.steps", "prepare", folder, str(size))
        all_found: dict[str, list[Figures]] = {}
        for _ in range(repeats):
            for step in MEASURED:
                _say(f"{size:,} listings: {step}")
                all_found.setdefault(step, []).append(_run("benchmarks.steps", step, folder, str(size)))
        for step in ONCE:
            _say(f"{size:,} listings: {step}")
            all_found[step] = [_run("benchmarks.steps", step, folder, str(size))]
        for step in PAST:
            _say(f"{size:,} listings: {step}")
            all_found[step] = [_run("benchmarks.past", step, folder, str(size))]
        for step in PRICES:
            _say(f"{size:,} listings: {step}")
            all_found[step] = [_run("benchmarks.price_store", step, folder, str(size))]
    found = {step: {name: median(run[name] for run in runs) for name in runs[0]} for step, runs in all_found.items()}
    if with_cycle:
        with tempfile.TemporaryDirectory(prefix="channelkit-bench-") as folder:
            _say(f"{size:,} listings: a cycle against the sandbox")
            found["cycle"] = _run("benchmarks.loops", folder, str(size))
    return found


def growth(found: Mapping[str, float], sizes: list[int]) -> Figures:
    """Return how many times longer each step takes with ten times the rows."""
    ratios = {}
    for small, large in pairwise(sizes):
        for _, step, name, *_ in ROWS:
            before, after = (found.get(f"{step}_{size}_{name}") for size in (small, large))
            if before and after:
                ratios[f"{step}_{name}_growth_{small}_{large}"] = round(after / before, 2)
    return ratios


def print_table(found: Mapping[str, float], sizes: list[int]) -> None:
    """Print seconds by step and size, with the bare tool beside ours and the growth from size to size."""
    width = max(len(label) for label, *_ in ROWS) + 2
    print(f"\n{'seconds':<{width}}" + "".join(f"{size:>12,}" for size in sizes) + "  growth        target at 1,000,000")
    for label, step, name, target, bare in ROWS:
        values = [found.get(f"{step}_{size}_{name}") for size in sizes]
        ratios = [
            f"x{found[key]:.1f}"
            for pair in pairwise(sizes)
            if (key := f"{step}_{name}_growth_{pair[0]}_{pair[1]}") in found
        ]
        aim = "" if target is None else f"{target:.0f} s"
        print(f"{label:<{width}}" + _cells(values, 2) + f"  {' '.join(ratios):<13} {aim}")
        if bare:
            bares = [found.get(f"{bare}_{size}_seconds") for size in sizes]
            times = [f"{a / b:.1f}" for a, b in zip(values, bares, strict=True) if a and b]
            print(
                f"{'  bare ' + BARE[bare]:<{width}}"
                + _cells(bares, 2)
                + f"  ours takes {', '.join(times)} times as long"
            )
    print(f"\n{'peak memory in MB':<{width}}")
    for step in (*MEASURED, *ONCE, *PAST, *PRICES, "cycle"):
        print(f"{'  ' + step:<{width}}" + _cells([found.get(f"{step}_{size}_peak_mb") for size in sizes], 0))
    print(f"{'  target':<{width}}{'below':>{12 * len(sizes) - 6}} {PEAK_TARGET:,.0f}")
    for label, name in (("API calls in one cycle", "calls"), ("  of them sending changes", "calls_that_send")):
        print(f"{label:<{width}}" + _cells([found.get(f"cycle_{size}_{name}") for size in sizes], 0))
    print("\nstarting up")
    for name, label, target in START_UP:
        print(f"  {label:<{width - 2}}{found[name]:>12.2f}  target {target:.1f} s")


def _cells(values: list[float | None], digits: int) -> str:
    return "".join(f"{'-':>12}" if value is None else f"{value:>12,.{digits}f}" for value in values)


def _run(module: str, *arguments: str) -> Figures:
    done = subprocess.run([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(arguments)} ended with {done.returncode}.")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
