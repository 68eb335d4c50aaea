"""What Amazon's definitions ask for, from the wire to the tab, and to the offer that is sent."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from channelkit.database.connection import Database
from channelkit.database.definitions import Definition, store_definition
from channelkit.kit import Kit
from channelkit.listings.requirements import shape_values
from channelkit.model.marketplaces import marketplace
from channelkit.offered import find_complaints
from channelkit.sandbox.amazon.items import Item
from channelkit.sandbox.names import make_asin, make_code
from tests.kit_fixtures import Practice, RunKit

NUMBER = 700_000


def place_of(kit: Kit, sku: str) -> dict[str, Any]:
    frame = kit.stores["us"].listings()
    row: dict[str, Any] = frame[frame["sku"] == sku].iloc[0].to_dict()
    return row


def cycle(practice: Practice, times: int) -> None:
    for _ in range(times):
        practice.kit.sync(["us"])
        practice.wait(20)


def test_tb_02_what_amazon_requires_and_a_product_lacks_is_named_until_it_is_there(run_kit: RunKit) -> None:
    """TB-02: attributes that a definition requires make a product Incomplete; filled in and linked, they are sent."""
    practice = run_kit(products=10)
    world, kit = practice.running.world, practice.kit
    asin = make_asin(NUMBER)
    world.amazon.items.add(
        Item(asin, "Acme Speaker", brand="Acme", product_type="SPEAKERS", code=make_code(NUMBER, "upc"))
    )
    world.commerce.add_attribute("batteries", "Batteries needed", "boolean")
    world.commerce.add_product(
        "SPEAKER-1",
        name="Acme Speaker",
        price="49.00",
        websites=["us"],
        quantities={"reno": 5},
        attributes={"amazon_asin": asin},
    )
    cycle(practice, 3)
    lacking = place_of(kit, "SPEAKER-1")
    assert lacking["tab"] == "Incomplete" and "batteries_required" in lacking["status"]
    assert "SPEAKER-1" not in practice.shelf("us").listings

    kit.attributes.map("US", "batteries_required", "batteries", by="me")
    world.commerce.set_value("SPEAKER-1", "batteries", "No")
    cycle(practice, 3)
    assert place_of(kit, "SPEAKER-1")["tab"] == "Active"
    # Amazon itself refuses such an offer without it.
    assert not practice.changes("refused")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ({"type": "boolean", "enum": [False, True], "enumNames": ["Nein", "Ja"]}, "ja", True),
        ({"type": "boolean", "enum": [False, True], "enumNames": ["Nein", "Ja"]}, "0", False),
        ({"type": "boolean"}, "perhaps", None),
        ({"type": "string", "enum": ["us", "de"], "enumNames": ["United States", "Germany"]}, " Germany ", "de"),
        ({"type": "string", "enum": ["us"]}, "US", "us"),
        ({"type": "string", "enum": ["us"]}, "fr", None),
        ({"type": "string"}, " Acme ", "Acme"),
        ({"type": "integer"}, "7", 7),
        ({"type": "integer"}, "7.5", None),
        ({"type": "number"}, "7.5", 7.5),
        ({"type": "object"}, "7", None),
        (None, "7", None),
    ],
)
def test_a_products_words_become_what_the_schema_wants_or_are_left_out(
    kind: dict[str, Any] | None, text: str, value: object
) -> None:
    fields = {"value": kind, "language_tag": {}} if kind else {"unit": {}}
    schema = {"properties": {"thing": {"items": {"properties": fields}}}}
    expected = {} if value is None else {"thing": [{"value": value, "language_tag": "en_US"}]}
    assert shape_values(schema, {"thing": text, "unknown": text}, marketplace("US")) == expected


def test_tb_02_what_a_definition_has_against_a_new_listing_is_told_as_advice(database: Database) -> None:
    """TB-02: definitions are kept by their digest, and checking an offer against one is advice."""
    site = marketplace("US")
    terms = {"asin": "B000000001", "condition": "new_new", "price": 1990, "quantity": 3, "fulfillment": "merchant"}
    planned = pa.table(
        {
            **{"id": [1], "seller_sku": ["A"], "field": ["publish"], "after": [1]},
            **{"after_text": [json.dumps(terms)], "product_type": ["LAMP"]},
        }
    )
    with database.write() as connection:
        assert find_complaints(connection, site, planned) == {}
        known = Definition("LAMP", "digest", "U0", {}, 1)
        store_definition(connection, site.id, known, b'{"required": ["batteries_required"]}')
        told = find_complaints(connection, site, planned)
    assert told == {"A": "By its product type's definition: 'batteries_required' is a required property."}
