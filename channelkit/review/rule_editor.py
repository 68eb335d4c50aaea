"""The editors of rules in the browser: a script that draws what it is given and sends what a person does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import anywidget
import traitlets

from channelkit.review.page import with_html
from channelkit.review.rule_writing import WritesConditions

_HERE = Path(__file__).parent


def joined(*names: str) -> str:
    """Return files beside this one as one text: parts of a script are one module."""
    return "".join((_HERE / name).read_text(encoding="utf-8") for name in names)


class Looks(Protocol):
    """A model whose rules are looked at, named, put in force, and taken up from an earlier version."""

    def start_from(self, version: int) -> None: ...
    def undo(self) -> None: ...
    def look(self) -> None: ...
    def back(self) -> None: ...
    def show(self, part: str, first: int = 0) -> None: ...
    def set_name(self, name: str) -> None: ...
    def commit(self, *, sure: bool = False) -> None: ...


class Loads(Protocol):
    """A model of rules that is shown in a notebook."""

    def load(self) -> None: ...
    def watch(self, watcher: Callable[[], None]) -> None: ...
    def suggest(self, number: int, typed: str) -> list[tuple[str, str]]: ...


class EditorWidget(anywidget.AnyWidget):
    """An editor with keys and buttons, and as plain HTML where nobody can click; who names the script is an editor.

    Arguments:
        model: the rules; they are loaded when the widget is first shown.
        screen: returns what a view shows now, as plain values.
        html: returns the same as HTML.
        obey: does what a person asked for in the browser.
    """

    shown = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        model: Loads,
        screen: Callable[[], dict[str, Any]],
        html: Callable[[Mapping[str, Any]], str],
        obey: Callable[[Mapping[str, Any]], None],
    ) -> None:
        super().__init__(shown=screen() | {"turn": 0})
        self._loads, self._screen, self._html, self._obey = model, screen, html, obey
        model.watch(self._draw)
        self.on_msg(self._hear)

    def _draw(self) -> None:
        # The turn makes every answer a change, so that the browser never waits for one that looks like the last.
        self.shown = self._screen() | {"turn": self.shown["turn"] + 1}

    def _hear(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        match dict(message):
            case {"do": "suggest", "node": int(number), "typed": str(typed)}:
                # Beside what is shown, so that nothing is drawn anew under a person's hands.
                self.send({"node": number, "typed": typed, "values": self._loads.suggest(number, typed)})
            case _:
                self._obey(message)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self._loads.load()
        bundle, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return with_html(bundle, self._html(self.shown)), metadata


def obey_conditions(model: WritesConditions, message: Mapping[str, Any]) -> bool:
    """Do what was asked for about one condition or group, each thing a public function of the model.

    Returns:
        Whether it was about one.
    """
    match dict(message):
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
            return False
    return True


def obey_looks(model: Looks, message: Mapping[str, Any]) -> bool:
    """Do what was asked for about the rules as a whole, each thing a public function of the model.

    Returns:
        Whether it was about them.
    """
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
        case {"do": "undo" | "look" | "back" as verb}:
            {"undo": model.undo, "look": model.look, "back": model.back}[verb]()
        case _:
            return False
    return True
