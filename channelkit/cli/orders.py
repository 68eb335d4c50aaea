"""Verbs of orders: open one; plan, do, cancel, correct, refund; the tables are in `channelkit.cli.order_tables`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from channelkit.cli import order_tables
from channelkit.cli.options import ByOption, ItsStoreOption, JsonOption, OneStoreOption, SettingsOption
from channelkit.errors import UsageError
from channelkit.terminal import open_kit, print_json, say

if TYPE_CHECKING:
    from channelkit.kit import Kit
    from channelkit.order_book import OrderBook
    from channelkit.report.order_plan import OrderPlan

app = typer.Typer(help="Amazon's orders, where each stands in Commerce, and what to do about it.", no_args_is_help=True)

OrderArgument = Annotated[str, typer.Argument(help="Amazon's number of the order, or Commerce's.")]
ApplyOption = Annotated[str, typer.Option("--apply", help="Fingerprint of the plan that you saw: do exactly that.")]

app.add_typer(order_tables.app)


@app.command()
def show(
    order: OrderArgument,
    *,
    reveal: Annotated[
        str, typer.Option(help="Show who bought it, too, for this purpose; that you looked is kept.")
    ] = "",
    store: ItsStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one order: details and shipping, its items, its tracking; the buyer as a pseudonym."""
    with open_kit(settings) as kit:
        book = _book(kit, store, order)
        told = book.show(order)
        if as_json:
            print_json(told.to_dict())
        else:
            say(str(told))
        if reveal:
            _reveal(book.tell(told.order.order_id, reveal) if _is_screen(as_json) else [])


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
    store: ItsStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cancel unshipped orders on Amazon; shows the plan first."""
    with open_kit(settings) as kit:
        _carry_out(_book(kit, store, *orders).cancel(orders, reason, by), apply, as_json)


@app.command()
def release(
    order: Annotated[str, typer.Argument(help="Amazon's number of an order that could not be read.")],
    *,
    reason: Annotated[str, typer.Option(help="What you saw in Seller Central; it is kept with your name.")],
    by: ByOption = "",
    store: ItsStoreOption = "",
    settings: SettingsOption = None,
) -> None:
    """Let the units of an order go that Amazon's report told of and that can never be read."""
    with open_kit(settings) as kit:
        say(_book(kit, store, order).release(order, reason, by))


@app.command()
def refund(
    return_id: Annotated[str, typer.Argument(help="The return, as channelkit orders returns names it.")],
    *,
    restock: Annotated[int, typer.Option(help="Units that go back into stock; all of them by default.", min=-1)] = -1,
    apply: ApplyOption = "",
    by: ByOption = "",
    store: ItsStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Refund a return in Commerce with a credit memo; shows the plan first."""
    with open_kit(settings) as kit:
        plan = _book(kit, store, return_id).refund(return_id, restock=None if restock < 0 else restock, by=by)
        _carry_out(plan, apply, as_json)


@app.command()
def address(
    order: Annotated[str, typer.Argument(help="Amazon's number of the order.")],
    parts: Annotated[list[str], typer.Argument(help="What is to be what: city=Escondido region=CA postcode=92025.")],
    *,
    by: ByOption = "",
    store: ItsStoreOption = "",
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
        words = _book(kit, store, order).correct_address(order, by, **changed)
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


def _book(kit: Kit, store: str, *numbers: str) -> OrderBook:
    """Return the orders of the store that was named, else of the one that knows what these numbers are of.

    Raises:
        UsageError: no store knows them, or they are not of one store.
    """
    if store:
        return kit.one_store(store).orders
    found = {its.name: its for its in map(kit.store_of, numbers)}
    if len(found) > 1:
        raise UsageError(f"These orders are of several stores: {', '.join(sorted(found))}.", "Do it store by store.")
    return next(iter(found.values())).orders


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
