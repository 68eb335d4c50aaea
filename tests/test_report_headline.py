"""The sentences above a page are true of the figures below it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.report.counts import CHANGE_STATES, TAB_NAMES, WAITING
from channelkit.report.delays import STAGES
from channelkit.report.headline import findings, headline


def figures(tabs: dict[str, int] | None = None, **others: Any) -> dict[str, Any]:
    on_amazon = dict.fromkeys(TAB_NAMES, 0) | (tabs or {})
    plain = {
        "listings": sum(on_amazon.values()),
        "listings_in_tabs": on_amazon,
        "tabs": on_amazon,
        "changes": dict.fromkeys(CHANGE_STATES, 0),
        "delays": {stage: {"count": 0, "median": None, "p95": None} for stage in STAGES},
        "held": 0,
        "stopped": {},
    }
    return plain | others


def summary(everything: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"all": everything, "stores": {}, "runs": {}, "failures": []} | others


@given(st.dictionaries(st.sampled_from(TAB_NAMES), st.integers(0, 10**7)))
def test_the_headline_counts_what_is_live_and_what_waits(tabs: dict[str, int]) -> None:
    told = headline(figures(tabs))
    waiting = sum(tabs.get(name, 0) for name in WAITING)
    if not sum(tabs.values()):
        assert told == "No listing has been imported yet."
    else:
        assert told.startswith(f"{tabs.get('Active', 0):,} of {sum(tabs.values()):,} listing")
        assert (f"{waiting:,} need" in told) == (waiting > 0)


@pytest.mark.parametrize(
    ("given_figures", "told"),
    [
        (figures({"Active": 1}), "1 of 1 listing is live; nothing waits for a person."),
        (figures({"Inactive": 1}), "0 of 1 listing is live; 1 needs a person."),
        (figures({"Active": 2}, held=1), "2 of 2 listings are live; 1 change is held for a person."),
        (figures({"Active": 2}, held=2), "2 of 2 listings are live; 2 changes are held for a person."),
        (figures({"Active": 2}, stopped={"us": "x"}), "2 of 2 listings are live; a stopped plan waits for a person."),
    ],
)
def test_the_headline_names_what_waits_most(given_figures: dict[str, Any], told: str) -> None:
    assert headline(given_figures) == told


def test_what_did_not_happen_is_not_told() -> None:
    assert findings(summary(figures({"Active": 3}))) == []


def test_a_read_only_store_says_that_nothing_is_sent() -> None:
    """SY-03."""
    quiet = figures() | {"verdict": "read-only", "changes": dict.fromkeys(CHANGE_STATES, 0) | {"planned": 7}}
    told = findings(summary(figures(), stores={"us": quiet}))
    assert told == ["Nothing is sent for us, which may only read as yet; 7 changes would be."]


def test_what_was_sent_is_told_with_what_became_of_it_and_how_soon() -> None:
    """SY-05."""
    states = dict.fromkeys(CHANGE_STATES, 0) | {"confirmed": 8, "expired": 1}
    delays = {stage: {"count": 8, "median": 75.0, "p95": 90.0} for stage in STAGES}
    assert findings(summary(figures(changes=states, delays=delays))) == [
        "9 changes sent to Amazon: 8 seen there afterwards and 1 not seen in time.",
        "Half of the accepted changes were seen on Amazon within 1 min 15 s.",
    ]


def test_trouble_is_told_in_one_sentence() -> None:
    told = findings(summary(figures(), runs={"done": 8, "died": 1, "failed": 1}, failures=[{"count": 3}]))
    assert told == ["2 of 10 runs did not finish and 3 calls to Amazon or Commerce failed."]
