"""Margins beside prices: the same everywhere, exact, and nothing where cost or fees are not known."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from channelkit.cli import app
from channelkit.database.fees import load_estimates, load_fees
from channelkit.demo import write_settings
from channelkit.desk import StoreDesk
from channelkit.kit import Kit
from channelkit.margins import Margins
from channelkit.report.listing_table import read_listing_table
from channelkit.review.listing_grid import ListingGrid
from channelkit.review.listing_screen import screen
from channelkit.settings.reader import read_settings
from tests.conftest import sandboxes
from tests.kit_fixtures import Practice, StandingClock, let_send, replace_settings

Row = dict[str, Any]


@pytest.fixture(scope="module")
def practice(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Return a practice that knows costs, and the fees of some listings, with tax in Germany; tests only look at it."""
    folder = tmp_path_factory.mktemp("margins")
    with sandboxes(openapi_folder) as run:
        running = run(speed=0, products=60, quiet=True)
        ready = {**running.ready, "clock": {**running.ready["clock"], "speed": 1.0}}
        path = write_settings(folder, ready, with_costs=True)
        path.write_text(path.read_text().replace("[stores.de.prices]\n", '[stores.de.prices]\nvat = "7.00"\n'))
        with Kit(read_settings(path, {})) as kit:
            kit.parts.clock = StandingClock(sandbox=running.world.clock)
            let_send(kit)
            kit.pull(wait=True)
            kit.sync()
            yield Practice(kit, running, folder)


def rows_of(practice: Practice, store: str) -> list[Row]:
    """Return what a store has on Amazon, null for what is not known."""
    frame = practice.kit.stores[store].listings()
    found: list[Row] = pa.Table.from_pandas(frame[frame["listed"]], preserve_index=False).to_pylist()
    return found


def products_of(practice: Practice) -> dict[str, Any]:
    return {product.sku: product.values for product in practice.running.world.commerce.catalog.walk()}


@pytest.mark.parametrize("store", ["us", "de"])
def test_a_margin_is_what_a_preview_of_prices_says_of_the_same_price(practice: Practice, store: str) -> None:
    """PR-09: one rule, tax and moved prices included."""
    found = practice.kit.stores[store].prices.preview([]).table.to_pylist()
    told = {(row["seller_sku"], row["before"]): row["margin_before"] for row in found if row["before"] is not None}
    shown = {
        (row["sku"], int(row["price"].scaleb(2))): row["margin"] for row in rows_of(practice, store) if row["price"]
    }
    same = {key: (told[key], shown[key]) for key in told.keys() & shown.keys()}
    assert len([one for one, _ in same.values() if one is not None]) > 10
    assert {key: None if margin is None else int(margin.scaleb(2)) for key, (_, margin) in same.items()} == {
        key: minor for key, (minor, _) in same.items()
    }


def test_a_margin_is_known_where_both_cost_and_fees_are(practice: Practice) -> None:
    """Nothing is guessed: without the one or the other the margin is empty, and so is its share."""
    products = products_of(practice)
    with practice.kit.database.read() as connection:
        asked = {row["seller_sku"]: row for row in load_fees(connection, "us").to_pylist()}
    rows = rows_of(practice, "us")
    known = [row for row in rows if row["margin"] is not None]
    for row in rows:
        has_cost = products.get(row["product_sku"], {}).get("cost") is not None
        assert (row["margin"] is not None) == (has_cost and row["sku"] in asked and row["price"] is not None)
        assert (row["margin_percent"] is None) == (row["margin"] is None)
    row = next(row for row in known if asked[row["sku"]]["price"] == int(row["price"].scaleb(2)))
    fees = sum(asked[row["sku"]][name] for name in ("referral", "fulfillment", "other"))
    assert row["margin"] == row["price"] - Decimal(fees).scaleb(-2) - products[row["product_sku"]]["cost"]
    assert abs(row["margin_percent"] - 100 * row["margin"] / row["price"]) < Decimal("0.1")


def test_a_price_in_another_currency_than_the_marketplaces_has_no_margin(practice: Practice) -> None:
    known = next(row for row in rows_of(practice, "us") if row["margin"] is not None)
    names = ("seller_sku", "product_sku")
    rows = pa.Table.from_pylist(
        [{name: known[name] for name in names} | {"price": 2000, "currency": each} for each in ("USD", "CAD", None)]
    )
    with practice.kit.database.read() as connection:
        found = Margins(practice.kit.settings.stores)(connection, "us", rows).to_pylist()
    assert found[0] is not None and found[1:] == [None, None]


def test_the_workbench_shows_sorts_filters_and_exports_margins(practice: Practice) -> None:
    """TB-06, TB-08: the first rows have the margins that all rows have."""
    grid = ListingGrid(StoreDesk("us", practice.kit.parts))
    grid.open()
    first = [row["cells"] for row in screen(grid)["rows"]]
    grid.load()
    assert grid.trouble == "" and [row["cells"] for row in screen(grid)["rows"]] == first
    assert grid.columns[4:6] == ["price", "margin"]
    grid.sort("margin")
    grid.narrow({"margin": {"low": "1", "high": ""}})
    shown = grid.rows.all_matching()["margin"].to_pylist()
    assert len(shown) > 10 and shown == sorted(shown) and shown[0] >= 1
    grid.filter("margin_percent < 20")
    shares = grid.rows.all_matching()["margin_percent"].to_pylist()
    assert 0 < len(shares) < len(shown) and max(shares) < 20
    heading = grid.export("csv").data.decode("utf-8-sig").splitlines()[0]
    assert '"Landed Price (USD)","Margin (USD)","Amazon Quantity"' in heading


def test_what_others_want_stands_beside_the_margins_that_listings_have(
    practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    """RP-03: in the frame, as the verb prints it, and in the report's numbers."""
    own = {(row["store"], row["sku"]): row["margin"] for store in ("us", "de") for row in rows_of(practice, store)}
    frame = practice.kit.competition()
    told = {(row["store"], row["seller_sku"]): row["margin"] for row in pa.Table.from_pandas(frame).to_pylist()}
    assert told == {key: own[key] for key in told} and sum(margin is not None for margin in told.values()) > 10
    alone = practice.kit.stores["de"].competition()["margin"]
    assert alone.notna().sum() == sum(store == "de" and margin is not None for (store, _), margin in told.items())
    page = practice.kit.report(practice.folder / "report")
    kept = parquet.read_table(page.parent / "figures" / "competition.parquet").to_pylist()
    shown = {(row["store"], row["seller_sku"]): row["margin"] for row in kept}
    assert shown == {key: None if margin is None else int(margin.scaleb(2)) for key, margin in told.items()}
    settings = ["--settings", str(practice.folder / "channelkit.toml"), "--store", "us"]
    with pytest.raises(SystemExit):
        app(["competition", *settings])
    assert "margin" in capsys.readouterr().out


@pytest.mark.parametrize("store", ["us", "de"])
def test_a_cycle_asks_no_fees_of_listings_whose_product_has_no_cost(practice: Practice, store: str) -> None:
    """PR-09: nobody can use them, and the quota is for the others."""
    products, rows = products_of(practice), rows_of(practice, store)
    with practice.kit.database.read() as connection:
        asked = set(load_estimates(connection, store)["seller_sku"].to_pylist())
    costs = {row["sku"]: products[row["product_sku"]].get("cost") for row in rows if row["product_sku"] in products}
    assert len(asked) > 10 and all(costs[sku] is not None for sku in asked)
    assert [row for row in rows if row["tab"] == "Active" and row["sku"] in costs and costs[row["sku"]] is None]


def test_stores_that_name_no_cost_have_no_such_column_in_the_workbench_and_an_empty_one_in_frames(
    practice: Practice,
) -> None:
    """A frame's columns are always the same; nobody looks at an empty column in the workbench."""
    prices = type(practice.kit.settings.stores["us"].prices)()
    with Kit(replace_settings(practice.kit.settings, prices=prices)) as kit:
        assert kit.listings()[["margin", "margin_percent"]].isna().all(axis=None)
        grid = ListingGrid(StoreDesk("us", kit.parts))
        grid.open()
        grid.load()
        assert grid.trouble == "" and "margin" not in grid.columns and not screen(grid)["has_own_columns"]
        assert "margin" not in [column["name"] for column in screen(grid)["choosable"]]


def test_a_table_without_rows_has_the_columns_of_any_other(practice: Practice) -> None:
    with practice.kit.database.read() as connection:
        margins = Margins({"nowhere": practice.kit.settings.stores["us"]})
        found = read_listing_table(connection, "nowhere", "USD", margins=margins)
        whole = read_listing_table(connection, "us", "USD", margins=Margins(practice.kit.settings.stores))
    assert not found.num_rows and found.schema == whole.schema
