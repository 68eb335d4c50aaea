"""What others want, for people: frames with stable columns, a section with its finding, a chart, and the verb."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy.engine import Connection

from channelkit.database.competition import store_compared
from channelkit.database.competition_days import read_shares
from channelkit.database.connection import Database
from channelkit.database.history import Origin
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import listings, tabs
from channelkit.errors import UsageError
from channelkit.model.competition import Compared, Offer
from channelkit.report import competition_rows
from channelkit.report.competition import competition_section
from channelkit.report.competition_chart import BINS, NOBODY, OURS, SAME
from channelkit.report.competition_frames import OFFERS, competition_frame, offers_frame
from channelkit.report.competition_rows import COMPARED
from channelkit.report.period import parse_period
from tests.kit_fixtures import RunKit
from tests.order_rows import HOSTILE, SITES, add, add_store
from tests.rival_offers import RIVAL

DAY = 86_400_000
NOW = 1_790_000_000_000
MONTH = parse_period("30d", now_ms=NOW, zone="America/Los_Angeles")
MINE = Offer("A1", "New", "New", False, price=2000, shipping=499, ours=True)


@pytest.fixture
def known(database: Database) -> Database:
    """A database with one listing for each way in which others' offers stand to ours."""
    add_store(database)
    for sku in ("WON", "LOST", "NOBODY", "NEVER", "OLD", "USED"):
        add_listing(database, sku, condition="used_good" if sku == "USED" else "new_new")
    rival = Offer("A2", "New", "New", True, price=2300, feedback=97, ratings=400)
    cheap = Offer("A3", "Used", "Good", False, price=900)
    keep(database, "WON", replace(MINE, featured=True), rival)
    keep(database, "LOST", MINE, replace(rival, featured=True), expected=1899)
    keep(database, "NOBODY", MINE)
    keep(database, "OLD", replace(MINE, featured=True), at=NOW - 2 * DAY)
    keep(database, "USED", replace(rival, featured=True))
    keep(database, "USED", replace(cheap, featured=True), replace(MINE, condition="Used"), condition="Used")
    add_sale(database, "LOST", 50_000)
    return database


def add_listing(database: Database, sku: str, store: str = "us", **told: Any) -> None:
    listing = {"store": store, "seller_sku": sku, "asin": f"B-{sku}", "title": HOSTILE, "price": 2000, "observed_at": 1}
    listing |= {"currency": SITES[store][1], "condition": "new_new", "buyable": 1}
    add(database, listings, listing | told)
    decided = {"store": store, "listed": 1, "sku": sku, "seller_sku": sku, "tab": "Active", "status": "Active"}
    add(database, tabs, decided | {"digest": 1, "product_sku": f"P-{sku}", "since": 1})


def keep(
    database: Database, sku: str, *offers: Offer, condition: str = "New", at: int = NOW - DAY // 2, **told: Any
) -> None:
    store, currency = told.pop("store", "us"), told.pop("currency", "USD")
    with database.write() as connection:
        found = [Compared(f"B-{sku}", condition, offers, True, told.get("expected"))]
        store_compared(connection, found, currency, Origin(store, at, "Amazon", "r"))


def add_sale(database: Database, sku: str, cents: int, store: str = "us") -> None:
    place = {"store": store, "order_id": f"O-{sku}-{store}"}
    order = {"seller_id": f"A-{store}", "marketplace_id": SITES[store][0], "status": "SHIPPED", "units": 1}
    times = dict.fromkeys(("created_at", "updated_at", "first_seen_at", "observed_at"), NOW - DAY)
    add(database, orders, {**place, **order, **times, "fulfilled_by": "merchant"})
    line = {"item_id": "1", "seller_sku": sku, "ordered": 1, "fulfilled": 1, "cancelled": 0, "item": cents}
    add(database, order_lines, {**place, **line})


def test_a_frame_has_each_matched_listing_beside_the_lowest_and_the_featured_offer(known: Database) -> None:
    frame = competition_frame(known, ["us"], NOW).set_index("seller_sku")
    assert list(frame.reset_index().columns) != [] and set(COMPARED.names) == {*frame.columns, "seller_sku"}
    lost = frame.loc["LOST"]
    assert (lost["landed"], lost["lowest_landed"], lost["featured_landed"], lost["difference"]) == (
        Decimal("24.99"),
        Decimal("23.00"),
        Decimal("23.00"),
        Decimal("1.99"),
    )
    assert (lost["won"], lost["featured_seller"], lost["expected"], lost["revenue"]) == (
        "No",
        "A2",
        Decimal("18.99"),
        Decimal("500.00"),
    )
    assert dict(frame["won"]) == {
        **{"WON": "Yes", "LOST": "No", "NOBODY": "No", "NEVER": "NA", "OLD": "NA", "USED": "No"},
    }


def test_a_used_listing_is_compared_with_used_offers_and_without_any_with_others(known: Database) -> None:
    frame = competition_frame(known, ["us"], NOW).set_index("seller_sku")
    used = frame.loc["USED"]
    assert (used["featured_condition"], used["featured_landed"], used["lowest_landed"]) == (
        "Used",
        Decimal("9.00"),
        Decimal("9.00"),
    )
    add_listing(known, "ELSE", asin="B-LOST", condition="collectible_good")
    other = competition_frame(known, ["us"], NOW).set_index("seller_sku").loc["ELSE"]
    assert (other["lowest_condition"], other["featured_condition"], other["won"]) == ("New", "New", "NA")


def test_all_offers_for_one_listing_come_with_feedback_and_no_names(known: Database) -> None:
    frame = offers_frame(known, "us", "LOST")
    assert tuple(frame.columns) == tuple(OFFERS.names)
    assert frame[["seller_id", "ours", "featured", "channel", "feedback"]].to_dict("records")[1] == {
        **{"seller_id": "A2", "ours": False, "featured": True, "channel": "Amazon", "feedback": 97},
    }
    assert offers_frame(known, "us", "NEVER").empty
    assert set(offers_frame(known, "us", "USED")["condition"]) == {"New", "Used"}
    with pytest.raises(UsageError, match="no listing 'nothing'"):
        offers_frame(known, "us", "nothing")


def test_yen_have_no_decimals(database: Database) -> None:
    add_store(database, "jp")
    add_listing(database, "S", "jp", price=1980)
    keep(database, "S", Offer("A2", "New", price=1900, featured=True), store="jp", currency="JPY")
    row = competition_frame(database, ["jp"], NOW).iloc[0]
    assert (row["landed"], row["featured_landed"], row["difference"]) == (1980, 1900, 80)


def test_the_section_says_what_is_lost_and_what_that_sold(known: Database) -> None:
    """RP-03: own, lowest and featured landed prices with their conditions, whose it is, and its age."""
    section = competition_section(known, ["us"], MONTH)
    assert section.title == (
        "Ours is the featured offer for 1 of 4 listings, and those that lose it sold 500.00 USD in the last 30 days."
    )
    since = replace(MONTH, words="since 2026-11-01 09:00 UTC")
    assert competition_section(known, ["us"], since).title.endswith("sold 500.00 USD since 2026-11-01 09:00 UTC.")
    assert "of 2 more listings it is not known" in section.about
    assert section.rows.schema.equals(COMPARED) and section.rows.num_rows == 6
    classes, offered = section.grids
    assert {row["name"]: row["listings"] for row in classes.rows if row["listings"] != "0"} == {
        **{OURS: "1", "5–10 % above": "1", "over 20 % above": "1", NOBODY: "1"},
    }
    assert [row["sku"] for row in offered.rows] == ["LOST", "NOBODY", "USED", "WON"]
    first = offered.rows[0]
    assert (first["landed"], first["lowest"], first["featured"], first["difference"]) == (
        *("24.99 USD", "23.00 USD", "23.00 USD", "1.99 USD"),
    )
    assert (first["seller"], first["won"], first["age"]) == ("A2", "No", "12 h ago")
    assert "Amazon expects ours to be featured" in section.next_step
    assert "ours is featured for 1" in section.words


def find_some(_: Connection, store: str, rows: pa.Table) -> pa.Array:
    """Find a margin where the product is told, as whoever knows prices and settings does."""
    told = {"P-LOST": 743, "P-WON": -100}
    products = rows["product_sku"].to_pylist()
    assert [f"P-{sku}" for sku in rows["seller_sku"].to_pylist()] == products
    assert set(rows["price"].to_pylist()) == {2000} and set(rows["currency"].to_pylist()) == {SITES[store][1]}
    return pa.array([told.get(sku) for sku in products], pa.int64())


def test_what_is_left_of_a_price_stands_beside_it_wherever_it_is_known(known: Database) -> None:
    """RP-03: whoever considers going lower sees how far that is possible."""
    section = competition_section(known, ["us"], MONTH, margins=find_some)
    grid = section.grids[1]
    headings = [column.heading for column in grid.columns]
    assert headings[headings.index("Ours, landed") + 1] == "Margin"
    assert {row["sku"]: row["margin"] for row in grid.rows} == {
        **{"LOST": "7.43 USD", "NOBODY": "–", "USED": "–", "WON": "-1.00 USD"},
    }
    assert section.rows.schema.equals(COMPARED)
    kept = dict(zip(section.rows["seller_sku"].to_pylist(), section.rows["margin"].to_pylist(), strict=True))
    assert {sku: margin for sku, margin in kept.items() if margin is not None} == {"LOST": 743, "WON": -100}
    frame = competition_frame(known, ["us"], NOW, margins=find_some).set_index("seller_sku")
    assert frame.loc["LOST", "margin"] == Decimal("7.43") and frame["margin"].notna().sum() == 2


def test_nobody_looks_at_margins_where_none_is_known(known: Database, database: Database) -> None:
    for section in (competition_section(known, ["us"], MONTH), competition_section(database, [], MONTH)):
        assert all(column.key != "margin" for grid in section.grids for column in grid.columns)
    assert competition_frame(known, ["us"], NOW)["margin"].isna().all()


def test_margins_of_many_listings_are_those_of_a_few(known: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores one after the other, looked up by name or read in one pass."""
    add_store(known, "jp")
    add_listing(known, "LOST", "jp")
    rows = competition_frame(known, ["us", "jp"], NOW, margins=find_some)["margin"]
    monkeypatch.setattr(competition_rows, "BY_NAME", 0)
    assert competition_frame(known, ["us", "jp"], NOW, margins=find_some)["margin"].equals(rows)
    assert rows.notna().sum() == 3


def test_a_section_without_answers_says_so_and_what_to_do(database: Database) -> None:
    add_store(database)
    add_listing(database, "S")
    section = competition_section(database, ["us"], MONTH)
    assert "not known" in section.title and section.draw is None and "competition_calls" in section.next_step
    assert competition_section(database, [], MONTH).rows.schema.equals(COMPARED)


def test_the_chart_draws_what_the_table_says(known: Database) -> None:
    section = competition_section(known, ["us"], MONTH)
    assert section.draw is not None
    figure = section.draw()
    bars = dict(zip(figure.data[0].y, figure.data[0].x, strict=True))
    assert bars[OURS] == 1 and bars[BINS[-1]] == 1 and bars[SAME] == 0 and sum(bars.values()) == 4
    assert len(figure.data) == 2, "the share by day stands beneath, since it is known of more than one day"
    assert figure.data[1].y[-1] == pytest.approx(40.0)


def test_the_share_by_day_follows_wins_and_losses_on_the_marketplaces_days(known: Database) -> None:
    keep(known, "WON", MINE, Offer("A2", "New", price=1, featured=True), at=NOW)
    found = read_shares(known, "us", "2026-09-15", "2026-09-21", "America/Los_Angeles").to_pylist()
    assert [(row["day"], row["featured"], row["compared"]) for row in found] == [
        *(("2026-09-19", 1, 1), ("2026-09-20", 2, 5), ("2026-09-21", 1, 5)),
    ]
    late = read_shares(known, "us", "2026-09-21", "2026-09-21", "America/Los_Angeles").to_pylist()
    assert late == found[-1:]
    assert read_shares(known, "none", "2026-09-15", "2026-09-21", "UTC").num_rows == 0


def test_rows_are_columns_of_one_kind_whatever_is_known(known: Database) -> None:
    assert competition_section(known, ["us"], MONTH).rows["asked_at"].type == pa.int64()


def test_rp_03_a_store_compares_its_prices_end_to_end(run_kit: RunKit, capsys: pytest.CaptureFixture[str]) -> None:
    """RP-03, RP-06, TB-06: read over HTTP, shown as frames, as the verb prints them, and as the report's section."""
    from channelkit.cli import app  # noqa: PLC0415 - the verb, in this process

    practice = run_kit(products=60)
    store = practice.kit.stores["us"]
    with practice.reopened(competition_calls=0) as silent:
        silent.stores["us"].pull()
    sku = practice.active_skus("us")[0]
    listing = practice.listing("us", sku)
    assert listing.item is not None
    place = practice.shelf("us").marketplace.id
    practice.running.world.amazon.rivals.set(place, listing.item.asin, [RIVAL])
    listing.price = 5000
    store.pull()
    row = store.competition().set_index("seller_sku").loc[sku]
    assert (row["won"], row["featured_landed"], row["featured_seller"]) == ("No", Decimal("21.99"), RIVAL.seller_id)
    offers = store.competition(sku)
    assert set(offers["ours"]) == {True, False}
    with pytest.raises(SystemExit):
        app(["competition", "--settings", str(practice.folder / "channelkit.toml"), "--store", "us", "--json"])
    told = {row["seller_sku"]: row for row in json.loads(capsys.readouterr().out)}
    assert told[sku]["won"] == "No" and told[sku]["featured_landed"] == "21.99"
    with pytest.raises(SystemExit):
        app(["competition", "--settings", str(practice.folder / "channelkit.toml"), "--store", "us", "--sku", sku])
    assert RIVAL.seller_id in capsys.readouterr().out
    now = practice.kit.parts.now()
    section = competition_section(practice.kit.database, ["us", "de"], parse_period("7d", now_ms=now))
    assert "of" in section.title and section.rows.num_rows >= len(told)
