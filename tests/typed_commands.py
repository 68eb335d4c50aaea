"""Commands as a person types them, each in a process of its own, which finds others' packages loaded already.

Half of what a short command takes is loading pandas, pyarrow and SQLAlchemy. One process has them and divides itself
for each command. Channelkit is loaded by each command anew, so that what its modules need of each other is tested, too.
Where a system cannot divide processes, each command starts one.
"""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

PACKAGES = (
    *("numpy", "pandas", "pyarrow.compute", "sqlalchemy.dialects.sqlite", "requests", "oauthlib.oauth1"),
    *("msgspec.json", "msgspec.toml", "tomlkit", "typer", "rich.console", "rich.table", "rich.progress"),
)
PATIENCE = 120.0
OBEYED = "__obeyed__"
"""What this file is called where it is the command's process that runs it."""


def type_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Type a command in a folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELKIT")}
    command = [sys.executable, "-m", "channelkit", *words]
    context = _context()
    if context is None:
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    with tempfile.TemporaryDirectory(prefix="channelkit-typed-") as name:
        said = [Path(name) / "out", Path(name) / "err"]
        order = {"folder": folder, "words": words, "environment": environment, "said": said}
        # Run by its path: imported by its name, it would load pytest and hypothesis into the command's process.
        process = context.Process(target=runpy.run_path, args=(__file__, {"order": order}, OBEYED))
        process.start()
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(command, PATIENCE)
        code = process.exitcode
        process.close()
        out, err = (path.read_text(encoding="utf-8") for path in said)
    assert code is not None
    return subprocess.CompletedProcess(command, code, out, err)


def json_of(folder: Path, *words: str, codes: tuple[int, ...] = (0,)) -> Any:
    """Type a command and return what it says as JSON."""
    answer = type_in(folder, *words, "--json")
    assert answer.returncode in codes, answer.stderr
    return json.loads(answer.stdout)


@cache
def _context() -> ForkServerContext | None:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return None
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PACKAGES))
    return context


def _obey(folder: Path, words: tuple[str, ...], environment: dict[str, str], said: list[Path]) -> None:
    """Be the command: where it was typed, with its environment, saying what it says into two files."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(said, start=1):
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    sys.path.insert(0, str(folder))
    sys.argv = ["channelkit", *words]
    try:
        runpy.run_module("channelkit", run_name="__main__", alter_sys=True)
    finally:
        # What multiprocessing divides off leaves these undone.
        atexit._run_exitfuncs()


if __name__ == OBEYED:
    _obey(**globals()["order"])
