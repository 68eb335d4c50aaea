"""The logs as sections of a report and as frames: findings, charts, tables, and nothing that must stay in the house."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from channelkit.database.connection import Database
from channelkit.report.charts import to_html
from channelkit.report.logs import change_log_section, errors_section, improvements_section, tell_error
from channelkit.report.logs_frames import change_log_frame, errors_frame, improvements_frame
from channelkit.report.period import parse_period
from channelkit.report.section import Section
from channelkit.trends.change_log import Wanted
from tests.report_world import NOW, add_store, fill

PERIOD = parse_period("7d", "before", NOW)
STORES = ["us", "de"]


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database)
    return database


def words(section: Section) -> str:
    shown = [section.title, section.about, section.words, section.next_step, *(grid.rows for grid in section.grids)]
    return json.dumps(shown, ensure_ascii=False)


def test_rp_02_the_errors_section_states_a_finding_and_what_to_do(filled: Database) -> None:
    """RP-02: the chart's numbers, its words and its table are the same."""
    section = errors_section(filled, STORES, PERIOD)
    assert section.key == "errors"
    assert section.title.startswith(f"{section.rows.num_rows} kinds of errors in the last 7 days, ")
    assert "getListingsItem (QuotaExceeded) 4" in section.words
    assert section.draw is not None
    assert "QuotaExceeded" in to_html(section.draw(), "errors")
    assert section.grids[0].total == section.rows.num_rows
    assert section.next_step


def test_nothing_private_of_what_others_said_is_in_a_section(filled: Database) -> None:
    for make in (errors_section, change_log_section, improvements_section):
        told = words(make(filled, STORES, PERIOD))
        for secret in ("sk-very-secret", "buyer@example.com", "/home/anna"):
            assert secret not in told


def test_rp_01_the_log_of_changes_states_what_was_seen_and_what_was_not(filled: Database) -> None:
    """RP-01: action, value, time."""
    section = change_log_section(filled, STORES, PERIOD)
    assert "14 seen, 3 refused or never seen" in section.title
    row = next(row for row in section.grids[0].rows if row["state"] == "refused")
    assert (row["field"], row["before"], row["after"]) == ("quantity", "5", "3")
    assert "the quantity is too large" in row["note"]
    assert section.draw is not None
    assert "confirmed 14" in section.words
    assert "confirmed" in to_html(section.draw(), "states")


def test_without_anything_to_tell_each_section_says_so(database: Database) -> None:
    add_store(database, "us", 1)
    told = [make(database, ["us"], PERIOD) for make in (errors_section, change_log_section, improvements_section)]
    assert [section.title for section in told] == [
        "Nothing failed in the last 7 days.",
        "Nothing was changed in the last 7 days.",
        "Amazon suggests no improvement.",
    ]
    assert all(section.draw is None and not section.rows.num_rows for section in told)


def test_frames_have_exact_money_and_times_in_utc(filled: Database) -> None:
    """RP-01, RP-02: as analysts get them."""
    errors = errors_frame(filled, STORES, PERIOD)
    throttled = errors[errors["code"] == "QuotaExceeded"].iloc[0]
    assert (throttled["count"], throttled["trend"]) == (4, "new")
    assert throttled["last_seen"].utcoffset() == timedelta(0)
    log = change_log_frame(filled, STORES, Wanted(fields=["price"], states=["held"]), NOW)
    assert set(log["before"]) == {"19.99 USD"}
    assert set(log["after"]) == {"1.99 USD"}
    assert log["wanted_at"].iloc[0].utcoffset() == timedelta(0)
    assert improvements_frame(filled, STORES, NOW).empty


def test_a_row_of_errors_in_words_has_every_cell(filled: Database) -> None:
    """Pain 23: what it means, what to do, and the next attempt stand in each row."""
    section = errors_section(filled, STORES, PERIOD)
    for row in section.rows.to_pylist():
        told = tell_error(row)
        assert all(told[column.key] for column in section.grids[0].columns)
