"""The grid with plain buttons: the same abilities, for where the browser's own script cannot run."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from channelkit.review.grid import GridModel
from channelkit.review.page import grid_html, said_html, with_html
from channelkit.review.pager import button
from channelkit.review.table import PAGE

SHOWN = 15
"""Rows of a page that have boxes to tick; more are a page further on."""


class GridPager:
    """A grid of plain buttons; rows are ticked by their place on the page.

    Arguments:
        model: the grid; it is loaded when the pager is first shown.
    """

    def __init__(self, model: GridModel) -> None:
        self.model = model
        self.page, self.words, self.said = (widgets.HTML() for _ in range(3))
        self.filter = widgets.Text(
            placeholder="probability >= 0.9 and veto is empty", description="Filter:", layout={"width": "520px"}
        )
        self.go = button("Filter", lambda: model.filter(self.filter.value))
        self.order = widgets.Dropdown(options=[("", "")], description="Sort by:")
        self.sort = button("Sort, or turn round", lambda: model.sort(self.order.value))
        self.rows = widgets.SelectMultiple(options=[], rows=SHOWN, description="Rows:", layout={"width": "100%"})
        self.tick = button("Select these, or no longer", self._tick)
        self.all = button("Select all that match", model.select_matching)
        self.none = button("Select none", model.clear)
        self.sure = widgets.Checkbox(description="Yes, all selected rows", indent=False)
        self.yes = button("Yes", lambda: self._answer("yes"), "success")
        self.no = button("No", lambda: self._answer("no"), "danger")
        self.undo = button("Undo", model.undo)
        self.again = button("Read again", model.load)
        self.sku = widgets.Text(placeholder="SKU in Commerce", description="Product:", layout={"width": "320px"})
        self.assign = button("Assign to the row chosen above", self._assign)
        self.back, self.on = button("‹ Earlier", lambda: self._turn(-1)), button("Later ›", lambda: self._turn(1))
        lines = [
            [self.filter, self.go, self.order, self.sort],
            [self.yes, self.no, self.sure, self.undo, self.again],
            [self.tick, self.all, self.none],
            [self.sku, self.assign],
            [self.back, self.on, self.words],
        ]
        boxes = [widgets.HBox(line, layout={"flex_flow": "row wrap"}) for line in lines]
        self.view = widgets.VBox([boxes[0], self.said, *boxes[1:3], self.rows, *boxes[3:], self.page])
        model.watch(self._draw)
        self._draw()

    def _tick(self) -> None:
        for key in self.rows.value:
            self.model.toggle(key)

    def _answer(self, answer: Any) -> None:
        # Many answers at once are given twice: here by a box, since a second press is easily made.
        if len(self.model.selected) > 1 and not self.sure.value:
            self.said.value = said_html("", f"Tick the box to say {answer} to {len(self.model.selected):,} rows.")
            return
        self.model.answer(answer, len(self.model.selected))

    def _assign(self) -> None:
        chosen = self.rows.value
        if len(chosen) != 1:
            self.said.value = said_html("", "Choose one row above; its listing gets the product.")
            return
        self.model.assign(chosen[0], self.sku.value)

    def _turn(self, step: int) -> None:
        self.model.turn(self.model.first + step * PAGE)

    def _draw(self) -> None:
        page = self.model.page()
        self.said.value, self.words.value = said_html(page["said"], page["trouble"]), said_html(page["words"], "")
        self.page.value = grid_html(page, page["size"])
        self.rows.options = [
            (
                f"{'☑' if row['selected'] else '☐'} {' · '.join(cell for cell in row['cells'] if cell)}",
                tuple(row["key"]),
            )
            for row in page["rows"]
        ]
        self.order.options = [(column["label"], column["name"]) for column in page["columns"]] or [("", "")]
        if page["order"] in [name for _, name in self.order.options]:
            self.order.value = page["order"]
        self.sure.value = False
        self.yes.disabled = self.no.disabled = self.none.disabled = not page["selected"]
        self.all.disabled = not page["matching"]
        self.undo.disabled = not page["can_undo"]
        self.back.disabled = page["first"] == 0
        self.on.disabled = page["first"] + page["size"] >= page["matching"]

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        self.model.load()
        return with_html(self.view._repr_mimebundle_(**options), grid_html(self.model.page()))
