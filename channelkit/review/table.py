"""The rows of a grid: which of them are looked at, in which order, on which page, and which are selected.

A row is known by its key, never by its place, so that a selection means the same rows however they are sorted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.errors import UsageError
from channelkit.review.condition import matching
from channelkit.review.filters import Filter, holds

PAGE = 50
"""Rows that travel to the browser at a time."""

APART = "\x1f"
"""Stands between the parts of a key; no SKU has it."""


class TableModel:
    """A table of any length, of which a view ever sees one page.

    Arguments:
        key: the columns that tell rows apart.
        order: the column by which rows are sorted at first; an empty one leaves them as they come.
        noun: what a row is called where one is gone.
        searched: columns in which words alone are looked for; every text column by default.
    """

    def __init__(
        self,
        key: Sequence[str],
        order: str = "",
        *,
        descending: bool = False,
        noun: str = "rows",
        searched: Sequence[str] = (),
    ) -> None:
        self.key, self.noun, self.searched = tuple(key), noun, tuple(searched)
        self.table = pa.table({name: pa.array([], pa.string()) for name in self.key})
        self.condition, self.order, self.descending = "", order, descending
        self.filters: dict[str, Filter] = {}
        self.first, self.size = 0, PAGE
        self.selected: set[str] = set()
        self._keys, self._rows = pa.array([], pa.string()), pa.array([], pa.int64())
        self._within: pa.Array | None = None
        self._texts: pa.Array | None = None

    @property
    def matching(self) -> int:
        """How many rows the filters let through."""
        return len(self._rows)

    @property
    def within(self) -> int:
        """How many rows there are to be filtered."""
        return self.table.num_rows if self._within is None else int(pc.sum(self._within).as_py() or 0)

    def load(self, table: pa.Table, within: pa.Array | None = None) -> None:
        """Take other rows; what was selected and is still there stays so.

        Arguments:
            table: columns of texts, numbers, flags and times, with those of the key.
            within: which of the rows are looked at at all; all when None.
        """
        self.table = table.combine_chunks()
        self._keys = _joined(self.table, self.key)
        self._within, self._texts = within, None
        self.selected &= set(self._keys.to_pylist()) if self.selected else set()
        self.look()

    def look(self) -> None:
        """Filter and sort afresh; with equal values, rows keep the order in which they came."""
        rows = pc.indices_nonzero(self._mask(self.condition, self.filters)).cast(pa.int64())
        if self.order in self.table.column_names:
            order = "descending" if self.descending else "ascending"
            looked = pa.table({"by": self.table[self.order].take(rows), "row": rows})
            rows = rows.take(pc.sort_indices(looked, sort_keys=[("by", order), ("row", "ascending")]))
        self._rows = rows
        self.turn(self.first)

    def filter(self, condition: str) -> None:
        """Look only at the rows for which a condition holds; see `channelkit.review.condition`.

        Raises:
            UsageError: it cannot be read; the rows stay as they were.
        """
        self._mask(condition, self.filters)
        self.condition, self.first = condition.strip(), 0
        self.look()

    def narrow(self, filters: Mapping[str, Filter]) -> None:
        """Look only at the rows that these filters of columns let through, each by its column's name.

        Raises:
            UsageError: a filter does not fit its column, or the column is not there.
        """
        for name in filters:
            self._known_column(name)
        self._mask(self.condition, filters)
        self.filters, self.first = dict(filters), 0
        self.look()

    def sort(self, name: str, *, begins_descending: bool = False) -> None:
        """Sort by a column; by the same one again, the other way round.

        Raises:
            UsageError: there is no such column.
        """
        self._known_column(name)
        self.descending = not self.descending if name == self.order else begins_descending
        self.order, self.first = name, 0
        self.look()

    def turn(self, first: int) -> None:
        """Look at the page with this row, counted from nought."""
        last = max(0, (self.matching - 1) // self.size * self.size)
        self.first = max(0, min(first // self.size * self.size, last))

    def page(self) -> pa.Table:
        """Return the rows that are shown now."""
        return self.table.take(self._rows[self.first : self.first + self.size])

    def page_keys(self) -> list[str]:
        """Return their keys, in the same order."""
        keys: list[str] = self._keys.take(self._rows[self.first : self.first + self.size]).to_pylist()
        return keys

    def all_matching(self) -> pa.Table:
        """Return every row that the filters let through, in order."""
        return self.table.take(self._rows)

    def selected_rows(self, names: Sequence[str] = ()) -> pa.Table:
        """Return the selected rows, whether the filters let them through or not, as they came.

        Arguments:
            names: only these columns.
        """
        return self.table.select(list(names) or self.table.column_names).filter(
            pc.is_in(self._keys, value_set=pa.array(list(self.selected), pa.string()))
        )

    def row(self, key: str) -> pa.Table:
        """Return one row.

        Raises:
            UsageError: it is gone.
        """
        return self.table.take(self._places([self.known(key)]))

    def toggle(self, key: str) -> None:
        """Select a row, or no longer.

        Raises:
            UsageError: it is gone.
        """
        self.selected.symmetric_difference_update({self.known(key)})

    def select_range(self, start: str, end: str) -> None:
        """Select the rows from one to another, both of them too, in the order in which they are shown."""
        shown = self._keys.take(self._rows)
        places = [pc.index(shown, self.known(key)).as_py() for key in (start, end)]
        if min(places) < 0:
            raise UsageError("The filter hides one end of the range.", "Select the rows one by one.")
        self.selected.update(shown[min(places) : max(places) + 1].to_pylist())

    def select_page(self) -> None:
        """Select the rows that are shown now."""
        self.selected.update(self.page_keys())

    def select_matching(self) -> None:
        """Select every row that the filters let through, on this page or not."""
        self.selected.update(self._keys.take(self._rows).to_pylist())

    def hidden(self) -> int:
        """Return how many selected rows the filters do not let through."""
        if not self.selected:
            return 0
        chosen = pa.array(list(self.selected), pa.string())
        shown = pc.is_in(self._keys.take(self._rows), value_set=chosen)
        return len(self.selected) - int(pc.sum(shown).as_py() or 0)

    def known(self, key: str) -> str:
        """Return the key of a row that is there.

        Raises:
            UsageError: it is gone.
        """
        if pc.index(self._keys, key).as_py() < 0:
            raise UsageError(
                f"{' and '.join(key.split(APART))} are no longer among the {self.noun}."
                if APART in key
                else f"{key} is no longer among the {self.noun}.",
                "Look at the grid again.",
            )
        return key

    def _places(self, keys: list[str]) -> pa.Array:
        return pc.index_in(pa.array(keys, pa.string()), value_set=self._keys).cast(pa.int64())

    def _mask(self, condition: str, filters: Mapping[str, Filter]) -> pa.Array:
        masks = [] if self._within is None else [self._within]
        masks += [holds(name, self.table[name].combine_chunks(), chosen) for name, chosen in filters.items()]
        if condition.strip() or not masks:
            masks.append(matching(self.table, condition, self._searchable if self.searched else None))
        return reduce(pc.and_, masks)

    def _searchable(self) -> pa.Array:
        """Return what words alone are looked for in, one text a row: made once, since looking in it is then quick."""
        if self._texts is None:
            names = [name for name in self.searched if name in self.table.column_names]
            texts = [pc.fill_null(self.table[name].combine_chunks(), "") for name in names]
            self._texts = pc.utf8_lower(pc.binary_join_element_wise(*texts, APART))
        return self._texts

    def _known_column(self, name: str) -> None:
        if name not in self.table.column_names:
            raise UsageError(f"There is no column {name!r}.", f"The columns are: {', '.join(self.table.column_names)}.")


def _joined(table: pa.Table, key: Sequence[str]) -> pa.Array:
    columns = [table[name].combine_chunks() for name in key]
    return columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, APART)
