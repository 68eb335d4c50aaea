"""A clock that several processes share, and that moves for all of them when one of them waits."""

from __future__ import annotations

import os
import sys
import time
from ctypes import c_double, c_int
from dataclasses import dataclass
from multiprocessing.sharedctypes import RawValue

from channelkit.clock import Clock
from channelkit.sandbox.clock import SandboxClock


@dataclass(frozen=True)
class Work:
    """The processor's time that the sandbox and a cycle beside it have used, in seconds.

    The wall's time would count what others do on the machine as well. Where the system does not tell of another
    process, it is the wall's time all the same.

    Arguments:
        home: the process that serves the sandbox.
        child: the process of the cycle that runs; 0 while none does.
        ended: seconds that earlier cycles have used. Words without a lock: a process may be killed while it holds one.
    """

    home: int
    child: c_int
    ended: c_double

    @classmethod
    def starting_here(cls) -> Work:
        return cls(os.getpid(), RawValue(c_int, 0), RawValue(c_double, 0.0))

    def used(self) -> float:
        if not sys.platform.startswith("linux"):
            return time.time()
        return _processor(self.home) + self.ended.value + (_processor(self.child.value) if self.child.value else 0.0)

    def begin(self) -> None:
        """Count this process from now on."""
        self.child.value = os.getpid()

    def end(self, seconds: float) -> None:
        """Count what all cycles so far have used, now that none runs."""
        self.ended.value, self.child.value = seconds, 0


def _processor(process: int) -> float:
    try:
        # How Linux names the clock of another process's time (the kernel's posix-timers.h).
        return time.clock_gettime((~process << 3) | 2)
    except OSError:
        return 0.0


@dataclass(frozen=True)
class SharedTime:
    """The time, in memory that forked processes share.

    Arguments:
        moved: Unix seconds. One word without a lock: a process that is killed while it holds one would leave it behind.
        work: what ``moved`` runs on with.
        pace: how many seconds pass here while one is worked; 0 stands still unless somebody waits.
    """

    moved: c_double
    work: Work
    pace: float = 0.0

    @classmethod
    def starting_at(cls, epoch: float, pace: float = 0.0) -> SharedTime:
        """Return a time that begins at a moment, in Unix seconds."""
        work = Work.starting_here()
        return cls(RawValue(c_double, epoch - work.used() * pace), work, pace)

    def now(self) -> float:
        return self.moved.value + (self.work.used() * self.pace if self.pace else 0.0)

    def skip(self, seconds: float) -> None:
        """Move on at once."""
        self.moved.value += seconds


@dataclass(frozen=True)
class SharedClock(Clock):
    """A kit's view of the time: whoever waits moves it for everybody."""

    time: SharedTime | None = None

    def now(self) -> float:
        assert self.time is not None
        return self.time.now()

    def sleep(self, seconds: float) -> None:
        assert self.time is not None
        if seconds > 0:
            self.time.skip(seconds)


@dataclass
class SharedSandboxClock(SandboxClock):
    """The sandbox's view of the same time."""

    time: SharedTime | None = None

    def now(self) -> float:
        assert self.time is not None
        return self.time.now()

    def skip(self, seconds: float) -> None:
        assert self.time is not None
        self.time.skip(seconds)
