"""The rule editor in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from channelkit.review.rule_editor import EditorWidget, joined, obey_conditions, obey_looks
from channelkit.review.rule_model import RuleModel
from channelkit.review.rule_page import rule_html
from channelkit.review.rule_screen import rule_screen


class RuleWidget(EditorWidget):
    """A rule editor with keys and buttons, and as plain HTML where nobody can click.

    Arguments:
        model: the rule; it is loaded when the widget is first shown.
    """

    _esm = joined("rule_tree.js", "rule_versions.js", "rule_preview.js", "rule_talk.js", "rule.js")
    _css = joined("rule.css")

    def __init__(self, model: RuleModel) -> None:
        super().__init__(model, partial(rule_screen, model), rule_html, partial(obey_rule, model))
        self.model = model


def obey_rule(model: RuleModel, message: Mapping[str, Any]) -> None:
    """Do what a person asked for in the browser, each thing a public function of the model.

    Arguments:
        message: ``do``, and what it needs; what makes no sense does nothing.
    """
    if obey_conditions(model, message) or obey_looks(model, message):
        return
    if message.get("do") == "count":
        model.count()
    else:
        model.load()
