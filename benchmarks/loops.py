"""Whole cycles against the sandbox, which runs as a process of its own and does not throttle; and starting up.

``python -m benchmarks.loops FOLDER COUNT`` prints its figures as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import requests

from benchmarks.steps import Figures, peak_mb, timed
from channelkit.demo import write_settings
from channelkit.kit import Kit
from channelkit.settings.reader import FILE, read_settings

# A minute of the sandbox in a second: its reports take as long as Amazon's, and waiting for them is not our cost.
SERVE = """
import sys
from channelkit.sandbox.server import serve
serve(count=int(sys.argv[1]), quiet=sys.argv[2] == "quiet", throttling=False, speed=60.0)
"""
REPEATS = 3


def run_cycles(folder: Path, count: int) -> Figures:
    """Read everything, send all that differs at first, then run one whole cycle: read, confirm, decide, send.

    Arguments:
        count: products of the sandbox's Commerce; its two stores list most of them.
    """
    figures = Figures()
    with _sandbox(count) as ready:
        write_settings(folder, ready)
        with Kit(read_settings(folder / FILE)) as kit:
            with timed(figures, "pull_seconds"):
                kit.pull(wait=True)
            with timed(figures, "first_seconds"):
                kit.sync()
            with _counting() as calls, timed(figures, "seconds"):
                kit.sync()
            figures["calls"], figures["calls_that_send"] = calls.total(), calls["PATCH"]
            figures["listings"] = len(kit.listings())
    return figures | {"peak_mb": peak_mb()}


def start_up(folder: Path) -> Figures:
    """Return the median seconds of ``--help``, of a cycle with nothing to do, and of one through the notebook."""
    channelkit = [sys.executable, "-m", "channelkit"]
    figures = {"help_seconds": _median([*channelkit, "--help"])}
    with _sandbox(20, quiet=True) as ready:
        settings = ["--settings", str(write_settings(folder, ready))]
        _run([*channelkit, "pull", *settings])
        figures["empty_cycle_seconds"] = _median([*channelkit, "sync", *settings])
        figures["empty_notebook_seconds"] = _median([*channelkit, "run", "sync", *settings])
    return figures


@contextmanager
def _counting() -> Iterator[Counter[str]]:
    """Count calls by their method while the block runs."""
    counted: Counter[str] = Counter()
    send = requests.Session.send

    def count_and_send(session: requests.Session, request: Any, **options: Any) -> Any:
        counted[request.method] += 1
        return send(session, request, **options)

    with mock.patch.object(requests.Session, "send", count_and_send):
        yield counted


def _median(command: list[str]) -> float:
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        _run(command)
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # 3 is a cycle that is done and holds something for a person.
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


@contextmanager
def _sandbox(count: int, *, quiet: bool = False) -> Iterator[Mapping[str, Any]]:
    command = [sys.executable, "-c", SERVE, str(count), "quiet" if quiet else "moving"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    place = Path(sys.argv[1])
    print(json.dumps(run_cycles(place, int(sys.argv[2])) if len(sys.argv) > 2 else start_up(place)))
