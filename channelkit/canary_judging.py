"""Looking what came of prices that went first: once in a cycle, when it is known what Amazon shows."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from channelkit.database import listings
from channelkit.database.canaries import end_canary, load_canary, load_probes
from channelkit.model.canaries import RUNNING
from channelkit.plan.canary import SEEN, judge


def judge_canary(connection: Connection, store: str, now: int) -> None:
    """Write down whether a store's canary has passed or is stopped, as soon as that is known.

    Arguments:
        now: milliseconds since 1970.
    """
    canary = load_canary(connection, store)
    if canary is None or canary.state != RUNNING:
        return
    probes = load_probes(connection, canary)
    found = judge(canary, probes, listings.load(connection, store, SEEN, list(canary.birds)))
    if found.state != RUNNING:
        end_canary(connection, canary.id, found.state, at=now, note=found.note)
