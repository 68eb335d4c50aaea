"""The rule editor with plain buttons: the same abilities, for where the browser's own script cannot run."""

from __future__ import annotations

import json
from typing import Any

import ipywidgets as widgets

from channelkit.review.page import said_html, with_html
from channelkit.review.pager import button
from channelkit.review.rule_model import PAGE, PARTS, RuleModel
from channelkit.review.rule_page import (
    counts_html,
    findings_html,
    preview_html,
    rule_html,
    sentence_html,
    versions_html,
)
from channelkit.review.rule_screen import TITLES, rule_screen
from channelkit.review.rule_tree import NO_VALUE

_ROW = {"flex_flow": "row wrap"}


class RulePager:
    """A rule editor of plain fields and buttons; a field counts when it is left, or with Enter.

    Arguments:
        model: the rule; it is loaded when the pager is first shown.
    """

    def __init__(self, model: RuleModel) -> None:
        self.model = model
        self.sentence, self.words, self.figures, self.page, self.versions = (widgets.HTML() for _ in range(5))
        self.tree = widgets.VBox()
        self.look = button("Preview what it would do", model.look, "success")
        self.count = button("Count", model.count)
        self.undo = button("Undo", model.undo)
        self.back = button("Back to the rule", model.back)
        self.parts = {part: button(TITLES[part], lambda part=part: model.show(part)) for part in PARTS}  # type: ignore[misc]  # one for each part
        self.earlier, self.later = button("‹ Earlier", lambda: self._turn(-1)), button("Later ›", lambda: self._turn(1))
        self.name = widgets.Text(description="Name:", placeholder="of this version", layout={"width": "420px"})
        self.sure = widgets.Checkbox(description="Yes, all these listings shall be taken off sale", indent=False)
        self.keep = button("Put this rule in force", self._commit, "danger")
        self.start = widgets.Dropdown(description="Version:", options=[("no conditions", 0)], layout={"width": "420px"})
        self.go_on = button("Go on from this one", lambda: model.start_from(self.start.value))
        self.editing = widgets.VBox(
            [
                self.tree,
                widgets.HBox([self.look, self.count, self.undo], layout=_ROW),
                self.figures,
                widgets.HBox([self.start, self.go_on], layout=_ROW),
                self.versions,
            ]
        )
        self.looking = widgets.VBox(
            [
                widgets.HBox([*self.parts.values()], layout=_ROW),
                self.page,
                widgets.HBox([self.earlier, self.later], layout=_ROW),
                widgets.HBox([self.name, self.sure], layout=_ROW),
                widgets.HBox([self.keep, self.back], layout=_ROW),
            ]
        )
        self.fields: dict[int, widgets.Widget] = {}
        self.view = widgets.VBox([self.sentence, self.words, self.editing, self.looking])
        self.name.observe(lambda change: model.set_name(change["new"]), "value")
        self._drawn = ""
        model.watch(self._draw)
        self._draw()

    def _turn(self, step: int) -> None:
        self.model.show(self.model.part, self.model.first + step * PAGE)

    def _commit(self) -> None:
        self.model.commit(sure=self.sure.value)

    def _draw(self) -> None:
        shown = rule_screen(self.model)
        self.sentence.value = sentence_html(shown)
        self.words.value = said_html(shown["said"], shown["trouble"])
        self.figures.value = findings_html(shown) + counts_html(shown)
        self.page.value = preview_html(shown["preview"]) if shown["preview"] else ""
        self.versions.value = versions_html(shown)
        self._show_tree(shown)
        is_looking = shown["state"] == "preview"
        self.editing.layout.display = "none" if is_looking else ""
        self.looking.layout.display = "" if is_looking else "none"
        self.undo.disabled = not shown["can_undo"]
        self.count.disabled = shown["incomplete"] > 0
        self.sure.layout.display = "" if shown["is_large"] else "none"
        if not is_looking:
            self.sure.value = False
        for part, tab in self.parts.items():
            total = self.model.preview.counts[part] if self.model.preview else 0
            tab.description = f"{TITLES[part]} ({total:,})"
            tab.button_style = "info" if part == self.model.part else ""
        page = shown["preview"] or {"first": 0, "size": PAGE, "total": 0}
        self.earlier.disabled = page["first"] == 0
        self.later.disabled = page["first"] + page["size"] >= page["total"]
        self.name.value = shown["name"]
        versions = [(f"{each['id']}: {each['name']}", each["id"]) for each in shown["versions"]]
        if list(self.start.options) != [*versions, ("no conditions", 0)]:
            self.start.options = [*versions, ("no conditions", 0)]
        self._follow(shown)

    def _follow(self, shown: dict[str, Any]) -> None:
        """Count after an edit, where that is quick; what failed is not tried again by itself."""
        is_due = shown["state"] == "editing" and shown["counts_at_once"] and not self.model.is_counted
        if is_due and not shown["incomplete"] and not shown["trouble"]:
            self.model.count()

    def _show_tree(self, shown: dict[str, Any]) -> None:
        """Build the fields anew only where the rule is another one, so that nothing half typed is lost."""
        drawn = json.dumps([shown["root"], shown["attributes"]])
        if drawn != self._drawn:
            self._drawn = drawn
            self.fields = {}
            self.tree.children = [self._group(shown["root"], shown["attributes"], is_outermost=True)]

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
        head = widgets.HBox([many, widgets.Label("of these conditions are"), truth, *tools], layout=_ROW)
        adding = [add, add_line, button("Add a group", lambda: self.model.add_group(number))]
        self.fields[number] = add
        box = {"border": "1px solid #8a9097", "padding": "6px", "margin": "4px 0"}
        return widgets.VBox([head, inner, widgets.HBox(adding, layout=_ROW)], layout=box)

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
        return widgets.HBox([*parts, away, *trouble], layout=_ROW)

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

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        self.model.load()
        return with_html(self.view._repr_mimebundle_(**options), rule_html(rule_screen(self.model)))
