"""The facts that a decision rests on, both sides', each with the time when it was last read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from channelkit.model.tables import SIGHTINGS_APART
from channelkit.report.sightings import AMAZON, CHANNELKIT, COMMERCE, plain_amount
from channelkit.report.subject import Facts, Subject
from channelkit.report.wording import condition_words, count, duration, moment, money


@dataclass(frozen=True)
class Fact:
    """One fact for a person.

    Arguments:
        side: Amazon, Commerce or channelkit.
        at: when it was last read, or came to hold, in milliseconds since 1970; None where that is not known.
        is_bad: it is what keeps people from buying.
    """

    side: str
    label: str
    value: str
    at: int | None = None
    is_bad: bool = False


@dataclass(frozen=True)
class ReadAt:
    """When each side was last read without a fault: a row that did not change keeps the time of its last change."""

    listings: int | None = None
    products: int | None = None
    stock: int | None = None


def tell_facts(subject: Subject, read: ReadAt) -> list[Fact]:
    """Return what both sides say of a subject, and how the two were linked.

    >>> product = {"name": "Mug", "sku": "M", "type": "simple", "enabled": 1, "price": "5.000000", "observed_at": 1}
    >>> told = tell_facts(Subject("us", "M", False, "M", "M", None, None, product, None, None, "USD", "base"), ReadAt())
    >>> [(fact.label, fact.value) for fact in told][:3]
    [('Product', 'Mug'), ('SKU', 'M'), ('State', 'simple, enabled')]
    """
    facts: list[Fact] = []
    if subject.listing is not None:
        facts += _of_listing(subject.listing, read.listings)
    elif subject.listed:
        facts.append(Fact(AMAZON, "Listing", "not on Amazon yet", read.listings))
    if subject.product is not None:
        facts += _of_product(subject.product, subject.scope or {}, read.products)
        facts += _of_stock(subject, read.stock)
    facts += _of_link(subject)
    return facts


def _of_listing(listing: Facts, read: int | None) -> Iterator[Fact]:
    at = _newest(listing["observed_at"], read)
    yield Fact(AMAZON, "Listing", listing["title"] or "no title", at)
    yield Fact(AMAZON, "ASIN", listing["asin"] or "none", at)
    yield Fact(AMAZON, "Price", money(listing["price"], listing["currency"] or ""), at)
    by_amazon = (listing["fulfillment_channel"] or "").startswith("AMAZON")
    units = "kept by Amazon" if by_amazon and listing["quantity"] is None else count(listing["quantity"])
    yield Fact(AMAZON, "Quantity", units, at, is_bad=listing["quantity"] == 0 and not by_amazon)
    if listing["fulfillment_channel"]:
        yield Fact(AMAZON, "Fulfilled by", "Amazon" if by_amazon else "the merchant", at)
    if listing["condition"]:
        note = f" ({listing['condition_note']})" if listing["condition_note"] else ""
        yield Fact(AMAZON, "Condition", condition_words(listing["condition"]) + note, at)
    if listing.get("handling_days") is not None:
        yield Fact(AMAZON, "Handling", f"{listing['handling_days']} days", at)
    state = [listing["status"] or ""]
    state += [
        words if listing[flag] else f"not {words}"
        for flag, words in (("buyable", "buyable"), ("discoverable", "found in its search"))
        if listing[flag] is not None
    ]
    told = ", ".join(filter(None, state))
    if told:
        is_off = listing["buyable"] == 0 or listing["status"] in ("Inactive", "Incomplete")
        yield Fact(AMAZON, "Status", told, at, is_bad=is_off)
    for issue in json.loads(listing["issues"] or "[]"):
        yield Fact(AMAZON, "Issue", _issue(issue), at, is_bad=str(issue.get("severity", "")).upper() == "ERROR")
    if listing["missing_since"] is not None:
        yield _missing(listing)


def _missing(listing: Facts) -> Fact:
    """Tell from when to when a listing was looked for and not found, and whether that is enough to call it gone."""
    since, last = listing["missing_since"], listing["missing_last"] or listing["missing_since"]
    told = f"looked for and not found since {moment(since)}"
    if last - since < SIGHTINGS_APART:
        told += f"; a second look, {duration(SIGHTINGS_APART / 1000)} later or more, has to agree"
    return Fact(AMAZON, "Missing", told, last, is_bad=True)


def _of_product(product: Facts, scope: Facts, read: int | None) -> Iterator[Fact]:
    at = _newest(product["observed_at"], read)
    yield Fact(COMMERCE, "Product", product["name"] or "no name", at)
    yield Fact(COMMERCE, "SKU", product["sku"], at)
    enabled = scope.get("enabled") if scope.get("enabled") is not None else product["enabled"]
    state = "enabled" if enabled else "disabled"
    where = f" in store view {scope['store_view']}" if scope.get("enabled") is not None else ""
    yield Fact(COMMERCE, "State", f"{product['type'] or 'type not known'}, {state}{where}", at, is_bad=not enabled)
    price = scope.get("price") or product["price"]
    where = f" in store view {scope['store_view']}" if scope.get("price") else ""
    yield Fact(COMMERCE, "Price", f"{plain_amount(price)}{where}" if price else "none", at, is_bad=not price)
    codes = [f"{name.upper()} {product[name]}" for name in _CODES if product.get(name)]
    if codes:
        yield Fact(COMMERCE, "Identifiers", ", ".join(codes), at)
    if product.get("missing_since") is not None:
        gone = product["missing_since"]
        yield Fact(COMMERCE, "Missing", f"not in Commerce since {moment(gone)}", gone, is_bad=True)


_CODES = ("asin", "upc", "ean", "isbn", "gtin", "gcid")


def _of_stock(subject: Subject, read: int | None) -> Iterator[Fact]:
    stock = subject.stock
    if stock is None:
        yield Fact(COMMERCE, "Can be sold", "not read yet", read)
        return
    units, place = count(stock["salable"]), f" on website {subject.website}"
    kept = "" if stock["managed"] is None or stock["managed"] else "; Commerce does not count it"
    is_out = not kept and (stock["salable"] or 0) <= 0
    yield Fact(COMMERCE, "Can be sold", units + place + kept, _newest(stock["observed_at"], read), is_bad=is_out)


def _of_link(subject: Subject) -> Iterator[Fact]:
    tab = subject.tab or {}
    if tab.get("method"):
        by = f" by {tab['linked_by']}" if tab["linked_by"] else ""
        sure = f", {tab['confidence']:.0%} certain" if tab["confidence"] is not None and tab["confidence"] < 1 else ""
        method = tab["method"].replace("_", " ")
        yield Fact(CHANNELKIT, "Linked", f"{tab['evidence'] or ''} ({method}{by}{sure})".strip(), tab["linked_at"])
    elif tab.get("evidence"):
        yield Fact(CHANNELKIT, "Found", tab["evidence"])
    wanted = [
        f"price {money(tab['wanted_price'], subject.currency)}" if tab.get("wanted_price") is not None else "",
        f"quantity {count(tab['wanted_quantity'])}" if tab.get("wanted_quantity") is not None else "",
    ]
    if any(wanted):
        yield Fact(CHANNELKIT, "Wanted", ", ".join(filter(None, wanted)))
    if subject.others:
        yield Fact(CHANNELKIT, "Same product", f"also listed as {', '.join(subject.others)}")


def _issue(issue: dict[str, Any]) -> str:
    words = f"{issue.get('severity', '')} {issue.get('code', '')}".strip()
    return f"{words}: {issue.get('message', '')}".strip(": ")


def _newest(*moments: int | None) -> int | None:
    return max((moment for moment in moments if moment is not None), default=None)
