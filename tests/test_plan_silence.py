"""Why a store sends nothing: each reason alone, in words that say what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.marketplaces import marketplace
from channelkit.model.stores import Installation, StoreRecord
from channelkit.plan.silence import why_idle, why_refused, why_silent

US, DE = marketplace("US"), marketplace("DE")
HOME = Installation.of(host="m", database="/srv/kit.db", commerce="https://shop.example", seller="A1")
LIVE = StoreRecord(
    "us", "na", US.id, "base", 1_000, golive_at=1_790_000_000_000, golive_by="Ann", golive_fingerprint=str(HOME)
)


def test_a_store_may_send_only_where_no_reason_is_left() -> None:
    """SY-03."""
    assert why_silent(LIVE, US, "base", HOME, read_only=False) == ""


@pytest.mark.parametrize(
    ("record", "installation", "read_only", "words"),
    [
        pytest.param(replace(LIVE, golive_at=None), HOME, False, "until its go-live is confirmed", id="unconfirmed"),
        pytest.param(LIVE, HOME, True, "read_only = false under [stores.us]", id="brake"),
        pytest.param(replace(LIVE, state="inactive"), HOME, False, "channelkit store resume us", id="inactive"),
        pytest.param(replace(LIVE, account=""), None, False, "channelkit store connect us", id="unconnected"),
        pytest.param(LIVE, replace(HOME, host="x"), False, "looks like a copy", id="copied"),
        pytest.param(replace(LIVE, golive_fingerprint=""), HOME, False, "looks like a copy", id="nothing known"),
        pytest.param(replace(LIVE, website="eu"), HOME, False, "never change", id="another website"),
    ],
)
def test_each_reason_is_told_with_what_to_do(
    record: StoreRecord, installation: Installation | None, read_only: bool, words: str
) -> None:
    told = why_silent(record, US, "base", installation, read_only)
    assert words in told and "us" in told


def test_website_and_country_never_change_and_the_old_ones_are_named() -> None:
    """ON-05."""
    told = why_refused(LIVE, DE, "eu")
    assert "Amazon US and not Amazon DE" in told and "website 'base' and not 'eu'" in told
    assert "channelkit store add" in told
    assert why_refused(LIVE, US, "base") == ""


def test_only_what_rests_is_left_alone_by_cycles() -> None:
    """ON-09: a store that only may not send is read all the same."""
    assert why_idle(replace(LIVE, golive_at=None), is_connected=True) == ""
    assert "neither price nor quantity" in why_idle(replace(LIVE, state="inactive"), is_connected=True)


@given(st.sets(st.sampled_from(["host", "database", "commerce", "account"])))
def test_exactly_what_is_another_is_told(changed: set[str]) -> None:
    words = {"host": "the machine", "database": "the place of the database", "commerce": "Commerce's address"}
    words |= {"account": "the seller account"}
    elsewhere = replace(HOME, **dict.fromkeys(changed, "other"))
    assert set(elsewhere.differences(str(HOME))) == {words[name] for name in changed}
    assert bool(why_silent(LIVE, US, "base", elsewhere, read_only=False)) == bool(changed)


def test_nothing_of_an_installation_can_be_read_back() -> None:
    told = str(Installation.of(host="host-1", database="/srv/kit.db", commerce="https://shop.example", seller="A1X"))
    assert not [word for word in ("host-1", "/srv", "shop", "A1X") if word in told]
