"""Attributes that an item lacks though its kind of item usually has them are suggested: few, and blocking nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pytest

from channelkit.database import attribute_map, attribute_values
from channelkit.database.connection import Database
from channelkit.database.definitions import Definition, store_definition
from channelkit.database.schema import listings
from channelkit.trends.improvements import LACKING
from channelkit.trends.item_gaps import MOST_NAMED, find_gaps
from tests.kit_fixtures import RunKit
from tests.order_rows import SITES, add, add_store

US = SITES["us"][0]


def know(database: Database, items: Mapping[str, Sequence[str]], kind: str = "MUG") -> None:
    """Keep items with the attributes that each has, and a listing of each."""
    rows = [
        {"asin": asin, "amazon_attribute": name, "value": '["x"]'}
        for asin, names in items.items()
        for name in ("item_name", *names)
    ]
    with database.write() as connection:
        attribute_values.store_values(connection, US, list(items), pa.Table.from_pylist(rows), at=1)
    for asin in items:
        told = {"store": "us", "seller_sku": f"S-{asin}", "asin": asin, "title": "Mug", "product_type": kind}
        add(database, listings, told | {"observed_at": 1})


def use(database: Database, *names: str, country: str = "US") -> None:
    with database.write() as connection:
        for name in names:
            attribute_map.add_mapping(
                connection,
                country=country,
                amazon_attribute=name,
                attribute=f"shop_{name}",
                overwrite=False,
                scope="global",
                store_views=(),
                at=1,
                by="Ada",
            )


def gaps(database: Database) -> dict[str, list[str]]:
    with database.read() as connection:
        return {gap.listing["asin"]: [name for name, _ in gap.attributes] for gap in find_gaps(connection, {"us": US})}


@pytest.fixture
def shop(database: Database) -> Database:
    add_store(database)
    return database


def test_what_most_items_of_a_kind_have_and_one_lacks_is_a_gap_once_somebody_mapped_it(shop: Database) -> None:
    know(shop, {"A1": ["color"], "A2": ["color"], "A3": ["color", "size"], "A4": []})
    assert gaps(shop) == {}
    use(shop, "color", "size")
    assert gaps(shop) == {"A4": ["color"]}, "few have a size, so it is not usual"


def test_a_mapping_of_another_country_and_items_that_were_never_read_say_nothing(shop: Database) -> None:
    know(shop, {f"A{number}": ["color"] for number in range(4)})
    told = {"store": "us", "seller_sku": "S-NEW", "asin": "NEW", "title": "Mug", "product_type": "MUG"}
    add(shop, listings, told | {"observed_at": 1})
    use(shop, "color", country="DE")
    assert gaps(shop) == {}
    use(shop, "color")
    assert gaps(shop) == {}


def test_what_the_definition_leaves_open_is_a_gap_even_of_a_single_item_and_what_it_requires_is_none(
    shop: Database,
) -> None:
    know(shop, {"A1": []})
    use(shop, "list_price", "condition_type")
    schema = {"properties": {"list_price": {}, "condition_type": {}}, "required": ["condition_type"]}
    with shop.write() as connection:
        definition = Definition("MUG", "d", "1", {"condition_type": "Condition"}, 1)
        store_definition(connection, US, definition, json.dumps(schema).encode())
    assert gaps(shop) == {"A1": ["list_price"]}


def test_no_listing_is_told_of_more_than_a_few(shop: Database) -> None:
    names = [f"attribute_{number}" for number in range(40)]
    know(shop, {f"A{number}": names for number in range(5)} | {"BARE": []})
    use(shop, *names)
    assert [len(each) for each in gaps(shop).values()] == [MOST_NAMED]


def test_rp_04_an_attribute_that_is_missing_on_amazon_is_suggested_with_where_commerce_has_it(run_kit: RunKit) -> None:
    """RP-04: Amazon's items of a kind have a colour, this one has none; it sells all the same."""
    practice = run_kit()
    kit, items = practice.kit, practice.running.world.amazon.items.by_asin
    kit.pull()
    listed = kit.stores["us"].listings()
    asins = sorted(set(listed[listed["listed"] & listed["product_sku"].notna()]["asin"].dropna()))
    for asin in asins:
        items[asin].title = "Plain thing, red"
    # Of a kind of which enough are known.
    bare = next(items[asin] for asin in asins if items[asin].product_type == "BACKPACK")
    bare.title = "Plain thing"
    kit.attributes.map("US", "color", "manufacturer_name")
    kit.attributes.pull()
    frame = kit.stores["us"].improvements()
    found = frame[frame["code"] == LACKING]
    assert set(found["asin"]) == {bare.asin}
    row = found.iloc[0]
    assert "color" in row["attributes"] and "manufacturer_name" in row["fix"] and row["severity"] == "RECOMMENDED"
