"""Going live, and the life of a store: golive, store pause, store resume, store delete."""

from __future__ import annotations

from typing import Annotated

import typer

from channelkit.cli.options import ByOption, JsonOption, OneStoreOption, SettingsOption
from channelkit.terminal import open_kit, print_json, say

NameArgument = Annotated[str, typer.Argument(help="The store's name in the settings.")]


def golive(
    *,
    store: OneStoreOption = "",
    confirm: Annotated[str, typer.Option("--confirm", help="The fingerprint that this command showed.")] = "",
    although: Annotated[
        list[str] | None, typer.Option("--although", help="A serious finding that you looked at and accept.")
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Make the store read-only again.")] = False,
    by: ByOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare stock and price on both sides before anything is sent, and confirm that the store may send."""
    with open_kit(settings, frames=True) as kit:
        one = kit.one_store(store)
        if withdraw:
            say(one.withdraw_golive(by))
            return
        shown = one.golive()
        if confirm:
            shown.require(confirm)
            said = shown.confirm(by, although or ())
            if as_json:
                print_json({"store": one.name, "confirmed": True, "words": said})
            else:
                say(said)
        elif as_json:
            print_json(shown.summary())
        else:
            say(repr(shown))


def pause(store: NameArgument, settings: SettingsOption = None) -> None:
    """Make a store inactive: it keeps everything, and cycles leave it alone."""
    with open_kit(settings) as kit:
        say(kit.one_store(store).pause())


def resume(store: NameArgument, settings: SettingsOption = None) -> None:
    """Make a store active again, with the settings as they are now."""
    with open_kit(settings) as kit:
        say(kit.one_store(store).resume())


def delete(
    store: NameArgument,
    confirm: Annotated[str, typer.Option("--confirm", help="The store's name once more.")] = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete a store for ever: its settings, listings, links, answers, journal and history."""
    with open_kit(settings) as kit:
        deleted = kit.delete_store(store, confirm)
        if as_json:
            print_json(deleted.summary())
        else:
            say(str(deleted))
