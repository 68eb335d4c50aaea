"""Fixtures for every test: the sandbox, watched by the official definitions, and where these lie.

``sandbox`` is one that runs for a whole test module, ``run_sandbox`` starts others as a test wants them. Whoever breaks
an official definition, the sandbox or its caller, fails the test or the module that it happened in. Databases are in
``tests.database_fixtures``, a Commerce alone in ``tests.shop_fixtures``.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from channelkit.sandbox.commerce.settings import CommerceSettings
from channelkit.sandbox.seed import make_world
from channelkit.sandbox.server import Running, start
from tests.conformance import conform
from tests.definitions import System
from tests.sandbox_clock import start_clock

pytest_plugins = [
    "tests.database_fixtures",
    "tests.shop_fixtures",
    "tests.kit_fixtures",
    "tests.browser_fixtures",
    "tests.lab_fixtures",
    "tests.desk_fixtures",
]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Read all tests, and never look through what was read for garbage again: it stays until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


LONG = (
    *("test_newcomer", "test_order_", "test_cycle", "test_notebook_pages", "test_people_secrecy", "test_demo"),
    *("test_cli", "test_listings_lab", "test_review_lab", "test_review_price_lab", "test_review_rule_lab"),
    *("test_sharing", "test_watch_watching", "test_upkeep", "test_price_week"),
)
"""How the names of files begin whose tests take longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes longest begin first: none of it is left for one process when the others are done."""
    items.sort(key=lambda item: not item.path.name.startswith(LONG))


class RunSandbox(Protocol):
    """Starts a sandbox; what it gives back has ``ready``, ``world`` and ``faults``, and is stopped by itself.

    Arguments:
        speed: sandbox seconds for each second of the wall; 0 stands still until ``world.clock.skip``.
        products: how many the seeded catalog has; fifty have every situation once.
        quiet: nothing happens by itself.
        throttling: whether Amazon keeps its published quotas.
        commerce: what the merchant has set differently.
    """

    def __call__(
        self,
        *,
        speed: float = 600.0,
        seed: int = 1,
        products: int = 100,
        quiet: bool = False,
        throttling: bool = True,
        commerce: CommerceSettings | None = None,
    ) -> Running: ...


@pytest.fixture(scope="session")
def openapi_folder() -> Path | None:
    """Return the folder of the official definitions that the environment variable OPENAPI names, None without it."""
    named = os.environ.get("OPENAPI")
    if not named:
        return None
    folder = Path(named).resolve()
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def openapi(openapi_folder: Path | None) -> Path:
    """Return the folder of the official definitions; without it the test is skipped."""
    if openapi_folder is None:
        pytest.skip("The environment variable OPENAPI names no folder with the official definitions.")
    return openapi_folder


@pytest.fixture
def run_sandbox(openapi_folder: Path | None) -> Iterator[RunSandbox]:
    """Start sandboxes for one test."""
    with sandboxes(openapi_folder) as run:
        yield run


@pytest.fixture(scope="module")
def sandbox(openapi_folder: Path | None) -> Iterator[Running]:
    """Return a small seeded sandbox that runs for the whole module: 600 times as fast, with quotas, and alive."""
    with sandboxes(openapi_folder) as run:
        yield run()


@contextmanager
def sandboxes(folder: Path | None) -> Iterator[RunSandbox]:
    """Yield what starts sandboxes; at the end stop them all and fail on whatever broke a definition."""
    violations: list[str] = []
    with ExitStack() as running:

        def run(
            *,
            speed: float = 600.0,
            seed: int = 1,
            products: int = 100,
            quiet: bool = False,
            throttling: bool = True,
            commerce: CommerceSettings | None = None,
        ) -> Running:
            world = make_world(seed, products, start_clock(speed), quiet=quiet)
            world.amazon.throttling = throttling
            world.commerce.settings = commerce or world.commerce.settings
            # Amazon's side is always wrapped first.
            systems: Iterator[System] = iter(("amazon", "commerce"))
            return running.enter_context(start(world, wrap=lambda app: conform(app, next(systems), violations, folder)))

        yield run
    assert not violations, "\n".join(violations)
