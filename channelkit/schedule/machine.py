"""This machine, as far as schedulers are concerned: its folders, its user, and the programs that it is asked with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from channelkit.errors import ChannelkitError
from channelkit.schedule.systemd import Manager

_PATIENCE = 60


@dataclass(frozen=True)
class Machine:
    """Where schedulers look for their files, and who asks.

    Arguments:
        root: where the file system begins; another folder only to see what would be written.
        is_root: may write the machine's own units; else those of one person's service manager.
    """

    home: Path = field(default_factory=Path.home)
    root: Path = Path("/")
    is_root: bool = field(default_factory=lambda: os.name == "posix" and os.geteuid() == 0)
    uid: int = field(default_factory=lambda: os.getuid() if os.name == "posix" else 0)

    @property
    def manager(self) -> Manager:
        return "system" if self.is_root else "user"

    @property
    def units(self) -> Path:
        """Where systemd looks for units."""
        if self.is_root:
            return self.root / "etc/systemd/system"
        return Path(os.environ.get("XDG_CONFIG_HOME") or self.home / ".config") / "systemd/user"

    @property
    def agents(self) -> Path:
        """Where launchd looks for a person's jobs."""
        return self.home / "Library/LaunchAgents"

    def systemctl(self, *words: str) -> tuple[str, ...]:
        """Return a command for the service manager that has the units."""
        return ("systemctl", *(("--user",) if self.manager == "user" else ()), *words)

    def has(self, program: str) -> bool:
        return shutil.which(program) is not None

    def ask(self, command: Sequence[str], given: str | None = None) -> tuple[int, str]:
        """Run a program and return its exit code and what it printed; 127 where it is not there."""
        try:
            # Our own words and paths alone, and no shell.
            done = subprocess.run(  # noqa: S603
                command, input=given, capture_output=True, text=True, timeout=_PATIENCE, check=False
            )
        except FileNotFoundError:
            return 127, f"{command[0]} is not there"
        except subprocess.TimeoutExpired:
            return 124, f"{command[0]} did not answer for {_PATIENCE} s"
        return done.returncode, done.stdout if done.returncode == 0 else (done.stderr or done.stdout)

    def read_crontab(self) -> str:
        """Return the lines that this user's cron has.

        Raises:
            ChannelkitError: cron could not be asked.
        """
        code, said = self.ask(["crontab", "-l"])
        if code == 0:
            return said
        if "no crontab" in said.lower():
            return ""
        raise ChannelkitError(f"The crontab could not be read: {said.strip()}.", "Install cron, or use another target.")


def own_program() -> str:
    """Return the full path of the command that is running."""
    name = "channelkit.exe" if os.name == "nt" else "channelkit"
    return str(Path(sys.executable).with_name(name))
