"""Verbs of the loop: pull, sync, plan, apply."""

from __future__ import annotations

from typing import Annotated

import typer

from channelkit.cli.options import ByOption, JsonOption, OneStoreOption, SettingsOption, StoreOption, finish
from channelkit.errors import UsageError
from channelkit.terminal import open_kit, print_json, say


def pull(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Read both sides and classify; nothing is sent."""
    with open_kit(settings) as kit:
        finish(kit.pull(store or ()), as_json)


def sync(
    store: StoreOption = None,
    settings: SettingsOption = None,
    show_only: Annotated[bool, typer.Option("--dry-run", help="Plan and show, send nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run one cycle: read, confirm, decide, and send what no guard holds."""
    with open_kit(settings) as kit:
        finish(kit.sync(store or (), send=not show_only), as_json)


def plan(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show what would be sent, what is held and what stops it; nothing is sent."""
    with open_kit(settings, frames=True) as kit:
        plans = [kit.one_store(name).plan() for name in store or kit.stores]
        if as_json:
            print_json([one.summary() for one in plans])
            return
        for one in plans:
            say(str(one))


def apply(
    *,
    store: OneStoreOption = "",
    fingerprint: Annotated[str, typer.Option("--approve", help="The fingerprint that channelkit plan showed.")],
    release: Annotated[list[str] | None, typer.Option("--release", help="Send what is held for this SKU, too.")] = None,
    although_stopped: Annotated[bool, typer.Option(help="Send a plan that was stopped for its size.")] = False,
    canary: Annotated[str, typer.Option(help="Send only this share of its prices, say 1%; the others wait.")] = "",
    by: ByOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a plan that you have looked at; refused if the facts have moved since."""
    if canary and (release or although_stopped):
        raise UsageError("A canary sends a share of what is not held.", "Release what is held without --canary.")
    with open_kit(settings) as kit:
        one = kit.one_store(store).plan()
        one.require(fingerprint)
        if canary:
            applied = one.canary(canary, by)
        else:
            applied = one.apply(release_held=release or (), although_stopped=although_stopped)
        if as_json:
            print_json(applied.row())
        else:
            say(str(applied))
    if not applied.is_complete:
        raise typer.Exit(3)
