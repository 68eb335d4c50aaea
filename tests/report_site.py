"""A report of sixty days, written once for all tests that look at it, and what a browser makes of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Page

from channelkit.report.asking import report_at
from tests import sixty_days

ARTIFACTS = Path(__file__).parent.parent / "artifacts" / "report"
"""Where screenshots are left for whoever wants to look."""


@cache
def written(base: Path) -> Path:
    """Return the folder of a report of sixty days.

    Arguments:
        base: the folder of all tests' folders.
    """
    folder = base / "sixty-days"
    folder.mkdir()
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

    def note(self, url: str) -> None:
        if not url.startswith(("file:", "data:")):
            self.elsewhere.append(url)

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
            "return s && s.getBoundingClientRect().right <= c.getBoundingClientRect().right + 1; })"
        )

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
