"""A clock that several processes share: it stands still until one of them waits, and then it has moved for all."""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized

from channelkit.clock import Clock
from channelkit.sandbox.clock import SandboxClock


@dataclass(frozen=True)
class SharedClock(Clock):
    """A kit's clock; whoever sleeps moves the time of everybody.

    Arguments:
        moved: Unix seconds, in memory that forked processes share; a process that is killed leaves it as it is.
    """

    moved: Synchronized[float] | None = None

    def now(self) -> float:
        assert self.moved is not None
        return self.moved.value

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.skip(seconds)

    def skip(self, seconds: float) -> None:
        assert self.moved is not None
        # One word in memory: a lock could be left behind by a process that is killed while it holds it.
        self.moved.value += seconds


@dataclass
class SharedSandboxClock(SandboxClock):
    """The sandbox's view of the same time."""

    moved: Synchronized[float] | None = None

    def now(self) -> float:
        assert self.moved is not None
        return self.moved.value

    def skip(self, seconds: float) -> None:
        assert self.moved is not None
        self.moved.value += seconds
