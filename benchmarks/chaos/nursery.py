"""Where cycles are born, and die: a process that has everything loaded, and forks one child for each cycle."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import RawArray, RawValue
from pathlib import Path
from types import TracebackType

from benchmarks.chaos.shared_clock import SharedTime

_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Ended:
    """How a cycle ended.

    Arguments:
        killed: by SIGKILL, at the point it was told to.
        points: how many points it came to.
        last: the last of them, in words.
        error: what the cycle itself said went wrong; empty where it ended well, or was killed.
        processor: seconds of the processor that the cycles of this nursery have taken so far.
    """

    killed: bool
    points: int
    last: str
    error: str = ""
    processor: float = 0.0


class Nursery:
    """Starts cycles as processes of their own.

    It must be made before anything starts a thread, since its process is forked from this one.

    Arguments:
        time: the time that all processes share.
    """

    def __init__(self, time: SharedTime) -> None:
        self._ours, theirs = _FORK.Pipe()
        self._process = _FORK.Process(target=_nurse, args=(theirs, self._ours, time), daemon=True)
        self._process.start()
        theirs.close()

    def run_cycle(self, folder: Path, fatal: int = 0) -> Ended:
        """Run one cycle of every store, and kill it at a point.

        Arguments:
            folder: where the settings are.
            fatal: the number of the point at which it is killed; 0 for none.
        """
        self._ours.send((str(folder), fatal))
        ended: Ended = self._ours.recv()
        return ended

    def __enter__(self) -> Nursery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ours.close()
        self._process.join(10)


def _nurse(jobs: Connection, parents: Connection, time: SharedTime) -> None:
    # Its copy would keep the pipe open when the other side is gone.
    parents.close()
    # Loaded once here, so that a child has it at once; neither opens a file or starts a thread.
    from benchmarks.chaos import cycle  # noqa: PLC0415 - only in this process

    count, last = RawValue(ctypes.c_int, 0), RawArray(ctypes.c_char, 300)
    error = RawArray(ctypes.c_char, 2000)

    def reach(number: int, what: str) -> None:
        count.value, last.value = number, what.encode()[:299]

    while True:
        try:
            folder, fatal = jobs.recv()
        except EOFError:
            return
        count.value, last.value, error.value = 0, b"", b""
        child = os.fork()
        if child == 0:
            code = 0
            time.work.begin()
            try:
                cycle.run(Path(folder), time, fatal, reach)
            except BaseException as failed:
                error.value, code = f"{type(failed).__name__}: {failed}".encode()[:1999], 1
            os._exit(code)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        time.work.end(used.ru_utime + used.ru_stime)
        words = error.value.decode(errors="replace")
        if os.WIFSIGNALED(status) and not (killed and count.value == fatal):
            words = f"The cycle was ended by signal {os.WTERMSIG(status)} at {last.value.decode(errors='replace')}."
        jobs.send(Ended(killed, count.value, last.value.decode(errors="replace"), words, used.ru_utime + used.ru_stime))
