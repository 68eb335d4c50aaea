"""The demonstration: the whole loop on the sandbox, in a folder of its own.

The sandbox runs as a process of its own, as it would for anybody; everything else here is what a user would type.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from channelkit.errors import ChannelkitError, UsageError
from channelkit.jobs import run_job
from channelkit.kit import Kit
from channelkit.people.key_file import FILE as KEY_FILE
from channelkit.people.key_file import write_key_file
from channelkit.sandbox.suggested import COST, LEAST, LIST_PRICE
from channelkit.settings.reader import FILE, read_settings

SPEED = 30.0
"""Half a minute of the sandbox in a second: Amazon's rates and lags are kept to, and nobody has to wait for them."""

CYCLE = 300.0
"""Seconds between two cycles, by the sandbox's clock."""

COSTS = {"minimum": LEAST, "list_price": LIST_PRICE, "cost": COST}
"""The settings that tell of prices, and the attributes of the sandbox's catalog that they name."""

MARK = ".channelkit-demo"
PATIENCE = 60.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class _Sandbox:
    """The sandbox as a process: where everything is, and how to slow its clock down."""

    ready: Mapping[str, Any]
    process: subprocess.Popen[str]

    def slow_down(self) -> Mapping[str, float]:
        """Let its clock run as fast as the wall's from now on; return what others need to run the same clock."""
        if self.process.stdin is None or self.process.stdout is None:
            raise ChannelkitError("The sandbox does not listen.", "Start it with --listen.")
        print("speed 1", file=self.process.stdin, flush=True)
        slowed: dict[str, float] = json.loads(self.process.stdout.readline())
        return slowed


def run_demo(
    folder: Path,
    *,
    seed: int,
    products: Path | None,
    listings: Path | None,
    cycles: int,
    say: Say,
    stay: bool = False,
) -> None:
    """Run the whole loop and write ``report/index.html`` and ``summary.json`` into the folder.

    Arguments:
        folder: is made; an earlier demo in it is replaced, anything else is refused.
        seed: the same seed gives the same world.
        products, listings: CSV files with a real catalog and real listings instead of the seeded ones.
        cycles: how often the sync notebook runs.
        stay: leave the sandbox running until somebody presses Ctrl-C, to practise with.

    Raises:
        UsageError: the folder holds something else, or a file cannot be read.
        ChannelkitError: a step failed; the message says which and why.
    """
    _make_folder(folder)
    with _sandbox(seed, products, listings) as sandbox:
        ready = sandbox.ready
        write_settings(folder, ready, with_costs=True)
        say(f"The sandbox runs: Amazon at {ready['amazon']['na']}, Commerce at {ready['commerce']}.")
        with Kit(read_settings(folder / FILE), progress=_progress()) as kit:
            started = kit.clock.now()
            say("Reading both sides for the first time ...")
            kit.pull(wait=True)
            for name, store in kit.stores.items():
                # In a sandbox nobody can be harmed, so whatever looks wrong is accepted.
                golive = store.golive()
                say(golive.confirm("demo", although=golive.serious))
                plan = store.plan()
                say(f"{name}: {len(plan.changes)} changes planned, {len(plan.held)} held. {plan.stopped}".rstrip())
                if not plan.stopped:
                    say(f"{name}: {plan.apply()}")
            first = kit.clock.now()
            for number in range(1, cycles + 1):
                kit.clock.sleep(first + number * CYCLE - kit.clock.now())
                code = run_job(kit.settings, kit.database, "sync", {"apply": "true"})
                counts = kit.summary(started)["all"]["changes"]
                on_the_way = counts["sent"] + counts["accepted"]
                seen = f"{counts['confirmed']} changes seen on Amazon so far, {on_the_way} on the way"
                say(f"Cycle {number} of {cycles}, through the notebook: {_meaning(code)}; {seen}.")
            summary = kit.summary(started)
            (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
            page = kit.report(folder / "report" / "index.html", started)
        # What is asked later is as old as it would be anywhere: the clock goes on from here, no faster than the wall's.
        settings = (folder / FILE).read_text(encoding="utf-8")
        slowed = settings.replace(_practice(ready["clock"]), _practice(sandbox.slow_down()))
        (folder / FILE).write_text(slowed, encoding="utf-8")
        asking = f"--settings {folder / FILE}"
        say("")
        say(f"Report:    {page}")
        say(f"Figures:   {folder / 'summary.json'}")
        say(f"Notebooks: {folder / 'runs'}")
        say(f"Next:      open the report, or ask: {_program()} listings --tab Inactive {asking}")
        if stay:
            say(f"Practise:  the sandbox stays; in another terminal: {_program()} sync {asking}")
            say("           Ctrl-C here ends it.")
            _wait_for_the_end(sandbox.process)
            say("The sandbox has ended. What was read and decided can still be asked.")


def _wait_for_the_end(process: subprocess.Popen[str]) -> None:
    # A shell lets what it starts in the background ignore Ctrl-C, so neither it nor a polite end is left to chance.
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _number, _frame: ended.set())
    while process.poll() is None and not ended.wait(0.2):
        pass


def write_settings(folder: Path, ready: Mapping[str, Any], *, with_costs: bool = False) -> Path:
    """Write a settings file for a running sandbox, its secrets in files that only their owner can read.

    Arguments:
        ready: what the sandbox printed when it was ready.
        with_costs: name the attributes with own cost, MAP and MSRP (LS-04): margins are shown, no price goes below
            MAP, and what costs more elsewhere is struck through; each cycle then asks Amazon for fees, too.
    """
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)

    def keep(name: str, value: str) -> str:
        path = secrets / name
        path.touch(mode=0o600)
        path.write_text(value, encoding="utf-8")
        return f"file:secrets/{name}"

    clock, commerce = ready["clock"], ready["commerce_credentials"]
    today = datetime.fromtimestamp(float(clock["epoch"]), UTC).date()
    lines = [
        "# A practice kit: everything here points at the sandbox on this machine.",
        _practice(clock),
        "",
        "[commerce]",
        f'url = "{ready["commerce"]}"',
        f'consumer_key = "{commerce["consumer_key"]}"',
    ]
    for name in ("consumer_secret", "access_token", "access_token_secret"):
        lines.append(f'{name} = "{keep(f"commerce-{name}", commerce[name])}"')
    for store in ready["stores"]:
        name = store["name"]
        lines += [
            "",
            f"[accounts.{name}]",
            f'seller_id = "{store["seller_id"]}"',
            f'region = "{store["region"]}"',
            f'client_id = "{store["client_id"]}"',
            f'client_secret = "{keep(f"{name}-client_secret", store["client_secret"])}"',
            f'refresh_token = "{keep(f"{name}-refresh_token", store["refresh_token"])}"',
            f"secret_made = {today}",
            f'url = "{ready["amazon"][store["region"]]}"',
            f'token_url = "{ready["token_url"]}"',
            "",
            f"[stores.{name}]",
            f'account = "{name}"',
            f'marketplace = "{store["country"]}"',
            f'website = "{store["website"]}"',
            f'store_view = "{store["store_view"]}"',
            f"consent_granted = {today}",
        ]
        if with_costs:
            lines += ["", f"[stores.{name}.prices]", *(f'{key} = "{code}"' for key, code in COSTS.items())]
    write_key_file(secrets / KEY_FILE)
    lines += ["", "[people]", f'key = "file:secrets/{KEY_FILE}"']
    path = folder / FILE
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _practice(clock: Mapping[str, float]) -> str:
    return "\n".join(["[practice]", *(f"{name} = {float(clock[name])!r}" for name in ("speed", "real_epoch", "epoch"))])


def _make_folder(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise UsageError(f"{folder} is not empty and was not made by a demo.", "Name another folder with --out.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("Made by channelkit demo; the next one replaces it.\n", encoding="utf-8")


@contextmanager
def _sandbox(seed: int, products: Path | None, listings: Path | None) -> Iterator[_Sandbox]:
    command = [sys.executable, "-m", "channelkit", "sandbox", "--listen", "--seed", str(seed), "--speed", str(SPEED)]
    for name, path in (("--products", products), ("--listings", listings)):
        if path is not None:
            command += [name, str(path)]
    # What is run is this program itself, and the words come from the caller's own command line.
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise ChannelkitError("The sandbox did not start.", "The lines above say why.")
            yield _Sandbox(json.loads(line), process)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _progress() -> Say:
    """Return what shows progress on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda _words: None

    def show(words: str) -> None:
        print(f"\r\x1b[2K{words}", end="", file=sys.stderr, flush=True)  # noqa: T201

    return show


def _program() -> str:
    """Return how the command is typed from here."""
    script = Path(sys.executable).with_name("channelkit")
    near = Path.cwd() in script.parents
    return str(script.relative_to(Path.cwd()) if near else script)


def _meaning(code: int) -> str:
    return {0: "done", 1: "failed", 3: "done, with something held or refused", 75: "another run was at work"}[code]
