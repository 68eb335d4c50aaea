"""A whole plan on its way: first one by one what never waits, then together what is too much for that."""

from __future__ import annotations

import pyarrow as pa

from channelkit.apply.feeds import FeedSender
from channelkit.apply.offers import Applied, Sender
from channelkit.plan.bulk import FEW, split


def send(sender: Sender, feed_sender: FeedSender, changes: pa.Table, limit: int | None = None) -> Applied:
    """Send a plan's changes: first one by one what never waits, then together what is too much for that.

    Arguments:
        changes: as for `channelkit.apply.offers.Sender.send`, with ``before``.
        limit: listings whose changes go one by one; None for what a cycle sends so (`channelkit.plan.bulk.FEW`).

    Raises:
        LeaseError, AuthError: another run may have begun, or a person must act; what was not sent is dropped, at the
            latest by the next cycle.
    """
    roads = split(changes, feed_sender.busy(), (limit or FEW) if feed_sender.takes_more() else None)
    applied = Applied()
    feed_sender.postpone(roads.waiting, applied)
    applied.include(sender.send(roads.one_by_one))
    if roads.by_feed.num_rows:
        together, there = feed_sender.sift(roads.by_feed, applied)
        applied.include(sender.send(there))
        applied.include(feed_sender.submit(together))
    return applied
