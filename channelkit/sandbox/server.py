"""Both sides of the sandbox as HTTP servers on this machine, and the line that says where they are."""

from __future__ import annotations

import asyncio
import gc
import json
import math
import signal
import socket
import sys
import threading
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from channelkit.model.marketplaces import Region
from channelkit.sandbox.amazon.server import PICTURES_PATH, TOKEN_PATH, amazon_app
from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.commerce.server import commerce_app
from channelkit.sandbox.connections import Connection
from channelkit.sandbox.faults import Faults
from channelkit.sandbox.world import World

HOST = "127.0.0.1"
_KEEP_ALIVE = 75

Wrap = Callable[[ASGIApp], ASGIApp]


class Running:
    """A sandbox that is being served, until ``stop``.

    Arguments:
        ready: where everything is and how to sign in, as the line of JSON says it.
        faults: bad weather for both sides.
    """

    def __init__(
        self, world: World, faults: Faults, amazon: dict[Region, socket.socket], commerce: socket.socket, wrap: Wrap
    ) -> None:
        self.world = world
        self.faults = faults
        ports = {region: each.getsockname()[1] for region, each in amazon.items()}
        # Each region has an endpoint of its own, which knows no other region's sellers.
        world.amazon.regions = {port: region for region, port in ports.items()}
        addresses = {region: f"http://{HOST}:{port}" for region, port in ports.items()}
        # The world over, pictures come from one place.
        world.amazon.pictures = addresses["na"] + PICTURES_PATH
        self.ready = describe(world, addresses, f"http://{HOST}:{commerce.getsockname()[1]}")
        applications = (
            amazon_app(world.amazon, faults),
            commerce_app(world.commerce, faults, world.credentials, world.clock),
        )
        self._sockets = ([*amazon.values()], [commerce])
        self._servers = [uvicorn.Server(_config(wrap(each))) for each in applications]
        self._thread = threading.Thread(target=self._run, name="channelkit-sandbox", daemon=True)
        self._started = threading.Event()
        self._failure: BaseException | None = None

    def _run(self) -> None:
        # One thread and one loop for both: what happens on one side is never seen half done by the other.
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
            raise
        finally:
            self._started.set()

    async def _serve(self) -> None:
        tasks = [
            asyncio.create_task(server.serve(each)) for server, each in zip(self._servers, self._sockets, strict=True)
        ]
        while not all(server.started for server in self._servers) and not any(task.done() for task in tasks):
            await asyncio.sleep(0.002)
        self._started.set()
        await asyncio.gather(*tasks)

    def start(self) -> Running:
        """Serve in the background and return when both sides answer."""
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise RuntimeError("The sandbox could not start.") from self._failure
        return self

    def wait(self) -> None:
        """Wait until the servers end."""
        self._thread.join()

    def stop(self) -> None:
        """Stop serving and close the ports."""
        for server in self._servers:
            server.should_exit = server.force_exit = True
        self._thread.join()
        for each in chain(*self._sockets):
            each.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()


def start(
    world: World,
    amazon_port: int = 0,
    commerce_port: int = 0,
    wrap: Wrap = lambda application: application,
    *,
    faults: Faults | None = None,
) -> Running:
    """Serve a world on this machine, in the background of this process.

    Arguments:
        amazon_port, commerce_port: 0 takes a free one; Amazon's other regions always do.
        wrap: may put something around each application, such as a check of all that passes.

    Raises:
        OSError: a port is taken.
    """
    opened: list[socket.socket] = []
    try:
        for port in (amazon_port, 0, 0, commerce_port):
            opened.append(_listen(port))
    except OSError:
        for each in opened:
            each.close()
        raise
    na, eu, fe, commerce = opened
    return Running(world, faults or Faults(world.seed), {"na": na, "eu": eu, "fe": fe}, commerce, wrap).start()


def serve(
    *,
    amazon_port: int = 0,
    commerce_port: int = 0,
    seed: int = 1,
    speed: float = 1.0,
    products: Path | None = None,
    listings: Path | None = None,
    count: int = 300,
    throttling: bool = True,
    quiet: bool = False,
    listen: bool = False,
) -> None:
    """Serve a seeded world, or one from CSV files, until the process is told to end; prints one line when ready.

    Arguments:
        speed: sandbox seconds for each second of the wall.
        products, listings: CSV files, both or neither.
        count: products of the seeded world.
        listen: obey lines of standard input: ``speed 1`` lets the clock run at the wall's speed from now on, and prints
            its line anew.
    """
    clock = SandboxClock.starting_now(speed)
    try:
        world = _make_world(clock, seed, products, listings, count, quiet=quiet)
        world.amazon.throttling = throttling
        gc.freeze()
        running = start(world, amazon_port, commerce_port)
    except (OSError, ValueError) as error:
        sys.exit(f"The sandbox cannot start: {error}")
    print(json.dumps(running.ready), flush=True)  # noqa: T201 - the one line that others wait for
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _number, _frame: stopped.set())
    if listen:
        threading.Thread(target=_obey, args=(clock,), name="channelkit-sandbox-words", daemon=True).start()
    stopped.wait()
    running.stop()


def _obey(clock: SandboxClock) -> None:
    for line in sys.stdin:
        try:
            word, number = line.split()
            if word != "speed" or not 0 <= float(number) < math.inf:
                raise ValueError(line)
        except ValueError:
            print(f"Not understood: {line.rstrip()!r}. Say: speed NUMBER", file=sys.stderr)  # noqa: T201
            continue
        clock.run_at(float(number))
        print(json.dumps(clock.line()), flush=True)  # noqa: T201 - the answer that whoever wrote the line waits for


def _make_world(
    clock: SandboxClock, seed: int, products: Path | None, listings: Path | None, count: int, *, quiet: bool
) -> World:
    if products is None and listings is None:
        from channelkit.sandbox.seed import make_world  # noqa: PLC0415 - either this or the other is needed

        return make_world(seed, count, clock, quiet=quiet)
    from channelkit.sandbox.catalog_files import load_world  # noqa: PLC0415

    if products is None or listings is None:
        raise ValueError("A catalog from files needs both --products and --listings.")
    return load_world(products, listings, clock, seed, quiet=quiet)


def describe(world: World, amazon: dict[Region, str], commerce: str) -> dict[str, Any]:
    """Return what a client needs: addresses, stores, secrets to practise with, and the clock."""
    credentials = world.credentials
    return {
        "amazon": amazon,
        "token_url": f"{amazon['na']}{TOKEN_PATH}",
        "commerce": commerce,
        "stores": [store.line(world.amazon.accounts[store.seller_id]) for store in world.stores],
        "commerce_credentials": {
            "consumer_key": credentials.consumer_key,
            "consumer_secret": credentials.consumer_secret,
            "access_token": credentials.access_token,
            "access_token_secret": credentials.access_token_secret,
        },
        "clock": world.clock.line(),
    }


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise OSError(
            f"port {port} of {HOST} cannot be used ({error.strerror}); name another, or 0 for a free one"
        ) from error
    return listener


def _config(application: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=Connection,
        log_config=None,
        access_log=False,
        log_level="critical",
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=1,
    )
