"""What a view shows of the editor of price rules, as plain values, the same for both views.

Texts from outside stay texts: whoever shows them writes them as text, never as markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channelkit.review.price_model import PriceModel
from channelkit.review.price_refusal import refusal_of
from channelkit.review.price_source import PriceVersion
from channelkit.review.rule_pages import Wording, page_screen
from channelkit.review.rule_screen import node
from channelkit.review.rule_versions import versions_screen

TITLES = {
    **{"held": "Wait for a person", "falls": "Fall", "rises": "Rise", "new": "New listings"},
    **{"rests": "Rest from a war", "none": "No price"},
}
MEANINGS = {
    "held": "A guard would hold the price until a person lets it go.",
    "falls": "The price would fall with the next cycle.",
    "rises": "The price would rise with the next cycle.",
    "new": "Not on Amazon yet; it would be listed at this price.",
    "rests": "Others and we undercut each other: it stays for some hours before it is lowered again.",
    "none": "No price would be sent; Amazon keeps the one that it has.",
}
COLUMNS = (
    *(("seller_sku", "Seller SKU"), ("name", "Name"), ("before", "On Amazon"), ("after", "Would be")),
    *(("change", "Change"), ("units", "Sold in 30 days"), ("money", "Money"), ("margin", "Margin")),
    *(("competitor", "Competitor"), ("rule", "Rule"), ("why", "Why")),
)
NUMBERS = frozenset({"before", "after", "change", "units", "money", "margin", "competitor"})
WORDING = Wording(TITLES, MEANINGS, COLUMNS, NUMBERS)
GRID = ("Name", "Type", "Is Active", "Priority", "Stop Further Processing", "From", "To")
"""What the grid of rules shows of each (PR-01)."""


def price_screen(model: PriceModel) -> dict[str, Any]:
    """Return all that a view shows now, as plain values."""
    return {
        "state": model.state,
        "currency": model.source.currency,
        "columns": list(GRID),
        "rules": [_rule(rule, words) for rule, words in zip(model.draft.rules, model.sentences, strict=False)],
        "findings": [{"kind": found.kind, "words": found.words} for found in model.findings],
        "form": form(model) if model.state == "rule" else None,
        "preview": preview(model) if model.state == "preview" else None,
        "is_kept": model.is_kept,
        "is_large": model.is_large,
        "can_undo": model.draft.can_undo,
        "versions": versions_screen(model.history, _version),
        "name": model.name,
        "said": model.said,
        "trouble": refusal_of(model.trouble, model.form.fields()).words if model.form else model.trouble,
    }


def form(model: PriceModel) -> dict[str, Any] | None:
    """Return the form with its fields, its conditions, and what the rule does in a sentence."""
    if model.form is None:
        return None
    fields = model.form.fields()
    refused = refusal_of(model.refusal, fields)
    wrong = refusal_of(model.trouble, fields) if model.trouble else refused
    return {
        "kind": model.form.values["kind"],
        "is_new": not model.form.id,
        "fields": [field.plain() | {"wrong": wrong.words if field.name == wrong.field else ""} for field in fields],
        "root": node(model.choices, model.tree.root),
        "attributes": [[choice.code, choice.label] for choice in model.choices.values()],
        "new": model.new,
        "sentence": model.sentence,
        "refusal": refused.words,
    }


def preview(model: PriceModel) -> dict[str, Any] | None:
    """Return the figures of the preview, and the shown page of the shown part."""
    found = model.preview
    if found is None:
        return None
    reasons = {"held": found.guards, "none": found.notes}.get(model.part)
    most = max(found.classes.values(), default=1)
    return page_screen(found, model, WORDING, reasons() if reasons else ()) | {
        "same": found.counts["same"],
        "classes": [[name, number, number / most] for name, number in found.classes.items() if number],
    }


def _rule(rule: Mapping[str, Any], words: str) -> dict[str, Any]:
    """Return a rule as the grid shows it."""
    is_active = bool(rule.get("active", True))
    priority = rule.get("priority")
    kind = "Intelligent" if rule.get("competitor") is not None else "Standard"
    cells = [rule["name"], kind, "Yes" if is_active else "No", "" if priority is None else str(priority)]
    cells += ["Yes" if rule.get("discard") else "No", rule.get("first_day") or "", rule.get("last_day") or ""]
    return {"id": rule["id"], "name": rule["name"], "active": is_active, "cells": cells, "words": words}


def _version(version: PriceVersion) -> dict[str, Any]:
    return {"words": list(version.words)}
