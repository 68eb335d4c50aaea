"""An order as text, for a terminal: the same three parts that the card has as tabs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from channelkit.report.grids import Grid
from channelkit.report.order_details import OrderDetails
from channelkit.report.order_details_rows import (
    Said,
    deeds_grid,
    items_grid,
    list_details,
    list_shipping,
    sum_words,
    tracking_grids,
)
from channelkit.report.order_words import status_words
from channelkit.report.wording import shortened

WIDEST = 48
"""Characters of one cell."""


def write_text(told: OrderDetails) -> str:
    """Return the order as text."""
    places = [status_words(told.order.status), told.stage_words, told.time_left]
    lines = [f"Order {told.order.order_id} of store {told.store}: {', '.join(filter(None, places))}"]
    if told.stand and told.stand.note:
        lines.append(f"  {told.stand.note}")
    if told.stand and told.stand.next_step:
        lines.append(f"  Next step: {told.stand.next_step}")
    lines += ["", "Details & shipping", *_said([*list_details(told), *list_shipping(told)])]
    lines += ["", "Items", *_table(items_grid(told))]
    if words := sum_words(told):
        lines.append(f"  {words}")
    lines += ["", "Tracking"]
    for grid in tracking_grids(told):
        lines += [f"  {grid.caption}", *(f"  {line}" for line in _table(grid))]
    if told.changes:
        lines += ["", "What is done about it"]
        lines += [f"  {row['at']}  {row['what']} (by {row['by']}): {row['outcome']}" for row in deeds_grid(told).rows]
    return "\n".join(lines)


def _said(told: Sequence[Said]) -> Iterator[str]:
    width = max(len(said.label) for said in told)
    for said in told:
        yield f"  {said.label:<{width}}  {said.value}{f' ({said.remark})' if said.remark else ''}"


def _table(grid: Grid) -> Iterator[str]:
    if not grid.rows:
        yield f"  {grid.empty}"
        return
    cells = [[column.heading for column in grid.columns]]
    cells += [[shortened(row[column.key], WIDEST) for column in grid.columns] for row in grid.rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(grid.columns))]
    for row in cells:
        parts = [
            f"{cell:>{width}}" if column.kind == "number" else f"{cell:<{width}}"
            for cell, width, column in zip(row, widths, grid.columns, strict=True)
        ]
        yield f"  {'  '.join(parts)}".rstrip()
