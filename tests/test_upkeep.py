"""What is done once a day: by the job of the night, or by a cycle where nothing else does it (RP-07)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from channelkit.database.daily import last_day
from channelkit.database.quality import ran_at
from channelkit.database.trend_schema import daily_tabs
from channelkit.upkeep import DUE
from tests.kit_fixtures import RunKit


def days(practice: Any) -> list[str]:
    """Return the days that are told of one store; where it lies, another's day may be over sooner."""
    with practice.kit.database.read() as connection:
        query = sa.select(daily_tabs.c.day).where(daily_tabs.c.store == "us")
        return sorted(set(connection.execute(query).scalars()))


def test_a_cycle_adds_up_the_days_and_tests_the_data_where_nothing_did_for_more_than_a_day(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.sync()
    assert days(practice) == []
    practice.wait(DUE / 60_000 - 10)
    practice.kit.sync()
    assert days(practice) == []
    practice.wait(20)
    practice.kit.sync()
    assert days(practice)
    with practice.kit.database.read() as connection:
        assert last_day(connection, "us") == days(practice)[-1]
        assert ran_at(connection, "us") is not None


def test_the_job_of_the_night_does_it_at_once_and_a_cycle_then_leaves_it_alone(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.sync()
    practice.wait(25 * 60)
    assert practice.kit.keep_up() > 0
    told = days(practice)
    practice.wait(25 * 60)
    practice.kit.sync()
    assert days(practice) == told
