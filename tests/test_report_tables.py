"""Tables and stories as analysts see them: exact money, times in UTC, and only what belongs to the store."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from channelkit.errors import UsageError
from channelkit.model.changes import CHANGES
from channelkit.report.tables import plan_frame
from tests.kit_fixtures import Practice, RunKit


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    practice = run_kit()
    practice.kit.pull()
    practice.kit.sync()
    return practice


def test_prices_are_exact_amounts_and_quantities_whole_numbers() -> None:
    rows = {"seller_sku": ["A", "A"], "field": ["price", "quantity"], "before": [None, 3], "after": [1999, 4]}
    texts = {name: pa.nulls(2, pa.string()) for name in ("before_text", "after_text")}
    planned = pa.table({**rows, "because": ["", ""], **texts}, schema=CHANGES.schema())
    assert plan_frame(planned, "EUR")["after"].to_list() == [Decimal("19.99"), Decimal("4.00")]
    assert plan_frame(planned, "JPY")["after"].to_list() == [Decimal("1999.00"), Decimal("4.00")]
    assert plan_frame(planned, "EUR")["before"].isna().to_list() == [True, False]


def test_listings_show_the_price_that_amazon_shows(practice: Practice) -> None:
    """RG-03: each in its marketplace's currency."""
    frame = practice.kit.listings("Active")
    for store, currency in (("us", "USD"), ("de", "EUR")):
        row = frame[(frame["store"] == store) & frame["price"].notna()].iloc[0]
        minor = practice.listing(store, row["sku"]).price
        assert minor is not None
        assert (row["price"], row["currency"]) == (Decimal(minor).scaleb(-2), currency)


def test_times_are_in_utc(practice: Practice) -> None:
    frame = practice.kit.listings()
    assert isinstance(frame["since"].dtype, pd.ArrowDtype) and "UTC" in str(frame["since"].dtype)


def test_a_tab_that_does_not_exist_is_told_with_those_that_do(practice: Practice) -> None:
    with pytest.raises(UsageError, match="The tabs are: Incomplete"):
        practice.kit.listings("Sold Out")


def test_the_journal_shows_what_was_sent_with_its_state(practice: Practice) -> None:
    """RP-01: every pushed change with action, value and time."""
    accepted = practice.kit.changes(["accepted"])
    assert len(accepted) and accepted["because"].str.len().min() > 0 and accepted["sent_at"].notna().all()
    assert set(practice.kit.changes()["state"]) >= {"accepted"}


def test_a_story_tells_its_own_store_and_what_all_share(practice: Practice) -> None:
    both = set(practice.shelf("us").listings) & set(practice.shelf("de").listings)
    frame = practice.kit.stores["us"].listings("Active")
    sku = next(sku for sku in frame["sku"] if sku in both)
    events = practice.kit.stores["us"].timeline(sku).events
    assert sum(event.what == "Tab" and event.after == "Active" for event in events) == 1


def test_a_story_and_a_plan_escape_what_came_from_outside(practice: Practice) -> None:
    sku = practice.active_skus("us")[0]
    practice.running.world.commerce.set_value(practice.product_of("us", sku), "name", "<script>alert(1)</script>")
    practice.wait(5)
    practice.kit.pull()
    shown = practice.kit.stores["us"].explain(sku)._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown
    assert "<script>" not in practice.kit.stores["us"].plan()._repr_html_()


def test_the_database_counts_its_rows(practice: Practice) -> None:
    assert practice.kit.holdings()["runs"] == 2
