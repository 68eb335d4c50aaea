"""Taking a person's newest action back: what held before each of its decisions is to hold again."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.actions.intent import Intent, Refusal, Wish
from channelkit.model.decisions import ALIAS, ASIN, LISTED, NO, YES


def undo_last(history: pa.Table, by: str) -> Intent | None:
    """Return the action that takes back what a person decided last; nothing where they decided nothing.

    Arguments:
        history: every decision of a store, the oldest first, as `channelkit.database.decisions.list_decisions` tells.
    """
    standing = history.filter(pc.is_null(history["withdrawn_at"])).combine_chunks()
    own = standing.filter(pc.equal(standing["by_whom"], by))
    if not own.num_rows:
        return None
    last = pc.max(own["at"]).as_py()
    is_last = pc.and_(pc.equal(standing["by_whom"], by), pc.equal(standing["at"], last))
    taken = standing.filter(is_last).select(["id", *Wish._fields]).to_pylist()
    first = min(row["id"] for row in taken)
    before = {
        (row["seller_sku"], row["kind"]): row["value"]
        for row in standing.filter(pc.less(standing["id"], first)).select(Wish._fields).to_pylist()
    }
    newer = {
        (row["seller_sku"], row["kind"])
        for row in standing.filter(pc.greater(standing["id"], max(row["id"] for row in taken))).to_pylist()
    }
    wishes, refused = [], []
    aliases = {row["seller_sku"] for row in taken if row["kind"] == ALIAS and row["value"]}
    for row in taken:
        sku, kind = row["seller_sku"], row["kind"]
        if (sku, kind) in newer:
            refused.append(Refusal(sku, f"Somebody has decided its {kind} anew since."))
        elif kind == ASIN and before.get((sku, kind)) is None and sku not in aliases:
            refused.append(Refusal(sku, "Which ASIN it had was not decided by anybody; assign that one by name."))
        elif kind == LISTED:
            wishes.append(Wish(sku, kind, NO if row["value"] == YES else YES))
        else:
            wishes.append(Wish(sku, kind, before.get((sku, kind))))
    return Intent(
        verb="take back the newest action",
        by=by,
        skus=tuple(dict.fromkeys(row["seller_sku"] for row in taken)),
        wishes=tuple(wishes),
        refused=tuple(refused),
        back=tuple(Wish(*(row[name] for name in Wish._fields)) for row in taken),
    )
