"""Installing jobs with a scheduler of this machine: what would be done is shown first, and can be undone.

Doing it twice changes nothing the second time; what is not ours, other lines of a crontab, other units, stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from channelkit.errors import ChannelkitError, UsageError
from channelkit.schedule import cron, launchd, systemd, windows
from channelkit.schedule.job import Job, Place
from channelkit.schedule.machine import Machine


@dataclass(frozen=True)
class Step:
    """One thing to do: write a file, remove one, or run a program.

    Arguments:
        text: what the file becomes; None removes it.
        command, given: the program, and what it reads.
        may_fail: it does not matter where it was done already.
    """

    words: str
    path: Path | None = None
    text: str | None = None
    command: tuple[str, ...] = ()
    given: str | None = None
    may_fail: bool = False


Plan = Callable[[Sequence[Job], Place, Machine], list[Step]]


def plan_install(target: str, jobs: Sequence[Job], place: Place, machine: Machine) -> list[Step]:
    """Return what is to be done so that a scheduler has exactly these jobs; nothing where it has them already.

    Raises:
        UsageError: there is no such scheduler to install with.
    """
    return _of(target)(jobs, place, machine)


def plan_removal(target: str, place: Place, machine: Machine) -> list[Step]:
    """Return what is to be done so that a scheduler has none of our jobs.

    Raises:
        UsageError: there is no such scheduler to install with.
    """
    return _of(target)((), place, machine)


def carry_out(steps: Sequence[Step], machine: Machine) -> None:
    """Do what was planned.

    Raises:
        ChannelkitError: a step failed; those before it are done.
    """
    for step in steps:
        if step.command:
            code, said = machine.ask(step.command, step.given)
            if code and not step.may_fail:
                raise ChannelkitError(
                    f"{' '.join(step.command)} ended with {code}: {said.strip() or 'it said nothing'}.",
                    "Mend that and install again: what is done already is left as it is.",
                )
        elif step.path is not None and step.text is None:
            step.path.unlink(missing_ok=True)
        elif step.path is not None and step.text is not None:
            step.path.parent.mkdir(parents=True, exist_ok=True)
            step.path.write_text(step.text, encoding="utf-8", newline="\n")


def find_installed(jobs: Sequence[Job], machine: Machine) -> dict[str, set[str]]:
    """Return the jobs that each scheduler of this machine has."""
    names = {job.name for job in jobs}
    found = {
        "systemd": {name for name in names if (machine.units / f"channelkit-{name}.timer").is_file()},
        "launchd": {name for name in names if (machine.agents / f"channelkit.{name}.plist").is_file()},
    }
    if machine.has("crontab") and cron.holds_ours(crontab := machine.read_crontab()):
        found["cron"] = {job.name for job in jobs if f" {' '.join(job.arguments)} " in crontab}
    if machine.has("schtasks"):
        asked = {job.name: machine.ask(["schtasks", "/Query", "/TN", windows.task(job)])[0] for job in jobs}
        found["windows"] = {name for name, code in asked.items() if code == 0}
    return {target: have for target, have in found.items() if have}


def _cron(jobs: Sequence[Job], place: Place, machine: Machine) -> list[Step]:
    before = machine.read_crontab()
    after = cron.put_in(before, cron.block(tuple(jobs), place)) if jobs else cron.take_out(before)
    if after == before:
        return []
    count = len(jobs)
    words = f"write {count} lines into the crontab" if jobs else "take our lines out of the crontab"
    return [Step(f"{words}; its other lines stay", command=("crontab", "-"), given=after)]


def _systemd(jobs: Sequence[Job], place: Place, machine: Machine) -> list[Step]:
    files = systemd.render(tuple(jobs), place, machine.manager)
    there = sorted(machine.units.glob("channelkit-*.timer")) + sorted(machine.units.glob("channelkit-*.service"))
    gone = [path for path in there if path.name not in files]
    steps = [
        _run(machine.systemctl("disable", "--now", path.name), may_fail=True)
        for path in gone
        if path.suffix == ".timer"
    ]
    steps += [Step(f"remove {path}", path) for path in gone]
    written = _writes(machine.units, files)
    steps += written
    if gone or written:
        steps.append(_run(machine.systemctl("daemon-reload")))
    for job in jobs:
        timer = f"{systemd.unit(job)}.timer"
        if written or machine.ask(machine.systemctl("is-active", timer))[0]:
            steps.append(_run(machine.systemctl("enable", "--now", timer)))
    return steps


def _launchd(jobs: Sequence[Job], place: Place, machine: Machine) -> list[Step]:
    files, domain = launchd.render(tuple(jobs), place), f"gui/{machine.uid}"
    gone = [path for path in sorted(machine.agents.glob("channelkit.*.plist")) if path.name not in files]
    steps = []
    for path in gone:
        steps += [_run(("launchctl", "bootout", f"{domain}/{path.stem}"), may_fail=True), Step(f"remove {path}", path)]
    for write in _writes(machine.agents, files):
        assert write.path is not None
        # launchd reads a list once, when it is told of it.
        steps += [_run(("launchctl", "bootout", f"{domain}/{write.path.stem}"), may_fail=True), write]
        steps.append(_run(("launchctl", "bootstrap", domain, str(write.path))))
    return steps


def _windows(jobs: Sequence[Job], place: Place, _machine: Machine) -> list[Step]:
    folder, files = Path(place.folder) / "schedules", windows.render(tuple(jobs), place)
    steps = []
    for path in sorted(folder.glob("channelkit-*.xml")):
        if path.name not in files:
            name = path.stem.removeprefix("channelkit-")
            delete = ("schtasks", "/Delete", "/TN", f"{windows.FOLDER}\\{name}", "/F")
            steps += [_run(delete, may_fail=True), Step(f"remove {path}", path)]
    for write in _writes(folder, files):
        assert write.path is not None
        name = write.path.stem.removeprefix("channelkit-")
        create = ("schtasks", "/Create", "/TN", f"{windows.FOLDER}\\{name}", "/XML", str(write.path), "/F")
        steps += [write, _run(create)]
    return steps


def _writes(folder: Path, files: Mapping[str, str]) -> list[Step]:
    """Return a step for each file that is not there as it should be."""
    return [
        Step(f"write {folder / name}", folder / name, text)
        for name, text in files.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]


def _run(command: tuple[str, ...], *, may_fail: bool = False) -> Step:
    return Step(f"run {' '.join(command)}", command=command, may_fail=may_fail)


TARGETS: Mapping[str, Plan] = MappingProxyType(
    {"cron": _cron, "systemd": _systemd, "launchd": _launchd, "windows": _windows}
)


def _of(target: str) -> Plan:
    if target not in TARGETS:
        raise UsageError(
            f"Nothing can be installed with {target!r} from here.",
            f"Install with: {', '.join(TARGETS)}. Files for others are written by: channelkit schedule render",
        )
    return TARGETS[target]
