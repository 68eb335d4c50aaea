"""The review with plain buttons: the same abilities, for where the browser's own script cannot run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from channelkit.review.model import ReviewModel
from channelkit.review.page import question_html, said_html, standing_html, with_html
from channelkit.review.screen import screen


class ReviewPager:
    """A review of buttons; a single letter typed into its first field does what the button says.

    Arguments:
        model: the review; it is loaded when the pager is first shown.
    """

    def __init__(self, model: ReviewModel) -> None:
        self.model = model
        self.page, self.words, self.footer = (widgets.HTML() for _ in range(3))
        self.buttons = {
            "y": button("Yes, the same (y)", lambda: model.answer("yes"), "success"),
            "n": button("No (n)", lambda: model.answer("no"), "danger"),
            "s": button("Skip (s)", lambda: model.answer("skip")),
            "u": button("Undo (u)", model.undo),
            "r": button("Look again (r)", model.again),
        }
        self.key = widgets.Text(
            placeholder="y, n, s, u or r", description="Key:", continuous_update=True, layout={"width": "220px"}
        )
        self.others = widgets.Dropdown(options=[("", "")], description="Or this:", layout={"width": "520px"})
        self.compare = button("Compare", lambda: model.choose(self.others.value))
        self.sku = widgets.Text(placeholder="SKU in Commerce", description="Or SKU:", layout={"width": "320px"})
        self.assign = button("Assign", lambda: model.assign(self.sku.value))
        self.key.observe(self._press, "value")
        rows = [
            self.page,
            self.words,
            widgets.HBox([*self.buttons.values(), self.key], layout={"flex_flow": "row wrap"}),
            widgets.HBox([self.others, self.compare], layout={"flex_flow": "row wrap"}),
            widgets.HBox([self.sku, self.assign], layout={"flex_flow": "row wrap"}),
            self.footer,
        ]
        self.view = widgets.VBox(rows)
        model.watch(self._draw)
        self._draw()

    def _press(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self.key.value = ""
            pressed = self.buttons.get(change["new"].strip().lower()[-1:])
            if pressed is not None and not pressed.disabled:
                pressed.click()

    def _draw(self) -> None:
        shown = screen(self.model)
        self.page.value, self.footer.value = question_html(shown), standing_html(shown)
        self.words.value = said_html(shown["said"], shown["trouble"])
        is_asked = shown["question"] is not None
        for key in "yns":
            self.buttons[key].disabled = not is_asked
        self.buttons["u"].disabled = not shown["can_undo"]
        options = [
            (f"{other.product_sku} · {other.product.get('title', '')}", other.product_sku)
            for other in self.model.others
        ]
        self.others.options = options or [("no other candidate", "")]
        self.compare.disabled = not options
        self.assign.disabled = not is_asked
        if not shown["trouble"]:
            self.sku.value = ""

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        self.model.load()
        return with_html(self.view._repr_mimebundle_(**options), self.page.value + self.footer.value)


def button(words: str, act: Callable[[], None], style: str = "") -> widgets.Button:
    """Return a button that does something when it is clicked."""
    made = widgets.Button(description=words, button_style=style, layout={"width": "auto"})
    made.on_click(lambda _button: act())
    return made
