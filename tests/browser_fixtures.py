"""The fixture ``browser``: a real Chromium, found or installed, never done without.

It is one that is installed (Chromium, Chrome or Edge), else playwright's own, else one that is installed now: by the
system's packages where that is a Debian and we are root, otherwise by playwright.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
QUIET = (
    *("--headless=new", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-quic"),
)
"""A browser that asks for nothing by itself, so that every request is the page's."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running Chromium; it ends with its module, since no test may have an event loop while playwright has one."""
    with sync_playwright() as playwright:
        program = find_browser(playwright) or install_browser(playwright)
        # Chromium refuses its own sandbox to root, as whom containers often run.
        is_root = os.name == "posix" and os.geteuid() == 0
        arguments = [*QUIET, *(["--no-sandbox"] if is_root else [])]
        running = playwright.chromium.launch(executable_path=program, args=arguments)
        yield running
        running.close()


def find_browser(playwright: Playwright) -> str | None:
    """Return the program of a browser that is there, or None."""
    installed = [found for name in NAMES if (found := shutil.which(name))]
    places = [*installed, *PLACES, playwright.chromium.executable_path]
    return next((place for place in places if Path(place).is_file()), None)


def install_browser(playwright: Playwright) -> str:
    """Install a browser and return its program."""
    attempts: list[list[list[str]]] = []
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = ["apt-get", "-q", "-y"]
        attempts.append([[*quiet, "update"], [*quiet, "install", "--no-install-recommends", "chromium"]])
    attempts.append([[sys.executable, "-m", "playwright", "install", "chromium"]])
    said = []
    for commands in attempts:
        for command in commands:
            environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            said.append(f"{' '.join(command)}: {done.returncode} {done.stderr[-500:]}")
        found = find_browser(playwright)
        if found is not None:
            return found
    pytest.fail("No Chromium is there and none could be installed.\n" + "\n".join(said))
