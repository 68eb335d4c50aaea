"""The JSON schemas of product types: the terms of an offer, and for some kinds of things what else must be declared.

They are JSON Schema 2019-09 with words of Amazon's own beside it (selectors, unique items, lengths in bytes), which a
plain validator does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.attributes import UNTAXED

META_SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2019-09/schema",
    "$id": "https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1",
    "title": "Amazon Product Type Definition Meta-Schema",
    "type": "object",
}
CONDITIONS = (
    *("new_new", "new_open_box", "new_oem", "refurbished_refurbished", "club_club"),
    *("used_like_new", "used_very_good", "used_good", "used_acceptable"),
    *("collectible_like_new", "collectible_very_good", "collectible_good", "collectible_acceptable"),
)
OFFER = ("condition_type", "fulfillment_availability", "merchant_suggested_asin", "purchasable_offer")
PRICES = ("our_price", "minimum_seller_allowed_price", "maximum_seller_allowed_price")
DECLARED = {"SPEAKERS": ("batteries_required",)}
"""What some kinds of things must declare, although their item exists."""


def make_schema(
    kind: str, place: Marketplace, requirements: str, is_enforced: bool, more: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the schema of a product type.

    Arguments:
        requirements: LISTING, LISTING_PRODUCT_ONLY or LISTING_OFFER_ONLY.
        is_enforced: whether what is required is said to be.
        more: attributes that are asked for on top.

    >>> from channelkit.model.marketplaces import marketplace
    >>> make_schema("SPEAKERS", marketplace("US"), "LISTING_OFFER_ONLY", True)["required"][-1]
    'batteries_required'
    """
    asked = [*DECLARED.get(kind, ()), *more]
    properties: dict[str, Any] = {}
    required: list[str] = []
    if requirements != "LISTING_OFFER_ONLY":
        properties |= {name: _text(title) for name, title in (("item_name", "Item Name"), ("brand", "Brand"))}
        required += ["item_name", "brand"]
    if requirements != "LISTING_PRODUCT_ONLY":
        properties |= _offer(place)
        required += OFFER
    for name in asked:
        properties[name] = _flag(name) if name.startswith("batteries") else _text(name.replace("_", " ").title())
    schema: dict[str, Any] = {
        "$schema": META_SCHEMA["$id"],
        "$id": f"https://schemas.amazon.com/selling-partners/definitions/product-types/schema/v1/{kind}",
        "$comment": "Amazon Product Type Definition",
        "$defs": {
            "marketplace_id": {
                "title": "Marketplace ID",
                "type": "string",
                "default": place.id,
                "editable": False,
                "hidden": True,
                "enum": [place.id],
                "enumNames": [place.country],
            },
            "language_tag": {
                "title": "Language Tag",
                "type": "string",
                "default": place.locale,
                "enum": [place.locale],
            },
        },
        "type": "object",
        "properties": properties,
        "allOf": [_fulfilled_by_merchant_needs_a_quantity()] if is_enforced else [],
        "additionalProperties": False,
    }
    if is_enforced:
        schema["required"] = [*required, *asked]
    return schema


def _offer(place: Marketplace) -> dict[str, Any]:
    price = {"type": "number", "minimum": 0, "maximum": 1_000_000_000, "title": "Your Price"}
    schedule = _list({"value_with_tax": price}, ["value_with_tax"], most=1)
    taxed = "value" if place.country in UNTAXED else "value_with_tax"
    return {
        "condition_type": _attribute("Item Condition", {"value": _choice(CONDITIONS)}, ["value"]),
        "condition_note": _attribute(
            "Offer Condition Note",
            {
                "language_tag": {"$ref": "#/$defs/language_tag"},
                "value": {"type": "string", "minUtf8ByteLength": 1, "maxUtf8ByteLength": 1000, "title": "Note"},
            },
            ["value"],
            selectors=["marketplace_id", "language_tag"],
        ),
        "merchant_suggested_asin": _attribute(
            "Merchant Suggested ASIN", {"value": {"type": "string", "pattern": "^[A-Z0-9]{10}$"}}, ["value"]
        ),
        "fulfillment_availability": {
            **_list(
                {
                    "fulfillment_channel_code": _choice(("DEFAULT", "AMAZON_NA", "AMAZON_EU", "AMAZON_JP")),
                    "quantity": {"type": "integer", "minimum": 0, "title": "Quantity"},
                    "lead_time_to_ship_max_days": {"type": "integer", "minimum": 0, "title": "Handling Time"},
                },
                ["fulfillment_channel_code"],
            ),
            "title": "Fulfillment Availability",
            "selectors": ["fulfillment_channel_code"],
        },
        "purchasable_offer": _attribute(
            "Purchasable Offer",
            {
                "currency": _choice((place.currency,)),
                "audience": _choice(("ALL", "B2B")),
                **{name: _list({"schedule": schedule}, ["schedule"], most=1) for name in PRICES},
                "discounted_price": _list({"schedule": _sale(price)}, ["schedule"], most=1),
                "quantity_discount_plan": _list({"schedule": _plan()}, ["schedule"], most=1),
            },
            ["currency", "our_price"],
            selectors=["marketplace_id", "currency", "audience"],
        ),
        "list_price": _attribute(
            "List Price",
            {"currency": _choice((place.currency,)), taxed: {**price, "title": "List Price"}},
            ["currency", taxed],
            selectors=["marketplace_id", "currency"],
        ),
        "product_tax_code": _attribute("Product Tax Code", {"value": {"type": "string", "minLength": 1}}, ["value"]),
    }


def _sale(price: Mapping[str, Any]) -> dict[str, Any]:
    day = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
    parts = {"value_with_tax": dict(price), "start_at": day, "end_at": day}
    return _list(parts, list(parts), most=1)


def _plan() -> dict[str, Any]:
    levels = {"lower_bound": {"type": "integer", "minimum": 2}, "value": {"type": "number", "exclusiveMinimum": 0}}
    parts = {"discount_type": _choice(("fixed", "percent")), "levels": {**_list(levels, list(levels)), "maxItems": 5}}
    return _list(parts, list(parts), most=1)


def _attribute(
    title: str, parts: Mapping[str, Any], required: Sequence[str], selectors: Sequence[str] = ("marketplace_id",)
) -> dict[str, Any]:
    properties = {**parts, "marketplace_id": {"$ref": "#/$defs/marketplace_id"}}
    entries = _list(properties, [*required, "marketplace_id"], most=1)
    return {"title": title, "description": f"Provide the {title}.", **entries, "selectors": list(selectors)}


def _list(properties: Mapping[str, Any], required: Sequence[str], most: int | None = None) -> dict[str, Any]:
    counted = {} if most is None else {"maxUniqueItems": most}
    entry = {"type": "object", "required": list(required), "properties": dict(properties)}
    return {"type": "array", "minItems": 1, "minUniqueItems": 1, **counted, "items": entry}


def _choice(values: Sequence[str]) -> dict[str, Any]:
    names = [value.replace("_", " ").title() for value in values]
    return {"type": "string", "enum": list(values), "enumNames": names}


def _text(title: str) -> dict[str, Any]:
    value = {"type": "string", "minLength": 1, "maxLength": 500}
    return _attribute(title, {"language_tag": {"$ref": "#/$defs/language_tag"}, "value": value}, ["value"])


def _flag(name: str) -> dict[str, Any]:
    titles = {"batteries_required": "Are batteries required?", "batteries_included": "Are batteries included?"}
    value = {"type": "boolean", "enum": [False, True], "enumNames": ["No", "Yes"]}
    return _attribute(titles.get(name, name), {"value": value}, ["value"])


def _fulfilled_by_merchant_needs_a_quantity() -> dict[str, Any]:
    by_merchant = {
        "required": ["fulfillment_channel_code"],
        "properties": {"fulfillment_channel_code": {"const": "DEFAULT"}},
    }
    return {
        "if": {
            "required": ["fulfillment_availability"],
            "properties": {"fulfillment_availability": {"contains": by_merchant}},
        },
        "then": {
            "properties": {
                "fulfillment_availability": {"items": {"if": by_merchant, "then": {"required": ["quantity"]}}}
            }
        },
    }
