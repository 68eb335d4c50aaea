"""The file of jobs: what is wrong in it is named, with what to write, before anything is scheduled from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from channelkit.errors import SettingsError
from channelkit.jobs import check_parameters
from channelkit.schedule.reading import FILE, SHIPPED, find_jobs_file, read_schedule

TEXT = SHIPPED.read_text(encoding="utf-8")


def read(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text, encoding="utf-8")
    read_schedule(folder / FILE)


def test_each_job_names_a_notebook_that_is_there_and_parameters_that_it_has() -> None:
    for job in read_schedule(SHIPPED).jobs:
        check_parameters(job)


def test_a_file_beside_the_settings_goes_before_the_one_that_came_with_channelkit(tmp_path: Path) -> None:
    assert find_jobs_file(tmp_path) == SHIPPED
    (tmp_path / FILE).touch()
    assert find_jobs_file(tmp_path) == tmp_path / FILE


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('every = "5min"', 'evry = "5min"', r"jobs\.sync: .*unknown field `evry`"),
        ('every = "5min"', 'every = "7min"', r"jobs\.sync\.every cannot be '7min'.*divide an hour"),
        ('every = "5min"', 'every = "90min"', r"jobs\.sync\.every cannot be '90min'"),
        ('every = "5min"', 'every = "30s"', r"jobs\.sync\.every cannot be '30s'"),
        ('every = "5min"', "", r"jobs\.sync\.every and at: exactly one"),
        ('every = "5min"', 'every = "5min"\nat = "04:20"', r"exactly one of them says when"),
        ('at = "04:20"', 'at = "24:20"', r"jobs\.report\.at is no time of day: '24:20'"),
        ('timeout = "2h"', 'timeout = "2 weeks"', r"jobs\.report\.timeout is no duration"),
        ('notebook = "sync"', 'notebook = "sync"\ncommand = ["sync"]', r"exactly one of them says what runs"),
        ('command = ["alerts", "watch"]', 'command = ["x"]\nparameters = {a = 1}', r"are a notebook's"),
        ("[jobs.sync]", '[jobs."Sync it"]', r"cannot be a job's name"),
        ("[jobs.sync]", "[jobs.sync", r"is not valid TOML"),
        ('user = "channelkit"', "user = 7", r"install\.user: .*[Ee]xpected `str`"),
        ("parameters = { apply = true }", 'parameters = { store = "a\\nb" }', r"cannot be shown"),
    ],
    ids=[
        *("misspelt", "seven-minutes", "ninety-minutes", "seconds", "no-time", "two-times", "no-hour", "no-duration"),
        *("two-things", "parameters-of-a-command", "odd-name", "no-toml", "no-text", "line-end"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_write(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in TEXT
    with pytest.raises(SettingsError, match=complaint) as caught:
        read(tmp_path, TEXT.replace(old, new, 1))
    assert FILE in str(caught.value) and caught.value.fix


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no file of jobs"):
        read_schedule(tmp_path / FILE)


def test_parameters_are_typed_as_a_person_would(tmp_path: Path) -> None:
    more = TEXT.replace("parameters = { apply = true }", 'parameters = { apply = false, stores = ["us", "de"], n = 3 }')
    (tmp_path / FILE).write_text(more, encoding="utf-8")
    job = read_schedule(tmp_path / FILE).find("sync")
    assert job is not None and job.arguments[2:] == ("-p", "apply=false", "-p", "stores=us,de", "-p", "n=3")
