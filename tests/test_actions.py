"""What a person does with listings, on the sandbox: shown first, then kept and sent, confirmed, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any, Protocol

import pytest

from channelkit.actions.actions import Actions
from channelkit.database.decisions import list_decisions, load_decisions
from channelkit.database.journal import load_changes
from channelkit.errors import PlanError, UsageError
from tests.kit_fixtures import Practice, RunKit, let_send


class OpenPractice(Protocol):
    """Starts a sandbox and opens a kit that has read both sides; what is not said is as for ``run_kit``."""

    def __call__(self, *, auto_list: bool = False, live: bool = True, database: str = "") -> Practice: ...


@pytest.fixture
def open_practice(run_kit: RunKit) -> Iterator[OpenPractice]:
    with ExitStack() as opened:

        def start(*, auto_list: bool = False, live: bool = True, database: str = "") -> Practice:
            practice = run_kit(live=live, database=database)
            practice.kit = opened.enter_context(practice.reopened(auto_list=auto_list))
            practice.kit.stores["us"].pull()
            return practice

        yield start


@pytest.fixture
def practice(open_practice: OpenPractice) -> Practice:
    """Return a kit whose stores may send, that lists nothing by itself, and that has read both sides."""
    return open_practice()


def actions(practice: Practice) -> Actions:
    return practice.kit.stores["us"].actions


def cycle(practice: Practice, times: int = 1, minutes: float = 10) -> None:
    for _ in range(times):
        practice.wait(minutes)
        practice.kit.stores["us"].sync()


def rows(practice: Practice, *skus: str) -> dict[str, dict[str, Any]]:
    """Return the rows of some listings by seller SKU."""
    frame = practice.kit.stores["us"].listings()
    return {row["sku"]: row for row in frame[frame["sku"].isin(skus)].to_dict("records")}


def tab(practice: Practice, sku: str) -> tuple[str, str]:
    row = rows(practice, sku)[sku]
    return str(row["tab"]), str(row["status"])


def until(practice: Practice, sku: str, **wanted: Any) -> None:
    """Run cycles until a listing is as it should become; Amazon takes its time."""
    for _ in range(9):
        row = rows(practice, sku).get(sku, {})
        if all(row.get(name) == value for name, value in wanted.items()):
            return
        cycle(practice)
    assert {name: rows(practice, sku)[sku][name] for name in wanted} == wanted


def ordered(practice: Practice) -> list[tuple[str, str, str]]:
    """Return seller SKU, field and state of the changes that a person ordered."""
    with practice.kit.database.read() as connection:
        found = load_changes(connection, ["us"]).to_pylist()
    return [(row["seller_sku"], row["field"], row["state"]) for row in found if row["ordered_by"]]


def said(practice: Practice, *skus: str) -> dict[tuple[str, str], str | None]:
    with practice.kit.database.read() as connection:
        found = load_decisions(connection, "us", skus).to_pylist()
    return {(row["seller_sku"], row["kind"]): row["value"] for row in found}


def waiting(practice: Practice, status: str) -> str:
    """Return a product of this status."""
    frame = practice.kit.stores["us"].listings()
    return str(frame[(frame["status"] == status) & ~frame["listed"]]["sku"].iloc[0])


def test_publishing_shows_the_plan_first_and_is_in_progress_until_amazon_shows_it(practice: Practice) -> None:
    """AC-01, AC-02: publish, validate, take back."""
    ready = list(practice.kit.stores["us"].listings("Ready to List")["sku"])
    assert len(ready) > 1
    plan = actions(practice).publish(ready, "Ada")
    assert [*plan.changes["seller_sku"]] == sorted(ready) and set(plan.changes["field"]) == {"publish"}
    assert set(plan.validate()["verdict"]) == {"valid"}
    assert said(practice, *ready) == {} and not practice.shelf("us").listings.keys() & set(ready)
    done = plan.apply()
    assert (done.kept, done.applied and done.applied.accepted) == (len(ready), len(ready))
    assert {tab(practice, sku) for sku in ready} == {("Ready to List", "List in Progress")}
    for sku in ready:
        until(practice, sku, listed=True)
    assert {state for _, _, state in ordered(practice)} == {"confirmed"}
    back = plan.inverse()
    assert set(back.changes["field"]) == {"end"}
    back.apply()
    assert {tab(practice, sku) for sku in ready} == {("Ended", "Ending In Progress")}


def test_ended_stays_ended_even_where_all_is_listed_by_itself(open_practice: OpenPractice) -> None:
    """AC-02: ended listings are gone from Amazon, never come back by themselves, and can be taken back once gone."""
    practice = open_practice(auto_list=True)
    chosen = practice.active_skus("us")[:3]
    plan = actions(practice).end(chosen, "Ada")
    assert {row["then"] for row in plan.becomes.to_dict("records")} == {"Ending In Progress"}
    plan.apply()
    with pytest.raises(PlanError, match="still shows it"):
        plan.inverse().apply()
    for sku in chosen:
        until(practice, sku, status="Manually Ended")
    assert not practice.shelf("us").listings.keys() & set(chosen)
    cycle(practice, 2, 60)
    assert {tab(practice, sku) for sku in chosen} == {("Ended", "Manually Ended")}
    assert [row for row in ordered(practice) if row[1] == "publish"] == []
    plan.inverse().apply()
    for sku in chosen:
        until(practice, sku, status="Active")
    assert practice.shelf("us").listings.keys() >= set(chosen)


def test_what_a_product_lacks_is_supplied_and_it_goes_on(practice: Practice) -> None:
    """AC-03: a parent is refused with its variants named; a variant is taken, and can be taken back."""
    parent = waiting(practice, "Has Variants")
    asin = rows(practice, parent)[parent]["asin"]
    with pytest.raises(UsageError, match="parent of several variants") as refused:
        actions(practice).update_info(parent, "Ada", asin=asin)
    child = refused.value.fix.removeprefix("Choose the variant: ").split(",")[0].rstrip(".")
    plan = actions(practice).update_info(parent, "Ada", asin=child, condition="Used; Good")
    assert child in repr(plan)
    plan.apply()
    assert rows(practice, parent)[parent]["asin"] == child
    assert tab(practice, parent)[0] == "Ready to List"
    assert said(practice, parent) == {(parent, "condition"): "used_good"}
    plan.inverse().apply()
    assert tab(practice, parent) == ("Incomplete", "Has Variants")
    frame = practice.kit.stores["us"].listings("Incomplete")
    listed = str(frame[frame["listed"]]["sku"].iloc[0])
    refused_too = actions(practice).update_info(listed, "Ada", asin=child).refused
    assert "It is on Amazon already" in refused_too["reason"].iloc[0]
    for nothing in ({}, {"asin": "B000"}, {"asin": "B0NOTTHERE"}):
        with pytest.raises(UsageError):
            actions(practice).update_info(parent, "Ada", **nothing)


def test_overrides_are_combined_kept_and_removed(practice: Practice) -> None:
    """AC-04, TB-07, P25: 55, 1 day, Used Like New and notes; then price 50, handling removed, the rest kept."""
    sku = practice.active_skus("us")[0]
    first = actions(practice).override(
        sku, "Ada", price=Decimal(55), handling=1, condition="Used; Like New", notes="Boxed."
    )
    assert sorted(first.changes["field"]) == ["condition", "handling", "notes", "price"]
    first.apply()
    assert tab(practice, sku) == ("Active", "Relist in Progress")
    cycle(practice)
    assert {state for _, _, state in ordered(practice)} == {"confirmed"}
    (shown,) = actions(practice).overrides().to_dict("records")
    names = ("seller_sku", "condition_override", "notes_override", "handling_override", "price_override", "by")
    assert [shown[name] for name in names] == [sku, "used_like_new", "Boxed.", "1", "55.00", "Ada"]

    second = actions(practice).override([sku], "Bob", price="50", handling=None)
    assert said(practice, sku)[sku, "price"] == "5500"
    second.apply()
    cycle(practice)
    assert said(practice, sku) == {
        **{(sku, "price"): "5000", (sku, "handling"): None},
        **{(sku, "condition"): "used_like_new", (sku, "notes"): "Boxed."},
    }
    (shown,) = actions(practice).overrides().to_dict("records")
    assert (shown["price_override"], shown["notes_override"], shown["by"]) == ("50.00", "Boxed.", "Bob")
    assert rows(practice, sku)[sku]["price"] == Decimal("50.00")

    second.inverse().apply()
    assert said(practice, sku)[sku, "price"] == "5500" and said(practice, sku)[sku, "handling"] == "1"
    actions(practice).override(sku, "Ada", price=None, handling=None, condition=None, notes=None).apply()
    assert actions(practice).overrides().empty


def test_overrides_that_would_do_nothing_are_refused_with_the_reason(practice: Practice) -> None:
    """AC-05: Amazon's handling time and condition, and notes on what is new."""
    frame = practice.kit.stores["us"].listings("Active")
    by_amazon = str(frame[frame["fulfillment_channel"] == "AMAZON_NA"]["sku"].iloc[0])
    new = practice.active_skus("us")[0]
    plan = actions(practice).override([by_amazon, new], "Ada", handling=1, condition="used_good", notes="Worn.")
    refused = [(row["sku"], row["reason"]) for row in plan.refused.to_dict("records")]
    assert refused == [
        (by_amazon, "Amazon fulfils it, so its handling time is Amazon's."),
        (by_amazon, "Amazon fulfils it, so its condition is Amazon's."),
    ]
    plan = actions(practice).override([new], "Ada", notes="Worn.")
    assert "Amazon shows no notes on new articles" in plan.refused["reason"].iloc[0]
    with pytest.raises(PlanError, match="Nothing of it can be done"):
        plan.apply()


def test_several_prices_that_move_far_are_held_until_they_are_named(practice: Practice) -> None:
    """AC-04: one slip of the pen must not reprice a whole selection; one listing that is named is meant."""
    one, two, three = practice.active_skus("us")[:3]
    plan = actions(practice).override([one, two, three], "Ada", price="4999")
    assert plan.changes.empty and len(plan.held) == 3
    with pytest.raises(UsageError, match="Nothing is held for X"):
        plan.apply(release_held=["X"])
    done = plan.apply(release_held=[two])
    assert (done.kept, done.applied and done.applied.accepted) == (1, 1)
    assert said(practice, one, two, three) == {(two, "price"): "499900"}
    cycle(practice)
    assert rows(practice, two)[two]["price"] == Decimal("4999.00")
    named = actions(practice).override(one, "Ada", price="4999")
    assert len(named.changes) == 1 and named.held.empty
    assert named.changes["because"].iloc[0] == "A person overrode its price."


@pytest.mark.parametrize("remove", [False, True], ids=["keep", "end"])
def test_an_alias_is_listed_too_with_its_own_seller_sku(practice: Practice, remove: bool) -> None:
    """AC-06: unique, with another ASIN or the same, the existing listing kept or ended, and taken back."""
    sku, other = practice.active_skus("us")[:2]
    asin = rows(practice, other)[other]["asin"] if remove else ""
    product = practice.product_of("us", sku)
    plan = actions(practice).alias(sku, "ALIAS-1", "Ada", asin=asin, remove_existing=remove)
    assert sorted(plan.changes["field"]) == (["end", "publish"] if remove else ["publish"])
    plan.apply()
    assert tab(practice, "ALIAS-1") == ("Ready to List", "List in Progress")
    its = asin or rows(practice, sku)[sku]["asin"]
    until(practice, "ALIAS-1", tab="Active", product_sku=product, method="manual", asin=its)
    until(practice, sku, status="Manually Ended" if remove else "Active")
    plan.inverse().apply()
    until(practice, "ALIAS-1", status="Manually Ended")
    until(practice, sku, tab="Active")


def test_a_seller_sku_that_something_has_is_no_alias(practice: Practice) -> None:
    """AC-06."""
    sku, other = practice.active_skus("us")[:2]
    product = next(sku for sku in practice.kit.stores["us"].listings("Ready to List")["sku"] if sku.isascii())
    mine = actions(practice)
    for taken in (other, sku, product, product.lower(), "", " A", "x" * 41):
        with pytest.raises(UsageError):
            mine.alias(sku, taken, "Ada")
    mine.alias(sku, "ALIAS-2", "Ada").apply()
    with pytest.raises(UsageError, match="is taken: another listing of product"):
        mine.alias(other, "ALIAS-2", "Ada")
    for typed in ("B0NOTTHERE", "no"):
        with pytest.raises(UsageError):
            mine.alias(sku, "ALIAS-3", "Ada", asin=typed)


def test_another_asin_is_validated_and_the_listing_is_made_anew(practice: Practice) -> None:
    """AC-07: validated first; the old one is ended, a new one made under the same SKU, its product stays; and back."""
    sku, other = practice.active_skus("us")[:2]
    old, new = (rows(practice, each)[each]["asin"] for each in (sku, other))
    product = practice.product_of("us", sku)
    parent = waiting(practice, "Has Variants")
    mine = actions(practice)
    for typed in ("B0NOTTHERE", "no", old, rows(practice, parent)[parent]["asin"]):
        with pytest.raises(UsageError):
            mine.assign_asin(sku, typed, "Ada")
    plan = mine.assign_asin(sku, new, "Ada")
    assert list(plan.changes["field"]) == ["end"]
    plan.apply()
    assert tab(practice, sku) == ("Active", "Relist in Progress")
    with pytest.raises(PlanError, match="still shows it"):
        plan.inverse().apply()
    until(practice, sku, tab="Active", asin=new, product_sku=product)
    plan.inverse().apply()
    until(practice, sku, tab="Active", asin=old, product_sku=product)


def test_fulfilment_is_switched_and_switched_back(practice: Practice) -> None:
    """AC-08."""
    sku = practice.active_skus("us")[0]
    plan = actions(practice).switch_fulfillment(sku, "amazon", "Ada")
    assert list(plan.changes["after_text"]) == ["amazon"]
    plan.apply()
    cycle(practice)
    assert ordered(practice) == [(sku, "fulfillment", "confirmed")]
    assert rows(practice, sku)[sku]["fulfillment_channel"] == "AMAZON_NA"
    again = actions(practice).switch_fulfillment(sku, "amazon", "Ada")
    assert "Switch to Fulfilled by Amazon is not possible" in again.refused["reason"].iloc[0]
    plan.inverse().apply()
    until(practice, sku, fulfillment_channel="DEFAULT")
    with pytest.raises(UsageError):
        actions(practice).switch_fulfillment(sku, "nobody", "Ada")  # type: ignore[arg-type]  # a person may type it


def test_actions_are_possible_only_where_the_tab_allows_them(practice: Practice) -> None:
    """AC-09."""
    mine, active = actions(practice), practice.active_skus("us")[0]
    frame = practice.kit.stores["us"].listings("New Third Party")
    foreign, incomplete = str(frame["sku"].iloc[0]), waiting(practice, "Has Variants")
    plans = [
        mine.publish([active, foreign, incomplete, "UNKNOWN"], "Ada"),
        mine.end([foreign, incomplete], "Ada"),
        mine.override([foreign, incomplete], "Ada", price="9"),
        mine.update_info(active, "Ada", condition="used_good"),
        mine.alias(foreign, "ALIAS-9", "Ada"),
        mine.assign_asin(foreign, rows(practice, active)[active]["asin"], "Ada"),
        mine.switch_fulfillment([incomplete], "amazon", "Ada"),
        mine.rematch([active], "Ada"),
    ]
    assert [len(plan.refused) for plan in plans] == [4, 2, 2, 1, 1, 1, 1, 1]
    for plan in plans:
        assert plan.changes.empty
        with pytest.raises(PlanError):
            plan.apply()
        assert plan.refused["reason"].str.len().min() > 40
    with pytest.raises(PlanError):
        mine.rematch(incomplete, "Ada").require("another")


def test_matching_is_tried_again_and_nothing_takes_that_back(practice: Practice) -> None:
    """AC-03: re-attempt automatic match."""
    product = waiting(practice, "Unable to Assign to Amazon Listing")
    frame = practice.kit.stores["us"].listings("New Third Party")
    plan = actions(practice).rematch([product, str(frame["sku"].iloc[0])], "Ada")
    assert plan.refused.empty and "begins with 1 products" in repr(plan)
    assert plan.apply().kept == 0
    with pytest.raises(UsageError, match="Nothing takes back"):
        plan.inverse()


def test_a_store_that_may_not_send_keeps_what_was_decided_until_it_may(open_practice: OpenPractice) -> None:
    practice = open_practice(live=False)
    sku = practice.active_skus("us")[0]
    plan = actions(practice).end(sku, "Ada")
    assert "nothing is sent yet" in repr(plan) and plan.silent
    done = plan.apply()
    assert (done.kept, done.applied) == (1, None) and "go-live" in str(done)
    assert tab(practice, sku) == ("Ended", "Ending In Progress")
    let_send(practice.kit)
    until(practice, sku, status="Manually Ended")


def test_a_second_analyst_never_overwrites_the_first_unseen(open_practice: OpenPractice, empty_url: str) -> None:
    """The plan of one is void once another has decided about the same listing; about others it stands."""
    practice = open_practice(database=empty_url)
    sku, other = practice.active_skus("us")[:2]
    with practice.reopened(auto_list=False) as kit:
        second = kit.stores["us"].actions
        ada, bob = actions(practice).override(sku, "Ada", price="20"), second.override(sku, "Bob", handling=3)
        beside = second.override(other, "Bob", handling=3)
        ada.apply()
        with pytest.raises(PlanError, match="have moved since"):
            bob.apply()
        beside.apply()
        assert said(practice, sku, other) == {(sku, "price"): "2000", (other, "handling"): "3"}
        second.override(sku, "Bob", handling=3).apply()
    assert said(practice, sku) == {(sku, "price"): "2000", (sku, "handling"): "3"}


def test_a_plan_on_facts_that_are_too_old_says_so(practice: Practice) -> None:
    """AC-04: nothing is sent on the ground of what may have passed; the decision is kept all the same."""
    (sku,) = practice.active_skus("us")[:1]
    practice.wait(9 * 60)
    plan = actions(practice).override(sku, "Ada", price="49.00")
    assert plan.changes.empty and "older than promised" in repr(plan) and "channelkit pull" in plan._repr_html_()
    assert plan.apply().kept == 1
    practice.kit.stores["us"].pull()
    assert [change["after"] for change in practice.changes("planned") if change["seller_sku"] == sku] == [4900]


def test_facts_that_move_void_a_plan(practice: Practice) -> None:
    sku = practice.active_skus("us")[0]
    plan = actions(practice).end(sku, "Ada")
    del practice.shelf("us").listings[sku]
    cycle(practice, 3)
    with pytest.raises(PlanError, match="have moved since"):
        plan.apply()
    assert said(practice, sku) == {}


def test_ending_a_large_part_of_a_store_needs_a_second_word(practice: Practice) -> None:
    """AC-02."""
    everything = practice.active_skus("us")
    plan = actions(practice).end(everything, "Ada")
    assert len(everything) > 10 and plan.stopped
    with pytest.raises(PlanError, match="is stopped"):
        plan.apply()
    assert said(practice, *everything) == {}
    done = plan.apply(although_stopped=True)
    assert done.applied and done.applied.accepted == len(everything)


def test_the_newest_action_is_taken_back_by_who_did_it(practice: Practice) -> None:
    sku, other = practice.active_skus("us")[:2]
    mine = actions(practice)
    with pytest.raises(UsageError, match="nothing of Ada"):
        mine.undo("Ada")
    mine.override([sku, other], "Ada", handling=1).apply()
    practice.wait(1)
    mine.override(sku, "Ada", handling=3, price="20").apply()
    practice.wait(1)
    mine.override(other, "Bob", handling=2).apply()
    practice.wait(1)
    mine.undo("Ada").apply()
    assert said(practice, sku) == {(sku, "handling"): "1", (sku, "price"): None}
    with practice.kit.database.read() as connection:
        assert list_decisions(connection, "us").num_rows == 7
