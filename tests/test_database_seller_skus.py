"""Who has a seller SKU, in SQLite and in PostgreSQL."""

from __future__ import annotations

import pytest

from channelkit.database import stores
from channelkit.database.connection import Database
from channelkit.database.listing_schema import decisions
from channelkit.database.schema import listings, products
from channelkit.database.seller_skus import find_holder


def fill(database: Database) -> None:
    with database.write() as connection:
        for name, account in (("us", "mine"), ("ca", "mine"), ("de", "other")):
            stores.register_store(connection, name, account=account, marketplace_id="M", website="base", at=1)
        for store, sku in (("us", "HERE"), ("ca", "SIBLING"), ("de", "STRANGER")):
            connection.execute(listings.insert().values(store=store, seller_sku=sku))
        known: list[dict[str, object]] = [
            {"sku": "Mug-1", "seller_sku": None, "missing_since": None},
            {"sku": "Mug-2", "seller_sku": "AS-TWO", "missing_since": None},
            {"sku": "Gone", "seller_sku": None, "missing_since": 1},
        ]
        connection.execute(products.insert(), known)
        alias = {"store": "ca", "kind": "alias", "by_whom": "Ada", "at": 1}
        connection.execute(decisions.insert(), [{**alias, "seller_sku": "TO-COME", "value": "Mug-1"}])
        for value in ("Mug-1", None):
            connection.execute(decisions.insert(), [{**alias, "seller_sku": "NO-MORE", "value": value}])


@pytest.mark.parametrize(
    ("sku", "holder"),
    [
        ("HERE", "a listing of store 'us'"),
        ("SIBLING", "a listing of store 'ca'"),
        ("STRANGER", ""),
        ("mug-1", "product 'Mug-1' in Commerce"),
        ("AS-TWO", "product 'Mug-2' in Commerce"),
        ("as-two", ""),
        ("Gone", ""),
        ("TO-COME", "another listing of product 'Mug-1' that is to come"),
        ("NO-MORE", ""),
        ("FREE", ""),
    ],
)
def test_a_seller_sku_is_taken_in_the_whole_account(database: Database, sku: str, holder: str) -> None:
    """AC-06: unique among the account's listings, Commerce's products, and what is to be listed."""
    fill(database)
    with database.read() as connection:
        assert find_holder(connection, "us", sku) == holder
