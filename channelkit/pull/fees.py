"""Reading what Amazon would keep of prices, a few batches a cycle, the most useful first.

It is asked for when everything is sent that is certain; a call comes back every two seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from channelkit.amazon.client import Amazon
from channelkit.amazon.fees import PRICES_AT_ONCE, Fees, Proposed, read_fees
from channelkit.amazon.operations import GET_FEES
from channelkit.amazon.pricing import Answers
from channelkit.database import failures
from channelkit.database.difference import Tally
from channelkit.database.fees import FEES, Costs, find_due_fees, store_fees, store_unanswered
from channelkit.errors import AuthError, DocumentError, TemporaryError
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.batch_errors import tell_refused
from channelkit.pull.reading import HOUR, Puller, Reading

REVENUE_OF = 30 * 24 * HOUR
"""What listings sold in this time tells which of them matter most."""


@dataclass(frozen=True)
class FeeReader:
    """Reads what Amazon would keep of one store's prices (PR-09).

    Arguments:
        calls: how many batches of twenty a cycle asks at the most; 0 asks none.
        wanted: seller SKUs that somebody needs the fees of; None for all on sale.
        costs: only of listings whose product has a cost there; None of any.
    """

    puller: Puller
    amazon: Amazon
    marketplace: Marketplace
    store: str
    calls: int
    wanted: Sequence[str] | None = None
    costs: Costs | None = None

    def read(self) -> Reading:
        """Ask for the next fees in turn.

        What goes wrong is written down and keeps nothing else from being acted on.
        """
        reading, attempt = Reading(), Reading()
        try:
            self.puller.attempt(attempt, self.store, partial(self._read, reading))
        except AuthError:
            # It is written down; prices and quantities need no fees.
            self.puller.progress(f"{self.store}: Amazon's fees may not be read")
        for error in attempt.errors:
            words = f"What Amazon would keep was not read to the end for store {self.store!r}: {error.what}"
            reading.errors.append(DocumentError(words, error.fix))
        return reading

    def _read(self, reading: Reading) -> None:
        due = self._due()
        for start in range(0, len(due), PRICES_AT_ONCE):
            batch = due[start : start + PRICES_AT_ONCE]
            self.puller.progress(f"{self.store}: asking what Amazon would keep of {len(batch)} prices")
            try:
                answers = read_fees(self.amazon, self.marketplace, batch)
            except TemporaryError as error:
                if error.is_unread:
                    # The quota is used up: that is no error, only not its turn.
                    return
                raise
            self._keep(reading, batch, answers)

    def _due(self) -> list[Proposed]:
        now, count = self.puller.now(), self.calls * PRICES_AT_ONCE
        if not count:
            return []
        with self.puller.database.read() as connection:
            since = now - REVENUE_OF
            due = find_due_fees(connection, self.store, now, count, since, wanted=self.wanted, costs=self.costs)
        return [Proposed(row["seller_sku"], row["price"], row["by_amazon"]) for row in due.to_pylist()]

    def _keep(self, reading: Reading, batch: Sequence[Proposed], answers: Answers[str, Fees]) -> None:
        now, currency = self.puller.now(), self.marketplace.currency
        prices = {each.seller_sku: each.price for each in batch}
        found = [{"seller_sku": sku, **each._asdict()} for sku, each in answers.found.items()]
        lost = {each.name: (prices[each.name], each.message) for each in answers.refused if each.is_lasting}
        with self.puller.database.write() as connection:
            store_fees(connection, self.store, pa.Table.from_pylist(found, schema=FEES), currency, at=now)
            store_unanswered(connection, self.store, lost, currency, at=now)
            for error in tell_refused(GET_FEES, answers.refused):
                failures.record_failure(connection, error, store=self.store, run=self.puller.run, at=now)
        reading.add("fees", Tally(new=len(found)))
