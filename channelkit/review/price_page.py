"""The editor of price rules as plain HTML: for exported notebooks, and for the view of plain buttons."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from channelkit.review.rule_page import figures_html, findings_html, node_html
from channelkit.review.rule_page import preview_html as page_html
from channelkit.review.rule_versions import version_table

_LEFT = "text-align:left;vertical-align:top;white-space:normal"


def price_html(shown: Mapping[str, Any]) -> str:
    """Return the rules as a table, and what they would do where that was looked at.

    Arguments:
        shown: as `channelkit.review.price_screen.price_screen` returns it.
    """
    if shown["state"] == "loading":
        return "<p>Reading the price rules …</p>"
    return (
        "<p><strong>How are prices made?</strong></p>"
        + grid_html(shown)
        + findings_html(shown)
        + (form_html(shown["form"]) if shown["form"] else "")
        + (preview_html(shown["preview"]) if shown["preview"] else "")
    )


def grid_html(shown: Mapping[str, Any]) -> str:
    """Return the grid of rules, each with its sentence (PR-01)."""
    if not shown["rules"]:
        return "<p>No price rules: prices are as their source has them.</p>"
    titles = (*shown["columns"], "In words")
    head = "".join(f'<th scope="col" style="{_LEFT}">{escape(title)}</th>' for title in titles)
    rows = "".join(
        "<tr>"
        + "".join(f'<td style="{_LEFT}">{escape(cell)}</td>' for cell in (*rule["cells"], rule["words"]))
        + "</tr>"
        for rule in shown["rules"]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def form_html(form: Mapping[str, Any]) -> str:
    """Return what stands in the form."""
    rows = "".join(
        f'<tr><th scope="row" style="{_LEFT}">{escape(field["label"])}</th>'
        f'<td style="{_LEFT}">{escape(_told(field))}</td></tr>'
        for field in form["fields"]
    )
    return f"{sentence_html(form)}<table>{rows}</table><ul>{node_html(form['root'])}</ul>"


def sentence_html(form: Mapping[str, Any]) -> str:
    """Return what the rule of the form does, or why it cannot be kept as it is."""
    if form["refusal"]:
        return f"<p><strong>Not yet:</strong> {escape(form['refusal'])}</p>"
    return f"<p>{escape(form['sentence'])}</p>"


def preview_html(preview: Mapping[str, Any]) -> str:
    """Return the figures of a preview, how far prices move, and one page of one part."""
    classes = "".join(
        f'<tr><td style="{_LEFT}">{escape(name)}</td><td style="text-align:right">{number:,}</td></tr>'
        for name, number, _share in preview["classes"]
    )
    return (
        figures_html(preview["parts"])
        + f"<p>{escape(preview['words'])}</p>"
        + "".join(f"<p>{escape(line)}</p>" for line in preview["stake"].splitlines())
        + f"<table><caption>How far prices move</caption>{classes}</table>"
        + page_html(preview)
    )


def versions_html(shown: Mapping[str, Any]) -> str:
    """Return every version of the rules, the one that holds first."""
    titles = ("Version", "What it changed", "When", "By", "Rules")
    return version_table(shown["versions"], titles, lambda version: ("\n".join(version["words"]),))


def _told(field: Mapping[str, Any]) -> str:
    """Return what stands in a field, in words."""
    if field["kind"] == "flag":
        return "Yes" if field["value"] else "No"
    return str(dict(field["options"]).get(field["value"], field["value"]))
