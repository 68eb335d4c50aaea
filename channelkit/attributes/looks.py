"""Tables as a notebook shows them: words to the left, nothing where nothing is, everything from outside escaped."""

from __future__ import annotations

from html import escape
from math import isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SHOWN_ROWS = 25


def html_table(frame: pd.DataFrame, caption: str = "") -> str:
    """Return the first rows of a table as HTML, and how many of all rows they are.

    Arguments:
        caption: what the rows are.
    """
    heads = "".join(f'<th scope="col" {_LEFT}>{escape(str(name))}</th>' for name in frame.columns)
    shown = frame.head(SHOWN_ROWS).astype(object)
    rows = "".join(
        f"<tr>{''.join(f'<td {_LEFT}>{_words(value)}</td>' for value in row)}</tr>"
        for row in shown.itertuples(index=False)
    )
    count = f" ({len(shown):,} of {len(frame):,} shown)" if len(frame) > len(shown) else ""
    title = f"<p>{escape(caption)}{count}</p>" if caption else ""
    return f"{title}<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


_LEFT = 'style="text-align:left;vertical-align:top"'


def _words(value: object) -> str:
    is_nothing = value is None or (isinstance(value, float) and isnan(value))
    return "" if is_nothing else escape(str(value)).replace("\n", "<br>")
