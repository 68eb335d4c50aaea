"""What a rule would have cost and brought: days from the history, sales estimated, and what is a guess is said."""

from __future__ import annotations

import json

import pytest

from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.listings.rules.attributes import rule_attributes
from channelkit.listings.rules.tree import Condition, Group
from channelkit.report.sales import estimate_sales
from channelkit.rules.preview import preview_rule
from channelkit.rules.what_if import DAY, WhatIf, check_days, imagine
from tests.rule_book import NOW, fill, place, sell

WITHOUT_BAGS = Group(children=(Condition("sku", "!=", "bag"), Condition("sku", "!=", "set")))


@pytest.fixture
def lived(database: Database) -> Database:
    """A store ten days later: two bags were sold, and a mug was on sale for the first four days only."""
    fill(database)
    sell(database, "A-bag", 1, NOW + 3 * DAY)
    place(database, "A-mug", "Ineligible", "Excluded by Rule", NOW + 4 * DAY)
    return database


def ask(database: Database, rule: Group, days: int = 30, after: float = 10) -> WhatIf:
    now = NOW + int(after * DAY)
    sales = estimate_sales(database, "de", check_days(days, now))
    return imagine(preview_rule(database, "de", rule, rule_attributes({}), "UTC"), now, days, sales)


def rows_of(found: WhatIf, effect: str) -> dict[str, tuple[float, int | None, int | None]]:
    return {
        row["sku"]: (round(row["listing_days"], 3), row["units"], row["revenue"])
        for row in found.table.to_pylist()
        if row["effect"] == effect
    }


def test_what_was_on_sale_and_is_left_out_is_lost(lived: Database) -> None:
    """LR-03: listing-days, units and revenue."""
    found = ask(lived, WITHOUT_BAGS)
    assert rows_of(found, "lost") == {"A-bag": (10.0, 2, 2000), "A-set": (10.0, 0, 0)}
    assert (found.lost.listings, found.lost.days, found.lost.units, found.lost.revenue) == (2, 20.0, 2, 2000)
    assert "about 2 units and 20.00 EUR" in repr(found)


def test_only_the_time_on_sale_counts(lived: Database) -> None:
    found = ask(lived, Group(children=(Condition("sku", "==", "bag"),)))
    assert rows_of(found, "lost")["A-mug"] == (4.0, 0, 0)


def test_a_shorter_look_back_counts_from_its_beginning(lived: Database) -> None:
    found = ask(lived, WITHOUT_BAGS, days=5)
    assert rows_of(found, "lost") == {"A-bag": (5.0, 0, 0), "A-set": (5.0, 0, 0)}
    assert "The history tells" not in repr(found)


def test_what_the_rules_kept_off_sale_is_won_at_the_average(lived: Database) -> None:
    found = ask(lived, Group())
    # 24 listing-days on sale sold two units for 20 EUR; the cup was kept off for ten days, the mug for six.
    assert rows_of(found, "won") == {"A-cup": (10.0, 1, 833), "A-mug": (6.0, 0, 500)}
    assert rows_of(found, "new") == {"pot": (10.0, None, None)}
    assert "at the average of what was on sale" in repr(found) and "nobody can tell" in repr(found)


def test_what_is_an_estimate_and_what_is_not_known_is_said(lived: Database) -> None:
    found = ask(lived, WITHOUT_BAGS)
    for words in ("tells of 10.0 of the 30 days", "are estimates", "as they are today", "may have lacked stock"):
        assert words in repr(found) and words in found._repr_html_()
    told = json.loads(json.dumps(found.summary()))
    assert told["lost"]["revenue"] == 2000 and len(told["notes"]) == 4
    frame = found.frame()
    assert frame["sku"].tolist()[0] == "A-bag" and str(frame["revenue"][0]) == "20.00"


@pytest.mark.parametrize("days", [0, -3, 100_000])
def test_days_that_are_none_are_refused(days: int) -> None:
    with pytest.raises(UsageError, match="Ask for 1 to 3,650 days"):
        check_days(days, NOW)
