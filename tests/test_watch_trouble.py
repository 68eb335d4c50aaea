"""What is a trouble, from facts alone: each kind at its edge, with words, a fix and a key that stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.troubles import Trouble
from channelkit.schedule.due import LastRun, dead_since, late_since
from channelkit.schedule.job import Job
from channelkit.watch.price_trouble import CanaryFact, RallyFact
from channelkit.watch.trouble import (
    DAY,
    HOUR,
    AgeFact,
    EndFact,
    ErrorFact,
    Facts,
    FeedFact,
    JobFact,
    OrdersFact,
    OversoldFact,
    RefusalFact,
    ResidualFact,
    SilentFact,
    UnreadFact,
    find_troubles,
)

NOW = 1_800_000_000_000
MINUTE = 60_000
QUIET = Facts(NOW, disk=1 << 40)


def found(**facts: Any) -> list[Trouble]:
    return find_troubles(replace(QUIET, **facts))


def keys(**facts: Any) -> list[str]:
    return [trouble.key for trouble in found(**facts)]


def growing(now: int, before: int) -> ErrorFact:
    return ErrorFact("us", "amazon", "getOrders", "QuotaExceeded", now, before, NOW - HOUR)


ALL = replace(
    QUIET,
    jobs=[JobFact("report", late_since=NOW), JobFact("watch", dead_since=NOW)],
    errors=[growing(9, 1)],
    silent=[SilentFact("de", "Store 'de' is read-only in its settings.", NOW)],
    ends=[EndFact("secret", "account na", 6, "The client secret ends soon.", "Make a new one.")],
    refusals=[RefusalFact("account na", "invalid_grant", NOW, "", "us")],
    orders=[OrdersFact("us", 3, NOW + HOUR)],
    unread=[UnreadFact("us", ["902-1", "902-2"], 3, NOW - DAY)],
    oversold=[OversoldFact("us", 1, "Product MUG is not salable: 2 too few.", NOW)],
    feeds=[FeedFact("us", 1, NOW - 3 * HOUR)],
    residuals=[ResidualFact("base", 2, "Commerce offers 1 more of MUG.", NOW)],
    ages=[AgeFact("store de", "Amazon's listings", NOW - 2 * HOUR, "de")],
    canaries=[CanaryFact("us", 12, "Amazon refused 1 of 12 changes: too low.", NOW)],
    rallies=[RallyFact("us", 3, "MUG", NOW - DAY)],
    disk=1 << 20,
)


def test_nothing_is_wrong_where_nothing_is() -> None:
    assert find_troubles(QUIET) == []


def test_every_trouble_says_what_is_wrong_and_what_to_do() -> None:
    troubles = find_troubles(ALL)
    assert len(troubles) == 15 and len({trouble.key for trouble in troubles}) == 15
    for trouble in troubles:
        assert trouble.words.endswith((".", ")")) and len(trouble.fix) > 10, trouble
        assert trouble.since <= NOW and trouble.weight >= 1


# ---------------------------------------------------------------- jobs

EVERY_FIVE = Job("sync", "", notebook="sync", every=300, timeout=1200)
NIGHTLY = Job("report", "", notebook="report", at=(4, 20))


@pytest.mark.parametrize(
    ("job", "minutes", "is_late"),
    [(EVERY_FIVE, 15, False), (EVERY_FIVE, 16, True), (NIGHTLY, 3 * 1440, False), (NIGHTLY, 3 * 1440 + 1, True)],
    ids=["three-cycles", "more-than-three-cycles", "three-nights", "more-than-three-nights"],
)
def test_a_job_is_late_once_it_missed_three_of_its_own_cycles(job: Job, minutes: int, is_late: bool) -> None:
    runs = [LastRun("done", NOW - minutes * MINUTE, NOW - minutes * MINUTE)]
    assert (late_since(job, runs, NOW) is not None) is is_late


def test_a_job_that_still_works_is_not_late_until_its_time_is_over() -> None:
    assert late_since(EVERY_FIVE, [LastRun("running", NOW - 19 * MINUTE)], NOW) is None
    assert late_since(EVERY_FIVE, [LastRun("running", NOW - 21 * MINUTE)], NOW) is not None


def test_a_job_that_never_ran_was_never_installed_and_is_not_late() -> None:
    assert late_since(EVERY_FIVE, [], NOW) is None


@pytest.mark.parametrize(
    ("states", "is_dead"),
    [
        (["failed", "failed"], False),
        (["failed", "died", "failed"], True),
        (["running", "failed", "busy", "failed", "died", "done"], True),
        (["done", "failed", "failed", "failed"], False),
    ],
    ids=["two", "three", "three-beside-a-running-and-a-busy-one", "mended"],
)
def test_a_job_is_dead_once_three_runs_failed_one_after_another(states: list[str], is_dead: bool) -> None:
    runs = [LastRun(state, NOW - place * MINUTE) for place, state in enumerate(states)]
    assert (dead_since(runs) is not None) is is_dead


def test_a_late_or_dead_job_is_one_trouble() -> None:
    assert keys(jobs=[JobFact("sync", late_since=NOW, dead_since=NOW)]) == ["late/sync"]
    assert keys(jobs=[JobFact("sync", dead_since=NOW)]) == ["dead/sync"]


# ---------------------------------------------------------------- errors, secrets, orders


@pytest.mark.parametrize(
    ("now", "before", "grows"),
    [(4, 0, False), (5, 0, True), (10, 5, False), (11, 5, True), (400, 300, False)],
)
def test_an_error_grows_when_it_more_than_doubled_and_is_above_the_floor(now: int, before: int, grows: bool) -> None:
    assert bool(keys(errors=[growing(now, before)])) is grows


def test_an_error_gets_worse_each_time_it_doubles() -> None:
    weights = [found(errors=[growing(now, 1)])[0].weight for now in (5, 7, 8, 15, 16)]
    assert weights == [3, 3, 4, 4, 5]


@pytest.mark.parametrize(
    ("days", "weight"), [(31, 0), (30, 1), (8, 1), (7, 2), (2, 2), (1, 3), (0, 4), (-5, 4)], ids=str
)
def test_a_secret_is_told_30_7_and_1_days_ahead_and_when_it_ended(days: int, weight: int) -> None:
    troubles = found(ends=[EndFact("secret", "account na", days, "It ends.", "Make a new one.")])
    assert sum(trouble.weight for trouble in troubles) == weight


def test_blocked_orders_are_told_a_day_before_they_must_be_shipped_and_again_when_it_is_too_late() -> None:
    weights = []
    for left in (25 * HOUR, 23 * HOUR, -1):
        troubles = found(orders=[OrdersFact("us", 1, NOW + left)])
        weights.append(sum(trouble.weight for trouble in troubles))
    assert weights == [0, 1, 2]


def test_a_feed_without_an_answer_is_stuck_after_two_hours() -> None:
    assert keys(feeds=[FeedFact("us", 1, NOW - HOUR)]) == []
    assert keys(feeds=[FeedFact("us", 1, NOW - 2 * HOUR)]) == ["feed/us"]


# ---------------------------------------------------------------- what only follows from something else


def test_facts_grow_old_with_a_job_that_does_not_run_and_that_is_told_once() -> None:
    ages = [AgeFact("store us", "Amazon's listings", NOW - DAY, "us"), AgeFact("Commerce", "its products", NOW - DAY)]
    assert keys(ages=ages) == ["stale/store us/Amazon's listings", "stale/Commerce/its products"]
    assert keys(ages=ages, jobs=[JobFact("sync", late_since=NOW)]) == ["late/sync"]


def test_facts_grow_old_with_an_account_that_is_refused_and_that_is_told_once() -> None:
    ages = [AgeFact("store us", "Amazon's listings", NOW - DAY, "us"), AgeFact("store de", "listings", NOW - DAY, "de")]
    refusals = [RefusalFact("account na", "invalid_grant", NOW, "", "us")]
    assert keys(ages=ages, refusals=refusals) == ["refused/account na", "stale/store de/listings"]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_trouble_keeps_its_key_while_its_figures_move(now: int, before: int) -> None:
    assert set(keys(errors=[growing(now, before)])) <= {"error/us/getOrders/QuotaExceeded"}


# ---------------------------------------------------------------- prices


def test_a_stopped_canary_says_why_and_how_to_go_on() -> None:
    [told] = found(canaries=[CanaryFact("us", 12, "Amazon refused 1 of 12 changes: too low.", NOW)])
    assert told.key == "canary/us" and told.words.endswith("wait. Amazon refused 1 of 12 changes: too low.")
    assert "channelkit canary show --store us" in told.fix


@pytest.mark.parametrize(("count", "words"), [(1, "1 listing is undercut"), (2_000, "2,000 listings are undercut")])
def test_a_price_war_is_told_once_and_again_when_it_has_doubled(count: int, words: str) -> None:
    [told] = found(rallies=[RallyFact("us", count, "MUG", NOW - DAY)])
    assert (told.key, told.since, told.weight) == ("rally/us", NOW - DAY, count.bit_length())
    assert words in told.words and "MUG" in told.words


def test_orders_that_cannot_be_read_are_named_as_far_as_a_sentence_goes() -> None:
    (one,) = found(unread=[UnreadFact("us", ["902-1"], 2, NOW - DAY)])
    assert one.words.startswith("Order 902-1 could not be read") and "release 902-1 --store us" in one.fix
    (many,) = found(unread=[UnreadFact("us", [f"902-{number}" for number in range(9)], 12, NOW - DAY)])
    assert many.words.startswith("9 orders (902-0, 902-1, 902-2, ...) could not be read") and many.weight > one.weight
