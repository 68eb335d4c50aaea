"""How quickly one listing is explained, its story told, and a past moment brought back, among a million."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks.steps import HOUR, NOON, STORE, Figures, peak_mb, timed
from channelkit.database import history
from channelkit.database.connection import Database, open_database
from channelkit.reasons import find_reasons
from channelkit.report.past import as_of
from channelkit.report.subject import find_subject
from channelkit.report.timeline import read_timeline

ASKED = 12


def explain(folder: Path, count: int) -> Figures:
    """Explain listings here and there, with their story, as a card and as JSON; the slowest counts, and the first."""
    database, figures = _open(folder), Figures()
    with timed(figures, "file_seconds"):
        history.flush(database, at=NOON + 3 * HOUR, everything=True)
    taken = []
    for number in range(ASKED):
        sku = f"SKU-{number * count // ASKED:08d}"
        began = perf_counter()
        told = find_reasons(database, STORE, sku, NOON + 3 * HOUR)
        if not told._repr_html_() or not json.dumps(told.to_dict()):
            raise AssertionError(sku)
        taken.append(perf_counter() - began)
    with timed(figures, "timeline_seconds"):
        read_timeline(database, find_subject(database, "us", f"SKU-{count // 2:08d}"))
    database.close()
    return figures | {"seconds": max(taken[1:]), "first_seconds": taken[0]}


def look_back(folder: Path, _count: int) -> Figures:
    """Bring back how all listings stood before a hundredth of them changed, and before any of them had a tab."""
    database, figures = _open(folder), Figures()
    with timed(figures, "seconds"):
        found = as_of(database, "us", NOON + HOUR // 2)
    with timed(figures, "now_seconds"):
        as_of(database, "us", NOON + 3 * HOUR)
    database.close()
    return figures | {"rows": found.num_rows}


STEPS: dict[str, Callable[[Path, int], Figures]] = {step.__name__: step for step in (explain, look_back)}


def _open(folder: Path) -> Database:
    return open_database(f"sqlite:///{folder}/channelkit.db", folder / "history")


def main(name: str, folder: str, count: str) -> None:
    figures = STEPS[name](Path(folder), int(count))
    print(json.dumps(figures | {"peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
