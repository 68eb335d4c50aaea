"""A rule editor for a notebook: the model, and the view of it that runs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelkit.review.opening import has_scripts
from channelkit.review.rule_model import RuleModel
from channelkit.review.rule_source import RuleSource

if TYPE_CHECKING:
    from channelkit.review.rule_pager import RulePager
    from channelkit.review.rule_widget import RuleWidget


def open_rule(source: RuleSource, by: str = "", *, plain: bool = False) -> RuleWidget | RulePager:
    """Return the editor of a store's listing rule, ready to be shown in a notebook.

    Arguments:
        source: the store's rules.
        by: who decides; kept with the rule.
        plain: buttons alone, without a script in the browser; also where anywidget is not installed.
    """
    model = RuleModel(source, by)
    if plain or not has_scripts():
        from channelkit.review.rule_pager import RulePager  # noqa: PLC0415 - only who edits needs it

        return RulePager(model)
    from channelkit.review.rule_widget import RuleWidget  # noqa: PLC0415 - only who edits needs it

    return RuleWidget(model)
