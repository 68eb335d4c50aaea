"""Verbs of prices that went first: how they stand, the way back, and letting all others go."""

from __future__ import annotations

import typer

from channelkit.cli.options import ByOption, JsonOption, OneStoreOption, SettingsOption
from channelkit.terminal import open_kit, print_frame, print_json, say

app = typer.Typer(help="See what became of prices that went first, take them back, or go on.", no_args_is_help=True)


@app.command()
def show(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show the newest canary, and what would bring back what stood there; ends with 3 where it is stopped."""
    with open_kit(settings) as kit:
        found = kit.one_store(store).canaries.newest()
        if as_json:
            print_json(found.summary() if found else None)
        else:
            say(repr(found) if found else "There was no canary yet. Send one with: channelkit apply --canary 1%")
    if found is not None and found.canary.state == "stopped":
        raise typer.Exit(3)


@app.command()
def past(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List all canaries of a store, the newest first."""
    with open_kit(settings, frames=True) as kit:
        print_frame(kit.one_store(store).canaries.past(), as_json)


@app.command()
def back(
    store: OneStoreOption = "", by: ByOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Send what brings back the prices that stood there before; all other prices go on waiting."""
    with open_kit(settings) as kit:
        applied = kit.one_store(store).canaries.take_back(by)
        if as_json:
            print_json(applied.row())
        else:
            say(str(applied))
    if not applied.is_complete:
        raise typer.Exit(3)


@app.command()
def close(store: OneStoreOption = "", by: ByOption = "", settings: SettingsOption = None) -> None:
    """Let prices go again: you have seen to what stopped it."""
    with open_kit(settings) as kit:
        say(kit.one_store(store).canaries.close(by))
