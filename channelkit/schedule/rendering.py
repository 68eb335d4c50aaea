"""From jobs to the files of each scheduler, and which of the committed ones are not what they should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from channelkit.errors import UsageError
from channelkit.schedule import airflow, cron, kubernetes, launchd, systemd, windows
from channelkit.schedule.job import Schedule

TARGETS: Mapping[str, Callable[[Schedule], dict[str, str]]] = MappingProxyType(
    {
        "cron": lambda schedule: cron.render(schedule.jobs, schedule.posix),
        "systemd": lambda schedule: systemd.render(schedule.jobs, schedule.posix),
        "launchd": lambda schedule: launchd.render(schedule.jobs, schedule.mac),
        "windows": lambda schedule: windows.render(schedule.jobs, schedule.windows),
        "kubernetes": lambda schedule: kubernetes.render(schedule.jobs, schedule.cluster),
        "airflow": lambda schedule: airflow.render(schedule.jobs, schedule.posix),
    }
)
"""What renders each scheduler's files."""


def render(schedule: Schedule, target: str) -> dict[str, str]:
    """Return one scheduler's files by their names.

    Raises:
        UsageError: there is no such scheduler.
    """
    if target not in TARGETS:
        raise UsageError(f"There is no target {target!r}.", f"The targets are: {', '.join(TARGETS)}.")
    return TARGETS[target](schedule)


def write_files(schedule: Schedule, folder: Path, targets: tuple[str, ...] = ()) -> list[Path]:
    """Write the files of these schedulers, or of all, below a folder, and return those that were not so before.

    A rendered file of a job that is no more is removed.
    """
    changed = []
    for target in targets or TARGETS:
        place, files = folder / target, render(schedule, target)
        place.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = place / name
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8", newline="\n")
                changed.append(path)
        for path in sorted(place.glob("channelkit*")):
            if path.is_file() and path.name not in files:
                path.unlink()
                changed.append(path)
    return changed
