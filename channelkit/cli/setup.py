"""Verbs that set up: init, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from channelkit.cli.options import JsonOption, SettingsOption
from channelkit.terminal import open_kit, print_json, say


def init(
    folder: Annotated[Path, typer.Argument(help="Where to write channelkit.toml.")] = Path(),
    url: Annotated[str, typer.Option(help="Commerce's base address, without /rest.")] = "",
    *,
    example: Annotated[bool, typer.Option(help="With an account and a store to fill in.")] = True,
) -> None:
    """Write a commented settings file to fill in; stores are added with: channelkit store add."""
    from channelkit.people.key_file import FILE as KEY_FILE  # noqa: PLC0415
    from channelkit.people.key_file import write_key_file  # noqa: PLC0415
    from channelkit.settings.reader import FILE  # noqa: PLC0415
    from channelkit.settings.template import write_template  # noqa: PLC0415

    path = write_template(folder / FILE, url, with_example=example)
    say(f"Wrote {path}. Fill it in, then check it with: channelkit doctor")
    if write_key_file(folder / KEY_FILE):
        words = "what buyers' names and addresses are encrypted with. Keep it, and share it never."
        say(f"Wrote {folder / KEY_FILE}: {words}")


def doctor(
    *,
    measure: Annotated[bool, typer.Option("--measure", help="Also measure how fast Commerce answers.")] = False,
    listings: Annotated[int, typer.Option(help="With --measure: think of so many listings in each store.")] = 0,
    write: Annotated[bool, typer.Option("--write", help="With --measure: keep the page size chosen.")] = False,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check settings, secrets, database and both connections, and say what is missing."""
    with open_kit(settings) as kit:
        report = kit.doctor()
        measured = kit.measure(listings, write=write) if measure and report.is_fine else None
    if as_json:
        print_json([*report.rows(), *(measured.rows() if measured else ())])
    else:
        say(str(report))
        if measure:
            say(str(measured) if measured else "Nothing was measured: first mend what does not work.")
    if not report.is_fine:
        raise typer.Exit(1)
