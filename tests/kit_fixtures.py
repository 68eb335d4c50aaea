"""The fixture ``run_kit``: a kit on a sandbox of its own, in a time that moves only when somebody waits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest
import sqlalchemy as sa

from channelkit.clock import Clock
from channelkit.database import stores
from channelkit.database.journal import load_changes
from channelkit.database.schema import buckets
from channelkit.demo import write_settings
from channelkit.kit import Kit
from channelkit.sandbox.amazon.listings import Listing, Shelf
from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.server import Running
from channelkit.settings.reader import read_settings
from channelkit.settings.sections import Settings
from tests.conftest import RunSandbox
from tests.sandbox_clock import start_clock


@dataclass(frozen=True)
class StandingClock(Clock):
    """The sandbox's own clock, handed to the kit: waiting moves it, nothing else does."""

    sandbox: SandboxClock = field(default_factory=start_clock)

    def at(self, wall: float) -> float:
        return self.sandbox.now()

    def sleep(self, seconds: float) -> None:
        self.sandbox.sleep(seconds)


@dataclass
class Practice:
    """A kit, the sandbox it works on, and what a test asks of both."""

    kit: Kit
    running: Running
    folder: Path

    def wait(self, minutes: float) -> None:
        self.running.world.clock.skip(minutes * 60)

    def shelf(self, store: str) -> Shelf:
        """Return what Amazon has of a store."""
        line = next(line for line in self.running.ready["stores"] if line["name"] == store)
        return self.running.world.amazon.shelf(line["seller_id"], line["marketplace_id"])

    def listing(self, store: str, sku: str) -> Listing:
        return self.shelf(store).listings[sku]

    def changes(self, *states: str) -> list[dict[str, Any]]:
        """Return the journal's changes in these states, or all of them."""
        with self.kit.database.read() as connection:
            found: list[dict[str, Any]] = load_changes(connection).to_pylist()
        return [change for change in found if not states or change["state"] in states]

    def calls(self, operation: str) -> int:
        """Return how often an operation was called."""
        query = sa.select(sa.func.coalesce(sa.func.sum(buckets.c.calls), 0)).where(buckets.c.operation == operation)
        with self.kit.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def active_skus(self, store: str) -> list[str]:
        """Return merchant-fulfilled listings that are Active and that nothing is on its way for."""
        frame = self.kit.stores[store].listings("Active")
        busy = {change["seller_sku"] for change in self.changes("sent", "accepted", "planned")}
        chosen = frame[(frame["fulfillment_channel"] == "DEFAULT") & (frame["quantity"] > 2)]
        return [sku for sku in chosen["sku"] if sku not in busy]

    def product_of(self, store: str, sku: str) -> str:
        frame = self.kit.stores[store].listings()
        return str(frame[(frame["sku"] == sku) & frame["listed"]]["product_sku"].iloc[0])

    def reopened(self, **changed: Any) -> Kit:
        """Return a second kit on the same settings and database, as another process would have it."""
        return _open(self.running, replace_settings(self.kit.settings, **changed))


class RunKit(Protocol):
    """Starts a sandbox and opens a kit on it; the words are those of ``run_sandbox``, but time stands still.

    Arguments:
        live: every store's go-live is confirmed.
    """

    def __call__(
        self, *, products: int = 50, quiet: bool = True, seed: int = 1, database: str = "", live: bool = True
    ) -> Practice: ...


@pytest.fixture
def run_kit(run_sandbox: RunSandbox, migrated_file: Path, tmp_path: Path) -> Iterator[RunKit]:
    with ExitStack() as opened:

        def run(
            *, products: int = 50, quiet: bool = True, seed: int = 1, database: str = "", live: bool = True
        ) -> Practice:
            running = run_sandbox(speed=0, products=products, quiet=quiet, seed=seed)
            folder = tmp_path / f"kit{seed}"
            folder.mkdir()
            # The settings' clock is not used here, and must not stand still.
            ready = {**running.ready, "clock": {**running.ready["clock"], "speed": 1.0}}
            environment = {"CHANNELKIT__DATABASE__URL": database} if database else {}
            settings = read_settings(write_settings(folder, ready), environment)
            if not database:
                shutil.copy(migrated_file, settings.database_url.removeprefix("sqlite:///"))
            kit = opened.enter_context(_open(running, settings))
            if live:
                let_send(kit)
            return Practice(kit, running, folder)

        yield run


def let_send(kit: Kit) -> None:
    """Write down for every store that a person let it send, without the look that a person would take."""
    for name in kit.stores:
        installation = kit.parts.installation(name)
        assert installation is not None, f"store {name} has no account"
        with kit.database.write() as connection:
            stores.confirm_golive(connection, name, by="a test", at=kit.parts.now(), installation=installation)


def replace_settings(settings: Settings, **stores: Any) -> Settings:
    """Return settings with other values for every store."""
    changed = {name: msgspec.structs.replace(store, **stores) for name, store in settings.stores.items()}
    return msgspec.structs.replace(settings, stores=changed)


def _open(running: Running, settings: Settings) -> Kit:
    kit = Kit(settings)
    kit.parts.clock = StandingClock(sandbox=running.world.clock)
    return kit
