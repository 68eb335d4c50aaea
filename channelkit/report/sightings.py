"""What the history has seen of one SKU, in a person's words: the listing, its product, its stock, and its tabs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from channelkit.database import history
from channelkit.database.connection import Database
from channelkit.database.stories import Ask
from channelkit.report.subject import Subject
from channelkit.report.wording import condition_words, count, money

AMAZON, COMMERCE, CHANNELKIT, PEOPLE = "Amazon", "Commerce", "channelkit", "people"
SIDES = (AMAZON, COMMERCE, CHANNELKIT, PEOPLE)
"""Whose doing an event is."""


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Arguments:
        at: milliseconds since 1970.
        side: one of `SIDES`.
        what: what it concerns.
        before, after: how it was and how it is, for a person; None where there is nothing.
        because: why, in a sentence; empty where nobody said.
        by: the person, or the system whose doing it is.
        outcome: of a change of ours, how far it came and how long that took.
        state: of a change of ours, its state in the journal.
    """

    at: int
    side: str
    what: str
    before: str | None
    after: str | None
    because: str = ""
    by: str = ""
    outcome: str = ""
    state: str = ""


_QUERY = """
select epoch_ms(seen_at) as at, store, subject, field, before, after, run from history
where sku in (?, ?) and (
  (sku = ? and store = ? and subject in ('listing', 'tab'))
  or (sku = ? and ((store = ? and subject = 'unlisted') or (store = ? and subject = 'stock')
    or (subject = 'product' and (store = '' or ? or store = ?)))))
order by seen_at desc, place desc limit ?
"""

_LABELS = {
    ("listing", "asin"): "ASIN",
    ("listing", "price"): "Price on Amazon",
    ("listing", "quantity"): "Quantity on Amazon",
    ("listing", "title"): "Title on Amazon",
    ("listing", "fulfillment_channel"): "Fulfilled by",
    ("listing", "condition"): "Condition on Amazon",
    ("listing", "status"): "Amazon's status",
    ("listing", "buyable"): "Can be bought",
    ("listing", "discoverable"): "Found in Amazon's search",
    ("listing", "handling_days"): "Handling days on Amazon",
    ("product", "name"): "Name in Commerce",
    ("product", "enabled"): "Enabled in Commerce",
    ("product", "price"): "Price in Commerce",
    ("product", "seller_sku"): "Seller SKU in Commerce",
    ("stock", "salable"): "Can be sold",
    ("stock", "in_stock"): "In stock",
    ("tab", "tab"): "Tab",
    ("tab", "status"): "Status",
    ("tab", "product_sku"): "Product",
    ("tab", "method"): "Linked by",
}
_FIRST = {"listing": "First seen on Amazon", "product": "First seen in Commerce", "stock": "Stock first read"}
_GONE = {
    "product": "Gone from Commerce",
    "tab": "No longer sorted",
    "unlisted": "No longer a product without a listing",
}


def read_sightings(
    database: Database, subject: Subject, limit: int, store_view: str | None = None, *, ask: Ask | None = None
) -> tuple[list[Event], bool]:
    """Return what was seen to change, the newest first, and whether older changes were left out.

    Arguments:
        limit: rows of the history that are read at the most.
        store_view: code of the store view whose own values are told; None tells those of all.
        ask: answers questions about the history of this SKU among others, see `channelkit.database.stories`.
    """
    seller, product = subject.sku if subject.listed else "", subject.product_sku or ""
    every_view = store_view is None
    parameters: list[object] = [seller, product, seller, subject.store, product, subject.store, subject.website]
    parameters += [every_view, store_view or "", limit + 1]
    told = history.query(database, _QUERY, parameters) if ask is None else ask(_QUERY, parameters)
    found = told.to_pylist()
    is_more, found = len(found) > limit, found[:limit]
    oldest = {(row["subject"], row["store"]): number for number, row in enumerate(found)}
    events: list[Event] = []
    for (at, about, store, _run), group in groupby(
        enumerate(found), lambda pair: tuple(pair[1][name] for name in ("at", "subject", "store", "run"))
    ):
        numbered = list(group)
        is_first = not is_more and numbered[-1][0] == oldest[about, store]
        rows = {row["field"]: row for _, row in reversed(numbered)}
        events += _tell(at, about, store, rows, subject.currency, is_first=is_first)
    return _joined(events), is_more


def _joined(events: list[Event]) -> list[Event]:
    """Make one move of a product's tab that went and a listing's that came at the same time, or the other way round."""
    went = {event.at: event for event in events if event.what in (_GONE["tab"], _GONE["unlisted"])}
    came = {event.at for event in events if event.what == "Tab" and event.before is None}
    joined = []
    for event in events:
        if event.at in came and event is went.get(event.at):
            continue
        is_move = event.what == "Tab" and event.before is None and event.at in went
        joined.append(replace(event, before=went[event.at].before) if is_move else event)
    return joined


def _tell(
    at: int, about: str, store: str, rows: Mapping[str, Mapping[str, Any]], currency: str, *, is_first: bool
) -> Iterator[Event]:
    """Tell what one look saw of one thing; a tab with its status, and a product with its method, are one event."""
    side = {"listing": AMAZON, "tab": CHANNELKIT, "unlisted": CHANNELKIT}.get(about, COMMERCE)

    def event(what: str, before: str | None, after: str | None) -> Event:
        return Event(at, side, what, before, after, by=side)

    def both(first: str, second: str, which: str) -> str | None:
        values = [rows[name][which] for name in (first, second) if name in rows]
        told = [str(value) for value in values if value]
        return f"{told[0]} ({told[1].replace('_', ' ')})" if len(set(told)) == 2 else told[0] if told else None

    left = dict(rows)
    going = left.pop("exists", None)
    if going is not None and going["after"] is None:
        yield event(_GONE.get(about, "Gone"), both("tab", "status", "before"), None)
        return
    if going is not None and not left:
        yield event(_FIRST.get(about, "First seen"), None, None)
        return
    if about in ("tab", "unlisted"):
        if "tab" in left:
            yield event("Tab", both("tab", "status", "before"), both("tab", "status", "after"))
            left = {name: row for name, row in left.items() if name not in ("tab", "status")}
        if "product_sku" in left:
            yield event("Product", both("product_sku", "method", "before"), both("product_sku", "method", "after"))
            left = {name: row for name, row in left.items() if name not in ("product_sku", "method")}
    if "salable" in left:
        # That it is in stock follows from how many there are.
        left.pop("in_stock", None)
    for field, row in left.items():
        label = _LABELS.get((about, field)) or _LABELS.get(("tab", field)) or field.replace("_", " ")
        label = label if field not in _CODES else f"{_CODES[field]} in Commerce" if about == "product" else label
        if about == "product" and store:
            label = f"{label}, store view {store}"
        elif is_first and row["before"] is None and about in _FIRST:
            label = _FIRST[about]
        yield event(label, *(_words(about, field, row[name], currency) for name in ("before", "after")))


_CODES = {name: name.upper() for name in ("asin", "upc", "ean", "isbn", "gtin", "gcid")}
_FLAGS = {"true": "yes", "false": "no"}


def _words(about: str, field: str, value: str | None, currency: str) -> str | None:
    if value is None or value == "":
        return None
    if field == "price":
        return money(int(value), currency) if about == "listing" else plain_amount(value)
    if field in ("quantity", "salable"):
        return count(int(value))
    if field == "fulfillment_channel":
        return "Amazon" if value.startswith("AMAZON") else "the merchant"
    if field == "condition":
        return condition_words(value)
    return _FLAGS.get(value, value) if field in _IS_FLAG else value


_IS_FLAG = frozenset(("buyable", "discoverable", "enabled", "in_stock"))


def plain_amount(amount: str) -> str:
    """Return a price of Commerce's without the decimals that say nothing.

    >>> plain_amount("19.990000"), plain_amount("20.000000"), plain_amount("0.125000")
    ('19.99', '20.00', '0.125')
    """
    whole, _, decimals = amount.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
