"""Which stores are older, and what they decided about the seller SKUs that several stores offer."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy.engine import Connection

from channelkit.database import decisions, rows, stores
from channelkit.database.connection import Database
from channelkit.database.elders import list_elders, load_elders
from channelkit.database.schema import listings, tabs
from channelkit.model.decisions import DECISIONS, HANDLING

US, CA, MX = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1AM78C64UM0Y8"


@pytest.fixture
def known(database: Database) -> Database:
    """Three stores of one account, the oldest first, and one of another."""
    with database.write() as connection:
        for at, (name, account, site) in enumerate(
            [("us", "na", US), ("ca", "na", CA), ("mx", "na", MX), ("de", "eu", "A1PA6795UKMFR9")]
        ):
            stores.register_store(connection, name, account=account, marketplace_id=site, website="base", at=at)
    return database


def offer(connection: Connection, store: str, sku: str, tab: str = "Active", quantity: int = 5) -> None:
    rows.put(connection, listings, {"store": store, "seller_sku": sku})
    decided = {"store": store, "listed": 1, "sku": sku, "tab": tab, "status": tab, "reason": "So it is."}
    rows.put(connection, tabs, decided | {"wanted_quantity": quantity})


def found(
    database: Database, store: str, elders: tuple[str, ...], skus: list[str] | None = None
) -> list[dict[str, Any]]:
    with database.read() as connection:
        rows_found: list[dict[str, Any]] = load_elders(connection, store, elders, skus).to_pylist()
        return rows_found


def test_older_stores_of_the_account_decide_and_those_of_another_never(known: Database) -> None:
    """RG-02."""
    with known.read() as connection:
        assert list_elders(connection, "mx", "na") == ("us", "ca")
        assert list_elders(connection, "us", "na") == ()
        assert list_elders(connection, "de", "eu") == ()


def test_where_only_a_country_shares_other_countries_decide_nothing(known: Database) -> None:
    with known.read() as connection:
        assert list_elders(connection, "mx", "na", MX) == ()


def test_an_inactive_store_decides_nothing(known: Database) -> None:
    with known.write() as connection:
        stores.set_state(connection, "us", "inactive")
        assert list_elders(connection, "mx", "na") == ("ca",)


def test_the_oldest_store_that_offers_a_seller_sku_decides_about_it(known: Database) -> None:
    """RG-02."""
    with known.write() as connection:
        for store, sku, quantity in [("us", "A", 1), ("ca", "A", 2), ("ca", "B", 3), ("mx", "A", 4), ("mx", "B", 5)]:
            offer(connection, store, sku, quantity=quantity)
        offer(connection, "us", "only in the US")
    rows_found = {row["seller_sku"]: row for row in found(known, "mx", ("us", "ca"))}
    assert {sku: (row["store"], row["wanted_quantity"]) for sku, row in rows_found.items()} == {
        "A": ("us", 1),
        "B": ("ca", 3),
    }


def test_a_listing_that_ended_in_the_older_store_is_no_longer_shared(known: Database) -> None:
    with known.write() as connection:
        offer(connection, "us", "A", tab="Ended")
        offer(connection, "ca", "A")
    assert found(known, "ca", ("us",)) == []


def test_only_the_seller_skus_that_are_asked_for_are_looked_up(known: Database) -> None:
    with known.write() as connection:
        for store in ("us", "ca"):
            for sku in ("A", "B"):
                offer(connection, store, sku)
    assert len(found(known, "ca", ("us",), ["B", "C"])) == 1


def test_what_a_person_decided_in_the_older_store_comes_along(known: Database) -> None:
    with known.write() as connection:
        offer(connection, "us", "A")
        offer(connection, "ca", "A")
        decided = {"store": "us", "seller_sku": "A", "kind": HANDLING, "value": "4", "by_whom": "Ada", "at": 1}
        decisions.keep_decisions(connection, pa.Table.from_pylist([decided], schema=DECISIONS.schema(decisions.KEPT)))
    (row,) = found(known, "ca", ("us",))
    assert row["wanted_handling"] == 4 and row["wanted_fulfillment"] is None
