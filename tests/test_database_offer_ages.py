"""Since when a seller asks so little: kept from one answer of Amazon to the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.database.competition import store_compared, store_unanswered
from channelkit.database.connection import Database
from channelkit.database.history import Origin
from channelkit.database.offer_ages import REMEMBERED, Aged, find_ages
from channelkit.model.competition import Compared, Offer
from channelkit.rival_rows import load_rivals
from tests.order_rows import add_store

HOUR = 3_600_000
NOW = 1_790_000_000_000


def live(*prices: int | None, every: int = HOUR) -> list[tuple[int, int | None] | None]:
    """Return after each answer since which of them the seller asks so little, and what he asked before."""
    known: list[Aged] = []
    found: list[tuple[int, int | None] | None] = []
    for step, price in enumerate(prices):
        offers = [] if price is None else [Offer("A2", "New", price=price)]
        ages = find_ages(known, offers, step * every)
        known = [
            Aged(offer.seller_id, price=offer.price, since=since, was=was)
            for offer, (since, was) in zip(offers, ages, strict=True)
        ]
        found += [(int(since or 0) // every, was) for since, was in ages] or [None]
    return found


@pytest.mark.parametrize(
    ("prices", "last"),
    [
        ([1999], (0, None)),
        ([1999, 1999, 199], (2, 1999)),
        ([1999, 199, 198, 197], (1, 1999)),
        ([1999, 199, 1999], (1, 1999)),
        ([1999, 199, 1999, 199], (3, 1999)),
        ([1999, 199, 99], (2, 1999)),
        ([2000, 1600, 1280], (0, None)),
        ([2000, 1599], (1, 2000)),
        ([1999, None, 199], (2, None)),
    ],
    ids=[
        *("new", "mistyped", "then by cents", "mended", "mistyped again", "and once more", "little by little"),
        *("more than a fifth", "gone and back"),
    ],
)
def test_a_fall_of_more_than_a_fifth_begins_anew(prices: list[int | None], last: tuple[int, int | None]) -> None:
    assert live(*prices)[-1] == last


def test_what_was_asked_before_an_earlier_fall_is_forgotten_after_a_day() -> None:
    assert live(2000, 900, 600, every=REMEMBERED)[-1] == (2, 900)
    assert live(2000, 900, 600)[-1] == (2, 2000)


def test_a_seller_is_known_within_one_condition_and_our_own_have_no_age() -> None:
    known = [Aged("A2", "Good", price=1000, since=1), Aged("A2", "Good", price=900, since=2)]
    told = [
        Offer("A2", "Used", "Good", price=950),
        Offer("A2", "Used", "Mint", price=950),
        Offer("A1", "Used", ours=True),
    ]
    assert find_ages(known, told, 9) == [(2, None), (9, None), (None, None)]


@given(st.lists(st.integers(1, 5000), min_size=2, max_size=30))
def test_whoever_stays_within_a_fifth_grows_old(prices: list[int]) -> None:
    """So that a doubt ends: nobody who asks about the same is ever new again."""
    steady = [*prices, *(max(1, prices[-1]) for _ in range(8))]
    ages = live(*steady)
    assert len({age[0] for age in ages[len(prices) - 1 :] if age}) == 1


def test_the_age_of_an_offer_is_read_where_prices_are_made(database: Database) -> None:
    """PR-05: from answer to answer; without one nothing is known any more."""
    add_store(database)

    def tell(price: int, hours: int) -> tuple[int | None, int | None]:
        offers = (Offer("A2", "New", price=price), Offer("A1", "New", price=2000, ours=True))
        at = NOW + hours * HOUR
        with database.write() as connection:
            store_compared(connection, [Compared("B1", "New", offers, True)], "USD", Origin("us", at, "Amazon", "r"))
        with database.read() as connection:
            told = load_rivals(connection, "us", at).to_pylist()
        [(since, was)] = [(row["since"], row["was"]) for row in told if not row["ours"]]
        assert [row["since"] for row in told if row["ours"]] == [None]
        return (since - NOW) // HOUR, was

    assert [tell(1999, 0), tell(1950, 1), tell(195, 2), tell(194, 3)] == [(0, None), (0, None), (2, 1950), (2, 1950)]
    with database.write() as connection:
        store_unanswered(connection, "us", [("B1", "New")], at=NOW + 4 * HOUR)
    assert tell(194, 5) == (5, None)
