"""Putting price rules in force: a new version of all of them, of which none is lost where two people work at once."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.engine import Connection

from channelkit.database.price_rules import KeptPrices, load_price_rules, newest_version, store_price_rules
from channelkit.errors import UsageError
from channelkit.parts import Parts
from channelkit.prices.edits import Rules, check_rules
from channelkit.pricing.text import parse_rules, to_document
from channelkit.rules.keeping import was_read
from channelkit.runner import decide_store, is_small

LONGEST_NAME = 120


def keep_rules(
    parts: Parts,
    store: str,
    name: str,
    by: str,
    change: Callable[[Rules], Rules],
    *,
    restores: int | None = None,
    based_on: int | None = None,
) -> KeptPrices:
    """Make a version of what a change makes of the rules that hold, and sort the store by it where that is quick.

    Arguments:
        name: what the version changes.
        by: who decides.
        change: is given the rules that hold, within the transaction that keeps what comes of it.
        restores: the earlier version that it brings back.
        based_on: the version that the change was thought out on; refused where another holds by now.

    Raises:
        UsageError: the name does not fit, the rules cannot be kept, or they are based on an older version.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(
            f"Price rules are kept under a name of 1 to {LONGEST_NAME} characters, not {len(name)}.",
            "Say what this version changes, so that it can be told from earlier ones.",
        )
    with parts.database.write() as connection:
        _check_base(connection, store, based_on)
        rules = check_rules(change(parse_rules(list(load_price_rules(connection, store)))))
        documents, at = to_document(rules), parts.now()
        kept = store_price_rules(connection, store=store, name=name, rules=documents, at=at, by=by, restores=restores)
    _follow(parts, store)
    return kept


def _check_base(connection: Connection, store: str, based_on: int | None) -> None:
    newest = newest_version(connection, store)
    if based_on is not None and newest != based_on:
        raise UsageError(
            f"Nothing was kept: version {newest} was put in force since you began with version {based_on}.",
            "Look at what it changed, begin anew from it, and make your change again.",
        )


def _follow(parts: Parts, store: str) -> None:
    """Sort the store's listings by the new prices at once, where that is quick; else the next cycle does it."""
    if parts.why_idle(store) or parts.why_refused(store):
        return
    if was_read(parts, store) and is_small(parts, store):
        decide_store(parts, store)
