"""What would have to be otherwise for a listing to be in another tab? Tried out on the decision table itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from channelkit.listings.classify import choose
from channelkit.listings.sentences import write_chosen
from channelkit.listings.situation import look
from channelkit.listings.tabs import ACTIVE, READY
from channelkit.listings.terms import LAID_PRICE, PRICE_NOTE, Terms, decide_terms

AN_ASIN = "B000000000"
PRICED = {LAID_PRICE: 100, PRICE_NOTE: None}
"""A price above zero, whatever it comes from."""

_COLUMNS: dict[str, pa.DataType] = {
    **{name: pa.string() for name in ("wish_listed", "wish_listed_by", "wish_asin", "wish_condition")},
    **{"wish_listed_at": pa.int64(), "wish_price": pa.int64(), "elder_tab": pa.string()},
    **{LAID_PRICE: pa.int64(), PRICE_NOTE: pa.string()},
    **{"excluded": pa.bool_(), "sku_taken": pa.bool_(), "alias": pa.bool_(), "several_asins": pa.bool_()},
    **{name: pa.string() for name in ("lacking", "sale_starts", "sale_ends")},
    "parent_asin": pa.bool_(),
}


@dataclass(frozen=True)
class Edit:
    """One thing that could be otherwise: in words, and the facts that it would change."""

    words: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a decision puts it."""

    tab: str
    status: str
    is_best: bool

    @property
    def words(self) -> str:
        if not self.tab:
            return "in no tab"
        if self.is_best and self.tab == READY:
            return "Ready to List, and published by the next cycle,"
        return self.tab if self.status in ("", self.tab) else f"{self.tab} ({self.status})"


def find_moves(subject: pa.Table, terms: Terms, pending: pa.Table, now_ms: int) -> list[str]:
    """Return the smallest changes that would bring one subject on sale, else out of its tab, as sentences.

    What is on sale, or about to be, is told what would end that.

    Arguments:
        subject: one row of what `channelkit.listings.subjects.gather` gave, with what
            `channelkit.listings.wishes.lay_wishes` and `channelkit.listings.sharing.lay_elders` laid over it.
    """
    for name, kind in _COLUMNS.items():
        if name not in subject.column_names:
            subject = subject.append_column(name, pa.nulls(1, kind))

    def places(sets: Sequence[Sequence[Edit]]) -> list[Place]:
        return _try(subject, sets, terms, pending, now_ms)

    row = subject.to_pylist()[0]
    here = places([()])[0]
    edits = _breaking(row, terms, now_ms) if here.is_best else _mending(row, terms, now_ms)
    if not edits:
        return []
    found = places([(edit,) for edit in edits])
    moved = [(edit, place) for edit, place in zip(edits, found, strict=True) if _differ(place, here)]
    if here.is_best:
        return [_sentence([edit], place) for edit, place in moved]
    best = [(edit, place) for edit, place in moved if place.is_best]
    if best:
        return [_sentence([edit], place) for edit, place in best]
    needed = _smallest(edits, places)
    if needed:
        return [_sentence(needed, places([needed])[0])]
    return [_sentence([edit], place) for edit, place in moved[:1]]


def _smallest(edits: list[Edit], places: Callable[[Sequence[Sequence[Edit]]], list[Place]]) -> list[Edit]:
    """Return edits of which none can be left out, and which together bring it on sale; none where nothing does."""
    needed = list(edits)
    if not places([needed])[0].is_best:
        return []
    for edit in edits:
        fewer = [other for other in needed if other is not edit]
        if places([fewer])[0].is_best:
            needed = fewer
    return needed


def _try(
    subject: pa.Table, sets: Sequence[Sequence[Edit]], terms: Terms, pending: pa.Table, now_ms: int
) -> list[Place]:
    """Return where the subject would be with each set of edits; all are decided at once."""
    row = subject.to_pylist()[0]
    rows = [row | {name: value for edit in edits for name, value in edit.facts.items()} for edits in sets]
    decided = decide_terms(pa.Table.from_pylist(rows, schema=subject.schema), terms)
    see, subjects = look(decided, terms, pending, now_ms)
    table, choice = choose(see, terms)
    statuses = write_chosen([each.status for each in table], choice, subjects, terms.digits).to_pylist()
    chosen = [table[place] for place in choice]
    return [
        Place(each.tab, status, each.tab == ACTIVE or (each.tab == READY and each.lists is True))
        for each, status in zip(chosen, statuses, strict=True)
    ]


def _differ(one: Place, other: Place) -> bool:
    return (one.tab, one.status, one.is_best) != (other.tab, other.status, other.is_best)


def _mending(row: dict[str, Any], terms: Terms, now_ms: int) -> list[Edit]:
    """Return what could be mended, the last resorts first: those are left out first where others suffice."""
    enough, product = max(terms.threshold, 1), f"product {row['product_sku']}"
    is_open = bool(row["issues"]) or row["buyable"] is not True or row["status"] == "Incomplete"
    cleared = Edit("Amazon cleared its complaints and sold it", {"issues": None, "buyable": True, "status": "Active"})
    shown = {"missing_since": None, "missing_last": None}
    assigned = {
        **{"product_sku": "?", "product_type": "simple", "product_enabled": True, **PRICED},
        **{"on_website": True, "salable": enough, "in_stock": True, "excluded": False},
    }
    published = {"wish_listed": "yes", "wish_listed_at": now_ms, "wish_listed_by": "A person"}
    asin = {"wish_asin": AN_ASIN}
    candidates = [
        (row["listed"] and row["missing_since"] is not None, Edit("Amazon showed it again", shown)),
        (True, Edit("a person published it", published)),
        (True, Edit("it had a price of its own on Amazon (an override)", {"wish_price": 100, **PRICED})),
        (row["product_sku"] is None, Edit("a product were assigned to it", assigned)),
        (row["listed"] and is_open, cleared),
        (True, Edit("a condition were chosen for it", {"wish_condition": "new_new"})),
        (not row["listed"], Edit("its ASIN were chosen", asin)),
        (row["sku_taken"], Edit("it had a seller SKU of its own", {"sku_taken": False})),
        (row["lacking"], Edit(f"the product had {row['lacking']}", {"lacking": None})),
        (True, Edit(f"{product} had a price above zero in Commerce", {"product_price": "1", **PRICED})),
        (row["sale_ends"], Edit(f"its last day of sale ({row['sale_ends']}) were later", {"sale_ends": None})),
        (row["sale_starts"], Edit(f"its first day of sale ({row['sale_starts']}) came", {"sale_starts": None})),
        (True, Edit(_stock_words(row, enough), {"salable": enough, "in_stock": True})),
        (True, Edit(f"{product} were enabled", {"product_enabled": True})),
        (True, Edit(f"{product} were on the store's website", {"on_website": True})),
        (row["product_gone_since"], Edit(f"{product} were in Commerce again", {"product_gone_since": None})),
        (row["excluded"], Edit(f"the listing rules admitted {product}", {"excluded": False})),
        (
            row["product_type"] is not None,
            Edit("it were linked to a simple product", {"product_type": "simple"}),
        ),
        (row["elder_tab"], Edit(f"store {row.get('elder_store')} could sell it", {"elder_tab": ACTIVE})),
    ]
    return [edit for applies, edit in candidates if applies]


def _breaking(row: dict[str, Any], terms: Terms, now_ms: int) -> list[Edit]:
    """Return what would take it off sale."""
    ended = {"wish_listed": "no", "wish_listed_at": now_ms, "wish_listed_by": "A person"}
    few = max(terms.threshold - 1, 0)
    return [
        Edit(f"Commerce could sell {few + _held(row) or 'none'} of it (now {_said(row)})", {"salable": few}),
        Edit(f"product {row['product_sku']} were disabled", {"product_enabled": False}),
        Edit("a person ended it", ended),
    ]


def _stock_words(row: dict[str, Any], enough: int) -> str:
    return f"Commerce could sell at least {enough + _held(row)} of it (now {_said(row)})"


def _held(row: dict[str, Any]) -> int:
    """Return the units that are held for orders on Amazon: so many more Commerce has to have."""
    return max(0, row.get("held") or 0)


def _said(row: dict[str, Any]) -> str:
    value = row.get("salable_before") if _held(row) else row["salable"]
    return "unknown" if value is None else str(value)


def _sentence(edits: Sequence[Edit], place: Place) -> str:
    words = [edit.words for edit in reversed(edits)]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"It would be {place.words} if {listed}."
