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
    """List listings with tab, status, reason and next step."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.listings(tab or None, store or ())
        if as_json:
            actions = frame["actions"].fillna("").map(lambda words: [word for word in words.split(", ") if word])
            frame = frame.assign(actions=actions.astype(object))
        columns = ["store", "sku", "asin", "tab", "status", "reason", "next_step"]
        print_frame(frame if as_json else frame[columns], as_json)


def report(
    out: Annotated[Path, typer.Option("--out", help="Where to write the page.")] = Path("report/index.html"),
    days: Annotated[float, typer.Option(help="How many days back changes and failures are told.")] = 7.0,
    settings: SettingsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures instead of writing a page.")] = False,
) -> None:
    """Write one HTML page that opens offline: what is in which tab and why, what changed, is held, failed."""
    with open_kit(settings) as kit:
        since = kit.clock.now() - days * 86_400
        if as_json:
            print_json(kit.summary(since))
        else:
            say(f"Wrote {kit.report(out, since)}")


def db(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Open the database, bring its tables up to date, and say what it holds."""
    with open_kit(settings) as kit:
        counts = kit.holdings()
        if as_json:
            print_json(counts)
        else:
            for name, count in counts.items():
                say(f"{count:>12,}  {name}")
