"""What orders do to stock: the ledger's entries from what both sides tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from channelkit.model.decisions import BY_AMAZON
from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import Copy, CopyLine, CreditMemo, Line, Order
from channelkit.model.stock_entries import Entry
from channelkit.orders.ledger import Facts, entries, held
from channelkit.orders.terms import OrderTerms

TERMS = OrderTerms("us", "A1", marketplace("US"), connected_at=1_000)
LINE = Line("i1", "MUG-A", "B01", "Mug", ordered=3)
ORDER = Order("111", "ATVPDKIKX0DER", "UNSHIPPED", 2_000, 2_000, lines=(LINE,))
COPY = Copy("111", 7, "100000007", "processing", "processing", 900, 3_000, 1, (CopyLine(70, "i1", "MUG", 3),))


def copy_of(**line: Any) -> Copy:
    return replace(COPY, lines=(replace(COPY.lines[0], **line),))


def order_of(status: str, **line: Any) -> Order:
    return replace(ORDER, status=status, lines=(replace(LINE, **line),))


class Book:
    """One order's ledger as it grows."""

    def __init__(self, terms: OrderTerms = TERMS, products: dict[str, str] | None = None) -> None:
        self.noted: list[Entry] = []
        self.terms = terms
        self.products = {"MUG-A": "MUG"} if products is None else products

    def tell(self, order: Order, *copies: Copy, memos: tuple[CreditMemo, ...] = ()) -> int:
        """Note what is told, twice; return the units that are held then."""
        facts = Facts(copies, memos, tuple(self.noted), self.products)
        new = entries(order, facts, self.terms, 5_000)
        self.noted += new
        assert entries(order, replace(facts, noted=tuple(self.noted)), self.terms, 6_000) == []
        assert len({(each.item_id, each.kind, each.source) for each in self.noted}) == len(self.noted)
        return held(self.noted)

    def of(self, kind: str) -> int:
        return sum(each.units for each in self.noted if each.kind == kind)


def test_or_05_a_paid_order_holds_all_its_units_also_those_that_are_shipped_already() -> None:
    """OR-05: the full order's quantity."""
    book = Book()
    assert book.tell(order_of("PARTIALLY_SHIPPED", fulfilled=1)) == 3
    assert (book.of("received"), book.of("shipped")) == (3, 1)


def test_an_unpaid_order_holds_nothing_unless_the_store_reserves_for_it() -> None:
    assert Book().tell(order_of("PENDING")) == 0
    assert Book(replace(TERMS, reserve_pending=True)).tell(order_of("PENDING")) == 3


def test_a_reserved_order_that_is_never_paid_gives_its_units_back() -> None:
    book = Book(replace(TERMS, reserve_pending=True))
    book.tell(order_of("PENDING"))
    assert book.tell(order_of("CANCELLED", cancelled=3)) == 0


def test_or_11_what_amazon_fulfils_and_what_is_not_the_stores_business_moves_no_stock() -> None:
    """OR-11: no deduction."""
    shipped = replace(order_of("SHIPPED", fulfilled=3), fulfilled_by=BY_AMAZON)
    assert Book().tell(shipped, COPY) == 0
    assert Book().tell(replace(ORDER, created_at=999)) == 0
    backfill = replace(TERMS, windows=((0, 1_000),))
    assert Book(backfill).tell(replace(order_of("SHIPPED", fulfilled=3), created_at=999), COPY) == 0


def test_a_shipped_copy_holds_on_since_commerce_makes_up_for_a_reservation_that_it_never_had() -> None:
    book = Book()
    book.tell(ORDER, COPY)
    assert book.tell(order_of("SHIPPED", fulfilled=3), copy_of(shipped=3)) == 3
    assert (book.of("received"), book.of("shipped"), book.of("cancelled")) == (3, 3, 0)


def test_a_cancelled_copy_holds_on_for_the_same_reason() -> None:
    book = Book()
    book.tell(ORDER, COPY)
    assert book.tell(order_of("CANCELLED", cancelled=3), COPY) == 3
    assert book.tell(order_of("CANCELLED", cancelled=3), copy_of(cancelled=3)) == 3
    assert book.of("cancelled") == 3


def test_what_is_refunded_before_it_was_shipped_never_leaves() -> None:
    book = Book()
    memo = CreditMemo(5, "111", 4_000, 300, ((70, 1),))
    assert book.tell(order_of("SHIPPED", fulfilled=2, cancelled=1), copy_of(shipped=0, refunded=1), memos=(memo,)) == 3
    assert (book.of("cancelled"), book.of("refunded")) == (1, 1)


def test_what_is_cancelled_before_a_copy_was_made_comes_back_at_once() -> None:
    book = Book()
    assert book.tell(ORDER) == 3
    assert book.tell(order_of("UNSHIPPED", cancelled=1)) == 2
    assert book.tell(order_of("CANCELLED", cancelled=3)) == 0


def test_a_copy_of_what_was_left_holds_what_was_left() -> None:
    book = Book()
    book.tell(order_of("UNSHIPPED", cancelled=1))
    assert book.tell(order_of("UNSHIPPED", cancelled=1), copy_of(ordered=2)) == 2


def test_a_copy_that_comes_late_is_held_again() -> None:
    """Its making was sent, the answer was lost, and the order was cancelled meanwhile."""
    book = Book()
    assert book.tell(ORDER) == 3
    assert book.tell(order_of("CANCELLED", cancelled=3)) == 0
    assert book.tell(order_of("CANCELLED", cancelled=3), COPY) == 3
    assert book.tell(order_of("CANCELLED", cancelled=3), copy_of(cancelled=3)) == 3
    assert book.of("cancelled") == 3


def test_two_copies_of_one_order_are_both_held() -> None:
    book = Book()
    assert book.tell(ORDER, COPY, replace(COPY, entity_id=8, lines=(CopyLine(80, "i1", "MUG", 3),))) == 6


def test_a_copy_that_does_not_name_amazons_item_is_known_by_its_sku() -> None:
    book = Book()
    book.tell(order_of("UNSHIPPED"), copy_of(ext_id=""))
    assert book.tell(order_of("CANCELLED", cancelled=3), copy_of(ext_id="", cancelled=3)) == 3


def test_goods_that_come_back_are_stock_again_by_commerces_own_count() -> None:
    book = Book()
    memo = CreditMemo(5, "111", 4_000, 300, ((70, 2), (99, 1)))
    assert book.tell(order_of("SHIPPED", fulfilled=3), copy_of(shipped=3, refunded=2), memos=(memo,)) == 3
    assert (book.of("refunded"), book.of("cancelled")) == (2, 0)


def test_an_order_of_what_is_linked_to_nothing_is_noted_and_named_later() -> None:
    book = Book(products={})
    book.tell(ORDER)
    assert book.noted[0].product_sku == ""


def test_a_product_stays_that_of_the_first_entry_when_the_link_moves() -> None:
    book = Book()
    book.tell(ORDER)
    book.products = {"MUG-A": "CUP"}
    book.tell(order_of("SHIPPED", fulfilled=3))
    assert {each.product_sku for each in book.noted} == {"MUG"}


@pytest.mark.parametrize("status", ["CANCELLED", "UNFULFILLABLE", "SOMETHING_NEW"])
def test_an_order_that_never_held_anything_is_not_in_the_ledger(status: str) -> None:
    assert Book().tell(order_of(status, cancelled=3)) == 0


def test_entries_are_numbered_so_that_the_same_one_found_twice_has_the_same_source() -> None:
    facts = Facts(products={"MUG-A": "MUG"})
    once = entries(ORDER, facts, TERMS, 5_000)
    assert once == [Entry("111", "i1", "received", "amazon#0", 3, "MUG", "MUG-A", 5_000)]
    assert entries(ORDER, facts, TERMS, 5_000) == once


OFF = replace(TERMS, import_orders=False)


def test_or_01_what_leaves_while_orders_are_only_shown_is_given_back() -> None:
    """OR-01: whoever ships takes the units off Commerce's stock himself."""
    book = Book(OFF)
    assert book.tell(ORDER) == 3
    assert book.tell(order_of("PARTIALLY_SHIPPED", fulfilled=1)) == 2
    assert book.tell(order_of("SHIPPED", fulfilled=3)) == 0
    assert [(each.units, each.source) for each in book.noted if each.kind == "compensated"] == [
        (1, "viewed#0"),
        (2, "viewed#1"),
    ]


def test_an_order_that_is_first_seen_shipped_while_orders_are_only_shown_holds_nothing() -> None:
    assert Book(OFF).tell(order_of("SHIPPED", fulfilled=3)) == 0
    assert Book(OFF).tell(order_of("CANCELLED", fulfilled=1, cancelled=2)) == 0


def test_an_order_of_which_units_left_while_it_was_only_shown_stays_so_when_import_is_switched_on() -> None:
    book = Book(OFF)
    book.tell(order_of("PARTIALLY_SHIPPED", fulfilled=1))
    book.terms = TERMS
    assert book.tell(order_of("SHIPPED", fulfilled=3)) == 0


def test_an_order_that_is_open_when_import_is_switched_on_holds_as_any_other() -> None:
    book = Book(OFF)
    book.tell(ORDER)
    book.terms = TERMS
    assert book.tell(order_of("SHIPPED", fulfilled=3), copy_of(shipped=3)) == 3


def test_a_copy_that_is_found_after_all_takes_back_what_was_given_back() -> None:
    book = Book(OFF)
    assert book.tell(order_of("SHIPPED", fulfilled=3)) == 0
    assert book.tell(order_of("SHIPPED", fulfilled=3), copy_of(shipped=3)) == 3


def test_units_that_are_cancelled_in_commerce_alone_are_held_on_while_amazon_waits_for_them() -> None:
    """OR-12: Commerce made up for the copy, and the buyer still waits."""
    book = Book()
    book.tell(ORDER, COPY)
    assert book.tell(ORDER, copy_of(cancelled=3)) == 6
    assert book.tell(order_of("CANCELLED", cancelled=3), copy_of(cancelled=3)) == 3
