"""Tables of orders, of all stores or of some: all of them, and what is blocked, due, sent back, done and missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from channelkit.cli.options import JsonOption, OneStoreOption, SettingsOption, StoreOption
from channelkit.terminal import open_kit, print_frame

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.order_book import OrderBook

app = typer.Typer()

LISTED = ("purchase_date", "order_number", "status", "buyer", "grand_total", "currency", "time_left", "order_notes")


@app.command(name="list")
def list_orders(
    *,
    store: StoreOption = None,
    status: Annotated[
        list[str] | None, typer.Option(help="Unshipped, Shipped, ...; may be given several times.")
    ] = None,
    stage: Annotated[str, typer.Option(help="Where they stand with us: blocked, planned, created, ...")] = "",
    buyer: Annotated[str, typer.Option(help="Part of the buyer's pseudonym.")] = "",
    number: Annotated[str, typer.Option(help="Part of either side's number.")] = "",
    least: Annotated[str, typer.Option(help="The smallest grand total.")] = "",
    most: Annotated[str, typer.Option(help="The largest grand total.")] = "",
    since: Annotated[str, typer.Option(help="The first day of purchase, such as 2026-11-24.")] = "",
    until: Annotated[str, typer.Option(help="The last day of purchase.")] = "",
    page: Annotated[int, typer.Option(help="Page of 50 orders; 0 is all of them.", min=0)] = 1,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List orders, the newest first, with their filters; times by the marketplace's clock, of several by UTC."""
    with open_kit(settings, frames=True) as kit:
        filters = {"status": status, "stage": stage, "buyer": buyer, "number": number, "total": (least, most)}
        period = {"since": since, "until": until}
        frame = kit.orders(store or (), **filters, **period, page=0 if as_json and page == 1 else page)
        first = ["store"] if len(kit.stores) > 1 else []
        told = frame if as_json else _to_the_minute(frame[[*first, *LISTED]]).astype("string").fillna("")
        print_frame(told, as_json)


@app.command()
def blocked(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List the orders that cannot become orders in Commerce as they are: why, and what to do."""
    shown = ("order_number", "time_left", "blocker", "order_notes", "next_step")
    _print(settings, store, as_json, lambda book: book.blocked(), shown)


@app.command()
def due(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List what is still to be shipped, what is due first at the top."""
    shown = ("order_number", "ship_by", "time_left", "status", "stage", "open_units", "commerce_number")
    _print(settings, store, as_json, lambda book: book.ship_by(), shown)


@app.command()
def returns(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List what buyers send back: Requested, Received, Refunded or Error."""
    shown = ("return_id", "order_number", "seller_sku", "units", "state", "received_at", "refunded", "order_notes")
    _print(settings, store, as_json, lambda book: book.returns(), shown)


@app.command()
def complete(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Compare each day's orders by Amazon's own count with ours, and ours with Commerce's."""
    _print(settings, store, as_json, lambda book: book.completeness())


@app.command()
def changes(
    store: StoreOption = None,
    state: Annotated[list[str] | None, typer.Option(help="Only this state; may be given several times.")] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was and is done about orders, the newest first."""
    shown = ("order_number", "what", "state", "planned_at", "closed_at", "because", "note")
    _print(settings, store, as_json, lambda book: book.changes(state or ()), shown)


@app.command()
def delays(
    *,
    days: Annotated[int, typer.Option(help="What came to its end in the last so many days counts.", min=1)] = 30,
    store: StoreOption = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how long orders, shipments, cancellations and quantities took to the other side, in seconds."""
    _print(settings, store, as_json, lambda book: book.delays(days))


@app.command()
def ledger(
    *,
    check: Annotated[bool, typer.Option("--check", help="Compare it with Commerce's own count now.")] = False,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what orders do to each product's stock, in units, and what nothing explains of Commerce's own count."""
    with open_kit(settings, frames=True) as kit:
        # Stores may share their stock, and each row would then be there once for each of them.
        print_frame(kit.one_store(store).orders.ledger(check=check), as_json)


def _print(
    settings: Path | None,
    stores: Sequence[str] | None,
    as_json: bool,
    ask: Callable[[OrderBook], pd.DataFrame],
    shown: Sequence[str] = (),
) -> None:
    """Print one table of the stores that were named, else of all; where there are several, each row names its own.

    Arguments:
        shown: the columns that a terminal has room for; all of them where none is named.
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    with open_kit(settings, frames=True) as kit:
        parts = []
        for store in [kit.one_store(name) for name in dict.fromkeys(stores or kit.stores)]:
            frame = ask(store.orders)
            # Each marketplace has a clock of its own, so times become words before tables are put together.
            told = frame if as_json else _to_the_minute(frame[list(shown)] if shown else frame)
            if len(kit.stores) > 1:
                told = told.assign(store=store.name)[["store", *told.columns.drop("store", errors="ignore")]]
            parts.append(told)
        print_frame(pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True), as_json)


def _to_the_minute(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose times are short enough for a terminal."""
    from pandas.api.types import is_datetime64_any_dtype  # noqa: PLC0415 - heavy

    names = [name for name in frame.columns if is_datetime64_any_dtype(frame[name])]
    return frame.assign(**{name: frame[name].dt.strftime("%Y-%m-%d %H:%M %Z").fillna("") for name in names})
