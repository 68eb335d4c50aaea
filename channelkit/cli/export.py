"""The verb that makes a page of a notebook: export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from channelkit.report.notebook_page import write_notebook_page
from channelkit.terminal import say


def export(
    file: Annotated[Path, typer.Argument(help="A notebook that was run (.ipynb).")],
    out: Annotated[Path | None, typer.Option("--out", help="Where to write the page; beside the notebook.")] = None,
) -> None:
    """Write a notebook that was run as one HTML page, which opens offline and needs no kernel."""
    say(f"Wrote {write_notebook_page(file, out)}")
