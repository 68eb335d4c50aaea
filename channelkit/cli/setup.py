"""Verbs that set up: init, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from channelkit.cli.options import JsonOption, SettingsOption
from channelkit.terminal import open_kit, print_json, say


def init(folder: Annotated[Path, typer.Argument(help="Where to write channelkit.toml.")] = Path()) -> None:
    """Write a commented settings file to fill in."""
    from channelkit.settings.reader import FILE  # noqa: PLC0415
    from channelkit.settings.template import write_template  # noqa: PLC0415

    path = write_template(folder / FILE)
    say(f"Wrote {path}. Fill it in, then check it with: channelkit doctor")


def doctor(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Check settings, secrets, database and both connections, and say what is missing."""
    from channelkit.doctor import examine  # noqa: PLC0415

    with open_kit(settings) as kit:
        findings = examine(kit)
    if as_json:
        print_json([finding.row() for finding in findings])
    else:
        for finding in findings:
            say(f"{'ok  ' if finding.is_fine else 'FAIL'}  {finding.subject}: {finding.words}")
    if not all(finding.is_fine for finding in findings):
        raise typer.Exit(1)
