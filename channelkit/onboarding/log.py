"""What the log says of the last day: which problems came how often, in words, and when last (SY-04)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from channelkit.logbook import Logbook
from channelkit.onboarding.finding import Finding
from channelkit.trends.error_words import put_in_words

SUBJECT = "log"
HOURS = 24
TOLD = 3
"""Problems that are told, the most frequent first; the log has them all."""

TAIL = 2_000_000
"""Bytes that are read of the end of each file."""

_BAD = ("warning", "error", "critical")


def check_log(book: Logbook | None, name: str) -> list[Finding]:
    """Tell what went wrong lately, by the log alone: it also answers where the database does not.

    Arguments:
        name: the log as the settings name it.
    """
    if book is None:
        return [Finding(SUBJECT, "ok", "The settings want no log.")]
    since = datetime.fromtimestamp(book.now(), UTC) - timedelta(hours=HOURS)
    try:
        lines = [line for line in _read(book) if _time(line) >= since]
    except OSError as error:
        words = f"The log {name} cannot be read: {error.strerror or type(error).__name__}."
        return [Finding(SUBJECT, "warn", words, "Look whether you may read that file and its folder.")]
    ended = [line for line in lines if line.get("what") == "a run ended"]
    problems: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for line in lines:
        if line.get("level") in _BAD and line.get("what") != "a run ended":
            key = tuple(str(line.get(part, "")) for part in ("store", "system", "operation", "code", "status"))
            problems.setdefault(key, []).append(line)
    failed = sum(line.get("state") == "failed" for line in ended)
    words = f"{name} tells of {_count(len(ended), 'run')} in the last {HOURS} hours"
    if not problems and not failed:
        return [Finding(SUBJECT, "ok", f"{words}, and of nothing that went wrong.")]
    found = [Finding(SUBJECT, "warn", f"{words}; {_count(failed, 'run')} failed.", "See all: channelkit errors")]
    often = sorted(problems.values(), key=lambda group: (-len(group), str(group[-1].get("time"))))
    return found + [_tell(group) for group in often[:TOLD]]


def _tell(group: list[dict[str, Any]]) -> Finding:
    last = group[-1]
    code, status = str(last.get("code", "")), last.get("status")
    system = last.get("system") if last.get("system") in ("amazon", "commerce") else ""
    told = put_in_words(code, system=str(system), status=status if isinstance(status, int) else None)
    subject = ", ".join(filter(None, (SUBJECT, str(last.get("store", "")), str(last.get("operation", "")))))
    what = told.meaning if system else f"{last.get('what', '')}."
    named = f" ({code or status})" if code or status else ""
    words = f"{_count(len(group), 'time')}, last at {_minute(last)}: {what}{named}"
    return Finding(subject, "warn", words, told.fix if system else "See what it was: channelkit errors")


def _read(book: Logbook) -> Iterator[dict[str, Any]]:
    """Yield the lines of the log, the oldest first, of the two newest files; what is no line of ours is left out."""
    for path in (Path(f"{book.path}.1"), book.path):
        if not path.exists():
            continue
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL))
            text = file.read().decode("utf-8", "replace")
        for line in text.splitlines():
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if isinstance(told, dict):
                yield told


def _time(line: dict[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(str(line.get("time")))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _minute(line: dict[str, Any]) -> str:
    return _time(line).strftime("%Y-%m-%d %H:%M UTC")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
