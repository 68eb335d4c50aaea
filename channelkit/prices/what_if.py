"""What price rules would have asked on each past day, against what others wanted then: days met, bounds hit, money.

Competitors' landed prices are from the history, day by day, with ratings and wear as far as it has them; of today they
are those that a decision would look at. Products, costs and own shipping are as they are today.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import mask, numbers
from channelkit.report.charts import Figure
from channelkit.report.price_what_if import what_if_html, what_if_summary, what_if_text
from channelkit.report.tables import money

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PriceWhatIf:
    """What rules would have asked in the last days.

    Arguments:
        asked_days: how many days were asked for.
        days: of how many of them the history knows anything.
        table: columns of `channelkit.prices.imagining.IMAGINED`.
        rated: of how many listing-days before today the history knows how the lowest one was rated, and how many have
            a lowest one.
    """

    store: str
    currency: str
    rules: int
    asked_days: int
    days: int
    table: pa.Table
    rated: tuple[int, int] = (0, 0)

    @property
    def listings(self) -> int:
        """Of how many listings anything is known."""
        return int(pc.count_distinct(self.table["seller_sku"]).as_py() or 0)

    @property
    def met(self) -> int:
        """Listing-days on which the featured offer would have been met."""
        return int(mask(self.table["met"]).sum())

    @property
    def met_then(self) -> int:
        """Listing-days on which our price met the featured offer."""
        return int(mask(self.table["met_then"]).sum())

    @property
    def comparable(self) -> int:
        """Listing-days on which an offer was featured, and the rules had a price."""
        return int(mask(pc.and_(pc.is_valid(self.table["featured"]), pc.is_valid(self.table["asked"]))).sum())

    @property
    def bounds(self) -> dict[str, int]:
        """On how many listing-days which bound was hit."""
        counted = self.table.group_by("bound").aggregate([([], "count_all")])
        found = dict(zip(counted["bound"].to_pylist(), counted["count_all"].to_pylist(), strict=True))
        return {name: number for name, number in sorted(found.items()) if name}

    @property
    def money(self) -> int:
        """What the units that were sold would have brought more, in minor units; none of them more or fewer."""
        moved = np.where(
            mask(pc.and_(pc.is_valid(self.table["asked"]), pc.is_valid(self.table["was"]))),
            numbers(self.table["asked"]) - numbers(self.table["was"]),
            0,
        )
        return int((moved * numbers(self.table["units"])).sum())

    def by_day(self) -> list[dict[str, Any]]:
        """Return for each day how many listings were comparable, and how many met the featured offer then and would."""
        both = pc.and_(pc.is_valid(self.table["featured"]), pc.is_valid(self.table["asked"]))
        table = self.table.append_column("comparable", both.cast(pa.int64()))
        for name in ("met", "met_then"):
            values = pc.fill_null(table[name], False).cast(pa.int64())
            table = table.set_column(table.column_names.index(name), name, values)
        summed = table.group_by("day").aggregate([(name, "sum") for name in ("comparable", "met", "met_then")])
        found: list[dict[str, Any]] = summed.sort_by("day").to_pylist()
        return [
            {"day": row["day"], **{name: row[f"{name}_sum"] for name in ("comparable", "met", "met_then")}}
            for row in found
        ]

    def frame(self) -> pd.DataFrame:
        """Return every day and listing with exact amounts."""
        import pandas as pd  # noqa: PLC0415 - half a second

        table, currencies = self.table, pa.chunked_array([pa.repeat(self.currency, self.table.num_rows)])
        for name in ("asked", "was", "featured", "lowest"):
            table = table.set_column(table.column_names.index(name), name, money(table[name], currencies))
        return table.to_pandas(types_mapper=pd.ArrowDtype)

    def chart(self) -> Figure:
        """Draw the share of listings that met the featured offer, day by day, then and with these rules."""
        from channelkit.report.price_what_if_chart import draw_what_if  # noqa: PLC0415 - plotly is heavy

        return draw_what_if(self.by_day())

    def summary(self) -> dict[str, Any]:
        """Return it as plain values for another program."""
        return what_if_summary(self)

    def __repr__(self) -> str:
        return what_if_text(self)

    def _repr_html_(self) -> str:
        return what_if_html(self)
