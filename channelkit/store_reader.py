"""What a cycle reads of one store's Amazon side: its listings, its catalog, others' offers, what Amazon keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from channelkit.amazon.client import Amazon
from channelkit.clock import Clock
from channelkit.database.connection import Database
from channelkit.database.fees import Costs
from channelkit.facts import Store
from channelkit.price_facts import find_views
from channelkit.pull.amazon import AmazonReader
from channelkit.pull.catalog import CatalogReader
from channelkit.pull.competition import CompetitionReader
from channelkit.pull.definitions import DefinitionReader
from channelkit.pull.fees import FeeReader
from channelkit.pull.participations import ParticipationReader
from channelkit.pull.reading import Puller, Reading


@dataclass(frozen=True)
class StoreReader:
    """Reads one store's Amazon side into the facts.

    Arguments:
        run: the run that reads.
        progress: is told, in words, what is being done.
    """

    database: Database
    amazon: Amazon
    store: Store
    run: str
    clock: Clock
    progress: Callable[[str], None]

    def read_listings(self, wait: bool = False) -> Reading:
        """Read the store's listings; see `channelkit.pull.amazon.AmazonReader.read`."""
        store = self.store
        needs = (self._puller, self.amazon, store.marketplace, store.name)
        return AmazonReader(*needs, store.report_hours, store.sweep_calls).read(wait)

    def search(self) -> Reading:
        """Search Amazon's catalog for products without a listing; see `channelkit.pull.catalog.CatalogReader`."""
        store = self.store
        needs = (self._puller, self.amazon, store.marketplace, store.name)
        return CatalogReader(*needs, store.general, store.catalog_calls).read()

    def read_definitions(self) -> Reading:
        """Read what Amazon asks of listings of the store's product types."""
        return DefinitionReader(self._puller, self.amazon, self.store.marketplace, self.store.name).read()

    def compare(self, followers: Sequence[str]) -> Reading:
        """Read what others want for the same items, and what Amazon keeps; the next cycle's prices follow them.

        Arguments:
            followers: seller SKUs whose price follows others; they are asked about before any other.
        """
        store, puller = self.store, self._puller
        needs = (puller, self.amazon, store.marketplace, store.name)
        reading = CompetitionReader(*needs, store.competition_calls, followers).read()
        if followers:
            reading.include(ParticipationReader(puller, self.amazon, store.name).read())
        if store.prices.cost:
            reading.include(FeeReader(*needs, store.fee_calls, costs=self._costs).read())
        return reading

    @property
    def _costs(self) -> Costs:
        with self.database.read() as connection:
            return Costs(self.store.prices.cost, find_views(connection, self.store, self.store.prices))

    @property
    def _puller(self) -> Puller:
        return Puller(self.database, self.clock, self.run, self.progress)
