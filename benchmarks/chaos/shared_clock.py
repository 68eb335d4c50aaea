"""A clock that several processes share, and that moves for all of them when one of them waits."""

from __future__ import annotations

import time
from ctypes import c_double
from dataclasses import dataclass
from multiprocessing.sharedctypes import RawValue

from channelkit.clock import Clock
from channelkit.sandbox.clock import SandboxClock


@dataclass(frozen=True)
class SharedTime:
    """The time, in memory that forked processes share.

    Arguments:
        moved: Unix seconds. One word without a lock: a process that is killed while it holds one would leave it behind.
        began: the wall's time that ``moved`` runs on from, in Unix seconds.
        pace: how many seconds pass here while one passes on the wall; 0 stands still unless somebody waits.
    """

    moved: c_double
    began: float = 0.0
    pace: float = 0.0

    @classmethod
    def starting_at(cls, epoch: float, pace: float = 0.0) -> SharedTime:
        """Return a time that begins at a moment, in Unix seconds."""
        return cls(RawValue(c_double, epoch), time.time(), pace)

    def now(self) -> float:
        return self.moved.value + (time.time() - self.began) * self.pace

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
