"""A section of a report: a finding, its chart and its table, and the numbers behind both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from channelkit.report.charts import Figure
from channelkit.report.grids import Grid


@dataclass(frozen=True)
class Section:
    """A section of a report.

    Arguments:
        key: names it within a report, its anchor, and the files of its numbers: ``flows``, ``error-codes``.
        title: the finding, in a sentence that is computed from the data.
        about: scope, source and time of the data.
        rows: the numbers behind it, as they are written to CSV and Parquet; times in milliseconds since 1970, money in
            minor units beside its currency.
        draw: draws the chart; None where there is none, or nothing to draw. A chart draws at most some hundred points.
        words: what the chart says to those who do not see it, in one sentence.
        grids: the tables; the first stands beneath the chart.
        next_step: what to do about it; a sentence, or empty.
    """

    key: str
    title: str
    about: str
    rows: pa.Table
    draw: Callable[[], Figure] | None = None
    words: str = ""
    grids: tuple[Grid, ...] = ()
    next_step: str = ""
