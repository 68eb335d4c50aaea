"""One cycle in a process of its own, which may be killed at any of its points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from benchmarks.chaos.points import Points
from benchmarks.chaos.shared_clock import SharedClock
from channelkit.database.schema import leases
from channelkit.kit import Kit
from channelkit.settings.reader import FILE, read_settings


def run(
    folder: Path,
    moved: Synchronized[float],
    fatal: int,
    reached: Callable[[int, str], None],
    replaced: Mapping[str, Any],
) -> None:
    """Run one cycle of every store, as the sync notebook does.

    Arguments:
        moved, fatal, reached: as `benchmarks.chaos.nursery.Nursery` says.
        replaced: settings of every store's orders.

    Raises:
        ChannelkitError: the cycle failed.
    """
    settings = read_settings(folder / FILE)
    stores = {
        name: msgspec.structs.replace(store, orders=msgspec.structs.replace(store.orders, **replaced))
        for name, store in settings.stores.items()
    }
    kit = Kit(msgspec.structs.replace(settings, stores=stores))
    kit.parts.clock = SharedClock(moved=moved)
    database = kit.parts.database
    with database.write() as connection:
        # Five minutes later a dead run's lease has lapsed; here that takes no time.
        connection.execute(sa.update(leases).values(expires_at=0.0))
    with Points(fatal, reached).watching(database.engine):
        kit.sync().check()
