"""What was done about one SKU: by channelkit's own changes, and by people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.listing_schema import decisions, rules
from channelkit.database.onboarding_schema import answers, asins, catalog_changes
from channelkit.database.schema import changes
from channelkit.model import changes as fields
from channelkit.model import decisions as kinds
from channelkit.report.change_words import change_value
from channelkit.report.sightings import CHANNELKIT, PEOPLE, Event
from channelkit.report.subject import Subject
from channelkit.report.wording import condition_words, duration, money

_CHANGES = {
    fields.PRICE: "Price for Amazon",
    fields.QUANTITY: "Quantity for Amazon",
    fields.PUBLISH: "Publish on Amazon",
    fields.END: "End on Amazon",
    fields.CONDITION: "Condition for Amazon",
    fields.NOTES: "Condition note for Amazon",
    fields.HANDLING: "Handling days for Amazon",
    fields.FULFILLMENT: "Fulfilment on Amazon",
    fields.BUSINESS: "Business price for Amazon",
    fields.SALE: "Sale on Amazon",
    fields.LIST_PRICE: "List price for Amazon",
}
_KINDS = {
    kinds.PRICE: "Price override",
    kinds.HANDLING: "Handling override",
    kinds.CONDITION: "Condition override",
    kinds.NOTES: "Notes override",
    kinds.FULFILLMENT: "Fulfilled by",
    kinds.ASIN: "Assigned ASIN",
    kinds.ALIAS: "Another listing of",
}
_LISTED = {kinds.YES: "Publish it", kinds.NO: "End it"}
_ANSWERS = {"yes": "It is this product", "no": "It is not this product", "skip": "Asked, and skipped"}
_STEPS = (("sent_at", "sent"), ("accepted_at", "accepted"), ("closed_at", ""))


def read_deeds(connection: Connection, subject: Subject, limit: int) -> list[Event]:
    """Return what channelkit and people did about a listing or product, the newest of each kind first.

    Arguments:
        limit: rows that are read of each table at the most.
    """
    store, product = subject.store, subject.product_sku or ""
    keys = sorted({subject.seller_sku, subject.sku})

    def read(table: sa.Table, order: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> list[Mapping[str, Any]]:
        query = sa.select(*table.c).where(*where).order_by(order.desc()).limit(limit)
        return [dict(row) for row in connection.execute(query).mappings()]

    of_store = changes.c.store == store, changes.c.seller_sku.in_(keys)
    told = [_tell_change(row, subject.currency) for row in read(changes, changes.c.id, *of_store)]
    of_product = catalog_changes.c.store == store, catalog_changes.c.sku == product
    told += [_tell_catalog_change(row) for row in read(catalog_changes, catalog_changes.c.id, *of_product)]
    by_people = decisions.c.store == store, decisions.c.seller_sku.in_(keys)
    for row in read(decisions, decisions.c.id, *by_people):
        told += _tell_decision(row, subject.currency)
    for row in read(answers, answers.c.id, answers.c.store == store, answers.c.seller_sku.in_(keys)):
        told += _tell_answer(row)
    for row in read(asins, asins.c.at, asins.c.store == store, asins.c.product_sku == product):
        told.append(Event(row["at"], PEOPLE, "ASIN chosen", None, row["asin"], by=row["by_whom"]))
    told += [_tell_rule(row) for row in read(rules, rules.c.id, rules.c.store == store)]
    return told


def tell_outcome(row: Mapping[str, Any]) -> str:
    """Return how far a change came and how long after the plan: what the journal knows of it.

    >>> tell_outcome({"state": "confirmed", "planned_at": 0, "sent_at": 2_000, "accepted_at": 3_000,
    ...               "closed_at": 125_000, "note": ""})
    'planned, sent after 2.0 s, accepted after 3.0 s, confirmed after 2 min 5 s'
    >>> tell_outcome({"state": "held", "planned_at": 0, "sent_at": None, "accepted_at": None, "closed_at": None,
    ...               "note": "The price would fall by 90 %."})
    'held for a person: The price would fall by 90 %.'
    """
    planned, words = row["planned_at"], ["planned"]
    for name, step in _STEPS:
        if row[name] is not None:
            words.append(f"{step or row['state']} after {duration((row[name] - planned) / 1000)}")
    told = ", ".join(words)
    if row["state"] == "held":
        told = "held for a person"
    elif row["state"] == "planned":
        told = "planned, not sent"
    return f"{told}: {row['note']}" if row["note"] else told


def _tell_change(row: Mapping[str, Any], currency: str) -> Event:
    return Event(
        at=row["planned_at"],
        side=CHANNELKIT,
        what=_CHANGES.get(row["field"], row["field"]),
        before=change_value(row, "before", currency),
        after=change_value(row, "after", currency),
        because=row["because"],
        by=row["ordered_by"] or CHANNELKIT,
        outcome=tell_outcome(row) + (", in a bulk submission" if row["feed"] else ""),
        state=row["state"],
    )


def _tell_catalog_change(row: Mapping[str, Any]) -> Event:
    what = f"{row['attribute']} for Commerce" if row["attribute"] else "New product for Commerce"
    place = "" if row["scope"] in ("", "all") else f", store view {row['scope']}"
    return Event(
        at=row["planned_at"],
        side=CHANNELKIT,
        what=what + place,
        before=row["before"],
        after=row["after"],
        because=row["because"],
        by=CHANNELKIT,
        outcome=tell_outcome(row),
        state=row["state"],
    )


def _tell_decision(row: Mapping[str, Any], currency: str) -> Iterator[Event]:
    kind, value, by = row["kind"], row["value"], row["by_whom"]
    if kind == kinds.LISTED:
        what, after = _LISTED.get(value, kind), None
    else:
        what = _KINDS.get(kind, kind) + (" removed" if value is None and kind in kinds.OVERRIDES else "")
        after = money(int(value), currency) if value is not None and kind == kinds.PRICE else value
        after = condition_words(after) if after and kind == kinds.CONDITION else after
    yield Event(row["at"], PEOPLE, what, None, after, by=by)
    if row["withdrawn_at"] is not None:
        yield Event(row["withdrawn_at"], PEOPLE, f"{what}: taken back", after, None, by=by)


def _tell_answer(row: Mapping[str, Any]) -> Iterator[Event]:
    what, because = _ANSWERS.get(row["answer"], row["answer"]), ""
    if row["probability"] is not None:
        because = f"It was thought {row['probability']:.0%} likely."
    yield Event(row["at"], PEOPLE, what, None, row["product_sku"], because, row["by_whom"])
    if row["withdrawn_at"] is not None:
        yield Event(row["withdrawn_at"], PEOPLE, f"{what}: taken back", row["product_sku"], None, by=row["by_whom"])


def _tell_rule(row: Mapping[str, Any]) -> Event:
    because = "It brings an earlier version back." if row["restores"] else ""
    return Event(row["made_at"], PEOPLE, "Listing rules of the store", None, row["name"], because, row["made_by"])
