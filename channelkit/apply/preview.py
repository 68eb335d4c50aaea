"""What Amazon would say to changes, asked before anything is sent (VALIDATION_PREVIEW)."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from channelkit.apply.listing_calls import NO_PREVIEW, Caller, ListingCall, read_calls
from channelkit.clock import Clock
from channelkit.errors import RefusedError, TemporaryError

APART = 1.0
"""Seconds between two previews: their quota is one a second, whatever rate an answer names."""

FINE, WRONG, UNKNOWN = "valid", "invalid", "not known"
"""Verdicts."""

VERDICTS = pa.schema(
    [("seller_sku", pa.string()), ("field", pa.string()), ("verdict", pa.string()), ("words", pa.string())]
)


def validate(caller: Caller, changes: pa.Table, clock: Clock, progress: Callable[[str], None]) -> pa.Table:
    """Return what Amazon would say to each change; nothing is saved, and nothing is written down.

    Only the verdict and the words count: the codes of a preview are not those of a submission.

    Arguments:
        changes: ``id, seller_sku, field, after, after_text, product_type``, as for `channelkit.apply.offers.Sender`.

    Returns:
        ``seller_sku``, ``field``, ``verdict`` (valid, invalid, or not known) and ``words``, Amazon's own.

    Raises:
        AuthError: a person must act.
    """
    calls = list(read_calls(changes))
    rows: list[dict[str, str]] = []
    asked = None
    for place, call in enumerate(calls):
        progress(f"validating {place + 1} of {len(calls)}")
        if asked is not None:
            clock.sleep(asked + APART - clock.now())
        asked = clock.now()
        verdict, words = _ask(caller, call)
        rows += [
            {"seller_sku": call.seller_sku, "field": row["field"], "verdict": verdict, "words": words}
            for row in call.rows
        ]
    return pa.Table.from_pylist(rows, schema=VERDICTS)


def _ask(caller: Caller, call: ListingCall) -> tuple[str, str]:
    try:
        answer = caller.preview(call)
    except RefusedError as error:
        return WRONG, error.what
    except TemporaryError as error:
        return UNKNOWN, error.what
    if answer is None:
        return UNKNOWN, NO_PREVIEW
    words = answer.words or answer.note
    if answer.is_fine:
        return FINE, words
    return WRONG, words or f"Amazon answered {answer.status} without a reason."
