"""The fixture ``show_desk``: the workbench's own page in a real Chromium, on a model in this process.

It stands in for JupyterLab alone: what the page sends is obeyed by the widget's own function, and what the model shows
goes back. The same page in JupyterLab itself is driven by another test.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
from playwright.sync_api import Browser, Page

from channelkit.review.listing_grid import ListingGrid
from channelkit.review.listing_screen import screen
from channelkit.review.listing_source import Desk
from channelkit.review.listing_widget import ListingWidget, obey

DARK = (
    "--jp-layout-color0:#111;--jp-layout-color1:#212121;--jp-layout-color2:#424242;"
    "--jp-ui-font-color1:rgba(255,255,255,.87);--jp-ui-font-color2:rgba(255,255,255,.54)"
)
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Workbench</title><style>%s
body{margin:12px;background:var(--jp-layout-color0,#fff)}</style>
<body data-jp-theme-light="%s" style="%s"><div id="at"></div>
<script type="module">
%s
let shown = %s;
const heard = {};
const model = {
  get: () => shown,
  send: (message) => { window.obey(JSON.stringify(message)); },
  on: (name, call) => { heard[name] = call; },
  off: () => {},
};
window.show = (text) => { shown = JSON.parse(text); heard["change:shown"](); };
window.file = (message, data) => heard["msg:custom"](message, [Uint8Array.from(atob(data), (c) => c.charCodeAt(0))]);
widget.render({ model, el: document.getElementById("at") });
</script>"""


@dataclass
class Bench:
    """A workbench that is shown: its model, its page, and what went wrong on it."""

    model: ListingGrid
    page: Page
    asked_elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def keep(self, name: str) -> None:
        """Keep a screenshot as an artefact."""
        keep(self.page, name)


class ShowDesk(Protocol):
    """Shows a desk; the page is closed with the test."""

    def __call__(
        self, desk: Desk, *, by: str = "anna", theme: Literal["light", "dark"] = "light", width: int = 1400
    ) -> Bench: ...


def keep(page: Page, name: str) -> None:
    """Keep a screenshot in the folder that SCREENSHOTS names, or in ./artifacts."""
    folder = Path(os.environ.get("SCREENSHOTS") or "artifacts")
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


@pytest.fixture
def show_desk(browser: Browser) -> Iterator[ShowDesk]:
    with ExitStack() as opened:

        def show(
            desk: Desk, *, by: str = "anna", theme: Literal["light", "dark"] = "light", width: int = 1400
        ) -> Bench:
            model = ListingGrid(desk, by)
            model.open()
            context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
            opened.callback(context.close)
            bench = Bench(model, context.new_page())
            bench.page.on("request", lambda request: bench.asked_elsewhere.append(request.url))
            bench.page.on("pageerror", lambda error: bench.complaints.append(str(error)))
            bench.page.on("dialog", lambda dialog: bench.complaints.append(dialog.message))

            def show_now() -> None:
                bench.page.evaluate("text => window.show(text)", json.dumps(screen(model)))

            def hear(message: str) -> None:
                exported = obey(model, json.loads(message))
                if exported is not None:
                    told: dict[str, Any] = {"do": "file", "name": exported.name, "type": exported.type}
                    data = base64.b64encode(exported.data).decode()
                    bench.page.evaluate("([told, data]) => window.file(told, data)", [told, data])

            model.watch(show_now)
            bench.page.expose_function("obey", hear)
            script = ListingWidget._esm.replace("export default", "const widget =")
            is_light, look = ("false", DARK) if theme == "dark" else ("true", "")
            shown = json.dumps(screen(model)).replace("<", "\\u003c")
            bench.page.set_content(PAGE % (ListingWidget._css, is_light, look, script, shown))
            bench.page.locator("tbody tr, .ck-empty:visible").first.wait_for()
            return bench

        yield show
