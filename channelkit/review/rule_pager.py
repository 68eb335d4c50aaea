"""The rule editor with plain buttons: the same abilities, for where the browser's own script cannot run."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from channelkit.review.page import said_html, with_html
from channelkit.review.pager import button
from channelkit.review.rule_fields import ROW, ConditionFields
from channelkit.review.rule_model import RuleModel
from channelkit.review.rule_page import (
    counts_html,
    findings_html,
    preview_html,
    rule_html,
    sentence_html,
    versions_html,
)
from channelkit.review.rule_preview_fields import PreviewFields
from channelkit.review.rule_screen import TITLES, rule_screen
from channelkit.review.rule_version_fields import VersionFields


class RulePager:
    """A rule editor of plain fields and buttons; a field counts when it is left, or with Enter.

    Arguments:
        model: the rule; it is loaded when the pager is first shown.
    """

    def __init__(self, model: RuleModel) -> None:
        self.model = model
        self.sentence, self.words, self.figures = (widgets.HTML() for _ in range(3))
        self.conditions = ConditionFields(model)
        self.tree, self.fields = self.conditions.view, self.conditions.fields
        self.look = button("Preview what it would do", model.look, "success")
        self.count = button("Count", model.count)
        self.undo = button("Undo", model.undo)
        self.looking = PreviewFields(
            model,
            TITLES,
            name="of this version",
            sure="Yes, all these listings shall be taken off sale",
            rules=("this rule", "the rule"),
        )
        self.versions = VersionFields(model.start_from, "no conditions")
        self.editing = widgets.VBox(
            [
                self.tree,
                widgets.HBox([self.look, self.count, self.undo], layout=ROW),
                self.figures,
                self.versions.row,
                self.versions.table,
            ]
        )
        self.view = widgets.VBox([self.sentence, self.words, self.editing, self.looking.view])
        model.watch(self._draw)
        self._draw()

    def _draw(self) -> None:
        shown = rule_screen(self.model)
        self.sentence.value = sentence_html(shown)
        self.words.value = said_html(shown["said"], shown["trouble"])
        self.figures.value = findings_html(shown) + counts_html(shown)
        self.looking.draw(shown, preview_html(shown["preview"]) if shown["preview"] else "")
        self.versions.draw(shown["versions"], versions_html(shown))
        self.conditions.draw(shown["root"], shown["attributes"])
        is_looking = shown["state"] == "preview"
        self.editing.layout.display = "none" if is_looking else ""
        self.looking.view.layout.display = "" if is_looking else "none"
        self.undo.disabled = not shown["can_undo"]
        self.count.disabled = shown["incomplete"] > 0
        self._follow(shown)

    def _follow(self, shown: dict[str, Any]) -> None:
        """Count after an edit, where that is quick; what failed is not tried again by itself."""
        is_due = shown["state"] == "editing" and shown["counts_at_once"] and not self.model.is_counted
        if is_due and not shown["incomplete"] and not shown["trouble"]:
            self.model.count()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        self.model.load()
        return with_html(self.view._repr_mimebundle_(**options), rule_html(rule_screen(self.model)))
