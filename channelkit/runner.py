"""Running a job over several stores: written down from beginning to end, each store held while it is worked on."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from channelkit import logbook
from channelkit.apply import Applied
from channelkit.cycle import AT_ONCE, Cycle
from channelkit.database import history, runs
from channelkit.database.lease import Lease, hold
from channelkit.database.listings import count_listings
from channelkit.errors import AuthError, ChannelkitError, LeaseError, RemoteError, SettingsError
from channelkit.jobs import NOTEBOOK_VARIABLE
from channelkit.order_parts import order_cycle
from channelkit.order_reading import OrdersRead, ask_for_orders, look_further, read_on, read_orders
from channelkit.outcome import Outcome, Run
from channelkit.parts import Parts
from channelkit.pull.reading import MINUTE, Reading
from channelkit.stock_outs import stop_sales
from channelkit.upkeep import keep_up_if_due

FRESH_FOR = 15 * MINUTE
"""Commerce's facts may be acted on for this long, where another run is reading them anew."""


def run_stores(parts: Parts, job: str, names: Sequence[str], *, send: bool, wait: bool = False) -> Run:
    """Run one cycle of each store.

    Arguments:
        job: what the run is called: pull, sync.
        send: send what no guard holds.
        wait: stay until the first listings report has arrived.
    """
    with parts.database.write() as connection:
        runs.mark_died(connection, at=parts.now())
        notebook = os.environ.get(NOTEBOOK_VARIABLE, "")
        run_id = runs.open_run(connection, job, at=parts.now(), notebook=notebook)
    run = Run(run_id, job, [Outcome(name) for name in names])
    with logbook.writing(parts.logbook, run=run_id):
        try:
            logbook.LOGGER.info("a run begins", extra={"job": job})
            _run(parts, run, send=send, wait=wait)
        except BaseException as error:
            run.error = error if isinstance(error, ChannelkitError) else ChannelkitError(_named(error))
            raise
        finally:
            _close(parts, run)
    return run


@contextmanager
def hold_store(parts: Parts, store: str, job: str) -> Iterator[tuple[Cycle, Lease, Outcome]]:
    """Hold one store for a job that is written down; the caller fills in the outcome.

    Raises:
        LeaseError: another run works on the store.
    """
    with parts.database.write() as connection:
        run_id = runs.open_run(connection, job, at=parts.now())
    outcome = Outcome(store)
    run = Run(run_id, job, [outcome])
    with logbook.writing(parts.logbook, run=run_id), logbook.about_store(store):
        try:
            with hold(parts.database, f"store/{store}", run_id) as lease:
                yield parts.cycle(store, run_id), lease, outcome
        except LeaseError as error:
            outcome.error = error
            raise
        except BaseException as error:
            run.error = error if isinstance(error, ChannelkitError) else ChannelkitError(_named(error))
            raise
        finally:
            _close(parts, run)


def decide_soon(parts: Parts, store: str) -> None:
    """Sort a store's listings anew at once after a person's decision; a large store leaves that to its next cycle."""
    if is_small(parts, store):
        decide_store(parts, store)


def is_small(parts: Parts, store: str) -> bool:
    """Tell whether all listings of a store can be sorted while somebody waits."""
    with parts.database.read() as connection:
        return count_listings(connection, store) <= AT_ONCE


def decide_store(parts: Parts, store: str) -> None:
    """Sort a store's listings anew from the facts as they are, unless another run is about to do that anyway."""
    run = f"review/{store}"
    try:
        with hold(parts.database, f"store/{store}", run):
            cycle = parts.cycle(store, run)
            cycle.keep(cycle.decide())
    except LeaseError:
        return  # the run that holds the store reads the newest answers when it decides


def _run(parts: Parts, run: Run, *, send: bool, wait: bool) -> None:
    with ExitStack() as leases:
        held: dict[str, Lease] = {}
        working = [outcome for outcome in run.outcomes if _may_work(parts, outcome)]
        for outcome in working:
            try:
                lease = hold(parts.database, f"store/{outcome.store}", run.id)
                held[outcome.store] = leases.enter_context(lease)
            except LeaseError as error:
                outcome.error = error
        if not held:
            return
        names = [outcome.store for outcome in working]
        asked = ask_for_orders(parts, run.id, [name for name in names if name in held])
        since = parts.now()
        is_fresh = _read_commerce(parts, run, names)
        stopped = _stop_sales(parts, run, held, since) if send and is_fresh else {}
        read = read_orders(parts, run.id, names, asked)
        run.commerce.include(read.of_commerce)
        for place, outcome in enumerate(run.outcomes):
            if outcome.store in held:
                cycle = parts.cycle(outcome.store, run.id)
                with logbook.about_store(outcome.store):
                    run.outcomes[place] = cycle.run_once(
                        held[outcome.store], send=send, commerce_is_fresh=is_fresh, wait=wait
                    )
                run.outcomes[place].include(stopped.get(outcome.store, Applied()))
                read_on(parts, run.id, names, read)
        # What takes long comes when every store's stock-outs and prices have left.
        done = [outcome for outcome in run.outcomes if outcome.store in held]
        for outcome in done:
            _see_to_orders(parts, run, outcome, held[outcome.store], read, send=send)
        for outcome in done:
            _look_further(parts, run, outcome, read)
    _flush_history(parts, run)
    keep_up_if_due(parts, names, run.id)


def _stop_sales(parts: Parts, run: Run, held: Mapping[str, Lease], since: int) -> dict[str, Applied]:
    """Take off sale at once what Commerce says is not there; what cannot be sent, the store's own cycle tells of."""
    stopped = {}
    for store, lease in held.items():
        with logbook.about_store(store):
            try:
                stopped[store] = stop_sales(parts.cycle(store, run.id), lease, since)
            except RemoteError as error:
                logbook.log_problem(error)
    return stopped


def _see_to_orders(parts: Parts, run: Run, outcome: Outcome, lease: Lease, read: OrdersRead, *, send: bool) -> None:
    account = parts.settings.stores[outcome.store].account
    outcome.reading.include(read.by_account.get(account, Reading()))
    cycle = order_cycle(parts, outcome.store, run.id, read.ledger)
    outcome.orders = cycle.run_once(lease, send=send, is_fresh=read.is_fresh(account))


def _look_further(parts: Parts, run: Run, outcome: Outcome, read: OrdersRead) -> None:
    """Read what nothing waits for: Amazon's catalog and definitions, likenesses, returns, counts."""
    is_let_in = not isinstance(outcome.error, AuthError)
    followers = outcome.decision.followers.to_pylist() if outcome.decision else []
    outcome.reading.include(parts.cycle(outcome.store, run.id).look_further(on_amazon=is_let_in, followers=followers))
    if is_let_in:
        outcome.reading.include(look_further(parts, run.id, outcome.store, read))


def _may_work(parts: Parts, outcome: Outcome) -> bool:
    """Tell whether a cycle may touch a store at all, and write down why it may not (ON-05, ON-09)."""
    refused, idle = parts.why_refused(outcome.store), parts.why_idle(outcome.store)
    if refused:
        outcome.error = SettingsError(refused)
    elif idle:
        outcome.verdict, outcome.note = "idle", idle
    return not refused and not idle


def _read_commerce(parts: Parts, run: Run, stores: Sequence[str]) -> bool:
    """Read Commerce once for these stores, and return whether its facts may be acted on."""
    reader = parts.commerce_reader(stores, run.id)
    try:
        with hold(parts.database, "commerce", run.id):
            run.commerce = reader.read()
    except LeaseError:
        # Another run is reading Commerce this moment; what it read last may still be fresh enough.
        return reader.was_read_since(parts.now() - FRESH_FOR)
    except AuthError as error:
        run.commerce.errors.append(error)
    return run.commerce.is_complete


def _flush_history(parts: Parts, run: Run) -> None:
    try:
        with hold(parts.database, "history", run.id):
            history.flush(parts.database, parts.now())
    except LeaseError:
        return  # another run is doing it


def _close(parts: Parts, run: Run) -> None:
    _log(run)
    summary, error = json.dumps({"stores": run.rows()}), "\n".join(run.problems())
    with parts.database.write() as connection:
        runs.close_run(connection, run.id, state=run.state, at=parts.now(), summary=summary, error=error)


def _log(run: Run) -> None:
    """Write down how a run ended, store by store, and what went wrong in it (SY-04)."""
    for error in filter(None, (run.error, *run.commerce.errors)):
        logbook.log_problem(error)
    for outcome in run.outcomes:
        with logbook.about_store(outcome.store):
            errors = outcome.error, *outcome.reading.errors, outcome.orders.error, *outcome.orders.applied.errors
            for error in filter(None, errors):
                logbook.log_problem(error)
            figures = {name: figure for name, figure in outcome.row().items() if isinstance(figure, int) and figure}
            logbook.LOGGER.info("a store is done", extra={"state": outcome.state, "figures": figures})
    level = logging.ERROR if run.state == "failed" else logging.INFO
    logbook.LOGGER.log(level, "a run ended", extra={"job": run.job, "state": run.state})


def _named(error: BaseException) -> str:
    """Return what stopped a run, without words that may hold a secret or somebody's data."""
    return "The run was interrupted." if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__} in the run."
