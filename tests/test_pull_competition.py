"""Reading what others want: the most useful first, a few batches a cycle, never waiting, and errors by their entry."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from channelkit.database import history
from channelkit.database.competition import load_newest, load_offers
from channelkit.database.schema import failures
from channelkit.desk import StoreDesk
from channelkit.pull.competition import CompetitionReader
from channelkit.pull.reading import Puller, Reading
from channelkit.sandbox.amazon.listings import Listing
from channelkit.sandbox.amazon.rivals import Offer
from tests.kit_fixtures import Practice, RunKit

RIVAL = Offer("ARIVAL00000001", 1000, 299, feedback=98, ratings=5000)
SUMMARIES, ITEM_OFFERS, EXPECTED = (
    *("getCompetitiveSummary", "getItemOffersBatch"),
    "getFeaturedOfferExpectedPriceBatch",
)


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    """A practice store that was read, and that asked nothing of others yet."""
    practice = run_kit(products=60)
    with practice.reopened(competition_calls=0) as silent:
        silent.stores["us"].pull()
    assert practice.calls(SUMMARIES) == 0
    return practice


def read(practice: Practice, calls: int = 2, first: tuple[str, ...] = ()) -> Reading:
    """Read what others want for the store's items, as one cycle does."""
    parts = practice.kit.parts
    cycle = parts.cycle("us", "a run")
    puller = Puller(parts.database, parts.clock, "a run", lambda _words: None)
    return CompetitionReader(puller, cycle.amazon, cycle.store.marketplace, "us", calls, first).read()


def newest(practice: Practice) -> dict[tuple[str, str], dict[str, Any]]:
    with practice.kit.database.read() as connection:
        rows = load_newest(connection, "us").to_pylist()
    return {(row["asin"], row["condition"]): row for row in rows}


def noted(practice: Practice) -> list[tuple[str, int | None, str]]:
    query = sa.select(failures.c.operation, failures.c.status, failures.c.message).order_by(failures.c.id)
    with practice.kit.database.read() as connection:
        return [(row.operation, row.status, row.message) for row in connection.execute(query)]


def active(practice: Practice, condition: str = "11") -> list[Listing]:
    """Return the store's matched listings on sale, in SKU order."""
    frame = practice.kit.stores["us"].listings("Active")
    found = [practice.listing("us", sku) for sku in frame["sku"] if sku in practice.shelf("us").listings]
    return [each for each in found if "BUYABLE" in each.status and each.condition == condition]


def asin_of(listing: Listing) -> str:
    assert listing.item is not None
    return listing.item.asin


def rivals(practice: Practice, asin: str, *offers: Offer) -> None:
    shelf = practice.shelf("us")
    practice.running.world.amazon.rivals.set(shelf.marketplace.id, asin, offers)


def test_a_cycle_reads_what_others_want_with_feedback_and_the_expected_price(practice: Practice) -> None:
    listing = active(practice)[0]
    asin = asin_of(listing)
    rivals(practice, asin, RIVAL)
    tally = read(practice).tallies["competition"]
    assert tally.new >= 20
    row = newest(practice)[asin, "New"]
    assert (row["won"], row["featured_seller"], row["featured_landed"], row["lowest_landed"]) == (
        False,
        RIVAL.seller_id,
        1299,
        1299,
    )
    assert 0 < row["expected"] <= 1299 and row["currency"] == "USD"
    with practice.kit.database.read() as connection:
        (rival,) = (o for o in load_offers(connection, "us", [asin])[asin, "New"] if not o.ours)
    assert (rival.feedback, rival.ratings, rival.featured) == (98, 5000, True)


def test_losing_and_winning_shows_in_the_history_of_the_listing(practice: Practice) -> None:
    listing = active(practice)[0]
    rivals(practice, asin_of(listing), RIVAL)
    for price in (listing.price or 0, 900):
        listing.price = price
        read(practice, calls=9)
        practice.wait(120)
    sql = (
        "select field, before, after from history "
        "where subject = 'competition' and field = 'featured_seller' and sku = ? order by place"
    )
    told = history.query(practice.kit.database, sql, [listing.sku]).to_pylist()
    assert [(row["before"], row["after"]) for row in told] == [(None, "no"), ("no", "yes")]


def test_no_call_is_waited_for_and_what_is_left_comes_in_later_cycles(practice: Practice) -> None:
    began = practice.running.world.clock.now()
    assert read(practice, calls=3).errors == []
    assert practice.running.world.clock.now() - began < 1
    assert practice.calls(SUMMARIES) == 1 and noted(practice) == []
    first = {pair for pair, row in newest(practice).items() if row["won"] is not None}
    practice.wait(5)
    read(practice)
    assert practice.calls(SUMMARIES) == 2
    second = {pair for pair, row in newest(practice).items() if row["won"] is not None}
    assert len(second) > len(first) and first < second


def test_items_whose_prices_follow_others_are_asked_about_before_all_others(practice: Practice) -> None:
    """PR-04, PR-05: the quota gives twenty items at once, and those that a rule needs come first."""
    followed = tuple(listing.sku for listing in active(practice)[-5:])
    read(practice, 1, followed)
    asked = {asin for asin, _ in newest(practice)}
    assert {asin_of(practice.listing("us", sku)) for sku in followed} < asked


def test_what_was_asked_within_the_hour_is_not_asked_again(practice: Practice) -> None:
    for _ in range(6):
        read(practice)
        practice.wait(5)
    calls = practice.calls(SUMMARIES)
    read(practice)
    assert practice.calls(SUMMARIES) == calls
    practice.wait(60)
    read(practice)
    assert practice.calls(SUMMARIES) == calls + 1


def test_0_calls_asks_nothing(practice: Practice) -> None:
    assert read(practice, calls=0).tallies == {}
    assert practice.calls(SUMMARIES) == 0 and newest(practice) == {}


def test_without_the_quota_of_the_others_their_parts_are_not_known(practice: Practice) -> None:
    asin = asin_of(active(practice)[0])
    rivals(practice, asin, RIVAL)
    for operation in (ITEM_OFFERS, EXPECTED):
        practice.running.faults.add("throttle", operation, count=None)
    assert read(practice).errors == []
    row = newest(practice)[asin, "New"]
    assert (row["won"], row["expected"]) == (False, None)
    with practice.kit.database.read() as connection:
        (rival,) = (o for o in load_offers(connection, "us", [asin])[asin, "New"] if not o.ours)
    assert rival.feedback is None


def test_feedback_that_was_told_before_stays_known(practice: Practice) -> None:
    asin = asin_of(active(practice)[0])
    rivals(practice, asin, RIVAL)
    read(practice)
    practice.wait(61)
    practice.running.faults.add("throttle", ITEM_OFFERS, count=None)
    read(practice, calls=9)
    practice.wait(1)
    read(practice, calls=9)
    with practice.kit.database.read() as connection:
        (rival,) = (o for o in load_offers(connection, "us", [asin])[asin, "New"] if not o.ours)
    assert rival.ratings == 5000


def test_an_item_that_amazon_does_not_know_is_noted_and_asked_about_last(practice: Practice) -> None:
    asin = asin_of(active(practice)[0])
    del practice.running.world.amazon.items.by_asin[asin]
    assert read(practice).errors == []
    row = newest(practice)[asin, "New"]
    assert (row["won"], row["offers"]) == (None, '{"won":null,"offers":[]}')
    operation, status, words = noted(practice)[0]
    assert (operation, status) == (SUMMARIES, 400)
    assert "1 question of a batch was not answered" in words and asin in words


def test_an_entry_that_fails_for_now_is_asked_again_and_takes_nothing_away(practice: Practice) -> None:
    practice.running.faults.add("failed_entry", SUMMARIES)
    read(practice)
    assert [(operation, status) for operation, status, _ in noted(practice)] == [(SUMMARIES, 500)]
    lost = {asin_of(each) for each in active(practice)} - {asin for asin, _ in newest(practice)}
    practice.wait(5)
    read(practice)
    assert {asin for asin, _ in newest(practice)} & lost


def test_in_a_used_condition_the_older_call_tells_whose_offer_is_featured(practice: Practice) -> None:
    listing = active(practice, "3")[0]
    rivals(practice, asin_of(listing), Offer("AUSED000000001", 10**6, condition="Used", subcondition="Good"))
    for _ in range(3):
        read(practice)
        practice.wait(5)
    row = newest(practice)[asin_of(listing), "Used"]
    assert (row["won"], row["featured_landed"]) == (True, row["featured_landed"])
    assert row["expected"] is None


def test_a_missing_role_is_written_down_and_stops_nothing_else(practice: Practice) -> None:
    practice.running.faults.add("forbidden", SUMMARIES)
    (error,) = read(practice).errors
    assert "What others offer was not read to the end" in str(error)
    assert [operation for operation, _, _ in noted(practice)] == [SUMMARIES]


def test_an_outage_is_written_down_and_the_next_cycle_goes_on(practice: Practice) -> None:
    practice.running.faults.add("html_503", SUMMARIES)
    reading = read(practice)
    assert len(reading.errors) == 1 and reading.can_be_acted_on
    practice.wait(5)
    assert read(practice).errors == [] and newest(practice)


@pytest.mark.parametrize("fault", ["server_error", "forbidden"])
def test_a_call_beside_the_first_that_fails_takes_nothing_of_its_answer_away(practice: Practice, fault: str) -> None:
    practice.running.faults.add(fault, ITEM_OFFERS)
    assert len(read(practice).errors) == 1
    assert [operation for operation, _, _ in noted(practice)] == [ITEM_OFFERS]
    assert any(row["won"] is not None for row in newest(practice).values())


def test_every_cycle_reads_some_and_moves_no_listing(run_kit: RunKit) -> None:
    practice = run_kit(products=60)
    assert practice.kit.stores["us"].pull().reading.tallies["competition"].new > 0
    before = practice.kit.stores["us"].listings("Active")["sku"].to_list()
    practice.wait(5)
    assert practice.kit.sync().outcomes[0].reading.tallies["competition"].new > 0
    assert practice.kit.stores["us"].listings("Active")["sku"].to_list() == before


def test_tb_06_the_active_tab_shows_whether_our_offer_is_featured(practice: Practice) -> None:
    """TB-06: Buy Box Won is Yes or No as Amazon said within a day, and NA where it did not."""
    lost, won = active(practice)[:2]
    rivals(practice, asin_of(lost), RIVAL)
    rivals(practice, asin_of(won))
    desk = StoreDesk("us", practice.kit.parts)
    assert set(desk.listing_table()["buy_box"].to_pylist()) == {None}
    read(practice)
    rows = {row["seller_sku"]: row for row in desk.listing_table().to_pylist()}
    assert (rows[lost.sku]["buy_box"], rows[won.sku]["buy_box"]) == ("No", "Yes")
    assert rows[won.sku]["buy_box_at"].timestamp() == pytest.approx(practice.running.world.clock.now(), abs=60)
    first = {row["seller_sku"]: row["buy_box"] for row in desk.first_rows(5)[1].to_pylist()}
    assert first.items() <= {sku: row["buy_box"] for sku, row in rows.items()}.items()
    assert {row["buy_box"] for row in rows.values() if row["tab"] != "Active"} == {None}
    practice.wait(24 * 60 + 1)
    assert set(desk.listing_table()["buy_box"].to_pylist()) == {None}
