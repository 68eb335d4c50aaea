"""Sending in bulk: written down before it leaves, found again, followed, and answered message by message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from channelkit.apply.feed_answers import FeedFollower, Followed
from channelkit.apply.feeds import FeedSender
from channelkit.apply.offers import Applied
from channelkit.apply.roads import send
from channelkit.database import journal, stores
from channelkit.database.connection import Database
from channelkit.database.lease import hold
from channelkit.database.listing_schema import feeds
from channelkit.errors import AuthError
from channelkit.model.changes import PRICE, QUANTITY, SALE
from channelkit.model.offer_terms import write_sale
from channelkit.model.stores import Installation
from tests.amazon_kit import connect
from tests.conftest import RunSandbox
from tests.kit_fixtures import StandingClock
from tests.test_apply_offers import US, Desk, Row, change, end, publish

MINUTES = 60.0
DONE_AFTER = 6 * MINUTES


@dataclass
class Counter(Desk):
    """A desk that sends in bulk as soon as more than two listings change."""

    most: int = 25_000

    @property
    def feed_sender(self) -> FeedSender:
        sender = self.sender
        return FeedSender(
            self.database,
            self.amazon,
            US,
            "us",
            "run",
            self.lease,
            sender.clock,
            sender.progress,
            most=self.most,
        )

    def plan(self, *rows: Row) -> pa.Table:
        named = [{"before": None} | row for row in rows]
        return super().plan(*named)

    def send(self, *rows: Row) -> Applied:
        return send(self.sender, self.feed_sender, self.plan(*rows), limit=2)

    def follow(self, seconds: float = 0.0) -> Followed:
        self.wait(seconds)
        sender = self.sender
        return FeedFollower(self.database, self.amazon, US, "us", "run", sender.clock, sender.progress).follow()

    def feeds(self) -> list[tuple[str, str]]:
        with self.database.read() as connection:
            query = sa.select(feeds.c.state, feeds.c.note).order_by(feeds.c.submitted_at, feeds.c.feed_id)
            return [(row.state, row.note) for row in connection.execute(query)]

    def rows(self) -> list[Row]:
        with self.database.read() as connection:
            found: list[Row] = journal.load_changes(connection).to_pylist()
        return found

    def by_sku(self) -> dict[str, str]:
        return {row["seller_sku"]: row["state"] for row in self.rows()}

    def skus(self, count: int) -> list[str]:
        listings = self.shelf.listings.values()
        found = [each.sku for each in listings if not each.by_amazon and each.quantity > 3 and each.price]
        return found[:count]

    def submitted(self) -> int:
        return len(self.running.world.amazon.feeds.feeds)


@pytest.fixture
def desk(run_sandbox: RunSandbox, database: Database) -> Iterator[Counter]:
    running = run_sandbox(speed=0, products=50, quiet=True, throttling=False)
    amazon = connect(running, clock=StandingClock(sandbox=running.world.clock))
    installation = Installation("host", "database", "https://shop", amazon.seller_id)
    with database.write() as connection:
        stores.register_store(connection, "us", account="a", marketplace_id=US.id, website="us", at=1)
        stores.confirm_golive(connection, "us", by="a test", at=1, installation=installation)
    with hold(database, "store/us", "a test") as lease:
        yield Counter(database, running, amazon, lease)


def prices(skus: list[str], cents: int = 1_234) -> list[Row]:
    return [change(sku, PRICE, cents) for sku in skus]


def test_many_changes_leave_in_one_submission_and_take_effect(desk: Counter) -> None:
    skus = desk.skus(4)
    applied = desk.send(*prices(skus), change(skus[0], QUANTITY, 9))
    assert (applied.submitted, applied.accepted, desk.submitted()) == (5, 0, 1)
    assert desk.calls_of("patchListingsItem") == []
    assert {row["state"] for row in desk.rows()} == {"sent"} and len({row["feed"] for row in desk.rows()}) == 1
    assert desk.follow(1.0).under_way == 1
    followed = desk.follow(DONE_AFTER)
    assert (followed.closed, followed.accepted, followed.errors) == (1, 5, [])
    assert {row["state"] for row in desk.rows()} == {"accepted"} and desk.feeds() == [("done", "")]
    desk.wait()
    assert [desk.shelf.listings[sku].price for sku in skus] == [1_234] * 4
    assert desk.shelf.listings[skus[0]].quantity == 9


def test_prices_in_a_submission_leave_the_rest_of_each_offer_byte_for_byte(desk: Counter) -> None:
    bounds = {"minimum_seller_allowed_price": [{"schedule": [{"value_with_tax": 1}]}]}
    here = {"marketplace_id": US.id, "currency": "USD"}
    skus = desk.skus(3)
    for sku in skus:
        price = [{"schedule": [{"value_with_tax": 30}]}]
        entries = [{**here, "audience": audience, "our_price": price, **bounds} for audience in ("ALL", "B2B")]
        desk.shelf.listings[sku].attributes = {"purchasable_offer": entries}
    before = [str((desk.shelf.listings[sku].attributes or {})["purchasable_offer"]) for sku in skus]
    sale = write_sale(1_900, "2026-12-01", "2026-12-24")
    assert desk.send(*prices(skus), *(change(sku, SALE, sale) for sku in skus)).submitted == 6
    desk.follow(DONE_AFTER)
    desk.wait()
    assert [desk.shelf.listings[sku].price for sku in skus] == [1_234] * 3
    after = []
    for sku in skus:
        consumers, businesses = (desk.shelf.listings[sku].attributes or {})["purchasable_offer"]
        assert consumers.pop("discounted_price")
        after.append(str([consumers | {"our_price": businesses["our_price"]}, businesses]))
    assert after == before


def test_what_never_waits_leaves_first_and_one_by_one(desk: Counter) -> None:
    first, second, *others = desk.skus(6)
    zero = change(first, QUANTITY, 0) | {"before": 5}
    fewer = change(second, QUANTITY, 1) | {"before": 5}
    applied = desk.send(*prices(others), zero, fewer)
    assert (applied.accepted, applied.submitted) == (2, 4)
    assert desk.seen.index("patchListingsItem") < desk.seen.index("createFeedDocument")


def test_amazons_complaints_are_matched_to_their_messages(desk: Counter) -> None:
    """Trap 16: DONE says nothing of the messages."""
    skus = desk.skus(3)
    desk.running.faults.add("rejected_message")
    desk.send(*prices([*skus, "NOT/THERE"]), change(skus[0], QUANTITY, 9))
    followed = desk.follow(DONE_AFTER)
    assert (followed.refused, followed.accepted) == (3, 2)
    refused = [(row["seller_sku"], row["field"], row["code"]) for row in desk.rows() if row["state"] == "refused"]
    assert refused == [(skus[0], PRICE, "99001"), ("NOT/THERE", PRICE, "13013"), (skus[0], QUANTITY, "99001")]
    assert "does not exist" in desk.rows()[3]["note"]


def test_what_cannot_be_written_is_refused_alone(desk: Counter) -> None:
    first, *others = desk.skus(4)
    applied = desk.send(change(first, PRICE, 0), *prices(others))
    assert (applied.refused, applied.submitted) == (1, 3)
    assert desk.by_sku()[first] == "refused"


def test_more_than_one_document_holds_leaves_in_several(desk: Counter) -> None:
    desk.most = 2
    skus = desk.skus(5)
    assert desk.send(*prices(skus)).submitted == 5
    assert desk.submitted() == 3
    # Amazon works on one after the other.
    followed = [desk.follow(DONE_AFTER) for _ in range(3)]
    assert [each.closed for each in followed] == [1, 1, 1]
    assert set(desk.by_sku().values()) == {"accepted"}


def test_what_amazon_takes_no_more_of_is_planned_anew_later(desk: Counter) -> None:
    desk.most = 1
    skus = desk.skus(7)
    applied = desk.send(*prices(skus))
    assert (applied.submitted, applied.dropped, desk.submitted()) == (5, 2, 5)
    assert list(desk.by_sku().values()) == ["sent"] * 5 + ["dropped"] * 2
    assert not desk.feed_sender.takes_more()


def test_a_lost_answer_is_found_among_amazons_feeds_and_nothing_is_handed_in_twice(desk: Counter) -> None:
    """The process may die at any point between handing in and the answer."""
    desk.running.faults.add("lost_answer", "createFeed")
    skus = desk.skus(4)
    applied = desk.send(*prices(skus))
    assert (applied.unanswered, applied.submitted, desk.submitted()) == (4, 0, 1)
    assert desk.feeds() == [("asked", "")] and set(desk.by_sku().values()) == {"sent"}
    assert sorted(desk.feed_sender.busy().to_pylist()) == sorted(skus)
    assert desk.follow(30.0).under_way == 1
    assert desk.feeds() == [("submitted", "")]
    assert desk.follow(DONE_AFTER).accepted == 4
    assert desk.submitted() == 1


def test_what_was_written_down_and_never_arrived_is_given_up_and_compared_anew(desk: Counter) -> None:
    desk.running.faults.add("server_error", "createFeed")
    desk.send(*prices(desk.skus(4)))
    assert desk.submitted() == 0
    assert desk.follow(5 * MINUTES).under_way == 1
    followed = desk.follow(6 * MINUTES)
    assert (followed.given_up, desk.feeds()) == (4, [("lost", "Amazon never listed it.")])
    assert set(desk.by_sku().values()) == {"expired"}
    assert not len(desk.feed_sender.busy())


def test_a_submission_that_is_known_already_is_not_taken_for_the_lost_one(desk: Counter) -> None:
    skus = desk.skus(7)
    desk.send(*prices(skus[:3]))
    desk.running.faults.add("lost_answer", "createFeed")
    desk.send(*prices(skus[3:6]))
    desk.follow()
    with desk.database.read() as connection:
        found = connection.execute(sa.select(feeds.c.feed_id).order_by(feeds.c.feed_id)).scalars().all()
    assert list(found) == sorted(desk.running.world.amazon.feeds.feeds)


def test_a_submission_that_amazon_turned_away_unread_is_certainly_undone(desk: Counter) -> None:
    desk.running.faults.add("throttle", "createFeed", count=None)
    applied = desk.send(*prices(desk.skus(3)))
    assert (applied.dropped, applied.unanswered, desk.submitted()) == (3, 0, 0)
    assert [state for state, _note in desk.feeds()] == ["lost"]
    assert desk.feed_sender.takes_more()


def test_an_upload_that_fails_leaves_nothing_behind(desk: Counter) -> None:
    desk.running.faults.add("server_error", "createFeedDocument", count=None)
    applied = desk.send(*prices(desk.skus(3)))
    assert (applied.dropped, desk.feeds(), set(desk.by_sku().values())) == (3, [], {"dropped"})


def test_what_amazon_cancelled_before_it_began_is_certainly_undone(desk: Counter) -> None:
    desk.running.faults.add("feed_cancelled", "createFeed")
    skus = desk.skus(3)
    before = [desk.shelf.listings[sku].price for sku in skus]
    desk.send(*prices(skus))
    followed = desk.follow(DONE_AFTER)
    assert followed.given_up == 3 and "cancelled" in followed.errors[0].what
    assert set(desk.by_sku().values()) == {"dropped"}
    desk.wait()
    assert [desk.shelf.listings[sku].price for sku in skus] == before


def test_what_amazon_gave_up_may_have_been_done_in_part_so_only_a_reading_tells(desk: Counter) -> None:
    """Trap 16: FATAL means some, none or all; meanwhile changes go one by one."""
    desk.running.faults.add("feed_fatal", "createFeed")
    skus = desk.skus(4)
    desk.send(*prices(skus))
    followed = desk.follow(DONE_AFTER)
    assert (followed.accepted, followed.refused, followed.given_up) == (0, 0, 0)
    assert set(desk.by_sku().values()) == {"sent"} and "internal error" in desk.feeds()[0][1]
    assert not desk.feed_sender.takes_more()
    desk.wait(20 * MINUTES)
    assert [desk.shelf.listings[sku].price == 1_234 for sku in skus] == [True, True, False, False]
    assert desk.send(*prices(skus, 1_300)).accepted == 4
    desk.wait(41 * MINUTES)
    assert desk.feed_sender.takes_more()


def test_a_listing_under_way_gets_nothing_else_but_a_stock_out_which_is_sent_again_if_it_was_undone(
    desk: Counter,
) -> None:
    """LS-12: a stock-out never waits, and what a bulk submission undoes is compared anew."""
    first, second, third = desk.skus(3)
    desk.send(*(change(sku, QUANTITY, 9) for sku in (first, second, third)))
    desk.wait(90.0)
    zero = change(first, QUANTITY, 0) | {"before": 9}
    applied = desk.send(zero, *prices([second]))
    assert (applied.accepted, applied.waiting, applied.is_complete) == (1, 1, True)
    desk.wait(60.0)
    assert desk.shelf.listings[first].quantity == 0
    desk.follow(DONE_AFTER)
    desk.wait(2 * MINUTES)
    assert desk.shelf.listings[first].quantity == 9
    told = {(row["seller_sku"], row["after"]): (row["state"], row["note"]) for row in desk.rows()}
    assert told[first, 0][0] == "expired" and "may have undone it" in told[first, 0][1]
    assert told[first, 9][0] == "accepted" and "under way" in told[second, 1_234][1]


def test_while_it_waits_in_amazons_queue_a_change_is_not_given_up(desk: Counter) -> None:
    """Amazon lets a feed lie for half an hour; a change in it counts as sent only when it was taken up."""
    desk.send(*prices(desk.skus(3)))
    before = desk.rows()[0]["sent_at"]
    desk.follow(100.0)
    assert desk.rows()[0]["sent_at"] == before + 100_000


def test_an_answer_that_cannot_be_read_is_read_later_and_at_last_left_to_a_reading(desk: Counter) -> None:
    desk.send(*prices(desk.skus(3)))
    desk.running.faults.add("truncated_document", "download", count=None)
    followed = desk.follow(DONE_AFTER)
    assert followed.under_way == 1 and "could not be looked after" in followed.errors[0].what
    assert set(desk.by_sku().values()) == {"sent"}
    assert desk.follow(55 * MINUTES).accepted == 3
    assert "could not be read" in desk.feeds()[0][1]


def test_a_submission_that_amazon_forgot_is_given_up(desk: Counter) -> None:
    desk.send(*prices(desk.skus(3)))
    desk.running.world.amazon.feeds.feeds.clear()
    assert desk.follow(60.0).given_up == 3
    assert desk.feeds() == [("lost", "Amazon says nothing of it any more.")]


def test_a_submission_that_never_ends_is_given_up_after_a_day(desk: Counter) -> None:
    desk.send(*prices(desk.skus(3)))
    for feed in desk.running.world.amazon.feeds.feeds.values():
        feed.started_at = feed.ended_at = float("inf")
    assert desk.follow(23 * 60 * MINUTES).under_way == 1
    assert desk.follow(2 * 60 * MINUTES).given_up == 3


def test_new_listings_are_looked_up_before_they_are_handed_in_together(desk: Counter) -> None:
    """AC-01: a listing that is there already is never overwritten, however many are new."""
    asins = [
        each.asin
        for each in desk.running.world.amazon.items.by_asin.values()
        if not each.parent and not desk.shelf.with_asin(each.asin)
    ][:2]
    (there,) = desk.skus(1)
    applied = desk.send(publish("NEW1", asins[0]), publish("NEW,2", asins[1]), publish(there, asins[0]))
    assert (applied.submitted, applied.refused) == (2, 1)
    assert [row["code"] for row in desk.rows() if row["seller_sku"] == there] == ["OtherAsin"]
    assert desk.follow(DONE_AFTER).accepted == 2
    desk.wait()
    assert {"NEW1", "NEW,2"} <= set(desk.shelf.listings)


def test_an_end_of_a_listing_that_is_under_way_does_not_wait(desk: Counter) -> None:
    skus = desk.skus(3)
    desk.send(*prices(skus))
    assert desk.send(end(skus[0])).accepted == 1


def test_when_a_person_must_act_nothing_stays_as_if_it_were_sent(desk: Counter) -> None:
    desk.running.faults.add("forbidden", "createFeed", count=None)
    with pytest.raises(AuthError):
        desk.send(*prices(desk.skus(3)))
    assert set(desk.by_sku().values()) == {"dropped"} and desk.feeds()[0][0] == "failed"


def test_a_store_that_was_stopped_meanwhile_hands_nothing_in(desk: Counter) -> None:
    planned = desk.plan(*prices(desk.skus(3)))
    with desk.database.write() as connection:
        stores.set_state(connection, "us", "inactive")
    applied = send(desk.sender, desk.feed_sender, planned, limit=2)
    assert (applied.dropped, desk.submitted()) == (3, 0)


def test_a_process_that_dies_at_any_call_leaves_what_the_next_one_can_finish(desk: Counter) -> None:
    """The journal is written before each effect: whatever call is the last one, nothing is lost and nothing doubled."""

    class Died(BaseException):
        """The process is gone."""

    skus, call = desk.skus(3), desk.amazon.transport.call
    for last in ("createFeedDocument", "createFeed"):
        for is_done in (False, True):
            count = desk.submitted()

            def die(operation: Any, *words: Any, fatal: str = last, done: bool = is_done, **named: Any) -> Any:
                if operation.name != fatal:
                    return call(operation, *words, **named)
                if done:
                    call(operation, *words, **named)
                raise Died

            desk.amazon.transport.call = die  # type: ignore[method-assign]  # dies at one call, passes the others on
            with pytest.raises(Died):
                desk.send(*prices(skus, 2_000 + count))
            desk.amazon.transport.call = call  # type: ignore[method-assign]
            with desk.database.write() as connection:
                journal.drop_planned(connection, "us", 1)
            for _ in range(4):
                desk.follow(DONE_AFTER)
            is_handed_in = last == "createFeed" and is_done
            assert desk.submitted() == count + is_handed_in
            states = [row["state"] for row in desk.rows()[-3:]]
            expected = "accepted" if is_handed_in else "expired" if last == "createFeed" else "dropped"
            assert states == [expected] * 3, (last, is_done)
            assert not len(desk.feed_sender.busy())
