"""Tabs over time, what flowed between them, and what the reasons cost."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from channelkit.database import daily, history
from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.model.days import DAY, begin_of, end_of
from channelkit.trends.flows import FLOWS, read_flows
from channelkit.trends.reasons import REASONS, read_reasons
from channelkit.trends.tabs import TABS_BY_DAY, read_tabs_by_day
from tests.trend_rows import AUTUMN, HOUR, LA, add_products, add_sale, add_store, decide, decision, offer, report


def tuples(found: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names or found.column_names) for row in found.to_pylist()]


def live_for_three_days(database: Database) -> None:
    """Two listings of Acme's; one is suppressed on the second day, a product is published on the third."""
    add_store(database)
    with database.write() as connection:
        add_products(connection, AUTUMN, P1={"manufacturer": "Acme"}, P2={"manufacturer": "Acme"}, P3={})
        report(connection, AUTUMN + HOUR, offer("A", 1000, 5), offer("B", 2000, 0))
        first = [decision("A", product_sku="P1"), decision("B", product_sku="P2")]
        decide(connection, AUTUMN + HOUR, *first, decision("P3", "Ready to List", listed=False))
    gone = decision("B", "Inactive", status="Suppressed", product_sku="P2", reason="Amazon says: image missing")
    with database.write() as connection:
        decide(connection, AUTUMN + DAY + HOUR, first[0], gone, decision("P3", "Ready to List", listed=False))
    with database.write() as connection:
        decide(connection, AUTUMN + 2 * DAY + HOUR, first[0], gone, decision("C", product_sku="P3"))
    history.flush(database, AUTUMN + 2 * DAY + HOUR, everything=True)


def test_listings_by_tab_are_told_of_days_that_are_over_and_as_of_now_for_the_last(database: Database) -> None:
    """RP-05: what is over comes from what was kept of each day; what is not is counted as it stands."""
    live_for_three_days(database)
    daily.roll_up(database, AUTUMN + 2 * DAY + HOUR)
    found = read_tabs_by_day(database, ["us"], "2026-10-30", "2026-11-01")
    assert found.schema == TABS_BY_DAY
    assert tuples(found, "day", "group", "listings") == [
        ("2026-10-30", "Active", 2),
        ("2026-10-30", "Ready to List", 1),
        ("2026-10-31", "Active", 1),
        ("2026-10-31", "Inactive", 1),
        ("2026-10-31", "Ready to List", 1),
        ("2026-11-01", "Active", 2),
        ("2026-11-01", "Inactive", 1),
    ]
    assert read_tabs_by_day(database, ["de"], "2026-10-30", "2026-11-01").num_rows == 0


@pytest.mark.parametrize("is_over", [True, False], ids=["over", "not over"])
@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("status", [("Active", 2), ("Suppressed", 1)]),
        ("brand", [("", 1), ("Acme", 2)]),
        ("category", [("", 3)]),
    ],
    ids=["status", "brand", "category"],
)
def test_they_can_be_told_apart_otherwise(
    database: Database, by: str, groups: list[tuple[str, int]], is_over: bool
) -> None:
    live_for_three_days(database)
    daily.roll_up(database, AUTUMN + 3 * DAY + 2 * HOUR if is_over else AUTUMN + 2 * DAY + HOUR)
    found = read_tabs_by_day(database, ["us"], "2026-11-01", "2026-11-01", by)
    assert tuples(found, "group", "listings") == groups


def test_what_they_cannot_be_told_apart_by_is_said(database: Database) -> None:
    with pytest.raises(UsageError, match="colour"):
        read_tabs_by_day(database, ["us"], "2026-11-01", "2026-11-01", "colour")


def test_flows_tell_what_entered_and_what_left_and_why(database: Database) -> None:
    live_for_three_days(database)
    found = read_flows(database, ["us"], AUTUMN + DAY, AUTUMN + 3 * DAY)
    assert found.schema == FLOWS
    assert tuples(found, "from_tab", "to_tab", "status", "reason", "listings") == [
        ("Active", "Inactive", "Suppressed", "Amazon says: image missing", 1),
        ("Ready to List", "Active", "Active", "", 1),
    ]
    assert tuples(read_flows(database, ["us"], AUTUMN, AUTUMN + DAY), "from_tab", "to_tab", "status", "listings") == [
        ("", "Active", "Active", 2),
        ("", "Ready to List", "Ready to List", 1),
    ]


@pytest.mark.parametrize("later", [HOUR, 7 * HOUR])
def test_flows_of_days_that_are_told_are_those_that_the_history_tells(database: Database, later: int) -> None:
    """What is told for good is not read again, and of a day that is not the history is asked."""
    live_for_three_days(database)
    end = AUTUMN + 3 * DAY + HOUR
    why = [("A", "It has 1 unit."), ("B", "It has 2 units."), ("C", "It has 2 units.")]
    with database.write() as connection:
        decide(connection, end + HOUR, *(decision(sku, "Inactive", reason=reason) for sku, reason in why))
    with database.write() as connection:
        decide(connection, end + DAY, *(decision(sku, "Active", reason=reason) for sku, reason in why))
    spans = [(AUTUMN, end + 2 * DAY), (AUTUMN + DAY, end + DAY + 1), (AUTUMN + HOUR, end), (AUTUMN + DAY, end + HOUR)]
    before = [read_flows(database, ["us"], *span) for span in spans]
    assert daily.roll_up(database, end + DAY + later)
    assert [read_flows(database, ["us"], *span) for span in spans] == before


def test_reasons_say_what_their_listings_sold_a_day_before(database: Database) -> None:
    """The 30 days before count, in the marketplace's currency, without orders that came to nothing."""
    live_for_three_days(database)
    since = AUTUMN + DAY + HOUR
    for number, (moment, more) in enumerate(
        [
            (since - DAY, {}),
            (since - 29 * DAY, {}),
            (since - 31 * DAY, {}),
            (since + HOUR, {}),
            (since - 2 * DAY, {"status": "CANCELLED"}),
            (since - 2 * DAY, {"currency": "EUR"}),
        ]
    ):
        add_sale(database, number, "B", moment, item=30_000, **more)
    with database.write() as connection:
        reasons = [
            decision("A", reason="It sells.", since=AUTUMN),
            decision("B", "Inactive", status="Suppressed", reason="No image.", next_step="Add one.", since=since),
        ]
        decide(connection, AUTUMN + 3 * DAY, *reasons)
    found = read_reasons(database, ["us"], AUTUMN + 3 * DAY)
    assert found.schema == REASONS
    assert tuples(found) == [
        ("us", "Inactive", "Suppressed", "No image.", "Add one.", 1, 2000, "USD"),
        ("us", "Active", "Active", "It sells.", "", 1, 0, "USD"),
    ]


def test_a_span_of_flows_ends_before_its_last_moment(database: Database) -> None:
    add_store(database)
    edge = begin_of("2026-11-02", LA)
    with database.write() as connection:
        decide(connection, edge - 1, decision("A"))
        decide(connection, edge, decision("A", "Inactive"))
    assert edge == end_of("2026-11-01", LA)
    assert tuples(read_flows(database, ["us"], AUTUMN, edge), "to_tab") == [("Active",)]
    assert tuples(read_flows(database, ["us"], edge, edge + 1), "from_tab", "to_tab") == [("Active", "Inactive")]
