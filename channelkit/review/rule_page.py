"""The rule editor as plain HTML: for exported notebooks, where nobody can click, and for the view of plain buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from channelkit.review.rule_versions import version_table

_CELL = "text-align:left;white-space:nowrap;max-width:280px;overflow:hidden;text-overflow:ellipsis;padding-right:1em"


def rule_html(shown: Mapping[str, Any]) -> str:
    """Return the rule as nested lists, its sentence, and what it would do.

    Arguments:
        shown: as `channelkit.review.rule_screen.rule_screen` returns it.
    """
    if shown["state"] == "loading":
        return "<p>Reading the rule …</p>"
    return f"{sentence_html(shown)}<ul>{node_html(shown['root'])}</ul>{findings_html(shown)}{counts_html(shown)}" + (
        preview_html(shown["preview"]) if shown["preview"] else ""
    )


def sentence_html(shown: Mapping[str, Any]) -> str:
    """Return the question, and the rule that answers it, in a sentence."""
    return f"<p><strong>Which products may be sold?</strong></p><p>{escape(shown['sentence'])}</p>"


def findings_html(shown: Mapping[str, Any]) -> str:
    """Return what a person should look at."""
    lines = [f"<li>{escape(found['words'])}</li>" for found in shown["findings"]]
    return f"<p><strong>Look at this:</strong></p><ul>{''.join(lines)}</ul>" if lines else ""


def counts_html(shown: Mapping[str, Any]) -> str:
    """Return the three figures, and what is at stake."""
    counts = shown["counts"]
    if counts is None:
        return ""
    old = "" if counts["is_fresh"] else "<p>These figures are of the rule before the last edit.</p>"
    return (
        figures_html(counts["parts"])
        + f"<p>{escape(counts['words'])}</p>"
        + (f"<p>{escape(counts['stake'])}</p>" if counts["stake"] else "")
        + old
    )


def figures_html(parts: Sequence[Mapping[str, Any]]) -> str:
    """Return how many rows each part of a preview has."""
    cells = "".join(
        f'<td style="padding-right:2em"><strong>{part["count"]:,}</strong> {escape(part["title"].lower())}</td>'
        for part in parts
    )
    return f"<table><tr>{cells}</tr></table>"


def preview_html(preview: Mapping[str, Any]) -> str:
    """Return one page of one part of a preview, and how many rows it has for which reason."""
    reasons = "".join(f"<li>{count:,}: {escape(words)}</li>" for words, count in preview["reasons"])
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(label)}</th>' for label in preview["columns"])
    rows = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in row) + "</tr>"
        for row in preview["rows"]
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    return (
        f"<p><strong>{escape(preview['title'])}: {preview['total']:,}</strong><br>{escape(preview['meaning'])}</p>"
        f'<ul>{reasons}</ul><div style="overflow:auto;max-height:420px">{table}</div><p>{escape(preview["range"])}</p>'
    )


def versions_html(shown: Mapping[str, Any]) -> str:
    """Return every version of the rule, the one that holds first."""
    titles = ("Version", "Name", "When", "By", "Rule", "What moved")
    return version_table(shown["versions"], titles, lambda version: (version["words"], version["moved"]))


def node_html(node: Mapping[str, Any]) -> str:
    """Return a group or a condition as an item of a list, with what is within."""
    if node["kind"] == "line":
        op = dict(node["operators"]).get(node["op"], node["op"])
        value = "" if node["entry"] == "none" else ", ".join(node["words"]) or "…"
        return f"<li>{escape(node['label'])} <em>{escape(op)}</em> <strong>{escape(value)}</strong></li>"
    many = "All" if node["all"] else "Any"
    head = f"{many} of these are {'true' if node['match'] else 'false'}"
    inner = "".join(node_html(child) for child in node["children"])
    return f"<li>{head}:<ul>{inner}</ul></li>" if inner else f"<li>{head}: no condition, so it holds</li>"
