"""A preview as plain buttons, page by page, and putting in force what was looked at; for both editors of rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import ipywidgets as widgets

from channelkit.review.pager import button
from channelkit.review.rule_fields import ROW, WIDE
from channelkit.review.rule_pages import PAGE, Counted


class Looks(Protocol):
    """What the fields of a preview ask of the model that has it."""

    part: str
    first: int

    @property
    def preview(self) -> Counted | None: ...
    def show(self, part: str, first: int = 0) -> None: ...
    def set_name(self, name: str) -> None: ...
    def commit(self, *, sure: bool = False) -> None: ...
    def back(self) -> None: ...


class PreviewFields:
    """Tabs, one page of rows, and a name under which the rules are put in force.

    Arguments:
        model: what has the preview.
        titles: of its parts.
        name: what kind of name is asked for, in a few words.
        sure: what a person says twice where much would move.
        rules: what is put in force, and gone back to: ``this rule`` and ``the rule``.
    """

    def __init__(
        self, model: Looks, titles: Mapping[str, str], *, name: str, sure: str, rules: tuple[str, str]
    ) -> None:
        self.model, self.titles = model, titles
        self.page = widgets.HTML()
        self.parts = {part: button(title, lambda part=part: model.show(part)) for part, title in titles.items()}  # type: ignore[misc]  # one for each part
        self.earlier, self.later = button("‹ Earlier", lambda: self._turn(-1)), button("Later ›", lambda: self._turn(1))
        self.name = widgets.Text(description="Name:", placeholder=name, layout=WIDE)
        self.sure = widgets.Checkbox(description=sure, indent=False)
        self.keep = button(f"Put {rules[0]} in force", self._commit, "danger")
        self.back = button(f"Back to {rules[1]}", model.back)
        self.view = widgets.VBox(
            [
                widgets.HBox([*self.parts.values()], layout=ROW),
                self.page,
                widgets.HBox([self.earlier, self.later], layout=ROW),
                widgets.HBox([self.name, self.sure], layout=ROW),
                widgets.HBox([self.keep, self.back], layout=ROW),
            ]
        )
        self.name.observe(lambda change: model.set_name(change["new"]), "value")

    def _turn(self, step: int) -> None:
        self.model.show(self.model.part, self.model.first + step * PAGE)

    def _commit(self) -> None:
        self.model.commit(sure=self.sure.value)

    def draw(self, shown: Mapping[str, Any], html: str) -> None:
        """Show what stands there now.

        Arguments:
            shown: what the editor shows.
            html: the page of rows.
        """
        page = shown["preview"] or {"first": 0, "size": PAGE, "total": 0}
        counts = self.model.preview.counts if self.model.preview else {}
        self.page.value = html
        self.sure.layout.display = "" if shown["is_large"] else "none"
        if not shown["preview"]:
            self.sure.value = False
        for part, tab in self.parts.items():
            tab.description = f"{self.titles[part]} ({counts.get(part, 0):,})"
            tab.button_style = "info" if part == self.model.part else ""
        self.earlier.disabled = page["first"] == 0
        self.later.disabled = page["first"] + page["size"] >= page["total"]
        self.name.value = shown["name"]
