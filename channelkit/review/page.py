"""The review as plain HTML: for exported notebooks, where nobody can click, and for the view of plain buttons.

Whatever comes from outside is escaped; nothing is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

FIRST_ROWS = 20
"""Rows of a grid that an exported notebook shows."""

_LEFT = "text-align:left;vertical-align:top;white-space:normal"
_MARKS = {
    "other": "background:#fff1b8;color:#1d2125",
    "strong": "background:#ffd3c2;color:#7d1f00;font-weight:bold;text-decoration:underline",
}


def question_html(shown: dict[str, Any]) -> str:
    """Return the shown question with both sides next to each other.

    Arguments:
        shown: as `channelkit.review.screen.screen` returns it.
    """
    asked = shown["question"]
    if asked is None:
        words = {"empty": "Nothing left to ask.", "failed": "The questions could not be read."}
        return f"<p><strong>{words.get(shown['state'], 'Looking for questions …')}</strong></p>"
    head = "".join(
        f'<th scope="col" style="{_LEFT}">{side}<br><code>{escape(sku)}</code></th>'
        for side, sku in (("Amazon listing", asked["seller_sku"]), ("Commerce product", asked["product_sku"]))
    )
    rows = "".join(
        f'<tr><th scope="row" style="{_LEFT}">{escape(row["label"])}<br><small>{escape(row["verdict"])}</small></th>'
        f'<td style="{_LEFT}">{_pieces(row["left"])}</td><td style="{_LEFT}">{_pieces(row["right"])}</td></tr>'
        for row in [*asked["rows"], *_pictures(asked["pictures"])]
    )
    return (
        "<p><strong>Is this the same product?</strong> "
        f"{escape(asked['probability'])} likely. {escape(asked['why'])}</p>"
        f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"{_sentences('Against it', asked['veto'])}{_sentences('What was found', asked['evidence'])}"
    )


def standing_html(shown: dict[str, Any]) -> str:
    """Return how far the answers are, and how good matching has proved to be."""
    standing = shown["standing"]
    if standing is None:
        return f"<p>{escape(shown['progress'])}</p><p>Nothing was compared yet.</p>"
    begins = "Matching accepts by itself." if standing["accepts"] else "Matching accepts nothing by itself yet."
    return f"<p>{escape(shown['progress'])}</p><p><strong>{begins}</strong> {escape(standing['words'])}</p>" + (
        f"<p>{escape(precision_words(standing))}</p>"
    )


def precision_words(standing: dict[str, Any]) -> str:
    """Return the measured precision in a sentence."""
    if not standing["measured"]:
        return f"Precision so far: not measured; wanted: {standing['target']}."
    return (
        f"Precision measured so far: {standing['precision']}, at least {standing['lower_bound']}; "
        f"wanted: {standing['target']}."
    )


def grid_html(page: dict[str, Any], rows: int = FIRST_ROWS) -> str:
    """Return the first rows of a page of the grid.

    Arguments:
        page: as `channelkit.review.grid.GridModel.page` returns it.
        rows: how many rows, at most.
    """
    head = "".join(f'<th scope="col" style="{_LEFT}">{escape(column["label"])}</th>' for column in page["columns"])
    shown = page["rows"][:rows]
    body = "".join(
        "<tr>" + "".join(f'<td style="{_LEFT}">{escape(cell)}</td>' for cell in row["cells"]) + "</tr>" for row in shown
    )
    caption = f"{len(shown):,} of {page['matching']:,} rows shown."
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def said_html(said: str, trouble: str) -> str:
    """Return what was kept last, or what went wrong, for those who listen as well."""
    return (
        f'<p role="alert"><strong>{escape(trouble)}</strong></p>' if trouble else f'<p role="status">{escape(said)}</p>'
    )


def with_html(bundle: Mapping[str, Any], html: str) -> dict[str, Any]:
    """Return what a notebook keeps of a widget, with HTML for where there is no kernel."""
    return {**bundle, "text/html": html}


def _pieces(pieces: list[list[str]]) -> str:
    if not pieces:
        return "<em>not known</em>"
    return "".join(
        escape(text) if kind == "same" else f'<mark style="{_MARKS[kind]}">{escape(text)}</mark>'
        for text, kind in pieces
    )


def _pictures(pictures: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return a row that names the addresses; an exported page loads no picture."""
    if not any(picture["link"] for picture in pictures):
        return []
    left, right = ([[picture["link"], "same"]] if picture["link"] else [] for picture in pictures)
    return [{"label": "Image", "left": left, "right": right, "verdict": ""}]


def _sentences(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    return f"<p><strong>{title}</strong></p><ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
