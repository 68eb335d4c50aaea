"""Where cycles are born, and die: a process that has everything loaded, and forks one child for each cycle."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import TracebackType
from typing import Any

_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Ended:
    """How a cycle ended.

    Arguments:
        killed: by SIGKILL, at the point it was told to.
        points: how many points it came to.
        last: the last of them, in words.
        error: what the cycle itself said went wrong; empty where it ended well, or was killed.
    """

    killed: bool
    points: int
    last: str
    error: str = ""


class Nursery:
    """Starts cycles as processes of their own.

    It must be made before anything starts a thread, since its process is forked from this one.

    Arguments:
        moved: the time, in memory that all processes share.
    """

    def __init__(self, moved: Synchronized[float]) -> None:
        self._ours, theirs = _FORK.Pipe()
        self._process = _FORK.Process(target=_nurse, args=(theirs, moved), daemon=True)
        self._process.start()
        theirs.close()

    def run_cycle(self, folder: Path, fatal: int = 0, **replaced: Any) -> Ended:
        """Run one cycle of every store, and kill it at a point.

        Arguments:
            folder: where the settings are.
            fatal: the number of the point at which it is killed; 0 for none.
            replaced: settings of every store's orders that are not those of the file.
        """
        self._ours.send((str(folder), fatal, replaced))
        ended: Ended = self._ours.recv()
        return ended

    def __enter__(self) -> Nursery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ours.close()
        self._process.join(10)


def _nurse(jobs: Connection, moved: Synchronized[float]) -> None:
    # Loaded once here, so that a child has it at once; neither opens a file or starts a thread.
    from benchmarks.chaos import cycle  # noqa: PLC0415 - only in this process

    count, last = _FORK.RawValue(ctypes.c_int, 0), _FORK.RawArray(ctypes.c_char, 300)
    error = _FORK.RawArray(ctypes.c_char, 2000)
    while True:
        try:
            folder, fatal, replaced = jobs.recv()
        except EOFError:
            return
        count.value, last.value, error.value = 0, b"", b""

        def reach(number: int, what: str) -> None:
            count.value, last.value = number, what.encode()[:299]

        child = os.fork()
        if child == 0:
            code = 0
            try:
                cycle.run(Path(folder), moved, fatal, reach, replaced=replaced)
            except BaseException as failed:  # a child must never return into its parent's loop
                error.value, code = f"{type(failed).__name__}: {failed}".encode()[:1999], 1
            os._exit(code)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        jobs.send(Ended(killed, count.value, last.value.decode(errors="replace"), error.value.decode(errors="replace")))
