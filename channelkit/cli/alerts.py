"""Verbs of alerts: list, watch, test, close."""

from __future__ import annotations

from typing import Annotated

import typer

from channelkit.cli.options import JsonOption, SettingsOption
from channelkit.terminal import open_kit, print_frame, print_json, say

app = typer.Typer(help="Troubles: see them, look for them, try how you are told of them.", no_args_is_help=True)


@app.command("list")
def list_alerts(
    days: Annotated[float, typer.Option(help="Also those that are over since so many days.", min=0)] = 7.0,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what is wrong, and what was: since when, how often it was seen, who was told, what to do."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.alerts(days)
        shown = ["id", "kind", "store", "first_at", "times", "closed_at", "words", "fix"]
        print_frame(frame if as_json else frame[shown], as_json)


@app.command()
def watch(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Look for troubles now and tell whom the settings name; neither Amazon nor Commerce is asked."""
    from channelkit.watch.watching import watch as look  # noqa: PLC0415

    with open_kit(settings) as kit:
        found = look(kit.parts, job="watch")
    if as_json:
        print_json(found.row())
    else:
        say(str(found))


@app.command()
def test(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Tell of a trouble that is none, by every way that the settings name; 1 if one of them fails."""
    from channelkit.watch.telling import TOLD  # noqa: PLC0415
    from channelkit.watch.trial import try_ways  # noqa: PLC0415

    with open_kit(settings) as kit:
        answers = try_ways(kit.parts)
    if as_json:
        print_json(answers)
    elif not answers:
        say("The settings name no way: write command, webhook or [alerts.email] under [alerts].")
    else:
        for way, answer in answers.items():
            say(f"{way}: {answer}")
    if not answers or set(answers.values()) != {TOLD}:
        raise typer.Exit(1)


@app.command()
def close(
    numbers: Annotated[list[int], typer.Argument(help="The alerts' numbers, as channelkit alerts list shows them.")],
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close alerts; one that is still so is opened again by the next look, and told again only after its pause."""
    from channelkit.database import alerts  # noqa: PLC0415

    with open_kit(settings) as kit, kit.database.write() as connection:
        closed = alerts.close_alerts(connection, numbers, at=kit.parts.now())
    if as_json:
        print_json({"closed": closed})
    else:
        say(f"Closed: {closed}.")
