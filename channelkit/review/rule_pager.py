"""The rule editor with plain buttons: the same abilities, for where the browser's own script cannot run."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from channelkit.review.page import said_html, with_html
from channelkit.review.pager import button
from channelkit.review.rule_fields import ROW, ConditionFields
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


class RulePager:
    """A rule editor of plain fields and buttons; a field counts when it is left, or with Enter.

    Arguments:
        model: the rule; it is loaded when the pager is first shown.
    """

    def __init__(self, model: RuleModel) -> None:
        self.model = model
        self.sentence, self.words, self.figures, self.page, self.versions = (widgets.HTML() for _ in range(5))
        self.conditions = ConditionFields(model)
        self.tree, self.fields = self.conditions.view, self.conditions.fields
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
                widgets.HBox([self.look, self.count, self.undo], layout=ROW),
                self.figures,
                widgets.HBox([self.start, self.go_on], layout=ROW),
                self.versions,
            ]
        )
        self.looking = widgets.VBox(
            [
                widgets.HBox([*self.parts.values()], layout=ROW),
                self.page,
                widgets.HBox([self.earlier, self.later], layout=ROW),
                widgets.HBox([self.name, self.sure], layout=ROW),
                widgets.HBox([self.keep, self.back], layout=ROW),
            ]
        )
        self.view = widgets.VBox([self.sentence, self.words, self.editing, self.looking])
        self.name.observe(lambda change: model.set_name(change["new"]), "value")
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
        self.conditions.draw(shown["root"], shown["attributes"])
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

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        self.model.load()
        return with_html(self.view._repr_mimebundle_(**options), rule_html(rule_screen(self.model)))
