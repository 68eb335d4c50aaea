"""Sending a plan: every kind of change, written down beside each call, and a new listing never made twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest

from channelkit.amazon.client import Amazon
from channelkit.amazon.listings import find_listing
from channelkit.apply.listing_calls import Caller
from channelkit.apply.offers import Applied, Sender
from channelkit.apply.preview import validate
from channelkit.database import journal, stores
from channelkit.database.connection import Database
from channelkit.database.lease import Lease, hold
from channelkit.errors import AuthError
from channelkit.model.changes import (
    BUSINESS,
    CHANGES,
    CONDITION,
    END,
    FULFILLMENT,
    HANDLING,
    LIST_PRICE,
    NOTES,
    PRICE,
    PUBLISH,
    QUANTITY,
    SALE,
)
from channelkit.model.marketplaces import marketplace
from channelkit.model.offer_terms import write_business, write_sale
from channelkit.model.stores import Installation
from channelkit.sandbox.amazon.listings import Listing, Shelf
from channelkit.sandbox.server import Running
from tests.amazon_kit import connect
from tests.conftest import RunSandbox
from tests.database_fixtures import Kind
from tests.kit_fixtures import StandingClock

US = marketplace("US")
HOUR = 3_600
NEW = "NEW/1, A"

Row = dict[str, Any]


def change(sku: str, field: str, after: int | str | None) -> Row:
    is_text = field in (CONDITION, NOTES, FULFILLMENT, BUSINESS, SALE)
    value = {"after": None, "after_text": after} if is_text else {"after": after, "after_text": None}
    return {"seller_sku": sku, "field": field, "because": "A test wants it.", **value}


def publish(sku: str, asin: str, **terms: Any) -> Row:
    usual = {"condition": "new_new", "notes": "", "price": 1_990, "quantity": 3, "handling": 2}
    words = {"asin": asin, **usual, "fulfillment": "merchant", **terms}
    return change(sku, PUBLISH, 1) | {"after_text": json.dumps(words)}


def end(sku: str) -> Row:
    return change(sku, END, 0)


@dataclass
class Desk:
    """A store's database and its side of a quiet sandbox; what is sent is journaled first, as a cycle does it."""

    database: Database
    running: Running
    amazon: Amazon
    lease: Lease

    @property
    def shelf(self) -> Shelf:
        found: Shelf = self.running.world.amazon.shelf(self.amazon.seller_id, US.id)
        return found

    @property
    def sender(self) -> Sender:
        clock = StandingClock(sandbox=self.running.world.clock)
        return Sender(self.database, self.amazon, US, "us", "run", self.lease, clock, lambda _words: None)

    def plan(self, *rows: Row) -> pa.Table:
        """Journal a plan and return it as a cycle hands it to the sender."""
        going = pa.Table.from_pylist(list(rows), schema=CHANGES.schema())
        with self.database.write() as connection:
            planned = journal.record_plan(
                connection,
                store="us",
                run="run",
                fingerprint="f",
                going=going,
                held=going.slice(0, 0).append_column("note", pa.array([], pa.string())),
                listings=9,
                verdict="clear",
                note="",
                at=1,
            )
        return planned.append_column("product_type", pa.nulls(planned.num_rows, pa.string()))

    def send(self, *rows: Row) -> Applied:
        return self.sender.send(self.plan(*rows))

    def validate(self, changes: pa.Table) -> pa.Table:
        clock = StandingClock(sandbox=self.running.world.clock)
        return validate(Caller(self.amazon, US), changes, clock, lambda _words: None)

    def wait(self, seconds: float = HOUR) -> None:
        self.running.world.clock.skip(seconds)
        self.running.world.move()

    def states(self) -> list[tuple[str, str, str]]:
        with self.database.read() as connection:
            rows = journal.load_changes(connection).to_pylist()
        return [(row["field"], row["state"], row["note"]) for row in rows]

    def sold(self) -> Listing:
        listings = self.shelf.listings.values()
        return next(each for each in listings if "BUYABLE" in each.status and not each.by_amazon and each.quantity > 3)

    def unlisted(self) -> str:
        items = self.running.world.amazon.items.by_asin.values()
        return next(each.asin for each in items if not each.parent and not self.shelf.with_asin(each.asin))

    def calls_of(self, operation: str) -> list[str]:
        return [each for each in self.seen if each == operation]

    def __post_init__(self) -> None:
        self.seen: list[str] = []
        call = self.amazon.transport.call

        def counted(operation: Any, *words: Any, **named: Any) -> Any:
            self.seen.append(operation.name)
            return call(operation, *words, **named)

        self.amazon.transport.call = counted  # type: ignore[method-assign]  # counts, and passes everything on


@pytest.fixture
def kind() -> Kind:
    """Return one database: what the journal says is tested on both in its own tests, and on both by whole cycles."""
    return "sqlite"


@pytest.fixture
def desk(run_sandbox: RunSandbox, database: Database) -> Iterator[Desk]:
    running = run_sandbox(speed=0, products=50, quiet=True, throttling=False)
    amazon = connect(running, clock=StandingClock(sandbox=running.world.clock))
    installation = Installation("host", "database", "https://shop", amazon.seller_id)
    with database.write() as connection:
        stores.register_store(connection, "us", account="a", marketplace_id=US.id, website="us", at=1)
        stores.confirm_golive(connection, "us", by="a test", at=1, installation=installation)
    with hold(database, "store/us", "a test") as lease:
        yield Desk(database, running, amazon, lease)


def test_every_field_of_a_listing_leaves_in_one_call_and_shows_later(desk: Desk) -> None:
    sku = desk.sold().sku
    numbers = {PRICE: 2_345, QUANTITY: 6, HANDLING: 4}
    words = {CONDITION: "used_good", NOTES: "A dent."}
    rows = [change(sku, field, after) for field, after in numbers.items()]
    applied = desk.send(*rows, *(change(sku, field, after) for field, after in words.items()))
    assert (applied.accepted, desk.calls_of("patchListingsItem")) == (5, ["patchListingsItem"])
    desk.wait()
    listing = desk.shelf.listings[sku]
    assert (listing.price, listing.quantity, listing.condition, listing.note) == (2_345, 6, "3", "A dent.")


def test_all_prices_of_a_listing_leave_in_one_call_and_are_read_back(desk: Desk) -> None:
    """LS-06, LS-10."""
    sku = desk.sold().sku
    business, sale = write_business(2_000, [(5, "5%"), (10, "8%")]), write_sale(1_900, "2026-12-01", "2026-12-24")
    rows = [change(sku, PRICE, 2_345), change(sku, BUSINESS, business), change(sku, SALE, sale)]
    applied = desk.send(*rows, change(sku, LIST_PRICE, 2_999))
    assert (applied.accepted, desk.calls_of("patchListingsItem")) == (4, ["patchListingsItem"])
    desk.wait()
    shown = find_listing(desk.amazon, US, sku) or {}
    assert (shown["price"], shown["business"], shown["sale"], shown["list_price"]) == (2_345, business, sale, 2_999)
    desk.send(change(sku, BUSINESS, ""), change(sku, SALE, None), change(sku, LIST_PRICE, 0))
    desk.wait()
    shown = find_listing(desk.amazon, US, sku) or {}
    assert (shown["price"], shown["business"], shown["sale"], shown["list_price"]) == (2_345, "", "", None)


def test_a_business_price_that_cannot_be_read_is_refused_alone(desk: Desk) -> None:
    first, second = (each.sku for each in list(desk.shelf.listings.values())[:2])
    applied = desk.send(change(first, BUSINESS, "cheap"), change(second, PRICE, 2_345))
    assert (applied.refused, applied.accepted) == (1, 1)


def test_a_new_listing_gets_the_product_tax_code_and_a_later_one_gets_none(desk: Desk) -> None:
    """LS-08: what is not told is Amazon's own."""
    asin = desk.unlisted()
    desk.send(publish(NEW, asin, tax_code="A_GEN_STANDARD"), publish("PLAIN", asin))
    desk.wait()
    code = [{"value": "A_GEN_STANDARD", "marketplace_id": US.id}]
    assert (desk.shelf.listings[NEW].attributes or {})["product_tax_code"] == code
    assert "product_tax_code" not in (desk.shelf.listings["PLAIN"].attributes or {})


def test_a_note_that_is_to_be_nothing_goes(desk: Desk) -> None:
    listing = desk.sold()
    listing.note = "Old words."
    desk.send(change(listing.sku, NOTES, None))
    desk.wait()
    assert listing.note == ""


def test_switching_who_fulfils_leaves_as_one_replacement(desk: Desk) -> None:
    """AC-08: the quantity that the plan gives goes with the merchant's channel, and none with Amazon's."""
    sku = desk.sold().sku
    desk.send(change(sku, FULFILLMENT, "amazon"))
    desk.wait()
    assert desk.shelf.listings[sku].channel == "AMAZON_NA"
    desk.send(change(sku, FULFILLMENT, "merchant"), change(sku, QUANTITY, 4))
    desk.wait()
    assert (desk.shelf.listings[sku].channel, desk.shelf.listings[sku].quantity) == ("DEFAULT", 4)


def test_a_listing_is_published_and_ended_and_each_is_written_down(desk: Desk) -> None:
    """AC-01, AC-02."""
    asin = desk.unlisted()
    assert desk.send(publish(NEW, asin, condition="used_good", notes="A dent.")).accepted == 1
    desk.wait()
    made = desk.shelf.listings[NEW]
    assert made.item is not None
    assert (made.item.asin, made.price, made.quantity, made.note) == (asin, 1_990, 3, "A dent.")
    assert desk.send(end(NEW)).accepted == 1
    desk.wait()
    assert NEW not in desk.shelf.listings
    assert desk.states() == [("publish", "accepted", ""), ("end", "accepted", "")]


def test_what_is_there_already_with_the_wanted_asin_is_not_made_a_second_time(desk: Desk) -> None:
    """A crash between sent and answered: the next plan publishes again, and finds that it arrived."""
    asin = desk.unlisted()
    desk.send(publish(NEW, asin))
    desk.wait()
    desk.shelf.listings[NEW].price = 2_500
    assert desk.send(publish(NEW, asin)).accepted == 1
    assert len(desk.calls_of("putListingsItem")) == 1
    desk.wait()
    assert desk.shelf.listings[NEW].price == 2_500, "nothing was put over what stands there"
    assert "there already" in desk.states()[-1][2]


def test_a_seller_sku_that_is_another_item_is_refused_and_never_overwritten(desk: Desk) -> None:
    listing = desk.sold()
    assert listing.item is not None
    applied = desk.send(publish(listing.sku, desk.unlisted()))
    assert (applied.refused, desk.calls_of("putListingsItem")) == (1, [])
    (field, state, note) = desk.states()[-1]
    assert (field, state) == ("publish", "refused")
    assert listing.item.asin in note


def test_an_empty_page_of_a_search_makes_no_second_listing(desk: Desk) -> None:
    """Pages get lost; that a listing is not there is asked for by its path."""
    listing = desk.sold()
    assert listing.item is not None
    desk.running.faults.add("lost_page", "searchListingsItems", count=5)
    desk.send(publish(listing.sku, listing.item.asin))
    assert desk.calls_of("putListingsItem") == []


def test_a_look_up_without_an_answer_sends_nothing_and_says_so(desk: Desk) -> None:
    desk.running.faults.add("server_error", "getListingsItem", count=20)
    applied = desk.send(publish(NEW, desk.unlisted()))
    assert (applied.dropped, applied.unanswered, desk.calls_of("putListingsItem")) == (1, 0, [])
    assert desk.states()[-1][1] == "dropped"


def test_a_publication_whose_answer_is_lost_stays_sent_and_is_found_by_the_next(desk: Desk) -> None:
    """Nobody knows whether it arrived: it is neither accepted nor sent again until it was looked up."""
    asin = desk.unlisted()
    desk.running.faults.add("lost_answer", "putListingsItem", count=1)
    applied = desk.send(publish(NEW, asin))
    assert (applied.unanswered, desk.states()[-1][1]) == (1, "sent")
    assert len(desk.calls_of("putListingsItem")) == 1
    desk.wait()
    assert desk.send(publish(NEW, asin)).accepted == 1
    assert len(desk.calls_of("putListingsItem")) == 1


def test_a_run_that_dies_between_sent_and_answered_leaves_sent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = desk.plan(publish(NEW, desk.unlisted()), end(desk.sold().sku))
    call = desk.amazon.transport.call

    def die(operation: Any, *words: Any, **named: Any) -> Any:
        answer = call(operation, *words, **named)
        if operation.name == "putListingsItem":
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(desk.amazon.transport, "call", die)
    with pytest.raises(KeyboardInterrupt):
        desk.sender.send(planned)
    assert [state for _field, state, _note in desk.states()] == ["sent", "planned"]


def test_ending_what_is_gone_already_is_no_failure(desk: Desk) -> None:
    """AC-02: whatever Amazon calls its reason, what is not there has ended."""
    applied = desk.send(end("NOBODY/1"))
    assert (applied.accepted, applied.refused) == (1, 0)
    assert desk.states() == [("end", "accepted", "Amazon has it no more.")]


def test_an_end_that_amazon_refuses_is_told_in_its_words(desk: Desk) -> None:
    desk.running.faults.add("rejected_write", "deleteListingsItem", count=1)
    assert desk.send(end(desk.sold().sku)).refused == 1
    assert desk.states()[-1][2] == "Amazon refuses this value at the moment."


def test_a_publication_that_amazon_finds_invalid_is_refused_in_its_words(desk: Desk) -> None:
    """INVALID comes under status 200."""
    applied = desk.send(publish(NEW, "B0NOTTHERE"))
    assert applied.refused == 1
    assert "not in Amazon's catalog" in desk.states()[-1][2]


def test_a_publication_that_lacks_a_term_is_refused_before_anything_is_sent(desk: Desk) -> None:
    row = publish(NEW, "B000000001") | {"after_text": '{"asin": "B000000001", "price": 1990}'}
    assert desk.send(row).refused == 1
    assert desk.calls_of("putListingsItem") == []
    assert "lacks a term" in desk.states()[-1][2]


def test_an_unknown_sku_is_refused_and_the_rest_goes_on(desk: Desk) -> None:
    sku = desk.sold().sku
    applied = desk.send(change("NOBODY", QUANTITY, 1), change(sku, QUANTITY, 1))
    assert (applied.refused, applied.accepted) == (1, 1)
    assert "does not exist" in desk.states()[0][2]


def test_validating_says_what_amazon_says_once_a_second_and_saves_nothing(desk: Desk) -> None:
    """A preview: its words count, its codes never do, and the journal knows nothing of it."""
    desk.running.world.amazon.throttling = True
    sku, asin = desk.sold().sku, desk.unlisted()
    planned = desk.plan(
        change(sku, QUANTITY, 2),
        change(sku, PRICE, 2_000),
        change("NOBODY", PRICE, 2_000),
        publish(NEW, asin),
        publish("NEW-2", "B0NOTTHERE"),
        publish(sku, asin),
        end(sku),
    )
    clock = desk.running.world.clock
    began = clock.now()
    found = desk.validate(planned)
    assert clock.now() - began >= 4
    verdicts = {(row["seller_sku"], row["field"]): (row["verdict"], row["words"]) for row in found.to_pylist()}
    assert verdicts[sku, QUANTITY] == verdicts[sku, PRICE] == ("valid", "")
    assert verdicts["NOBODY", PRICE] == ("invalid", f"SKU 'NOBODY' does not exist in marketplace {US.id}.")
    assert verdicts[NEW, PUBLISH] == ("valid", "")
    assert verdicts["NEW-2", PUBLISH][0] == "invalid"
    assert "nothing was sent" in verdicts[sku, PUBLISH][1]
    assert verdicts[sku, END] == ("not known", "Amazon offers no preview of an ending.")
    assert {state for _field, state, _note in desk.states()} == {"planned"}
    desk.wait()
    assert NEW not in desk.shelf.listings
    assert desk.shelf.listings[sku].quantity > 2


def test_a_preview_without_an_answer_is_not_known(desk: Desk) -> None:
    planned = desk.plan(change(desk.sold().sku, QUANTITY, 2))
    desk.running.faults.add("server_error", "patchListingsItem", count=20)
    (row,) = desk.validate(planned).to_pylist()
    assert row["verdict"] == "not known"
    assert row["words"]


def test_without_permission_nothing_more_is_sent_or_validated(desk: Desk) -> None:
    sku = desk.sold().sku
    desk.running.faults.add("forbidden", count=None)
    planned = desk.plan(publish(NEW, desk.unlisted()), change(sku, QUANTITY, 1))
    with pytest.raises(AuthError):
        desk.validate(planned)
    with pytest.raises(AuthError):
        desk.sender.send(planned)
    assert {state for _field, state, _note in desk.states()} == {"dropped"}
