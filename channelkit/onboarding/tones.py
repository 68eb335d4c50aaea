"""The colours in which a notebook shows what is fine, what to look at and what is wrong, in light and in dark."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

Tone = Literal["good", "warn", "bad", "calm"]
"""A class of the style: fine, somebody should look, wrong, of no weight."""


def toned(inside: str) -> str:
    """Return HTML with the style that its tones need.

    Arguments:
        inside: HTML that is escaped already; what has a colour has a `Tone` as its class.
    """
    return f'<style>{_style()}</style><div class="ck-told" lang="en">{inside}</div>'


@cache
def _style() -> str:
    return (Path(__file__).parent / "tones.css").read_text(encoding="utf-8")
