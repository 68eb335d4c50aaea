"""Charts as pictures, SVG or PNG, drawn by the browser that is there: all of a report in one go, within a time.

The usual way, kaleido, starts a browser that it talks to over pipes; it takes seconds for each chart, and has been seen
to wait for ever. Here the browser opens one local page that draws every chart and ends; whatever happens, it is ended
when its time is over, and the report does without pictures.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import unquote_to_bytes

from channelkit.errors import UsageError
from channelkit.report.chart import to_script
from channelkit.report.writing import write_whole

Kind = Literal["svg", "png", "none"]
KINDS: tuple[Kind, ...] = get_args(Kind)

PATIENCE = 45.0
"""Seconds that the browser has for all charts of a report."""

WIDTH = 1000
"""Pixels; a PNG has twice as many."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
QUIET = (
    *("--headless=new", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--no-default-browser-check", "--hide-scrollbars", "--disable-extensions"),
)

_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><script src="{plotly}"></script></head><body>
<script type="application/json" id="figures">{figures}</script><pre id="pictures"></pre><script>
var figures = JSON.parse(document.getElementById("figures").textContent), found = {{}};
Object.keys(figures).reduce(function (before, name) {{
  return before.then(function () {{ return Plotly.toImage(figures[name].figure, figures[name].options); }})
    .then(function (url) {{ found[name] = url; }}, function () {{ found[name] = ""; }});
}}, Promise.resolve()).then(function () {{ document.getElementById("pictures").textContent = JSON.stringify(found); }});
</script></body></html>"""


def check_kind(kind: str) -> Kind:
    """Return which pictures are wanted.

    Raises:
        UsageError: it is none of svg, png, none.
    """
    for known in KINDS:
        if kind == known:
            return known
    raise UsageError(f"{kind!r} is no kind of picture.", f"Use one of: {', '.join(KINDS)}.")


def find_browser() -> str | None:
    """Return the program of a Chromium, Chrome or Edge that is installed, or None."""
    installed = [found for name in NAMES if (found := shutil.which(name))]
    return next((place for place in (*installed, *PLACES) if Path(place).is_file()), None)


def draw_pictures(
    figures: Mapping[str, Mapping[str, Any]], folder: Path, kind: Kind, plotly: Path, patience: float = PATIENCE
) -> tuple[dict[str, Path], str]:
    """Draw charts as files ``NAME.svg`` or ``NAME.png``; return them by name, and why some are missing, or nothing.

    Arguments:
        figures: data and layout of each, as plotly's script reads them.
        folder: where the files go.
        plotly: the file of plotly's script.
        patience: seconds after which the browser is ended.
    """
    if kind == "none" or not figures:
        return {}, ""
    program = find_browser()
    if program is None:
        return {}, "Charts were not drawn as files: no Chromium, Chrome or Edge is installed."
    drawn = _ask_browser(program, {name: _wanted(body, kind) for name, body in figures.items()}, plotly, patience)
    if drawn is None:
        return {}, f"Charts were not drawn as files: the browser did not draw them within {patience:g} s."
    files = {name: write_whole(folder / f"{name}.{kind}", _decode(url)) for name, url in drawn.items() if url}
    lost = len(figures) - len(files)
    return files, f"{lost} of {len(figures)} charts could not be drawn as files." if lost else ""


def _decode(url: str) -> bytes:
    """Return what a data address holds: an SVG is written out, a PNG as base64."""
    kind, _, data = url.partition(",")
    return base64.b64decode(data) if kind.endswith("base64") else unquote_to_bytes(data)


def _wanted(body: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """Return a chart on a ground of its own: a file is laid upon any page."""
    layout = dict(body["layout"]) | {"paper_bgcolor": "#FFFFFF"}
    height = int(layout.get("height") or 320)
    options = {"format": kind, "width": WIDTH, "height": height, "scale": 2 if kind == "png" else 1}
    return {"figure": {"data": body["data"], "layout": layout}, "options": options}


def _ask_browser(
    program: str, figures: Mapping[str, Mapping[str, Any]], plotly: Path, patience: float
) -> dict[str, str] | None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        page = Path(home) / "charts.html"
        page.write_text(_PAGE.format(plotly=plotly.resolve().as_uri(), figures=to_script(figures)), encoding="utf-8")
        # Chromium refuses its own sandbox to root, as whom containers often run.
        is_root = os.name == "posix" and os.geteuid() == 0
        command = [program, *QUIET, *(["--no-sandbox"] if is_root else []), f"--user-data-dir={home}/profile"]
        command += [f"--virtual-time-budget={int(patience * 1000)}", "--dump-dom", page.as_uri()]
        text = _run(command, patience)
    start, end = text.find('<pre id="pictures">'), text.find("</pre>")
    try:
        body: dict[str, str] = json.loads(unescape(text[start + len('<pre id="pictures">') : end]))
    except ValueError:
        return None
    return body


def _run(command: list[str], patience: float) -> str:
    """Return what a program prints; nothing where its time was over, when it is ended with all that it started."""
    # The program is a browser that is installed here, and what it opens is a page that was written just now.
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8", start_new_session=True
    ) as process:
        try:
            return process.communicate(timeout=patience)[0]
        except subprocess.TimeoutExpired:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            return ""
