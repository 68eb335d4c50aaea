"""How overrides are read, where they do nothing, and what stands before and after."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from channelkit.actions.intent import KEEP, Intent, Wish
from channelkit.actions.overrides import read_terms, wish_overrides
from channelkit.actions.several import switch
from channelkit.actions.standing import Subject
from channelkit.errors import UsageError
from channelkit.model.marketplaces import marketplace


def subject(**changed: Any) -> Subject:
    known: dict[str, Any] = {
        **{"listed": True, "sku": "A", "seller_sku": "A", "asin": "B000000001", "product_sku": "A", "tab": "Active"},
        **{"status": "Active", "reason": "", "actions": frozenset(), "decided_by": "", "said": {}},
        **{"condition": "used_good", "by_amazon": False, "is_ending": False},
    }
    return Subject(**{**known, **changed})


@pytest.mark.parametrize(
    "terms",
    [
        {"price": "0"},
        {"price": "-1"},
        {"price": "1.234"},
        {"price": "ten"},
        {"price": "NaN"},
        {"price": "1e30"},
        {"handling": "soon"},
        {"handling": 31},
        {"handling": "-1"},
        {"handling": "1.5"},
        {"condition": "mint"},
        {"notes": " "},
        {"notes": "x" * 2001},
        {"price": KEEP},
        {},
    ],
    ids=lambda terms: "-".join(f"{name}-{str(value)[:5]}" for name, value in terms.items()) or "nothing",
)
def test_an_override_that_is_none_is_refused(terms: dict[str, Any]) -> None:
    """AC-04."""
    with pytest.raises(UsageError):
        read_terms(marketplace("US"), terms)


@pytest.mark.parametrize(
    ("country", "price", "minor"),
    [("US", Decimal("55.5"), "5550"), ("US", 55, "5500"), ("US", "0.01", "1"), ("JP", "1980", "1980")],
)
def test_a_price_is_kept_in_minor_units_of_its_marketplace(country: str, price: Any, minor: str) -> None:
    assert read_terms(marketplace(country), {"price": price}) == {"price": minor}


def test_what_is_not_given_stays_and_none_removes() -> None:
    """AC-04: set, keep and remove."""
    terms = read_terms(marketplace("US"), {"price": KEEP, "handling": None, "condition": "Used; Good", "notes": " a "})
    assert terms == {"handling": None, "condition": "used_good", "notes": "a"}
    wishes, refused = wish_overrides(subject(said={"handling": "2"}), terms)
    assert wishes == [Wish("A", "handling", None), Wish("A", "condition", "used_good"), Wish("A", "notes", "a")]
    assert not refused
    assert wish_overrides(subject(), {"handling": None})[0] == []


@pytest.mark.parametrize(
    ("changed", "terms", "reason"),
    [
        pytest.param({"by_amazon": True}, {"handling": "1"}, "Amazon fulfils it", id="handling-by-amazon"),
        pytest.param({"by_amazon": True}, {"condition": "used_good"}, "Amazon fulfils it", id="condition-by-amazon"),
        pytest.param({"condition": "new_new"}, {"notes": "a"}, "It is new", id="notes-of-new"),
        pytest.param({"said": {"condition": "new_new"}}, {"notes": "a"}, "It is new", id="notes-of-what-becomes-new"),
        pytest.param({"decided_by": "uk"}, {"handling": "1"}, "Store 'uk' decides its handling time", id="of-elder"),
    ],
)
def test_what_would_do_nothing_is_refused(changed: dict[str, Any], terms: dict[str, Any], reason: str) -> None:
    """AC-05, RG-02."""
    wishes, refused = wish_overrides(subject(**changed), terms)
    assert wishes == [] and refused[0].reason.startswith(reason)


def test_notes_go_with_a_condition_that_is_not_new() -> None:
    terms = {"condition": "used_good", "notes": "Worn."}
    assert len(wish_overrides(subject(condition="new_new"), terms)[0]) == 2


def test_what_amazon_fulfils_may_lose_an_override() -> None:
    removed = wish_overrides(subject(by_amazon=True, said={"handling": "1"}), {"handling": None})
    assert removed == ([Wish("A", "handling", None)], [])


def test_fulfilment_that_an_older_store_decides_is_not_switched_here() -> None:
    """AC-08, RG-02."""
    wishes, refused = switch("amazon").decide(subject(decided_by="uk"))
    assert wishes == [] and "oldest with this seller SKU" in refused[0].reason


def test_an_action_reversed_twice_is_itself() -> None:
    intent = Intent("end", "Ada", ("A",), wishes=(Wish("A", "listed", "no"),), back=(Wish("A", "listed", "yes"),))
    assert intent.reversed().wishes == intent.back
    assert intent.reversed().reversed().wishes == intent.wishes
