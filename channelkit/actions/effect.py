"""What an action leads to: the decision without it and with it, and the changes that make the difference."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.actions.intent import Intent, decided
from channelkit.cycle import Cycle, Trial
from channelkit.database.decisions import load_decisions
from channelkit.model.changes import PRICE
from channelkit.model.columns import one
from channelkit.outcome import Decision
from channelkit.plan.fingerprint import fingerprint
from channelkit.plan.guards import far_jumps, jump_words
from channelkit.plan.offers import in_order
from channelkit.plan.price_guards import distance_words

if TYPE_CHECKING:
    import pandas as pd

BECOMES = pa.schema(
    [(name, pa.string()) for name in ("sku", "seller_sku", "tab", "status", "becomes", "then", "reason")]
)
"""Tab and status of each row before and after an action, and the reason for the latter."""


@dataclass(frozen=True)
class Effect:
    """What an action leads to.

    Arguments:
        before, after: what is decided about the same listings without and with it.
        due: changes that it makes and that no guard holds, columns of `channelkit.model.changes.CHANGES`.
        held: changes that it makes and that wait for a person, with ``note``.
        stopped: why nothing of it is sent without another word of a person; empty where it may.
        fingerprint: names exactly this action upon exactly these facts and decisions.
    """

    before: Decision
    after: Decision
    due: pa.Table
    held: pa.Table
    stopped: str
    fingerprint: str

    @property
    def becomes(self) -> pa.Table:
        """The columns `BECOMES`, of rows that the action moves at once."""
        keys = [_keys(decision.tabs, ("listed", "sku")) for decision in (self.before, self.after)]
        place = pc.index_in(keys[1], value_set=keys[0])
        then = self.after.tabs
        was = {name: one(self.before.tabs[name]).take(place) for name in ("tab", "status")}
        rows = pa.table(
            [
                *(one(then[name]) for name in ("sku", "seller_sku")),
                *(was[name] for name in ("tab", "status")),
                *(one(then[name]) for name in ("tab", "status", "reason")),
            ],
            schema=BECOMES,
        )
        same = pc.and_(*(_same(was[name], one(then[name])) for name in ("tab", "status")))
        return rows.filter(pc.invert(same))


def weigh(cycle: Cycle, intent: Intent) -> Effect:
    """Return what an action would lead to; nothing is written and nothing is sent.

    A price that moves far goes where the person named one listing; among several it is held, since a slip of the pen
    would be one for all of them.
    """
    before = cycle.decide(only=intent.skus)
    after = before
    if intent.wishes:
        now = int(cycle.clock.now() * 1000)
        after = cycle.decide(Trial(decisions=decided(cycle.store.name, intent.wishes, intent.by, now)), intent.skus)
    due = _only_in(after.guarded.going, before.guarded.going)
    held = _only_in(after.guarded.held, before.guarded.held)
    limits = cycle.store.limits
    if intent.names_one:
        far = [*jump_words(limits), *(distance_words(cycle.store.price_limits) if cycle.store.price_limits else ())]
        is_far = pc.is_in(held["note"], value_set=pa.array(far))
        due = pa.concat_tables([due, held.filter(is_far).select(due.column_names)])
        held = held.filter(pc.invert(is_far))
    else:
        is_far = pa.array(far_jumps(due, limits))
        far = due.filter(is_far)
        held = pa.concat_tables([held, far.append_column("note", pa.repeat(jump_words(limits)[0], far.num_rows))])
        due = due.filter(pc.invert(is_far))
    stopped = after.guarded.stopped if due.num_rows else ""
    with cycle.database.read() as connection:
        standing = load_decisions(connection, cycle.store.name, _seller_skus(intent, before))
    name = _name(intent, before, pa.concat_tables([due, held.select(due.column_names)]), standing)
    return Effect(before, after, in_order(due), held.combine_chunks(), stopped, name)


def tell_moves(becomes: pa.Table) -> pd.DataFrame:
    """Return where listings are, where they go and why, for a person.

    Arguments:
        becomes: the columns `BECOMES`.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that a plan need not spend

    rows = becomes.to_pylist()
    return pd.DataFrame(
        [
            {
                "seller SKU": row["seller_sku"],
                "from": _place(row["tab"], row["status"]),
                "to": _place(row["becomes"], row["then"]),
                "why": row["reason"],
            }
            for row in rows
        ]
    )


def _place(tab: str | None, status: str | None) -> str:
    """Return a tab and a status as one text.

    >>> _place("Active", "Active"), _place("Ended", "Manually Ended"), _place(None, None)
    ('Active', 'Ended: Manually Ended', 'nowhere')
    """
    if not tab:
        return "nowhere"
    return tab if status in (tab, "", None) else f"{tab}: {status}"


def held_prices(effect: Effect) -> list[str]:
    """Return the seller SKUs whose price is held, so that what was decided about it is not kept unnamed."""
    return [str(sku) for sku in effect.held.filter(pc.equal(effect.held["field"], PRICE))["seller_sku"].to_pylist()]


def _seller_skus(intent: Intent, decision: Decision) -> list[str]:
    return sorted({*(wish.seller_sku for wish in intent.wishes), *decision.tabs["seller_sku"].drop_null().to_pylist()})


def _name(intent: Intent, decision: Decision, changes: pa.Table, standing: pa.Table) -> str:
    """Return twelve letters and digits: of what is wanted, what it changes, where things are, and what was decided."""
    where = decision.tabs.select(["sku", "seller_sku", "product_sku", "asin", "tab"]).to_pylist()
    parts = [
        sorted([list(wish) for wish in intent.wishes], key=repr),
        [list(intent.links), list(intent.choices), list(intent.retries), intent.looks],
        sorted([list(row.values()) for row in where], key=repr),
        standing["id"].to_pylist(),
        fingerprint(changes),
    ]
    return blake2b(msgspec.json.encode(parts), digest_size=6).hexdigest()


def _only_in(changes: pa.Table, others: pa.Table) -> pa.Table:
    """Return the changes that are not among others; the reasons do not count."""
    names = ("field", "before", "after", "before_text", "after_text", "seller_sku")
    keys = [_keys(table, names) for table in (changes, others)]
    return changes.filter(pc.invert(pc.is_in(keys[0], value_set=keys[1]))).combine_chunks()


def _keys(table: pa.Table, names: tuple[str, ...]) -> pa.Array:
    texts = [one(table[name]).cast(pa.string()) for name in names]
    return pc.binary_join_element_wise(*texts, "\x1f", null_handling="replace", null_replacement="\x00")


def _same(left: pa.Array, right: pa.Array) -> pa.Array:
    return pc.fill_null(pc.equal(left, right), False)
