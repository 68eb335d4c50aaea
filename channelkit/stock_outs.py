"""What takes goods off sale goes first: as soon as Commerce's stock was read, before anything else is.

Reading both sides takes a minute of a busy hour, and sold-out goods would be on offer for as long. Only nothing is
sent so early: any other quantity is decided when Amazon was read, since orders may have taken of what it shows.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.apply import Applied
from channelkit.cycle import AT_ONCE, Cycle
from channelkit.database import journal
from channelkit.database.lease import Lease
from channelkit.database.stock import find_changed
from channelkit.model.changes import QUANTITY
from channelkit.outcome import Decision
from channelkit.plan.fingerprint import fingerprint


def stop_sales(cycle: Cycle, lease: Lease, since: int) -> Applied:
    """Take off sale at once what Commerce's newest figures say is not there, and return what became of it.

    Nothing leaves where the store is silent or a guard stops the plan; the cycle itself then tells why. Where more
    changed than is quickly decided, it is left to the cycle.

    Arguments:
        lease: the store's.
        since: when the reading of Commerce began, in milliseconds since 1970.
    """
    store = cycle.store
    with cycle.database.read() as connection:
        changed = find_changed(connection, store.stock_websites or (store.website,), since, AT_ONCE + 1)
    if store.read_only_because or not changed or len(changed) > AT_ONCE:
        return Applied()
    decision = cycle.decide(only=changed)
    going = _stock_outs(decision)
    if decision.guarded.stopped or not going.num_rows:
        return Applied()
    cycle.progress(f"{store.name}: taking {going.num_rows} listings off sale")
    with cycle.database.write() as connection:
        planned = journal.record_plan(
            connection,
            store=store.name,
            run=cycle.run,
            fingerprint=fingerprint(going),
            going=going,
            held=decision.guarded.held.slice(0, 0),
            listings=decision.listings,
            verdict="clear",
            note="what takes goods off sale goes first",
            at=int(cycle.clock.now() * 1000),
            only=going["seller_sku"].to_pylist(),
        )
    return cycle.sender.send(planned, decision, lease)


def _stock_outs(decision: Decision) -> pa.Table:
    going = decision.guarded.going
    is_nothing = pc.and_(pc.equal(going["field"], QUANTITY), pc.equal(going["after"], 0))
    return going.filter(pc.fill_null(is_nothing, False)).combine_chunks()
