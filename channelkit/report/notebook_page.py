"""A notebook that was run, as one page for somebody who has no kernel: everything in the one file, nothing fetched.

Inputs and the cells of parameters stay at home, and so do tracebacks and warnings, which tell of the machine. A widget
is shown by the HTML that it keeps beside itself; a chart brings plotly with it, once for all.
"""

from __future__ import annotations

import ast
import json
import os
import re
from html import escape, unescape
from pathlib import Path
from typing import Any

from channelkit.errors import UsageError

AT_HOME = frozenset({"parameters", "injected-parameters", "remove-cell"})
"""Tags of cells that are not shown."""

PLOTLY, WIDGET = "application/vnd.plotly.v1+json", "application/vnd.jupyter.widget-view+json"
HTML, TEXT = "text/html", "text/plain"
CALLS = ("application/javascript", "application/vnd.jupyter.widget-state+json")
"""Outputs that only run somewhere."""

NO_VALUE = re.compile(r"<td>(?:&lt;NA&gt;|NaN|NaT)</td>")
"""A cell of a frame that holds nothing, in each of the words that pandas has for it."""

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What the browser lets the page do, whatever stands in it: show what it brought, and ask nobody for more."""


def write_notebook_page(notebook: Path, path: Path | None = None) -> Path:
    """Write the page, whole or not at all, and return its path.

    Arguments:
        notebook: an ``.ipynb`` file that was run.
        path: the HTML file; its folder is made. By default it lies beside the notebook.

    Raises:
        UsageError: the file is no notebook, or none of its cells was run.
    """
    page = render_notebook(notebook)
    path = path or notebook.with_suffix(".html")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(page, encoding="utf-8")
    part.replace(path)
    return path


def render_notebook(notebook: Path) -> str:
    """Return the page as HTML.

    Raises:
        UsageError: the file is no notebook, or none of its cells was run.
    """
    book = _read(notebook)
    if not any(cell.get("outputs") for cell in book.cells):
        raise UsageError(
            f"{notebook.name} has not been run, so there is nothing to show.",
            "Run it in JupyterLab and save it, or with: channelkit run",
        )
    book.metadata.pop("widgets", None)
    book.cells = [cell for cell in book.cells if not AT_HOME & set(cell.metadata.get("tags", ()))]
    has_charts = False
    for cell in book.cells:
        if cell.cell_type == "code":
            has_charts |= any(PLOTLY in output.get("data", {}) for output in cell.outputs)
            cell.outputs = [kept for output in cell.outputs if (kept := _kept(output)) is not None]
    exporter = _exporter()
    body, _ = exporter.from_notebook_node(book)
    return _framed(_title_of(book, notebook), body, has_charts)


def _read(notebook: Path) -> Any:
    import nbformat  # noqa: PLC0415 - only an export needs it

    reads: Any = nbformat.reads
    try:
        text = notebook.read_text(encoding="utf-8")
        if not isinstance(json.loads(text), dict):
            raise ValueError(notebook.name)
        return reads(text, as_version=4)
    except (OSError, ValueError, nbformat.validator.ValidationError) as error:
        raise UsageError(f"{notebook} cannot be read as a notebook.", "Name an .ipynb file.") from error


def _exporter() -> Any:
    import nbconvert  # noqa: PLC0415 - a second

    exporter: Any = nbconvert.HTMLExporter
    return exporter(
        template_name="basic",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        embed_images=True,
    )


def _kept(output: Any) -> Any | None:
    """Return an output as the page shows it, or None where it is not for others."""
    if output.output_type == "stream":
        return output if output.name == "stdout" else None
    if output.output_type == "error":
        # The traceback tells of the machine; what went wrong is said without it.
        return _as_html(f"<p><strong>{escape(output.ename)}</strong>: {escape(output.evalue)}</p>")
    data = {kind: value for kind, value in output.data.items() if kind not in CALLS}
    if PLOTLY in data and HTML not in data:
        data[HTML] = _chart(data[PLOTLY])
    if WIDGET in data and HTML not in data:
        data = {HTML: "<p>This part needs a kernel; it is shown in JupyterLab.</p>"}
    data = {kind: value for kind, value in data.items() if kind not in (PLOTLY, WIDGET)}
    if not data:
        return None
    if 'class="dataframe"' in (table := _joined(data.get(HTML, ""))):
        data[HTML] = NO_VALUE.sub("<td>–</td>", table)
    elif HTML not in data and (words := _words(_joined(data.get(TEXT, "")))):
        data = {HTML: f"<p>{escape(words)}</p>"}
    output.data = data
    return output


def _joined(value: Any) -> str:
    """Return the text of an output, which may be kept in lines."""
    return "".join(value)


def _words(text: str) -> str:
    """Return what is said by a cell whose value is a sentence, without its quotes; an empty text for any other value.

    >>> _words("'Nothing was sent.'"), _words("42"), _words("[")
    ('Nothing was sent.', '', '')
    """
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return ""
    return value if isinstance(value, str) else ""


def _as_html(html: str) -> Any:
    import nbformat  # noqa: PLC0415 - only an export needs it

    new_output: Any = nbformat.v4.new_output
    return new_output("display_data", {HTML: html})


def _chart(figure: Any) -> str:
    from plotly.io import to_html  # noqa: PLC0415 - half a second

    parts = {name: figure[name] for name in ("data", "layout") if name in figure}
    config = {"displaylogo": False, "responsive": True}
    html: str = to_html(
        parts, full_html=False, include_plotlyjs=False, include_mathjax=False, validate=False, config=config
    )
    # Narrower than its letters need, it goes sideways; the keyboard reaches it.
    title = figure.get("layout", {}).get("title") or {}
    words = title.get("text") if isinstance(title, dict) else title
    label = f"Chart: {re.sub('<[^>]*>', ' ', words)}" if words else "Chart"
    return f'<div class="chart" role="region" tabindex="0" aria-label="{escape(unescape(label))}">{html}</div>'


def _title_of(book: Any, notebook: Path) -> str:
    for cell in book.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.startswith("# "):
                return str(line[2:].strip())
    return notebook.stem


def _framed(title: str, body: str, has_charts: bool) -> str:
    script = ""
    if has_charts:
        from plotly.offline import get_plotlyjs  # noqa: PLC0415 - half a second

        script = f"<script>{get_plotlyjs()}</script>"
    style = (Path(__file__).parent / "notebook_page.css").read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="referrer" content="no-referrer"><title>{escape(title)}</title>'
        f"<style>{style}</style>{script}</head><body><main>{body}</main></body></html>\n"
    )
