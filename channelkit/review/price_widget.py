"""The editor of price rules in the browser: a script that draws what it is given and sends what a person does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from channelkit.review.page import with_html
from channelkit.review.price_model import PriceModel
from channelkit.review.price_page import price_html
from channelkit.review.price_screen import price_screen

_HERE = Path(__file__).parent


def _joined(*names: str) -> str:
    return "".join((_HERE / name).read_text(encoding="utf-8") for name in names)


class PriceWidget(anywidget.AnyWidget):
    """A grid of price rules with a form for each, and as plain HTML where nobody can click.

    Arguments:
        model: the rules; they are loaded when the widget is first shown.
    """

    _esm = _joined("rule_tree.js", "price_form.js", "price.js")
    _css = _joined("rule.css", "price.css")
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, model: PriceModel) -> None:
        super().__init__(shown=price_screen(model) | {"turn": 0})
        self.model = model
        model.watch(self._draw)
        self.on_msg(self._hear)

    def _draw(self) -> None:
        # The turn makes every answer a change, so that the browser never waits for one that looks like the last.
        self.shown = price_screen(self.model) | {"turn": self.shown["turn"] + 1}

    def _hear(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        match dict(message):
            case {"do": "suggest", "node": int(number), "typed": str(typed)}:
                # Beside what is shown, so that nothing is drawn anew under a person's hands.
                found = self.model.suggest(number, typed)
                self.send({"node": number, "typed": typed, "values": found})
            case _:
                obey_prices(self.model, message)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self.model.load()
        bundle, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return with_html(bundle, price_html(self.shown)), metadata


def obey_prices(model: PriceModel, message: Mapping[str, Any]) -> None:
    """Do what a person asked for in the browser, each thing a public function of the model.

    Arguments:
        message: ``do``, and what it needs; what makes no sense does nothing.
    """
    match dict(message):
        case {"do": "field", "name": str(name), "value": str() | bool() as value}:
            model.set_field(name, value)
        case {"do": "add", "group": int(group), "attribute": str(attribute)}:
            model.add_line(group, attribute)
        case {"do": "add_group", "group": int(group)}:
            model.add_group(group)
        case {"do": "remove", "node": int(number)}:
            model.remove(number)
        case {"do": "move", "node": int(number), "step": -1 | 1 as step}:
            model.move(number, step)
        case {"do": "group", "node": int(number), "all": bool(is_all), "match": bool(is_match)}:
            model.set_group(number, all=is_all, match=is_match)
        case {"do": "op", "node": int(number), "op": str(op)}:
            model.set_op(number, op)
        case {"do": "value", "node": int(number), "value": str() | list() as value}:
            model.set_value(number, value)
        case _:
            _obey_grid(model, message)


def _obey_grid(model: PriceModel, message: Mapping[str, Any]) -> None:
    """Do what concerns a rule as a whole."""
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
            _obey_further(model, message)


def _obey_further(model: PriceModel, message: Mapping[str, Any]) -> None:
    """Do what concerns all rules."""
    match dict(message):
        case {"do": "start", "version": int(version)}:
            model.start_from(version)
        case {"do": "show", "part": str(part), "first": int(first)}:
            model.show(part, first)
        case {"do": "name", "name": str(name)}:
            model.set_name(name)
        case {"do": "commit", "name": str(name), "sure": bool(sure)}:
            model.set_name(name)
            model.commit(sure=sure)
        case {"do": "undo" | "look" | "back" | "done" | "cancel" as verb}:
            acts = {"undo": model.undo, "look": model.look, "back": model.back}
            (acts | {"done": model.done, "cancel": model.cancel})[verb]()
        case _:
            model.load()
