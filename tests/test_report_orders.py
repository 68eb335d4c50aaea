"""Orders on the screen: the table and its filters, one order in three tabs, what is blocked, due, sent back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from channelkit.database.connection import Database
from channelkit.errors import PlanError, UsageError
from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import Amounts, Line, Order, OrderChange, Stand
from channelkit.report.order_details import OrderDetails
from channelkit.report.order_details_card import TABS
from channelkit.report.order_details_reading import read_details
from channelkit.report.order_details_rows import sum_words
from channelkit.report.order_plan import OrderPlan
from channelkit.report.orders import COLUMNS, Wanted, count_orders, join_frames, orders_frame, read_orders, read_wanted
from channelkit.report.orders_frames import blocked_frame, completeness_frame, deadlines_frame, returns_frame
from tests.order_rows import FIRST, HOUR, NOON, SECOND, THIRD, add_order, add_store, live

US, JP = marketplace("US"), marketplace("JP")


def numbers(database: Database, **asked: object) -> list[str]:
    wanted = read_wanted(US, **asked)  # type: ignore[arg-type]
    found: list[str] = read_orders(database, "us", wanted)["order_number"].to_pylist()
    assert count_orders(database, "us", wanted) == len(found)
    return found


def test_the_table_begins_with_amazons_columns_in_the_marketplaces_time_and_money(database: Database) -> None:
    """OR-07: purchase date, number, status, buyer, grand total and our notes, with how long there is left to ship."""
    live(database)
    frame = orders_frame(read_orders(database, "us", Wanted()), US, NOON)
    assert tuple(frame.columns) == COLUMNS and list(frame["order_number"]) == [FIRST, SECOND, THIRD]
    row = frame.iloc[0]
    assert str(row["purchase_date"]) == "2026-09-20 07:13:20-07:00"
    assert (row["status"], row["buyer"], row["grand_total"]) == ("UNSHIPPED", "buyer-1a2b3c4d", Decimal("19.99"))
    assert row["order_notes"] == 'The buyer asks to cancel it. Product "mug-blue" is out of stock in Commerce.'
    assert list(frame["time_left"]) == ["2 h late", "5 h left", ""]
    assert list(frame["commerce_number"].fillna("")) == ["", "000000077", ""]
    assert list(frame["open_units"]) == [2, 1, 2]


def test_each_of_the_five_filters_narrows_and_a_blank_one_does_not(database: Database) -> None:
    """OR-07: purchase date, number, buyer, total and status; a blank date works."""
    live(database)
    assert (
        numbers(database)
        == numbers(database, since="", until=" ", buyer="", number="", status="")
        == [*(FIRST, SECOND, THIRD)]
    )
    assert numbers(database, since="2026-09-20") == [FIRST]
    assert numbers(database, since=date(2026, 9, 19), until="2026-09-19") == [SECOND]
    assert numbers(database, number="0000003") == [THIRD]
    assert numbers(database, number="000000077") == [SECOND]
    assert numbers(database, buyer="9999") == [SECOND]
    assert numbers(database, total=("20", None)) == [SECOND]
    assert numbers(database, total=(19.99, Decimal("19.99"))) == [FIRST]
    assert numbers(database, status="partially shipped") == [SECOND]
    assert numbers(database, status=["Pending", "UNSHIPPED"]) == [FIRST, THIRD]
    assert numbers(database, stage="blocked") == [FIRST]
    assert numbers(database, buyer="100%_") == []


def test_what_is_no_day_no_amount_and_no_stage_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="'soon' is no day"):
        read_wanted(US, since="soon")
    with pytest.raises(UsageError, match="'ten' is no amount"):
        read_wanted(US, total=("ten", None))
    with pytest.raises(UsageError, match="There is no stage 'stuck'"):
        read_wanted(US, stage="stuck")


def test_a_page_is_a_part_of_the_same_order(database: Database) -> None:
    live(database)
    assert read_orders(database, "us", Wanted(), first=1, most=1)["order_number"].to_pylist() == [SECOND]


def test_yen_have_no_decimals_and_stores_with_other_clocks_share_utc(database: Database) -> None:
    live(database)
    add_store(database, "jp")
    add_order(database, "250-1", "jp", created_at=NOON)
    yen = orders_frame(read_orders(database, "jp", read_wanted(JP, total=(1999, 1999))), JP, NOON)
    assert str(yen["grand_total"].iloc[0]) == "1999" and str(yen["purchase_date"].iloc[0]).endswith("+09:00")
    both = join_frames([orders_frame(read_orders(database, "us", Wanted()), US, NOON), yen])
    assert list(both["store"]) == ["jp", "us", "us", "us"]
    assert str(both["purchase_date"].iloc[0]) == "2026-09-21 14:13:20+00:00"
    assert both["grand_total"].iloc[0] == Decimal(1999)


def test_blocked_orders_say_why_and_what_to_do_and_deadlines_come_first(database: Database) -> None:
    """OR-06."""
    live(database)
    blocked = blocked_frame(database, "us", US, NOON)
    assert list(blocked["order_number"]) == [FIRST] and blocked["blocker"].iloc[0] == "out_of_stock"
    assert blocked["next_step"].iloc[0] == "Restock it; the next cycle tries again."
    due = deadlines_frame(database, "us", US, NOON)
    assert list(due["order_number"]) == [FIRST, SECOND] and list(due["time_left"]) == ["2 h late", "5 h left"]


def test_a_return_is_requested_received_refunded_or_in_error(database: Database) -> None:
    """OR-13."""
    live(database)
    row = returns_frame(database, "us", US).iloc[0]
    assert (row["state"], row["order_notes"], row["credit_memo"]) == ("Error", "The invoice is missing.", "4")
    assert (row["refunded"], row["commerce_number"]) == (Decimal("9.99"), "000000077")


def test_a_day_that_is_whole_says_so_and_names_what_one_side_lacks(database: Database) -> None:
    live(database)
    row = completeness_frame(database, "us").iloc[0]
    assert (row["on_amazon"], row["read"], row["in_commerce"], bool(row["complete"])) == (3, 3, 1, True)
    assert row["missing"] == f"{FIRST}: blocked"


def test_an_empty_store_has_empty_tables(database: Database) -> None:
    add_store(database)
    assert orders_frame(read_orders(database, "us", Wanted()), US, NOON).empty
    for frame in (blocked_frame(database, "us", US, NOON), deadlines_frame(database, "us", US, NOON)):
        assert frame.empty
    assert returns_frame(database, "us", US).empty and completeness_frame(database, "us").empty


def test_one_order_has_three_tabs_and_no_script(database: Database) -> None:
    """OR-08: details and shipping, items, tracking; found by either side's number."""
    live(database)
    told = read_details(database, "us", "000000077", US, NOON)
    assert told.order.order_id == SECOND and (told.reserved, told.shipped) == (1, 1)
    html = told._repr_html_()
    assert [html.count(f"<h3>{tab.replace('&', '&amp;')}</h3>") for tab in TABS] == [1, 1, 1]
    assert html.count('type="radio"') == 3 and "<script" not in html and "onclick" not in html
    assert "Tasse „Guten Morgen“ &lt;script&gt;" in html and "1Z999" in html and "United Parcel Service" in html
    assert "The invoice is missing." in html and "000000077" in html


def test_the_same_order_on_a_page_twice_has_its_own_tabs(database: Database) -> None:
    live(database)
    told = read_details(database, "us", FIRST, US, NOON)
    assert told._repr_html_() != told._repr_html_()


def test_an_order_is_text_and_plain_values_too(database: Database) -> None:
    live(database)
    told = read_details(database, "us", FIRST, US, NOON)
    text = str(told)
    assert text.startswith(f"Order {FIRST} of store us: Unshipped, Blocked, 2 h late\n")
    assert "Next step: Restock it" in text and "the buyer asks for it" in text
    values = told.to_dict()
    assert (values["grand_total"], values["items"][0]["amounts"]["item"]) == ("19.99", "19.99")
    assert (values["blocker"], values["buyer"]) == ("out_of_stock", "buyer-1a2b3c4d")


def test_what_amazon_does_not_give_is_said_and_not_left_blank(database: Database) -> None:
    """OR-08: an order fulfilled by Amazon, or not paid yet, has placeholders."""
    live(database)
    text = str(read_details(database, "us", THIRD, US, NOON))
    assert "Amazon does not tell yet" in text and text.count("not given by Amazon") == 7


def test_an_order_that_nobody_knows_is_refused_with_the_way_to_it(database: Database) -> None:
    live(database)
    with pytest.raises(UsageError, match="Store 'us' knows no order '902-9'"):
        read_details(database, "us", "902-9", US, NOON)


def test_items_that_do_not_come_to_the_total_say_by_how_much() -> None:
    line = Line("1", "A", "B0", "Mug", 1, amounts=Amounts(1000, 200, discount=100, tax=90))
    order = Order("1", "ATVPDKIKX0DER", "SHIPPED", NOON, NOON, currency="USD", total=1190, lines=(line,))
    told = OrderDetails("us", US, order, NOON)
    assert sum_words(told) == (
        "Items 10.00 USD, shipping 2.00 USD, discount -1.00 USD, and tax 0.90 USD. Grand total 11.90 USD."
    )
    odd = OrderDetails("us", US, Order(**{**vars(order), "total": 1200}), NOON)
    assert sum_words(odd).endswith("The items do not come to that: 0.10 USD is not explained.")


def test_a_plan_shows_what_would_be_done_what_is_blocked_and_what_is_impossible() -> None:
    changes = (
        OrderChange(FIRST, "create", because="It is unshipped."),
        OrderChange(SECOND, "refund", "R", state="held"),
    )
    stand = Stand(THIRD, "blocked", "totals", "The lines miss 0.10 USD.", "Look at it.", NOON)
    done: list[OrderPlan] = []
    plan = OrderPlan("us", US, changes, (stand,), refused={"902-4": "It is shipped."}, doing=done.append)
    assert repr(plan).splitlines()[0] == (
        f"us: 1 thing to do, 1 held for a person, 1 blocked, 1 not possible. Fingerprint {plan.fingerprint}."
    )
    shown = plan._repr_html_()
    assert "Create it in Commerce" in shown and "The lines miss 0.10 USD." in shown and "It is shipped." in shown
    assert [row["kind"] for row in plan.summary()["changes"]] == ["create", "refund"]
    assert list(plan.frame()["where"]) == ["Commerce", "Commerce"]
    plan.require(plan.fingerprint[:4])
    plan.apply()
    assert done == [plan]


def test_a_plan_that_is_another_one_or_may_not_go_does_nothing() -> None:
    done: list[OrderPlan] = []
    change = OrderChange(FIRST, "cancel")
    plan = OrderPlan("us", US, (change,), silent="read_only is set.", doing=done.append)
    with pytest.raises(PlanError, match="Store 'us' sends nothing: read_only is set"):
        plan.apply()
    with pytest.raises(PlanError, match="nothing was done"):
        plan.require("beef")
    with pytest.raises(PlanError, match="902-4: It is shipped"):
        OrderPlan("us", US, (), refused={"902-4": "It is shipped."}, doing=done.append).apply()
    assert not done


@pytest.mark.parametrize(("hours", "words"), [(5, "5 h left"), (-3, "3 h late")], ids=["ahead", "late"])
def test_the_countdown_counts_down_and_then_up(hours: int, words: str) -> None:
    order = Order("1", "ATVPDKIKX0DER", "UNSHIPPED", NOON, NOON, ship_by=NOON + hours * HOUR)
    told = OrderDetails("us", US, order, NOON)
    assert (told.time_left, told.is_late) == (words, hours < 0)
