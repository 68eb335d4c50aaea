"""Reading fees: a few batches a cycle within the quota, only of what is asked for, and errors by their entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from channelkit.amazon.client import Amazon
from channelkit.database.connection import Database
from channelkit.database.fees import load_estimates, load_fees
from channelkit.database.quota import Quota
from channelkit.database.schema import buckets, failures, listings, tabs
from channelkit.model.marketplaces import marketplace
from channelkit.pull.fees import FeeReader
from channelkit.pull.reading import Puller, Reading
from channelkit.sandbox.server import Running
from tests.amazon_caller import AmazonCaller
from tests.amazon_kit import connect
from tests.conftest import sandboxes
from tests.kit_fixtures import StandingClock
from tests.order_rows import add, add_store

US = marketplace("US")
FEES = "getMyFeesEstimates"
LISTED = 30


@dataclass
class Desk:
    """A store's database with listings on sale that the sandbox knows, and its seller's client with its quotas."""

    database: Database
    running: Running
    amazon: Amazon
    clock: StandingClock
    skus: list[str]

    def read(self, calls: int = 9, wanted: Sequence[str] | None = None) -> Reading:
        """Read fees, as one cycle does."""
        puller = Puller(self.database, self.clock, "a run", lambda _words: None)
        return FeeReader(puller, self.amazon, US, "us", calls, wanted).read()

    def add(self, *skus: str) -> None:
        for sku in skus:
            facts = {"seller_sku": sku, "asin": f"B-{sku}", "price": 2000, "currency": "USD", "observed_at": 1}
            add(self.database, listings, {"store": "us", "fulfillment_channel": "DEFAULT", **facts})
            decided = {"store": "us", "listed": 1, "sku": sku, "seller_sku": sku, "product_sku": sku}
            add(self.database, tabs, decided | {"tab": "Active", "status": "Active", "since": 1, "digest": 1})

    @property
    def known(self) -> list[str]:
        with self.database.read() as connection:
            skus: list[str] = load_fees(connection, "us")["seller_sku"].to_pylist()
        return skus

    @property
    def calls(self) -> int:
        query = sa.select(sa.func.coalesce(sa.func.sum(buckets.c.calls), 0)).where(buckets.c.operation == FEES)
        with self.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    @property
    def noted(self) -> list[tuple[str, int | None]]:
        query = sa.select(failures.c.operation, failures.c.status).order_by(failures.c.id)
        with self.database.read() as connection:
            return [(row.operation, row.status) for row in connection.execute(query)]


@pytest.fixture(scope="module")
def running(openapi_folder: Path | None) -> Iterator[Running]:
    """A sandbox for all tests of this module; nothing here changes what it sells."""
    with sandboxes(openapi_folder) as run:
        yield run(speed=0, products=60, quiet=True)


@pytest.fixture
def desk(running: Running, database: Database) -> Iterator[Desk]:
    clock = StandingClock(sandbox=running.world.clock)
    amazon = connect(running, clock=clock)
    amazon.transport.throttle = Quota(database, "amazon/na/seller", clock)
    shelf = AmazonCaller(running).shelf.listings.values()
    skus = sorted(each.sku for each in shelf if each.item is not None)[:LISTED]
    add_store(database)
    desk = Desk(database, running, amazon, clock, skus)
    desk.add(*skus)
    yield desk
    running.faults.clear()
    # The next test begins with a full quota on Amazon's side, too.
    running.world.clock.skip(60)


def test_fees_of_all_on_sale_are_read_and_not_read_again_while_they_are_good(desk: Desk) -> None:
    reading = desk.read()
    assert reading.is_complete and reading.tallies["fees"].new == LISTED
    assert desk.known == desk.skus
    assert desk.calls == 2
    assert desk.read().tallies == {}
    assert desk.calls == 2
    with desk.database.read() as connection:
        fees = load_fees(connection, "us").to_pylist()
    assert {(row["price"], row["referral"], row["fulfillment"]) for row in fees} == {(2000, 300, 0)}


def test_only_what_somebody_needs_is_asked_for(desk: Desk) -> None:
    desk.read(wanted=[*desk.skus[3:6], "NOBODY"])
    assert desk.known == desk.skus[3:6]
    assert desk.calls == 1


def test_a_cycle_makes_so_many_calls_and_the_next_goes_on(desk: Desk) -> None:
    desk.read(calls=1)
    assert desk.calls == 1 and len(desk.known) == 20
    desk.read(calls=1)
    assert desk.calls == 2 and len(desk.known) == LISTED
    assert desk.read(calls=0).tallies == {}


def test_the_published_rate_is_kept(desk: Desk) -> None:
    """Two seconds between calls, so that Amazon never turns one away."""
    began = desk.clock.now()
    desk.read()
    assert desk.calls == 2 and desk.clock.now() - began >= 2
    assert desk.noted == []


def test_what_one_entry_lacks_is_written_down_and_the_others_are_kept(desk: Desk) -> None:
    desk.add(" GONE")
    desk.running.faults.add("failed_entry", FEES, count=1)
    reading = desk.read(calls=1)
    assert reading.is_complete and reading.tallies["fees"].new == 19
    assert desk.noted == [(FEES, 500)]
    desk.read()
    assert desk.noted[1:] == [(FEES, 400)] and desk.known == desk.skus
    with desk.database.read() as connection:
        notes = {row["seller_sku"]: row["note"] for row in load_estimates(connection, "us").to_pylist()}
    assert "invalid SellerSKU" in notes[" GONE"]
    assert desk.read().tallies == {}, "what Amazon does not know is not asked again at once"


def test_without_the_quota_nothing_is_read_and_nothing_is_wrong(desk: Desk) -> None:
    desk.running.faults.add("throttle", FEES, count=None)
    assert desk.read().errors == []
    assert desk.known == []


@pytest.mark.parametrize("weather", ["html_503", "forbidden"])
def test_where_amazon_does_not_answer_that_is_told_and_stops_nothing(desk: Desk, weather: str) -> None:
    desk.running.faults.add(weather, FEES, count=None)
    (error,) = desk.read().errors
    assert "would keep was not read to the end" in error.what
    assert desk.known == [] and desk.noted
