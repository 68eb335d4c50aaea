"""Where a price's moves of today began, and which prices are in a war, without what a person saw to."""

from __future__ import annotations

import pyarrow as pa
import pytest

from channelkit import price_past
from channelkit.database import fees, journal
from channelkit.database.canaries import start_canary
from channelkit.database.connection import Database
from channelkit.database.fees import FEES, store_fees
from channelkit.model.changes import CHANGES
from channelkit.plan.oscillation import DAY, HOUR
from channelkit.price_past import APPROVED, load_day_ago, load_price_past, load_rallies
from channelkit.pricing.terms import Damping
from tests.database_fixtures import table_of
from tests.decision_tables import NOW


@pytest.fixture(params=[20_000, 0], ids=["by-name", "all-at-once"], autouse=True)
def _at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of few listings and of many the same is read."""
    monkeypatch.setattr(price_past, "AT_ONCE", request.param)
    monkeypatch.setattr(fees, "BY_NAME", request.param)


def send(
    database: Database,
    before: int,
    after: int,
    hours: float,
    *,
    sku: str = "A",
    verdict: str = "clear",
    state: str = "confirmed",
    store: str = "us",
) -> None:
    """Send a price so many hours ago, and let this become of it."""
    at = NOW - int(hours * HOUR)
    row = {"seller_sku": sku, "field": "price", "before": before, "after": after, "because": "It differs."}
    going = table_of(CHANGES, [row])
    with database.write() as connection:
        planned = journal.record_plan(
            connection,
            store=store,
            run=f"{verdict}{at}",
            fingerprint="f",
            going=going,
            held=going.slice(0, 0).append_column("note", pa.array([], pa.string())),
            listings=1,
            verdict=verdict,
            note="",
            at=at,
        )
        [number] = planned["id"].to_pylist()
        journal.mark_sent(connection, [number], at)
        if state == "refused":
            journal.mark_answered(connection, [number], "refused", at)
        elif state != "sent":
            settled = pa.table({"id": [number], "state": [state], "note": [""]})
            journal.close_settled(connection, settled, at)


def day_ago(database: Database, *skus: str) -> list[tuple[str, int]]:
    with database.read() as connection:
        found = load_day_ago(connection, "us", skus or ("A",), NOW)
    return sorted(zip(found["seller_sku"].to_pylist(), found["price"].to_pylist(), strict=True))


def test_the_price_a_day_ago_is_what_stood_there_before_the_first_move_of_the_day(database: Database) -> None:
    assert day_ago(database) == []
    send(database, 900, 1000, 25)
    assert day_ago(database) == []
    send(database, 1000, 1100, 20)
    send(database, 1100, 1200, 10, state="sent")
    send(database, 5, 6, 10, sku="B")
    send(database, 7, 8, 10, sku="C", store="de")
    send(database, 3, 4, 10, sku="D", state="refused")
    assert day_ago(database) == [("A", 1000)]
    assert day_ago(database, "A", "B", "C", "D") == [("A", 1000), ("B", 5)]


def test_wars_are_known_and_damped_as_the_settings_say(database: Database) -> None:
    for hours in (3, 2):
        send(database, 1000 + hours, 999 + hours, hours)
    with database.read() as connection:
        twice, never = Damping(falls=2), Damping(falls=0)
        planned = table_of(CHANGES, [])
        found = [load_price_past(connection, "us", planned, NOW, each) for each in (None, twice, never)]
    assert [past.rallies.num_rows for past in found] == [0, 1, 0]
    assert [past.damping for past in found] == [Damping(), twice, never]


def test_what_a_person_approved_is_where_the_day_begins_anew(database: Database) -> None:
    send(database, 1000, 1100, 20)
    send(database, 1100, 3000, 10, verdict=APPROVED)
    send(database, 3000, 3100, 5)
    assert day_ago(database) == [("A", 3000)]


def war(database: Database, sku: str = "A", count: int = 4, *, verdict: str = "clear", store: str = "us") -> None:
    for step in range(count):
        send(database, 1000 - step, 999 - step, 10 - step, sku=sku, verdict=verdict, store=store)


def rallying(database: Database) -> list[str]:
    with database.read() as connection:
        found: list[str] = load_rallies(connection, "us", NOW)["seller_sku"].to_pylist()
    return found


def test_a_war_is_found_by_what_was_sent_and_not_by_what_a_person_approved(database: Database) -> None:
    assert rallying(database) == []
    war(database, "A")
    war(database, "B", 3)
    war(database, "C", verdict=APPROVED)
    war(database, "D", store="de")
    assert rallying(database) == ["A"]
    with database.read() as connection:
        only = [load_rallies(connection, "us", NOW, None, skus) for skus in (["A"], ["B", "C"], [])]
        assert only[0] == load_rallies(connection, "us", NOW)
        assert [each.num_rows for each in only] == [1, 0, 0]
        assert load_rallies(connection, "us", NOW + 4 * DAY).num_rows == 0


def test_what_tells_whether_a_plan_s_prices_may_go_is_read_of_these_listings_alone(database: Database) -> None:
    war(database, "A")
    send(database, 5, 6, 10, sku="B")
    fees = {"price": 900, "referral": 135, "fulfillment": 0, "other": 0}
    with database.write() as connection:
        known = pa.Table.from_pylist([{"seller_sku": sku, **fees} for sku in ("A", "B")], schema=FEES)
        store_fees(connection, "us", known, "USD", at=NOW)
        start_canary(connection, store="us", share="0.01", birds={}, rest="", at=NOW, by="Ann")
        planned = {"seller_sku": "A", "field": "price", "before": 996, "after": 995, "because": "It differs."}
        past = load_price_past(connection, "us", table_of(CHANGES, [planned]), NOW)
        nothing = load_price_past(connection, "de", table_of(CHANGES, []), NOW)
    assert past.day_ago.to_pylist() == [{"seller_sku": "A", "price": 1000}]
    assert past.rallies["seller_sku"].to_pylist() == ["A"]
    assert past.fees.to_pylist() == [{"seller_sku": "A", **fees}]
    assert past.canary is not None and past.canary.state == "running"
    assert (nothing.fees.num_rows, nothing.rallies.num_rows, nothing.canary) == (0, 0, None)
