"""Verbs of orders: list them, open one, what is blocked, due and sent back; plan, do, cancel, correct, refund."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from channelkit.cli.options import ByOption, JsonOption, OneStoreOption, SettingsOption, StoreOption
from channelkit.errors import UsageError
from channelkit.terminal import open_kit, print_frame, print_json, say

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.report.order_plan import OrderPlan

app = typer.Typer(help="Amazon's orders, where each stands in Commerce, and what to do about it.", no_args_is_help=True)

OrderArgument = Annotated[str, typer.Argument(help="Amazon's number of the order, or Commerce's.")]
StatusOption = Annotated[
    list[str] | None, typer.Option("--status", help="Unshipped, Shipped, ...; may be given several times.")
]
ApplyOption = Annotated[str, typer.Option("--apply", help="Fingerprint of the plan that you saw: do exactly that.")]

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
    """List orders, the newest first, with their filters; times by each marketplace's clock."""
    with open_kit(settings, frames=True) as kit:
        filters = {"status": status, "stage": stage, "buyer": buyer, "number": number, "total": (least, most)}
        period = {"since": since, "until": until}
        frame = kit.orders(store or (), **filters, **period, page=0 if as_json and page == 1 else page)
        first = ["store"] if len(kit.stores) > 1 else []
        print_frame(frame if as_json else _to_the_minute(frame[[*first, *LISTED]]), as_json)


@app.command()
def show(
    order: OrderArgument,
    *,
    reveal: Annotated[
        str, typer.Option(help="Show who bought it, too, for this purpose; that you looked is kept.")
    ] = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one order: details and shipping, its items, its tracking; the buyer as a pseudonym."""
    with open_kit(settings) as kit:
        book = kit.one_store(store).orders
        told = book.show(order)
        if as_json:
            print_json(told.to_dict())
        else:
            say(str(told))
        if reveal:
            _reveal(book.tell(told.order.order_id, reveal) if _is_screen(as_json) else [])


@app.command()
def blocked(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List the orders that cannot become orders in Commerce as they are: why, and what to do."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.one_store(store).orders.blocked()
        shown = ["order_number", "time_left", "blocker", "order_notes", "next_step"]
        print_frame(frame if as_json else frame[shown], as_json)


@app.command()
def due(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List what is still to be shipped, what is due first at the top."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.one_store(store).orders.ship_by()
        shown = ["order_number", "ship_by", "time_left", "status", "stage", "open_units", "commerce_number"]
        print_frame(frame if as_json else _to_the_minute(frame[shown]), as_json)


@app.command()
def returns(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List what buyers send back: Requested, Received, Refunded or Error."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.one_store(store).orders.returns()
        shown = ["return_id", "order_number", "seller_sku", "units", "state", "received_at", "refunded", "order_notes"]
        print_frame(frame if as_json else frame[shown], as_json)


@app.command()
def complete(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Compare each day's orders by Amazon's own count with ours, and ours with Commerce's."""
    with open_kit(settings, frames=True) as kit:
        print_frame(kit.one_store(store).orders.completeness(), as_json)


@app.command()
def changes(
    store: OneStoreOption = "",
    state: Annotated[list[str] | None, typer.Option(help="Only this state; may be given several times.")] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was and is done about orders, the newest first."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.one_store(store).orders.changes(state or ())
        shown = ["order_number", "what", "state", "planned_at", "closed_at", "because", "note"]
        print_frame(frame if as_json else frame[shown], as_json)


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
        print_frame(kit.one_store(store).orders.ledger(check=check), as_json)


@app.command()
def delays(
    *,
    days: Annotated[int, typer.Option(help="What came to its end in the last so many days counts.", min=1)] = 30,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how long orders, shipments, cancellations and quantities took to the other side, in seconds."""
    with open_kit(settings, frames=True) as kit:
        print_frame(kit.one_store(store).orders.delays(days), as_json)


@app.command()
def plan(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show what the next cycle would do about orders; nothing is sent."""
    with open_kit(settings) as kit:
        _carry_out(kit.one_store(store).orders.plan(), "", as_json)


@app.command()
def apply(
    approve: Annotated[str, typer.Option(help="Fingerprint of the plan that you saw.")],
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do now what the plan that you saw would do: exactly that, or nothing."""
    with open_kit(settings) as kit:
        _carry_out(kit.one_store(store).orders.plan(), approve, as_json)


@app.command()
def cancel(
    orders: Annotated[list[str], typer.Argument(help="Amazon's numbers of the orders.")],
    *,
    reason: Annotated[str, typer.Option(help="NoInventory, BuyerCanceled, ShippingAddressUndeliverable, ...")],
    apply: ApplyOption = "",
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cancel unshipped orders on Amazon; shows the plan first."""
    with open_kit(settings) as kit:
        _carry_out(kit.one_store(store).orders.cancel(orders, reason, by), apply, as_json)


@app.command()
def release(
    order: Annotated[str, typer.Argument(help="Amazon's number of an order that could not be read.")],
    *,
    reason: Annotated[str, typer.Option(help="What you saw in Seller Central; it is kept with your name.")],
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
) -> None:
    """Let the units of an order go that Amazon's report told of and that can never be read."""
    with open_kit(settings) as kit:
        say(kit.one_store(store).orders.release(order, reason, by))


@app.command()
def refund(
    return_id: Annotated[str, typer.Argument(help="The return, as channelkit orders returns names it.")],
    *,
    restock: Annotated[int, typer.Option(help="Units that go back into stock; all of them by default.", min=-1)] = -1,
    apply: ApplyOption = "",
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Refund a return in Commerce with a credit memo; shows the plan first."""
    with open_kit(settings) as kit:
        plan = kit.one_store(store).orders.refund(return_id, restock=None if restock < 0 else restock, by=by)
        _carry_out(plan, apply, as_json)


@app.command()
def address(
    order: Annotated[str, typer.Argument(help="Amazon's number of the order.")],
    parts: Annotated[list[str], typer.Argument(help="What is to be what: city=Escondido region=CA postcode=92025.")],
    *,
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Correct where an order goes, in Commerce; Amazon keeps its own."""
    changed: dict[str, str | list[str]] = {}
    for text in parts:
        name, equals, value = text.partition("=")
        if not equals:
            # The text is not repeated: it may be a part of somebody's address.
            raise UsageError("A part of the address is not named.", "Write it as city=… or postcode=…")
        changed[name] = value.split("|") if name == "lines" else value
    with open_kit(settings) as kit:
        words = kit.one_store(store).orders.correct_address(order, by, **changed)
        if as_json:
            print_json({"order_number": order, "done": words})
        else:
            say(words)


@app.command()
def backfill(
    *,
    since: Annotated[str, typer.Option(help="The first day, such as 2026-11-01.")],
    until: Annotated[str, typer.Option(help="The last day; thirty days at the most.")],
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for the orders of earlier days, from before the store was connected."""
    with open_kit(settings) as kit:
        words = kit.one_store(store).orders.backfill(since, until, by)
        if as_json:
            print_json({"since": since, "until": until, "done": words})
        else:
            say(words)


def _to_the_minute(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose times are short enough for a terminal."""
    names = [name for name in ("purchase_date", "ship_by") if name in frame.columns]
    times = {name: frame[name].dt.strftime("%Y-%m-%d %H:%M %Z").fillna("") for name in names}
    return frame.assign(**times).astype("string").fillna("")


def _carry_out(plan: OrderPlan, fingerprint: str, as_json: bool) -> None:
    """Show a plan, or do exactly the one that was seen."""
    done = ""
    if fingerprint:
        plan.require(fingerprint)
        done = str(plan.apply())
    if as_json:
        print_json(plan.summary() | {"done": done})
        return
    say(done or repr(plan))
    if not done and plan.going:
        say(f"Do exactly this: the same command with --apply {plan.fingerprint} (orders apply --approve, for a plan).")


def _is_screen(as_json: bool) -> bool:
    """Make sure that what is told of a person goes to somebody's eyes, and into no file and no other program.

    Raises:
        UsageError: the output goes elsewhere.
    """
    if as_json or not sys.stdout.isatty():
        raise UsageError(
            "Who bought an order is shown on a terminal alone, not as JSON and not into a file or a program.",
            "For a person who asks for their data: channelkit people export",
        )
    return True


def _reveal(lines: list[tuple[str, str]]) -> None:
    say("")
    for label, value in lines:
        say(f"  {label}: {value}")
