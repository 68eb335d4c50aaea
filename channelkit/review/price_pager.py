"""The editor of price rules with plain fields and buttons, for where the browser's own script cannot run."""

from __future__ import annotations

import json
from typing import Any

import ipywidgets as widgets

from channelkit.review.page import said_html, with_html
from channelkit.review.pager import button
from channelkit.review.price_model import PriceModel
from channelkit.review.price_page import (
    grid_html,
    preview_html,
    price_html,
    sentence_html,
    versions_html,
)
from channelkit.review.price_screen import TITLES, price_screen
from channelkit.review.rule_fields import ROW, WIDE, ConditionFields
from channelkit.review.rule_page import findings_html
from channelkit.review.rule_preview_fields import PreviewFields
from channelkit.review.rule_version_fields import VersionFields

_LABEL = {"description_width": "160px"}


class PricePager:
    """A grid of price rules, a form, and a preview; a field counts when it is left, or with Enter.

    Arguments:
        model: the rules; they are loaded when the pager is first shown.
    """

    def __init__(self, model: PriceModel) -> None:
        self.model = model
        self.words, self.table, self.findings, self.sentence = (widgets.HTML() for _ in range(4))
        self.chosen = widgets.Dropdown(description="Rule:", layout=WIDE)
        self.edit, self.copy = button("Edit", self._on(model.edit)), button("Copy", self._on(model.copy))
        self.delete = button("Delete", self._on(model.remove_rule), "warning")
        self.toggle = button("Switch on or off", self._switch)
        self.up = button("↑ Earlier", lambda: self._shift(-1))
        self.down = button("↓ Later", lambda: self._shift(1))
        self.standard = button("Add a standard rule", lambda: model.add("standard"))
        self.intelligent = button("Add an intelligent rule", lambda: model.add("intelligent"))
        self.look, self.undo = button("Preview what they would do", model.look, "success"), button("Undo", model.undo)
        self.versions = VersionFields(model.start_from, "no rules")
        self.form, self.fields = widgets.VBox(), dict[str, widgets.Widget]()
        self.conditions = ConditionFields(model)
        self.done, self.cancel = button("Done", model.done, "success"), button("Cancel", model.cancel)
        self.looking = PreviewFields(
            model,
            TITLES,
            name="what this version changes",
            sure="Yes, all these prices shall move",
            rules=("these rules", "the rules"),
        )
        self.grid = self._grid()
        self.writing = widgets.VBox(
            [self.sentence, self.form, self.conditions.view, widgets.HBox([self.done, self.cancel], layout=ROW)]
        )
        self.view = widgets.VBox([self.words, self.grid, self.writing, self.looking.view])
        self._drawn = ""
        model.watch(self._draw)
        self._draw()

    def _grid(self) -> widgets.Widget:
        tools = [self.edit, self.copy, self.toggle, self.up, self.down, self.delete]
        return widgets.VBox(
            [
                self.table,
                widgets.HBox([self.chosen, *tools], layout=ROW),
                widgets.HBox([self.standard, self.intelligent, self.look, self.undo], layout=ROW),
                self.findings,
                self.versions.row,
                self.versions.table,
            ]
        )

    def _on(self, act: Any) -> Any:
        return lambda: act(self.chosen.value) if self.chosen.value else None

    def _switch(self) -> None:
        if self.chosen.value:
            self.model.switch(self.chosen.value, not self.model.draft.find(self.chosen.value).get("active", True))

    def _shift(self, step: int) -> None:
        if self.chosen.value:
            self.model.shift(self.chosen.value, step)

    def _draw(self) -> None:
        shown = price_screen(self.model)
        state = shown["state"]
        self.words.value = said_html(shown["said"], shown["trouble"])
        for view, name in ((self.writing, "rule"), (self.looking.view, "preview")):
            view.layout.display = "" if state == name else "none"
        self.grid.layout.display = "none" if state in ("rule", "preview") else ""
        self._draw_grid(shown)
        if shown["form"]:
            self.sentence.value = sentence_html(shown["form"])
            self.conditions.draw(shown["form"]["root"], shown["form"]["attributes"])
            self._draw_form(shown["form"]["fields"])
        self.looking.draw(shown, preview_html(shown["preview"]) if shown["preview"] else "")

    def _draw_grid(self, shown: dict[str, Any]) -> None:
        self.table.value, self.findings.value = grid_html(shown), findings_html(shown)
        self.versions.draw(shown["versions"], versions_html(shown))
        rules = [(rule["name"], rule["id"]) for rule in shown["rules"]]
        if list(self.chosen.options) != rules:
            held = self.chosen.value
            self.chosen.options = rules
            if held in [rule_id for _name, rule_id in rules]:
                self.chosen.value = held
        for tool in (self.edit, self.copy, self.toggle, self.up, self.down, self.delete):
            tool.disabled = not rules
        self.undo.disabled = not shown["can_undo"]

    def _draw_form(self, fields: list[dict[str, Any]]) -> None:
        """Build the fields anew only where there are others, so that nothing half typed is lost."""
        drawn = json.dumps([[field["name"], field["label"], field["options"]] for field in fields])
        if drawn == self._drawn:
            for field in fields:
                if self.fields[field["name"]].value != field["value"]:
                    self.fields[field["name"]].value = field["value"]
            return
        self._drawn = drawn
        self.fields = {field["name"]: self._field(field) for field in fields}
        boxes = []
        for group in dict.fromkeys(field["group"] for field in fields):
            own = [self.fields[field["name"]] for field in fields if field["group"] == group]
            boxes.append(widgets.VBox([widgets.HTML(f"<strong>{group}</strong>"), *own]))
        self.form.children = boxes

    def _field(self, field: dict[str, Any]) -> widgets.Widget:
        told = {"description": field["label"], "style": _LABEL, "layout": WIDE}
        made: widgets.Widget
        if field["kind"] == "flag":
            made = widgets.Checkbox(value=field["value"], indent=True, **told)
        elif field["kind"] == "choice":
            options = [(words, value) for value, words in field["options"]]
            made = widgets.Dropdown(options=options, value=field["value"], **told)
        else:
            made = widgets.Text(
                value=field["value"],
                placeholder="2026-12-31" if field["kind"] == "date" else field["help"],
                continuous_update=False,
                **told,
            )
        made.observe(lambda change: self.model.set_field(field["name"], change["new"]), "value")
        return made

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        self.model.load()
        return with_html(self.view._repr_mimebundle_(**options), price_html(price_screen(self.model)))
