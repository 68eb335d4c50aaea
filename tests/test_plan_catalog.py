"""Towards Commerce, as pure columns: which of Amazon's values are wanted, kept, held, stopped, and taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.attributes import CATALOG_CHANGES
from channelkit.plan.catalog import compare_values, in_words, plan_values
from channelkit.plan.catalog_guards import fingerprint, guard_values, plan_undo
from channelkit.plan.catalog_settle import settle_values
from channelkit.plan.guards import Limits

EXISTING = pa.schema([(name, pa.string()) for name in ("sku", "attribute", "scope", "value")])
LINKS = pa.schema([(name, pa.string()) for name in ("store", "marketplace_id", "sku", "asin")])
NOW = 1_790_000_000_000
MINUTE = 60_000


def values(*rows: tuple[str, str, str, list[str]]) -> pa.Table:
    """Return what Amazon tells: marketplace, ASIN, attribute, values."""
    columns = list(zip(*((*row[:3], json.dumps(row[3])) for row in rows), strict=True)) or [()] * 4
    names = ("marketplace_id", "asin", "amazon_attribute", "value")
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})


def mapping(amazon: str, attribute: str, **changed: Any) -> dict[str, Any]:
    row = {"mapping": 1, "marketplace_id": "US", "amazon_attribute": amazon, "attribute": attribute, "scope": "all"}
    return {**row, "input": "text", "overwrite": False, **changed}


def links(*rows: tuple[str, str, str, str]) -> pa.Table:
    """Return matched listings: store, marketplace, SKU, ASIN."""
    return pa.Table.from_pylist([dict(zip(LINKS.names, row, strict=True)) for row in rows], schema=LINKS)


def existing(*rows: tuple[str, str, str, str]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(EXISTING.names, row, strict=True)) for row in rows], schema=EXISTING)


def mappings(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows))


def change(sku: str, after: str | None, before: str | None = None, attribute: str = "brand") -> dict[str, Any]:
    row = {"store": "us", "sku": sku, "action": "set", "attribute": attribute, "scope": "all"}
    return {**row, "before": before, "after": after, "because": "why"}


def changes(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=CATALOG_CHANGES.schema())


def inputs(**kinds: str) -> pa.Table:
    return pa.table(
        {"attribute": pa.array(list(kinds), pa.string()), "input": pa.array([*kinds.values()], pa.string())}
    )


MUG = links(("us", "US", "MUG", "B1"))
BRAND = values(("US", "B1", "brand", ["Acme"]))


@pytest.mark.parametrize(
    ("there", "overwrite", "verdict"),
    [
        pytest.param(None, False, "differs", id="empty"),
        pytest.param("Acme", True, "same", id="same"),
        pytest.param("Other", False, "kept", id="kept"),
        pytest.param("Other", True, "differs", id="overwritten"),
    ],
)
def test_a_value_is_brought_only_where_it_is_wanted(there: str | None, overwrite: bool, verdict: str) -> None:
    """AT-05: what Commerce has stays, unless the mapping says to overwrite; what is the same is left out."""
    now = existing(("MUG", "maker", "all", there)) if there else existing()
    wanted = mappings(mapping("brand", "maker", overwrite=overwrite))
    compared = compare_values(BRAND, wanted, now, MUG)
    assert compared["verdict"].to_pylist() == [verdict]
    planned = plan_values(BRAND, wanted, now, MUG).to_pylist()
    assert [row["after"] for row in planned] == (["Acme"] if verdict == "differs" else [])


def test_each_store_view_is_compared_on_its_own() -> None:
    """AT-06."""
    wanted = mappings(*(mapping("brand", "maker", scope=scope) for scope in ("de", "fr")))
    planned = plan_values(BRAND, wanted, existing(("MUG", "maker", "de", "Acme")), MUG)
    assert planned["scope"].to_pylist() == ["fr"]


def test_the_first_link_decides_where_two_countries_would_bring_a_value() -> None:
    told = values(("US", "B1", "brand", ["Acme"]), ("DE", "B2", "brand", ["Akme"]))
    wanted = mappings(mapping("brand", "maker", marketplace_id="DE"), mapping("brand", "maker"))
    both = (("us", "US", "MUG", "B1"), ("de", "DE", "MUG", "B2"))
    assert plan_values(told, wanted, existing(), links(*both))["after"].to_pylist() == ["Acme"]
    assert plan_values(told, wanted, existing(), links(*reversed(both)))["after"].to_pylist() == ["Akme"]


@pytest.mark.parametrize(
    ("kind", "told", "after"),
    [
        pytest.param("text", ["one", "two"], "one, two", id="text"),
        pytest.param("textarea", ["one", "two"], "one\ntwo", id="textarea"),
        pytest.param("multiselect", ["one", "two"], "one\ntwo", id="multiselect"),
        pytest.param("select", ["one", "two"], "one", id="select"),
        pytest.param("price", ["19.90 USD"], "19.9", id="price"),
        pytest.param("boolean", ["true"], "Yes", id="boolean"),
        pytest.param("price", ["on request"], None, id="no-price"),
        pytest.param("boolean", ["perhaps"], None, id="no-answer"),
        pytest.param("text", ["  "], None, id="blank"),
        pytest.param("text", [], None, id="none"),
    ],
)
def test_several_values_become_one_of_the_attributes_kind(kind: str, told: list[str], after: str | None) -> None:
    compared = compare_values(
        values(("US", "B1", "brand", told)), mappings(mapping("brand", "maker", input=kind)), existing(), MUG
    )
    assert compared["after"].to_pylist() == [after]
    assert compared["verdict"].to_pylist() == ["differs" if after else "unusable"]


def test_labels_that_differ_only_in_case_are_the_same_choice() -> None:
    wanted = mappings(mapping("brand", "maker", input="select", overwrite=True))
    assert plan_values(BRAND, wanted, existing(("MUG", "maker", "all", "ACME")), MUG).num_rows == 0


@given(st.lists(st.text(max_size=20), max_size=4), st.sampled_from(["text", "textarea", "select", "price", "boolean"]))
def test_what_was_written_is_not_written_again(told: list[str], kind: str) -> None:
    wanted = mappings(mapping("brand", "maker", input=kind, overwrite=True))
    said = values(("US", "B1", "brand", told))
    planned = plan_values(said, wanted, existing(), MUG)
    now = existing(*(("MUG", "maker", "all", after) for after in planned["after"].to_pylist()))
    assert plan_values(said, wanted, now, MUG).num_rows == 0


def test_words_are_trimmed_and_numbers_lose_idle_zeros() -> None:
    kinds = pa.array(["price", "price", "text", "text"])
    assert in_words(pa.array(["20.000000", "100", " a ", ""]), kinds).to_pylist() == ["20", "100", "a", None]


@pytest.mark.parametrize(
    ("kind", "row", "note"),
    [
        pytest.param("text", change("A", "<p>Big</p>"), "The value holds HTML.", id="html"),
        pytest.param("text", change("A", "3 < 4 > 2"), None, id="no-html"),
        pytest.param("text", change("A", "x" * 256), "It has 256 characters", id="long"),
        pytest.param("textarea", change("A", "x" * 256), None, id="long-text"),
        pytest.param("price", change("A", "0"), "A price must be above zero.", id="zero"),
        pytest.param("text", change("A", "B2", "B1", "asin"), "It would replace an identifier", id="identifier"),
        pytest.param("text", change("A", "B2", None, "asin"), None, id="new-identifier"),
        pytest.param("text", change("A", "x", None, "season"), "attribute set has no such", id="lacking"),
    ],
)
def test_what_looks_wrong_is_held(kind: str, row: dict[str, Any], note: str | None) -> None:
    lacking = pa.table({"sku": ["A"], "attribute": ["season"]})
    kinds = inputs(**{row["attribute"]: kind})
    guarded = guard_values(changes(row), kinds, 10, Limits(), identifiers=["asin"], lacking=lacking)
    told = guarded.held["note"].to_pylist()
    assert (note is None) == (not told) and all(note in words for words in told if note)
    assert guarded.going.num_rows == (note is None)


def test_free_text_for_an_attribute_of_choices_is_held_and_choices_are_not() -> None:
    titles = changes(*(change(f"S{n}", f"Title {n}") for n in range(60)))
    colours = changes(*(change(f"S{n}", f"Colour {n % 5}") for n in range(60)))
    assert guard_values(titles, inputs(brand="select"), 60, Limits()).held.num_rows == 60
    assert guard_values(colours, inputs(brand="select"), 60, Limits()).held.num_rows == 0
    assert guard_values(titles, inputs(brand="text"), 60, Limits()).held.num_rows == 0


def test_only_overwriting_sweeps() -> None:
    filling = changes(*(change(f"S{n}", "new") for n in range(50)))
    overwriting = changes(*(change(f"S{n}", "new", "old") for n in range(50)))
    assert not guard_values(filling, inputs(brand="text"), 50, Limits()).stopped
    stopped = guard_values(overwriting, inputs(brand="text"), 50, Limits())
    assert stopped.stopped.startswith("50 of 50 matched products would lose a value") and not stopped.leaving.num_rows
    assert not guard_values(overwriting, inputs(brand="text"), 500, Limits()).stopped


def test_the_fingerprint_names_exactly_these_changes_in_whatever_order() -> None:
    one, two = change("A", "x"), change("B", "y")
    assert fingerprint(changes(one, two)) == fingerprint(changes(two, one))
    for other in (change("A", "z"), change("A", "x", "b"), change("A", None), {**one, "scope": "de"}):
        assert fingerprint(changes(other, two)) != fingerprint(changes(one, two))


def undone(done: Sequence[dict[str, Any]], now: pa.Table) -> list[tuple[Any, ...]]:
    numbered = pa.Table.from_pylist(
        [{"id": number, **row} for number, row in enumerate(done, 1)],
        schema=pa.schema([("id", pa.int64()), *CATALOG_CHANGES.schema()]),
    )
    names = ("sku", "before", "after", "undoes", "note")
    return [tuple(row[name] for name in names) for row in plan_undo(numbered, now).to_pylist()]


def test_taking_back_restores_what_stood_there() -> None:
    assert undone([change("A", "x", "w")], existing(("A", "brand", "all", "x"))) == [("A", "x", "w", 1, None)]
    assert undone([change("A", "x")], existing(("A", "brand", "all", "x"))) == [("A", "x", None, 1, None)]


def test_several_changes_of_one_value_are_taken_back_at_once() -> None:
    twice = [change("A", "x", "w"), change("A", "y", "x")]
    assert undone(twice, existing(("A", "brand", "all", "y"))) == [("A", "y", "w", 2, None)]


def test_what_somebody_changed_since_is_left_and_what_is_back_already_is_no_change() -> None:
    left = "Somebody changed it since; it is now empty."
    assert undone([change("A", "x", "w")], existing()) == [("A", "x", "w", 1, left)]
    assert undone([change("A", None, "w")], existing()) == [("A", None, "w", 1, None)]


@pytest.mark.parametrize(
    ("state", "shown", "minutes", "queued", "became"),
    [
        pytest.param("accepted", "x", 0, True, ["confirmed"], id="shown"),
        pytest.param("accepted", "X", 0, False, ["confirmed"], id="another-case"),
        pytest.param("accepted", "w", 0, False, ["expired"], id="done-but-not-shown"),
        pytest.param("accepted", "w", 10, True, [], id="queued"),
        pytest.param("accepted", "w", 31, True, ["expired"], id="queued-for-ever"),
        pytest.param("sent", "w", 10, False, [], id="unanswered"),
        pytest.param("sent", "x", 10, False, ["confirmed"], id="arrived-unanswered"),
        pytest.param("sent", None, 31, False, ["expired"], id="lost"),
    ],
)
def test_only_a_reading_confirms(state: str, shown: str | None, minutes: int, queued: bool, became: list[str]) -> None:
    sent = {"id": 7, "sku": "A", "attribute": "brand", "scope": "all", "after": "x", "state": state}
    waiting = pa.Table.from_pylist([{**sent, "sent_at": NOW - minutes * MINUTE}])
    now = existing(("A", "brand", "all", shown)) if shown else existing()
    settled = settle_values(waiting, now, NOW, pa.array([queued]))
    assert settled["state"].to_pylist() == became
