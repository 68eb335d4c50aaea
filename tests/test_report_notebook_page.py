"""A notebook that was run, as one page: it opens offline, shows what was found, and tells nothing of the machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner

from channelkit.cli import app
from channelkit.errors import UsageError
from channelkit.report.notebook_page import PLOTLY, WIDGET, render_notebook, write_notebook_page
from tests.desk_fixtures import keep

FIGURE = {"data": [{"type": "bar", "x": ["Active"], "y": [3]}], "layout": {"title": {"text": "Tabs"}}}


def code(source: str, *outputs: dict[str, Any], tags: Sequence[str] = ()) -> dict[str, Any]:
    metadata = {"tags": list(tags)} if tags else {}
    more = {"execution_count": 1, "metadata": metadata, "outputs": list(outputs), "id": f"c{abs(hash(source))}"[:12]}
    return {"cell_type": "code", "source": source, **more}


def run(**data: Any) -> dict[str, Any]:
    """Return a cell that was run and gave this."""
    return code(f"secret_input = {sorted(data)}", {"output_type": "display_data", "data": data, "metadata": {}})


def stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def write(path: Path, *cells: dict[str, Any]) -> Path:
    book = {"cells": list(cells), "metadata": {"widgets": {"state": {"big": 1}}}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """Return a notebook with everything that a notebook may hold."""
    outside = '<p>Outside</p><img src="https://x.example/p.png"><script src="https://x.example/s.js"></script>'
    error = {"output_type": "error", "ename": "Zero<b>", "evalue": "division", "traceback": ["/home/anna/secret.py"]}
    words = "# Listings: which need me?\n\nA sentence."
    return write(
        tmp_path / "run.ipynb",
        {"cell_type": "markdown", "source": words, "metadata": {}, "id": "words"},
        code("kept_at_home = 1", stream("stdout", "from the parameters"), tags=["parameters"]),
        run(**{WIDGET: {"model_id": "1"}, "text/html": "<details open><summary>Active (3)</summary></details>"}),
        run(**{WIDGET: {"model_id": "2"}, "text/plain": "Widget()"}),
        run(**{PLOTLY: FIGURE, "text/plain": "Figure()"}),
        run(**{"application/javascript": "alert(1)"}),
        run(**{"text/html": outside}),
        code("1/0", error, stream("stderr", "/home/anna/warning"), stream("stdout", "3 <listings>")),
    )


def test_the_page_opens_offline_and_asks_nobody(notebook: Path, browser: Browser) -> None:
    path = write_notebook_page(notebook)
    assert path == notebook.with_suffix(".html")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    assert page.title() == "Listings: which need me?"
    assert page.get_by_text("Active (3)").is_visible()
    assert page.get_by_text("This part needs a kernel").is_visible()
    assert page.locator(".plotly .bars path").count() == 1
    keep(page, "notebook-page")
    page.close()
    # The browser names what it refused to fetch; nothing left the machine.
    assert [address for address in asked if address.startswith("http") and "x.example" not in address] == []
    assert complaints == []


def test_what_is_not_for_others_stays_at_home(notebook: Path) -> None:
    html = render_notebook(notebook)
    for kept in ("secret_input", "kept_at_home", "from the parameters", "/home/anna", "alert(1)", '"big"'):
        assert kept not in html
    assert "3 &lt;listings&gt;" in html and "Zero&lt;b&gt;" in html
    assert "default-src 'none'" in html


def test_sentences_are_shown_without_quotes_and_cells_of_frames_without_pandas_words_for_nothing(
    tmp_path: Path,
) -> None:
    frame = '<table class="dataframe"><tr><td>&lt;NA&gt;</td><td>NaT</td><td>NaN</td><td>NaN-3</td></tr></table>'
    told = ["'Nothing was <sent>.'", "42", "[broken"]
    shown = [{"output_type": "display_data", "data": {"text/plain": each}, "metadata": {}} for each in told]
    cells = [run(**{"text/html": frame, "text/plain": "x"}), *map(code, told, shown)]
    html = render_notebook(write(tmp_path / "words.ipynb", *cells))
    assert "<tr><td>–</td><td>–</td><td>–</td><td>NaN-3</td></tr>" in html
    assert "<p>Nothing was &lt;sent&gt;.</p>" in html
    assert "<pre>42</pre>" in html and "<pre>[broken</pre>" in html


def test_without_a_chart_the_page_is_small(tmp_path: Path) -> None:
    path = write(tmp_path / "small.ipynb", run(**{"text/html": "<b>3</b>"}))
    assert len(render_notebook(path)) < 10_000


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"nbformat": 4}', "not json"])
def test_what_is_no_notebook_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError):
        write_notebook_page(path)
    assert not path.with_suffix(".html").exists()


def test_a_notebook_that_was_not_run_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "fresh.ipynb", code("1"))
    with pytest.raises(UsageError, match="has not been run"):
        write_notebook_page(path)
    with pytest.raises(UsageError, match="cannot be read"):
        write_notebook_page(tmp_path / "missing.ipynb")


def test_the_command_writes_where_it_is_told(notebook: Path, tmp_path: Path) -> None:
    out = tmp_path / "pages" / "listings.html"
    done = CliRunner().invoke(app, ["export", str(notebook), "--out", str(out)])
    assert done.exit_code == 0 and str(out.name) in done.output.replace("\n", "")
    assert "Active (3)" in out.read_text(encoding="utf-8")
    assert json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["widgets"], "the notebook stays as it was"
