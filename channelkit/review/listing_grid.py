"""The workbench of a store's listings: tabs, filters, a selection, what to do with it; nothing of how it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.errors import ChannelkitError, UsageError
from channelkit.review import listing_views
from channelkit.review.filters import Filter, to_filter
from channelkit.review.listing_actions import find_action, offers_of, read_terms, require_allowed
from channelkit.review.listing_columns import ACTIVE, BY_NAME, COLUMNS, OVERRIDES, READY, SHOWN, TABS
from channelkit.review.listing_export import Exported, export_rows
from channelkit.review.listing_plans import Pending, Plans
from channelkit.review.listing_source import ActionPlan, Desk, SavedView, Shown
from channelkit.review.table import PAGE, TableModel
from channelkit.review.watched import Watched

KEY = ("on_amazon", "sku")
WORDS = "*"
"""Stands for the filter in words where filters go by the name of a column."""

_EMPTY = pa.schema(
    [(name, pa.string()) for name in (*KEY, "tab", "status", "actions")] + [("overridden", pa.bool_())]
).empty_table()
SEARCHED = ("sku", "seller_sku", "asin", "title", "product_sku", "status", "reason")
"""Columns in which words alone are looked for; the texts of allowed actions are the same on most rows."""

SIZES = (20, 50, 100)
"""Rows of a page, to choose from; the guide's grids have 20."""


@dataclass
class Opened:
    """A row whose details are shown beside the grid."""

    key: str
    row: dict[str, Any]
    explanation: Shown | None = None
    timeline: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""


class ListingGrid(Watched):
    """All rows of a store's tabs, which of them are looked at, which are selected, and what is about to be done.

    Arguments:
        desk: where rows come from and actions go.
        by: who works; kept with every decision.
    """

    def __init__(self, desk: Desk, by: str = "") -> None:
        super().__init__()
        self.desk, self.by = desk, by
        self.state: Literal["opening", "ready", "failed"] = "opening"
        self.tab, self.view = ACTIVE, listing_views.DEFAULT
        self.counts: dict[str, int] = dict.fromkeys(TABS, 0)
        self.in_process = 0
        self.rows = TableModel(KEY, noun="listings", searched=SEARCHED)
        self.all = _EMPTY
        self.chosen: dict[str, tuple[str, ...]] = {}
        self.views: list[SavedView] = []
        self.opened: Opened | None = None
        self.plans = Plans()
        self._mark: object = None
        self._values: dict[tuple[str, str], list[tuple[str, int]]] = {}

    @property
    def tabs(self) -> list[str]:
        """The tabs that there are: nothing waits in Ready to List while what is ready is published by itself."""
        return [tab for tab in TABS if tab != READY or not self.desk.auto_list or self.counts.get(READY)]

    @property
    def columns(self) -> list[str]:
        """The columns that are shown now."""
        return self._known(self.chosen.get(self.tab, SHOWN[self.tab]))

    @property
    def own_columns(self) -> list[str]:
        """The columns that the tab shows until a person chooses others."""
        return self._known(SHOWN[self.tab])

    @property
    def pending(self) -> Pending | None:
        """The plan that waits for a person."""
        return self.plans.pending

    def open(self) -> None:
        """Read how many rows each tab holds and the first rows of each; `load` then reads them all."""
        self.attempt(self._open)

    def load(self) -> None:
        """Read all rows; a selection of rows that are still there stays."""
        self.attempt(self._load)

    def look(self) -> bool:
        """Read all rows anew if anything was decided, sent or read since; return whether that was so."""
        if self.state != "ready" or self.pending is not None:
            return False
        try:
            moved = self.desk.mark() != self._mark
        except ChannelkitError:
            # It is looked at again in a moment, and said when somebody does something.
            return False
        if moved:
            self.attempt(self._reload)
        return moved

    def choose_tab(self, tab: str) -> None:
        """Look at another tab; its filters and its selection begin afresh."""
        self.attempt(lambda: self._choose_tab(tab))

    def filter(self, condition: str) -> None:
        """Look only at the rows for which a condition holds; see `channelkit.review.condition`."""
        self.attempt(lambda: self.rows.filter(condition))

    def narrow(self, said: Mapping[str, Any]) -> None:
        """Look only at the rows that these filters let through.

        Arguments:
            said: for each column its filter, as plain values; see `channelkit.review.filters.to_filter`.
        """
        self.attempt(lambda: self.rows.narrow(_filters(said)))

    def widen(self, name: str) -> None:
        """Take away one filter: a column's, or the one in words (`WORDS`)."""
        self.attempt(lambda: self._widen(name))

    def sort(self, name: str) -> None:
        """Sort by a column; by the same one again, the other way round."""
        self.attempt(lambda: self.rows.sort(name, begins_descending=_kind(name) == "time"))

    def turn(self, first: int) -> None:
        """Look at the rows from this one on, counted from nought."""
        self.attempt(lambda: self.rows.turn(first))

    def resize(self, size: int) -> None:
        """Show so many rows on a page; one of `SIZES`."""
        self.attempt(lambda: self._resize(size))

    def toggle(self, key: str) -> None:
        """Select a row, or no longer."""
        self.attempt(lambda: self.rows.toggle(key))

    def select_range(self, start: str, end: str) -> None:
        """Select all rows from one to another, as they are shown."""
        self.attempt(lambda: self.rows.select_range(start, end))

    def select_page(self) -> None:
        """Select the rows of this page."""
        self.attempt(self.rows.select_page)

    def select_matching(self) -> None:
        """Select every row that the filters let through, on this page or not."""
        self.attempt(self.rows.select_matching)

    def clear(self) -> None:
        """Select nothing."""
        self.attempt(self.rows.selected.clear)

    def choose_columns(self, names: list[str]) -> None:
        """Show these columns in this tab, in the order in which all of them are listed; none at all resets them."""
        self.attempt(lambda: self._choose_columns(names))

    def save_view(self, name: str, replace: bool = False) -> None:
        """Keep tab, filters, order and columns under a name, for everybody who works with this database.

        Arguments:
            replace: another view of that name is given up.
        """
        self.attempt(lambda: self._save_view(" ".join(name.split()), replace))

    def use_view(self, name: str) -> None:
        """Look at what a saved view shows."""
        self.attempt(lambda: self._use_view(name))

    def delete_view(self, name: str) -> None:
        """Forget a saved view; the default one stays."""
        self.attempt(lambda: self._delete_view(name))

    def open_row(self, key: str) -> None:
        """Show why a row is where it is, and what happened to it."""
        self.attempt(lambda: self._open_row(key))

    def close_row(self) -> None:
        """Show no details any more."""
        self.attempt(lambda: setattr(self, "opened", None))

    def values_of(self, name: str) -> list[tuple[str, int]]:
        """Return the values that a column has in this tab, unfiltered, and how many rows have each; the most first."""
        if (self.tab, name) not in self._values:
            column = self.all[name].combine_chunks().filter(self._within())
            if not pa.types.is_string(column.type):
                column = column.cast(pa.string())
            found = pc.value_counts(pc.fill_null(column, "")).to_pylist()
            values = [(row["values"], row["counts"]) for row in found]
            self._values[self.tab, name] = sorted(values, key=lambda value: (-value[1], value[0]))
        return self._values[self.tab, name]

    def offers(self) -> list[dict[str, Any]]:
        """Return what may be done with the selected rows; see `channelkit.review.listing_actions.offered`."""
        return offers_of(self.rows.selected_rows(["actions"])["actions"]) if self.rows.selected else []

    def row_offers(self) -> list[dict[str, Any]]:
        """Return what may be done with the row whose details are shown."""
        return [] if self.opened is None else offers_of(pa.chunked_array([[self.opened.row["actions"] or ""]]))

    def propose(self, name: str, of: int, said: Mapping[str, Any], key: str = "") -> None:
        """Make the plan of an action, to be looked at; nothing is kept or sent.

        Arguments:
            name: one of `channelkit.review.listing_actions.ACTIONS`.
            of: how many rows you think it is about; with another number there is no plan.
            said: what was filled in; see `channelkit.review.listing_actions.read_terms`.
            key: only this row, whatever is selected.
        """
        self.attempt(lambda: self._propose(name, of, said, key))

    def check(self, serial: int) -> None:
        """Ask Amazon what it would say of the plan, without changing anything."""
        self.attempt(lambda: self._check(serial))

    def confirm(self, serial: int, *, although_stopped: bool = False, release_held: bool = False) -> None:
        """Carry out the plan that was looked at; one that has moved since is shown anew and not carried out.

        Arguments:
            serial: of the plan that is shown.
            although_stopped: it was stopped for its size, and looked at.
            release_held: what is held was looked at and goes, too.
        """
        self.attempt(lambda: self._confirm(serial, although_stopped, release_held))

    def cancel(self) -> None:
        """Give up the plan."""
        self.attempt(self.plans.cancel)

    def undo(self) -> None:
        """Make the plan that takes back what was done last in this sitting."""
        self.attempt(self.plans.undo)

    def export(self, kind: Literal["csv", "xlsx"]) -> Exported:
        """Return what is displayed, all pages of it, as a file.

        Raises:
            UsageError: there are more rows than such a file holds.
        """
        columns = [BY_NAME[name] for name in self.columns]
        return export_rows(self.rows.all_matching(), columns, kind, tab=self.tab, desk=self.desk)

    def _known(self, names: Sequence[str]) -> list[str]:
        return [name for name in names if name in self.rows.table.column_names]

    def _open(self) -> None:
        try:
            counts, rows = self.desk.first_rows(PAGE)
            self._take(rows, dict(counts))
            self._read_views()
        except ChannelkitError:
            self.state = "failed"
            raise
        self.state = "opening"

    def _load(self) -> None:
        try:
            # Asked before the rows are read: what happens in between is read twice, not missed.
            mark = self.desk.mark()
            self._take(self.desk.listing_table())
            self._read_views()
        except ChannelkitError:
            self.state = "failed"
            raise
        self._mark, self.state = mark, "ready"

    def _reload(self) -> None:
        before = self.counts
        self._load()
        moved = [f"{tab} {self.counts[tab] - before[tab]:+,}" for tab in TABS if self.counts[tab] != before[tab]]
        self.said = f"Read again, since something changed: {', '.join(moved) or 'no tab has another count'}."

    def _take(self, table: pa.Table, counts: dict[str, int] | None = None) -> None:
        self.all, self._values = table, {}
        self.counts = dict.fromkeys(TABS, 0)
        if counts is None:
            found = pc.value_counts(table["tab"]).to_pylist()
            counts = {row["values"]: row["counts"] for row in found}
            counts[OVERRIDES] = pc.sum(table["overridden"]).as_py() or 0
            self.in_process = _count_in_process(table)
        self.counts |= {tab: count for tab, count in counts.items() if tab in self.counts}
        if self.tab not in self.tabs:
            self.tab = ACTIVE
        self.rows.load(table, self._within())
        if self.opened is not None:
            self._refresh_opened(self.opened)

    def _within(self) -> pa.Array:
        if self.tab == OVERRIDES:
            return pc.fill_null(self.all["overridden"].combine_chunks(), False)
        return pc.fill_null(pc.equal(self.all["tab"].combine_chunks(), self.tab), False)

    def _refresh_opened(self, opened: Opened) -> None:
        try:
            opened.row = self.rows.row(opened.key).to_pylist()[0]
        except UsageError:
            # Before everything is read, a row is not gone because it is not among the first.
            if self.state == "ready":
                self.opened = None

    def _choose_tab(self, tab: str) -> None:
        if tab not in self.tabs:
            raise UsageError(f"There is no tab {tab!r}.", f"The tabs are: {', '.join(self.tabs)}.")
        self.tab, self.view, self.opened = tab, listing_views.DEFAULT, None
        size = self.rows.size
        self.rows = TableModel(KEY, noun="listings", searched=SEARCHED)
        self.rows.size = size
        self.rows.load(self.all, self._within())

    def _widen(self, name: str) -> None:
        if name == WORDS:
            self.rows.filter("")
        else:
            self.rows.narrow({other: chosen for other, chosen in self.rows.filters.items() if other != name})

    def _resize(self, size: int) -> None:
        if size not in SIZES:
            raise UsageError(f"A page cannot have {size} rows.", f"Choose one of {SIZES}.")
        self.rows.size = size
        self.rows.turn(self.rows.first)

    def _choose_columns(self, names: list[str]) -> None:
        chosen = tuple(column.name for column in COLUMNS if column.name in names)
        if chosen:
            # A tab's own columns keep its own order; further ones follow.
            own = [name for name in SHOWN[self.tab] if name in chosen]
            self.chosen[self.tab] = (*own, *(name for name in chosen if name not in own))
        else:
            self.chosen.pop(self.tab, None)

    def _read_views(self) -> None:
        self.views = list(self.desk.views())

    def _save_view(self, name: str, replace: bool) -> None:
        self._read_views()
        listing_views.require_free(name, self.views, self.by, replace)
        self.desk.save_view(name, listing_views.body_of(self.tab, self.rows, self.columns), self.by)
        self._read_views()
        self.view, self.said = name, f"View {name!r} is kept."

    def _use_view(self, name: str) -> None:
        view = listing_views.find(name, self.views)
        tab = ACTIVE if view is None else listing_views.tab_of(view.body)
        self._choose_tab(tab)
        if view is None:
            self.chosen.pop(tab, None)
            return
        names = [column for column in listing_views.columns_of(view.body) if column in BY_NAME]
        self.chosen[tab] = tuple(names) or SHOWN[tab]
        listing_views.look_as(self.rows, view.body)
        self.view = name

    def _delete_view(self, name: str) -> None:
        listing_views.require_deletable(name)
        self.desk.delete_view(name)
        self._read_views()
        if self.view == name:
            self.view = listing_views.DEFAULT
        self.said = f"View {name!r} is deleted."

    def _open_row(self, key: str) -> None:
        row = self.rows.row(key).to_pylist()[0]
        opened = Opened(key, row)
        try:
            opened.explanation = self.desk.explain(row["sku"])
            opened.timeline = self.desk.timeline(row["sku"]).to_pylist()
        except ChannelkitError as error:
            opened.trouble = str(error)
        self.opened = opened

    def _propose(self, name: str, of: int, said: Mapping[str, Any], key: str) -> None:
        action = find_action(name)
        rows = self.rows.row(key) if key else self.rows.selected_rows()
        if rows.num_rows != of or not of:
            raise UsageError(f"{rows.num_rows:,} rows are selected, not {of:,}; no plan was made.", "Look again.")
        require_allowed(action, rows["actions"])
        terms = read_terms(action, said)
        skus = rows["sku"].to_pylist()

        def make() -> ActionPlan:
            return self.desk.propose(action.name, skus, self.by, terms)

        self.plans.show(f"{action.doing} {of:,} {'row' if of == 1 else 'rows'}", make)

    def _check(self, serial: int) -> None:
        self.plans.check(serial)
        self.said = "Amazon was asked; nothing was changed."

    def _confirm(self, serial: int, although_stopped: bool, release_held: bool) -> None:
        done = self.plans.confirm(serial, although_stopped=although_stopped, release_held=release_held)
        if not done.is_undo:
            self.rows.selected.clear()
        self._load()
        self.said = f"Done: {done.words}. {done.told}"


def _filters(said: Mapping[str, Any]) -> dict[str, Filter]:
    found = {name: to_filter(value) for name, value in said.items() if isinstance(value, Mapping)}
    return {name: chosen for name, chosen in found.items() if chosen is not None}


def _kind(name: str) -> str:
    return BY_NAME[name].kind if name in BY_NAME else ""


def _count_in_process(table: pa.Table) -> int:
    """Return how many rows wait for Amazon to show what was sent."""
    words = pc.match_substring(table["status"], "in progress", ignore_case=True)
    return int(pc.sum(words).as_py() or 0)
