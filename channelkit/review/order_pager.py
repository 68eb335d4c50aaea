"""The orders of a store in a notebook, with plain buttons: filters, chips, pages, and one order opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from channelkit.review.order_list import LABELS, OrderList
from channelkit.review.order_page import opened_html, orders_html
from channelkit.review.page import said_html, with_html
from channelkit.review.pager import button

_EXAMPLES = {
    "since": "2026-11-01",
    "until": "2026-11-30",
    "number": "902-…",
    "buyer": "buyer-…",
    "least": "10.00",
    "most": "99.99",
}


class OrderPager:
    """A list of orders with its filters above it and the opened order below.

    Arguments:
        model: the list; it is read when the pager is first shown.
        statuses, stages: what can be chosen, the value and its words.
    """

    def __init__(
        self, model: OrderList, statuses: Sequence[tuple[str, str]], stages: Sequence[tuple[str, str]]
    ) -> None:
        self.model = model
        self.page, self.said, self.details = (widgets.HTML() for _ in range(3))
        self.fields = {name: _text(LABELS[name], example) for name, example in _EXAMPLES.items()}
        self.fields["status"] = _choice(LABELS["status"], statuses)
        self.fields["stage"] = _choice(LABELS["stage"], stages)
        self.go = button("Filter", self._filter)
        self.clear = button("Show all", model.clear)
        self.again = button("Read again", model.load)
        self.chips = widgets.HBox([], layout={"flex_flow": "row wrap"})
        self.back, self.on = button("‹ Back", lambda: model.turn(-1)), button("Next ›", lambda: model.turn(1))
        self.number = widgets.Dropdown(
            options=[("", "")], description="Order:", layout={"width": "260px"}, style={"description_width": "initial"}
        )
        self.open = button("Open", lambda: model.open(self.number.value or ""))
        self.close = button("Close", lambda: model.open(""))
        wraps = {"flex_flow": "row wrap"}
        self.view = widgets.VBox(
            [
                widgets.HBox([*self.fields.values()], layout=wraps),
                widgets.HBox([self.go, self.clear, self.again], layout=wraps),
                self.chips,
                self.said,
                self.page,
                widgets.HBox([self.back, self.on, self.number, self.open, self.close], layout=wraps),
                self.details,
            ]
        )
        model.watch(self._draw)
        self._draw()

    def _filter(self) -> None:
        self.model.narrow(**{name: str(field.value or "") for name, field in self.fields.items()})

    def _draw(self) -> None:
        model = self.model
        self.page.value, self.details.value = orders_html(model), opened_html(model)
        self.said.value = said_html(model.said, model.trouble) if model.trouble else ""
        if not model.trouble:
            for name, field in self.fields.items():
                field.value = model.filters.get(name, "")
        self.chips.children = [
            button(f"{words}  ✕", partial(model.narrow, **{name: ""})) for name, words in model.chips
        ]
        numbers = [row["order_number"] for row in model.rows]
        # Setting the options chooses the first; what was chosen stays chosen where it is still shown.
        chosen = self.number.value
        self.number.options = [(number, number) for number in numbers] or [("no order", "")]
        if chosen in numbers:
            self.number.value = chosen
        self.back.disabled = model.first == 0
        self.on.disabled = model.first + model.size >= model.matching
        self.open.disabled, self.close.disabled = not numbers, model.opened is None

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        self.model.load()
        return with_html(self.view._repr_mimebundle_(**options), orders_html(self.model) + opened_html(self.model))


def _text(label: str, example: str) -> Any:
    return widgets.Text(
        description=f"{label}:",
        placeholder=example,
        layout={"width": "230px"},
        style={"description_width": "initial"},
    )


def _choice(label: str, options: Sequence[tuple[str, str]]) -> Any:
    return widgets.Dropdown(
        options=[("all", ""), *((words, value) for value, words in options)],
        description=f"{label}:",
        layout={"width": "240px"},
        style={"description_width": "initial"},
    )
