"""One test of the data: what must hold, and the function that finds the rows of which it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import pyarrow as pa

from channelkit.errors import UsageError
from channelkit.model.columns import Mask, mask
from channelkit.quality.tables import TABLES

Severity = Literal["error", "warning", "note"]
"""It loses money or misleads; it will do so sooner or later; somebody should know."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Test:
    """One test of the data.

    Arguments:
        name: short, lower case, with hyphens: ``listing-currency``.
        holds: what must hold and why it matters, in one sentence.
        table: which table it looks at, of `channelkit.quality.tables.TABLES`.
        columns: the columns that it looks at; others are not read for it.
        failing: gives, for a table with the key and these columns, a flag for each row: whether the row fails. Arrow,
            numpy and pandas flags will do; what is not known is not failing.
        to_do: what to do about rows that fail.
        severity: how bad that is.

    Raises:
        UsageError: there is no such table or column, or a word is missing.

    >>> import pyarrow.compute as pc
    >>> dear = Test(
    ...     "dear-mugs", "No mug costs more than 50, as nobody buys it.", "listings", ("title", "price"),
    ...     lambda rows: pc.and_(pc.match_substring(rows["title"], "mug"), pc.greater(rows["price"], 5000)),
    ...     "Look at its price in Commerce.",
    ... )
    >>> rows = pa.table({"seller_sku": ["A", "B"], "title": ["Red mug", None], "price": [9900, 9900]})
    >>> dear.find_failing(rows).tolist()
    [True, False]
    """

    # To pytest, a class of this name in a test's file is no test.
    __test__: ClassVar[bool] = False

    name: str
    holds: str
    table: str
    columns: tuple[str, ...]
    failing: Callable[[pa.Table], Any]
    to_do: str
    severity: Severity = "warning"

    def __post_init__(self) -> None:
        if not (self.name and self.holds and self.to_do):
            raise UsageError(f"Test {self.name!r} of the data lacks a word.", "Give it name, holds and to_do.")
        if self.severity not in SEVERITIES:
            raise UsageError(
                f"Test {self.name!r} of the data has the severity {self.severity!r}.",
                f"Use one of: {', '.join(SEVERITIES)}.",
            )
        if self.table not in TABLES:
            raise UsageError(
                f"Test {self.name!r} of the data looks at {self.table!r}, which is no table.",
                f"The tables are: {', '.join(TABLES)}.",
            )
        known = TABLES[self.table].names
        for column in self.columns:
            if column not in known:
                raise UsageError(
                    f"Test {self.name!r} of the data looks at {column!r}, which {self.table} does not have.",
                    f"Its columns are: {', '.join(known)}.",
                )

    @property
    def key(self) -> str:
        """The column that names a row."""
        return TABLES[self.table].key[0]

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that are read for it: the key first."""
        return tuple(dict.fromkeys((self.key, *self.columns)))

    def find_failing(self, rows: pa.Table) -> Mask:
        """Return a flag for each row: whether it fails.

        Raises:
            UsageError: the test's function failed, or gave something else than a flag for each row.
        """
        if not rows.num_rows:
            return np.zeros(0, np.bool_)
        try:
            found = _as_mask(self.failing(rows))
        except Exception as error:
            # Its words may quote rows; its kind says enough beside what Python shows as its cause.
            raise UsageError(
                f"Test {self.name!r} of the data could not be run: {type(error).__name__}.",
                f"Its function is given a table with {', '.join(self.reads)}; run it on such a table by itself.",
            ) from error
        if found.shape != (rows.num_rows,):
            raise UsageError(
                f"Test {self.name!r} of the data gave {found.size} flags for {rows.num_rows} rows.",
                "Its function must return one flag for each row.",
            )
        return found


def _as_mask(flags: Any) -> Mask:
    """Return Arrow's, numpy's or pandas' flags as a mask; what is not known is not so."""
    if isinstance(flags, pa.Array | pa.ChunkedArray):
        return mask(flags.cast(pa.bool_()))
    if isinstance(flags, np.ndarray) and flags.dtype == np.bool_:
        return flags
    return mask(pa.array(flags, pa.bool_()))
