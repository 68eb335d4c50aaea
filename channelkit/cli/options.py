"""What verbs have in common: their options, and how a run ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from channelkit.terminal import print_json, say

if TYPE_CHECKING:
    from channelkit.outcome import Run

SettingsOption = Annotated[Path | None, typer.Option("--settings", help="The settings file; else the nearest one.")]
StoreOption = Annotated[list[str] | None, typer.Option("--store", help="Only this store; may be given several times.")]
OneStoreOption = Annotated[str, typer.Option("--store", help="The store; may be left out where there is only one.")]
ItsStoreOption = Annotated[str, typer.Option("--store", help="The store; else the one that knows what you name.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]
ByOption = Annotated[str, typer.Option("--by", help="Your name; it is kept beside the decision.")]


def finish(result: Run, as_json: bool) -> None:
    """Show what a run did, and end with its exit code."""
    if as_json:
        print_json({"run": result.id, "state": result.state, "stores": result.rows(), "problems": result.problems()})
    else:
        say(repr(result))
    raise typer.Exit(result.exit_code)
