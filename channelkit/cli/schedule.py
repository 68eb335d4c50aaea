"""Verbs of schedules: render, install, remove, status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from channelkit.cli.options import JsonOption, SettingsOption
from channelkit.terminal import open_kit, print_json, say

if TYPE_CHECKING:
    from channelkit.schedule.installing import Step
    from channelkit.schedule.job import Place
    from channelkit.schedule.machine import Machine

app = typer.Typer(
    help="What runs when: render files for schedulers, install them here, see how jobs stand.", no_args_is_help=True
)

TargetOption = Annotated[str, typer.Option("--target", help="cron, systemd, launchd or windows.")]
DoOption = Annotated[bool, typer.Option("--apply", help="Do it; without this it is only shown.")]
JobsOption = Annotated[
    Path | None, typer.Option("--jobs", help="The file of jobs; else jobs.toml beside the settings, else channelkit's.")
]


@app.command()
def render(
    target: Annotated[
        list[str] | None,
        typer.Option("--target", help="cron, systemd, launchd, windows, kubernetes, airflow; all by default."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="The folder; else that of the file of jobs.")] = None,
    jobs: JobsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the files of every scheduler from jobs.toml, each in its folder."""
    from channelkit.jobs import check_parameters  # noqa: PLC0415
    from channelkit.schedule.reading import find_jobs_file, read_schedule  # noqa: PLC0415
    from channelkit.schedule.rendering import write_files  # noqa: PLC0415

    path = jobs or find_jobs_file(Path.cwd())
    schedule = read_schedule(path)
    for job in schedule.jobs:
        check_parameters(job)
    folder = out or path.parent
    changed = write_files(schedule, folder, tuple(target or ()))
    if as_json:
        print_json({"folder": folder, "changed": changed})
        return
    for each in changed:
        say(f"{'wrote' if each.exists() else 'removed'} {each}")
    say(f"{folder} is as {path} says." if changed else f"{folder} was as {path} says already.")


@app.command()
def install(
    target: TargetOption,
    *,
    apply: DoOption = False,
    user: Annotated[str, typer.Option(help="Whose jobs they are, where root installs for another.")] = "",
    jobs: JobsOption = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give the jobs to a scheduler of this machine; only shown unless --apply is said."""
    from channelkit.jobs import check_parameters  # noqa: PLC0415
    from channelkit.schedule.installing import plan_install  # noqa: PLC0415
    from channelkit.schedule.machine import Machine  # noqa: PLC0415
    from channelkit.schedule.reading import find_jobs_file, read_schedule  # noqa: PLC0415

    machine = Machine()
    path = _settings(settings)
    schedule = read_schedule(jobs or find_jobs_file(path.parent))
    for job in schedule.jobs:
        check_parameters(job)
    place = _place(path, _user(machine, user, schedule.posix.user) if target == "systemd" else user)
    _finish(plan_install(target, schedule.jobs, place, machine), machine, apply, as_json)


@app.command()
def remove(
    target: TargetOption, *, apply: DoOption = False, settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Take our jobs from a scheduler of this machine; only shown unless --apply is said."""
    from channelkit.schedule.installing import plan_removal  # noqa: PLC0415
    from channelkit.schedule.machine import Machine  # noqa: PLC0415

    machine = Machine()
    _finish(plan_removal(target, _place(_settings(settings), ""), machine), machine, apply, as_json)


@app.command()
def status(jobs: JobsOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show which scheduler has each job, when it last ran and how that ended, and when it is due; 1 if one is late."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from channelkit.schedule.installing import find_installed  # noqa: PLC0415
    from channelkit.schedule.machine import Machine  # noqa: PLC0415
    from channelkit.schedule.reading import find_jobs_file, read_schedule  # noqa: PLC0415
    from channelkit.schedule.standing import stand  # noqa: PLC0415

    with open_kit(settings) as kit:
        schedule = read_schedule(jobs or find_jobs_file(kit.settings.folder))
        now = datetime.fromtimestamp(kit.clock.now(), UTC).astimezone()
        with kit.database.read() as connection:
            standings = stand(connection, schedule.jobs, now, find_installed(schedule.jobs, Machine()))
    if as_json:
        print_json([standing.row() for standing in standings])
    else:
        for standing in standings:
            say(str(standing))
    if not all(standing.is_well for standing in standings):
        raise typer.Exit(1)


def _settings(given: Path | None) -> Path:
    from channelkit.settings.reader import find_settings, read_settings  # noqa: PLC0415

    path = (given or find_settings(Path.cwd())).resolve()
    read_settings(path)  # a schedule for settings that cannot be read would fail every five minutes
    return path


def _place(settings: Path, user: str) -> Place:
    import getpass  # noqa: PLC0415

    from channelkit.schedule.job import Place  # noqa: PLC0415
    from channelkit.schedule.machine import own_program  # noqa: PLC0415

    return Place(own_program(), str(settings), user or getpass.getuser())


def _user(machine: Machine, given: str, usual: str) -> str:
    """Return whose a machine's own units are.

    Raises:
        UsageError: there is no such user here.
    """
    from channelkit.errors import UsageError  # noqa: PLC0415

    if not machine.is_root:
        return ""
    import pwd  # noqa: PLC0415

    name = given or usual
    try:
        pwd.getpwnam(name)
    except KeyError:
        raise UsageError(
            f"There is no user {name!r} here to run the jobs as.",
            f"Make one (useradd --system {name}) and give it the settings' folder, or name another with --user.",
        ) from None
    return name


def _finish(steps: list[Step], machine: Machine, apply: bool, as_json: bool) -> None:
    from channelkit.schedule.installing import carry_out  # noqa: PLC0415

    if apply:
        carry_out(steps, machine)
    if as_json:
        print_json({"steps": [step.words for step in steps], "done": apply})
        return
    for step in steps:
        say(f"{'done' if apply else 'would'}: {step.words}")
        if step.given and not apply:
            say("".join(f"    {line}\n" for line in step.given.splitlines()).rstrip())
    if not steps:
        say("Nothing to do: it is so already.")
    elif not apply:
        say("Nothing was done. Do it with: --apply")
