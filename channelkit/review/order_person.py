"""Who bought an order, on the screen and nowhere else: what a notebook keeps of it holds nothing of anybody.

The data goes to the browser as a message when it is shown. It is in no state, no output and no repr.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget

from channelkit.review.page import with_html

_HERE = Path(__file__).parent

ELSEWHERE = "<p>Who bought it is shown in a running notebook alone, to the person who asked.</p>"


class PersonWidget(anywidget.AnyWidget):
    """Shows somebody's data for as long as the cell is looked at.

    Arguments:
        lines: label and value of each thing that is known.
        words: what stands above them, without anybody's data.
    """

    _esm = (_HERE / "order_person.js").read_text(encoding="utf-8")
    _css = (_HERE / "order_person.css").read_text(encoding="utf-8")

    def __init__(self, lines: Sequence[tuple[str, str]], words: str) -> None:
        super().__init__()
        self._shown = {"kind": "person", "words": words, "lines": [list(line) for line in lines]}
        self.on_msg(self._hear)

    def _hear(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        if message.get("do") == "show":
            self.send(self._shown)

    def __repr__(self) -> str:
        return "PersonWidget()"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return with_html({**bundle, "text/plain": repr(self)}, ELSEWHERE), metadata
