"""Which decisions take a person's newest action back, and what would overwrite what."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from channelkit.actions.intent import Wish
from channelkit.actions.possible import as_assigned, as_before, as_fulfilled, conflicts
from channelkit.actions.undoing import undo_last
from channelkit.database.listing_schema import decisions
from channelkit.database.schema import arrow
from tests.test_actions_overrides import subject


def history(*rows: tuple[str, str, str | None, str, int]) -> pa.Table:
    """Return decisions, the oldest first: seller SKU, kind, value, who, when."""
    names = ("seller_sku", "kind", "value", "by_whom", "at")
    told: list[dict[str, Any]] = [
        {**dict(zip(names, row, strict=True)), "id": number, "store": "us"} for number, row in enumerate(rows, 1)
    ]
    return pa.Table.from_pylist(told, schema=arrow(decisions))


def test_the_newest_action_is_all_that_was_decided_at_once() -> None:
    found = undo_last(
        history(
            ("A", "price", "900", "Ada", 1),
            ("A", "price", "500", "Ada", 2),
            ("B", "price", "500", "Ada", 2),
            ("C", "price", "500", "Bob", 2),
        ),
        "Ada",
    )
    assert found is not None
    assert found.wishes == (Wish("A", "price", "900"), Wish("B", "price", None))
    assert found.back == (Wish("A", "price", "500"), Wish("B", "price", "500"))
    assert undo_last(history(), "Ada") is None


def test_publishing_and_ending_are_each_others_way_back() -> None:
    found = undo_last(history(("A", "listed", "yes", "Ada", 1), ("B", "listed", "no", "Ada", 1)), "Ada")
    assert found is not None and found.wishes == (Wish("A", "listed", "no"), Wish("B", "listed", "yes"))


def test_what_somebody_decided_since_is_left_alone() -> None:
    found = undo_last(history(("A", "price", "500", "Ada", 1), ("A", "price", "600", "Bob", 2)), "Ada")
    assert found is not None and not found.wishes
    assert found.refused[0].reason == "Somebody has decided its price anew since."


def test_an_alias_is_taken_back_with_its_asin_and_an_assigned_asin_only_where_one_was_decided_before() -> None:
    alias = [("N", "alias", "A", "Ada", 1), ("N", "listed", "yes", "Ada", 1), ("N", "asin", "B000000001", "Ada", 1)]
    found = undo_last(history(*alias), "Ada")
    assert found is not None
    assert found.wishes == (Wish("N", "alias", None), Wish("N", "listed", "no"), Wish("N", "asin", None))
    found = undo_last(history(("A", "asin", "B000000002", "Ada", 1)), "Ada")
    assert found is not None and not found.wishes and "assign that one by name" in found.refused[0].reason


def test_several_that_would_have_one_seller_sku_are_refused() -> None:
    """RG-02: conflicting targets are refused with an explanation."""
    pair = [subject(sku="A", seller_sku="X", listed=False), subject(sku="B", seller_sku="X", listed=False)]
    refused = conflicts([*pair, subject(sku="C", seller_sku="C")])
    assert [refusal.sku for refusal in refused] == ["A", "B"]
    assert refused[0].reason == "A and B would all be listed as X; give each its own seller SKU first."


def test_what_stood_before_is_what_was_decided_or_what_amazon_shows() -> None:
    assert as_before(Wish("A", "price", "1"), subject(said={"price": "2"})) == [Wish("A", "price", "2")]
    assert as_before(Wish("A", "price", "1"), subject()) == [Wish("A", "price", None)]
    assert as_fulfilled(Wish("A", "fulfillment", "merchant"), subject(by_amazon=True))[0].value == "amazon"
    assert as_fulfilled(Wish("A", "fulfillment", "amazon"), subject())[0].value == "merchant"
    assert as_assigned(Wish("A", "asin", "B2"), subject()) == [
        Wish("A", "asin", "B000000001"),
        Wish("A", "listed", "yes"),
    ]
