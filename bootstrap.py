"""Set channelkit up with nothing but Python, then run a task: ``python3 bootstrap.py TASK ...``.

Standard library only, and it never installs into the Python that runs it: everything goes into ``.venv`` beside
this file, from ``requirements.lock``. Tasks: setup, demo, test, bench, bench-matching, chaos. Works the same on Linux,
macOS and Windows (``py bootstrap.py demo``).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "channelkit.stamp"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)

TASKS = {
    "setup": [],
    "demo": [["-m", "channelkit", "demo", "--out", "demo"]],
    "test": [
        ["-m", "ruff", "check", "."],
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "mypy"],
        # Hundreds of processes that tests start would compile again what was changed since the environment was made.
        ["-m", "compileall", "-q", "channelkit"],
        # In the order of their names: the files of few and long tests would all come last otherwise.
        ["-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"],
    ],
    "bench": [["-m", "benchmarks"]],
    "bench-matching": [["-m", "benchmarks.matching"]],
    "chaos": [["-m", "benchmarks.chaos"]],
}


def main(arguments: list[str]) -> int:
    task, *rest = arguments or ["setup"]
    if task not in TASKS:
        print(__doc__)
        return 2
    if sys.version_info < OLDEST:
        return stop(f"Python {sys.version.split()[0]} is too old: channelkit needs 3.11 or newer.")
    try:
        if STAMP.exists() and STAMP.read_text() == fingerprint():
            print(f"Environment is up to date: {VENV}")
        else:
            set_up()
    except subprocess.CalledProcessError as failure:
        return stop(f"Set-up stopped at: {' '.join(map(str, failure.cmd))}\nThe lines above say why; run it again.")
    if task == "setup":
        print(f"Ready. Next: {BIN / 'channelkit'} demo --out demo")
    commands = TASKS[task]
    for number, command in enumerate(commands, start=1):
        extra = rest if number == len(commands) else []
        code = subprocess.call([str(PYTHON), *command, *extra], cwd=ROOT)
        if code:
            return code
    return 0


def set_up() -> None:
    """Make ``.venv`` and fill it with exactly what the lock names; a half-made one is started afresh."""
    started = time.monotonic()
    if VENV.exists() and not PYTHON.exists():
        shutil.rmtree(VENV)
    if not VENV.exists():
        print(f"Making {VENV} ...", flush=True)
        make_venv()
    STAMP.unlink(missing_ok=True)
    print("Installing the locked packages ...", flush=True)
    if not (install_uv() and sync_with_uv()):
        print("uv is not to be had here; installing with pip, which takes a few minutes ...", flush=True)
        run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    # Where the environment forbids Python to write .pyc files, every start of the tool would compile it again.
    run(PYTHON, "-m", "compileall", "-q", ROOT / "channelkit")
    STAMP.write_text(fingerprint())
    print(f"Environment ready after {time.monotonic() - started:.0f} s.", flush=True)


def make_venv() -> None:
    made = subprocess.call([sys.executable, "-m", "venv", str(VENV)])
    if made != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SystemExit(
            stop(
                "This Python cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv. "
                "Elsewhere: install Python from python.org."
            )
        )


def install_uv() -> bool:
    """Install the uv that the lock names, checked against the lock's own hashes."""
    pinned = re.search(r"^uv==.*?(?=^\S)", LOCK.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if pinned is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder) / "uv.txt"
        requirement.write_text(pinned.group(), encoding="utf-8")
        return succeeds(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirement)


def sync_with_uv() -> bool:
    environment = dict(os.environ)
    mirror = configured_mirror()
    if mirror and "UV_DEFAULT_INDEX" not in environment and "UV_INDEX_URL" not in environment:
        environment["UV_DEFAULT_INDEX"] = mirror
    command = [PYTHON, "-m", "uv", "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]

    return succeeds(*command, "--python", PYTHON, LOCK, environment=environment)


def configured_mirror() -> str | None:
    """Return the index that pip was told to use, so that uv asks the same one."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    answer = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or None


def fingerprint() -> str:
    """Return what the environment was made from; a change in any part of it means making it again."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def succeeds(*command: object, environment: dict[str, str] | None = None) -> bool:
    return subprocess.call([str(part) for part in command], cwd=ROOT, env=environment) == 0


def stop(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
