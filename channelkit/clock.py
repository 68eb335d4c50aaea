"""The clock everything else is handed: the wall's, or a fast one for practising on the sandbox."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """Seconds since 1970 in UTC, and waiting; ``speed`` above 1 makes both run fast.

    Arguments:
        speed: how many seconds pass here while one passes on the wall.
        real_epoch: the wall's time, in Unix seconds, at which this clock showed ``epoch``.
        epoch: what this clock showed then, in Unix seconds.

    >>> Clock(speed=60, real_epoch=0, epoch=0).at(2.0)
    120.0
    """

    speed: float = 1.0
    real_epoch: float = 0.0
    epoch: float = 0.0

    def now(self) -> float:
        return self.at(time.time())

    def at(self, wall: float) -> float:
        """Return what this clock shows when the wall's shows ``wall``, both in Unix seconds."""
        return self.epoch + (wall - self.real_epoch) * self.speed

    def sleep(self, seconds: float) -> None:
        """Wait until this clock has moved on by ``seconds``."""
        if seconds > 0:
            time.sleep(seconds / self.speed)


def milliseconds(seconds: float) -> int:
    """Return Unix seconds as the whole milliseconds that tables hold."""
    return int(seconds * 1000)
