"""What Amazon's catalog tells of an item, attribute by attribute, in the shapes that attributes have there."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.items import Item, identifiers
from channelkit.sandbox.names import COLOURS


def item_attributes(item: Item, place: Marketplace) -> dict[str, list[dict[str, Any]]]:
    """Return an item's attributes as ``includedData=attributes`` shows them; what it does not have is left out.

    >>> from channelkit.model.marketplaces import marketplace
    >>> item_attributes(Item("B000000001", "Mug, red"), marketplace("US"))["color"]
    [{'value': 'red', 'language_tag': 'en_US', 'marketplace_id': 'ATVPDKIKX0DER'}]
    """
    words = {
        "item_name": [item.title],
        "brand": [item.brand],
        "manufacturer": [item.manufacturer or item.brand],
        "model_number": [item.model],
        "part_number": [item.model],
        "product_description": [item.description],
        "bullet_point": [sentence.strip(" .") for sentence in item.description.split(". ")],
        "color": [next((colour for colour in COLOURS if item.title.endswith(colour)), "")],
    }
    here = {"marketplace_id": place.id}
    found: dict[str, list[dict[str, Any]]] = {
        name: [{"value": text, "language_tag": place.locale, **here} for text in texts if text]
        for name, texts in words.items()
    }
    codes = [(kind.lower(), code) for kind, code in identifiers(item.code)]
    found["externally_assigned_product_identifier"] = [{"type": kind, "value": code, **here} for kind, code in codes]
    # Made of the ASIN, so that the same item always weighs and costs the same.
    chance = crc32(item.asin.encode())
    unit, grams = ("pounds", chance % 80 + 2) if place.region == "na" else ("kilograms", chance % 30 + 1)
    found["item_weight"] = [{"unit": unit, "value": grams / 10, **here}]
    price = chance % 20_000 + 999
    found["list_price"] = [{"currency": place.currency, "value": price / 10**place.digits, **here}]
    return {name: entries for name, entries in found.items() if entries}
