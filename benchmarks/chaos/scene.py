"""The scene: a quiet sandbox in this process, a kit's folder, and cycles that run beside it in a time of their own."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.chaos.nursery import Ended, Nursery
from benchmarks.chaos.shared_clock import SharedClock, SharedSandboxClock, SharedTime
from channelkit.demo import write_settings
from channelkit.kit import Kit
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.seed import make_world
from channelkit.sandbox.server import Running, start
from channelkit.sandbox.stores import DE, EU_SOURCE, US, US_SOURCE
from channelkit.sandbox.world import World
from channelkit.settings.reader import FILE, read_settings

EPOCH = 1_796_000_000.0
"""When every scene begins, in Unix seconds, so that the same seed gives the same orders."""

CANADA, CANADIAN_VIEW = "ca", "ca_en"
"""A website, and its store view, that sells in Canadian dollars what the American one sells."""

_LISTED = "auto_list = false\ncatalog_calls = 0"

SHIP_SOURCES = {"us": US_SOURCE, "ca": US_SOURCE, "de": EU_SOURCE}


@dataclass
class Scene:
    """A sandbox that is being served, and the kit that works on it.

    Arguments:
        folder: holds the kit's settings and its database.
        seconds: of the sandbox's time since the scene began, by ``time``.
    """

    folder: Path
    time: SharedTime
    nursery: Nursery
    running: Running

    @property
    def world(self) -> World:
        return self.running.world

    @property
    def shelves(self) -> dict[str, Shelf]:
        """The shelves of the stores that the kit has, by store."""
        sections = read_settings(self.folder / FILE)
        amazon = self.world.amazon
        return {
            name: amazon.shelf(sections.accounts[store.account].seller_id, store.site.id)
            for name, store in sections.stores.items()
        }

    def run_cycle(self, fatal: int = 0) -> Ended:
        """Run one cycle in a process of its own; see `Nursery.run_cycle`."""
        return self.nursery.run_cycle(self.folder, fatal)

    def number_orders(self, source: str) -> None:
        """Let orders have Commerce's numbers from now on, or Amazon's."""
        path = self.folder / FILE
        written = re.sub(r'number_source = "\w+"', f'number_source = "{source}"', path.read_text(encoding="utf-8"))
        path.write_text(written, encoding="utf-8")

    @contextmanager
    def kit(self) -> Iterator[Kit]:
        """Open the kit in this process."""
        with Kit(read_settings(self.folder / FILE)) as kit:
            kit.parts.clock = SharedClock(time=self.time)
            yield kit

    def go_live(self) -> None:
        """Read both sides for the first time, and let every store send."""
        with self.kit() as kit:
            kit.pull(wait=True).check()
            for store in kit.stores.values():
                golive = store.golive()
                golive.confirm("chaos", although=golive.serious)

    def settle(self, minutes: float = 6.0, most: int = 8) -> None:
        """Run cycles until nothing is on its way to Amazon any more.

        Arguments:
            minutes: between two of them.
            most: so many at the most.
        """
        for number in range(1, most + 1):
            self.run_cycle()
            self.time.skip(minutes * 60)
            with self.kit() as kit:
                left = len(kit.changes(["planned", "sent", "accepted"]))
            say(f"cycle {number}: {left} changes on their way")
            if not left:
                return


@contextmanager
def open_scene(
    folder: Path,
    *,
    seed: int,
    products: int,
    pace: float = 0.0,
    with_canada: bool = False,
    prepare: Callable[[World], object] = lambda _world: None,
) -> Iterator[Scene]:
    """Serve a quiet world, write the settings of a kit for it, and run cycles beside it until the block ends.

    Arguments:
        folder: is empty.
        pace: as `SharedTime` says.
        with_canada: the kit's stores are the two that share one seller account, not those of two accounts.
        prepare: is given the world before it is served.
    """
    time = SharedTime.starting_at(EPOCH, pace)
    # Its process must be there before a server's thread is.
    with Nursery(time) as nursery:
        clock: SandboxClock = SharedSandboxClock(0.0, EPOCH, EPOCH, time=time)
        world = make_world(seed, products, clock, quiet=True)
        prepare(world)
        with start(world) as running:
            ready = {**running.ready, "clock": {"speed": 1.0, "real_epoch": EPOCH, "epoch": EPOCH}}
            if with_canada:
                # Only stores of the account that both marketplaces belong to.
                ready["stores"] = [line for line in ready["stores"] if line["name"] == US.name]
            _write(folder, ready, with_canada)
            yield Scene(folder, time, nursery, running)


def _write(folder: Path, ready: dict[str, Any], with_canada: bool) -> None:
    path = write_settings(folder, ready)
    if with_canada:
        # A store that has sold for long has listed what it lists, and has found it in Amazon's catalog.
        written = path.read_text(encoding="utf-8").replace(f"[stores.{US.name}]", f"[stores.{US.name}]\n{_LISTED}")
        path.write_text(written, encoding="utf-8")
    lines, stores = [], [US.name, "ca"] if with_canada else [US.name, DE.name]
    if with_canada:
        lines += ["", "[stores.ca]", _LISTED, 'account = "us"', 'marketplace = "CA"']
        lines += [f'website = "{CANADA}"', f'store_view = "{CANADIAN_VIEW}"']
        lines += [f"consent_granted = {_day(path)}"]
    for name in stores:
        lines += ["", f"[stores.{name}.orders]", f'ship_source = "{SHIP_SOURCES[name]}"', 'number_source = "commerce"']
        lines += ["returns_hours = 1"]
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _day(path: Path) -> str:
    found = re.search(r"consent_granted = (\S+)", path.read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


def say(words: str) -> None:
    """Tell whoever waits how far it is."""
    print(words, file=sys.stderr, flush=True)
