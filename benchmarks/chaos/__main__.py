"""``python -m benchmarks.chaos [--kills 500] [--seed N] [--json FILE]``: kill cycles, live through a peak hour, count.

Every run prints its seed; the same seed kills at the same points of the same orders.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import sys
import tempfile
from pathlib import Path

from benchmarks.chaos.crashes import Chaos, run_crashes
from benchmarks.chaos.demand import Sizes
from benchmarks.chaos.peak import Peak, quantile, run_peak
from benchmarks.chaos.scene import say

Figures = dict[str, float]


def main() -> int:
    """Run both parts, print what came of them, and say by the exit code whether anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=500, help="cycles that are killed with SIGKILL")
    parser.add_argument("--seed", type=int, default=0, help="replays the run that printed it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures, flat")
    parser.add_argument("--peak", type=float, default=1.0, help="the share of the peak hour's size; 0 leaves it out")
    chosen = parser.parse_args()
    if not hasattr(os, "fork"):
        print("Cycles are killed as processes of their own, which this system cannot copy. Run it on Linux or macOS.")
        return 2
    if os.environ.get("PYTHONHASHSEED") != "0":
        # In which order a set is walked through must not differ from run to run.
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "PYTHONHASHSEED": "0"})
    seed = chosen.seed or 1 + secrets.randbelow(1_000_000)
    say(f"seed {seed}")
    # Answers that are lost on purpose are no news.
    logging.getLogger("channelkit").setLevel(logging.CRITICAL)
    figures: Figures = {"seed": seed}
    with tempfile.TemporaryDirectory(prefix="channelkit-chaos-") as folder:
        if chosen.kills:
            chaos = run_crashes(chosen.kills, seed, _made(folder, "crashes"))
            figures |= sum_crashes(chaos)
            tell_crashes(chaos)
        if chosen.peak:
            peak = run_peak(seed, _made(folder, "peak"), Sizes().scaled(chosen.peak))
            figures |= sum_peak(peak)
            for line in (*peak.told, *sorted(set(peak.errors))):
                say(line)
    figures["minutes"] = round(figures.get("crash_minutes", 0.0) + figures.get("peak_minutes", 0.0), 1)
    for name, value in figures.items():
        print(f"{name:<32}{value:>14,}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return int(any(figures.get(name, 0) for name in ("orders_lost", "orders_doubled", "ledger_residual")))


def sum_crashes(chaos: Chaos) -> Figures:
    """Return the figures of the killed cycles."""
    found = chaos.reckoning
    return {
        "kills": chaos.kills,
        "kills_in_scans": chaos.scanned.total(),
        "cycles": chaos.cycles,
        "points_tried": len(chaos.points),
        "orders_placed": found.placed,
        "orders_in_commerce": found.copied,
        "orders_lost": len(found.lost),
        "orders_doubled": len(found.doubled),
        "orders_differing": len(found.differing),
        "cancellations_lost": len(found.uncancelled),
        "shipments_lost": len(found.unconfirmed),
        "refunds_lost_or_doubled": len(found.unrefunded),
        "ledger_residual": float(sum(abs(units) for units in found.residual.values())),
        "shipments": chaos.shipments,
        "cancellations": chaos.cancellations,
        "returns": chaos.returns,
        "cycles_with_errors": chaos.errors.total(),
        "calm_cycles": chaos.calm_cycles,
        "crash_minutes": round(chaos.minutes, 1),
    }


def sum_peak(peak: Peak) -> Figures:
    """Return the figures of the peak hour, in both worlds."""
    return {
        "peak_listings": peak.listings,
        "peak_orders": peak.orders,
        "peak_units": peak.ours.units,
        "oversold_units": peak.ours.oversold,
        "unavoidable_units": peak.ours.unavoidable,
        "oversold_units_at_rivals_pace": peak.rivals.oversold,
        "unavoidable_units_at_rivals_pace": peak.rivals.unavoidable,
        "oversold_units_in_shop": peak.ours.oversold_in_shop,
        "stock_to_amazon_p50_s": quantile(peak.seen_after, 0.5),
        "stock_to_amazon_p95_s": quantile(peak.seen_after, 0.95),
        "stock_fall_to_amazon_p95_s": quantile(peak.falls_seen_after, 0.95),
        "stock_changes_not_seen": peak.late,
        "order_to_commerce_p50_s": quantile(peak.copied_after, 0.5),
        "order_to_commerce_p95_s": quantile(peak.copied_after, 0.95),
        "peak_orders_not_in_commerce": peak.uncopied,
        "cycle_p50_s": quantile(peak.cycle_seconds, 0.5),
        "cycle_p95_s": quantile(peak.cycle_seconds, 0.95),
        "peak_cycles_with_errors": len(peak.errors),
        "peak_minutes": round(peak.minutes, 1),
    }


def tell_crashes(chaos: Chaos) -> None:
    """Say what is wrong, order by order, and what cycles complained of."""
    for line in chaos.reckoning.told:
        say(line)
    for sku, units in chaos.reckoning.residual.items():
        say(f"residual: {sku} {units:+}")
    for words, count in chaos.errors.most_common():
        say(f"{count} cycles: {words}")


def _made(folder: str, name: str) -> Path:
    made = Path(folder) / name
    made.mkdir()
    return made


if __name__ == "__main__":
    sys.exit(main())
