"""Versions of a listing rule, or of price rules, as an editor shows them and goes on from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Protocol, TypeVar

from channelkit.errors import UsageError

_LEFT = "text-align:left;vertical-align:top;white-space:normal"


class KeptVersion(Protocol):
    """One version; ``id`` is 0 where none was ever put in force."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def made(self) -> str: ...
    @property
    def made_by(self) -> str: ...


Version = TypeVar("Version", bound=KeptVersion)


def find_version(history: Sequence[Version], number: int) -> Version:
    """Return a version by its number.

    Raises:
        UsageError: there is none.
    """
    for version in history:
        if version.id == number:
            return version
    raise UsageError(f"There is no version {number}.")


def versions_screen(
    history: Sequence[Version], further: Callable[[Version], Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what a view shows of every version, the one that holds first.

    Arguments:
        further: returns what one version tells of its own.
    """
    return [
        {
            "id": version.id,
            "name": version.name,
            "made": version.made,
            "by": version.made_by,
            "holds": place == 0,
            **further(version),
        }
        for place, version in enumerate(history)
    ]


def version_table(
    versions: Sequence[Mapping[str, Any]], titles: Sequence[str], further: Callable[[Mapping[str, Any]], Sequence[str]]
) -> str:
    """Return versions as a table; nothing where there are none.

    Arguments:
        versions: as `versions_screen` returns them.
        titles: of the columns, the first four of which are number, name, time and person.
        further: returns the texts of the other columns of one version; lines of a text stand one below the other.
    """
    rows = "".join(
        f'<tr><td style="{_LEFT}">{version["id"]}{" (holds)" if version["holds"] else ""}</td>'
        + "".join(
            f'<td style="{_LEFT}">{escape(text).replace(chr(10), "<br>")}</td>'
            for text in (version["name"], version["made"], version["by"], *further(version))
        )
        + "</tr>"
        for version in versions
    )
    head = "".join(f'<th scope="col" style="{_LEFT}">{title}</th>' for title in titles)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
