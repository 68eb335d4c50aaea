"""A store's book of orders, as a notebook holds it: looked through, opened, counted; people shown to nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from time import perf_counter

import pytest
from pandas import NA

from channelkit.clock import Clock
from channelkit.database.backfills import load_backfills
from channelkit.database.order_schema import order_changes, orders
from channelkit.database.orders import load_orders, store_orders
from channelkit.database.reference import store_reference
from channelkit.database.stock_ledger import add_entries
from channelkit.errors import PlanError, UsageError
from channelkit.kit import Kit
from channelkit.model.orders import Address, Order, Person
from channelkit.model.stock_entries import Entry
from channelkit.orders.ledger_check import Count
from channelkit.people.key_file import write_key_file
from channelkit.report.order_ledger import UNCHECKED, UNLINKED, UNTOLD
from channelkit.settings.reader import read_settings
from tests.order_rows import FIRST, HOUR, NOON, SECOND, THIRD, add, add_order, add_stand, live

SETTINGS = """
[commerce]
url = "http://127.0.0.1:9"
consumer_key = "key"

[people]
key = "file:people.key"

[stores.us]
marketplace = "US"
website = "base"

[stores.jp]
marketplace = "JP"
website = "base"
"""
HOME = Address("Ada Byron", lines=("1 Main St",), city="Oslo")
SOMEBODY = Person("Ada Byron", "ada@marketplace.example", address=HOME)


class Standing(Clock):
    """A clock that stands still."""

    def at(self, wall: float) -> float:
        return NOON / 1000


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    (tmp_path / "channelkit.toml").write_text(SETTINGS, encoding="utf-8")
    write_key_file(tmp_path / "people.key")
    with Kit(read_settings(tmp_path / "channelkit.toml", {})) as kit:
        kit.parts.clock = Standing()
        live(kit.database)
        yield kit


def keep(kit: Kit, order_id: str) -> None:
    with kit.database.write() as connection:
        order = Order(order_id, "ATVPDKIKX0DER", "UNSHIPPED", NOON, NOON, person=SOMEBODY)
        kit.parts.vault.keep(connection, "us", order, NOON)


def test_recent_and_all_orders_are_frames_a_page_at_a_time(kit: Kit) -> None:
    """OR-07."""
    book = kit.stores["us"].orders
    assert list(book.recent(2)["order_number"]) == [FIRST, SECOND]
    assert list(book.all(page=2, size=2)["order_number"]) == [THIRD] and book.count(status="Unshipped") == 1
    assert list(book.all(status="Unshipped", since="2026-09-01")["order_number"]) == [FIRST]
    with pytest.raises(UsageError, match="There is no page -1"):
        book.all(page=-1)


def test_the_orders_of_all_stores_are_one_frame(kit: Kit) -> None:
    add_order(kit.database, "250-1", "jp", created_at=NOON)
    frame = kit.orders()
    assert list(frame["order_number"]) == ["250-1", FIRST, SECOND, THIRD]
    assert list(kit.orders(["us"], number="0000002")["store"]) == ["us"]


def test_orders_are_looked_through_by_filter_chip_and_page(kit: Kit) -> None:
    """OR-07: five filters, chips, pagination, notes; one order is opened beside them."""
    for number in range(60):
        add_order(kit.database, f"903-{number:07}-0000000", created_at=NOON - 10 * HOUR - number)
    pager = kit.stores["us"].orders.browse()
    shown = pager._repr_mimebundle_()["text/html"]
    assert "1 to 25 of 63 orders" in shown and "Order Notes" in shown
    pager.on.click()
    assert pager.model.place == "26 to 50 of 63 orders"
    pager.fields["status"].value, pager.fields["since"].value = "UNSHIPPED", "2026-09-20"
    pager.fields["most"].value = "19.99"
    pager.go.click()
    assert pager.model.chips == [
        *(("since", "Bought from: 2026-09-20"), ("most", "Total up to: 19.99"), ("status", "Status: UNSHIPPED"))
    ]
    pager.fields["number"].value = FIRST
    pager.go.click()
    assert pager.model.matching == 1 and "The buyer asks to cancel it." in pager.page.value
    assert 'class="blocked"' in pager.page.value
    pager.open.click()
    assert f"<code>{FIRST}</code>" in pager.details.value
    pager.chips.children[0].click()
    pager.clear.click()
    assert pager.model.matching == 63 and pager.fields["number"].value == ""


def test_a_filter_that_makes_no_sense_is_told_and_leaves_the_list_as_it_was(kit: Kit) -> None:
    pager = kit.stores["us"].orders.browse()
    pager.model.load()
    pager.fields["since"].value = "soon"
    pager.go.click()
    assert "is no day" in pager.said.value and len(pager.model.rows) == 3
    assert pager.fields["since"].value == "soon", "what was typed stays, to be corrected"


def test_an_order_says_who_bought_it_to_the_screen_alone_and_keeps_that_somebody_looked(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OR-08: the buyer is a pseudonym; what a notebook keeps of a look holds nothing of anybody."""
    keep(kit, FIRST)
    told = kit.stores["us"].orders.show(FIRST)
    widget = told.reveal("a question of the buyer's")
    sent: list[dict[str, object]] = []
    monkeypatch.setattr(widget, "send", sent.append)
    kept = [repr(widget), json.dumps(widget._repr_mimebundle_()), json.dumps(widget.get_state(), default=str)]
    kept += [str(told), told._repr_html_(), json.dumps(told.to_dict())]
    assert not [text for text in kept if "Ada" in text or "Main St" in text or "ada@" in text]
    widget._hear(widget, {"do": "show"}, [])
    assert ["Name", "Ada Byron"] in sent[0]["lines"]  # type: ignore[operator]
    log = kit.people.log()
    assert list(log["deed"]) == ["read", "kept"] and log["purpose"].iloc[0] == "a question of the buyer's"


def test_a_look_needs_a_purpose_and_somebody_who_is_still_kept(kit: Kit) -> None:
    book = kit.stores["us"].orders
    with pytest.raises(UsageError, match="needs a purpose"):
        book.show(FIRST).reveal(" ")
    with pytest.raises(UsageError, match="Nothing is kept of who bought order"):
        book.show(FIRST).reveal("a question")


def test_what_is_blocked_due_sent_back_and_done_is_told(kit: Kit) -> None:
    """OR-06, OR-13."""
    book = kit.stores["us"].orders
    assert list(book.blocked()["order_number"]) == [FIRST] and list(book.ship_by()["order_number"]) == [FIRST, SECOND]
    assert list(book.returns()["state"]) == ["Error"] and list(book.completeness()["on_amazon"]) == [3]
    assert list(book.changes()["what"]) == ["Refund its return in Commerce", "Create it in Commerce"]
    assert list(book.changes(["confirmed"])["kind"]) == ["create"]


def test_ten_thousand_orders_are_looked_through_at_once(kit: Kit) -> None:
    row = {
        **{"store": "us", "seller_id": "s", "marketplace_id": "ATVPDKIKX0DER", "status": "SHIPPED"},
        **{"fulfilled_by": "merchant", "updated_at": NOON, "first_seen_at": NOON, "observed_at": NOON},
        **{"currency": "USD", "total": 1999, "units": 1, "pseudonym": "buyer-1a2b3c4d"},
    }
    many = [row | {"order_id": f"904-{number:07}", "created_at": NOON - number} for number in range(10_000)]
    add(kit.database, orders, *many)
    add_stand(kit.database, "904-0000000", "complete")
    book = kit.stores["us"].orders
    began = perf_counter()
    pager = book.browse()
    pager.model.load()
    pager.model.turn(100)
    assert pager.model.matching == 10_003 and len(book.all()) == 10_003
    assert perf_counter() - began < 5


def test_a_person_cancels_what_is_unshipped_and_nothing_else(kit: Kit) -> None:
    """OR-12: each for a reason of Amazon's, as a plan first."""
    book = kit.stores["us"].orders
    with pytest.raises(UsageError, match="Amazon knows no reason 'because'"):
        book.cancel(FIRST, "because")
    plan = book.cancel([FIRST, SECOND], "noinventory", by="Ada")
    assert [change.order_id for change in plan.going] == [FIRST] and "part of it has shipped" in plan.refused[SECOND]
    with pytest.raises(PlanError, match="sends nothing"):
        plan.apply()
    done = replace(plan, silent="").apply()
    assert done == "1 thing to do kept; the next cycle carries them out."
    row = book.changes(["planned"]).iloc[0]
    assert (row["order_number"], row["kind"], row["ordered_by"]) == (FIRST, "cancel", "Ada")


def test_a_plan_whose_facts_have_moved_keeps_nothing(kit: Kit) -> None:
    book = kit.stores["us"].orders
    plan = replace(book.cancel([FIRST], "NoInventory"), silent="")
    with kit.database.write() as connection:
        connection.execute(orders.update().where(orders.c.order_id == FIRST).values(status="SHIPPED"))
    with pytest.raises(PlanError, match="The facts have moved"):
        plan.apply()
    assert book.changes(["planned"]).empty


def test_a_return_is_refunded_and_its_units_put_back_or_not(kit: Kit) -> None:
    """OR-13."""
    plan = kit.stores["us"].orders.refund("RMA-1/MUG-3/blue", restock=0, by="Ada")
    assert [(change.kind, change.key) for change in plan.going] == [("refund", "RMA-1/MUG-3/blue")]
    assert '"restock":[]' in plan.going[0].body.replace(" ", "")
    with pytest.raises(UsageError, match="knows no return 'RMA-9'"):
        kit.stores["us"].orders.refund("RMA-9")


def test_earlier_orders_are_asked_for_by_a_person_and_thirty_days_at_the_most(kit: Kit) -> None:
    """OR-01."""
    book = kit.stores["us"].orders
    assert "next cycles read" in book.backfill("2026-09-01", "2026-09-21", by="Ada")
    with kit.database.read() as connection:
        assert [(each.by, each.until) for each in load_backfills(connection, "us")] == [("Ada", NOON)]
    with pytest.raises(UsageError, match="thirty days"):
        book.backfill("2026-06-01", "2026-09-21")
    with pytest.raises(UsageError, match="first and its last day"):
        book.backfill("", "2026-09-21")


def test_an_address_is_corrected_in_commerce_alone_and_only_by_its_parts(kit: Kit) -> None:
    """OR-08."""
    book = kit.stores["us"].orders
    with pytest.raises(UsageError, match="An address has no 'planet'"):
        book.correct_address(SECOND, planet="Mars")
    with pytest.raises(PlanError, match="sends nothing"):
        book.correct_address(SECOND, city="Oslo")
    with pytest.raises(UsageError, match="Nothing is kept of who bought"):
        book.correct_address(FIRST, city="Oslo")


def test_an_address_is_corrected_before_commerce_has_the_order_and_kept_beside_amazons(kit: Kit) -> None:
    """OR-08, OR-09: what Amazon tells later does not take it away; nothing in clear is in the database."""
    keep(kit, FIRST)
    book = kit.stores["us"].orders
    with kit.database.write() as connection:
        connection.execute(orders.update().values(lacking="postcode,country"))
    with pytest.raises(UsageError, match="lacks: country"):
        book.correct_address(FIRST, postcode="0150")
    assert "once it is made in Commerce" in book.correct_address(FIRST, postcode="0150", country="NO", by="Ada")
    book.correct_address(FIRST, lines=["2 Side St"], by="Ada")
    with kit.database.write() as connection:
        (found,) = load_orders(connection, "us", order_ids=[FIRST])
        assert (found.lacking, found.country) == ((), "NO")
        again = replace(found, country="XX", lacking=("postcode",), person=SOMEBODY, updated_at=NOON + 1)
        store_orders(connection, "us", "seller-us", [again], at=NOON)
        kit.parts.vault.keep(connection, "us", again, NOON)
        (found,) = load_orders(connection, "us", order_ids=[FIRST])
        assert (found.lacking, found.country) == ((), "NO")
    person = book.person(FIRST, "a question")
    assert person.address == HOME and "Side St" not in repr(person)
    assert person.corrected.address == replace(HOME, lines=("2 Side St",), postcode="0150", country="NO")
    assert ("Address", "2 Side St") in book.tell(FIRST, "a question")
    assert list(kit.people.log()["deed"]).count("corrected") == 2
    assert b"Side St" not in (kit.settings.folder / "channelkit.db").read_bytes()


def test_stock_is_counted_and_what_nothing_explains_is_told_beside_it(kit: Kit) -> None:
    """OR-05: of all websites that may share the stock; what has no product yet says so."""
    book = kit.stores["us"].orders
    row = book.ledger().iloc[0]
    assert (row["product_sku"], row["received"], row["shipped"], row["reserved"]) == ("mug-blue", 2, 1, 1)
    assert row["note"] == UNCHECKED and row["residual"] is NA and row["checked_at"] is NA
    counts = [asdict(Count("mug-blue", salable=9, in_sources=8)), asdict(Count("cup", salable=None))]
    cup = Entry(FIRST, "1", "received", "amazon", 3, "cup", "CUP", NOON)
    unknown = Entry(SECOND, "9", "received", "amazon", 4, "", "SHIRT", NOON)
    with kit.database.write() as connection:
        store_reference(connection, "commerce", "stock-check/base", json.dumps(counts), at=NOON)
        add_entries(connection, "us", "base", [cup, unknown])
    told = book.ledger()
    assert list(told["product_sku"]) == ["cup", "mug-blue", ""] and list(told["seller_sku"]) == ["", "", "SHIRT"]
    assert told["residual"].isna().tolist() == [True, False, True] and told["residual"][1] == 1
    assert list(told["note"]) == [
        *(UNTOLD, "Commerce offers 1 more of mug-blue than its sources and orders explain.", UNLINKED)
    ]
    assert told["held"][2] == 0 and str(told["checked_at"][0]) == "2026-09-21 14:13:20+00:00"
    with pytest.raises(UsageError, match="never read what website 'base' sells from"):
        book.ledger(check=True)


def test_delays_are_counted_kind_by_kind_with_their_promise_and_how_they_spread(kit: Kit) -> None:
    """SY-05."""
    with kit.database.write() as connection:
        connection.execute(order_changes.update().values(caused_at=NOON - HOUR, closed_at=NOON - HOUR + 400_000))
    book = kit.stores["us"].orders
    delays = book.delays().set_index("what")
    made = delays.loc["Create it in Commerce"]
    assert (made["count"], made["budget"], made["within"], made["median"]) == (1, 300, 0, 400)
    assert (made["5–15 min"], made["1–5 min"]) == (1, 0)
    assert delays.loc["Bring a quantity to Amazon", "count"] == 0 and delays["within"].isna().sum() == len(delays) - 1
    with pytest.raises(UsageError, match="in 0 days"):
        book.delays(0)
