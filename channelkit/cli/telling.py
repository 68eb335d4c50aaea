"""How verbs of rules tell what they found: words for a person, or JSON for another program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import typer

from channelkit.terminal import print_frame, print_json, say

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.report.rule_findings import Findings


class Told(Protocol):
    """What is told in words by its repr, and to a program by its summary."""

    def summary(self) -> dict[str, Any]: ...


def tell(found: Told, as_json: bool, *further: str) -> None:
    """Tell what was found.

    Arguments:
        further: lines for a person, below the words; empty ones are left out.
    """
    if as_json:
        print_json(found.summary())
    else:
        say("\n".join([repr(found), *filter(None, further)]))


def tell_findings(found: Findings, as_json: bool) -> None:
    """Tell what is odd; ends with 3 where there is something."""
    tell(found, as_json)
    if len(found):
        raise typer.Exit(3)


def tell_versions(history: Sequence[Told], frame: Callable[[], pd.DataFrame], as_json: bool) -> None:
    """Tell every version.

    Arguments:
        frame: returns the versions as a table for a person.
    """
    if as_json:
        print_json([version.summary() for version in history])
    else:
        print_frame(frame(), as_json=False)
