"""Reading ``jobs.toml``: one readable error for each mistake, since a misspelt line would silently run nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from channelkit.errors import SettingsError
from channelkit.schedule.job import DAY, HOUR, MINUTE, Cluster, Job, Place, Schedule

FILE = "jobs.toml"
SHIPPED = Path(__file__).parent.parent.parent / "schedules" / FILE
"""What channelkit comes with; a file of this name beside the settings goes before it."""

_UNITS = {"s": 1, "min": MINUTE, "h": HOUR, "d": DAY}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")

Value = bool | int | float | str | list[str]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; unknown keys are refused."""


class _Job(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    words: str
    notebook: str = ""
    command: list[str] = []
    parameters: dict[str, Value] = {}
    every: str = ""
    at: str = ""
    timeout: str = "20min"
    keep_days: int | None = None
    keep_failed_days: int | None = None


class _Place(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    folder: str
    settings: str
    user: str = ""


class _Cluster(_Place, frozen=True, kw_only=True, forbid_unknown_fields=True):
    image: str
    volume: str = "channelkit"
    size: str = "20Gi"
    secret: str = "channelkit"  # noqa: S105 - the name of an object
    uid: int = 10001


class _Install(_Place, frozen=True, kw_only=True, forbid_unknown_fields=True):
    mac: _Place
    windows: _Place
    kubernetes: _Cluster


class _File(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    install: _Install
    jobs: dict[str, dict[str, Any]]


def find_jobs_file(folder: Path) -> Path:
    """Return the file of jobs that holds for a settings' folder: its own, else the one channelkit comes with."""
    own = folder / FILE
    return own if own.is_file() else SHIPPED


def read_schedule(path: Path) -> Schedule:
    """Read a file of jobs.

    Raises:
        SettingsError: names the key, the file and the fix.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"There is no file of jobs {path}.", "Take schedules/jobs.toml of channelkit's own folder."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.", "Mend that line; texts stand in quotes.") from None
    read = _converted(path, "", content, _File)
    install = read.install
    return Schedule(
        jobs=tuple(
            _job(path, name, _converted(path, f"jobs.{name}", table, _Job)) for name, table in read.jobs.items()
        ),
        posix=_place(install),
        mac=_place(install.mac),
        windows=_place(install.windows, "\\.venv\\Scripts\\channelkit.exe"),
        cluster=Cluster(
            _place(install.kubernetes),
            install.kubernetes.image,
            install.kubernetes.volume,
            install.kubernetes.size,
            install.kubernetes.secret,
            install.kubernetes.uid,
        ),
    )


def read_duration(text: str) -> int | None:
    """Return seconds, or None where the text says no duration.

    >>> read_duration("5min"), read_duration("2h"), read_duration("soon")
    (300, 7200, None)
    """
    found = re.fullmatch(r"(\d+) ?(s|min|h|d)", text)
    return int(found[1]) * _UNITS[found[2]] if found and int(found[1]) else None


Kind = TypeVar("Kind", bound=_Table)


def _converted(path: Path, where: str, table: object, kind: type[Kind]) -> Kind:
    """Return a table as what it must be; each job is read by itself, so that an error can name it."""
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        key = ".".join(filter(None, (where, place.rstrip("`").lstrip(".")))) or "the top of the file"
        raise SettingsError(f"{path}, {key}: {problem}.", "Mend it as schedules/jobs.toml shows.") from None


def _place(table: _Place, program: str = "/.venv/bin/channelkit") -> Place:
    return Place(table.folder.rstrip("/\\") + program, table.settings, table.user)


def _job(path: Path, name: str, table: _Job) -> Job:
    def wrong(key: str, problem: str, fix: str) -> SettingsError:
        return SettingsError(f"{path}, jobs.{name}.{key} {problem}.", fix)

    if not _NAME.fullmatch(name):
        raise wrong("", "cannot be a job's name", "Use small letters, digits and hyphens; it names files and units.")
    if bool(table.notebook) == bool(table.command):
        raise wrong("notebook", "and command: exactly one of them says what runs", "Take one out, or write one.")
    if table.command and table.parameters:
        raise wrong("parameters", "are a notebook's, and this is a command", "Write them into the command.")
    if bool(table.every) == bool(table.at):
        raise wrong("every", "and at: exactly one of them says when it runs", 'Write every = "5min" or at = "04:20".')
    timeout = read_duration(table.timeout)
    if timeout is None:
        raise wrong("timeout", f"is no duration: {table.timeout!r}", 'Write it like "20min" or "2h".')
    for key, value in table.parameters.items():
        if isinstance(value, str | list) and any(not text.isprintable() for text in value):
            raise wrong(f"parameters.{key}", "holds a character that cannot be shown", "Take it out.")
    return Job(
        name=name,
        words=table.words.strip(),
        notebook=table.notebook,
        command=tuple(table.command),
        parameters=_typed(table.parameters),
        every=_every(table.every, wrong("every", f"cannot be {table.every!r}", _EVERY_FIX)) if table.every else None,
        at=_time(table.at, wrong("at", f"is no time of day: {table.at!r}", 'Write it like "04:20".'))
        if table.at
        else None,
        timeout=timeout,
        keep_days=table.keep_days,
        keep_failed_days=table.keep_failed_days,
    )


_EVERY_FIX = (
    "Write minutes that divide an hour (5min, 15min, 30min), hours that divide a day (1h, 6h, 12h), or 1d: no "
    "scheduler keeps other steps evenly over midnight."
)


def _every(text: str, error: SettingsError) -> int:
    seconds = read_duration(text)
    if (
        seconds is None
        or seconds % MINUTE
        or not any(
            (
                seconds < HOUR and HOUR % seconds == 0,
                HOUR <= seconds <= DAY and DAY % seconds == 0 and not seconds % HOUR,
            )
        )
    ):
        raise error
    return seconds


def _time(text: str, error: SettingsError) -> tuple[int, int]:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
    if not found:
        raise error
    return int(found[1]), int(found[2])


def _typed(parameters: Mapping[str, Value]) -> dict[str, str]:
    """Return parameters as a person types them; `channelkit run` turns them into what the notebook's defaults are."""
    return {name: _text(value) for name, value in parameters.items()}


def _text(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return ",".join(value)
        case _:
            return str(value)
