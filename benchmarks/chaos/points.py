"""The points at which a process can die: around each request that leaves it, and around each thing it writes down."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
import sqlalchemy as sa
from sqlalchemy.engine import Connection


class Points:
    """Counts points as a process comes to them, and kills it at one.

    Arguments:
        fatal: the number of the point at which the process is killed with SIGKILL; 0 for none.
        reached: is told each point that is passed: what comes next, or what has just been done.
    """

    def __init__(self, fatal: int, reached: Callable[[int, str], None]) -> None:
        self._fatal, self._reached, self._count = fatal, reached, 0
        self._last = "the beginning"

    def pass_one(self, what: str) -> None:
        """Come to a point; beyond it only if it is not the fatal one."""
        self._count += 1
        self._reached(self._count, what)
        if self._count == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def watching(self, engine: sa.Engine) -> Iterator[None]:
        """Make points of the moments before and after each request, and before each transaction that writes is kept.

        What comes after a transaction until the next request changes nothing outside, so it needs no point of its own.
        """
        send = requests.Session.send

        def watched(session: requests.Session, request: requests.PreparedRequest, **words: Any) -> requests.Response:
            named = f"{request.method} {urlsplit(request.url or '').path}"
            self.pass_one(f"before {named}")
            answer = send(session, request, **words)
            self.pass_one(f"after {named}")
            self._last = named
            return answer

        def committing(connection: Connection) -> None:
            if connection.get_execution_options().get("writes"):
                self.pass_one(f"before a commit after {self._last}")

        sa.event.listen(engine, "commit", committing)
        requests.Session.send = watched  # type: ignore[assignment]
        try:
            yield
        finally:
            requests.Session.send = send  # type: ignore[method-assign]
            sa.event.remove(engine, "commit", committing)
