"""What a client submits to a listing: judged as Amazon judges it, before anything is accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon import attributes
from channelkit.sandbox.amazon.attributes import ASIN, AVAILABILITY, CONDITION, LIST_PRICE, NOTE, OFFER
from channelkit.sandbox.amazon.definition_schemas import DECLARED
from channelkit.sandbox.amazon.items import Item, Items
from channelkit.sandbox.amazon.listings import Issue
from channelkit.sandbox.amazon.price_judgement import INVALID_VALUE, MISSING_ATTRIBUTE, judge_list_price, judge_offer
from channelkit.sandbox.amazon.refusal import invalid

LARGEST_QUANTITY = 2**31 - 1
LONGEST_NOTE, LONGEST_LEAD = 1_000, 365
NETWORK = "AMAZON_"
"""How the channels begin that Amazon fulfils."""

PREFIX = "/attributes/"


class Patch(msgspec.Struct, frozen=True):
    """One patch of a listing, as it stands in the request."""

    op: str
    path: str
    value: list[dict[str, Any]] = []

    @property
    def name(self) -> str:
        """The attribute that it patches."""
        return self.path.removeprefix(PREFIX)


class PatchRequest(msgspec.Struct, frozen=True):
    """The body of patchListingsItem."""

    productType: str
    patches: list[Patch]


class PutRequest(msgspec.Struct, frozen=True):
    """The body of putListingsItem."""

    productType: str
    attributes: dict[str, list[dict[str, Any]]]
    requirements: str = "LISTING"


def check_patches(request: PatchRequest) -> None:
    """Refuse a request whose form is wrong.

    Raises:
        Refusal: 400, with words on the first thing that is wrong.
    """
    if not request.productType:
        raise invalid("The productType is empty.")
    if not request.patches:
        raise invalid("A patch request needs at least one patch.")
    for patch in request.patches:
        if patch.op not in {"add", "replace", "merge", "delete"}:
            raise invalid(f"The patch operation {patch.op!r} is not one of add, replace, merge, delete.")
        if not patch.path.startswith(PREFIX) or "/" in patch.name or not patch.name:
            raise invalid(f"The path {patch.path!r} does not name one top-level attribute, as in /attributes/name.")
        if patch.op != "delete" and not patch.value:
            raise invalid(f"The patch of {patch.path!r} needs a value.")


def judge(name: str, document: Sequence[Mapping[str, Any]], marketplace: Marketplace) -> list[Issue]:
    """Return Amazon's complaints about a value that is to become an attribute's."""
    if name == OFFER:
        return [issue for entry in document for issue in judge_offer(entry, marketplace)]
    if name == LIST_PRICE:
        return [issue for entry in document for issue in judge_list_price(entry, marketplace)]
    if name == AVAILABILITY:
        return [issue for entry in document for issue in _judge_availability(entry, marketplace)]
    if name in (CONDITION, NOTE):
        return [issue for entry in document for issue in _judge_word(name, entry, marketplace)]
    return []


def judge_patches(patches: Sequence[Patch], marketplace: Marketplace) -> list[Issue]:
    """Return Amazon's complaints about patches."""
    issues: list[Issue] = []
    for patch in patches:
        if patch.op != "delete":
            issues += judge(patch.name, patch.value, marketplace)
        elif patch.name == CONDITION:
            issues.append(_complaint(MISSING_ATTRIBUTE, f"{CONDITION!r} is required.", CONDITION, "MISSING_ATTRIBUTE"))
    return issues


def judge_put(request: PutRequest, items: Items, known: Item | None, marketplace: Marketplace) -> list[Issue]:
    """Return Amazon's complaints about a new offer for an item of its catalog.

    Arguments:
        known: the item that the seller SKU is already.
    """
    issues = _judge_offer_only(request)
    for name, document in request.attributes.items():
        issues += judge(name, document, marketplace)
    if any(issue.attributes == (ASIN,) for issue in issues):
        return issues
    item = suggested(request, items)
    if item is None:
        words = "The ASIN in 'merchant_suggested_asin' is not in Amazon's catalog."
        issues.append(_complaint("8541", words, ASIN, "INVALID_ATTRIBUTE"))
    elif item.parent:
        words = f"ASIN {item.asin} is the parent of variations; only its variations can be offered."
        issues.append(_complaint("8541", words, ASIN, "INVALID_ATTRIBUTE"))
    elif known is not None and known.asin != item.asin:
        words = f"The SKU is ASIN {known.asin} already and cannot become {item.asin}."
        issues.append(_complaint("8541", words, ASIN, "DUPLICATE"))
    issues += [
        _complaint(MISSING_ATTRIBUTE, f"{name!r} is required but missing.", name, "MISSING_ATTRIBUTE")
        for name in DECLARED.get(request.productType, ())
        if not request.attributes.get(name)
    ]
    return issues


def suggested(request: PutRequest, items: Items) -> Item | None:
    """Return the item that an offer names."""
    entries = request.attributes.get(ASIN) or [{}]
    return items.find(str(entries[0].get("value")))


def _judge_word(name: str, entry: Mapping[str, Any], marketplace: Marketplace) -> list[Issue]:
    value = entry.get("value")
    if entry.get("marketplace_id") != marketplace.id:
        return [_complaint(MISSING_ATTRIBUTE, f"'marketplace_id' must be {marketplace.id}.", name, "MISSING_ATTRIBUTE")]
    if not isinstance(value, str) or not value:
        return [_complaint(MISSING_ATTRIBUTE, f"{name!r} needs a value.", name, "MISSING_ATTRIBUTE")]
    if name == CONDITION and value not in attributes.NUMBERS:
        return [_complaint(INVALID_VALUE, f"{value!r} is not a valid value of {name!r}.", name, "INVALID_ATTRIBUTE")]
    if name == NOTE and len(value) > LONGEST_NOTE:
        words = f"{name!r} has more than {LONGEST_NOTE} characters."
        return [_complaint(INVALID_VALUE, words, name, "INVALID_ATTRIBUTE")]
    return []


def _judge_availability(entry: Mapping[str, Any], marketplace: Marketplace) -> list[Issue]:
    channel, quantity = entry.get("fulfillment_channel_code"), entry.get("quantity")
    if not isinstance(channel, str) or not channel:
        words = "'fulfillment_channel_code' is required but missing."
        return [_complaint(MISSING_ATTRIBUTE, words, AVAILABILITY, "MISSING_ATTRIBUTE")]
    if channel.startswith(NETWORK):
        return _judge_network(channel, entry, marketplace)
    days = entry.get("lead_time_to_ship_max_days", 1)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= LONGEST_LEAD:
        words = f"'lead_time_to_ship_max_days' must be a whole number from 0 to {LONGEST_LEAD}."
        return [_complaint(INVALID_VALUE, words, AVAILABILITY, "INVALID_ATTRIBUTE")]
    if "quantity" not in entry:
        return []
    if not isinstance(quantity, int) or isinstance(quantity, bool) or not 0 <= quantity <= LARGEST_QUANTITY:
        words = f"'quantity' must be a whole number from 0 to {LARGEST_QUANTITY}."
        return [_complaint(INVALID_VALUE, words, AVAILABILITY, "INVALID_ATTRIBUTE")]
    return []


def _judge_network(channel: str, entry: Mapping[str, Any], marketplace: Marketplace) -> list[Issue]:
    words = ""
    if channel not in _networks(marketplace):
        words = f"Invalid enumerated value '{channel}' for attribute '{AVAILABILITY}'."
    elif len(entry) > 1:
        words = "Amazon counts and ships what it fulfils itself: neither quantity nor lead time can be set for it."
    return [_complaint(INVALID_VALUE, words, AVAILABILITY, "INVALID_ATTRIBUTE")] if words else []


def _networks(marketplace: Marketplace) -> tuple[str, ...]:
    """Return what Amazon's own fulfilment is called: one network for a continent, elsewhere one for a country."""
    regions = {"na": (f"{NETWORK}NA",), "eu": (f"{NETWORK}EU",), "fe": ()}
    return (*regions[marketplace.region], f"{NETWORK}{marketplace.country}")


def _judge_offer_only(request: PutRequest) -> list[Issue]:
    """Return Amazon's complaints about what an offer for an existing catalog item lacks."""
    return [
        _complaint(MISSING_ATTRIBUTE, f"'{name}' is required but missing.", name, "MISSING_ATTRIBUTE")
        for name in (ASIN, CONDITION, OFFER, AVAILABILITY)
        if not request.attributes.get(name)
    ]


def _complaint(code: str, message: str, attribute: str, category: str) -> Issue:
    return Issue(code, message, "ERROR", (category,), (attribute,))


def unknown_sku(sku: str, marketplace: Marketplace) -> Issue:
    """Return the complaint about a write to a listing that is not there."""
    return Issue(
        "13013", f"SKU {sku!r} does not exist in marketplace {marketplace.id}.", "ERROR", ("INVALID_ATTRIBUTE",)
    )
