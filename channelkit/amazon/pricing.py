"""What others ask for the same items, in batches (Product Pricing v2022-05-01, and v0 for sellers' feedback).

A batch is answered 200 while single questions in it fail: each answer is read by its own status, and what was not
answered is told by its name, beside what was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from channelkit.amazon.client import Amazon, field_of, read_error
from channelkit.amazon.operations import GET_COMPETITIVE_SUMMARY, GET_EXPECTED_PRICES, GET_ITEM_OFFERS
from channelkit.amazon.pricing_rows import (
    read_expected,
    read_featured,
    read_offer,
    read_old_featured,
    read_old_offer,
)
from channelkit.model.calls import Operation
from channelkit.model.competition import OFFER_CONDITIONS, Expected, Offer
from channelkit.model.marketplaces import Marketplace
from channelkit.wire import quote_segment

ITEMS_AT_ONCE, SKUS_AT_ONCE = 20, 40
"""The most items, and the most seller SKUs, that one call asks about."""

UNREADABLE = "Unreadable"
"""The code of an answer that is not in the form that Amazon documents."""

_SUMMARY = "/products/pricing/2022-05-01/items/competitiveSummary"
_EXPECTED = "/products/pricing/2022-05-01/offer/featuredOfferExpectedPrice"
_INPUTS = [{"itemCondition": condition, "offerType": "Consumer"} for condition in OFFER_CONDITIONS]

Key = TypeVar("Key")
Found = TypeVar("Found")


class Refused(NamedTuple):
    """A question of a batch that was not answered.

    Arguments:
        name: the ASIN or seller SKU that it was about.
        status: as an answer of its own would have had it.
    """

    name: str
    status: int
    code: str
    message: str

    @property
    def is_lasting(self) -> bool:
        """The same question would be refused again."""
        return 400 <= self.status < 500 and self.status not in (408, 429)


@dataclass
class Answers(Generic[Key, Found]):
    """What a batch brought: answers by what was asked about, and what was not answered."""

    found: dict[Key, Found] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


class ItemOffers(NamedTuple):
    """The lowest offers for an item, twenty of each condition at the most, and the featured one."""

    offers: tuple[Offer, ...]
    featured: Offer | None


def read_summaries(amazon: Amazon, place: Marketplace, asins: Sequence[str]) -> Answers[str, ItemOffers]:
    """Return the lowest offers for items in all conditions, and which is featured among the new ones.

    Arguments:
        asins: twenty at the most.

    Raises:
        RemoteError: Amazon did not answer, or refused the batch as a whole.
    """
    asked = [
        {
            "asin": asin,
            "marketplaceId": place.id,
            "includedData": ["featuredBuyingOptions", "lowestPricedOffers"],
            "lowestPricedOffersInputs": _INPUTS,
            "method": "GET",
            "uri": _SUMMARY,
        }
        for asin in asins
    ]

    def read(body: Mapping[str, Any]) -> ItemOffers:
        parts = body.get("lowestPricedOffers") or ()
        documents = (document for part in parts for document in part.get("offers") or ())
        offers = tuple(read_offer(document, place, amazon.seller_id) for document in documents)
        return ItemOffers(offers, read_featured(body.get("featuredBuyingOptions") or (), place, amazon.seller_id))

    return _ask(amazon, GET_COMPETITIVE_SUMMARY, asked, list(asins), read)


def read_item_offers(
    amazon: Amazon, place: Marketplace, pairs: Sequence[tuple[str, str]]
) -> Answers[tuple[str, str], ItemOffers]:
    """Return the lowest offers for items, each in one condition, with their sellers' feedback, and the featured one.

    Arguments:
        pairs: ASIN and condition; twenty at the most.

    Raises:
        RemoteError: as for `read_summaries`.
    """
    asked = [
        {
            "MarketplaceId": place.id,
            "ItemCondition": condition,
            "CustomerType": "Consumer",
            "method": "GET",
            "uri": f"/products/pricing/v0/items/{quote_segment(asin)}/offers",
        }
        for asin, condition in pairs
    ]

    def read(body: Mapping[str, Any]) -> ItemOffers:
        payload = body["payload"]
        condition, seller_id = str(payload["ItemCondition"]), amazon.seller_id
        offers = tuple(read_old_offer(each, condition, place, seller_id) for each in payload["Offers"])
        featured = next((offer for offer in offers if offer.featured), None)
        return ItemOffers(offers, featured or read_old_featured(payload["Summary"], condition, place, seller_id))

    return _ask(amazon, GET_ITEM_OFFERS, asked, list(pairs), read)


def read_expected_prices(amazon: Amazon, place: Marketplace, seller_skus: Sequence[str]) -> Answers[str, Expected]:
    """Return the price at or below which Amazon expects each of our offers to be featured, or why there is none.

    Arguments:
        seller_skus: forty at the most.

    Raises:
        RemoteError: as for `read_summaries`.
    """
    asked = [{"marketplaceId": place.id, "sku": sku, "method": "GET", "uri": _EXPECTED} for sku in seller_skus]
    return _ask(amazon, GET_EXPECTED_PRICES, asked, list(seller_skus), lambda body: read_expected(body, place))


def _ask(
    amazon: Amazon,
    operation: Operation,
    asked: Sequence[Mapping[str, Any]],
    keys: Sequence[Key],
    read: Callable[[Mapping[str, Any]], Found],
) -> Answers[Key, Found]:
    """Ask a batch, and put each answer to its question: by its name, since nothing promises their order."""
    answers: Answers[Key, Found] = Answers()
    if not asked:
        return answers
    responses = field_of(amazon.transport.call(operation, body={"requests": asked}).body, "responses", operation.name)
    left = dict(zip((_name(key) for key in keys), keys, strict=True))
    for place, response in enumerate(responses if isinstance(responses, list) else ()):
        try:
            name = _named(response) or _name(keys[place])
            key = left.pop(name)
        except (AttributeError, LookupError, TypeError):
            continue
        _take(answers, name, key, response, read)
    for name in left:
        answers.refused.append(Refused(name[0], 500, UNREADABLE, "the answer leaves it out"))
    return answers


def _take(
    answers: Answers[Key, Found],
    name: tuple[str, str],
    key: Key,
    response: Mapping[str, Any],
    read: Callable[[Mapping[str, Any]], Found],
) -> None:
    """Put one answer of a batch where it belongs: to what was found, or to what was refused."""
    try:
        body, status = response["body"], int((response.get("status") or {}).get("statusCode") or 200)
        if status >= 400:
            answers.refused.append(Refused(name[0], status, *read_error(body)))
            return
        answers.found[key] = read(body)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        words = "the answer is not in the form that Amazon documents"
        answers.refused.append(Refused(name[0], 500, UNREADABLE, words))


def _name(key: object) -> tuple[str, str]:
    return (str(key[0]), str(key[1])) if isinstance(key, tuple) else (str(key), "")


def _named(response: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return what an answer says that it is about; None where it does not say."""
    request: Mapping[str, Any] = response.get("request") or {}
    body: Mapping[str, Any] = response.get("body") or {}
    if "Asin" in request:
        return str(request["Asin"]), str(request["ItemCondition"])
    name = request.get("sku") or body.get("asin")
    return (str(name), "") if name else None
