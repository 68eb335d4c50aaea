"""The workbench with plain buttons: the same abilities, for where the browser's own script cannot run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any, Literal

import ipywidgets as widgets

from channelkit.errors import ChannelkitError
from channelkit.review.filters import Among, Between, Filter, Holding, to_document
from channelkit.review.listing_columns import BY_NAME, RANGED
from channelkit.review.listing_grid import SIZES, ListingGrid
from channelkit.review.listing_screen import fallback_html, screen
from channelkit.review.page import grid_html, said_html, with_html
from channelkit.review.pager import button

SHOWN = 12
"""Rows of a page that have a line of their own to be chosen from; more are reached by scrolling."""


class ListingPager:
    """A workbench of plain buttons, on the same model as the one with a script.

    Arguments:
        model: the workbench; it is loaded when the pager is first shown.
        folder: where exported files go.
    """

    def __init__(self, model: ListingGrid, folder: Path = Path()) -> None:
        self.model, self.folder = model, folder
        self.banner, self.page, self.words, self.said, self.side, self.plan = (widgets.HTML() for _ in range(6))
        self.tabs = widgets.ToggleButtons(options=[""])
        self.filter = _text("Filter:", "kettle, or: price >= 20 and status contains condition")
        self.go = button("Filter", lambda: model.filter(self.filter.value))
        self.column = widgets.Dropdown(options=[("", "")], description="Column:")
        self.low, self.high = _text("From, or holds:", ""), _text("To:", "")
        self.narrow = button("Filter by column", self._narrow)
        self.wide = button("Remove all filters", self._widen)
        self.sort = button("Sort, or turn round", lambda: model.sort(self.column.value))
        self.columns = widgets.SelectMultiple(options=[], rows=5, description="Columns:")
        self.choose = button("Show these columns", lambda: model.choose_columns(list(self.columns.value)))
        self.reset = button("Reset columns", lambda: model.choose_columns([]))
        self.view = widgets.Dropdown(options=["Default"], description="View:")
        self.use = button("Show view", lambda: model.use_view(self.view.value))
        self.name = _text("Save as:", "")
        self.save = button("Save view", lambda: model.save_view(self.name.value, replace=self.sure.value))
        self.delete = button("Delete view", lambda: model.delete_view(self.view.value))
        self.rows = widgets.SelectMultiple(options=[], rows=SHOWN, description="Rows:", layout={"width": "100%"})
        self.tick = button("Select these, or no longer", self._tick)
        self.this_page = button("Select page", model.select_page)
        self.all = button("Select all that match", model.select_matching)
        self.none = button("Select none", model.clear)
        self.details = button("Details of the row chosen above", self._open)
        self.action = widgets.Dropdown(options=[("", "")], description="Action:")
        self.terms = widgets.VBox()
        self.propose = button("Show the plan", self._propose)
        self.sure = widgets.Checkbox(description="I have looked at it: also what was stopped or held", indent=False)
        self.confirm = button("Confirm", self._confirm, "success")
        self.check = button("Check with Amazon first", lambda: self._with_plan(model.check))
        self.cancel = button("Cancel", model.cancel)
        self.undo = button("Undo …", model.undo)
        self.again = button("Read again", model.load)
        self.csv, self.excel = (button(f"Export {kind}", self._exporter(kind)) for kind in ("csv", "xlsx"))
        self.back, self.on = button("‹ Earlier", lambda: self._turn(-1)), button("Later ›", lambda: self._turn(1))
        self.size = widgets.Dropdown(options=SIZES, value=model.rows.size, description="Rows:")
        self._fields: dict[str, tuple[Any, Any]] = {}
        self._is_drawing = False
        self.view_box = self._arrange()
        for control, act in ((self.tabs, self._tab), (self.action, self._ask), (self.size, self._resize)):
            control.observe(act, names="value")
        model.watch(self._draw)
        self._draw()

    def _arrange(self) -> Any:
        lines = [
            [self.filter, self.go, self.again, self.csv, self.excel],
            [self.column, self.low, self.high, self.narrow, self.wide, self.sort],
            [self.view, self.use, self.name, self.save, self.delete],
            [self.tick, self.this_page, self.all, self.none, self.details],
            [self.action, self.propose, self.undo],
            [self.confirm, self.check, self.cancel, self.sure],
            [self.back, self.on, self.size, self.words],
            [self.columns, self.choose, self.reset],
        ]
        box = [widgets.HBox(line, layout={"flex_flow": "row wrap"}) for line in lines]
        self.deciding = widgets.VBox([self.plan, box[5]])
        top = [self.banner, self.tabs, *box[:3], self.said, self.rows, box[3], box[4], self.terms, self.deciding]
        return widgets.VBox([*top, self.side, box[6], self.page, box[7]])

    def _tab(self, change: Mapping[str, Any]) -> None:
        if not self._is_drawing and change["new"]:
            self.model.choose_tab(change["new"])

    def _resize(self, change: Mapping[str, Any]) -> None:
        if not self._is_drawing:
            self.model.resize(change["new"])

    def _narrow(self) -> None:
        column, low, high = self.column.value, self.low.value.strip(), self.high.value.strip()
        kind = BY_NAME[column].kind if column in BY_NAME else "text"
        chosen: Filter = Between(low, high) if kind in RANGED else Holding(low)
        known = [value for value, _ in self.model.values_of(column)] if kind == "choice" else []
        if low in known:
            chosen = Among((low,))
        kept = {name: to_document(other) for name, other in self.model.rows.filters.items()}
        self.model.narrow(kept | {column: to_document(chosen)})

    def _widen(self) -> None:
        self.model.narrow({})
        if not self.model.trouble:
            self.model.filter("")

    def _tick(self) -> None:
        for key in self.rows.value:
            self.model.toggle(key)

    def _open(self) -> None:
        if len(self.rows.value) == 1:
            self.model.open_row(self.rows.value[0])
        else:
            self.said.value = said_html("", "Choose one row above.")

    def _ask(self, _change: object) -> None:
        """Show what the chosen action asks for."""
        if self._is_drawing:
            return
        found = next((offer for offer in self.model.offers() if offer["name"] == self.action.value), None)
        self._fields = {field["name"]: _controls(field) for field in found["fields"]} if found else {}
        self.terms.children = [
            widgets.HBox([part for part in parts if part is not None]) for parts in self._fields.values()
        ]

    def _propose(self) -> None:
        said: dict[str, Any] = {}
        for name, (what, control) in self._fields.items():
            said[name] = control.value if what is None else {"do": what.value, "value": control.value}
        self.model.propose(self.action.value, len(self.model.rows.selected), said)

    def _confirm(self) -> None:
        sure = bool(self.sure.value)
        self._with_plan(lambda serial: self.model.confirm(serial, although_stopped=sure, release_held=sure))

    def _with_plan(self, act: Callable[[int], None]) -> None:
        if self.model.pending is not None:
            act(self.model.pending.serial)

    def _exporter(self, kind: Literal["csv", "xlsx"]) -> Callable[[], None]:
        def export() -> None:
            try:
                exported = self.model.export(kind)
                path = self.folder / exported.name
                path.write_bytes(exported.data)
            except (ChannelkitError, OSError) as error:
                self.said.value = said_html("", str(error))
            else:
                self.said.value = said_html(f"Written: {path}", "")

        return export

    def _turn(self, step: int) -> None:
        self.model.turn(self.model.rows.first + step * self.model.rows.size)

    def _draw(self) -> None:
        self._is_drawing = True
        try:
            self._show(screen(self.model))
        finally:
            self._is_drawing = False

    def _show(self, page: dict[str, Any]) -> None:
        self.banner.value = f"<strong>{escape(page['store'])}</strong>: {escape(page['banner'])}"
        self.tabs.options = [(f"{tab['name']} {tab['count']:,}", tab["name"]) for tab in page["tabs"]]
        self.tabs.value = page["tab"]
        self.said.value = said_html(page["said"], page["trouble"])
        chips = "; ".join(chip["words"] for chip in page["chips"])
        self.words.value = escape(f"{page['words']} {page['selection']}" + (f" Filters: {chips}." if chips else ""))
        self.page.value = grid_html(page, page["size"])
        self.rows.options = [
            (f"{'☑' if row['selected'] else '☐'} {' · '.join(cell for cell in row['cells'] if cell)}", row["key"])
            for row in page["rows"]
        ]
        _choose(self.column, [(column["label"], column["name"]) for column in page["columns"]], self.column.value)
        self.columns.options = [(column["label"], column["name"]) for column in page["choosable"]]
        self.columns.value = tuple(column["name"] for column in page["choosable"] if column["shown"])
        _choose(self.view, [(view["name"], view["name"]) for view in page["views"]], page["view"])
        allowed = [(offer["label"], offer["name"]) for offer in page["actions"] if not offer["reason"]]
        _choose(self.action, [("Choose …", ""), *allowed], self.action.value)
        if not self.action.value:
            self._fields, self.terms.children = {}, ()
        pending, opened = page["pending"], page["opened"]
        self.plan.value = "" if pending is None else _plan_html(pending)
        self.deciding.layout.display = "none" if pending is None else ""
        self.side.value = "" if opened is None else _side_html(opened)
        self.sure.value = False
        self.undo.disabled = not page["can_undo"]
        self.none.disabled = self.propose.disabled = not page["selected"]
        self.back.disabled = page["first"] == 0
        self.on.disabled = page["first"] + page["size"] >= page["matching"]

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        self.model.load()
        return with_html(self.view_box._repr_mimebundle_(**options), fallback_html(self.model))


def _text(label: str, example: str) -> Any:
    return widgets.Text(description=label, placeholder=example, style={"description_width": "initial"})


def _choose(control: Any, options: list[tuple[str, str]], value: str) -> None:
    control.options = options
    values = [option for _, option in options]
    control.value = value if value in values else values[0] if values else None


def _controls(field: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return what says whether a field is kept, set or removed, where it can be, and what is filled in."""
    label = field["label"]
    if field["kind"] == "flag":
        return None, widgets.Checkbox(description=label, indent=False)
    if field["choices"]:
        control = widgets.Dropdown(options=[(words, value) for value, words in field["choices"]], description=label)
    else:
        control = _text(label, "")
    what = None
    if field["can_remove"]:
        what = widgets.Dropdown(options=[("Keep as it is", "keep"), ("Set", "set"), ("Remove override", "remove")])
    return what, control


def _plan_html(pending: Mapping[str, Any]) -> str:
    stopped = f"<p><strong>{escape(pending['stopped'])}</strong></p>" if pending["stopped"] else ""
    checked = f"<p><strong>What Amazon says</strong></p>{pending['checked']}" if pending["checked"] else ""
    return f"<h4>Plan: {escape(pending['words'])}</h4>{pending['html']}{stopped}{checked}"


def _side_html(opened: Mapping[str, Any]) -> str:
    trouble = f"<p><strong>{escape(opened['trouble'])}</strong></p>" if opened["trouble"] else ""
    told = ("at", "side", "what", "before", "after", "by")
    lines = [" ".join(event[name] for name in told if event[name]) for event in opened["timeline"]]
    events = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h4>{escape(opened['title'])}</h4>{trouble}{opened['explanation']}<ol>{events}</ol>"
