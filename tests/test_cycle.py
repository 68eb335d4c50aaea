"""A cycle from end to end on the sandbox: read, decided, sent and confirmed; and what goes wrong without harm."""

from __future__ import annotations

import pytest

from channelkit.errors import LeaseError, PlanError
from channelkit.runner import hold_store
from tests.kit_fixtures import Practice, RunKit

CYCLE = 5
"""Minutes between two cycles."""


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    """A kit that has read both sides once."""
    practice = run_kit()
    practice.kit.pull()
    return practice


def settle(practice: Practice) -> None:
    """Run cycles until everything that was wanted has been seen."""
    for _ in range(8):
        practice.kit.sync()
        if not practice.changes("planned", "sent", "accepted"):
            return
        practice.wait(CYCLE)
    raise AssertionError(f"It does not settle: {practice.changes('planned', 'sent', 'accepted')}")


def test_every_listing_of_both_accounts_is_read_and_has_exactly_one_tab(practice: Practice) -> None:
    """TB-01, RG-01: two seller accounts side by side, each listing once, each with a reason and a next step."""
    frame = practice.kit.listings()
    for store in ("us", "de"):
        listed = frame[(frame["store"] == store) & frame["listed"]]
        assert sorted(listed["sku"]) == sorted(practice.shelf(store).listings)
    assert not frame.duplicated(["store", "listed", "sku"]).any()
    assert (frame["reason"].str.len() > 10).all() and (frame["next_step"].str.len() > 5).all()


def test_every_tab_that_needs_no_person_to_begin_with_is_found(practice: Practice) -> None:
    tabs = practice.kit.tabs()
    for tab in ("Incomplete", "New Third Party", "Ready to List", "Inactive", "Active", "Ineligible"):
        assert tabs.loc[tab].sum() > 0, tab


def test_reading_and_showing_send_nothing(practice: Practice) -> None:
    assert practice.calls("patchListingsItem") == 0
    practice.kit.sync(send=False)
    assert practice.calls("patchListingsItem") == 0
    assert practice.changes("planned")


def test_what_was_sent_is_confirmed_by_a_reading_and_then_nothing_is_left_to_do(practice: Practice) -> None:
    """SY-01: the two sides are in step, and an "accepted" alone closed nothing."""
    run = practice.kit.sync()
    assert run.state == "done"
    assert practice.changes("accepted") and not practice.changes("confirmed")
    settle(practice)
    assert practice.changes("confirmed")
    for store in practice.kit.stores.values():
        assert len(store.plan().changes) == 0


def test_a_quantity_travels_from_commerce_to_amazon_and_back(practice: Practice) -> None:
    """LS-12, pain 18: a change of stock that moves no time in Commerce is noticed by the next cycle all the same."""
    settle(practice)
    sku = practice.active_skus("us")[0]
    product = practice.product_of("us", sku)
    before = practice.listing("us", sku).quantity
    practice.running.world.commerce.change_stock(product, -1)
    settle(practice)
    last = [change for change in practice.changes("confirmed") if change["seller_sku"] == sku][-1]
    assert (last["field"], last["before"], last["after"]) == ("quantity", before, before - 1)
    assert practice.listing("us", sku).quantity == before - 1


def test_the_quantity_of_what_amazon_fulfils_is_never_written(practice: Practice) -> None:
    """LS-13, pain 5."""
    by_amazon = {sku for sku, listing in practice.shelf("us").listings.items() if listing.channel != "DEFAULT"}
    settle(practice)
    assert by_amazon
    assert not [c for c in practice.changes() if c["seller_sku"] in by_amazon and c["field"] == "quantity"]


def test_an_answer_that_is_lost_is_read_back_and_not_sent_again(practice: Practice) -> None:
    """Pain 4: the call may have happened, so only a reading may say what became of it."""
    settle(practice)
    sku = practice.active_skus("us")[0]
    practice.running.world.commerce.change_stock(practice.product_of("us", sku), -1)
    practice.running.faults.add("lost_answer", "patchListingsItem", count=1)
    practice.kit.sync()
    practice.wait(CYCLE)
    practice.kit.sync()
    practice.wait(CYCLE)
    practice.kit.sync()
    mine = [change for change in practice.changes() if change["seller_sku"] == sku]
    assert mine[-1]["state"] == "confirmed"


def test_a_change_that_amazon_accepts_and_forgets_expires_and_is_sent_again(practice: Practice) -> None:
    settle(practice)
    sku = practice.active_skus("us")[0]
    practice.running.world.commerce.change_stock(practice.product_of("us", sku), -1)
    practice.running.faults.add("lost_write", "patchListingsItem", count=1)
    practice.kit.sync()
    sent = practice.calls("patchListingsItem")
    for _ in range(5):
        practice.wait(CYCLE)
        practice.kit.sync()
    assert practice.calls("patchListingsItem") == sent, "a lagging reading must cause no second sending"
    practice.wait(CYCLE * 2)
    settle(practice)
    states = [change["state"] for change in practice.changes() if change["seller_sku"] == sku]
    assert states[-2:] == ["expired", "confirmed"]


def test_a_refused_change_is_told_in_amazons_words_and_held_instead_of_sent_again(practice: Practice) -> None:
    """Pain 23: a failed row has a next step."""
    settle(practice)
    sku = practice.active_skus("us")[0]
    practice.running.world.commerce.change_stock(practice.product_of("us", sku), -1)
    practice.running.faults.add("rejected_write", "patchListingsItem", count=1)
    run = practice.kit.sync(["us"])
    assert (run.state, run.exit_code) == ("partial", 3)
    refused = practice.changes("refused")[-1]
    assert refused["seller_sku"] == sku and refused["note"] and refused["code"]
    sent = practice.calls("patchListingsItem")
    practice.wait(CYCLE)
    practice.kit.sync(["us"])
    assert practice.calls("patchListingsItem") == sent
    held = practice.kit.held()
    assert list(held["seller_sku"]) == [sku] and "refused" in held["note"].iloc[0]


def test_a_read_only_store_sends_nothing_and_says_so(practice: Practice) -> None:
    """SY-03."""
    with practice.reopened(read_only=True) as kit:
        run = kit.sync()
        assert [outcome.verdict for outcome in run.outcomes] == ["read-only", "read-only"]
        plan = kit.stores["us"].plan()
        assert len(plan.changes)
        with pytest.raises(PlanError, match=r"read-only.*read_only = false"):
            plan.apply()
    assert practice.calls("patchListingsItem") == 0


def test_nothing_is_sent_on_facts_that_could_not_be_read_anew(practice: Practice) -> None:
    practice.running.faults.add("html_503", "GetV1Products", count=None)
    run = practice.kit.sync()
    assert [outcome.verdict for outcome in run.outcomes] == ["unread", "unread"]
    assert run.state == "partial" and "GetV1Products" in " ".join(run.problems())
    assert practice.calls("patchListingsItem") == 0
    practice.running.faults.clear()
    practice.wait(CYCLE)
    assert practice.kit.sync().state == "done"


def test_a_revoked_account_fails_alone_and_says_what_to_do(practice: Practice) -> None:
    """ON-02, pain 21: the other account goes on."""
    practice.running.world.amazon.accounts[practice.shelf("us").seller_id].refresh_token = "another"
    with practice.reopened() as kit:
        run = kit.sync()
    assert {outcome.store: outcome.state for outcome in run.outcomes} == {"us": "failed", "de": "done"}
    assert "Authorize the application in Seller Central again" in " ".join(run.problems())
    assert run.exit_code == 1
    assert practice.kit.listings()["tab"].notna().all(), "the old facts and decisions stay"


def test_two_cycles_of_one_store_can_never_run_at_once(practice: Practice) -> None:
    """SY-02."""
    with hold_store(practice.kit.parts, "us", "apply"):
        with practice.reopened() as other:
            run = other.sync(["us"])
            assert (run.state, run.exit_code) == ("busy", 75)
            with pytest.raises(LeaseError, match="Another run"):
                other.stores["us"].plan().apply()
            both = other.sync()
        assert {outcome.store: outcome.state for outcome in both.outcomes}["us"] == "busy"
    practice.wait(CYCLE)
    assert practice.kit.sync(["us"]).state == "done"


def test_a_run_that_dies_while_it_sends_leaves_what_is_true_and_the_next_goes_on(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = practice.kit.parts.amazon("us").transport
    send, sent = transport.call, []

    def die(operation, *words, **named):  # type: ignore[no-untyped-def]  # stands for any call
        answer = send(operation, *words, **named)
        if operation.name == "patchListingsItem":
            sent.append(operation)
            if len(sent) == 2:
                raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(transport, "call", die)
    with pytest.raises(KeyboardInterrupt):
        practice.kit.sync(["us"])
    monkeypatch.undo()
    assert len(practice.changes("sent")) >= 1, "nobody knows what became of it"
    practice.wait(CYCLE)
    settle(practice)
    assert not practice.changes("sent", "planned")
    assert not [change for change in practice.changes("confirmed") if change["sent_at"] is None]


def test_a_plan_that_a_person_saw_is_not_sent_when_the_facts_have_moved(practice: Practice) -> None:
    plan = practice.kit.stores["us"].plan()
    moved = plan.changes[plan.changes["field"] == "price"].iloc[0]
    product = practice.product_of("us", moved["seller_sku"])
    practice.running.world.commerce.set_price(product, str(moved["after"] + 1), store_view="us_en")
    practice.kit.stores["us"].pull()
    with pytest.raises(PlanError, match="facts of store 'us' have moved"):
        plan.apply()
    assert practice.calls("patchListingsItem") == 0


def test_a_price_that_jumps_is_held_while_the_rest_goes_until_a_person_releases_it(practice: Practice) -> None:
    """Pain 13: a tenfold price never leaves by itself."""
    settle(practice)
    jumping, other = practice.active_skus("us")[:2]
    commerce = practice.running.world.commerce
    price = practice.listing("us", jumping).price
    assert price is not None
    commerce.set_price(practice.product_of("us", jumping), str(price / 10), store_view="us_en")
    commerce.change_stock(practice.product_of("us", other), -1)
    run = practice.kit.sync(["us"])
    assert run.exit_code == 3
    assert [change["seller_sku"] for change in practice.changes("held")] == [jumping]
    assert other in [change["seller_sku"] for change in practice.changes("accepted")]
    practice.wait(CYCLE)
    practice.kit.stores["us"].pull()
    plan = practice.kit.stores["us"].plan()
    assert list(plan.held["seller_sku"]) == [jumping]
    applied = plan.apply(release_held=[jumping])
    assert applied.accepted >= 1
    assert practice.kit.summary()["runs"]["failed"] == 0
    practice.wait(CYCLE)
    settle(practice)
    assert practice.listing("us", jumping).price == price * 10


def test_a_sweeping_plan_is_stopped_until_a_person_overrules_it(practice: Practice) -> None:
    settle(practice)
    commerce = practice.running.world.commerce
    for sku in practice.active_skus("us"):
        price = practice.listing("us", sku).price
        assert price is not None
        commerce.set_price(practice.product_of("us", sku), str((price + 100) / 100), store_view="us_en")
    sent = practice.calls("patchListingsItem")
    run = practice.kit.sync(["us"])
    assert run.outcomes[0].verdict == "stopped" and run.exit_code == 3
    assert practice.calls("patchListingsItem") == sent
    plan = practice.kit.stores["us"].plan()
    assert "may change at once" in plan.stopped
    with pytest.raises(PlanError, match="is stopped"):
        plan.apply()
    assert plan.apply(although_stopped=True).accepted == len(plan.changes)


def test_a_report_that_is_cancelled_or_cut_short_moves_no_listing(practice: Practice) -> None:
    """Pain 16: one bad report is no reason to forget a listing."""
    before = practice.kit.listings()[["store", "sku", "tab"]]
    for kind, operation in (("report_cancelled", "createReport"), ("truncated_document", "*")):
        practice.wait(25 * 60)
        practice.running.faults.add(kind, operation, count=2)
        practice.kit.pull()
        practice.running.faults.clear()
        after = practice.kit.listings()[["store", "sku", "tab"]]
        assert set(after[after["tab"] == "Ended"]["sku"]) == set(before[before["tab"] == "Ended"]["sku"])


def test_a_listing_that_is_removed_on_amazon_ends_after_two_sightings(practice: Practice) -> None:
    """TB-08."""
    settle(practice)
    sku = practice.active_skus("us")[0]
    line = practice.running.ready["stores"][0]
    shelf = practice.running.world.amazon.shelf(line["seller_id"], line["marketplace_id"])
    practice.running.world.amazon.submit_removal(shelf, sku)
    practice.wait(CYCLE)
    practice.kit.sync(["us"])
    practice.wait(CYCLE)
    tabs = dict(practice.kit.stores["us"].listings()[["sku", "tab"]].itertuples(index=False))
    assert tabs[sku] != "Ended", "one sighting moves nothing"
    for _ in range(4):
        practice.wait(CYCLE)
        practice.kit.sync(["us"])
    tabs = dict(practice.kit.stores["us"].listings()[["sku", "tab"]].itertuples(index=False))
    assert tabs[sku] == "Ended"


def test_every_tab_has_its_story(practice: Practice) -> None:
    frame = practice.kit.listings()
    for tab, rows in frame.groupby("tab"):
        row = rows.iloc[0]
        story = practice.kit.stores[row["store"]].explain(row["sku"])
        assert str(tab) in str(story) and row["reason"] in str(story)
        assert '<article class="ck-card"' in story._repr_html_()


def test_the_whole_loop_runs_on_either_database(run_kit: RunKit, empty_url: str) -> None:
    """The same code on SQLite and on PostgreSQL: the same tabs, and everything is confirmed."""
    practice = run_kit(database=empty_url)
    practice.kit.pull()
    assert practice.kit.tabs().loc["Active"].tolist() == [28, 16]
    settle(practice)
    assert practice.changes("confirmed") and not practice.changes("expired", "refused", "dropped")
    assert practice.kit.report(practice.folder / "report.html").stat().st_size > 100_000
    sku = practice.active_skus("us")[0]
    assert "Active" in str(practice.kit.stores["us"].explain(sku))


def test_a_moving_world_is_followed_cycle_by_cycle(run_kit: RunKit) -> None:
    """SY-01: buyers buy, stock and prices move, Amazon suppresses and clears; only what was removed is refused."""
    practice = run_kit(products=100, quiet=False)
    practice.kit.pull()
    for _ in range(8):
        practice.wait(CYCLE)
        run = practice.kit.sync()
        assert run.exit_code in (0, 3), run.problems()
    assert len(practice.changes("confirmed")) > 20 and not practice.changes("expired")
    for refused in practice.changes("refused"):
        assert refused["seller_sku"] not in practice.shelf(refused["store"]).listings, refused["note"]
    fields = {change["field"] for change in practice.changes("confirmed")}
    assert {"price", "quantity"} <= fields <= {"price", "quantity", "publish"}


def test_a_cycle_sends_for_some_minutes_only_and_the_next_goes_on(run_kit: RunKit) -> None:
    """Pain 1: what changes meanwhile must not wait behind a long queue; stock-outs leave first anyway."""
    practice = run_kit()
    practice.kit.pull()
    wanted = {store: len(practice.kit.stores[store].plan().changes) for store in ("us", "de")}
    clock, sends = practice.running.world.clock, practice.kit.parts.amazon("us").transport.session.send

    def send_slowly(request, **options):  # type: ignore[no-untyped-def]  # stands for any call
        if request.method == "PATCH":
            clock.skip(100)
        return sends(request, **options)

    practice.kit.parts.amazon("us").transport.session.send = send_slowly  # type: ignore[method-assign]
    run = practice.kit.sync(["us"])
    applied = run.outcomes[0].applied
    assert applied is not None and run.exit_code == 3
    assert 0 < applied.accepted < wanted["us"] and applied.accepted + applied.dropped == wanted["us"]
    assert "time for sending was used up" in practice.changes("dropped")[0]["note"]
    first_out = [change for change in practice.changes("accepted") if change["store"] == "us"]
    assert first_out[0]["after"] == 0 or not any(change["after"] == 0 for change in practice.changes("dropped"))
    del practice.kit.parts.amazon("us").transport.session.send
    practice.wait(CYCLE)
    settle(practice)
    assert not practice.changes("planned", "sent", "accepted")


def test_a_sku_that_is_no_address_is_told_and_stops_nothing(run_kit: RunKit) -> None:
    practice = run_kit()
    world, shelf = practice.running.world, practice.shelf("us")
    item = next(listing.item for listing in shelf.listings.values() if listing.item is not None)
    world.amazon.add_listing(shelf, ".", item, price=1000, quantity=3, created=world.clock.now())
    run = practice.kit.pull()
    assert "The listing '.' of store 'us' cannot be looked up" in " ".join(run.problems())
    assert run.outcomes[0].decision is not None and "." in list(practice.kit.stores["us"].listings()["sku"])
    applied = practice.kit.sync().outcomes[0].applied
    assert applied is not None and applied.accepted > 0
