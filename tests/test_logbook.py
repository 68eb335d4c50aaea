"""The log file: JSON lines with run and store, turned over, redacted; a full disk loses lines and stops nothing."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit import logbook
from channelkit.errors import QUOTA_USED_UP, DocumentError, RefusedError, TemporaryError
from channelkit.logbook import Logbook, about_store, log_problem, redact, writing
from channelkit.onboarding.log import check_log
from channelkit.settings.sections import LogSettings
from tests.kit_fixtures import RunKit

NOW = 1_790_000_000.0
"""2026-09-21 14:13:20 UTC."""


def book(folder: Path, level: str = "info", **words: int) -> Logbook:
    return Logbook(folder / "logs" / "channelkit.log", level, now=lambda: NOW, **words)


def lines(kept: Logbook) -> list[dict[str, object]]:
    return [json.loads(line) for line in kept.path.read_text(encoding="utf-8").splitlines()]


def test_a_line_has_the_time_the_run_the_store_and_the_call(tmp_path: Path) -> None:
    """SY-04: one JSON object on each line; what a record carries beside the known names is left out."""
    kept = book(tmp_path)
    extra = {"system": "amazon", "operation": "searchOrders", "status": 200, "ms": 12, "request_id": "r-1", "body": "x"}
    with writing(kept, run="run-1"), about_store("us"):
        logging.getLogger("channelkit.anything").info("a call\nwas made", extra=extra)
    (line,) = lines(kept)
    del extra["body"]
    assert line == {
        "time": "2026-09-21T14:13:20.000Z",
        "level": "info",
        "run": "run-1",
        "store": "us",
        "what": "a call was made",
        **extra,
    }


def test_nothing_is_written_outside_of_a_run_nor_below_the_level(tmp_path: Path) -> None:
    kept = book(tmp_path, "warning")
    logbook.LOGGER.warning("before")
    with writing(kept):
        logbook.LOGGER.info("not worth a line")
        logbook.LOGGER.warning("within")
    with writing(None):
        logbook.LOGGER.warning("into no book")
    assert [line["what"] for line in lines(kept)] == ["within"]


def test_two_books_in_one_process_are_kept_apart(tmp_path: Path) -> None:
    one, two = book(tmp_path / "one"), book(tmp_path / "two")
    with writing(one):
        logbook.LOGGER.info("for one")
        with writing(two):
            logbook.LOGGER.info("for two")
        logbook.LOGGER.info("for one again")
    assert [line["what"] for line in lines(one)] == ["for one", "for one again"]
    assert [line["what"] for line in lines(two)] == ["for two"]


def test_a_problem_is_told_by_its_call_and_code_and_never_in_the_other_sides_words(tmp_path: Path) -> None:
    kept = book(tmp_path)
    refused = RefusedError("Ada Quill lives there.", system="commerce", operation="createOrder", status=400, code="X")
    with writing(kept):
        log_problem(refused)
        log_problem(DocumentError("Line 3 of Ada Quill cannot be read."))
        log_problem(TemporaryError("wait", system="amazon", operation="searchOrders", code=QUOTA_USED_UP))
    assert "Ada" not in kept.path.read_text(encoding="utf-8")
    assert [(line["level"], line.get("code")) for line in lines(kept)] == [
        ("warning", "X"),
        ("warning", "DocumentError"),
        ("info", QUOTA_USED_UP),
    ]


def test_neither_a_traceback_nor_a_secret_gets_into_a_line(tmp_path: Path) -> None:
    kept = book(tmp_path)
    with writing(kept):
        try:
            raise ValueError("Atza|IwEBI-secret of ada@example.com")
        except ValueError:
            logbook.LOGGER.exception("it failed with access_token=abc.def and +1 775-555-0123")
    (line,) = lines(kept)
    assert line["error"] == "ValueError"
    assert line["what"] == "it failed with … and …"
    assert "secret" not in kept.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "secret",
    ["Atzr|IwEBIxyz", "amzn1.oa2-cs.v1.abc", "Bearer abc.def", "client_secret: hunter2", "ada.quill+x@mail.example"],
)
def test_what_looks_like_a_secret_is_hidden_wherever_it_stands(secret: str) -> None:
    assert secret.rsplit(maxsplit=1)[-1] not in redact(f"before {secret} after")


@given(st.text(), st.text(alphabet="abcdefghijklmnop0123456789", min_size=12, max_size=40))
def test_a_token_is_hidden_in_whatever_words_stand_around_it(words: str, token: str) -> None:
    assert token not in redact(f"{words} Atza|{token} {words}"[:1000]).replace(words, "")


def test_a_file_is_turned_over_at_its_size_and_so_many_are_kept(tmp_path: Path) -> None:
    kept = book(tmp_path, megabytes=1, files=2)
    with writing(kept):
        for _ in range(2_600):
            logbook.LOGGER.info("words " * 150)
    files = sorted(path.name for path in kept.path.parent.iterdir())
    assert files == ["channelkit.log", "channelkit.log.1", "channelkit.log.2"]
    assert all(path.stat().st_size <= 1_000_000 for path in kept.path.parent.iterdir())


def test_a_file_that_another_process_turned_over_is_opened_anew(tmp_path: Path) -> None:
    kept = book(tmp_path)
    with writing(kept):
        logbook.LOGGER.info("first")
        kept.path.rename(kept.path.with_suffix(".moved"))
        logbook.LOGGER.info("second")
    assert [line["what"] for line in lines(kept)] == ["second"]


def test_a_log_that_cannot_be_written_loses_lines_and_says_so_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """SY-04: never one line that stops a run."""
    blocked = tmp_path / "logs"
    blocked.write_text("a file where the folder ought to be")
    kept = book(tmp_path)
    with writing(kept):
        logbook.LOGGER.info("lost")
        logbook.LOGGER.info("lost as well")
        blocked.unlink()
        logbook.LOGGER.info("written again")
    said = capsys.readouterr().err
    assert said.count("cannot be written") == 1
    assert [line["what"] for line in lines(kept)] == ["written again"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="This system has no disk that is always full.")
def test_a_full_disk_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """SY-04: a disk without room loses lines, and it is said once."""
    kept = Logbook(Path("/dev/full"), now=lambda: NOW)
    with writing(kept):
        for _ in range(5):
            logbook.LOGGER.info("lost")
    assert capsys.readouterr().err.count("No space left on device") == 1


def test_words_that_cannot_be_put_together_stop_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The tests' own handlers would raise.
    monkeypatch.setattr(logbook.LOGGER, "propagate", False)
    with writing(book(tmp_path)):
        logbook.LOGGER.info("%d numbers", "no number")


def test_the_doctor_says_when_there_is_no_log_and_survives_one_that_is_broken(tmp_path: Path) -> None:
    kept = book(tmp_path)
    assert check_log(None, "x")[0].words == "The settings want no log."
    assert "0 runs in the last 24 hours" in check_log(kept, "logs/channelkit.log")[0].words
    kept.path.parent.mkdir()
    kept.path.write_bytes(b'\xff\xfe not a line\n{"level": "error"}\n[1]\n{"time": "never"}\n')
    assert check_log(kept, "logs/channelkit.log")[0].level == "ok"


def test_the_doctor_counts_what_went_wrong_in_the_last_day_only(tmp_path: Path) -> None:
    kept = book(tmp_path)
    old = Logbook(kept.path, now=lambda: NOW - 2 * 86_400)
    throttled = TemporaryError("x", system="amazon", operation="searchOrders", status=429, code="QuotaExceeded")
    for each in (old, kept):
        with writing(each), about_store("us"):
            log_problem(throttled)
            logbook.LOGGER.info("a run ended", extra={"state": "partial"})
    first, told = check_log(kept, "logs/channelkit.log")
    assert "1 run in the last 24 hours; 0 runs failed" in first.words
    assert told.subject == "log, us, searchOrders"
    assert told.words.startswith("1 time, last at 2026-09-21 14:13 UTC: Amazon was asked more often")


def test_sy_04_a_run_on_the_sandbox_writes_every_call_where_debug_is_wanted(run_kit: RunKit) -> None:
    """SY-04: the verbose log has each call with system, operation, status, milliseconds and request id, no bodies."""
    practice = run_kit(products=50)
    settings = msgspec.structs.replace(practice.kit.settings, logs=LogSettings(file="logs/all.log", level="debug"))
    practice.kit.parts.settings = settings
    practice.kit.sync(["us"])
    text = (practice.folder / "logs" / "all.log").read_text(encoding="utf-8")
    told = [json.loads(line) for line in text.splitlines()]
    calls = [line for line in told if line["level"] == "debug"]
    assert {"amazon", "commerce"} <= {line.get("system") for line in calls}
    assert all({"operation", "status", "ms"} <= set(line) for line in calls if line.get("system"))
    assert {line["run"] for line in told if "run" in line} == {told[-1]["run"]}
    assert "us" in {line.get("store") for line in calls}
    account = settings.accounts[settings.stores["us"].account]
    assert account.refresh_token.reveal() not in text
    assert "http" not in text
