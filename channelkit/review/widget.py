"""The review and the grid in the browser: a script each, which draws what it is given and sends what a person does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from channelkit.review.grid import GridModel
from channelkit.review.model import ReviewModel
from channelkit.review.page import grid_html, question_html, standing_html, with_html
from channelkit.review.screen import screen

_HERE = Path(__file__).parent


class ReviewWidget(anywidget.AnyWidget):
    """A review with keys and buttons, and as plain HTML where nobody can click.

    Arguments:
        model: the review; it is loaded when the widget is first shown.
    """

    _esm = (_HERE / "review.js").read_text(encoding="utf-8")
    _css = (_HERE / "review.css").read_text(encoding="utf-8")
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, model: ReviewModel) -> None:
        super().__init__(shown=screen(model) | {"turn": 0})
        self.model = model
        model.watch(self._draw)
        self.on_msg(self._hear)

    def _draw(self) -> None:
        # The turn makes every answer a change, so that the browser never waits for one that looks like the last.
        self.shown = screen(self.model) | {"turn": self.shown["turn"] + 1}

    def _hear(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        obey(self.model, message)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self.model.load()
        bundle, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return with_html(bundle, question_html(self.shown) + standing_html(self.shown)), metadata


class GridWidget(anywidget.AnyWidget):
    """A grid that filters, sorts, pages, selects and answers in bulk; one page of it is in the browser.

    Arguments:
        model: the grid; it is loaded when the widget is first shown.
    """

    _esm = (_HERE / "grid.js").read_text(encoding="utf-8")
    _css = (_HERE / "review.css").read_text(encoding="utf-8")
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, model: GridModel) -> None:
        super().__init__(shown=model.page() | {"turn": 0})
        self.model = model
        model.watch(self._draw)
        self.on_msg(self._hear)

    def _draw(self) -> None:
        self.shown = self.model.page() | {"turn": self.shown["turn"] + 1}

    def _hear(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        obey_grid(self.model, message)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self.model.load()
        bundle, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return with_html(bundle, grid_html(self.shown)), metadata


def obey_grid(model: GridModel, message: Mapping[str, Any]) -> None:
    """Do what a person asked for in the grid, each thing a public function of it; what makes no sense only reads."""
    match dict(message):
        case {"do": "filter", "condition": str(condition)}:
            model.filter(condition)
        case {"do": "sort", "name": str(name)}:
            model.sort(name)
        case {"do": "turn", "first": int(first)}:
            model.turn(first)
        case {"do": "toggle", "key": [str(seller_sku), str(product_sku)]}:
            model.toggle((seller_sku, product_sku))
        case {"do": "assign", "key": [str(seller_sku), str(product_sku)], "product_sku": str(chosen)}:
            model.assign((seller_sku, product_sku), chosen)
        case {"do": "answer", "answer": "yes" | "no" | "skip" as answer, "of": int(of)}:
            model.answer(answer, of)
        case {"do": "select_matching"}:
            model.select_matching()
        case {"do": "clear"}:
            model.clear()
        case {"do": "undo"}:
            model.undo()
        case _:
            model.load()


def obey(model: ReviewModel, message: Mapping[str, Any]) -> None:
    """Do what a person asked for in the browser, each thing a public function of the review.

    Arguments:
        message: ``do``, what it needs, and the ``serial`` of the question that was shown when it was asked for; what
            was meant for a question that is gone is not done.
    """
    text = {key: value for key, value in message.items() if isinstance(value, str)}
    is_meant = message.get("serial") == model.serial
    match text:
        case {"do": "answer", "answer": "yes" | "no" | "skip" as answer} if is_meant:
            model.answer(answer)
        case {"do": "choose", "product_sku": sku} if is_meant:
            model.choose(sku)
        case {"do": "assign", "product_sku": sku} if is_meant:
            model.assign(sku)
        case {"do": "undo"} if is_meant:
            model.undo()
        case _:
            model.again()
