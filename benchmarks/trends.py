"""How quickly the past is told: figures by day, every reader of trends, every chart of the dashboard, a whole report.

``python -m benchmarks.trends [FOLDER] [ROWS] [--only NAMES] [--json FILE]`` makes two stores' past in a folder where
there is none yet, measures each step in a process of its own, and prints seconds and memory. What is there already is
measured again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa

from benchmarks.steps import Figures, peak_mb, timed
from benchmarks.trend_inputs import LA, NOW, SITES, make_past
from channelkit.database import daily, retention
from channelkit.database.connection import Database, open_database
from channelkit.database.trend_schema import daily_crossings, daily_flows, daily_moves, daily_prices, daily_tabs
from channelkit.model.days import DAY, day_of, shift
from channelkit.report.asking import asked_period
from channelkit.report.dashboard import MAKERS
from channelkit.report.dashboard_scope import Scope, read_scope
from channelkit.report.delays import TARGETS
from channelkit.report.site import Wanted, write_report
from channelkit.report.store_cards import read_cards
from channelkit.trends import flows, prices, reasons
from channelkit.trends import stock as stocks
from channelkit.trends import tabs as by_day

ROWS = 1_000_000
STORES = list(SITES)
SINCE, TODAY = day_of(NOW - 30 * DAY, LA), day_of(NOW, LA)
SPAN = (NOW - 30 * DAY, NOW)

CHART_SECONDS, REPORT_SECONDS, REPORT_MB, PEAK_MB = 2.0, 30.0, 8.0, 2_000.0
"""Targets at ten million rows: a chart read and drawn, a report written, its size, and what either takes of memory."""


def make(folder: Path, count: int) -> Figures:
    """Write the past of two stores."""
    database, figures = _open(folder), Figures()
    with timed(figures, "seconds"):
        figures["listings"], figures["rows"] = make_past(database, count)
    database.close()
    figures["history_mb"] = _megabytes(folder / "history", "*.parquet")
    return figures


def roll_up(folder: Path, _count: int) -> Figures:
    """Tell all days at once, as in the first night; then the last one alone, as in every night."""
    database, figures = _open(folder), Figures()
    with database.write() as connection:
        for table in (daily_tabs, daily_moves, daily_flows, daily_prices, daily_crossings):
            connection.execute(table.delete())
        connection.exec_driver_sql("delete from watermarks where name like 'daily/%'")
    with timed(figures, "all_seconds"):
        figures["days"] = daily.roll_up(database, NOW - DAY)
    with timed(figures, "seconds"):
        daily.roll_up(database, NOW)
    with database.read() as connection:
        figures["rows"] = float(connection.exec_driver_sql("select count(*) from daily_tabs").scalar_one())
    database.close()
    return figures


def prune(folder: Path, _count: int) -> Figures:
    """Take out what is older than 60 days, of a copy: the past is measured again."""
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="channelkit-bench-", dir=folder.parent) as spare:
        shutil.copytree(folder, spare, dirs_exist_ok=True)
        database = _open(Path(spare))
        with timed(figures, "seconds"):
            figures["rows"] = retention.prune(database, NOW, 60).get("history", 0)
        database.close()
    return figures


def cards(folder: Path, _count: int) -> Figures:
    """Read the card of each store."""
    database, figures = _open(folder), Figures()
    scope = _scope(database)
    with timed(figures, "seconds"):
        read_cards(scope)
    database.close()
    return figures


def report(folder: Path, _count: int) -> Figures:
    """Write the whole report, with neither charts as files nor a story told elsewhere."""
    database, figures = _open(folder), Figures()
    with tempfile.TemporaryDirectory(prefix="channelkit-bench-") as written:
        with timed(figures, "seconds"):
            period = asked_period(database, NOW, "30d", "before", ())
            write_report(database, Path(written), now_ms=NOW, wanted=Wanted(period))
        figures["mb"] = _megabytes(Path(written), "*")
        figures["files"] = float(sum(path.is_file() for path in Path(written).rglob("*")))
    database.close()
    return figures


READERS: dict[str, Callable[[Database], pa.Table]] = {
    "tabs": lambda database: by_day.read_tabs_by_day(database, STORES, SINCE, TODAY),
    "brands": lambda database: by_day.read_tabs_by_day(database, STORES, SINCE, shift(TODAY, -1), "brand"),
    "flows": lambda database: flows.read_flows(database, STORES, *SPAN),
    "reasons": lambda database: reasons.read_reasons(database, STORES, NOW),
    "prices": lambda database: prices.read_prices_by_day(database, STORES, SINCE, TODAY),
    "cover": lambda database: stocks.read_pace(database, STORES, NOW),
    "stock_outs": lambda database: stocks.read_stock_outs(database, STORES, *SPAN),
    "stock_outs_by_day": lambda database: stocks.read_stock_outs_by_day(database, STORES, *SPAN),
}
CHARTS = tuple(f"chart-{key}" for key in MAKERS)
"""Sections of the dashboard, each read and drawn."""


def read(name: str, folder: Path) -> Figures:
    """Ask one reader."""
    database, figures = _open(folder), Figures()
    with timed(figures, "seconds"):
        found = READERS[name](database)
    database.close()
    return figures | {"rows": found.num_rows}


def draw(key: str, folder: Path) -> Figures:
    """Read and draw one section of the dashboard; a notebook has loaded what draws charts already."""
    from channelkit.report.dashboard_views import titled  # noqa: PLC0415 - only here

    database, figures = _open(folder), Figures()
    with timed(figures, "loading_seconds"):
        import plotly.graph_objects  # noqa: F401, PLC0415 - timed
    scope = _scope(database)
    with timed(figures, "read_seconds"):
        section = MAKERS[key](scope)
    with timed(figures, "draw_seconds"):
        chart = titled(section)
        body = chart.to_json() if chart is not None else ""
    database.close()
    figures["seconds"] = figures["read_seconds"] + figures["draw_seconds"]
    return figures | {"rows": section.rows.num_rows, "chart_kb": len(body) / 1024}


def measure(name: str, folder: Path, count: int) -> Figures:
    if name in READERS:
        return read(name, folder)
    return draw(name.removeprefix("chart-"), folder) if name in CHARTS else STEPS[name](folder, count)


STEPS: dict[str, Callable[[Path, int], Figures]] = {
    "make": make,
    "roll_up": roll_up,
    "cards": cards,
    "report": report,
    "prune": prune,
}
NAMES = ("roll_up", *READERS, "cards", *CHARTS, "report", "prune")
"""What is measured, in this order."""


def print_table(found: Mapping[str, Figures]) -> None:
    """Print what each step took."""
    print(f"\n{'':<20}{'seconds':>10}{'processor':>11}{'peak MB':>10}{'rows':>12}")
    for name, figures in found.items():
        cells = [figures["seconds"], figures["process_seconds"], figures["peak_mb"], figures.get("rows", 0)]
        print(f"{name:<20}{cells[0]:>10.2f}{cells[1]:>11.2f}{cells[2]:>10,.0f}{cells[3]:>12,.0f}{_aim(name, figures)}")


def _aim(name: str, figures: Figures) -> str:
    if name in CHARTS:
        return f"  below {CHART_SECONDS:.0f} s"
    size = f"  {figures.get('mb', 0):.2f} MB in {figures.get('files', 0):.0f} files"
    aims = f"  below {REPORT_SECONDS:.0f} s, {REPORT_MB:.0f} MB and {PEAK_MB:,.0f} MB of memory"
    return f"{size};{aims}" if name == "report" else ""


def _scope(database: Database) -> Scope:
    return read_scope(database, NOW, asked_period(database, NOW, "30d", "before", ()), STORES, TARGETS)


def _megabytes(folder: Path, pattern: str) -> float:
    return sum(path.stat().st_size for path in folder.rglob(pattern) if path.is_file()) / (1 << 20)


def _open(folder: Path) -> Database:
    return open_database(f"sqlite:///{folder}/channelkit.db", folder / "history")


def _run(name: str, folder: Path, count: int) -> Figures:
    print(name, file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.trends", str(folder), str(count), "--step", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {each: round(value, 3) for each, value in json.loads(done.stdout.splitlines()[-1]).items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trends", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="of the past; by default one that is taken away again")
    parser.add_argument("rows", nargs="?", type=int, default=ROWS, help="of the history")
    parser.add_argument("--only", default="", metavar="NAMES", help=f"with commas between: {', '.join(NAMES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures, flat")
    parser.add_argument("--step", choices=("make", *NAMES), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        busy = time.process_time()
        found = measure(chosen.step, chosen.folder, chosen.rows)
        # Beside the clock's time, what the work itself took: others may be at work on the same machine.
        print(json.dumps(found | {"process_seconds": time.process_time() - busy, "peak_mb": peak_mb()}))
        return
    with tempfile.TemporaryDirectory(prefix="channelkit-bench-") as spare:
        folder = chosen.folder or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        names = chosen.only.split(",") if chosen.only else NAMES
        is_new = not (folder / "history").exists()
        measured = {name: _run(name, folder, chosen.rows) for name in (*(("make",) if is_new else ()), *names)}
    print_table(measured)
    if chosen.json:
        flat = {f"{name}_{each}": value for name, figures in measured.items() for each, value in figures.items()}
        chosen.json.write_text(json.dumps({"rows": chosen.rows} | flat, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
