"""A report of sixty days, written once for all tests that look at it, and what a browser makes of its pages."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from channelkit.report.asking import report_at
from tests import sixty_days

ARTIFACTS = Path(__file__).parent.parent / "artifacts" / "report"
"""Where screenshots are left for whoever wants to look."""


WHOLE = "whole"
PATIENCE = 600.0
"""Seconds that another process may take to write the report."""


@cache
def written(base: Path) -> Path:
    """Return the folder of a report of sixty days, which processes that test side by side write only once.

    Arguments:
        base: the folder of all of this process's tests' folders.
    """
    shared = base.parent if base.name.startswith("popen-") else base
    folder = shared / "sixty-days"
    over = folder / "over"
    try:
        folder.mkdir()
    except FileExistsError:
        until = time.monotonic() + PATIENCE
        while not over.exists() and time.monotonic() < until:
            time.sleep(0.1)
        is_whole = over.exists() and over.read_text(encoding="utf-8") == WHOLE
        return folder / "report" if is_whole else _write(base / "sixty-days-anew")
    came = "failed"
    try:
        report = _write(folder)
        came = WHOLE
    finally:
        over.write_text(came, encoding="utf-8")
    return report


def _write(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    database = sixty_days.live(folder)
    notebooks = folder / "runs"
    # The newest run's notebook was made a page.
    page = notebooks / "2026" / "09" / "00" / "sync-0.html"
    page.parent.mkdir(parents=True)
    page.write_text("<!doctype html><title>Sync</title>", encoding="utf-8")
    report_at(database, folder / "report", now_ms=sixty_days.NOW, charts="svg", runs=notebooks)
    database.close()
    return folder / "report"


def pages_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.html"))


@dataclass
class Sight:
    """What a browser made of a page: the page, what it asked for elsewhere, and what it complained of."""

    page: Page
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _session: CDPSession | None = None

    def note(self, url: str) -> None:
        if not url.startswith(("file:", "data:")):
            self.elsewhere.append(url)

    def find_faint(self, script: str) -> list[list[Any]]:
        """Return the words that stand out from their ground by less than 4.5.

        Arguments:
            script: a function that measures all words of the page; the page keeps what is well.
        """
        found: list[list[Any]] = self.page.evaluate(f"() => ({script.strip()})().filter(words => words[0] < 4.5)")
        return found

    def turn(self, *, scheme: str | None = None, width: int | None = None) -> None:
        """Look at it on another screen, and wait until its charts are drawn for that."""
        if width:
            self.page.set_viewport_size({"width": width, "height": 900})
        if scheme == "dark":
            self.page.emulate_media(color_scheme="dark")
        elif scheme:
            self.page.emulate_media(color_scheme="light")
        if scheme and self.page.locator("script[data-chart]").count():
            self.wait_until(f"document.documentElement.dataset.drawn === '{scheme}'")
        # A chart takes its box's new width a moment later.
        self.wait_until(
            "[...document.querySelectorAll('.chart')].every(c => { const s = c.querySelector('svg'); "
            "const box = s && s.closest('.plotly-graph-div, .chart'); "
            "return s && s.getBoundingClientRect().right <= box.getBoundingClientRect().right + 1; })"
        )

    def keep(self, path: Path) -> None:
        """Leave a picture of the whole page, without laying it out anew and without packing it tightly."""
        width, height = self.page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        if self._session is None:
            self._session = self.page.context.new_cdp_session(self.page)
        how = {"format": "png", "captureBeyondViewport": True, "optimizeForSpeed": True, "clip": clip}
        path.write_bytes(base64.b64decode(self._session.send("Page.captureScreenshot", how)["data"]))

    def wait_until(self, truth: str) -> None:
        """Wait until something is so; asked from outside, since the page's policy lets nobody evaluate texts in it."""
        for _ in range(600):
            if self.page.evaluate(truth):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"It was never so: {truth}")


@contextmanager
def seen(browser: Browser, path: Path | None = None) -> Iterator[Sight]:
    """Give a page of a browser, at a file where one is named; a machine that is busy has its time."""
    page = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme="light")
    page.set_default_timeout(120_000)
    sight = Sight(page)
    page.on("request", lambda request: sight.note(request.url))
    page.on("console", lambda message: sight.complaints.append(message.text))
    page.on("pageerror", lambda error: sight.complaints.append(str(error)))
    if path is not None:
        page.goto(path.as_uri())
    yield sight
    page.close()
