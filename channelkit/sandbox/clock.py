"""The sandbox's own clock: sandbox time runs ``speed`` times as fast as the wall's."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass
class SandboxClock:
    """Seconds since 1970 in UTC, as the sandbox counts them.

    Arguments:
        speed: sandbox seconds for each second of the wall; 0 stands still until ``skip`` is called.
        real_epoch: the wall's time, in Unix seconds, at which this clock showed ``epoch``.
        epoch: what it showed then, in Unix seconds.

    >>> clock = SandboxClock(speed=0, real_epoch=0, epoch=1000)
    >>> clock.skip(300)
    >>> clock.now()
    1300.0
    """

    speed: float
    real_epoch: float
    epoch: float

    @classmethod
    def starting_now(cls, speed: float = 1.0) -> SandboxClock:
        """Return a clock that shows the wall's time now and runs ``speed`` times as fast from here on."""
        wall = time.time()
        return cls(speed, wall, wall)

    def now(self) -> float:
        return self.epoch + (time.time() - self.real_epoch) * self.speed

    def sleep(self, seconds: float) -> None:
        """Wait until this clock has moved on by ``seconds``; a clock that stands still is moved instead."""
        if seconds <= 0:
            return
        if self.speed > 0:
            time.sleep(seconds / self.speed)
        else:
            self.skip(seconds)

    def skip(self, seconds: float) -> None:
        """Move on by ``seconds`` at once."""
        self.epoch += seconds

    def run_at(self, speed: float) -> None:
        """Run at another speed from now on; what it shows does not jump."""
        wall = time.time()
        self.epoch += (wall - self.real_epoch) * self.speed
        self.real_epoch, self.speed = wall, speed

    def line(self) -> dict[str, float]:
        """Return what another process needs to run the same clock."""
        return {"speed": self.speed, "real_epoch": self.real_epoch, "epoch": self.epoch}


def timestamp(seconds: float) -> str:
    """Return Unix seconds as Amazon and Commerce write a time: ISO 8601, UTC, milliseconds, ``Z``.

    >>> timestamp(1_700_000_000.25)
    '2023-11-14T22:13:20.250Z'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
