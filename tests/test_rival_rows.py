"""Others' offers as prices are made from them: a row for each, and one without a price where nobody offers."""

from __future__ import annotations

from channelkit.database.competition import store_compared, store_unanswered
from channelkit.database.connection import Database
from channelkit.database.history import Origin
from channelkit.model.competition import Compared, Offer
from channelkit.rival_rows import KNOWN_FOR, load_rivals
from tests.order_rows import add_store

NOW = 1_790_000_000_000
RIVAL = Offer("A2", "New", "New", False, price=1900, shipping=299, feedback=97, ratings=400)


def test_an_item_that_nobody_offers_is_known_to_have_no_competitor_and_one_without_an_answer_is_not(
    database: Database,
) -> None:
    """PR-04, PR-05."""
    add_store(database)
    with database.write() as connection:
        told = [Compared("B1", "New", (RIVAL,), True), Compared("B2", "Used", (), True)]
        store_compared(connection, told, "USD", Origin("us", NOW, "Amazon", "r"))
        store_unanswered(connection, "us", [("B3", "New")], at=NOW)
    with database.read() as connection:
        found = load_rivals(connection, "us", NOW).to_pylist()
        assert load_rivals(connection, "us", NOW + KNOWN_FOR).num_rows == 0
    rows = [(row["asin"], row["condition"], row["price"], row["ratings"], row["asked_at"]) for row in found]
    assert rows == [("B1", "New", 1900, 400, NOW), ("B2", "Used", None, None, NOW)]
