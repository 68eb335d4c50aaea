"""The fixture ``browser``: a real Chromium, as it is installed: Chromium, Chrome or Edge, else playwright's own.

Where there is none, tests in a browser are skipped with a line that says how to get one; in CI they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
HOW = (
    "No Chromium, Chrome or Edge is found. Install one with your system's packages (Debian: apt-get install chromium) "
    "or with: python -m playwright install chromium"
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
        program = find_browser(playwright)
        if program is None:
            explain_absence(os.environ)
        running = launch(playwright, program)
        yield running
        running.close()


def launch(playwright: Playwright, program: str) -> Browser:
    """Start a browser that asks for nothing by itself."""
    # Chromium refuses its own sandbox to root, as whom containers often run.
    is_root = os.name == "posix" and os.geteuid() == 0
    arguments = [*QUIET, *(["--no-sandbox"] if is_root else [])]
    return playwright.chromium.launch(executable_path=program, args=arguments)


def find_browser(playwright: Playwright) -> str | None:
    """Return the program of a browser that is there, or None."""
    installed = [found for name in NAMES if (found := shutil.which(name))]
    places = [*installed, *PLACES, playwright.chromium.executable_path]
    return next((place for place in places if Path(place).is_file()), None)


def explain_absence(environment: Mapping[str, str]) -> NoReturn:
    """Skip where no browser is found, and say how to get one; where every test has to run, that is a failure."""
    if environment.get("CI"):
        pytest.fail(f"Every test has to run here, and those in a browser cannot. {HOW}", pytrace=False)
    pytest.skip(HOW)
