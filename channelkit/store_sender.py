"""What a cycle sends to one store's Amazon side, and how it learns what became of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.amazon.client import Amazon
from channelkit.apply import SENDING, Applied, Sender, roads
from channelkit.apply.feed_answers import FeedFollower, Followed
from channelkit.apply.feeds import FeedSender
from channelkit.apply.listing_calls import Caller
from channelkit.apply.preview import validate
from channelkit.clock import Clock
from channelkit.database.connection import Database
from channelkit.database.lease import Lease
from channelkit.facts import Store
from channelkit.model.changes import PUBLISH
from channelkit.model.columns import one
from channelkit.offered import complete_offers, find_complaints
from channelkit.outcome import Decision


@dataclass(frozen=True)
class StoreSender:
    """Sends changes of one store's listings that were decided and written down.

    Arguments:
        run: the run that sends.
        progress: is told, in words, what is being done.
    """

    database: Database
    amazon: Amazon
    store: Store
    run: str
    clock: Clock
    progress: Callable[[str], None]

    def send(self, planned: pa.Table, decision: Decision, lease: Lease, seconds: float = SENDING) -> Applied:
        """Send what the journal has planned, for some seconds at the most."""
        store, planned = self.store, self._complete(planned, decision)
        needs = (self.database, self.amazon, store.marketplace, store.name, self.run, lease, self.clock, self.progress)
        return roads.send(Sender(*needs, seconds), FeedSender(*needs), planned)

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

    def _complete(self, planned: pa.Table, decision: Decision) -> pa.Table:
        """Return changes with product types, and new listings with what the definition of theirs asks for besides."""
        planned = _with_types(planned, decision)
        if not pc.any(pc.equal(planned["field"], PUBLISH)).as_py():
            return planned
        place = pc.index_in(one(planned["seller_sku"]), value_set=one(decision.tabs["seller_sku"]))
        of_products = one(decision.tabs["product_sku"]).take(place)
        with self.database.read() as connection:
            return complete_offers(connection, self.store.marketplace, planned, of_products)


def _with_types(changes: pa.Table, decision: Decision) -> pa.Table:
    """Return changes with Amazon's product type of each listing."""
    types = decision.product_types
    place = pc.index_in(changes["seller_sku"], types["seller_sku"].combine_chunks())
    return changes.append_column("product_type", types["product_type"].take(place))
