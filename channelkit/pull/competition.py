"""Reading what others want for the same items, a few batches a cycle, the most useful first, and never waiting.

A batch is twenty items: their offers in all conditions and the featured one in one call, sellers' feedback in another,
and what it would take to be featured in a third. Where the quota of the first is used up, the rest is left to a later
cycle; where one of the others' is, its part is not known, or known from before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from channelkit.amazon.client import Amazon
from channelkit.amazon.operations import GET_COMPETITIVE_SUMMARY, GET_EXPECTED_PRICES, GET_ITEM_OFFERS
from channelkit.amazon.pricing import (
    ITEMS_AT_ONCE,
    Answers,
    ItemOffers,
    read_expected_prices,
    read_item_offers,
    read_summaries,
)
from channelkit.database import competition, failures
from channelkit.database.competition_due import find_due
from channelkit.database.history import Origin
from channelkit.errors import AuthError, DocumentError, RemoteError, TemporaryError
from channelkit.model.calls import Operation
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.batch_errors import tell_refused
from channelkit.pull.competition_rows import Pair, collect_ratings, compare
from channelkit.pull.reading import HOUR, Puller, Reading

REVENUE_OF = 30 * 24 * HOUR
"""What listings sold in this time tells which of them matter most."""

AGAIN_AFTER = HOUR
"""What was asked about so lately is not asked about again, even where a cycle has calls to spare."""


@dataclass
class _Batch:
    """Items and conditions that are asked about together, each with one of our seller SKUs."""

    skus: dict[Pair, str] = field(default_factory=dict)

    @property
    def pairs(self) -> list[Pair]:
        return list(self.skus)

    @property
    def asins(self) -> list[str]:
        return list(dict.fromkeys(asin for asin, _ in self.skus))


@dataclass(frozen=True)
class CompetitionReader:
    """Reads what others want for one store's items (RP-03, TB-06, PR-04, PR-05).

    Arguments:
        calls: how many batches a cycle asks at the most; 0 asks none.
        first: seller SKUs of listings whose prices follow others'; the others come after these.
    """

    puller: Puller
    amazon: Amazon
    marketplace: Marketplace
    store: str
    calls: int
    first: Sequence[str] = ()

    def read(self) -> Reading:
        """Ask about the next items in turn.

        What goes wrong is written down and keeps nothing else from being acted on.
        """
        reading, search = Reading(), Reading()
        try:
            self.puller.attempt(search, self.store, partial(self._read, reading))
        except AuthError:
            # It is written down; prices and quantities need nobody else's.
            self.puller.progress(f"{self.store}: Amazon's prices may not be read")
        for error in search.errors:
            words = f"What others offer was not read to the end for store {self.store!r}: {error.what}"
            reading.errors.append(DocumentError(words, error.fix))
        return reading

    def _read(self, reading: Reading) -> None:
        for batch in self._next_batches():
            self.puller.progress(f"{self.store}: reading what others want for {len(batch.asins)} items")
            summaries = self._unless_used_up(partial(read_summaries, self.amazon, self.marketplace, batch.asins))
            if summaries is None:
                return
            self._keep(reading, batch, summaries)

    def _next_batches(self) -> list[_Batch]:
        """Return what to ask about, in batches; of several listings of one item and condition the first stands."""
        now, most = self.puller.now(), self.calls * ITEMS_AT_ONCE
        if not most:
            return []
        with self.puller.database.read() as connection:
            # Several listings may be one item, so a few more are looked at.
            due = find_due(connection, self.store, now, 2 * most, now - REVENUE_OF, first=self.first)
        batches = [_Batch()]
        for row in due.to_pylist():
            if row["asked_at"] is not None and row["asked_at"] > now - AGAIN_AFTER:
                continue
            pair = (row["asin"], row["condition"])
            if any(pair in batch.skus for batch in batches):
                continue
            if len(batches[-1].skus) == ITEMS_AT_ONCE:
                if len(batches) == self.calls:
                    break
                batches.append(_Batch())
            batches[-1].skus[pair] = row["seller_sku"]
        return [batch for batch in batches if batch.skus]

    def _keep(self, reading: Reading, batch: _Batch, summaries: Answers[str, ItemOffers]) -> None:
        """Ask for the rest about items that were answered, and keep all of it in one transaction."""
        pairs = [pair for pair in batch.pairs if pair[0] in summaries.found]
        skus, problems = [batch.skus[pair] for pair in pairs], list[RemoteError]()
        rated = self._beside(problems, partial(read_item_offers, self.amazon, self.marketplace, pairs))
        expected = self._beside(problems, partial(read_expected_prices, self.amazon, self.marketplace, skus))
        by_pair = {} if rated is None else rated.found
        by_sku = {} if expected is None else expected.found
        prices = {pair: by_sku[sku].price for pair, sku in batch.skus.items() if sku in by_sku}
        now = self.puller.now()
        gone = {each.name for each in summaries.refused if each.is_lasting}
        with self.puller.database.write() as connection:
            known = competition.load_offers(connection, self.store, list(summaries.found))
            ratings = collect_ratings([*known.values(), *(found.offers for found in by_pair.values())])
            found = [
                each
                for asin, offers in summaries.found.items()
                for each in compare(asin, offers, pairs, by_pair, prices=prices, ratings=ratings)
            ]
            origin = Origin(self.store, now, "Amazon", self.puller.run)
            tally = competition.store_compared(connection, found, self.marketplace.currency, origin)
            lost = [pair for pair in batch.pairs if pair[0] in gone]
            competition.store_unanswered(connection, self.store, lost, at=now)
        reading.add("competition", tally)
        self._note(GET_COMPETITIVE_SUMMARY, summaries)
        self._note(GET_ITEM_OFFERS, rated)
        self._note(GET_EXPECTED_PRICES, expected)
        if problems:
            raise problems[0]

    def _beside(self, problems: list[RemoteError], call: Callable[[], Answers[Any, Any]]) -> Answers[Any, Any] | None:
        """Make a call beside the first; what goes wrong with it comes up when the first one's answer is kept."""
        try:
            return self._unless_used_up(call)
        except RemoteError as error:
            problems.append(error)
            return None

    def _unless_used_up(self, call: Callable[[], Answers[Any, Any]]) -> Answers[Any, Any] | None:
        """Make a call, or return None where its quota is used up: that is no error, only not its turn."""
        made = self.amazon.transport.calls
        try:
            return call()
        except TemporaryError as error:
            if not error.is_unread:
                raise
            if error.status is None and self.amazon.transport.calls > made:
                # The quota is one call: where that failed, there is none for a second try.
                raise TemporaryError(
                    f"amazon, {error.operation}: the call failed, and the quota leaves no second try.",
                    "A later cycle makes it again.",
                    system="amazon",
                    operation=error.operation,
                ) from error
            return None

    def _note(self, operation: Operation, answers: Answers[Any, Any] | None) -> None:
        """Write down which questions of a batch were not answered, once for each reason."""
        with self.puller.database.write() as connection:
            for error in tell_refused(operation, answers.refused if answers else ()):
                failures.record_failure(connection, error, store=self.store, run=self.puller.run, at=self.puller.now())
