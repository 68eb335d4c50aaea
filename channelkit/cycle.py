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
from channelkit.apply import SENDING, Applied, Sender, roads
from channelkit.apply.feed_answers import FeedFollower, Followed
from channelkit.apply.feeds import FeedSender
from channelkit.apply.listing_calls import Caller
from channelkit.apply.preview import validate
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
from channelkit.model.changes import PUBLISH, QUANTITY
from channelkit.model.columns import one
from channelkit.offered import complete_offers, find_complaints
from channelkit.outcome import Decision, Outcome
from channelkit.plan.fingerprint import fingerprint
from channelkit.plan.settle import settle
from channelkit.price_past import load_price_past
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.text import parse_rules
from channelkit.pull.amazon import AmazonReader
from channelkit.pull.catalog import CatalogReader
from channelkit.pull.competition import CompetitionReader
from channelkit.pull.definitions import DefinitionReader
from channelkit.pull.fees import FeeReader
from channelkit.pull.participations import ParticipationReader
from channelkit.pull.reading import Puller, Reading
from channelkit.stock_past import Account, load_past
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

    def pull(self, wait: bool = False) -> Reading:
        """Read the store's Amazon side; see `channelkit.pull.amazon.AmazonReader.read`."""
        puller = Puller(self.database, self.clock, self.run, self.progress)
        store = self.store
        reader = AmazonReader(puller, self.amazon, store.marketplace, store.name, store.report_hours, store.sweep_calls)
        return reader.read(wait)

    def search(self) -> Reading:
        """Search Amazon's catalog for products without a listing; see `channelkit.pull.catalog.CatalogReader`."""
        puller, store = Puller(self.database, self.clock, self.run, self.progress), self.store
        reader = CatalogReader(puller, self.amazon, store.marketplace, store.name, store.general, store.catalog_calls)
        return reader.read()

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
        reading = self.search() if on_amazon else Reading()
        if on_amazon:
            puller = Puller(self.database, self.clock, self.run, self.progress)
            reading.include(DefinitionReader(puller, self.amazon, self.store.marketplace, self.store.name).read())
        if self.lookalikes.refresh() is not None or reading.tallies:
            self.keep(self.decide())
        if on_amazon:
            self._compare(reading, followers)
        return reading

    def _compare(self, reading: Reading, followers: Sequence[str]) -> None:
        """Read what others want for the same items, and what Amazon keeps; the next cycle's prices follow them."""
        store, puller = self.store, Puller(self.database, self.clock, self.run, self.progress)
        needs = (puller, self.amazon, store.marketplace, store.name)
        reading.include(CompetitionReader(*needs, store.competition_calls, followers).read())
        if followers:
            reading.include(ParticipationReader(puller, self.amazon, store.name).read())
        if store.prices.cost:
            reading.include(FeeReader(*needs, store.fee_calls).read())

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

    def apply(self, planned: pa.Table, decision: Decision, lease: Lease, seconds: float = SENDING) -> Applied:
        """Send what the journal has planned, for some seconds at the most."""
        store, planned = self.store, self._complete(planned, decision)
        needs = (self.database, self.amazon, store.marketplace, store.name, self.run, lease, self.clock, self.progress)
        return roads.send(Sender(*needs, seconds), FeedSender(*needs), planned)

    def _complete(self, planned: pa.Table, decision: Decision) -> pa.Table:
        """Return changes with product types, and new listings with what the definition of theirs asks for besides."""
        planned = _with_types(planned, decision)
        if not pc.any(pc.equal(planned["field"], PUBLISH)).as_py():
            return planned
        place = pc.index_in(one(planned["seller_sku"]), value_set=one(decision.tabs["seller_sku"]))
        of_products = one(decision.tabs["product_sku"]).take(place)
        with self.database.read() as connection:
            return complete_offers(connection, self.store.marketplace, planned, of_products)

    def follow(self) -> Followed:
        """Look what has become of bulk submissions that are under way."""
        store = self.store
        needs = (self.database, self.amazon, store.marketplace, store.name, self.run, self.clock, self.progress)
        return FeedFollower(*needs).follow()

    def validate(self, changes: pa.Table, decision: Decision) -> pa.Table:
        """Let Amazon say what it would say to changes, one a second; nothing is changed and nothing is kept.

        Returns:
            ``seller_sku, field, verdict, words``, as `channelkit.apply.preview.validate` gives them; the words of a
            new listing also tell what the definition of its product type has against it.
        """
        numbered = changes.append_column("id", pa.array(range(changes.num_rows), pa.int64()))
        planned, site = self._complete(numbered, decision), self.store.marketplace
        verdicts = validate(Caller(self.amazon, site), planned, self.clock, self.progress)
        with self.database.read() as connection:
            complaints = find_complaints(connection, site, planned)
        rows = verdicts.to_pylist()
        words = [f"{row['words']} {complaints.get(row['seller_sku'], '')}".strip() for row in rows]
        return verdicts.set_column(verdicts.column_names.index("words"), "words", pa.array(words, pa.string()))

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
            outcome.reading = self.pull(wait)
            outcome.reading.errors += self.follow().errors
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
                outcome.applied = self.apply(planned, decision, lease)
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


def _with_types(changes: pa.Table, decision: Decision) -> pa.Table:
    """Return changes with Amazon's product type of each listing."""
    types = decision.product_types
    place = pc.index_in(changes["seller_sku"], types["seller_sku"].combine_chunks())
    return changes.append_column("product_type", types["product_type"].take(place))


def _those_of(planned: pa.Table, leaving: pa.Table) -> pa.Table:
    """Return the planned changes that are among those that leave."""
    keys = [
        pc.binary_join_element_wise(table["field"].cast(pa.string()), table["seller_sku"], "\x1f").combine_chunks()
        for table in (planned, leaving)
    ]
    return planned.filter(pc.is_in(keys[0], value_set=keys[1]))
