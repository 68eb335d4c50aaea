"""When the sandboxes of all tests begin: always at the same moment, so that no test depends on when it is run."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from channelkit.sandbox.clock import SandboxClock

BEGAN = datetime(2026, 11, 18, 15, 0, tzinfo=UTC).timestamp()
"""In Unix seconds; the same day at every marketplace, and hours away from its end."""


def start_clock(speed: float = 1.0) -> SandboxClock:
    """Return a clock that shows `BEGAN` now and runs ``speed`` times as fast as the wall from here on."""
    return SandboxClock(speed, time.time(), BEGAN)
