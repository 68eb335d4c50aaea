"""The verb that tests the data."""

from __future__ import annotations

import typer

from channelkit.cli.options import JsonOption, SettingsOption, StoreOption
from channelkit.terminal import open_kit, print_json, say


def quality(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Test the data: identifiers, offers, texts, changes, orders, readings; exit code 3 when an error is found."""
    with open_kit(settings) as kit:
        found = kit.quality(store or ())
    if as_json:
        print_json({"headline": found.headline(), "is_fine": found.is_fine, "tests": found.rows()})
    else:
        say(str(found))
    raise typer.Exit(0 if found.is_fine else 3)
