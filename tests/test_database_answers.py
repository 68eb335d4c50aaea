"""Answers of people and candidates of similarity, kept in SQLite and in PostgreSQL."""

from __future__ import annotations

import pyarrow as pa

from channelkit.database.answers import load_answers, store_answer, withdraw_last
from channelkit.database.candidates import FOUND, load_candidates, load_suggested, store_candidates
from channelkit.database.connection import Database


def test_answers_are_kept_in_their_order_with_who_and_when(database: Database) -> None:
    with database.write() as connection:
        for place, answer in enumerate(("no", "yes")):
            store_answer(
                connection,
                store="us",
                seller_sku="A",
                product_sku="MUG",
                answer=answer,  # type: ignore[arg-type]
                asked="likely",
                by="Ada",
                at=place,
                probability=0.5,
            )
        store_answer(
            connection, store="de", seller_sku="A", product_sku="MUG", answer="no", asked="manual", by="", at=9
        )
    with database.read() as connection:
        kept = load_answers(connection, "us")
    assert kept.select(["answer", "by_whom", "at", "probability"]).to_pylist() == [
        {"answer": "no", "by_whom": "Ada", "at": 0, "probability": 0.5},
        {"answer": "yes", "by_whom": "Ada", "at": 1, "probability": 0.5},
    ]


def test_a_person_takes_back_only_the_own_newest_answer(database: Database) -> None:
    with database.write() as connection:
        for by in ("Ada", "Ada", "Bob"):
            store_answer(
                connection, store="us", seller_sku="A", product_sku="MUG", answer="no", asked="likely", by=by, at=1
            )
        first, second, third = (withdraw_last(connection, "us", "Ada", 5) for _ in range(3))
    assert first is not None and second is not None and third is None
    assert first["id"] > second["id"]
    with database.read() as connection:
        assert load_answers(connection, "us")["by_whom"].to_pylist() == ["Bob"]


def test_answers_that_were_given_together_are_taken_back_together(database: Database) -> None:
    with database.write() as connection:
        for sku in "ABC":
            store_answer(
                connection, store="us", seller_sku=sku, product_sku="MUG", answer="no", asked="likely", by="Ada", at=1
            )
        newest = withdraw_last(connection, "us", "Ada", 5, count=2)
    assert newest is not None and newest["seller_sku"] == "C"
    with database.read() as connection:
        assert load_answers(connection, "us")["seller_sku"].to_pylist() == ["A"]


def found(*rows: tuple[str, str, int, float, str]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * 5
    table = pa.table({name: pa.array(values) for name, values in zip(FOUND[:5], columns, strict=True)})
    for name in ("evidence", "veto"):
        table = table.append_column(name, pa.repeat("", table.num_rows))
    return table.append_column("audit", pa.repeat(False, table.num_rows))


def test_a_comparison_takes_the_place_of_the_one_before_it(database: Database) -> None:
    with database.write() as connection:
        store_candidates(connection, "us", found(("A", "MUG", 1, 0.9, "accepted"), ("B", "CUP", 1, 0.4, "possible")), 1)
        store_candidates(connection, "de", found(("A", "MUG", 1, 0.9, "accepted")), 1)
        store_candidates(connection, "us", found(("C", "JAR", 1, 0.99, "accepted"), ("C", "CUP", 2, 0.3, "vetoed")), 2)
    with database.read() as connection:
        assert load_candidates(connection, "us")["product_sku"].to_pylist() == ["JAR", "CUP"]
        assert load_candidates(connection, "us", ["A"]).num_rows == 0
        assert load_suggested(connection, "us").to_pylist() == [
            {"seller_sku": "C", "product_sku": "JAR", "probability": 0.99, "evidence": "", "verdict": "accepted"}
        ]
        assert load_candidates(connection, "de")["audit"].to_pylist() == [False]
