"""What Amazon shows and we asked for: whose doing a change of a listing was, and which of Amazon's complaints came.

A change is ours where one of ours that left lately asked for just that. What nobody here asked for is Amazon's doing,
or that of somebody in Seller Central. Only rows that differ are looked at, so that a quiet reading costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history, rows
from channelkit.database.schema import changes
from channelkit.model.changes import (
    ACCEPTED,
    BUSINESS,
    CONDITION,
    CONFIRMED,
    EXPIRED,
    HANDLING,
    LIST_PRICE,
    PRICE,
    QUANTITY,
    SALE,
    SENT,
)
from channelkit.model.columns import one
from channelkit.model.tables import HISTORY

ISSUE = "issue"
"""What the history calls Amazon's complaints: of each the code, and its words while it is there."""

VISIBLE_WITHIN = 8 * 3_600_000
"""Milliseconds after which what Amazon shows is no longer put down to a change of ours."""

LONGEST = 300
"""Letters of a complaint that are kept."""

_FIELDS = {
    **{"price": PRICE, "quantity": QUANTITY, "handling_days": HANDLING, "condition": CONDITION},
    **{"business": BUSINESS, "sale": SALE, "list_price": LIST_PRICE},
}
_LEFT = (SENT, ACCEPTED, CONFIRMED, EXPIRED)
_NAMES = ("seller_sku", "field", "after", "after_text", "because", "ordered_by", "sent_at")
_OURS = pa.schema([(name, pa.int64() if name in ("after", "sent_at") else pa.string()) for name in _NAMES])


class _Complaint(msgspec.Struct):
    code: str | None = ""
    message: str | None = ""
    severity: str | None = ""


_DECODE = msgspec.json.Decoder(tuple[_Complaint, ...] | None).decode


def name_ours(connection: Connection, seen: pa.Table) -> pa.Table:
    """Return rows of the history with whose doing they are, where it is ours.

    Arguments:
        seen: rows about listings of one store.
    """
    followed = pc.is_in(seen["field"], value_set=pa.array(list(_FIELDS)))
    # What comes as new has been asked for otherwise: it was published.
    candidates = seen.filter(pc.and_(followed, pc.is_valid(seen["before"])))
    if not candidates.num_rows:
        return seen
    store, at = (candidates[name][0].as_py() for name in ("store", "seen_at"))
    moment = int(at.timestamp() * 1000)
    query = sa.select(*(changes.c[name] for name in _NAMES)).where(
        *(changes.c.store == store, changes.c.state.in_(_LEFT), changes.c.field.in_(tuple(_FIELDS.values()))),
        # A report shows what left after it was asked for, too.
        changes.c.sent_at > moment - VISIBLE_WITHIN,
    )
    skus = pc.unique(candidates["sku"]).to_pylist()
    ours = rows.read_keys(connection, query, changes.c.seller_sku, skus, _OURS)
    if not ours.num_rows:
        return seen
    told = {
        (row["seller_sku"], row["field"], row["after_text"] if row["after"] is None else str(row["after"])): _say(row)
        for row in ours.sort_by("sent_at").to_pylist()
    }
    keys = zip(*(seen[name].to_pylist() for name in ("sku", "field", "after")), strict=True)
    said = pa.array([told.get((sku, _FIELDS.get(field, ""), after)) for sku, field, after in keys], pa.string())
    place = seen.column_names.index("because")
    return seen.set_column(place, HISTORY.field(place), pc.coalesce(said, one(seen["because"])))


def complaints(old: pa.Table | None, new: pa.Table, origin: history.Origin) -> pa.Table:
    """Return which of Amazon's complaints came and which went, as rows of the history.

    What is not known any more, because a newer report does not say, has gone until it is seen again.

    Arguments:
        old: the stored rows, in the order of ``new``; None where there are none.
        new: rows with ``seller_sku`` and, where they were read, ``issues``.
    """
    if "issues" not in new.column_names:
        return HISTORY.empty_table()
    after = pc.fill_null(new["issues"], "")
    nothing = pa.chunked_array([pa.repeat("", new.num_rows)])
    before = nothing if old is None else pc.fill_null(old["issues"], "")
    differs = pc.not_equal(before, after)
    skus = new["seller_sku"].filter(differs).to_pylist()
    if not skus:
        return HISTORY.empty_table()
    known: dict[str, Mapping[str, str]] = {}
    found = []
    pairs = zip(skus, before.filter(differs).to_pylist(), after.filter(differs).to_pylist(), strict=True)
    for sku, *texts in pairs:
        was, now = (known.setdefault(text, _read(text)) if text not in known else known[text] for text in texts)
        found += [
            (sku, code, was.get(code), now.get(code)) for code in {**was, **now} if (code in was) != (code in now)
        ]
    columns = dict(zip(("sku", "field", "before", "after"), zip(*found, strict=True), strict=True)) if found else {}
    same = {"seen_at": origin.at, "store": origin.store, "subject": ISSUE, "because": origin.because, "run": origin.run}
    count = len(found)
    arrays = [
        pa.repeat(pa.scalar(same[field.name], field.type), count)
        if field.name in same
        else pa.array(columns.get(field.name, ()), field.type)
        for field in HISTORY
    ]
    return pa.table(arrays, schema=HISTORY)


def _say(row: Mapping[str, str]) -> str:
    whom = row["ordered_by"] or "channelkit"
    return f"{whom}{history.WHY}{row['because']}" if row["because"] else whom


def _read(text: str) -> Mapping[str, str]:
    """Return each code with its words; what cannot be read, or has no code, says nothing that could be followed."""
    try:
        found = _DECODE(text) if text else None
    except msgspec.DecodeError:
        return {}
    return {
        each.code: f"{each.severity or ''}{history.WHY}{each.message or ''}"[:LONGEST]
        for each in found or ()
        if each.code
    }
