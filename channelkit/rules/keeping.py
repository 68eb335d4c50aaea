"""Putting a listing rule in force: a new version of it, and the store's listings sorted by it at once."""

from __future__ import annotations

from typing import Any

from channelkit.cycle import Trial
from channelkit.database import progress, tabs
from channelkit.database.lease import hold
from channelkit.database.rules import Kept, store_rule
from channelkit.errors import LeaseError, UsageError
from channelkit.listings.rules.tree import Group, to_document
from channelkit.parts import Parts
from channelkit.rules.versions import count_moves
from channelkit.runner import run_stores

LONGEST_NAME = 120


def keep_rule(parts: Parts, store: str, rule: Group, name: str, *, by: str = "", restores: int | None = None) -> Kept:
    """Make a version of a rule, and sort the store by it; a store that was never read is read first (ON-06).

    Arguments:
        name: what people call it.
        by: who decides; else the login.
        restores: the earlier version that it brings back.

    Raises:
        UsageError: the name does not fit; nothing was kept.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(
            f"A rule is kept under a name of 1 to {LONGEST_NAME} characters, not {len(name)}.",
            "Name it, so that it can be told from earlier versions.",
        )

    def keep(moves: list[dict[str, Any]]) -> Kept:
        with parts.database.write() as connection:
            return store_rule(
                connection,
                store=store,
                name=name,
                rule=to_document(rule),
                at=parts.now(),
                by=by or parts.person,
                restores=restores,
                moves=moves,
            )

    is_idle = bool(parts.why_idle(store) or parts.why_refused(store))
    if is_idle or not was_read(parts, store):
        kept = keep([])
        if not is_idle:
            # The first rule starts the store: what Amazon and Commerce have is read, matched and sorted (ON-06).
            run_stores(parts, "pull", [store], send=False)
        return kept
    run = f"rules/{store}"
    try:
        with hold(parts.database, f"store/{store}", run):
            cycle = parts.cycle(store, run)
            decision = cycle.decide(Trial(rule=rule))
            kept = keep(_moves(parts, store, decision.tabs))
            cycle.keep(decision)
            return kept
    except LeaseError:
        # Another run holds the store; the rule is kept, and the cycle after that run sorts by it.
        decision = parts.cycle(store, run).decide(Trial(rule=rule))
        return keep(_moves(parts, store, decision.tabs))


def was_read(parts: Parts, store: str) -> bool:
    """Say whether the store's listings were ever read."""
    with parts.database.read() as connection:
        return progress.moved_at(connection, f"listings/{store}") is not None


def _moves(parts: Parts, store: str, after: Any) -> list[dict[str, Any]]:
    with parts.database.read() as connection:
        return count_moves(tabs.load_tabs(connection, store, ("listed", "sku", "tab")), after)
