"""Verbs that show: listings, report, db."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from channelkit.cli.options import JsonOption, SettingsOption, StoreOption
from channelkit.terminal import open_kit, print_frame, print_json, say

TabOption = Annotated[str, typer.Option("--tab", help="Only this tab, for instance Inactive.")]


def listings(
    store: StoreOption = None, tab: TabOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """List listings with price and margin, tab, status, reason and next step."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.listings(tab or None, store or ())
        if as_json:
            actions = frame["actions"].fillna("").map(lambda words: [word for word in words.split(", ") if word])
            print_frame(frame.assign(actions=actions.astype(object)), as_json)
            return
        # Where no store knows what its products cost, there is nothing to be said of margins.
        margins = [name for name in ("margin", "margin_percent") if frame[name].notna().any()]
        columns = ["store", "sku", "asin", "price", *margins, "currency", "tab", "status", "reason", "next_step"]
        shown = frame[columns].astype(object)
        print_frame(shown.where(shown.notna(), ""), as_json)


def report(
    out: Annotated[
        Path, typer.Option("--out", help="A folder for the report, or an .html file for one page to mail.")
    ] = Path("report"),
    *,
    store: StoreOption = None,
    period: Annotated[str, typer.Option(help="7d, 30d, 12w, 3m, 1y, 2026-11-01..2026-11-30, lifetime.")] = "30d",
    compare: Annotated[str, typer.Option(help="With the time before, the same a year ago, or none.")] = "before",
    charts: Annotated[str, typer.Option(help="Also draw each chart as a file: svg, png or none.")] = "svg",
    settings: SettingsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures instead of writing pages.")] = False,
) -> None:
    """Write a report that opens offline: what to do first, what is where and why, what changed, sold, failed."""
    with open_kit(settings) as kit:
        if as_json:
            from channelkit.report.asking import asked_period  # noqa: PLC0415 - heavy

            asked = asked_period(kit.database, kit.parts.now(), period, compare, store or ())
            print_json(kit.summary(asked.since_ms / 1000))
        else:
            say(f"Wrote {kit.report(out, stores=store or (), period=period, compare=compare, charts=charts)}")


def db(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Open the database, bring its tables up to date, and say what it holds."""
    with open_kit(settings) as kit:
        counts = kit.holdings()
        if as_json:
            print_json(counts)
        else:
            for name, count in counts.items():
                say(f"{count:>12,}  {name}")
