"""Which prices go first, what came of them, what waits meanwhile, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.canaries import PASSED, RUNNING, STOPPED, Bird, Canary, Probe, Value
from channelkit.model.changes import CHANGES, CONFIRMED, DROPPED, EXPIRED, OPEN, PLANNED, PRICE, REFUSED
from channelkit.model.columns import Mask, mask, numbers, one
from channelkit.plan.expected import OVERLAID
from channelkit.plan.fingerprint import fingerprint
from channelkit.plan.price_guards import PRICED_FIELDS
from channelkit.plan.settle import OVERTAKEN

MERCHANT = "DEFAULT"
Row = Mapping[str, object]

SEEN = ("seller_sku", "price", "quantity", "fulfillment_channel", "buyable", "observed_at")
"""What is read of a listing to see what came of its new price."""

_RUNNING = "It waits until Amazon shows the prices that went first as they were sent."
_STOPPED = "It waits for a person: the canary was stopped. {note}"
_BACK = "The canary was stopped: back to what stood there before."


class Judgement(NamedTuple):
    """What came of a canary so far: running, passed or stopped, and why it is stopped."""

    state: str
    note: str = ""


@dataclass(frozen=True)
class Choice:
    """What goes first of a plan's prices.

    Arguments:
        first, rest: columns of `channelkit.model.changes.CHANGES`.
    """

    first: pa.Table
    rest: pa.Table


def choose_first(going: pa.Table, share: Decimal, buyable: pa.Array) -> Choice:
    """Return a share of the listings whose prices change, from the one that falls most to the one that rises most.

    Only what can be bought shows whether a new price takes it off sale, so that is chosen from as long as there is any.
    At least one listing is chosen.

    Arguments:
        going: columns of `channelkit.model.changes.CHANGES`; what is not of prices is left out.
        share: more than 0, at most 1.
        buyable: seller SKUs of listings that can be bought now.
    """
    priced = of_prices(going)
    skus = pc.unique(one(priced["seller_sku"]))
    prices = priced.filter(pc.equal(priced["field"], PRICE))
    place = pc.index_in(skus, value_set=one(prices["seller_sku"]))
    before, after = (numbers(one(prices[name]).take(place)) for name in ("before", "after"))
    # Millionths are enough to bring them into an order.
    move = np.where(before > 0, (after - before) * 1_000_000 // np.maximum(before, 1), 0)
    keys = pa.table({"off": pc.invert(pc.is_in(skus, value_set=buyable)).cast(pa.int8()), "move": move, "sku": skus})
    order = pc.sort_indices(keys, sort_keys=[("off", "ascending"), ("move", "ascending"), ("sku", "ascending")])
    able = int(len(skus) - numbers(keys["off"]).sum()) or len(skus)
    count = min(len(skus), max(1, int((share * len(skus)).to_integral_value(ROUND_CEILING))))
    # Evenly spread over what can be bought, both ends among them; where that is not enough, all and then others.
    spread = np.arange(count) if count >= able else np.linspace(0, able - 1, count).round().astype(np.int64)
    chosen = skus.take(order.take(pa.array(spread, pa.int64())))
    is_first = pc.is_in(one(priced["seller_sku"]), value_set=chosen)
    return Choice(priced.filter(is_first), priced.filter(pc.invert(is_first)))


def band(planned: pa.Table, buyable: pa.Array) -> dict[str, Bird]:
    """Return what is to be read back of what goes first.

    Arguments:
        planned: `Choice.first` with ``id``, as the journal numbered it.
        buyable: seller SKUs of listings that can be bought now.
    """
    birds: dict[str, Bird] = {}
    able = set(buyable.to_pylist())
    for row in planned.to_pylist():
        sku = row["seller_sku"]
        bird = birds.setdefault(sku, Bird(sku in able, {}))
        is_text = row["after_text"] is not None
        told: tuple[Value, Value] = (
            (row["before_text"], row["after_text"]) if is_text else (row["before"], row["after"])
        )
        bird.fields[row["field"]] = Probe(row["id"], *told)
    return birds


def judge(canary: Canary, changes: pa.Table, listings: pa.Table) -> Judgement:
    """Say whether all that went first was read back as it was sent.

    Stopped it is by the first refusal, by what Amazon does not show in time, by another price than was sent, and by
    a listing that can no longer be bought although there is stock. What a person has changed meanwhile is left out.

    Arguments:
        changes: ``id, state, sent_at, note`` of the journal, of `Canary.ids`.
        listings: the columns `SEEN` of these listings.
    """
    rows = {row["id"]: row for row in changes.to_pylist()}
    seen = {row["seller_sku"]: row for row in listings.to_pylist()}
    told = [rows[number] for number in canary.ids if number in rows]
    wrong = next(_wrong(canary, told, rows, seen), "")
    if wrong:
        return Judgement(STOPPED, wrong)
    if any(row["state"] in (PLANNED, *OPEN) for row in told):
        return Judgement(RUNNING)
    if not any(row["state"] == CONFIRMED for row in told):
        return Judgement(STOPPED, "Nothing of it arrived on Amazon.")
    return Judgement(PASSED)


def wait_notes(changes: pa.Table, canary: Canary | None, is_asked: Mask) -> pa.Array:
    """Return for each change of a price why it waits for a canary, or null; what a person asked for by name goes.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`.
        canary: the store's newest.
    """
    no_note = pa.scalar(None, pa.string())
    if canary is None or not canary.holds:
        return pa.nulls(changes.num_rows, pa.string())
    words = _RUNNING if canary.state == RUNNING else _STOPPED.format(note=canary.note)
    waits = mask(pc.is_in(one(changes["field"]), value_set=pa.array(PRICED_FIELDS))) & ~is_asked
    return one(pc.if_else(pa.array(waits, pa.bool_()), words.strip(), no_note))


def was_seen(canary: Canary | None, going: pa.Table) -> bool:
    """Tell whether the prices of a plan are just those that a person saw when a canary that passed was sent."""
    if canary is None or canary.state != PASSED or not canary.rest:
        return False
    return fingerprint(of_prices(going)) == canary.rest


def of_prices(changes: pa.Table) -> pa.Table:
    """Return the changes that are of prices."""
    return changes.filter(pc.is_in(one(changes["field"]), value_set=pa.array(PRICED_FIELDS))).combine_chunks()


def without_prices(changes: pa.Table) -> pa.Table:
    """Return the changes that are of anything else."""
    return changes.filter(pc.invert(pc.is_in(one(changes["field"]), value_set=pa.array(PRICED_FIELDS))))


def invert(canary: Canary, expected: pa.Table) -> pa.Table:
    """Return the changes that bring back what stood there before a canary, where it no longer does.

    What showed no price before is left alone: there is nothing to go back to.

    Arguments:
        expected: what `channelkit.plan.expected.expect` gave of its listings.

    Returns:
        The columns of `channelkit.model.changes.CHANGES`.
    """
    there = {row["seller_sku"]: row for row in expected.to_pylist()}
    rows = []
    for sku, bird in sorted(canary.birds.items()):
        for name, probe in sorted(bird.fields.items()):
            column = OVERLAID[name][0] if name in OVERLAID else name
            stands: Value = there[sku].get(column, probe.after) if sku in there else None
            if sku in there and probe.before is not None and stands != probe.before:
                is_text = isinstance(probe.before, str)
                values = dict.fromkeys(CHANGES.names) | {"seller_sku": sku, "field": name, "because": _BACK}
                values |= {"before_text": stands or "", "after_text": probe.before} if is_text else {}
                rows.append(values if is_text else values | {"before": stands, "after": probe.before})
    return pa.Table.from_pylist(rows, schema=CHANGES.schema())


def _wrong(canary: Canary, told: Sequence[Row], rows: Mapping[int, Row], seen: Mapping[str, Row]) -> Iterator[str]:
    """Yield what speaks against going on."""
    count = len(canary.birds)
    refused = [row for row in told if row["state"] == REFUSED]
    if refused:
        why = str(refused[0]["note"] or "without words").rstrip(".")
        yield f"Amazon refused {len(refused):,} of {len(told):,} changes: {why}."
    late = [row for row in told if row["state"] == EXPIRED and row["note"] != OVERTAKEN]
    if late:
        yield f"Amazon did not show {len(late):,} of {len(told):,} changes in time."
    lost = [sku for sku, bird in canary.birds.items() if sku in seen and _is_lost(bird, rows, seen[sku])]
    if lost:
        yield f"{len(lost):,} of {count:,} listings can no longer be bought, {lost[0]} among them."
    other = [sku for sku, bird in canary.birds.items() if _is_other(bird, rows, seen.get(sku))]
    if other:
        yield f"Amazon shows a price that nobody sent of {len(other):,} of {count:,} listings, {other[0]} among them."


def _is_lost(bird: Bird, rows: Mapping[int, Row], seen: Row) -> bool:
    """Tell whether a listing that could be bought no longer can, although there is stock."""
    # Of what Amazon fulfils nobody knows here whether it has run out.
    is_stocked = seen["fulfillment_channel"] == MERCHANT and _number(seen["quantity"]) > 0
    return bird.buyable and seen["buyable"] is False and is_stocked and _is_read_since(bird, rows, seen)


def _is_other(bird: Bird, rows: Mapping[int, Row], seen: Row | None) -> bool:
    """Tell whether Amazon shows a price that is neither what was sent nor what stood there."""
    probe = bird.fields.get(PRICE)
    if probe is None or seen is None or not _is_read_since(bird, rows, seen):
        return False
    # What never left, or was overtaken, says nothing of the try.
    is_told = rows.get(probe.id, {}).get("state") not in (EXPIRED, DROPPED)
    return is_told and seen["price"] not in (probe.before, probe.after, None)


def _is_read_since(bird: Bird, rows: Mapping[int, Row], seen: Row) -> bool:
    sent = [_number(rows[probe.id]["sent_at"]) for probe in bird.fields.values() if probe.id in rows]
    return bool(sent) and min(sent) > 0 and _number(seen["observed_at"]) > max(sent)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
