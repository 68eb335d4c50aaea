"""What would have been lost and won, had a rule stood for the last days: days from the history, sales estimated.

The history tells when each listing was on sale and when the rules kept it off. What was sold in that time is estimated
from falling quantities; what would have been sold is a guess at the average. Products are judged as they are today.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database import history
from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.listings.tabs import ACTIVE
from channelkit.model.columns import one
from channelkit.report.rule_what_if import Side, what_if_html, what_if_summary, what_if_text
from channelkit.report.tables import money
from channelkit.rules.preview import Preview
from channelkit.rules.sets import COMES, EXCLUDED

if TYPE_CHECKING:
    import pandas as pd

DAY = 86_400_000
LONGEST = 3_650

_TIME = (
    "select sku, sum((coalesce(before = ?, false)::int - coalesce(after = ?, false)::int) * (epoch_ms(seen_at) - ?)) "
    "as ms from history where store = ? and subject = 'tab' and field = ? and seen_at > make_timestamptz(? * 1000) "
    "group by sku"
)
"""Of each listing, how much longer it was in a state than it would seem from how it is now, in milliseconds."""

_BEGAN = "select epoch_ms(min(seen_at)) as at from history where store = ? and subject = 'tab'"
_CAME = (
    "select sku, epoch_ms(min(seen_at)) as at from history "
    "where subject = 'product' and before is null and seen_at > make_timestamptz(? * 1000) group by sku"
)

Times = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WhatIf:
    """What a rule would have cost and brought in the last days.

    Arguments:
        sentence: the rule in words.
        days: how many days the history tells of, of those that were asked for.
        asked: how many were asked for.
        lost: listings that were on sale and that the rule leaves out.
        won: listings that the rules kept off sale and that this rule admits.
        new: products that are not on Amazon for the rules' sake alone; what they would have sold nobody can tell.
        table: a row for each of these: ``effect`` (lost, won, new), ``sku, product_sku, listing_days, units, revenue``
            (minor units), ``currency``.
    """

    store: str
    sentence: str
    days: float
    asked: int
    lost: Side
    won: Side
    new: Side
    table: pa.Table

    def frame(self) -> pd.DataFrame:
        """Return every listing and product that would have been otherwise, those with the most revenue first."""
        import pandas as pd  # noqa: PLC0415 - half a second

        amounts = money(self.table["revenue"], self.table["currency"])
        table = self.table.set_column(self.table.column_names.index("revenue"), "revenue", amounts)
        order = [("revenue", "descending"), ("listing_days", "descending"), ("sku", "ascending")]
        return table.sort_by(order).to_pandas(types_mapper=pd.ArrowDtype)

    def summary(self) -> dict[str, object]:
        """Return it as plain values for another program."""
        return what_if_summary(self)

    def __repr__(self) -> str:
        return what_if_text(self)

    def _repr_html_(self) -> str:
        return what_if_html(self)


def imagine(preview: Preview, now: int, days: int, sales: pa.Table) -> WhatIf:
    """Return what would have been lost and won, had a rule stood.

    Arguments:
        preview: what the rule would do now.
        now: milliseconds since 1970.
        days: how many days up to now.
        sales: what was sold since, as far as falling quantities tell: ``seller_sku, units, revenue`` (minor units).

    Raises:
        UsageError: the days are none, or too many.
    """
    database, store, since = preview.database, preview.store, check_days(days, now)
    began = history.query(database, _BEGAN, [store])["at"][0].as_py()
    first = max(since, now if began is None else began)
    on_amazon = preview.table.filter(preview.table["listed"]).combine_chunks()
    skus, part = one(on_amazon["sku"]), one(on_amazon["part"])
    on_sale = _days_in(preview, on_amazon, ("tab", ACTIVE), (first, now))
    kept_off = _days_in(preview, on_amazon, ("status", EXCLUDED), (first, now))
    sold = _sold(sales, skus)
    lost = pc.equal(part, "ineligible").to_numpy(zero_copy_only=False) & (on_sale > 0)
    won = pc.equal(part, "eligible").to_numpy(zero_copy_only=False) & (kept_off > 0)
    # What a listing sells in a day on sale, over all of them: the only measure for those that were not.
    total = float(on_sale.sum())
    each_day = [float(amounts.sum()) / total if total else 0.0 for amounts in sold]
    guessed = [np.round(kept_off * amount) for amount in each_day]
    parts = [
        _rows("lost", on_amazon, lost, on_sale, sold),
        _rows("won", on_amazon, won, kept_off, (guessed[0], guessed[1])),
        _new_rows(database, preview, first, now),
    ]
    return WhatIf(
        store=store,
        sentence=preview.sentence,
        days=(now - first) / DAY,
        asked=days,
        lost=_side(parts[0], preview.currency),
        won=_side(parts[1], preview.currency),
        new=_side(parts[2], preview.currency),
        table=pa.concat_tables(parts).append_column("currency", pa.repeat(preview.currency, sum(map(len, parts)))),
    )


def check_days(days: int, now: int) -> int:
    """Return when so many days up to now began, in milliseconds since 1970.

    Raises:
        UsageError: they are none, or too many.
    """
    if not 1 <= days <= LONGEST:
        raise UsageError(f"{days} days cannot be looked at.", f"Ask for 1 to {LONGEST:,} days.")
    return now - days * DAY


def _days_in(preview: Preview, rows: pa.Table, state: tuple[str, str], span: tuple[int, int]) -> Times:
    """Return for how many days of a span each listing was in a state, from how it is now and every change before.

    Arguments:
        rows: listings of the preview.
        state: a column of the tabs, and its value.
        span: first and last millisecond.
    """
    (field, value), (first, last) = state, span
    found = history.query(preview.database, _TIME, [value, value, first, preview.store, field, first])
    place = pc.index_in(one(rows["sku"]), value_set=one(found["sku"]))
    moved = pc.fill_null(one(found["ms"].cast(pa.int64())).take(place), 0).to_numpy(zero_copy_only=False)
    is_now = pc.fill_null(pc.equal(one(rows[field]), value), False).to_numpy(zero_copy_only=False)
    days: Times = np.clip(np.where(is_now, last - first, 0) + moved, 0, last - first) / DAY
    return days


def _sold(sales: pa.Table, skus: pa.Array) -> tuple[Times, Times]:
    """Return units and revenue of each listing."""
    summed = sales.group_by("seller_sku").aggregate([("units", "sum"), ("revenue", "sum")])
    place = pc.index_in(skus, value_set=one(summed["seller_sku"]))
    units, revenue = (
        pc.fill_null(one(summed[name]).take(place).cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
        for name in ("units_sum", "revenue_sum")
    )
    return units, revenue


def _rows(
    effect: str, on_amazon: pa.Table, chosen: npt.NDArray[np.bool_], days: Times, sold: tuple[Times, Times]
) -> pa.Table:
    rows = on_amazon.filter(pa.array(chosen))
    units, revenue = (pa.array(np.round(amount[chosen]).astype(np.int64)) for amount in sold)
    return _table(effect, rows, pa.array(days[chosen]), units, revenue)


def _new_rows(database: Database, preview: Preview, first: int, now: int) -> pa.Table:
    """Return the products that would be new, with the days since they came or since the span began."""
    rows = preview.table.filter(pc.equal(preview.table["change"], COMES)).combine_chunks()
    came = history.query(database, _CAME, [first])
    place = pc.index_in(one(rows["product_sku"]), value_set=one(came["sku"]))
    since = pc.fill_null(one(came["at"].cast(pa.int64())).take(place), first)
    days = pc.divide(pc.subtract(pa.scalar(now), since).cast(pa.float64()), float(DAY))
    nothing = pa.nulls(rows.num_rows, pa.int64())
    return _table("new", rows, days, nothing, nothing)


def _table(effect: str, rows: pa.Table, days: pa.Array, units: pa.Array, revenue: pa.Array) -> pa.Table:
    return pa.table(
        {
            "effect": pa.repeat(effect, rows.num_rows),
            "sku": one(rows["sku"]),
            "product_sku": one(rows["product_sku"]),
            "listing_days": days,
            "units": units,
            "revenue": revenue,
        }
    )


def _side(rows: pa.Table, currency: str) -> Side:
    days, units, revenue = (pc.sum(rows[name]).as_py() or 0 for name in ("listing_days", "units", "revenue"))
    return Side(rows.num_rows, float(days), int(units), int(revenue), currency)
