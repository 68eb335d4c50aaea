"""Kits on a sandbox that a whole module shares, for tests that need one each and do not need a world each.

Every test has a settings file, a database and a history of its own; the sandbox behind them goes on, and its time only
moves forward.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from channelkit.database.connection import open_database
from channelkit.demo import write_settings
from channelkit.kit import Kit
from channelkit.sandbox.server import Running
from channelkit.settings.reader import FILE, read_settings
from tests.kit_fixtures import Practice, StandingClock, let_send


def make_model(running: Running, folder: Path) -> Path:
    """Make a folder with the settings of a running sandbox and a database in which nothing is yet, and return it."""
    folder.mkdir()
    # The settings' clock is not used here, and must not stand still.
    ready = {**running.ready, "clock": {**running.ready["clock"], "speed": 1.0}}
    settings = read_settings(write_settings(folder, ready), {})
    open_database(settings.database_url, settings.history).close()
    return folder


@contextmanager
def practice_on(running: Running, model: Path, folder: Path) -> Iterator[Practice]:
    """Open a kit, whose stores may send, on a sandbox that runs already.

    Arguments:
        model: what `make_model` made, once for all; a copy of it is worked in.
        folder: where the kit will live.
    """
    shutil.copytree(model, folder)
    with Kit(read_settings(folder / FILE, {})) as kit:
        kit.parts.clock = StandingClock(sandbox=running.world.clock)
        let_send(kit)
        yield Practice(kit, running, folder)
    running.faults.clear()
