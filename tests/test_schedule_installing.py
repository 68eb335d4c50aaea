"""Installing: shown first, done once, undone wholly, and nothing that is somebody else's is touched.

The schedulers' own programs are stood in for by small ones that keep a crontab in a file and write down what they are
told: no test may change what this machine does.
"""

from __future__ import annotations

import plistlib
import sys
from pathlib import Path

import pytest

from channelkit.errors import ChannelkitError, UsageError
from channelkit.schedule.installing import carry_out, find_installed, plan_install, plan_removal
from channelkit.schedule.job import Place
from channelkit.schedule.machine import Machine
from channelkit.schedule.reading import SHIPPED, read_schedule
from tests.typed_commands import json_of, type_in

JOBS = read_schedule(SHIPPED).jobs

CRONTAB = """
import pathlib, sys
kept = pathlib.Path({folder!r}) / "kept"
if sys.argv[1:] == ["-l"]:
    if not kept.exists():
        sys.exit("no crontab for ada")
    sys.stdout.write(kept.read_text())
else:
    kept.write_text(sys.stdin.read())
"""

NOTES = """
import pathlib, sys
words = " ".join(sys.argv[1:])
notes = pathlib.Path({folder!r}) / "notes"
said = notes.read_text() if notes.exists() else ""
notes.write_text(said + {name!r} + " " + words + chr(10))
if "is-active" in words:
    sys.exit(0 if f"enable --now {{words.split()[-1]}}" in said else 3)
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the stand-ins, first in the path, and what they keep."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("crontab", "systemctl", "launchctl", "schtasks"):
        text = (CRONTAB if name == "crontab" else NOTES).format(folder=str(folder), name=name)
        path = folder / name
        path.write_text(f"#!{sys.executable}\n{text}")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place("/opt/channelkit/.venv/bin/channelkit", str(tmp_path / "channelkit.toml"), "ada")


def notes(programs: Path) -> list[str]:
    path = programs / "notes"
    said = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return [line for line in said if "is-active" not in line and "/Query" not in line]


def machine(tmp_path: Path, *, is_root: bool = False) -> Machine:
    return Machine(home=tmp_path / "home", root=tmp_path / "root", is_root=is_root, uid=501)


TARGETS = ("cron", "systemd", "launchd", "windows")


@pytest.mark.parametrize("target", TARGETS)
def test_installing_twice_changes_nothing_the_second_time(
    tmp_path: Path, programs: Path, place: Place, target: str
) -> None:
    here = machine(tmp_path)
    steps = plan_install(target, JOBS, place, here)
    assert steps and not (tmp_path / "home").exists(), "planning is only looking"
    carry_out(steps, here)
    assert plan_install(target, JOBS, place, here) == []
    # The stand-in for the Windows Task Scheduler has every task that it is asked for.
    assert {job.name for job in JOBS} == find_installed(JOBS, here)[target]


@pytest.mark.parametrize("target", TARGETS)
def test_removing_takes_away_all_that_was_installed(tmp_path: Path, programs: Path, place: Place, target: str) -> None:
    here = machine(tmp_path)
    carry_out(plan_install(target, JOBS, place, here), here)
    carry_out(plan_removal(target, place, here), here)
    left = [path for path in tmp_path.rglob("channelkit*") if path.is_file()]
    assert left == [] and plan_removal(target, place, here) == []
    if target != "windows":
        assert target not in find_installed(JOBS, here)


@pytest.mark.parametrize("target", TARGETS)
def test_a_job_that_is_no_more_is_taken_away_when_the_others_are_installed(
    tmp_path: Path, programs: Path, place: Place, target: str
) -> None:
    here = machine(tmp_path)
    carry_out(plan_install(target, JOBS, place, here), here)
    steps = plan_install(target, JOBS[:1], place, here)
    carry_out(steps, here)
    assert steps and plan_install(target, JOBS[:1], place, here) == []
    if target != "windows":
        assert find_installed(JOBS, here)[target] == {JOBS[0].name}


def test_the_crontab_keeps_its_other_lines(tmp_path: Path, programs: Path, place: Place) -> None:
    mine = "MAILTO=ada\n0 1 * * * backup --all  # mine\n"
    (programs / "kept").write_text(mine)
    here = machine(tmp_path)
    carry_out(plan_install("cron", JOBS, place, here), here)
    kept = (programs / "kept").read_text()
    assert kept.startswith(mine) and f"run sync -p apply=true --settings {place.settings}" in kept
    carry_out(plan_removal("cron", place, here), here)
    assert (programs / "kept").read_text() == mine


def test_root_gives_the_machine_units_and_anybody_else_their_own_manager(
    tmp_path: Path, programs: Path, place: Place
) -> None:
    root = machine(tmp_path, is_root=True)
    carry_out(plan_install("systemd", JOBS, place, root), root)
    service = (tmp_path / "root/etc/systemd/system/channelkit-sync.service").read_text()
    assert "User=ada" in service and "ProtectSystem=strict" in service
    assert notes(programs)[0] == "systemctl daemon-reload"
    ada = machine(tmp_path)
    carry_out(plan_install("systemd", JOBS, place, ada), ada)
    service = (tmp_path / "config/systemd/user/channelkit-sync.service").read_text()
    assert "User=" not in service and "CapabilityBoundingSet" not in service and "NoNewPrivileges=yes" in service
    assert "systemctl --user enable --now channelkit-sync.timer" in notes(programs)


def test_launchd_is_told_anew_of_a_list_that_changed(tmp_path: Path, programs: Path, place: Place) -> None:
    here = machine(tmp_path)
    carry_out(plan_install("launchd", JOBS, place, here), here)
    path = here.agents / "channelkit.sync.plist"
    assert plistlib.loads(path.read_bytes())["ProgramArguments"][-1] == place.settings
    notes(programs)
    path.write_text("<plist/>")
    carry_out(plan_install("launchd", JOBS, place, here), here)
    assert notes(programs) == [
        "launchctl bootout gui/501/channelkit.sync",
        f"launchctl bootstrap gui/501 {path}",
    ]


def test_what_does_not_work_is_told_with_what_it_said(tmp_path: Path, programs: Path, place: Place) -> None:
    (programs / "systemctl").write_text("#!/bin/sh\necho 'System has not been booted' >&2\nexit 1\n")
    here = machine(tmp_path)
    with pytest.raises(ChannelkitError, match=r"daemon-reload ended with 1: System has not been booted"):
        carry_out(plan_install("systemd", JOBS, place, here), here)


def test_cron_that_is_not_there_is_told(
    tmp_path: Path, programs: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ChannelkitError, match="crontab is not there"):
        plan_install("cron", JOBS, place, machine(tmp_path))
    assert "cron" not in find_installed(JOBS, machine(tmp_path))


@pytest.mark.parametrize("target", ["kubernetes", "airflow", "at"])
def test_what_cannot_be_installed_from_here_says_how_to_get_its_files(
    tmp_path: Path, place: Place, target: str
) -> None:
    with pytest.raises(UsageError, match="channelkit schedule render"):
        plan_install(target, JOBS, place, machine(tmp_path))


# ---------------------------------------------------------------- as a person types it


@pytest.fixture
def kit_folder(tmp_path: Path) -> Path:
    assert type_in(tmp_path, "init").returncode == 0
    return tmp_path


def test_install_shows_what_it_would_do_and_does_it_when_told(kit_folder: Path, programs: Path) -> None:
    """SY-02."""
    shown = type_in(kit_folder, "schedule", "install", "--target", "cron")
    assert shown.returncode == 0 and "Nothing was done" in shown.stdout and "run sync -p apply=true" in shown.stdout
    assert not (programs / "kept").exists()
    done = json_of(kit_folder, "schedule", "install", "--target", "cron", "--apply")
    assert done["done"] and str(kit_folder / "channelkit.toml") in (programs / "kept").read_text()
    again = type_in(kit_folder, "schedule", "install", "--target", "cron", "--apply")
    assert again.stdout.strip() == "Nothing to do: it is so already."
    removed = type_in(kit_folder, "schedule", "remove", "--target", "cron", "--apply")
    assert removed.returncode == 0 and (programs / "kept").read_text() == ""


def test_render_writes_every_schedulers_files_where_it_is_told(kit_folder: Path) -> None:
    said = type_in(kit_folder, "schedule", "render", "--out", "files", "--target", "cron", "--target", "airflow")
    assert said.returncode == 0
    assert sorted(path.name for path in (kit_folder / "files").rglob("*.*")) == ["channelkit_jobs.py"]
    assert (kit_folder / "files/cron/crontab").read_text() == (SHIPPED.parent / "cron/crontab").read_text()


def test_render_refuses_a_parameter_that_the_notebook_lacks(kit_folder: Path) -> None:
    jobs = kit_folder / "jobs.toml"
    jobs.write_text(SHIPPED.read_text().replace("{ apply = true }", "{ aply = true }"))
    said = type_in(kit_folder, "schedule", "render")
    assert said.returncode == 2 and "no parameter 'aply'" in said.stderr and not (kit_folder / "cron").exists()
