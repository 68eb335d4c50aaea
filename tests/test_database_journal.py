"""The journal: what was planned, sent, answered and seen; a change only moves forward."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from channelkit.database import journal
from channelkit.database.connection import Database
from channelkit.database.schema import changes
from channelkit.errors import PlanError
from tests.database_fixtures import counting

PLAN = pa.schema(
    [
        ("seller_sku", pa.string()),
        ("field", pa.string()),
        ("before", pa.int64()),
        ("after", pa.int64()),
        ("because", pa.string()),
        ("before_text", pa.string()),
        ("after_text", pa.string()),
        ("product_type", pa.string()),
    ]
)
FORWARD = {
    "planned": {"sent", "dropped"},
    "held": {"dropped"},
    "sent": {"accepted", "refused", "confirmed", "expired", "dropped"},
    "accepted": {"confirmed", "expired"},
}


def change(sku: str, after: int, field: str = "price", before: int | None = 100) -> dict[str, object]:
    return {"seller_sku": sku, "field": field, "before": before, "after": after, "because": "P", "product_type": "TOY"}


def plan(*rows: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=PLAN)


def held(*rows: dict[str, object], note: str = "too far") -> pa.Table:
    return plan(*rows).append_column("note", pa.repeat(note, len(rows)))


def record(
    connection: Connection,
    going: pa.Table,
    holding: pa.Table | None = None,
    *,
    run: str = "r1",
    verdict: str = "clear",
    at: int = 1_000,
    store: str = "us",
) -> pa.Table:
    return journal.record_plan(
        connection,
        store=store,
        run=run,
        fingerprint="f" + run,
        going=going,
        held=held() if holding is None else holding,
        listings=9,
        verdict=verdict,
        note="",
        at=at,
    )


def ids(table: pa.Table) -> list[int]:
    return list(table["id"].to_pylist())


def states(connection: Connection) -> list[tuple[Any, ...]]:
    found = journal.load_changes(connection).select(["seller_sku", "state"]).to_pylist()
    return [tuple(row.values()) for row in found]


def settled(*rows: tuple[int, str, str]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array([row[0] for row in rows], pa.int64()),
            "state": pa.array([row[1] for row in rows], pa.string()),
            "note": pa.array([row[2] for row in rows], pa.string()),
        }
    )


def move(connection: Connection, number: int, state: str) -> None:
    """Try to move a change to a state, whatever it is in."""
    if state == "sent":
        journal.mark_sent(connection, [number], at=5)
    elif state in ("confirmed", "expired"):
        journal.close_settled(connection, settled((number, state, "")), at=5)
    else:
        journal.mark_answered(connection, [number], state, at=5)


def test_a_plan_comes_back_numbered_in_its_order_with_all_its_columns(database: Database) -> None:
    going = plan(change("B", 0, "quantity"), change("A", 120), change("A", 3, "quantity", before=None))
    with database.write() as connection:
        recorded = record(connection, going, held(change("C", 9_999)))
        assert recorded.drop_columns(["id"]).equals(going)
        assert len(set(ids(recorded))) == 3
        known = {row["id"]: row for row in journal.load_changes(connection).to_pylist()}
    for row in recorded.to_pylist():
        assert {name: known[row["id"]][name] for name in ("seller_sku", "field", "before", "after")} == {
            name: row[name] for name in ("seller_sku", "field", "before", "after")
        }
    assert sorted((row["state"], row["note"]) for row in known.values()) == [
        ("held", "too far"),
        *[("planned", "")] * 3,
    ]


def test_a_change_that_is_confirmed_tells_how_long_each_step_took(database: Database) -> None:
    with database.write() as connection:
        number = ids(record(connection, plan(change("A", 120)), at=1_000))
        journal.mark_sent(connection, number, at=2_000)
        answer = {"submission_id": "s-1", "request_id": "q-1"}
        assert journal.mark_answered(connection, number, "accepted", 3_000, **answer) == 1
        assert journal.open_changes(connection, "us")["state"].to_pylist() == ["accepted"]
        assert journal.close_settled(connection, settled((number[0], "confirmed", "seen")), at=9_000) == 1
        assert journal.open_changes(connection, "us").num_rows == 0
        (row,) = journal.load_changes(connection).to_pylist()
    assert (row["planned_at"], row["sent_at"], row["accepted_at"], row["closed_at"]) == (1_000, 2_000, 3_000, 9_000)
    assert (row["state"], row["note"], row["submission_id"], row["request_id"]) == ("confirmed", "seen", "s-1", "q-1")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(
        st.sampled_from(["sent", "accepted", "refused", "confirmed", "expired", "dropped"]), min_size=1, max_size=6
    ),
    is_held=st.booleans(),
)
def test_a_change_only_ever_moves_forward(database: Database, moves: list[str], is_held: bool) -> None:
    with database.write() as connection:
        connection.execute(changes.delete())
        if is_held:
            record(connection, plan(), held(change("A", 120)))
        else:
            record(connection, plan(change("A", 120)))
        (number,) = ids(journal.load_changes(connection))
        state = "held" if is_held else "planned"
        for wanted in moves:
            try:
                move(connection, number, wanted)
            except PlanError:
                assert wanted == "sent"
                assert state != "planned"
            if wanted in FORWARD.get(state, set()):
                state = wanted
            assert states(connection) == [("A", state)]


def test_a_change_that_another_run_has_sent_is_not_sent_again(database: Database) -> None:
    with database.write() as connection:
        numbers = ids(record(connection, plan(change("A", 120), change("B", 120))))
        journal.mark_sent(connection, numbers[:1], at=2_000)
    with pytest.raises(PlanError, match="not sent again"), database.write() as connection:
        journal.mark_sent(connection, numbers, at=3_000)
    with database.read() as connection:
        assert states(connection) == [("A", "sent"), ("B", "planned")]


def test_an_answer_that_comes_after_the_reading_changes_nothing(database: Database) -> None:
    with database.write() as connection:
        numbers = ids(record(connection, plan(change("A", 120))))
        journal.mark_sent(connection, numbers, at=2_000)
        journal.close_settled(connection, settled((numbers[0], "confirmed", "")), at=3_000)
        assert journal.mark_answered(connection, numbers, "accepted", 4_000) == 0
        assert states(connection) == [("A", "confirmed")]


def test_many_changes_are_settled_at_once(database: Database) -> None:
    with database.write() as connection:
        numbers = ids(record(connection, plan(*(change(f"S{n}", 120) for n in range(300)))))
        journal.mark_sent(connection, numbers, at=2_000)
        rows = [(number, "expired" if number % 2 else "confirmed", "late") for number in numbers]
        assert journal.close_settled(connection, settled(*rows), at=3_000) == 300
        assert journal.open_changes(connection, "us").num_rows == 0
        assert journal.close_settled(connection, settled(), at=3_000) == 0


def test_refusals_are_remembered_with_amazons_words(database: Database) -> None:
    with database.write() as connection:
        numbers = ids(record(connection, plan(change("A", 120))))
        journal.mark_sent(connection, numbers, at=2_000)
        words = {"code": "90220", "note": "The price is missing.", "request_id": "q"}
        journal.mark_answered(connection, numbers, "refused", 3_000, **words)
        (row,) = journal.recent_refusals(connection, "us", since=3_000).to_pylist()
        assert (row["code"], row["note"], row["after"], row["closed_at"]) == (
            "90220",
            "The price is missing.",
            120,
            3_000,
        )
        assert journal.recent_refusals(connection, "us", since=3_001).num_rows == 0
        assert journal.recent_refusals(connection, "de", since=0).num_rows == 0


def test_a_store_that_sends_nothing_queues_each_change_once_however_many_cycles_pass(database: Database) -> None:
    """SY-03: outgoing changes are queued, not sent."""
    going, holding = plan(change("A", 120), change("B", 120)), held(change("C", 9_999))
    with database.write() as connection:
        first = record(connection, going, holding, verdict="read-only")
        for cycle in range(2, 5):
            assert journal.drop_planned(connection, "us", at=cycle * 1_000) == 0
            again = record(connection, going, holding, run=f"r{cycle}", verdict="read-only", at=cycle * 1_000)
            assert ids(again) == ids(first)
        rows = journal.load_changes(connection).to_pylist()
    assert [(row["state"], row["run"], row["planned_at"]) for row in rows] == [
        ("planned", "r4", 1_000),
        ("planned", "r4", 1_000),
        ("held", "r4", 1_000),
    ]


def test_what_waits_and_is_no_longer_planned_is_dropped(database: Database) -> None:
    with database.write() as connection:
        record(connection, plan(change("A", 120)), held(change("C", 9_999)), verdict="read-only")
        later = record(connection, plan(change("A", 130), change("C", 9_999)), run="r2", at=2_000)
        assert states(connection) == [("A", "dropped"), ("C", "dropped"), ("A", "planned"), ("C", "planned")]
        assert ids(later) == ids(journal.load_changes(connection))[2:]


def test_what_a_dead_run_had_planned_to_send_is_dropped(database: Database) -> None:
    with database.write() as connection:
        numbers = ids(record(connection, plan(change("A", 120), change("B", 120))))
        record(connection, plan(change("A", 120)), store="de")
        journal.mark_sent(connection, numbers[:1], at=2_000)
        assert journal.drop_planned(connection, "us", at=3_000) == 1
        assert states(connection) == [("A", "sent"), ("B", "dropped"), ("A", "planned")]
        assert journal.load_changes(connection, ["us"])["closed_at"].to_pylist() == [None, 3_000]


def test_changes_are_read_by_store_and_time(database: Database) -> None:
    with database.write() as connection:
        record(connection, plan(change("A", 120)), at=1_000)
        record(connection, plan(change("B", 120)), store="de", at=2_000)
        assert states(connection) == [("A", "planned"), ("B", "planned")]
        assert journal.load_changes(connection, ["de"])["seller_sku"].to_pylist() == ["B"]
        assert journal.load_changes(connection, None, since=1_500)["seller_sku"].to_pylist() == ["B"]


def test_a_plan_without_changes_is_kept_too(database: Database) -> None:
    with database.write() as connection:
        recorded = record(connection, plan())
        assert recorded.column_names == [*PLAN.names, "id"]
        query = "select listings, changes, held, verdict, fingerprint from plans"
        assert list(connection.exec_driver_sql(query)) == [(9, 0, 0, "clear", "fr1")]


def test_a_transition_touches_no_other_change(database: Database) -> None:
    with database.write() as connection:
        numbers = ids(record(connection, plan(*(change(f"S{n}", 120) for n in range(20)))))
    with database.write() as connection, counting(connection, "changes") as written:
        journal.mark_sent(connection, numbers[:2], at=2_000)
        assert written() == 2
