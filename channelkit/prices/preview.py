"""What price rules would do to a store, computed from where things stand and not done.

Nothing else is decided anew: the rules are asked over whole columns, and what they make is laid over the listings as
the last decision left them, so that a million take seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.model.columns import mask, numbers
from channelkit.report.charts import Figure
from channelkit.report.price_moves import CLASSES, FALLS, HELD, NEW, NONE, PARTS, RISES, SAME
from channelkit.report.price_preview import preview_html, preview_text, stake_lines, summary_words
from channelkit.report.price_rows import rows_frame, rows_words

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


@dataclass(frozen=True)
class Stakes:
    """What is at stake in prices that would move by themselves, in minor units, over 30 days of sales as they were.

    Arguments:
        listings: how many of them sold anything.
        units: what they sold.
        money: what they would bring more, or less.
        known: of those listings, how many have cost and fees.
        margin_before, margin_after: of those with cost and fees.
        below_cost: prices that would move below cost, fees and tax.
    """

    listings: int
    units: int
    money: int
    known: int
    margin_before: int
    margin_after: int
    below_cost: int


@dataclass(frozen=True)
class PricePreview:
    """What price rules would do: which prices move, how far, what is at stake, and what would wait for a person.

    Arguments:
        sentences: each rule of the day in words, in the order in which they are applied: its name, and what it does.
        names: what people call each of them, by its id.
        table: columns of `MOVES`, a row for each price.
        stopped: why none of it would leave without a person; empty where it may.
        estimated: units are an estimate from falling quantities.
        left_out: how many listings are not looked at, since what is known of them is older than the limit.
    """

    database: Database
    store: str
    currency: str
    sentences: tuple[tuple[str, str], ...]
    names: Mapping[str, str]
    table: pa.Table
    stopped: str
    estimated: bool
    left_out: int = 0

    @property
    def counts(self) -> Mapping[str, int]:
        """How many prices rise, fall, are new, would be held, rest from a war, are not sent, and stay."""
        return self._counted("part", PARTS)

    @property
    def classes(self) -> Mapping[str, int]:
        """How many prices move how far, from the deepest fall on; those that would be held among them."""
        return {name: count for name, count in self._counted("class", CLASSES).items() if count}

    @property
    def stakes(self) -> Stakes:
        """What is at stake in the prices that would move by themselves."""
        moving = pc.is_in(self.table["part"], pa.array([RISES, FALLS]))
        rows = self.table.filter(moving).combine_chunks()
        units = numbers(rows["units"])
        known = mask(pc.and_(pc.is_valid(rows["margin_before"]), pc.is_valid(rows["margin_after"])))
        margins = [int((numbers(rows[name]) * units)[known].sum()) for name in ("margin_before", "margin_after")]
        is_below = mask(pc.less(rows["margin_after"], 0))
        return Stakes(
            listings=int((units > 0).sum()),
            units=int(units.sum()),
            money=int(numbers(rows["money"]).sum()),
            known=int((known & (units > 0)).sum()),
            margin_before=margins[0],
            margin_after=margins[1],
            below_cost=int(is_below.sum()),
        )

    @property
    def words(self) -> str:
        """What the figures mean, in a sentence or two."""
        return summary_words(self.counts, self.stopped, self.left_out)

    @property
    def stake(self) -> str:
        """What is at stake, a sentence a line; empty where nothing moves."""
        return "\n".join(stake_lines(self))

    def guards(self) -> list[tuple[str, int]]:
        """Return why prices would wait for a person, with how many, most first."""
        return self._reasons(HELD, "guard")

    def notes(self) -> list[tuple[str, int]]:
        """Return why no price would be sent, with how many, most first."""
        return self._reasons(NONE, "note")

    def limits(self) -> list[tuple[str, int]]:
        """Return what rules could not do although there is a price, with how many, most first."""
        told = self.table.filter(pc.and_(pc.is_valid(self.table["after"]), pc.not_equal(self.table["note"], "")))
        return _count(told, "note")

    def damped(self) -> list[tuple[str, int]]:
        """Return what is done about wars with others, with how many prices, most first."""
        return _count(self.table.filter(pc.not_equal(self.table["damped"], "")), "damped")

    def by_rule(self) -> list[tuple[str, int]]:
        """Return which rule had the last word on prices that move, with how many, most first; empty for none."""
        moving = self.table.filter(pc.is_in(self.table["part"], pa.array([RISES, FALLS, NEW, HELD])))
        return _count(moving, "rule")

    def frame(self, part: str = "") -> pd.DataFrame:
        """Return prices as analysts see them, those that move most money first.

        Arguments:
            part: rises, falls, new, held, none or same; empty for all.

        Raises:
            UsageError: there is no such part.
        """
        return rows_frame(self._part(part), self.currency)

    def rows(self, part: str, first: int, size: int) -> list[dict[str, str]]:
        """Return some prices of a part in words, those that move most money first."""
        return rows_words(self.database, self._part(part).slice(first, size), self.currency, self.names)

    def export(self, path: str | Path, part: str = "") -> str:
        """Write prices into a file, CSV in UTF-8 or Excel by its ending, and say where they are.

        Raises:
            UsageError: the ending is another one, or there is no such part.
        """
        from channelkit.prices.export import export_prices  # noqa: PLC0415 - only an export needs it

        return export_prices(self._part(part), self.currency, path)

    def chart(self) -> Figure:
        """Draw how many prices move how far; what it means is told by the preview."""
        from channelkit.report.price_moves_chart import draw_moves  # noqa: PLC0415 - plotly is heavy

        return draw_moves(self.classes)

    def summary(self, most: int = 200) -> dict[str, Any]:
        """Return the preview as plain values for another program, with some rows of each part; money in minor units."""
        return {
            "store": self.store,
            "currency": self.currency,
            "rules": [{"name": name, "words": words} for name, words in self.sentences],
            "counts": dict(self.counts),
            "classes": dict(self.classes),
            "stakes": vars(self.stakes),
            "stopped": self.stopped,
            "words": self.words,
            "guards": [list(each) for each in self.guards()],
            "damped": [list(each) for each in self.damped()],
            "left_out": self.left_out,
            "notes": [list(each) for each in self.notes()],
            "rows": {part: self.rows(part, 0, most) for part in PARTS if part != SAME},
        }

    def __repr__(self) -> str:
        return preview_text(self)

    def _repr_html_(self) -> str:
        return preview_html(self)

    def _part(self, part: str) -> pa.Table:
        if part and part not in PARTS:
            raise UsageError(f"A preview of prices has no part {part!r}.", f"The parts are: {', '.join(PARTS)}.")
        chosen = self.table.filter(pc.equal(self.table["part"], part)) if part else self.table
        weight = pc.coalesce(pc.abs(chosen["money"]), pa.scalar(0, pa.int64()))
        moved = pc.coalesce(pc.abs(pc.subtract(chosen["after"], chosen["before"])), pa.scalar(0, pa.int64()))
        keys = pa.table({"weight": weight, "moved": moved, "seller_sku": chosen["seller_sku"]})
        order = [("weight", "descending"), ("moved", "descending"), ("seller_sku", "ascending")]
        return chosen.take(pc.sort_indices(keys, sort_keys=order))

    def _counted(self, name: str, names: Sequence[str]) -> Mapping[str, int]:
        counted = self.table.group_by(name).aggregate([([], "count_all")])
        found = dict(zip(counted[name].to_pylist(), counted["count_all"].to_pylist(), strict=True))
        return {each: found.get(each, 0) for each in names}

    def _reasons(self, part: str, column: str) -> list[tuple[str, int]]:
        return _count(self.table.filter(pc.equal(self.table["part"], part)), column)


def _count(rows: pa.Table, name: str) -> list[tuple[str, int]]:
    counted = rows.group_by(name).aggregate([([], "count_all")])
    counted = counted.sort_by([("count_all", "descending"), (name, "ascending")])
    return list(zip(counted[name].to_pylist(), counted["count_all"].to_pylist(), strict=True))
