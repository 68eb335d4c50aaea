"""The story of one cycle of one store: pull, confirm, match, classify, plan, guard, apply.

Reading writes facts, deciding is pure, and only an approved plan is sent. A cycle that dies anywhere loses nothing:
the next one reads and decides afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.amazon.client import Amazon
from channelkit.canary_judging import judge_canary
from channelkit.clock import Clock, milliseconds
from channelkit.database import falls, journal, listings, rules, tabs
from channelkit.database.connection import Database
from channelkit.database.lease import Lease
from channelkit.database.price_rules import load_price_rules
from channelkit.errors import ChannelkitError, PlanError, UsageError
from channelkit.facts import Store, load_facts, overlay
from channelkit.listings.rules.tree import Group, parse_rule
from channelkit.lookalikes import Lookalikes
from channelkit.model.changes import QUANTITY
from channelkit.outcome import Decision, Outcome
from channelkit.plan.fingerprint import fingerprint
from channelkit.plan.settle import settle
from channelkit.price_past import load_price_past
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.text import parse_rules
from channelkit.pull.reading import Reading
from channelkit.stock_past import Account, load_past
from channelkit.store_reader import StoreReader
from channelkit.store_sender import StoreSender
from channelkit.verdict import complete, draft

AT_ONCE = 20_000
"""Listings that are sorted anew at once after something changed, so that nobody waits for it."""

READ_BACK = (
    *("seller_sku", "asin", "price", "quantity", "fulfillment_channel", "condition", "condition_note", "handling_days"),
    *("business", "sale", "list_price", "status", "observed_at", "missing_since", "missing_last"),
)
"""What of a listing tells whether a change has taken effect."""


@dataclass(frozen=True)
class Trial:
    """What a decision is made with instead of what holds, to see what would come of it.

    Arguments:
        decisions: people's decisions that are proposed, columns of `channelkit.model.decisions.DECISIONS`.
        rule: another listing rule; None for the one that holds.
        prices: other price rules; None for those that hold.
    """

    decisions: pa.Table | None = None
    rule: Group | None = None
    prices: tuple[PriceRule, ...] | None = None


@dataclass(frozen=True)
class Cycle:
    """Runs cycles of one store.

    Arguments:
        run: the run that works.
        progress: is told, in words, what is being done.
        lookalikes: compares what identifiers leave unmatched.
    """

    database: Database
    amazon: Amazon
    store: Store
    run: str
    clock: Clock
    progress: Callable[[str], None]
    lookalikes: Lookalikes

    def confirm(self) -> None:
        """Close the changes that a later reading shows, and those that it ought to show by now and does not."""
        now = self._now()
        with self.database.write() as connection:
            journal.drop_planned(connection, self.store.name, now)
            waiting = journal.open_changes(connection, self.store.name)
            if waiting.num_rows:
                facts = listings.load(connection, self.store.name, READ_BACK)
                quantities = waiting.filter(pc.equal(waiting["field"], QUANTITY))
                skus, account = quantities["seller_sku"].to_pylist(), self._account
                known = falls.load_known(connection, account.seller_id, account.sharing_sites, skus)
                journal.close_settled(connection, settle(waiting, facts, now, known), now)
            judge_canary(connection, self.store.name, now)

    def decide(self, trial: Trial | None = None, only: Sequence[str] | None = None) -> Decision:
        """Match, classify, plan and guard, from facts alone; nothing is written and nothing is sent.

        Arguments:
            trial: what would come of other decisions, or of another rule.
            only: decide about these seller SKUs and products alone, with their links as they were decided last.
        """
        now, trial = self._now(), trial or Trial()
        with self.database.read() as connection:
            rule = trial.rule or read_rule(connection, self.store.name)
            priced = read_price_rules(connection, self.store.name) if trial.prices is None else trial.prices
            facts = load_facts(connection, self.store, now, rule=rule, price_rules=priced, only=only)
        if trial.decisions is not None:
            facts = replace(facts, decisions=overlay(facts.decisions, trial.decisions))
        drafted = draft(facts, self.store, now)
        with self.database.read() as connection:
            past = load_past(connection, self._account, facts.listings, drafted.of_quantities, now)
            damping = self.store.prices.damping
            prices = load_price_past(connection, self.store.name, drafted.changes, now, damping)
        return complete(drafted, facts, self.store, past, prices, now=now)

    def keep(self, decision: Decision) -> None:
        """Keep what was decided about each listing, and leave the plan to the next cycle."""
        with self.database.write() as connection:
            tabs.store_tabs(connection, self.store.name, decision.tabs, at=self._now(), run=self.run)

    def look_further(self, *, on_amazon: bool, followers: Sequence[str] = ()) -> Reading:
        """Search Amazon's catalog and compare titles, and sort listings anew where that brought something.

        It takes its time, so it comes when all that is certain was sent: no price waits for it.

        Arguments:
            on_amazon: Amazon lets the account in.
            followers: seller SKUs whose price follows others; they are asked about before any other.
        """
        reader = self.reader
        reading = reader.search() if on_amazon else Reading()
        if on_amazon:
            reading.include(reader.read_definitions())
        if self.lookalikes.refresh() is not None or reading.tallies:
            self.keep(self.decide())
        if on_amazon:
            reading.include(reader.compare(followers))
        return reading

    def record(self, decision: Decision, verdict: str) -> pa.Table:
        """Keep a decision, and return its going changes as the journal numbered them."""
        now, store = self._now(), self.store.name
        with self.database.write() as connection:
            tabs.store_tabs(connection, store, decision.tabs, at=now, run=self.run)
            if decision.settled is not None:
                falls.store_falls(connection, store, decision.settled.falls)
            return journal.record_plan(
                connection,
                store=store,
                run=self.run,
                fingerprint=decision.fingerprint,
                going=decision.guarded.going,
                held=decision.guarded.held,
                listings=decision.listings,
                verdict=verdict,
                note=self.store.read_only_because or decision.guarded.stopped,
                at=now,
            )

    def approve(self, decision: Decision, held_skus: Sequence[str], although_stopped: bool) -> Decision:
        """Return the decision as a person approved it.

        Arguments:
            held_skus: seller SKUs whose held changes go too.
            although_stopped: the plan goes although a guard stopped it.

        Raises:
            PlanError: the store sends nothing, or a guard stopped the plan and nobody overruled it.
            UsageError: nothing is held for one of the SKUs.
        """
        guarded = decision.guarded
        if self.store.read_only_because:
            raise PlanError("Nothing was sent.", self.store.read_only_because)
        if guarded.stopped and not although_stopped:
            raise PlanError(
                f"The plan for store {self.store.name!r} is stopped: {guarded.stopped}",
                "Nothing was sent. Look at plan.changes; if all of it is meant, apply it although it is stopped.",
            )
        unknown = sorted(set(held_skus) - set(guarded.held["seller_sku"].to_pylist()))
        if unknown:
            raise UsageError(f"Nothing is held for {', '.join(unknown)}.", "plan.held lists what is.")
        chosen = pc.is_in(guarded.held["seller_sku"], pa.array(held_skus, pa.string()))
        released = guarded.held.filter(chosen).select(guarded.going.column_names)
        going = pa.concat_tables([guarded.going, released])
        held = guarded.held.filter(pc.invert(chosen))
        return replace(decision, guarded=replace(guarded, going=going, held=held), fingerprint=fingerprint(going))

    def run_once(self, lease: Lease, *, send: bool, commerce_is_fresh: bool, wait: bool = False) -> Outcome:
        """Run one whole cycle.

        Arguments:
            lease: the store's; held by the caller.
            send: send the plan if nothing stops it.
            commerce_is_fresh: this cycle's reading of Commerce was complete.
            wait: stay until the first listings report has arrived.
        """
        outcome = Outcome(self.store.name, note=self.store.read_only_because)
        try:
            outcome.reading = self.reader.read_listings(wait)
            outcome.reading.errors += self.sender.follow().errors
        except ChannelkitError as error:
            outcome.error = error
        self.confirm()
        decision = outcome.decision = self.decide()
        is_fresh = outcome.error is None and outcome.reading.can_be_acted_on and commerce_is_fresh
        outcome.verdict = self._verdict(decision, send, is_fresh)
        planned = self.record(decision, outcome.verdict)
        if outcome.verdict == "stopped":
            planned = _those_of(planned, decision.guarded.leaving)
        if send and outcome.verdict in ("clear", "stopped") and planned.num_rows:
            try:
                outcome.applied = self.sender.send(planned, decision, lease)
            except ChannelkitError as error:
                outcome.error = error
        if outcome.applied is not None and outcome.applied.accepted and decision.listings <= AT_ONCE:
            # What has just left shows at once: List in Progress, Relist in Progress, Ending In Progress.
            self.keep(self.decide())
        return outcome

    def _verdict(self, decision: Decision, send: bool, is_fresh: bool) -> str:
        if self.store.read_only_because:
            return "read-only"
        if not is_fresh:
            # Sending on facts that could not be read anew would be a guess.
            return "unread"
        if decision.guarded.stopped:
            return "stopped"
        return "clear" if send else "shown"

    @property
    def reader(self) -> StoreReader:
        """What reads the store's Amazon side."""
        return StoreReader(self.database, self.amazon, self.store, self.run, self.clock, self.progress)

    @property
    def sender(self) -> StoreSender:
        """What sends to it."""
        return StoreSender(self.database, self.amazon, self.store, self.run, self.clock, self.progress)

    @property
    def _account(self) -> Account:
        return Account(self.store.name, self.amazon.seller_id, self.store.sharing_sites, self.store.pauses_scarce)

    def _now(self) -> int:
        return milliseconds(self.clock.now())


def read_rule(connection: Connection, store: str) -> Group | None:
    """Return the listing rule that holds in a store; None while none was ever committed, which admits everything."""
    kept = rules.load_rule(connection, store)
    return None if kept is None else parse_rule(kept)


def read_price_rules(connection: Connection, store: str) -> tuple[PriceRule, ...]:
    """Return the price rules that hold in a store; none where none were ever put in force."""
    return parse_rules(load_price_rules(connection, store))


def _those_of(planned: pa.Table, leaving: pa.Table) -> pa.Table:
    """Return the planned changes that are among those that leave."""
    keys = [
        pc.binary_join_element_wise(table["field"].cast(pa.string()), table["seller_sku"], "\x1f").combine_chunks()
        for table in (planned, leaving)
    ]
    return planned.filter(pc.is_in(keys[0], value_set=keys[1]))
