"""The command line: one short command per verb, each a few calls of the library.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but something was refused or held, 75 another run is at work.
Everything heavy is imported inside the command that needs it, so that ``--help`` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from channelkit.errors import ChannelkitError, LeaseError, SettingsError, UsageError
from channelkit.terminal import leave_pandas_out, open_kit, print_frame, print_json, say

if TYPE_CHECKING:
    from channelkit.outcome import Run

app = typer.Typer(
    help="Amazon listings and an Adobe Commerce catalog in one view: read, match, classify, plan, apply, read back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

SettingsOption = Annotated[Path | None, typer.Option("--settings", help="The settings file; else the nearest one.")]
StoreOption = Annotated[list[str] | None, typer.Option("--store", help="Only this store; may be given several times.")]
OneStoreOption = Annotated[str, typer.Option("--store", help="The store; may be left out where there is only one.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]
TabOption = Annotated[str, typer.Option("--tab", help="Only this tab, for instance Inactive.")]


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


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Where to write channelkit.toml.")] = Path()) -> None:
    """Write a commented settings file to fill in."""
    from channelkit.settings.reader import FILE  # noqa: PLC0415
    from channelkit.settings.template import write_template  # noqa: PLC0415

    path = write_template(folder / FILE)
    say(f"Wrote {path}. Fill it in, then check it with: channelkit doctor")


@app.command()
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


@app.command()
def pull(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Read both sides and classify; nothing is sent."""
    with open_kit(settings) as kit:
        _finish(kit.pull(store or ()), as_json)


@app.command()
def sync(
    store: StoreOption = None,
    settings: SettingsOption = None,
    show_only: Annotated[bool, typer.Option("--dry-run", help="Plan and show, send nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run one cycle: read, confirm, decide, and send what no guard holds."""
    with open_kit(settings) as kit:
        _finish(kit.sync(store or (), send=not show_only), as_json)


@app.command()
def match(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show which product each listing is linked to, and what speaks for it."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.one_store(store).listings()
        linked = frame[frame["listed"]][["sku", "asin", "product_sku", "method", "evidence"]]
        print_frame(linked, as_json)


@app.command()
def listings(
    store: StoreOption = None, tab: TabOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """List listings with tab, status, reason and next step."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.listings(tab or None, store or ())
        columns = ["store", "sku", "asin", "tab", "status", "reason", "next_step"]
        print_frame(frame if as_json else frame[columns], as_json)


@app.command()
def explain(
    sku: Annotated[str, typer.Argument(help="A seller SKU, or the SKU of a product that is not on Amazon.")],
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell why a listing is in its tab, from which facts, and what to do next."""
    with open_kit(settings) as kit:
        explanation = kit.one_store(store).explain(sku)
        if as_json:
            print_json(dict(explanation.lines))
        else:
            say(str(explanation))


@app.command()
def plan(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show what would be sent, what is held and what stops it; nothing is sent."""
    with open_kit(settings, frames=True) as kit:
        plans = [kit.one_store(name).plan() for name in store or kit.stores]
        if as_json:
            print_json([one.summary() for one in plans])
            return
        for one in plans:
            say(str(one))


@app.command()
def apply(
    *,
    store: OneStoreOption = "",
    fingerprint: Annotated[str, typer.Option("--approve", help="The fingerprint that channelkit plan showed.")],
    release: Annotated[list[str] | None, typer.Option("--release", help="Send what is held for this SKU, too.")] = None,
    although_stopped: Annotated[bool, typer.Option(help="Send a plan that was stopped for its size.")] = False,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a plan that you have looked at; refused if the facts have moved since."""
    with open_kit(settings) as kit:
        one = kit.one_store(store).plan()
        one.require(fingerprint)
        applied = one.apply(release_held=release or (), although_stopped=although_stopped)
        if as_json:
            print_json(applied.row())
        else:
            say(str(applied))
    if not applied.is_complete:
        raise typer.Exit(3)


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="Where to write the page.")] = Path("report/index.html"),
    days: Annotated[float, typer.Option(help="How many days back changes and failures are told.")] = 7.0,
    settings: SettingsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures instead of writing a page.")] = False,
) -> None:
    """Write one HTML page that opens offline: what is in which tab and why, what changed, is held, failed."""
    with open_kit(settings) as kit:
        since = kit.clock.now() - days * 86_400
        if as_json:
            print_json(kit.summary(since))
        else:
            say(f"Wrote {kit.report(out, since)}")


@app.command()
def run(
    notebook: Annotated[str, typer.Argument(help="The notebook's name, for instance sync.")],
    parameter: Annotated[list[str] | None, typer.Option("-p", "--parameter", help="NAME=VALUE")] = None,
    settings: SettingsOption = None,
) -> None:
    """Execute a notebook as a scheduled job and file its output."""
    from channelkit.database.connection import open_database  # noqa: PLC0415
    from channelkit.jobs import run_job  # noqa: PLC0415
    from channelkit.settings.reader import find_settings, read_settings  # noqa: PLC0415

    given = {}
    for text in parameter or ():
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"The parameter {text!r} has no value.", "Write it as NAME=VALUE.")
        given[name] = value
    leave_pandas_out()
    # The kit itself is opened in the notebook; a second one here would only cost the time to load it.
    read = read_settings(settings or find_settings(Path.cwd()))
    database = open_database(read.database_url, read.history, read.database_password)
    try:
        raise typer.Exit(run_job(read, database, notebook, given))
    finally:
        database.close()


@app.command()
def db(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Open the database, bring its tables up to date, and say what it holds."""
    with open_kit(settings) as kit:
        counts = kit.holdings()
        if as_json:
            print_json(counts)
        else:
            for name, count in counts.items():
                say(f"{count:>12,}  {name}")


@app.command()
def sandbox(
    *,
    amazon_port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    commerce_port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same world.")] = 1,
    speed: Annotated[float, typer.Option(help="Sandbox seconds per second of the wall's clock.")] = 1.0,
    products: Annotated[Path | None, typer.Option(help="A CSV file with a real catalog.")] = None,
    listings: Annotated[Path | None, typer.Option(help="A CSV file with real listings.")] = None,
) -> None:
    """Serve a Seller Central and a Commerce on this machine; prints one line of JSON when ready."""
    from channelkit.sandbox.server import serve  # noqa: PLC0415

    serve(
        amazon_port=amazon_port,
        commerce_port=commerce_port,
        seed=seed,
        speed=speed,
        products=products,
        listings=listings,
    )


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="The folder for all of it; emptied first if it was a demo.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same world.")] = 1,
    products: Annotated[Path | None, typer.Option(help="A CSV file with a real catalog.")] = None,
    listings: Annotated[Path | None, typer.Option(help="A CSV file with real listings.")] = None,
    cycles: Annotated[int, typer.Option(help="How many cycles the sync notebook runs.")] = 4,
) -> None:
    """Run the whole loop on the sandbox, and write a report; needs no account."""
    from channelkit.demo import run_demo  # noqa: PLC0415

    run_demo(out, seed=seed, products=products, listings=listings, cycles=cycles, say=say)


def _finish(result: Run, as_json: bool) -> None:
    if as_json:
        print_json({"run": result.id, "state": result.state, "stores": result.rows(), "problems": result.problems()})
    else:
        say(repr(result))
    raise typer.Exit(result.exit_code)
