"""The verb that lists what is wrong with the catalog's identifiers."""

from __future__ import annotations

from channelkit.cli.options import JsonOption, SettingsOption
from channelkit.terminal import open_kit, print_frame, say


def identifiers(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List the catalog's identifiers that cannot be used, or that contradict others, and why."""
    with open_kit(settings, frames=True) as kit:
        found = kit.identifier_problems()
        if as_json or not found.empty:
            print_frame(found, as_json)
        else:
            say("Every identifier in Commerce can be used.")
