"""A preview beside a decision where others and we undercut each other, and where somebody mistypes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from channelkit.cycle import Trial
from channelkit.database import journal, schema
from channelkit.database.competition import store_compared
from channelkit.database.history import Origin
from channelkit.demo import write_settings
from channelkit.kit import Kit
from channelkit.model.changes import CHANGES
from channelkit.model.competition import Compared, Offer
from channelkit.prices.explaining import explain_price
from channelkit.settings.reader import read_settings
from tests.conftest import sandboxes
from tests.database_fixtures import table_of
from tests.kit_fixtures import Practice, StandingClock

HOUR = 3_600_000
UNDER: dict[str, Any] = {
    "name": "A cent below",
    "competitor": {"source": "lowest"},
    "adjustment": {"direction": "decrease", "unit": "fixed", "amount": "0.01"},
    "floor": {"attribute": "price", "direction": "decrease", "percent": "40"},
    "ceiling": {"attribute": "price", "direction": "increase", "percent": "10"},
}
MORE: dict[str, Any] = {"name": "Upon it", "priority": 9, "adjustment": {"direction": "increase", "amount": "2"}}
RULES = [UNDER | {"priority": 1}, MORE]
"""What rivals ask, and a little more: without them a price would be above what it is."""


@pytest.fixture(scope="module")
def warring(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A store of which twelve listings are undercut, eight of them in a war, and three are mistyped at."""
    folder = tmp_path_factory.mktemp("wars")
    with sandboxes(openapi_folder) as run:
        running = run(speed=0, quiet=True)
        ready = {**running.ready, "clock": {**running.ready["clock"], "speed": 1.0}}
        with Kit(read_settings(write_settings(folder, ready), {})) as kit:
            kit.parts.clock = StandingClock(sandbox=running.world.clock)
            kit.pull(["us"], wait=True)
            practice = Practice(kit, running, folder)
            frame = kit.stores["us"].listings("Active")
            frame = frame[frame["product_sku"].notna() & ~frame["asin"].duplicated(keep=False)]
            chosen = [(row.sku, row.asin, int(row.price * 100)) for row in frame.itertuples() if row.price][:15]
            for place, (sku, asin, price) in enumerate(chosen):
                settle(practice, sku, asin, price, place)
            yield practice


def settle(practice: Practice, sku: str, asin: str, price: int, place: int) -> None:
    """Let a rival stand below us, or mistype; and let there have been a war, long ago or just now."""
    now = practice.kit.parts.now()
    fair = price * 97 // 100
    asked = (fair, fair) if place < 12 else (fair, fair // 10)
    with practice.kit.database.write() as connection:
        for amount, at in zip(asked, (now - 2 * HOUR, now - HOUR), strict=True):
            offers = (Offer("A9RIVAL", "New", "New", price=amount, feedback=99, ratings=500),)
            found = [Compared(asin, condition, offers, True) for condition in ("New",)]
            store_compared(connection, found, "USD", Origin("us", at, "Amazon", "r"))
        if place >= 8:
            return
        # Of the first four the last fall was an hour ago; of the others, long enough ago to go back up.
        ends = now - (HOUR if place < 4 else 14 * HOUR)
        for step in range(5):
            row = {"seller_sku": sku, "field": "price", "before": price + 25 - 5 * step, "after": price + 20 - 5 * step}
            going = table_of(CHANGES, [row | {"because": "It differs."}])
            at = ends - (4 - step) * HOUR
            planned = journal.record_plan(
                connection,
                store="us",
                run=f"war {sku} {step}",
                fingerprint="f",
                going=going,
                held=going.slice(0, 0).append_column("note", pa.array([], pa.string())),
                listings=1,
                verdict="clear",
                note="",
                at=at,
            )
            [number] = planned["id"].to_pylist()
            journal.mark_sent(connection, [number], at)
            settled = pa.table({"id": [number], "state": ["confirmed"], "note": [""]})
            journal.close_settled(connection, settled, at)


def test_a_preview_damps_wars_and_doubts_what_is_mistyped_as_a_decision_does(warring: Practice) -> None:
    """PR-05: to the cent what would leave, what rests, and what is held."""
    prices = warring.kit.stores["us"].prices
    preview = prices.preview(RULES)
    found = {row["seller_sku"]: row for row in preview.table.to_pylist() if row["listed"]}
    decision = warring.kit.parts.cycle("us").decide(Trial(prices=prices.read(RULES)))
    going = [row for row in decision.guarded.going.to_pylist() if row["field"] == "price"]
    held = {row["seller_sku"] for row in decision.guarded.held.to_pylist() if row["field"] == "price"}
    sent = {sku: row["sent"] for sku, row in found.items() if row["sent"] is not None}
    assert sent == {row["seller_sku"]: row["after"] for row in going}
    assert {sku for sku, row in found.items() if row["part"] == "held"} == held
    resting = {sku for sku, row in found.items() if row["part"] == "rests"}
    assert resting == set(decision.damped["seller_sku"].to_pylist()) and len(resting) == 4
    assert preview.counts["rests"] == 4 and "4 rest from a war" in preview.words
    assert preview.damped()[1] == (next(row["because"] for row in decision.damped.to_pylist()), 4)
    climbing = [row for row in found.values() if row["damped"] and row["part"] != "rests"]
    assert len(climbing) == 4 and all(row["sent"] > row["before"] > row["after"] for row in climbing)
    told = [row["why"] for row in preview.rows("rises", 0, 1000)]
    assert len([words for words in told if "would be sent: it was undercut again and again" in words]) == 4
    doubted = [row for row in found.values() if "it is believed once it is still there" in row["note"]]
    assert len(doubted) == 3 and all(row["competitor"] == row["before"] * 97 // 100 for row in doubted)
    assert all(abs(row["after"] - row["before"]) * 100 < row["before"] * 10 for row in doubted)


def test_an_explanation_ends_with_what_a_war_lets_leave_as_the_preview_does(warring: Practice) -> None:
    """PR-05: what rests stays as Amazon shows it, what climbs is told with the price that leaves."""
    prices = warring.kit.stores["us"].prices
    rows = [row for row in prices.preview(RULES).table.to_pylist() if row["listed"]]
    for part, shown in (("rests", "and that stays for now."), ("rises", "is sent for now.")):
        row = next(row for row in rows if row["part"] == part and row["damped"])
        told = explain_price(warring.kit.parts, "us", prices.read(RULES), row["seller_sku"])
        assert (told.price, told.sent, told.damped) == (row["after"], row["sent"], row["damped"])
        last = told.steps[-1]
        assert (last.kind, last.before, last.words) == ("sent", row["after"], row["damped"])
        assert last.after == (row["before"] if part == "rests" else row["sent"])
        assert shown in told.outcome and row["damped"] in str(told) and row["damped"] in told._repr_html_()
        assert told.to_dict()["damped"] == row["damped"] and told.to_dict()["steps"][-1]["kind"] == "sent"
    plain = next(row for row in rows if "it is believed once" in row["note"])
    told = explain_price(warring.kit.parts, "us", prices.read(RULES), plain["seller_sku"])
    assert (told.damped, told.sent) == ("", plain["sent"]) and "sent" not in {step.kind for step in told.steps}


def test_a_second_look_at_the_same_facts_comes_to_the_same(warring: Practice) -> None:
    prices = warring.kit.stores["us"].prices
    assert prices.preview(RULES).table == prices.preview(RULES).table


def test_what_is_known_for_too_long_is_counted_and_left_out(warring: Practice) -> None:
    prices = warring.kit.stores["us"].prices
    before = prices.preview(RULES)
    assert before.left_out == 0 and "left out" not in before.words
    one = next(row["seller_sku"] for row in before.table.to_pylist() if row["listed"])
    c = schema.tabs.c
    with warring.kit.database.write() as connection:
        connection.execute(sa.update(schema.tabs).where(c.store == "us", c.listed == 1, c.sku == one).values(stale=1))
    after = prices.preview(RULES)
    with warring.kit.database.write() as connection:
        connection.execute(sa.update(schema.tabs).where(c.store == "us", c.listed == 1, c.sku == one).values(stale=0))
    assert (after.left_out, after.table.num_rows) == (1, before.table.num_rows - 1)
    assert "1 listing left out: what is known of it is older than a decision may rest on." in after.words
    assert after.summary()["left_out"] == 1
