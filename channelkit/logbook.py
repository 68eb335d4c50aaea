"""The log file: one JSON line for each thing that happened, turned over by its size, and nothing private in it (SY-04).

A line has the time (by the kit's clock, in UTC), the level, the run and the store it is of, what happened in words of
our own, and of a call its system, operation, status, code, milliseconds and request id. Neither addresses nor headers
nor bodies nor the other side's words are written: those may quote anybody. What went wrong stands in the database in
full, see ``channelkit errors``; the log is for where the database cannot be asked.

A line that cannot be written is lost. It never stops a run, and it is said once.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from channelkit.errors import ChannelkitError, RemoteError

LOGGER = logging.getLogger("channelkit")
MEGABYTE = 1_000_000
TOLD = ("system", "operation", "status", "code", "ms", "request_id", "job", "state", "figures")
"""What a line tells beside its words, where it is known; whatever else a record carries is left out."""

HIDDEN = "…"
LONGEST = 1_000
"""Characters of a line's words; more than that nobody reads."""

_PRIVATE = (
    re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"Atz[a-z]\|\S+|amzn1\.\S+"),
    re.compile(r"(?i)(?:bearer|basic|oauth)\s+\S+"),
    re.compile(r"(?i)(?<![\w-])[\w-]*(?:token|secret|password|signature|authorization|cookie|api[_-]?key)[\w-]*"
               r"[\"']?\s*[=:]\s*[\"']?[^\s\"',;&]+"),
    re.compile(r"(?<![\w+.-])\w[\w+.-]*://\S+"),
    re.compile(r"(?<![\w-])\+?\d(?:[ ()./-]{0,2}\d){7,14}(?![\w-])"),
)  # fmt: skip
"""Mail addresses, tokens, what is named as a secret, whole addresses (they may be signed), and telephone numbers."""


@dataclass(frozen=True)
class Logbook:
    """Where lines go, from which level on, and how much is kept.

    Arguments:
        level: debug, info, warning, error; debug also writes every call.
        megabytes: size at which a file is turned over.
        files: how many older files are kept.
        now: seconds since 1970 by the kit's clock.
    """

    path: Path
    level: str = "info"
    megabytes: int = 5
    files: int = 5
    now: Callable[[], float] = field(default=lambda: datetime.now(UTC).timestamp(), compare=False)

    @property
    def number(self) -> int:
        """The level as ``logging`` counts it."""
        return int(logging.getLevelNamesMapping()[self.level.upper()])


@dataclass(frozen=True)
class _About:
    book: Logbook
    run: str = ""
    store: str = ""


_ABOUT: ContextVar[_About | None] = ContextVar("channelkit_log", default=None)


@contextmanager
def writing(book: Logbook | None, *, run: str = "") -> Iterator[None]:
    """Write what is logged within the block into a book; None writes nothing."""
    if book is None:
        yield
        return
    _install()
    before, token = LOGGER.level, _ABOUT.set(_About(book, run))
    LOGGER.setLevel(min(book.number, before or logging.CRITICAL))
    try:
        yield
    finally:
        _ABOUT.reset(token)
        LOGGER.setLevel(before)


@contextmanager
def about_store(store: str) -> Iterator[None]:
    """Let the lines within the block be about a store."""
    about = _ABOUT.get()
    token = _ABOUT.set(None if about is None else replace(about, store=store))
    try:
        yield
    finally:
        _ABOUT.reset(token)


def log_problem(error: ChannelkitError) -> None:
    """Write down that something went wrong: which kind of error it was, of which call, and its code.

    What it says is not written: it may quote the other side, and that may quote anybody.
    """
    if isinstance(error, RemoteError):
        about = {"system": error.system, "operation": error.operation, "status": error.status, "code": error.code}
        level = logging.INFO if error.is_quota else logging.WARNING
        words = f"{error.system or 'a call'} {error.operation}".strip()
        LOGGER.log(level, "%s failed", words, extra=about | {"request_id": error.request_id})
    else:
        LOGGER.warning("a part of the run failed: %s", type(error).__name__, extra={"code": type(error).__name__})


def redact(words: str) -> str:
    """Return words without mail addresses, tokens, secrets, addresses and telephone numbers.

    >>> redact("Atza|abc of ada@example.com, refresh_token=xyz at https://x.example/a?b=c")
    '… of …, … at …'
    """
    # Looked for in more than is kept, so that none is cut in two; and not in more: nobody reads it.
    words = words[: 2 * LONGEST]
    for private in _PRIVATE:
        words = private.sub(HIDDEN, words)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + HIDDEN


def write_line(record: logging.LogRecord, at: float, run: str, store: str) -> str:
    """Return a record as a line of JSON.

    Arguments:
        at: seconds since 1970.
    """
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line: dict[str, Any] = {"time": moment, "level": record.levelname.lower()}
    line |= {name: value for name, value in (("run", run), ("store", store)) if value}
    # One line, whatever the words hold; and never a traceback: it shows what was at hand.
    line["what"] = redact(" ".join(record.getMessage().split()))
    if record.exc_info and record.exc_info[0]:
        line["error"] = record.exc_info[0].__name__
    for name in TOLD:
        value = getattr(record, name, None)
        if value not in (None, ""):
            line[name] = redact(value) if isinstance(value, str) and name != "request_id" else value
    return json.dumps(line, ensure_ascii=False, default=str)


class _Writer(logging.Handler):
    """Sends each record to the book of its context; there may be several in one process."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[Path, _File] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or lose it."""
        about = _ABOUT.get()
        if about is None or record.levelno < about.book.number:
            return
        try:
            file = self.files.get(about.book.path)
            if file is None:
                file = self.files[about.book.path] = _File(about.book)
            line = write_line(record, about.book.now(), about.run, about.store)
        except Exception:
            return
        record = logging.LogRecord(record.name, record.levelno, "", 0, "%s", (line,), None)
        file.handle(record)

    def close(self) -> None:
        """Close all files."""
        for file in self.files.values():
            file.close()
        super().close()


class _File(RotatingFileHandler):
    """A file that is turned over by its size, also by another process, and whose failing is harmless."""

    def __init__(self, book: Logbook) -> None:
        self.complained = False
        super().__init__(
            book.path,
            maxBytes=book.megabytes * MEGABYTE,
            backupCount=book.files,
            encoding="utf-8",
            delay=True,
            errors="backslashreplace",
        )

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def shouldRollover(self, record: logging.LogRecord) -> bool:
        """Open the file anew where it was turned over or taken away by somebody else."""
        if self.stream is not None and not self._is_mine():
            self.stream.close()
            self.stream = None
        return bool(super().shouldRollover(record))

    def doRollover(self) -> None:
        """Turn the file over, or go on with it where another process holds it open (Windows)."""
        try:
            super().doRollover()
        except OSError:
            if self.stream is None:
                self.stream = self._open()

    def _is_mine(self) -> bool:
        if self.stream is None:
            return False
        try:
            ours, mine = Path(self.baseFilename).stat(), os.fstat(self.stream.fileno())
        except (OSError, ValueError):
            return False
        return (mine.st_dev, mine.st_ino) == (ours.st_dev, ours.st_ino)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - logging's own name
        """Lose the line, and say so once."""
        error = sys.exc_info()[1]
        with suppress(OSError, ValueError):
            if self.stream is not None:
                self.stream.close()
        self.stream = None
        if not self.complained and sys.stderr is not None:
            self.complained = True
            why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            print(  # noqa: T201 - there is no log to write it into
                f"channelkit: the log {self.baseFilename} cannot be written ({why}); its lines are lost until it can.",
                file=sys.stderr,
            )


_WRITER = _Writer()


def _install() -> None:
    if _WRITER not in LOGGER.handlers:
        LOGGER.addHandler(_WRITER)
