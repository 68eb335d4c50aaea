"""The command line: one short command per verb, each a few calls of the library.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but something was refused or held, 75 another run is at work.
Everything heavy is imported inside the command that needs it, so that ``--help`` answers at once.
"""

from __future__ import annotations

import sys

import typer

from channelkit.cli import (
    actions,
    alerts,
    asins,
    attributes,
    canary,
    checklist,
    competition,
    export,
    golive,
    identifiers,
    logs,
    looks,
    loop,
    matches,
    orders,
    past,
    people,
    practice,
    prices,
    quality,
    rules,
    schedule,
    setup,
    stores,
)
from channelkit.errors import ChannelkitError, LeaseError, SettingsError, UsageError

app = typer.Typer(
    help="Amazon listings and an Adobe Commerce catalog in one view: read, match, classify, plan, apply, read back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb in (
    *(setup.init, setup.doctor),
    *(loop.pull, loop.sync),
    *(looks.listings, past.explain, past.timeline, past.as_of, identifiers.identifiers, quality.quality),
    *(competition.competition, prices.explain_price),
    *(logs.errors, logs.log, logs.improvements, logs.incident),
    *(loop.plan, loop.apply, golive.golive),
    *(actions.publish, actions.end, actions.override, actions.overrides, actions.update, actions.alias),
    *(actions.assign_asin, actions.switch, actions.rematch, actions.undo),
    *(looks.report, export.export, practice.run, looks.db, practice.sandbox, practice.demo),
):
    app.command()(verb)
app.add_typer(stores.app, name="store")
app.add_typer(checklist.app, name="checklist")
app.add_typer(attributes.app, name="attributes")
app.add_typer(matches.app, name="match")
app.add_typer(rules.app, name="rules")
app.add_typer(prices.app, name="prices")
app.add_typer(canary.app, name="canary")
app.add_typer(asins.app, name="asins")
app.add_typer(orders.app, name="orders")
app.add_typer(people.app, name="people")
app.add_typer(schedule.app, name="schedule")
app.add_typer(alerts.app, name="alerts")


def main() -> None:
    """Run the command line; an error is one readable line, never a traceback."""
    try:
        app()
    except ChannelkitError as error:
        print(f"channelkit: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(_exit_code(error)) from None


def _exit_code(error: ChannelkitError) -> int:
    if isinstance(error, UsageError | SettingsError):
        return 2
    return 75 if isinstance(error, LeaseError) else 1
