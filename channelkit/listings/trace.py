"""Why is it where it is? The rows of the decision table that were asked, the facts, and what would move it (AC-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from channelkit.listings.dated_facts import DatedFact, date_facts
from channelkit.listings.decision import listing_rows, product_rows
from channelkit.listings.freshness import Freshness
from channelkit.listings.moves import find_moves
from channelkit.listings.sentences import write_sentences
from channelkit.listings.sharing import lay_elders
from channelkit.listings.situation import look
from channelkit.listings.tabs import NO_TAB, Row
from channelkit.listings.terms import Terms, decide_terms
from channelkit.listings.wishes import lay_wishes

ON_AMAZON, IN_COMMERCE = "listings", "products"
"""The two decision tables: of what is on Amazon, and of what could be."""


@dataclass(frozen=True)
class Trace:
    """How one listing, or one product that could be one, came to its tab.

    Arguments:
        table: which decision table was asked: `ON_AMAZON` or `IN_COMMERCE`.
        row: the first row that held: its number, and its condition in words.
        tab, status, reason, next_step: what followed; an empty tab is none.
        facts: what it is, what it says, and when that was read (milliseconds).
        rows: number, condition and whether it holds, of each row that was asked, in order.
        moves: the smallest changes that would move it, in sentences.
    """

    table: str
    row: tuple[int, str]
    tab: str
    status: str
    reason: str
    next_step: str
    facts: list[DatedFact]
    rows: list[tuple[int, str, bool]]
    moves: list[str]


def trace(
    subjects: pa.Table,
    terms: Terms,
    pending: pa.Table,
    now_ms: int,
    *,
    decisions: pa.Table | None = None,
    elders: pa.Table | None = None,
    freshness: Freshness | None = None,
    refused: pa.Table | None = None,
) -> Trace:
    """Return how one subject is decided; nothing is kept and nothing is wanted.

    Arguments:
        subjects: one row of what `channelkit.listings.subjects.gather` gave.
        pending: changes that are on their way, columns of `channelkit.model.changes.OPEN_CHANGES`.
        decisions, elders: as for `channelkit.listings.terms.decide_terms`.
        freshness: when both sides were read.
        refused: ``seller_sku, field, note`` of changes that Amazon refused lately.

    Raises:
        ValueError: there is not exactly one row.
    """
    if subjects.num_rows != 1:
        raise ValueError(f"one subject is traced at a time, not {subjects.num_rows}")
    if "seller_sku" not in subjects.column_names:
        subjects = subjects.append_column("seller_sku", subjects["sku"])
    laid = lay_elders(lay_wishes(subjects, decisions), elders)
    see, seen = look(decide_terms(laid, terms), terms, pending, now_ms, refused=refused)
    is_new = bool(see.goes_by_product[0])
    table = product_rows(see, terms) if is_new else listing_rows(see, terms)
    place = next(number for number, row in enumerate(table) if row.when[0])
    held = table[place]
    words = {
        name: write_sentences(getattr(held, name), seen, terms.digits)[0].as_py()
        for name in ("status", "reason", "next_step")
    }
    if held.tab == NO_TAB:
        words["reason"] = f"It is in no tab: {held.condition}."
    return Trace(
        table=IN_COMMERCE if is_new else ON_AMAZON,
        row=(held.number, held.condition),
        tab=held.tab,
        **words,
        facts=date_facts(seen, terms, freshness or Freshness(), decisions, pending),
        rows=_asked(table[: place + 1]),
        moves=find_moves(laid, terms, pending, now_ms),
    )


def _asked(rows: Sequence[Row]) -> list[tuple[int, str, bool]]:
    """Return the rows of a decision table that were asked, of which the last holds; those with equal words are one."""
    held = rows[-1]
    first = next(number for number, row in enumerate(rows) if _words(row) == _words(held))
    before = dict.fromkeys(_words(row) for row in rows[:first])
    return [*((*words, False) for words in before), (*_words(held), True)]


def _words(row: Row) -> tuple[int, str]:
    return row.number, row.condition
