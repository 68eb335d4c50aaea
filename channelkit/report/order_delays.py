"""How long orders take from one side to the other, from the cause to the reading that showed it (SY-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_changes
from channelkit.model.orders import CANCEL, CANCEL_COPY, CONFIRM, CREATE
from channelkit.report.delays import BIN_NAMES, BINS, WHOLE, measure_delays
from channelkit.report.order_words import DEEDS

if TYPE_CHECKING:
    import pandas as pd

QUANTITY = "quantity"

BUDGETS = {CREATE: 300, QUANTITY: 600, CONFIRM: 300, CANCEL: 300, CANCEL_COPY: 300}
"""Seconds (SY-05): an order into Commerce 5 minutes, stock to Amazon 10, a shipment to Amazon 5, a cancellation 5."""

DELAYS = pa.schema([("store", pa.string()), ("kind", pa.string()), ("seconds", pa.float64())])

_TEXTS, _TIMES = ("store", "kind", "state"), ("caused_at", "closed_at")
_READ = pa.schema([*((name, pa.string()) for name in _TEXTS), *((name, pa.int64()) for name in _TIMES)])


def measure_order_delays(
    connection: Connection, since_ms: int, store: str | None = None, *, listed: pa.Table | None = None
) -> pa.Table:
    """Return ``store, kind, seconds`` of each change of an order, and of each quantity, that was closed since a moment.

    A change that was given up took for ever. A quantity counts from its plan, all else from its cause on the other
    side.

    Arguments:
        since_ms: milliseconds since 1970.
        store: only this one's.
        listed: what `channelkit.report.delays.measure_delays` says of the same time, where it was asked already.
    """
    where = [order_changes.c.closed_at >= since_ms, order_changes.c.caused_at.isnot(None)]
    where.append(order_changes.c.state.in_(("confirmed", "expired")))
    query = sa.select(*(order_changes.c[name] for name in _READ.names)).where(*where)
    found = rows.read(connection, query, _READ)
    caused, closed = (np.asarray(found[name].to_numpy(), np.float64) for name in ("caused_at", "closed_at"))
    is_seen = np.asarray(found["state"].to_pylist(), dtype=object) == "confirmed"
    # Two machines' clocks may differ by a little; a delay below zero is none.
    seconds = np.where(is_seen, np.maximum(closed - caused, 0.0) / 1000, np.inf)
    of_orders = pa.table([found["store"], found["kind"], pa.array(seconds, pa.float64())], schema=DELAYS)
    known = measure_delays(connection, since_ms) if listed is None else listed
    whole = known.filter(pc.and_(pc.equal(known["field"], QUANTITY), pc.equal(known["stage"], WHOLE)))
    kinds = pa.repeat(pa.scalar(QUANTITY, pa.string()), whole.num_rows)
    quantities = pa.table([whole["store"], kinds, whole["seconds"]], schema=DELAYS)
    both = pa.concat_tables([of_orders, quantities]).combine_chunks()
    return both if store is None else both.filter(pc.equal(both["store"], store))


def summarise_order_delays(delays: pa.Table) -> dict[str, dict[str, float | int | None]]:
    """Return, kind by kind, ``budget`` in seconds (None for no promise), ``count``, ``within``, ``median``, ``p95``.

    Median and 95th percentile are None where nothing was closed, or where they never ended.

    >>> rows = pa.table({"store": ["us"] * 2, "kind": ["create"] * 2, "seconds": [40.0, 320.0]})
    >>> summarise_order_delays(rows)["create"]
    {'budget': 300, 'count': 2, 'within': 1, 'median': 180.0, 'p95': 306.0}
    """
    found: dict[str, dict[str, float | int | None]] = {}
    for kind, seconds in _by_kind(delays):
        budget = BUDGETS.get(kind)
        found[kind] = {
            "budget": budget,
            "count": len(seconds),
            "within": len(seconds) if budget is None else int((seconds <= budget).sum()),
            "median": _percentile(seconds, 50),
            "p95": _percentile(seconds, 95),
        }
    return found


def distribute_order_delays(delays: pa.Table) -> pa.Table:
    """Return ``kind, bin, rows``: how many delays of each kind fall into each class of `channelkit.report.delays`.

    >>> rows = pa.table({"store": ["us"], "kind": ["create"], "seconds": [40.0]})
    >>> [row["bin"] for row in distribute_order_delays(rows).to_pylist() if row["rows"]]
    ['15–60 s']
    """
    kinds: list[str] = []
    names: list[str] = []
    numbers: list[int] = []
    for kind, seconds in _by_kind(delays):
        kinds += [kind] * len(BIN_NAMES)
        names += BIN_NAMES
        numbers += np.bincount(np.digitize(seconds, BINS), minlength=len(BIN_NAMES)).tolist()
    return pa.table({"kind": kinds, "bin": names, "rows": pa.array(numbers, pa.int64())})


def delays_frame(database: Database, store: str, since_ms: int) -> pd.DataFrame:
    """Return how long each kind of change took, against what is promised, and how many took how long (SY-05).

    Seconds: ``budget``, the middle one, and the one that 95 of 100 stay below; ``within`` is the share that met its
    budget. A column for each class of length holds how many there were.

    Arguments:
        since_ms: what was closed since, in milliseconds since 1970.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that a cycle need not spend

    with database.read() as connection:
        delays = measure_order_delays(connection, since_ms, store)
    spread: dict[str, dict[str, int]] = {}
    for row in distribute_order_delays(delays).to_pylist():
        spread.setdefault(row["kind"], {})[row["bin"]] = row["rows"]
    told = []
    for kind, known in summarise_order_delays(delays).items():
        count, within = known["count"], known["within"]
        share = round((within or 0) / count, 4) if count and known["budget"] is not None else None
        figures = {"count": count, "budget": known["budget"], "within": share}
        told.append(
            {"what": kind_words(kind), **figures, "median": known["median"], "p95": known["p95"], **spread[kind]}
        )
    types = {"what": "string", "count": "Int64", "budget": "Int64"} | dict.fromkeys(
        ("within", "median", "p95"), "Float64"
    )
    return pd.DataFrame(told).astype(types | dict.fromkeys(BIN_NAMES, "Int64"))


def kind_words(kind: str) -> str:
    """Return what took its time, in words.

    >>> kind_words("create"), kind_words("quantity")
    ('Create it in Commerce', 'Bring a quantity to Amazon')
    """
    return "Bring a quantity to Amazon" if kind == QUANTITY else DEEDS.get(kind, kind)


def _by_kind(delays: pa.Table) -> list[tuple[str, np.ndarray[tuple[int], np.dtype[np.float64]]]]:
    others = sorted(set(pc.unique(delays["kind"]).to_pylist()) - set(BUDGETS))
    seconds = delays["seconds"]
    return [
        (name, np.asarray(seconds.filter(pc.equal(delays["kind"], name)).to_numpy(), np.float64))
        for name in (*BUDGETS, *others)
    ]


def _percentile(seconds: np.ndarray[tuple[int], np.dtype[np.float64]], share: float) -> float | None:
    if not len(seconds):
        return None
    # Between a time and for ever there is no middle: the later of the two counts.
    if np.isfinite(seconds).all():
        value = float(np.percentile(seconds, share))
    else:
        value = float(np.percentile(seconds, share, method="higher"))
    return round(value, 3) if np.isfinite(value) else None
