"""The editor of price rules in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from channelkit.review.price_model import PriceModel
from channelkit.review.price_page import price_html
from channelkit.review.price_screen import price_screen
from channelkit.review.rule_editor import EditorWidget, joined, obey_conditions, obey_looks


class PriceWidget(EditorWidget):
    """A grid of price rules with a form for each, and as plain HTML where nobody can click.

    Arguments:
        model: the rules; they are loaded when the widget is first shown.
    """

    _esm = joined("rule_tree.js", "rule_versions.js", "rule_preview.js", "rule_talk.js", "price_form.js", "price.js")
    _css = joined("rule.css", "price.css")

    def __init__(self, model: PriceModel) -> None:
        super().__init__(model, partial(price_screen, model), price_html, partial(obey_prices, model))
        self.model = model


def obey_prices(model: PriceModel, message: Mapping[str, Any]) -> None:
    """Do what a person asked for in the browser, each thing a public function of the model.

    Arguments:
        message: ``do``, and what it needs; what makes no sense does nothing.
    """
    if obey_conditions(model, message) or obey_looks(model, message):
        return
    match dict(message):
        case {"do": "field", "name": str(name), "value": str() | bool() as value}:
            model.set_field(name, value)
        case {"do": "done"}:
            model.done()
        case {"do": "cancel"}:
            model.cancel()
        case _:
            _obey_grid(model, message)


def _obey_grid(model: PriceModel, message: Mapping[str, Any]) -> None:
    """Do what concerns one rule of the grid."""
    match dict(message):
        case {"do": "new", "kind": "standard" | "intelligent" as kind}:
            model.add(kind)
        case {"do": "edit" | "copy" | "delete" as verb, "rule": str(rule)}:
            {"edit": model.edit, "copy": model.copy, "delete": model.remove_rule}[verb](rule)
        case {"do": "switch", "rule": str(rule), "active": bool(active)}:
            model.switch(rule, active)
        case {"do": "shift", "rule": str(rule), "step": -1 | 1 as step}:
            model.shift(rule, step)
        case _:
            model.load()
