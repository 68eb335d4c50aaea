"""What a view shows of the rule editor, as plain values of a few kilobytes, the same for both views.

Texts from outside stay texts: whoever shows them writes them as text, never as markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channelkit.review.rule_model import RuleModel
from channelkit.review.rule_pages import Wording, page_screen, parts_screen
from channelkit.review.rule_source import Choice, Version
from channelkit.review.rule_tree import NO_VALUE, Branch, Line
from channelkit.review.rule_versions import versions_screen

MOST_OPTIONS = 60
"""Options that a list shows at once; among more, one types and is shown those that fit."""

TITLES = {"ineligible": "Ineligible", "new": "New listings", "eligible": "Eligible"}
MEANINGS = {
    "ineligible": "On Amazon, and the rule leaves the product out: the quantity becomes 0, the listing stays.",
    "new": "Not on Amazon, and the rule lets the product in: it will be listed as soon as nothing else is missing.",
    "eligible": "On Amazon, and the rule lets the product in: nothing changes for it.",
}
COLUMNS = (
    ("change", "What happens"),
    ("entity_id", "Product ID"),
    ("name", "Name"),
    ("type", "Type"),
    ("attribute_set", "Attribute set"),
    ("sku", "SKU"),
    ("seller_sku", "Seller SKU"),
    ("visibility", "Visibility"),
    ("enabled", "Status"),
    ("tab", "Tab now"),
    ("stake", "On offer now"),
    ("reason", "Why"),
)
"""What a preview shows of each row (LR-03)."""

WORDING = Wording(TITLES, MEANINGS, COLUMNS, frozenset({"stake"}))


def rule_screen(model: RuleModel) -> dict[str, Any]:
    """Return all that a view shows now, as plain values."""
    return {
        "state": model.state,
        "root": node(model.choices, model.tree.root),
        "new": model.new,
        "attributes": [[choice.code, choice.label] for choice in model.choices.values()],
        "sentence": model.sentence,
        "findings": [{"kind": finding.kind, "words": finding.words} for finding in model.findings],
        "incomplete": len(model.incomplete),
        "counts": counts(model),
        "counts_at_once": model.source.counts_at_once,
        "is_kept": model.is_kept,
        "can_undo": model.can_undo,
        "versions": versions_screen(model.history, _version),
        "preview": preview(model) if model.state == "preview" else None,
        "name": model.name,
        "is_large": model.is_large,
        "said": model.said,
        "trouble": model.trouble,
    }


def node(choices: Mapping[str, Choice], shown: Branch | Line) -> dict[str, Any]:
    """Return a group or a line with all that is needed to draw it.

    Arguments:
        choices: the attributes that a line may ask about, by their codes.
    """
    if isinstance(shown, Branch):
        return {
            "id": shown.id,
            "kind": "group",
            "all": shown.all,
            "match": shown.match,
            "children": [node(choices, child) for child in shown.children],
        }
    choice = choices.get(shown.attribute)
    return {
        "id": shown.id,
        "kind": "line",
        "label": choice.label if choice else shown.attribute,
        "code": shown.attribute,
        "op": shown.op,
        "operators": [list(each) for each in choice.operators] if choice else [[shown.op, shown.op]],
        "many": shown.op in choice.lists if choice else isinstance(shown.value, tuple),
        "entry": "none" if shown.op == NO_VALUE else choice.entry if choice else "text",
        "value": list(shown.value) if isinstance(shown.value, tuple) else shown.value,
        "words": _words(choice, shown),
        "options": _options(choice, shown),
        "trouble": "" if choice else "Commerce does not offer this attribute for rules any more.",
        "is_complete": shown.is_complete,
    }


def counts(model: RuleModel) -> dict[str, Any] | None:
    """Return the figures beside the rule, and whether they are of the rule as it stands."""
    found = model.preview
    if found is None:
        return None
    parts = parts_screen(found, WORDING)
    return {"parts": parts, "is_fresh": model.is_counted, "words": found.words, "stake": found.stake}


def preview(model: RuleModel) -> dict[str, Any] | None:
    """Return the shown page of the shown set."""
    return page_screen(model.preview, model, WORDING, model.reasons) if model.preview else None


def _words(choice: Choice | None, shown: Line) -> list[str]:
    """Return the words of the values that are chosen."""
    values = shown.value if isinstance(shown.value, tuple) else (shown.value,)
    return [choice.options.get(value, value) if choice else value for value in values]


def _options(choice: Choice | None, shown: Line) -> list[list[str]]:
    if choice is None or choice.entry != "choice":
        return []
    if len(choice.options) <= MOST_OPTIONS:
        return [[value, words] for value, words in choice.options.items()]
    chosen = shown.value if isinstance(shown.value, tuple) else (shown.value,)
    return [[value, choice.options[value]] for value in chosen if value in choice.options]


def _version(version: Version) -> dict[str, Any]:
    return {"words": version.words, "moved": version.moved}
