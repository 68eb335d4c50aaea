"""The conditions of a rule as plain fields and buttons, for every editor that has some."""

from __future__ import annotations

import json
from typing import Any

import ipywidgets as widgets

from channelkit.review.pager import button
from channelkit.review.rule_tree import NO_VALUE
from channelkit.review.rule_writing import WritesConditions

ROW = {"flex_flow": "row wrap"}
WIDE = {"width": "420px"}


class ConditionFields:
    """Fields for groups and lines; a field counts when it is left, or with Enter.

    Arguments:
        model: what has the conditions.
    """

    def __init__(self, model: WritesConditions) -> None:
        self.model = model
        self.view = widgets.VBox()
        self.fields: dict[int, widgets.Widget] = {}
        self._drawn = ""

    def draw(self, root: dict[str, Any], attributes: list[list[str]]) -> None:
        """Build the fields anew only where the rule is another one, so that nothing half typed is lost."""
        drawn = json.dumps([root, attributes])
        if drawn != self._drawn:
            self._drawn = drawn
            self.fields.clear()
            self.view.children = [self._group(root, attributes, is_outermost=True)]

    def _group(self, group: dict[str, Any], attributes: list[list[str]], *, is_outermost: bool) -> widgets.Widget:
        number = group["id"]
        many = widgets.Dropdown(options=[("All", True), ("Any", False)], value=group["all"], layout={"width": "80px"})
        truth = widgets.Dropdown(
            options=[("true", True), ("false", False)], value=group["match"], layout={"width": "80px"}
        )
        for field in (many, truth):
            field.observe(lambda _change: self.model.set_group(number, all=many.value, match=truth.value), "value")
        add = widgets.Dropdown(
            options=[("Attribute …", ""), *((label, code) for code, label in attributes)], layout={"width": "240px"}
        )
        add_line = button("Add a condition", lambda: self.model.add_line(number, add.value) if add.value else None)
        tools = [] if is_outermost else [button("Remove this group", lambda: self.model.remove(number))]
        children = [
            self._group(child, attributes, is_outermost=False) if child["kind"] == "group" else self._line(child)
            for child in group["children"]
        ]
        inner = widgets.VBox(children, layout={"margin": "4px 0 4px 24px"})
        head = widgets.HBox([many, widgets.Label("of these conditions are"), truth, *tools], layout=ROW)
        adding = [add, add_line, button("Add a group", lambda: self.model.add_group(number))]
        self.fields[number] = add
        box = {"border": "1px solid #8a9097", "padding": "6px", "margin": "4px 0"}
        return widgets.VBox([head, inner, widgets.HBox(adding, layout=ROW)], layout=box)

    def _line(self, line: dict[str, Any]) -> widgets.Widget:
        number = line["id"]
        op = widgets.Dropdown(
            options=[(words, each) for each, words in line["operators"]], value=line["op"], layout={"width": "180px"}
        )
        op.observe(lambda change: self.model.set_op(number, change["new"]), "value")
        label = widgets.Label(line["label"], layout={"min_width": "140px"})
        parts = [label, op, *([] if line["op"] == NO_VALUE else [self._value(line)])]
        away = button("×", lambda: self.model.remove(number))
        away.tooltip = f"Remove {line['label']}"
        trouble = [widgets.Label(line["trouble"])] if line["trouble"] else []
        return widgets.HBox([*parts, away, *trouble], layout=ROW)

    def _value(self, line: dict[str, Any]) -> widgets.Widget:
        number, layout = line["id"], {"width": "320px"}
        options = [(words, value) for value, words in line["options"]]
        field: widgets.Widget
        if options and line["many"]:
            known = [value for _, value in options]
            chosen = [value for value in line["value"] if value in known]
            field = widgets.SelectMultiple(options=options, value=chosen, rows=min(8, len(options)), layout=layout)
            field.observe(lambda change: self.model.set_value(number, list(change["new"])), "value")
        elif len(options) > 1:
            known = [value for _, value in options]
            field = widgets.Dropdown(
                options=[("choose …", ""), *options],
                value=line["value"] if line["value"] in known else "",
                layout=layout,
            )
            field.observe(lambda change: self.model.set_value(number, change["new"]), "value")
        else:
            value = line["value"] if isinstance(line["value"], str) else ", ".join(line["value"])
            suggested = [words for _, words in self.model.suggest(number, "")]
            field = widgets.Combobox(
                value=value, options=suggested, placeholder="value", continuous_update=False, layout=layout
            )
            field.observe(lambda change: self.model.set_value(number, self._typed(line, change["new"])), "value")
        self.fields[number] = field
        return field

    def _typed(self, line: dict[str, Any], text: str) -> str | list[str]:
        """Return what was typed as the line's values: words as the values that they stand for."""
        if not line["many"]:
            return self._known(line, text)
        return [self._known(line, part) for part in text.split(",")]

    def _known(self, line: dict[str, Any], text: str) -> str:
        found = {words: value for value, words in self.model.suggest(line["id"], text)}
        return found.get(text.strip(), text)
