"""One cycle in a process of its own, which may be killed at any of its points."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy  # noqa: F401 - a cycle needs it; here it is loaded once, before the process is copied
import pandas  # noqa: F401
import sqlalchemy as sa

import channelkit.amazon.listings
import channelkit.lookalikes
import channelkit.matching.similarity  # noqa: F401
from benchmarks.chaos.points import Points
from benchmarks.chaos.shared_clock import SharedClock, SharedTime
from channelkit.database.schema import leases
from channelkit.kit import Kit
from channelkit.settings.reader import FILE, read_settings


def run(folder: Path, time: SharedTime, fatal: int, reached: Callable[[int, str], None]) -> None:
    """Run one cycle of every store, as the sync notebook does.

    Arguments:
        folder, time, fatal, reached: as `benchmarks.chaos.nursery.Nursery` says.

    Raises:
        ChannelkitError: the cycle failed.
    """
    # How long it waits before it tries again is drawn, too; the same moment draws the same.
    random.seed(time.now())
    kit = Kit(read_settings(folder / FILE))
    kit.parts.clock = SharedClock(time=time)
    database = kit.parts.database
    with database.write() as connection:
        # Five minutes later a dead run's lease has lapsed; here that takes no time.
        connection.execute(sa.update(leases).values(expires_at=0.0))
    with Points(fatal, reached).watching(database.engine):
        kit.sync().check()
