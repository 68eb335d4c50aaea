"""What the scheduler is given starts what the command line has."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

from typer.main import get_command

from channelkit.cli import app

FOLDER = Path(__file__).parent.parent / "schedules"


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # systemd's keys keep their case
    parser.read_string((FOLDER / name).read_text(encoding="utf-8"))
    return parser


def options_of(verb: str) -> set[str]:
    command = get_command(app).commands[verb]  # type: ignore[attr-defined]  # typer's group says so only at run time
    return {option for parameter in command.params for option in parameter.opts}


def arguments_of(line: str) -> list[str]:
    arguments = line.partition("channelkit run ")[2]
    return arguments.partition(">")[0].split()


def test_every_schedule_runs_the_sync_notebook_with_options_that_exist() -> None:
    service = unit("channelkit-sync.service")["Service"]["ExecStart"]
    cron = next(line for line in (FOLDER / "crontab").read_text().splitlines() if "channelkit run" in line)
    for line in (service, cron):
        notebook, *rest = arguments_of(line)
        assert notebook == "sync" and "apply=true" in rest
        assert {word for word in rest if word.startswith("-")} <= options_of("run")


def test_the_cycle_starts_every_five_minutes() -> None:
    assert unit("channelkit-sync.timer")["Timer"]["OnCalendar"] == "*:0/5"
    assert "\n*/5 * * * * " in (FOLDER / "crontab").read_text()


def test_a_held_change_or_another_run_at_work_is_no_failure_of_the_service() -> None:
    assert unit("channelkit-sync.service")["Service"]["SuccessExitStatus"].split() == ["3", "75"]


def test_systemd_itself_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        assert unit("channelkit-sync.service")["Service"]["Type"] == "oneshot"
        return
    # The units name a folder that only a real installation has; here they name this one's interpreter.
    for name in ("channelkit-sync.service", "channelkit-sync.timer"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/channelkit/.venv/bin/channelkit", "/bin/true"))
    units = [str(tmp_path / "channelkit-sync.service"), str(tmp_path / "channelkit-sync.timer")]
    verified = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True, check=False)
    ours = [line for line in verified.stderr.splitlines() if "channelkit-sync" in line]
    assert ours == []
