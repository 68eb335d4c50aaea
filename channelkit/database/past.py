"""How it stood before: the history, undone change by change from what stands there now.

The history tells of a new row only its first column and of a row that stays only what changed, so a moment cannot be
read from it alone. What stands there now, with every later change undone, is that moment. The facts are read before the
history: a change that is kept in between is then undone although the facts do not have it, which changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database import history
from channelkit.database.connection import Database
from channelkit.model.columns import one

_LATER = """
with later as materialized (
  select subject, sku, field, before, after, place from history
  where store = ? and subject in ({subjects}) and field in ({fields}, 'exists')
    and seen_at > make_timestamptz(? * 1000)
),
went as (
  select subject, sku, min(place) as place from later where field = 'exists' and after is null group by subject, sku
)
"""
"""What changed later, and the rows that went: what came under the same name after that is another row."""

_WENT = f"{_LATER} select subject, sku from went"  # noqa: S608 - only question marks are filled in
_BEFORE = f"""{_LATER}
select subject, sku, field, arg_min_null(before, later.place) as before
from later left join went using (subject, sku)
where field != 'exists' and (went.place is null or later.place <= went.place)
group by subject, sku, field
"""  # noqa: S608 - only question marks are filled in
"""Of each thing, what stood there before the first of its later changes."""

_EXISTED = """
with began as (
  select subject, sku, arg_min_null(before, place) is not null as existed from history
  where store = ? and (subject, field) in ({firsts}) and seen_at > make_timestamptz(? * 1000) group by all
),
told as (
  select subject, sku from history semi join (from began where not existed) using (subject, sku)
  where store = ? and seen_at <= make_timestamptz(? * 1000)
  group by all having not arg_max(field = 'exists' and after is null, place)
)
select subject, sku, existed or told.sku is not null as existed from began left join told using (subject, sku)
"""
"""Whether a row was there: what came later began with nothing, what went later began with something. A first column
that is filled in later looks as if the row came only then, but then it was told of before."""

_BEGAN = "select epoch_ms(min(seen_at)) as began from history where store = ? and subject in ({subjects})"


class Undone:
    """What the later changes of a store have to be taken back to.

    ``began`` is since when the history tells of the store, in milliseconds since 1970; None while it tells nothing.

    Arguments:
        store: the store whose listings and decisions it is about.
        moment: milliseconds since 1970; changes after it are undone.
        firsts: for each subject of the history, the column whose first value is told of a new row.
        fields: the columns that are wanted.
    """

    def __init__(
        self, database: Database, store: str, moment: int, firsts: Mapping[str, str], fields: Sequence[str]
    ) -> None:
        marks = {"subjects": _marks(firsts), "fields": _marks(fields)}
        pairs = [pair for subject, first in firsts.items() for pair in ((subject, first), (subject, "exists"))]
        existed = _EXISTED.format(firsts=", ".join(["(?, ?)"] * len(pairs)))
        named = [word for pair in pairs for word in pair]
        with history.asking(database, own=True) as ask:
            self.began: int | None = ask(_BEGAN.format(**marks), [store, *firsts])["began"][0].as_py()
            self._existed = ask(existed, [store, *named, moment, store, moment])
            parameters = [store, *firsts, *fields, moment]
            self._before, self._went = (ask(sql.format(**marks), parameters) for sql in (_BEFORE, _WENT))

    def existing(self, subject: str, now: pa.Array) -> pa.Array:
        """Return the SKUs that were there.

        Arguments:
            now: the SKUs that are there now.
        """
        told = self._existed.filter(pc.equal(self._existed["subject"], subject))
        skus, was_there = one(told["sku"]), one(told["existed"])
        untouched = now.filter(pc.invert(pc.is_in(now, value_set=skus)))
        return pa.concat_arrays([untouched, skus.filter(was_there)])

    def column(self, subject: str, field: str, skus: pa.Array, now: pa.Array) -> pa.Array:
        """Return what a column held of these SKUs.

        Arguments:
            now: what it holds of them now, null of those that are gone.
        """
        told = self._before.filter(
            pc.and_(pc.equal(self._before["subject"], subject), pc.equal(self._before["field"], field))
        )
        # What went later held nothing that the history does not tell: it told what it held when it went.
        went = one(self._went.filter(pc.equal(self._went["subject"], subject))["sku"])
        if len(went):
            now = pc.if_else(pc.is_in(skus, value_set=went), pa.scalar(None, now.type), now)
        if not told.num_rows:
            return now
        place = pc.index_in(skus, value_set=one(told["sku"]))
        return pc.if_else(pc.is_valid(place), one(told["before"]).take(place).cast(now.type), now)


def _marks(values: Sequence[str] | Mapping[str, str]) -> str:
    return ", ".join("?" * len(values))
