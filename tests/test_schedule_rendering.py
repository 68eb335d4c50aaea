"""The files of every scheduler: in step with jobs.toml, read by the schedulers' own rules, starting what there is."""

from __future__ import annotations

import configparser
import plistlib
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml  # type: ignore[import-untyped]  # papermill brings it
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from channelkit.cli import app
from channelkit.schedule import cron, launchd, systemd, windows, yaml_text
from channelkit.schedule.due import next_start
from channelkit.schedule.job import DAY, HOUR, MINUTE, Job, Place
from channelkit.schedule.reading import SHIPPED, read_schedule
from channelkit.schedule.rendering import TARGETS, render, write_files

FOLDER = SHIPPED.parent
SCHEDULE = read_schedule(SHIPPED)
JOBS = {job.name: job for job in SCHEDULE.jobs}
NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"

EVERY = [*(minutes * MINUTE for minutes in (1, 2, 5, 15, 30)), *(hours * HOUR for hours in (1, 2, 6, 12)), DAY]


@pytest.mark.parametrize("target", TARGETS)
def test_the_committed_files_are_what_jobs_toml_says(target: str) -> None:
    """If this fails: channelkit schedule render."""
    committed = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / target).iterdir() if path.is_file()}
    assert committed == render(SCHEDULE, target)


def test_rendering_again_changes_nothing_and_a_job_that_is_no_more_loses_its_files(tmp_path: Path) -> None:
    assert write_files(SCHEDULE, tmp_path)
    assert write_files(SCHEDULE, tmp_path) == []
    stale = tmp_path / "systemd" / "channelkit-old.timer"
    stale.touch()
    assert write_files(SCHEDULE, tmp_path) == [stale] and not stale.exists()


# ---------------------------------------------------------------- what is started


def commands(target: str) -> dict[str, list[str]]:
    """Return each job's command as a target's own file has it."""
    files = render(SCHEDULE, target)
    match target:
        case "cron":
            lines = [line for line in files["crontab"].splitlines() if line[:1] in "*0123456789"]
            found = [shlex.split(line.split(" ", 5)[5].replace("\\%", "%").partition(" >")[0]) for line in lines]
        case "systemd":
            found = [
                shlex.split(unit(text)["Service"]["ExecStart"]) for name, text in files.items() if "service" in name
            ]
        case "launchd":
            found = [plistlib.loads(text.encode())["ProgramArguments"] for text in files.values()]
        case "windows":
            tasks = [ElementTree.fromstring(text) for text in files.values()]
            actions = [task.find(f"{NAMESPACE}Actions/{NAMESPACE}Exec") for task in tasks]
            found = [[str(part.text) for part in action][:2] for action in actions if action is not None]
            found = [[program, *arguments.split()] for program, arguments in found]
        case _:
            pods = [cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"] for cron_job in cron_jobs()]
            found = [pod["containers"][0]["args"] for pod in pods]
    return dict(zip(JOBS, found, strict=True))


def unit(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # systemd's keys keep their case
    parser.read_string(text)
    return parser


def cron_jobs() -> list[dict[str, Any]]:
    return [
        each for each in yaml.safe_load_all(render(SCHEDULE, "kubernetes")["channelkit.yaml"]) if "Cron" in each["kind"]
    ]


def options_of(words: list[str]) -> set[str]:
    command: Any = get_command(app)
    for word in words:
        if not hasattr(command, "commands"):
            break
        command = command.commands[word]
    return {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("target", ["cron", "systemd", "launchd", "windows", "kubernetes"])
def test_every_scheduler_starts_commands_and_options_that_exist(target: str) -> None:
    """SY-02."""
    for name, (program, *words) in commands(target).items():
        assert program.endswith(("channelkit", "channelkit.exe"))
        assert tuple(words[: len(JOBS[name].arguments)]) == JOBS[name].arguments
        assert {word for word in words if word.startswith("-")} <= options_of(words)
        assert words[-2] == "--settings"


def test_the_cycle_runs_every_five_minutes_and_applies_and_something_looks_for_dead_jobs() -> None:
    sync, watch = JOBS["sync"], JOBS["watch"]
    assert sync.period == 300 and sync.parameters == {"apply": "true"}
    assert watch.command == ("alerts", "watch") and watch.period <= 3 * sync.period


# ---------------------------------------------------------------- cron


def starts(expression: str, day: datetime) -> list[datetime]:
    """Return when a cron line starts something on a day, by cron's own rules."""
    minute, hour, *rest = expression.split()
    assert rest == ["*", "*", "*"]
    moments = [day + timedelta(minutes=each) for each in range(24 * 60)]
    return [each for each in moments if matches(minute, each.minute) and matches(hour, each.hour)]


def matches(field: str, value: int) -> bool:
    if field.startswith("*/"):
        return value % int(field[2:]) == 0
    return field == "*" or value == int(field)


@given(st.one_of(st.sampled_from(EVERY), st.tuples(st.integers(0, 23), st.integers(0, 59))), st.integers(0, 86_399))
def test_a_cron_line_starts_a_job_exactly_when_it_is_due(when: int | tuple[int, int], second: int) -> None:
    job = Job("job", "", every=when if isinstance(when, int) else None, at=None if isinstance(when, int) else when)
    day = datetime(2026, 11, 30, tzinfo=UTC)
    expected = [*starts(cron.expression(job), day), *starts(cron.expression(job), day + timedelta(days=1))]
    now = day + timedelta(seconds=second)
    assert next_start(job, now) == next(each for each in expected if each > now)


def test_a_percent_sign_in_a_path_does_not_end_crons_line() -> None:
    place = Place("/opt/100% ours/channelkit", "/var/lib/a b/channelkit.toml")
    command = cron.line(JOBS["sync"], place).split(" ", 5)[5]
    assert not re.search(r"(?<!\\)%", command)
    words = shlex.split(command.replace("\\%", "%"))
    assert words[0] == place.program and place.settings in words


LINES = st.lists(st.sampled_from(["", "# mine", "MAILTO=me", "0 1 * * * backup", "@daily tidy"]), max_size=5)


@given(LINES, LINES, st.booleans())
def test_other_lines_of_a_crontab_stay_whatever_is_installed_and_removed(
    before: list[str], after: list[str], is_there: bool
) -> None:
    block = cron.block(SCHEDULE.jobs, SCHEDULE.posix)
    theirs = "".join(f"{line}\n" for line in before), "".join(f"{line}\n" for line in after)
    crontab = theirs[0] + (cron.block(SCHEDULE.jobs[:1], SCHEDULE.posix) if is_there else "") + theirs[1]
    installed = cron.put_in(crontab, block)
    assert cron.put_in(installed, block) == installed and installed.count(block) == 1
    assert cron.take_out(installed) == "".join(theirs)


def test_a_last_line_without_an_end_is_not_joined_to_ours() -> None:
    assert cron.put_in("0 1 * * * backup", f"{cron.BEGIN}\n{cron.END}\n").startswith("0 1 * * * backup\n# >>>")


# ---------------------------------------------------------------- systemd


def analyze() -> str:
    found = shutil.which("systemd-analyze")
    assert found, "systemd-analyze is not here; .ci/run installs it"
    return found


def verify(folder: Path, files: dict[str, str]) -> list[str]:
    """Return what systemd itself has to say of units; their paths are those of a real installation."""
    for name, text in files.items():
        there = text.replace(SCHEDULE.posix.program, "/bin/true").replace(SCHEDULE.posix.folder, "/var/lib")
        (folder / name).write_text(there)
    command = [analyze(), "verify", "--man=no", *(str(folder / name) for name in files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line for line in done.stderr.splitlines() if "channelkit" in line]


@pytest.mark.parametrize("manager", ["system", "user"])
def test_systemd_itself_finds_nothing_wrong_with_the_units(tmp_path: Path, manager: systemd.Manager) -> None:
    assert verify(tmp_path, systemd.render(SCHEDULE.jobs, SCHEDULE.posix, manager)) == []


def test_systemd_would_find_what_is_wrong(tmp_path: Path) -> None:
    files = {name: text.replace("OnCalendar=", "OnCalender=") for name, text in render(SCHEDULE, "systemd").items()}
    assert verify(tmp_path, files)


def test_a_service_is_shut_in_as_far_as_a_job_allows_that_writes_its_folder(tmp_path: Path) -> None:
    text = render(SCHEDULE, "systemd")["channelkit-sync.service"]
    (tmp_path / "channelkit-sync.service").write_text(text.replace(SCHEDULE.posix.program, "/bin/true"))
    command = [analyze(), "security", "--offline=true", "--threshold=20", str(tmp_path / "channelkit-sync.service")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # systemd's own score: 0.0 is shut in entirely, 9.6 not at all; times ten in the threshold.
    assert done.returncode == 0, done.stdout[-300:]
    service = unit(text)["Service"]
    assert service["ReadWritePaths"] == SCHEDULE.posix.folder and service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""


def test_a_held_change_or_another_run_at_work_is_no_failure_of_the_service() -> None:
    service = unit(render(SCHEDULE, "systemd")["channelkit-sync.service"])["Service"]
    assert service["SuccessExitStatus"].split() == ["3", "75"] and service["Type"] == "oneshot"
    assert service["TimeoutStartSec"] == "1200" and service["User"] == "channelkit"


def test_a_service_of_somebody_at_home_can_still_see_home() -> None:
    place = Place("/home/ada/channelkit/.venv/bin/channelkit", "/home/ada/my shop/channelkit.toml", "ada")
    service = unit(systemd.render(SCHEDULE.jobs, place)["channelkit-sync.service"])["Service"]
    assert service["ProtectHome"] == "read-only" and service["ReadWritePaths"] == '"/home/ada/my shop"'
    assert service["ExecStart"].endswith('--settings "/home/ada/my shop/channelkit.toml"')


@pytest.mark.parametrize("every", EVERY)
def test_systemd_starts_a_job_when_it_is_due(every: int) -> None:
    job, base = Job("job", "", every=every), datetime(2026, 11, 30, 7, 41, 30, tzinfo=UTC)
    command = [analyze(), "calendar", "--base-time", f"{base:%Y-%m-%d %H:%M:%S} UTC", systemd.calendar(job)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env={"TZ": "UTC"}).stdout
    assert f"{next_start(job, base):%Y-%m-%d %H:%M:%S}" in said


# ---------------------------------------------------------------- launchd, Windows, Kubernetes


def test_launchd_gets_lists_that_it_can_read() -> None:
    found = {name: plistlib.loads(text.encode()) for name, text in render(SCHEDULE, "launchd").items()}
    sync, report = found["channelkit.sync.plist"], found["channelkit.report.plist"]
    assert sync["StartInterval"] == 300 and "StartCalendarInterval" not in sync
    assert report["StartCalendarInterval"] == {"Hour": 4, "Minute": 20}
    assert all(
        content["Label"] == name.removesuffix(".plist") and content["Umask"] == 0o77 for name, content in found.items()
    )


ORDER = {
    "Task": ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"],
    "TimeTrigger": ["Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit", "RandomDelay"],
    "CalendarTrigger": ["Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit", "ScheduleByDay"],
    "Repetition": ["Interval", "Duration", "StopAtDurationEnd"],
    "Principal": ["UserId", "LogonType", "RunLevel"],
    "Settings": [
        *("MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries", "AllowHardTerminate"),
        *("StartWhenAvailable", "RunOnlyIfNetworkAvailable", "Enabled", "ExecutionTimeLimit"),
    ],
    "Exec": ["Command", "Arguments", "WorkingDirectory"],
}
"""The order of elements in the Task Scheduler's schema, of those that are used here."""


def elements(root: ElementTree.Element) -> Iterator[tuple[str, list[str]]]:
    for each in root.iter():
        yield each.tag.removeprefix(NAMESPACE), [child.tag.removeprefix(NAMESPACE) for child in each]


def test_windows_tasks_have_their_elements_in_the_schemas_order() -> None:
    for text in render(SCHEDULE, "windows").values():
        assert text.startswith('<?xml version="1.0"?>') and text.isascii()
        for name, children in elements(ElementTree.fromstring(text)):
            if name in ORDER:
                assert children == [each for each in ORDER[name] if each in children], name


def test_windows_never_starts_a_task_that_still_runs_and_stops_one_that_runs_too_long() -> None:
    text = render(SCHEDULE, "windows")["channelkit-sync.xml"]
    assert "<MultipleInstancesPolicy>IgnoreNew<" in text and "<ExecutionTimeLimit>PT1200S<" in text
    assert "<Interval>PT5M<" in text and "<LogonType>S4U<" in text


def test_what_a_job_is_named_cannot_break_a_file() -> None:
    job = Job("job", "50% & <b>", command=("alerts", "watch"), every=300)
    place = Place("C:\\a & b\\channelkit.exe", "C:\\a & b\\channelkit.toml", "R&D\\ada")
    exec_ = ElementTree.fromstring(windows.render((job,), place)["channelkit-job.xml"]).find(f".//{NAMESPACE}Exec")
    assert exec_ is not None
    assert [part.text for part in exec_] == [
        *("C:\\a & b\\channelkit.exe", 'alerts watch --settings "C:\\a & b\\channelkit.toml"', "C:\\a & b")
    ]
    assert "50%% & <b>" in systemd.render((job,), place)["channelkit-job.service"]
    assert plistlib.loads(launchd.render((job,), place)["channelkit.job.plist"].encode())["Label"] == "channelkit.job"


def test_kubernetes_never_runs_a_job_twice_at_once_nor_again_when_it_failed() -> None:
    for cron_job, job in zip(cron_jobs(), SCHEDULE.jobs, strict=True):
        spec, run = cron_job["spec"], cron_job["spec"]["jobTemplate"]["spec"]
        assert spec["schedule"] == cron.expression(job) and spec["concurrencyPolicy"] == "Forbid"
        assert 10 < spec["startingDeadlineSeconds"] < job.period
        assert (run["backoffLimit"], run["activeDeadlineSeconds"]) == (0, job.timeout)
        assert run["template"]["spec"]["restartPolicy"] == "Never"


def test_a_pod_may_do_nothing_but_its_job() -> None:
    for cron_job in cron_jobs():
        pod = cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"]
        for container in (*pod["initContainers"], *pod["containers"]):
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] and context["capabilities"] == {"drop": ["ALL"]}
            assert not context["allowPrivilegeEscalation"]
        mounted = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
        assert mounted["data"] == SCHEDULE.cluster.place.folder and mounted["readable"] == "/run/channelkit"
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        assert volumes["data"]["persistentVolumeClaim"]["claimName"] == SCHEDULE.cluster.volume
        assert volumes["secrets"]["secret"]["secretName"] == SCHEDULE.cluster.secret


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (3, 0), (75, 0), (1, 1), (2, 2)])
def test_what_is_no_failure_of_ours_is_none_of_kubernetes(code: int, ends: int) -> None:
    command = cron_jobs()[0]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"]
    assert subprocess.run([*command, "sh", "-c", f"exit {code}"], check=False).returncode == ends


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
TEMPTING = ["no", "On", "1e3", "~", "0x1f", "2026-11-30", "null"]
SCALARS = st.one_of(st.booleans(), st.integers(-(10**9), 10**9), TEXT, st.sampled_from(TEMPTING))
KEYS = st.from_regex(r"k[a-zA-Z./-]{0,8}", fullmatch=True)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_what_is_written_as_yaml_is_read_back_the_same(value: dict[str, Any]) -> None:
    assert yaml.safe_load(yaml_text.write_document(value)) == value
