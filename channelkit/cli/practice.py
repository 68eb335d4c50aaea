"""Verbs to practise with, and the one that runs a notebook: run, sandbox, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from channelkit.cli.options import SettingsOption
from channelkit.errors import UsageError
from channelkit.terminal import leave_pandas_out, say


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


def sandbox(
    *,
    amazon_port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    commerce_port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same world.")] = 1,
    speed: Annotated[float, typer.Option(help="Sandbox seconds per second of the wall's clock.")] = 1.0,
    products: Annotated[Path | None, typer.Option(help="A CSV file with a real catalog.")] = None,
    listings: Annotated[Path | None, typer.Option(help="A CSV file with real listings.")] = None,
    listen: Annotated[bool, typer.Option("--listen", help="Obey standard input: speed NUMBER.")] = False,
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
        listen=listen,
    )


def demo(
    *,
    out: Annotated[Path, typer.Option("--out", help="The folder for all of it; emptied first if it was a demo.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same world.")] = 1,
    products: Annotated[Path | None, typer.Option(help="A CSV file with a real catalog.")] = None,
    listings: Annotated[Path | None, typer.Option(help="A CSV file with real listings.")] = None,
    cycles: Annotated[int, typer.Option(help="How many cycles the sync notebook runs.")] = 4,
    stay: Annotated[bool, typer.Option("--stay", help="Leave the sandbox running until Ctrl-C, to practise.")] = False,
) -> None:
    """Run the whole loop on the sandbox, and write a report; needs no account."""
    from channelkit.demo import run_demo  # noqa: PLC0415

    run_demo(out, seed=seed, products=products, listings=listings, cycles=cycles, say=say, stay=stay)
