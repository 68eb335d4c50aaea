"""Verbs that tell what went wrong, what was changed and what could be better: errors, log, improvements, incident."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from channelkit.cli.options import JsonOption, OneStoreOption, SettingsOption, StoreOption
from channelkit.terminal import open_kit, print_frame, print_json, say

PeriodOption = Annotated[str, typer.Option("--period", help="7d, 30d, 3m, 1y, 2026-11-01..2026-11-30, lifetime.")]


def errors(
    store: StoreOption = None,
    period: PeriodOption = "30d",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what failed, grouped by code, call and store: how often, since when, what it touches, what to do."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.errors(period=period, stores=store or ())
        if as_json:
            # A length of time as seconds.
            frame["half_life"] = frame["half_life"].dt.total_seconds()
            print_frame(frame, as_json)
            return
        for row in frame.to_dict("records"):
            code = row["code"] or ("" if row["status"] is None or row["status"] != row["status"] else row["status"])
            where = f"{row['store'] or 'all stores'}, {row['kind']}, {row['operation'] or 'a reading'}"
            say(f"{where}{f' ({code})' if code else ''}: {row['count']:,} times, {row['open']:,} not over")
            first, last = (f"{row[name]:%Y-%m-%d %H:%M}" for name in ("first_seen", "last_seen"))
            say(f"  first {first}, last {last} UTC; {row['trend']}")
            say(f"  {row['meaning']}")
            say(f"  To do: {row['fix']}")
            say(f"  Next attempt: {row['next_attempt']}")
        if frame.empty:
            say("Nothing failed.")


def log(
    sku: Annotated[list[str] | None, typer.Argument(help="Seller SKUs, SKUs of products, or orders; else all.")] = None,
    *,
    store: StoreOption = None,
    field: Annotated[
        list[str] | None, typer.Option("--field", help="price, quantity, publish, end, create, ...")
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="sent, accepted, refused, confirmed, expired, held, late, ...")
    ] = None,
    period: PeriodOption = "30d",
    most: Annotated[int, typer.Option("--most", help="So many of the newest.")] = 200,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was changed: from what to what, when wanted, sent and seen, why, by whom, and why it was refused."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.change_log(
            period=period, stores=store or (), skus=sku or (), fields=field or (), states=state or (), most=most
        )
        columns = ["wanted_at", "store", "sku", "field", "before", "after", "state", "seen_at", "by", "because", "note"]
        print_frame(frame if as_json else frame[columns], as_json)


def improvements(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List what Amazon suggests for listings that sell all the same, those that sell most first."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.improvements(stores=store or ())
        columns = ["store", "seller_sku", "severity", "code", "attributes", "said", "fix"]
        print_frame(frame if as_json else frame[columns], as_json)


def incident(
    what: Annotated[str, typer.Argument(help="A seller SKU, the SKU of a product, an ASIN, or an order's number.")],
    store: OneStoreOption = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write it as one HTML page that opens offline.")
    ] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the whole story of a SKU or an order: what most likely went wrong, why, and what to do next."""
    with open_kit(settings) as kit:
        told = kit.incident(what, store=store)
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(told.page(), encoding="utf-8")
        if as_json:
            print_json(told.to_dict())
        else:
            say(str(told))
