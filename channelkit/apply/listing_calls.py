"""What a plan's changes become on the wire: one call for each listing, or none where it was made already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, TypedDict, cast

import msgspec
import pyarrow as pa

from channelkit.amazon.client import Amazon
from channelkit.amazon.listings import find_listing
from channelkit.amazon.offers import patch_offer
from channelkit.amazon.operations import PUT_LISTING
from channelkit.amazon.publishing import Offer, delete_listing, put_listing
from channelkit.amazon.submission import ACCEPTED, Submission
from channelkit.errors import RefusedError
from channelkit.model.changes import (
    BUSINESS,
    CONDITION,
    END,
    FULFILLMENT,
    HANDLING,
    LIST_PRICE,
    NOTES,
    PRICE,
    PUBLISH,
    QUANTITY,
    SALE,
)
from channelkit.model.marketplaces import Marketplace

PATCH = "patch"

THERE = "It was there already with this ASIN, so nothing was sent. The next plan compares its terms."
UNMATCHED = "It was there already, and Amazon has not said yet which ASIN it is; nothing was sent."
GONE = "Amazon has it no more."
NO_PREVIEW = "Amazon offers no preview of an ending."


class Terms(msgspec.Struct):
    """The terms of a new listing as its change in the journal tells them; the price in minor units."""

    asin: str
    condition: str
    price: int
    fulfillment: str
    quantity: int | None = None
    notes: str | None = None
    handling: int | None = None
    product_type: str | None = None
    attributes: dict[str, list[dict[str, Any]]] = {}
    tax_code: str | None = None


class ChangedTerms(TypedDict, total=False):
    """What is to change of a listing's terms; prices with their currency's decimals."""

    price: Decimal
    quantity: int
    condition: str
    notes: str
    handling: int
    fulfillment: str
    business: str
    sale: str
    list_price: Decimal


@dataclass(frozen=True)
class ListingCall:
    """What leaves for one listing in one call.

    Arguments:
        kind: publish, end, or patch for everything else.
        rows: the journal's rows: ``id, seller_sku, field, after, after_text, product_type``.
    """

    seller_sku: str
    kind: str
    rows: list[dict[str, Any]]

    @property
    def ids(self) -> list[int]:
        return [row["id"] for row in self.rows]

    @property
    def product_type(self) -> str:
        """Amazon's product type; empty where it is not known."""
        return str(self.rows[0].get("product_type") or "")


@dataclass(frozen=True)
class Caller:
    """Makes the calls in one marketplace of one seller account."""

    amazon: Amazon
    marketplace: Marketplace

    def look(self, call: ListingCall) -> Mapping[str, Any] | None:
        """Return what stands on Amazon where a new listing is to come, or None where nothing does.

        Only a creation is looked up: it would take the place of whatever is there.

        Raises:
            RemoteError: it could not be looked up; nothing was sent.
        """
        if call.kind != PUBLISH:
            return None
        return find_listing(self.amazon, self.marketplace, call.seller_sku)

    def send(self, call: ListingCall, there: Mapping[str, Any] | None) -> Submission:
        """Make the call.

        Arguments:
            there: what `look` found.

        Raises:
            RefusedError: Amazon does not take it, or the seller SKU is another item's; the message says so.
        """
        if call.kind == END:
            return self._end(call.seller_sku)
        if call.kind == PUBLISH:
            return self._publish(call, there)
        return self._patch(call, preview=False)

    def preview(self, call: ListingCall) -> Submission | None:
        """Let Amazon say what it would say to the call, and change nothing; None where it offers no preview.

        Raises:
            RefusedError: it cannot be sent at all.
        """
        if call.kind == END:
            return None
        if call.kind == PUBLISH:
            terms = read_terms(call)
            there = self.look(call)
            return _there(there, terms) if there else self._put(call, terms, preview=True)
        return self._patch(call, preview=True)

    def _publish(self, call: ListingCall, there: Mapping[str, Any] | None) -> Submission:
        terms = read_terms(call)
        return _there(there, terms) if there else self._put(call, terms, preview=False)

    def _put(self, call: ListingCall, terms: Terms, *, preview: bool) -> Submission:
        offer = offer_of(call, terms, self.marketplace)
        return put_listing(self.amazon, self.marketplace, call.seller_sku, offer, preview=preview)

    def _end(self, sku: str) -> Submission:
        try:
            return delete_listing(self.amazon, self.marketplace, sku)
        except RefusedError:
            # Whatever Amazon calls its reason: what is not there has ended.
            if find_listing(self.amazon, self.marketplace, sku) is not None:
                raise
            return Submission(ACCEPTED, "", "", note=GONE)

    def _patch(self, call: ListingCall, *, preview: bool) -> Submission:
        wanted = changed_terms(call, self.marketplace)
        return patch_offer(self.amazon, self.marketplace, call.seller_sku, call.product_type, **wanted, preview=preview)


def read_calls(changes: pa.Table) -> Iterator[ListingCall]:
    """Yield the calls that a plan's changes become, in the order in which the plan first names each listing.

    Arguments:
        changes: ``id, seller_sku, field, after, after_text, product_type``.
    """
    rows = changes.to_pylist()
    first: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        first.setdefault(_key(row), place)
    rows.sort(key=lambda row: first[_key(row)])
    for (sku, kind), group in groupby(rows, key=_key):
        yield ListingCall(sku, kind, list(group))


def changed_terms(call: ListingCall, marketplace: Marketplace) -> ChangedTerms:
    """Return what a call's patches change, as `channelkit.amazon.offers.write_patches` takes it."""
    terms: dict[str, Any] = {}
    for row in call.rows:
        field, number = row["field"], row["after"]
        if field in (PRICE, LIST_PRICE):
            terms[field] = _money(number, marketplace)
        elif field in (QUANTITY, HANDLING):
            terms[field] = number
        elif field in (CONDITION, NOTES, FULFILLMENT, BUSINESS, SALE):
            # What is to be nothing is to go: a note, a sale, what businesses pay.
            terms[field] = row["after_text"] or ""
    return cast("ChangedTerms", terms)


def read_terms(call: ListingCall) -> Terms:
    """Return the terms of a new listing.

    Raises:
        RefusedError: one of them is missing.
    """
    try:
        return msgspec.json.decode(call.rows[0]["after_text"] or "{}", type=Terms)
    except msgspec.DecodeError as error:
        raise RefusedError(
            f"The new listing {call.seller_sku!r} lacks a term: {error}. Nothing was sent.",
            "Look at the product with explain, then plan anew.",
            system="amazon",
            operation=PUT_LISTING.name,
            code="NoTerms",
        ) from error


def offer_of(call: ListingCall, terms: Terms, marketplace: Marketplace) -> Offer:
    """Return the offer that a new listing makes."""
    return Offer(
        asin=terms.asin,
        condition=terms.condition,
        price=_money(terms.price, marketplace),
        quantity=terms.quantity,
        fulfillment=terms.fulfillment,
        notes=terms.notes or "",
        handling=terms.handling,
        product_type=terms.product_type or call.product_type,
        attributes=terms.attributes,
        tax_code=terms.tax_code or "",
    )


def _money(minor: int, marketplace: Marketplace) -> Decimal:
    return Decimal(minor).scaleb(-marketplace.digits)


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row["seller_sku"]), row["field"] if row["field"] in (PUBLISH, END) else PATCH


def _there(there: Mapping[str, Any], terms: Terms) -> Submission:
    """Return that nothing need be sent, because the listing is there.

    Raises:
        RefusedError: the seller SKU is another item's; its listing is never overwritten.
    """
    asin = there["asin"]
    if asin is None:
        return Submission(ACCEPTED, "", "", note=UNMATCHED)
    if asin == terms.asin:
        return Submission(ACCEPTED, "", "", note=THERE)
    raise RefusedError(
        f"Seller SKU {there['seller_sku']!r} is on Amazon with ASIN {asin}, not {terms.asin}; nothing was sent.",
        "End that listing first, or list the product under another seller SKU.",
        system="amazon",
        operation=PUT_LISTING.name,
        code="OtherAsin",
    )
