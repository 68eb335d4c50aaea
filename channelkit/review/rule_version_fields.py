"""Versions as plain fields: a list to choose from, a button to go on from one, and all of them as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from channelkit.review.pager import button
from channelkit.review.rule_fields import ROW, WIDE


class VersionFields:
    """A list of versions, and a button to go on from one of them.

    Arguments:
        start_from: goes on from the version of a number; from nothing with 0.
        nothing: what stands for nothing, in the list.
    """

    def __init__(self, start_from: Callable[[int], None], nothing: str) -> None:
        self._nothing = (nothing, 0)
        self.table = widgets.HTML()
        self.start = widgets.Dropdown(description="Version:", options=[self._nothing], layout=WIDE)
        self.go_on = button("Go on from this one", lambda: start_from(self.start.value))
        self.row = widgets.HBox([self.start, self.go_on], layout=ROW)

    def draw(self, versions: list[dict[str, Any]], html: str) -> None:
        """Show the versions; what is chosen stays where they are the same."""
        self.table.value = html
        options = [*((f"{each['id']}: {each['name']}", each["id"]) for each in versions), self._nothing]
        if list(self.start.options) != options:
            self.start.options = options
