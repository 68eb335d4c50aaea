"""The fixture ``run_lab``: a real JupyterLab on a folder, offline, and pages of it in a real Chromium."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
from playwright.sync_api import Browser, Page

PATIENCE = 120.0
"""Seconds that a start may take on a busy machine."""

TOKEN = "for-tests-alone"
READY = """() => {
  const shown = window.jupyterapp && window.jupyterapp.shell.currentWidget;
  const session = shown && shown.context && shown.context.isReady && shown.sessionContext.session;
  return session && session.kernel && session.kernel.status === 'idle';
}"""


@dataclass
class Lab:
    """A JupyterLab that runs, and what its pages asked for elsewhere or complained of."""

    url: str
    browser: Browser
    opened: ExitStack
    asked_elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, notebook: str, *, theme: Literal["light", "dark"] = "light", width: int = 1400) -> Page:
        """Open a notebook and wait for its kernel."""
        context = self.browser.new_context(viewport={"width": width, "height": 1000})
        self.opened.callback(context.close)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("request", lambda request: self._note(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.url}lab/tree/{notebook}?token={TOKEN}&reset", wait_until="domcontentloaded")
        page.wait_for_function(READY)
        if theme == "dark":
            page.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
            page.wait_for_selector('body[data-jp-theme-light="false"]', state="attached")
        return page

    def _note(self, url: str) -> None:
        if not url.startswith((self.url, self.url.replace("http", "ws", 1), "blob:", "data:")):
            self.asked_elsewhere.append(url)


class RunLab(Protocol):
    """Starts a JupyterLab on a folder; it ends with the test."""

    def __call__(self, folder: Path) -> Lab: ...


@pytest.fixture
def run_lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunLab]:
    with ExitStack() as opened:

        def run(folder: Path) -> Lab:
            return start_lab(folder, tmp_path_factory.mktemp("jupyter"), browser, opened)

        yield run


def start_lab(folder: Path, home: Path, browser: Browser, opened: ExitStack) -> Lab:
    """Start a JupyterLab on a folder; it ends with the stack.

    Arguments:
        home: an empty folder for its settings and its log.
    """
    server = opened.enter_context(_start(folder, home))
    opened.callback(server.wait, 30)
    opened.callback(server.terminate)
    return Lab(_address(server, home / "runtime"), browser, opened)


def copy_notebook(source: Path, folder: Path, **parameters: Any) -> str:
    """Copy a notebook with other parameters, as a job would run it, and return its name."""
    notebook = json.loads(source.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", ()))
    cell["source"] += [f"\n{name} = {value!r}" for name, value in parameters.items()]
    (folder / source.name).write_text(json.dumps(notebook), encoding="utf-8")
    return source.name


def run_all(page: Page) -> None:
    page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")


def _start(folder: Path, home: Path) -> subprocess.Popen[bytes]:
    """Start the server, with settings of its own and nothing of the person's who tests."""
    page = home / "config" / "labconfig"
    page.mkdir(parents=True)
    off = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (page / "page_config.json").write_text(json.dumps(off))
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    environment = {**os.environ, **{name: str(home / place) for name, place in places.items()}}
    options = [
        *("--no-browser", "--expose-app-in-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}", "--ServerApp.allow_root=True"),
        *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]
    log = (home / "log.txt").open("wb")
    with log:
        return subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=log, stderr=log, cwd=folder
        )


def _address(server: subprocess.Popen[bytes], runtime: Path) -> str:
    """Return where the server listens, once it does."""
    until = time.monotonic() + PATIENCE
    said = runtime / f"jpserver-{server.pid}.json"
    while time.monotonic() < until and server.poll() is None:
        if said.is_file() and (text := said.read_text(encoding="utf-8")).endswith("}"):
            return str(json.loads(text)["url"])
        time.sleep(0.05)
    log = (runtime.parent / "log.txt").read_text(encoding="utf-8", errors="replace")
    pytest.fail(f"JupyterLab did not start.\n{log[-2000:]}")
