"""What verbs share with the person at the terminal: the kit with its progress, and words, JSON and tables as output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from channelkit.report.frame_text import frame_text

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.kit import Kit


@contextmanager
def open_kit(settings: Path | None, *, frames: bool = False) -> Iterator[Kit]:
    """Open the kit, showing progress on a terminal and nothing where the output is piped.

    Arguments:
        frames: the verb shows a DataFrame.
    """
    import channelkit  # noqa: PLC0415

    if not frames:
        leave_pandas_out()
    with channelkit.open(settings) as kit:
        if not sys.stderr.isatty():
            yield kit
            return
        from rich.console import Console  # noqa: PLC0415

        with Console(stderr=True).status("") as status:
            kit.parts.progress = status.update
            yield kit


class _WithoutPandas:
    """Python's way to be told that a package cannot be imported."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def leave_pandas_out() -> None:
    """Keep pyarrow from loading pandas with its first array: a quarter of a second for a verb that shows no table."""
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _WithoutPandas)
    try:
        import pyarrow  # noqa: PLC0415

        pyarrow.array([])
    finally:
        sys.meta_path.remove(_WithoutPandas)


def say(words: str) -> None:
    """Print a line."""
    typer.echo(words)


def print_json(value: Any) -> None:
    """Print a value as JSON; what JSON does not know is written as its text."""
    typer.echo(json.dumps(value, indent=2, default=str, ensure_ascii=False))


def print_frame(frame: pd.DataFrame, as_json: bool) -> None:
    """Print a DataFrame as a table for a person, or as JSON for a program."""
    if as_json:
        print_json(json.loads(frame.to_json(orient="records", date_format="iso")))
    elif frame.empty:
        say("Nothing is there.")
    else:
        say(frame_text(frame))
