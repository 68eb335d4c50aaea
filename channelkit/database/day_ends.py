"""How a store's listings stood at the end of each of many days, in one look at the history.

What stands there now, with all later changes undone, is the end of a day (`channelkit.database.past`). Between two days
on which nothing of a listing changed it counts the same, so a listing is looked at once for each day on which something
changed: it begins to count in one group and ceases to count in another, and each day's figures are the sum of what
began and ceased up to then. However many days are missing, the history is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database.standing import DECIDED, NOTHING, OFFERED, Kinds, Numbers, Standing, Words
from channelkit.model.columns import one
from channelkit.model.days import end_of, named, number_in_sql, number_of, shift

FIGURES = ("listings", "sold_out", "units", "priced", "prices", "featured", "compared")
GROUP = ("tab", "status", "brand", "category")

TOGETHER = 1_200_000
"""Changes that are looked at together, at about, so that a history of any length fits into memory."""

_DECIDED = ("tab", "status", "product_sku", "exists")
_FIELDS = {"product": "product_sku", "featured": "featured_seller"}
"""What the history calls a column, where it is otherwise."""

_BITS = {"tab": 6, "status": 20, "brand": 8, "category": 8}
"""A group is one whole number, with room for the day beside it."""

_CELLS = 2_000_000

_SQL = """
select subject, sku, field, least({day} - ?, ?) as day, arg_min_null(before, place) as before, min(place) as place,
  bool_or(field = 'exists' and after is null) as went
from (
  select subject, sku, field, before, after, place, epoch_ms(seen_at) as ms from history
  where store = ? and subject in ({subjects}) and field in ({fields}) and seen_at >= make_timestamptz(? * 1000)
    and sku >= ? and (? is null or sku < ?) and not (field = 'exists' and before is null and subject != 'listing')
)
group by all
"""
_COUNT = """
select count(*) as changes from history where store = ? and subject in ({subjects})
  and seen_at >= make_timestamptz(? * 1000)
"""
_FIRSTS = """
select sku, min(place) as place from history where store = ? and subject = 'listing' and field in ('asin', 'exists')
group by sku having count(*) > 1
"""
"""Listings that had no ASIN for a while: only the first that was told of them is their coming."""

Ask = Callable[[str, Sequence[Any]], pa.Table]


@dataclass
class DayEnds:
    """The figures of a store at the end of each day from one to another.

    Arguments:
        since_day, until_day: the first and the last day; the last is over.
        zone: the marketplace's.
    """

    store: str
    since_day: str
    until_day: str
    zone: str
    kinds: Kinds
    words: dict[str, Words]
    _codes: list[Numbers] = field(default_factory=list)
    _sums: list[Numbers] = field(default_factory=list)

    @property
    def days(self) -> int:
        return number_of(self.until_day) - number_of(self.since_day) + 1

    def add(self, standing: Standing, ask: Ask) -> None:
        """Add one side of the store.

        Arguments:
            ask: answers questions about the history, see `channelkit.database.history.asking`.
        """
        began = np.zeros(len(standing.skus), np.int64)
        firsts = ask(_FIRSTS, [self.store]) if standing.listed else None
        count = ask(_COUNT.format(subjects=_subjects(standing)), [self.store, end_of(self.since_day, self.zone)])
        pieces = 1 + count["changes"][0].as_py() // TOGETHER
        edges = pc.sort_indices(standing.skus)[:: 1 + len(standing.skus) // pieces]
        lows = ["", *standing.skus.take(edges[1:]).to_pylist()]
        for low, high in zip(lows, [*lows[1:], None], strict=True):
            changes = self._read(standing, ask, low, high)
            if not changes.num_rows:
                continue
            skus = one(changes["sku"])
            known = pc.is_in(skus, value_set=standing.skus)
            gone = pc.unique(skus.filter(pc.invert(known)))
            standing.add(gone)
            began = np.concatenate([began, np.zeros(len(gone), np.int64)])
            self._undo(standing, changes, began, firsts)
        self._count(standing.columns, began, 1)
        self._shrink()

    def add_now(self, standing: Standing) -> None:
        """Add one side of the store as it stands now, as if nothing had changed since the first day."""
        self._count(standing.columns, np.zeros(len(standing.skus), np.int64), 1)

    def batches(self) -> Iterator[pa.Table]:
        """Yield the rows of ``daily_tabs``."""
        self._shrink()
        if not self._codes or not len(self._codes[0]):
            return
        groups, starts = np.unique(self._codes[0] // self._width, return_index=True)
        ends = np.append(starts[1:], len(self._codes[0]))
        step = max(1, _CELLS // self.days)
        for first in range(0, len(groups), step):
            chosen = slice(starts[first], ends[min(first + step, len(groups)) - 1])
            yield self._table(groups[first : first + step], self._codes[0][chosen], self._sums[0][:, chosen])

    @property
    def _width(self) -> int:
        return self.days + 1

    def _read(self, standing: Standing, ask: Ask, low: str, high: str | None) -> pa.Table:
        first = number_of(self.since_day)
        # A change of today, or one that was seen before its day was over and kept after it, undoes the last day, too.
        day = number_in_sql("ms", self.since_day, shift(self.until_day, 2), self.zone)
        fields = _DECIDED if not standing.listed else (*_DECIDED, "price", "quantity", "asin", "featured_seller")
        named_fields = ", ".join(f"'{name}'" for name in fields)
        sql = _SQL.format(day=day, subjects=_subjects(standing), fields=named_fields)
        since = end_of(self.since_day, self.zone)
        return ask(sql, [first, self.days, self.store, since, low, high, high])

    def _undo(self, standing: Standing, changes: pa.Table, began: Numbers, firsts: pa.Table | None) -> None:
        """Count how each of these listings stood before each of its days of changes; say when its last one was."""
        width = self._width
        keys = pc.index_in(one(changes["sku"]), value_set=standing.skus).cast(pa.int64()).to_numpy()
        codes, inverse = np.unique(keys * width + one(changes["day"]).to_numpy(), return_inverse=True)
        key, day = codes // width, codes % width
        place = one(changes["place"]).to_numpy()
        subject, changed, before = (one(changes[name]) for name in ("subject", "field", "before"))
        is_listing = _is(subject, "listing")
        went = one(changes["went"]).to_numpy(zero_copy_only=False) & ~is_listing
        states = {}
        for name in standing.columns:
            column = _FIELDS.get(name, name)
            if name == "there" and firsts is not None:
                told = (_is(changed, "asin") | _is(changed, "exists")) & is_listing & _is_coming(changes, firsts)
            else:
                told = _is(changed, column) & (is_listing == (name in OFFERED))
            later = _Later(len(codes))
            later.tell(inverse[told], place[told], self._numbers(name, before.filter(pa.array(told))))
            if name in DECIDED:
                # What went held nothing that was not told, and what came later under its name is another row.
                later.tell(inverse[went], place[went], np.full(int(went.sum()), NOTHING, np.int64))
            states[name] = later.settle(key, standing.columns[name])
        is_first = np.append(True, key[1:] != key[:-1])
        since = np.where(is_first, 0, np.append(0, day[:-1]))
        self._count(states, since, 1)
        self._count(states, day, -1)
        np.maximum.at(began, key, day)

    def _numbers(self, name: str, before: pa.Array) -> Numbers:
        if name in self.words:
            return self.words[name].number(before)
        if name == "product":
            return self.kinds.number(before)
        if name == "there":
            return np.full(len(before), NOTHING, np.int64)
        if name == "featured":
            return np.where(_is(before, "yes"), 1, np.where(_is(before, "no"), 0, NOTHING))
        found: Numbers = pc.fill_null(before.cast(pa.int64()), NOTHING).to_numpy(zero_copy_only=False)
        return found

    def _count(self, states: dict[str, Numbers], since: Numbers, sign: int) -> None:
        """Let states begin to count on a day, or cease to."""
        inside = (states["tab"] != NOTHING) & (since < self.days)
        states, since = {name: column[inside] for name, column in states.items()}, since[inside]
        if not len(since):
            return
        product = states["product"]
        numbers = {
            "tab": states["tab"],
            "status": np.maximum(states["status"], 0),
            "brand": self.kinds.brand[product],
            "category": self.kinds.category[product],
        }
        group = np.zeros(len(since), np.int64)
        for name in GROUP:
            group = (group << _BITS[name]) | numbers[name]
        sums = np.zeros((len(FIGURES), len(since)), np.int64)
        sums[0] = 1
        if "there" in states:
            there, price, quantity = (states[name] for name in ("there", "price", "quantity"))
            sums[1] = (there > 0) & (quantity == 0)
            sums[2] = np.where((there > 0) & (quantity > 0), quantity, 0)
            sums[3] = (there > 0) & (price >= 0)
            sums[4] = np.where(sums[3] > 0, price, 0)
        if "featured" in states and "there" in states:
            sums[5], sums[6] = (there > 0) & (states["featured"] == 1), (there > 0) & (states["featured"] >= 0)
        codes, added = _sum(group * self._width + since, sums * sign)
        self._codes.append(codes)
        self._sums.append(added)

    def _shrink(self) -> None:
        if len(self._codes) > 1:
            codes, sums = _sum(np.concatenate(self._codes), np.concatenate(self._sums, axis=1))
            self._codes, self._sums = [codes], [sums]

    def _table(self, groups: Numbers, codes: Numbers, sums: Numbers) -> pa.Table:
        days = self.days
        dense = np.zeros((len(FIGURES), len(groups), days), np.int64)
        dense[:, np.searchsorted(groups, codes // self._width), codes % self._width] = sums
        dense = np.cumsum(dense, axis=2)
        place, day = np.nonzero(dense[0])
        texts = {"brand": self.kinds.brands, "category": self.kinds.categories}
        texts |= {name: words.texts for name, words in self.words.items()}
        columns = {"store": pa.repeat(self.store, len(place))}
        names = [named(number_of(self.since_day) + number) for number in range(days)]
        columns["day"] = pa.array(names, pa.string()).take(pa.array(day))
        left = groups
        columns |= dict.fromkeys(GROUP)
        for name in reversed(GROUP):
            numbers = (left & ((1 << _BITS[name]) - 1))[place]
            columns[name] = pa.array(texts[name], pa.string()).take(pa.array(numbers))
            left = left >> _BITS[name]
        columns |= {name: pa.array(dense[number, place, day]) for number, name in enumerate(FIGURES)}
        return pa.table(columns)


class _Later:
    """Of each listing and day of changes, what a column held before the first of its changes from that day on."""

    def __init__(self, count: int) -> None:
        self._place = np.full(count, np.iinfo(np.int64).max, np.int64)
        self._value = np.full(count, NOTHING, np.int64)

    def tell(self, where: Numbers, place: Numbers, value: Numbers) -> None:
        """Take what was told, where nothing was told that was kept before it."""
        is_first = place < self._place[where]
        self._place[where[is_first]] = place[is_first]
        self._value[where[is_first]] = value[is_first]

    def settle(self, key: Numbers, now: Numbers) -> Numbers:
        """Return the values; where nothing changes any more, those of now.

        Arguments:
            key: place of each row's listing, ascending.
            now: a value for each listing.
        """
        told = np.flatnonzero(self._place < np.iinfo(np.int64).max)
        order = told[np.argsort(self._place[told])]
        width = len(order) + 1
        ranks = np.full(len(key), width - 1, np.int64)
        ranks[order] = np.arange(len(order))
        # From the end on the smallest; a listing's numbers are all below those of the next.
        ranks = np.minimum.accumulate((key * width + ranks)[::-1])[::-1] - key * width
        values: Numbers = np.append(self._value[order], NOTHING)[ranks]
        return np.where(ranks < width - 1, values, now[key])


def _subjects(standing: Standing) -> str:
    """Return in SQL what the history calls a side of the store."""
    return "'tab', 'listing', 'competition'" if standing.listed else "'unlisted'"


def _is_coming(changes: pa.Table, firsts: pa.Table) -> npt.NDArray[np.bool_]:
    """Return which changes of an ASIN, or of whether a listing exists, tell that it came."""
    found = pc.index_in(one(changes["sku"]), value_set=one(firsts["sku"]))
    first = pc.fill_null(one(firsts["place"]).take(found), one(changes["place"]))
    is_first = pc.equal(first, one(changes["place"])).to_numpy(zero_copy_only=False)
    coming: npt.NDArray[np.bool_] = is_first & pc.is_null(one(changes["before"])).to_numpy(zero_copy_only=False)
    return coming


def _is(column: pa.Array, word: str) -> npt.NDArray[np.bool_]:
    equal: npt.NDArray[np.bool_] = pc.fill_null(pc.equal(column, word), False).to_numpy(zero_copy_only=False)
    return equal


def _sum(codes: Numbers, sums: Numbers) -> tuple[Numbers, Numbers]:
    """Return each code once, in order, with the sums of its columns."""
    order = np.argsort(codes, kind="stable")
    codes, sums = codes[order], sums[:, order]
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    return codes[starts], np.add.reduceat(sums, starts, axis=1)
