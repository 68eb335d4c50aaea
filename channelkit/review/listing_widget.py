"""The workbench in the browser: a script, which draws what it is given and sends what a person does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from channelkit.review.listing_export import Exported
from channelkit.review.listing_grid import ListingGrid
from channelkit.review.listing_screen import fallback_html, screen
from channelkit.review.page import with_html

_HERE = Path(__file__).parent


class ListingWidget(anywidget.AnyWidget):
    """A workbench with keys and buttons, and as plain HTML where nobody can click; one page of rows is in the browser.

    Arguments:
        model: the workbench; its first rows are read when the widget is first shown, and all of them thereafter.
    """

    _esm = "".join((_HERE / name).read_text(encoding="utf-8") for name in ("listing_parts.js", "listing_grid.js"))
    _css = (_HERE / "listing_grid.css").read_text(encoding="utf-8")
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, model: ListingGrid) -> None:
        super().__init__(shown=screen(model) | {"turn": 0})
        self.model = model
        model.watch(self._draw)
        self.on_msg(self._hear)

    def _draw(self) -> None:
        # The turn makes every answer a change, so that the browser never waits for one that looks like the last.
        self.shown = screen(self.model) | {"turn": self.shown["turn"] + 1}

    def _hear(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        exported = obey(self.model, message)
        if exported is not None:
            self.send({"do": "file", "name": exported.name, "type": exported.type}, [exported.data])

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self.model.open()
        bundle, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return with_html(bundle, fallback_html(self.model)), metadata


def obey(model: ListingGrid, message: Mapping[str, Any]) -> Exported | None:
    """Do what a person asked for in the browser, each thing a public function of the workbench.

    Returns:
        The file, where one was asked for. What makes no sense only reads again.
    """
    do = message.get("do")
    if do == "export":
        return _export(model, message)
    if not (_look(model, message) or _view(model, message) or _select(model, message) or _carry_out(model, message)):
        model.load()
    return None


def _look(model: ListingGrid, message: Mapping[str, Any]) -> bool:
    match dict(message):
        case {"do": "look"}:
            model.look()
        case {"do": "tab", "tab": str(tab)}:
            model.choose_tab(tab)
        case {"do": "filter", "condition": str(condition)}:
            model.filter(condition)
        case {"do": "narrow", "filters": dict(filters)}:
            model.narrow(filters)
        case {"do": "widen", "name": str(name)}:
            model.widen(name)
        case {"do": "sort", "name": str(name)}:
            model.sort(name)
        case {"do": "turn", "first": int(first)}:
            model.turn(first)
        case {"do": "resize", "size": int(size)}:
            model.resize(size)
        case {"do": "columns", "names": [*names]}:
            model.choose_columns([name for name in names if isinstance(name, str)])
        case _:
            return False
    return True


def _view(model: ListingGrid, message: Mapping[str, Any]) -> bool:
    match dict(message):
        case {"do": "save_view", "name": str(name), "replace": bool(replace)}:
            model.save_view(name, replace)
        case {"do": "use_view", "name": str(name)}:
            model.use_view(name)
        case {"do": "delete_view", "name": str(name)}:
            model.delete_view(name)
        case _:
            return False
    return True


def _select(model: ListingGrid, message: Mapping[str, Any]) -> bool:
    match dict(message):
        case {"do": "toggle", "key": str(key)}:
            model.toggle(key)
        case {"do": "range", "start": str(start), "end": str(end)}:
            model.select_range(start, end)
        case {"do": "select_page"}:
            model.select_page()
        case {"do": "select_matching"}:
            model.select_matching()
        case {"do": "clear"}:
            model.clear()
        case {"do": "open", "key": str(key)}:
            model.open_row(key)
        case {"do": "close"}:
            model.close_row()
        case _:
            return False
    return True


def _carry_out(model: ListingGrid, message: Mapping[str, Any]) -> bool:
    match dict(message):
        case {"do": "propose", "action": str(action), "of": int(of), "terms": dict(terms), "key": str(key)}:
            model.propose(action, of, terms, key)
        case {"do": "check", "serial": int(serial)}:
            model.check(serial)
        case {"do": "confirm", "serial": int(serial), "stopped": bool(stopped), "held": bool(held)}:
            model.confirm(serial, although_stopped=stopped, release_held=held)
        case {"do": "cancel"}:
            model.cancel()
        case {"do": "undo"}:
            model.undo()
        case _:
            return False
    return True


def _export(model: ListingGrid, message: Mapping[str, Any]) -> Exported | None:
    exported: list[Exported] = []

    def export() -> None:
        match dict(message):
            case {"kind": "csv" | "xlsx" as kind}:
                exported.append(model.export(kind))
                model.said = f"{exported[0].name} is ready."

    model.attempt(export)
    return exported[0] if exported else None
