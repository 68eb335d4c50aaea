"""The journal of orders: one change of a kind and key for each order, that only moves forward."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from channelkit.database import order_journal as journal
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_changes
from channelkit.errors import PlanError
from channelkit.model.orders import CANCEL, CONFIRM, CREATE, OrderChange

ORDER, OTHER = "111-0000001-0000001", "111-0000002-0000002"
MADE = OrderChange(ORDER, CREATE, body='{"total": 2660}', because="Amazon shows it unshipped.", caused_at=500)


def record(connection: Connection, *changes: OrderChange, at: int = 1_000, store: str = "us") -> list[OrderChange]:
    return journal.record(connection, store, "r1", changes, at)


def state_of(connection: Connection, number: int) -> str:
    query = sa.select(order_changes.c.state).where(order_changes.c.id == number)
    return str(connection.execute(query).scalar_one())


def test_what_is_recorded_is_planned_with_a_number_and_comes_back_in_its_order(database: Database) -> None:
    second = replace(MADE, order_id=OTHER)
    with database.write() as connection:
        kept = record(connection, second, MADE)
        assert [(change.order_id, change.state, change.planned_at) for change in kept] == [
            (OTHER, "planned", 1_000),
            (ORDER, "planned", 1_000),
        ]
        assert kept == [
            replace(second, id=kept[0].id, planned_at=1_000),
            replace(MADE, id=kept[1].id, planned_at=1_000),
        ]
        assert record(connection) == []


def test_recording_twice_keeps_one_row_and_takes_on_the_new_body_and_the_old_cause(database: Database) -> None:
    with database.write() as connection:
        first = record(connection, MADE)[0]
        again = record(connection, replace(MADE, body='{"total": 2700}', caused_at=900), at=2_000)[0]
        assert (again.id, again.body, again.caused_at, again.planned_at) == (first.id, '{"total": 2700}', 500, 1_000)
        assert len(journal.load(connection, "us")) == 1


def test_a_persons_order_stays_theirs_when_a_cycle_plans_the_same(database: Database) -> None:
    asked = OrderChange(ORDER, CANCEL, body='{"reason": "NoInventory"}', ordered_by="Ann", caused_at=1)
    with database.write() as connection:
        record(connection, asked)
        assert record(connection, replace(asked, ordered_by="", because="again"), at=2_000)[0].ordered_by == "Ann"


def test_stores_do_not_see_each_others_changes(database: Database) -> None:
    with database.write() as connection:
        record(connection, MADE)
        record(connection, MADE, store="uk")
        assert len(journal.load(connection, "us")) == len(journal.load(connection, "uk")) == 1


def test_what_is_on_its_way_is_given_back_as_sent_and_what_is_accepted_or_confirmed_is_not(database: Database) -> None:
    with database.write() as connection:
        made = record(connection, MADE)[0]
        journal.mark_sent(connection, [made.id], 1_100)
        assert [change.state for change in record(connection, replace(MADE, body="{}"))] == ["sent"]
        journal.mark_accepted(connection, [made.id], 1_200, submission_id="17")
        assert record(connection, MADE) == []
        assert journal.close(connection, [replace(made, state="confirmed", note="Read.")], 1_300) == 1
        assert record(connection, MADE) == []
        (over,) = journal.load(connection, "us")
    assert (over.state, over.body, over.submission_id, over.note) == ("confirmed", MADE.body, "17", "Read.")
    assert (over.planned_at, over.sent_at, over.accepted_at, over.closed_at) == (1_000, 1_100, 1_200, 1_300)


@pytest.mark.parametrize("how", ["refused", "expired", "dropped"])
def test_what_did_not_come_about_is_planned_again_under_its_old_number(database: Database, how: str) -> None:
    with database.write() as connection:
        made = record(connection, MADE)[0]
        if how != "dropped":
            journal.mark_sent(connection, [made.id], 1_100)
        if how == "refused":
            journal.mark_refused(connection, [made.id], 1_200, code="400", note="Not salable.", request_id="q")
        else:
            journal.close(connection, [replace(made, state=how, note="Gone.")], 1_200)
        (again,) = record(connection, replace(MADE, body='{"total": 1}'), at=5_000)
        words = "Not salable." if how == "refused" else ""
        assert again == replace(MADE, id=made.id, body='{"total": 1}', planned_at=5_000, note=words)


def test_nothing_leaves_twice(database: Database) -> None:
    with database.write() as connection:
        made = record(connection, MADE)[0]
        journal.mark_sent(connection, [made.id], 1_100)
        with pytest.raises(PlanError, match="Another run"):
            journal.mark_sent(connection, [made.id], 1_101)


def test_a_lost_answer_leaves_a_change_sent_until_two_looks_miss_it(database: Database) -> None:
    with database.write() as connection:
        made = record(connection, MADE)[0]
        with pytest.raises(PlanError):
            journal.mark_sent(connection, [made.id], 1_100, again=True)
        journal.mark_sent(connection, [made.id], 1_100)
        assert journal.mark_unanswered(connection, [made.id], note="The connection broke.") == 1
        (lost,) = journal.load(connection, "us", states=["sent"])
        assert journal.note_look(connection, lost, 2_000) == 2_000
        (lost,) = journal.load(connection, "us", states=["sent"])
        assert journal.note_look(connection, lost, 602_000) == 2_000
        journal.mark_sent(connection, [made.id], 602_001, again=True)
        (lost,) = journal.load(connection, "us")
        assert (lost.state, lost.sent_at) == ("sent", 602_001)
        assert journal.note_look(connection, lost, 700_000) == 700_000, "looks are counted from the last sending"


def test_what_certainly_did_not_arrive_is_planned_as_before(database: Database) -> None:
    with database.write() as connection:
        made = record(connection, MADE)[0]
        journal.mark_sent(connection, [made.id], 1_100)
        assert journal.mark_unsent(connection, [made.id], note="Commerce was away.") == 1
        (back,) = journal.load(connection, "us")
    assert (back.state, back.sent_at, back.note) == ("planned", None, "Commerce was away.")


def test_what_another_process_wrote_down_meanwhile_is_left_alone(database: Database) -> None:
    with database.write() as connection:
        connection.execute(journal._insert(connection), [_row(MADE)])
        connection.execute(journal._insert(connection), [_row(replace(MADE, body="{}"))])
        assert [change.body for change in journal.load(connection, "us")] == [MADE.body]


def _row(change: OrderChange) -> dict[str, Any]:
    return {"store": "us", "planned_at": 1, "state": "planned", **journal._values(change)}


def test_loading_chooses_by_state_order_and_time(database: Database) -> None:
    with database.write() as connection:
        record(connection, MADE, replace(MADE, kind=CONFIRM, key="7"), at=1_000)
        (late,) = record(connection, replace(MADE, order_id=OTHER), at=2_000)
        journal.mark_sent(connection, [late.id], 2_100)
        assert [c.kind for c in journal.load(connection, "us", order_ids=[ORDER])] == [CREATE, CONFIRM]
        assert journal.load(connection, "us", order_ids=[]) == []
        assert [c.order_id for c in journal.load(connection, "us", states=["sent"])] == [OTHER]
        assert [c.order_id for c in journal.load(connection, "us", since=1_500)] == [OTHER]


def _advance(connection: Connection, number: int, to: str, at: int) -> None:
    made = OrderChange(ORDER, CREATE, id=number)
    if to == "sent":
        try:
            journal.mark_sent(connection, [number], at)
        except PlanError:
            return
    elif to == "accepted":
        journal.mark_accepted(connection, [number], at)
    elif to == "refused":
        journal.mark_refused(connection, [number], at)
    else:
        journal.close(connection, [replace(made, state=to)], at)


FORWARD = {
    "planned": {"sent", "accepted", "refused", "confirmed", "dropped"},
    "sent": {"accepted", "refused", "confirmed", "expired"},
    "accepted": {"refused", "confirmed", "expired"},
}


@given(steps=st.lists(st.sampled_from(["sent", "accepted", "refused", "confirmed", "expired", "dropped"]), max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_change_only_moves_forward_and_what_is_over_stays_over(database: Database, steps: list[str]) -> None:
    with database.write() as connection:
        connection.execute(order_changes.delete())
        number, expected = record(connection, MADE)[0].id, "planned"
        for moment, step in enumerate(steps):
            _advance(connection, number, step, moment)
            expected = step if step in FORWARD.get(expected, set()) else expected
            assert state_of(connection, number) == expected
