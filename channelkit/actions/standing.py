"""How things stand with the listings that an action is about: tab, what may be done, what people decided before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from channelkit.cycle import Cycle
from channelkit.database import journal
from channelkit.database.decisions import load_decisions
from channelkit.database.listings import load
from channelkit.model.changes import END
from channelkit.outcome import Decision

_ROW = ("listed", "sku", "seller_sku", "asin", "product_sku", "tab", "status", "reason", "actions", "decided_by")
_LISTING = ("seller_sku", "asin", "condition", "fulfillment_channel")


@dataclass(frozen=True)
class Subject:
    """One listing, or one product that could be one.

    Arguments:
        said: what people decided about it and holds, by kind; None where an override was removed.
        condition: in Amazon's words; empty where it is not on Amazon.
        is_ending: Amazon was told to end it and has not done so yet.
    """

    listed: bool
    sku: str
    seller_sku: str
    asin: str
    product_sku: str
    tab: str
    status: str
    reason: str
    actions: frozenset[str]
    decided_by: str
    said: Mapping[str, str | None]
    condition: str
    by_amazon: bool
    is_ending: bool

    def allows(self, words: Iterable[str]) -> bool:
        """Tell whether the tab allows any of these actions."""
        return not self.actions.isdisjoint(words)


@dataclass(frozen=True)
class Standing:
    """What was decided just now about some SKUs, and each of them.

    Arguments:
        by_sku: each subject under its seller SKU and under its product's SKU; a listing goes before a product.
        unknown: SKUs that the store knows neither way.
    """

    decision: Decision
    by_sku: Mapping[str, Subject]
    unknown: tuple[str, ...]


def look(cycle: Cycle, skus: Sequence[str]) -> Standing:
    """Return how things stand with some seller SKUs, and SKUs of products without a listing."""
    wanted = list(dict.fromkeys(skus))
    decision = cycle.decide(only=wanted)
    rows = decision.tabs.select(_ROW).to_pylist()
    seller_skus = list(dict.fromkeys(row["seller_sku"] for row in rows))
    with cycle.database.read() as connection:
        said = _said(connection, cycle.store.name, seller_skus)
        shown = {
            row["seller_sku"]: row for row in load(connection, cycle.store.name, _LISTING, seller_skus).to_pylist()
        }
        waiting = journal.open_changes(connection, cycle.store.name).select(["seller_sku", "field"]).to_pylist()
    ending = {row["seller_sku"] for row in waiting if row["field"] == END}
    by_sku: dict[str, Subject] = {}
    for row in sorted(rows, key=lambda row: not row["listed"]):
        sku = row["seller_sku"]
        its = shown.get(sku, {}) if row["listed"] else {}
        texts = {name: row[name] or "" for name in _ROW if name not in ("listed", "actions")}
        subject = Subject(
            listed=row["listed"],
            **texts,
            actions=frozenset(part for part in (row["actions"] or "").split(", ") if part),
            said=said.get(sku, {}),
            condition=its.get("condition") or "",
            by_amazon=(its.get("fulfillment_channel") or "").startswith("AMAZON"),
            is_ending=sku in ending,
        )
        for key in (subject.seller_sku, subject.sku):
            by_sku.setdefault(key, subject)
    return Standing(decision, by_sku, tuple(sku for sku in wanted if sku not in by_sku))


def _said(connection: Connection, store: str, skus: Sequence[str]) -> dict[str, dict[str, str | None]]:
    said: dict[str, dict[str, str | None]] = {}
    for row in load_decisions(connection, store, skus).to_pylist():
        said.setdefault(row["seller_sku"], {})[row["kind"]] = row["value"]
    return said
