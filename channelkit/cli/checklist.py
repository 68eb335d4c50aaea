"""The verb of the tasks before going live: checklist, with tick and untick."""

from __future__ import annotations

from typing import Annotated

import typer

from channelkit.cli.options import JsonOption, SettingsOption
from channelkit.terminal import open_kit, print_json, say

app = typer.Typer(
    help="Show the tasks before the first store goes live: what can be seen is checked, the rest is ticked.",
    invoke_without_command=True,
)
TaskArgument = Annotated[str, typer.Argument(help="The task's name, as the list shows it.")]


@app.callback()
def checklist(context: typer.Context, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show the tasks before the first store goes live: what can be seen is checked, the rest is ticked."""
    context.obj = settings
    if context.invoked_subcommand is not None:
        return
    with open_kit(settings) as kit:
        found = kit.checklist()
    if as_json:
        print_json(found.rows())
    else:
        say(str(found))


@app.command()
def tick(
    context: typer.Context,
    task: TaskArgument,
    *,
    by: Annotated[str, typer.Option("--by", help="Your name; it is kept beside the tick.")],
    note: Annotated[str, typer.Option(help="What whoever looks at it later should know.")] = "",
    settings: SettingsOption = None,
) -> None:
    """Tick a task that nobody but you can see."""
    with open_kit(settings or context.obj) as kit:
        kit.tick(task, by, note)
        say(f"{task} is ticked by {by}.")


@app.command()
def untick(context: typer.Context, task: TaskArgument, settings: SettingsOption = None) -> None:
    """Take a tick back."""
    with open_kit(settings or context.obj) as kit:
        kit.untick(task)
        say(f"{task} is no longer ticked.")
