"""Whether Commerce lets the integration in, which rights it has, and what it limits (ON-02)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from channelkit.commerce.client import Commerce, page_limit
from channelkit.commerce.criteria import Filter, Query, any_sku, search_criteria
from channelkit.commerce.operations import (
    EXPORT_SALABLE,
    LIST_ATTRIBUTES,
    LIST_PRODUCTS,
    LIST_STORE_VIEWS,
    LIST_WEBSITES,
)
from channelkit.errors import AuthError, ChannelkitError, RefusedError, RemoteError
from channelkit.model.calls import Operation
from channelkit.onboarding.accounts import check_clock
from channelkit.onboarding.finding import Finding
from channelkit.settings.sections import CommerceSettings, StoreSettings

SUBJECT = "Commerce"
BEYOND = 2_147_000_000
"""A product number that none has: a search beyond it answers at once, and is still held to the limit of a page."""

LIMITED_PAGE, LIMITED_LIST = 300, 20
"""Magento's usual limits where limits are on: rows of a page, and items of a list in one request."""

_RESOURCE = re.compile(r"authorized to access (?:the )?(.+?)[.;]")
_NO_RIGHT = "MissingPermission"

_KEYS = {
    "consumer having the specified key": ("consumer_key", "Commerce knows no integration with this consumer key."),
    "token does not exist": ("access_token", "Commerce does not know the access token: it was made anew, or deleted."),
    "token has been revoked": ("access_token", "The access token was revoked: the integration was switched off."),
    "signature is invalid": ("consumer_secret", "A secret is wrong: Commerce knows the keys, not the signature."),
}
"""What Magento says of a signed call, and which setting that means."""


@dataclass(frozen=True)
class Shop:
    """What Commerce told of itself.

    Arguments:
        websites, store_views: codes; None where it could not be asked.
        largest_page: rows of a page at the most; None where nothing is limited, or nobody could ask.
    """

    findings: tuple[Finding, ...]
    websites: frozenset[str] | None = None
    store_views: frozenset[str] | None = None
    largest_page: int | None = None


def open_shop(commerce: Commerce, section: CommerceSettings, websites: Sequence[str]) -> Shop:
    """Call what a cycle calls, and say in words what is wrong where that fails.

    Arguments:
        websites: codes of the websites whose stock is read.
    """
    refused: dict[str, AuthError] = {}
    answers: dict[str, Any] = {}
    for operation, query, path in _probes(websites):
        try:
            answers[operation.name] = commerce.call(operation, query, path=path)
        except AuthError as error:
            if error.code != _NO_RIGHT:
                return Shop((_unknown(error, section), *_clock(commerce, error)))
            refused[operation.name] = error
        except ChannelkitError as error:
            if not answers and not refused:
                return Shop((_unreachable(error, section), *_clock(commerce)))
            answers[operation.name] = error
    if not answers:
        return Shop((_shut_out(refused, section), *_clock(commerce)))
    findings = [_missing_right(error) for error in refused.values()]
    findings += [
        Finding(SUBJECT, "fail", error.what, error.fix) for error in answers.values() if isinstance(error, RemoteError)
    ]
    known = {
        name: frozenset(str(row["code"]) for row in answers[operation.name] if int(row["id"]))
        if isinstance(answers.get(operation.name), list)
        else None
        for name, operation in (("websites", LIST_WEBSITES), ("store_views", LIST_STORE_VIEWS))
    }
    if not findings:
        words = ", ".join(sorted(known["websites"] or ()))
        findings.append(Finding(SUBJECT, "ok", f"It lets the integration in, with every right; websites {words}."))
    largest = None
    if LIST_PRODUCTS.name not in refused:
        found, largest = check_limits(commerce, section.page_size)
        findings.append(found)
    return Shop((*findings, *_clock(commerce)), known["websites"], known["store_views"], largest)


def check_scopes(shop: Shop, store: str, section: StoreSettings) -> list[Finding]:
    """Tell whether a store's website and store view are there."""
    findings = []
    for kind, code, known in (
        ("website", section.website, shop.websites),
        ("store view", section.store_view, shop.store_views),
    ):
        if code and known is not None and code not in known:
            words = f"Commerce has no {kind} {code!r}; it has: {', '.join(sorted(known))}."
            fix = "Mend it in the settings." if kind == "store view" else "Delete the store and add it anew."
            findings.append(Finding(f"store {store}", "fail", words, fix))
    return findings


def check_limits(commerce: Commerce, page_size: int) -> tuple[Finding, int | None]:
    """Find out whether this Commerce limits what one request may hold, without reading a product.

    Returns:
        What was found, and rows of a page at the most.
    """
    subject = f"{SUBJECT}: limits"
    groups = [[Filter("entity_id", str(BEYOND), "gt")]]
    try:
        query = search_criteria(groups, page_size=10_000, order="entity_id", fields="items[id],total_count")
        commerce.call(LIST_PRODUCTS, query)
    except RefusedError as error:
        largest = page_limit(error)
        if largest is None:
            return Finding(subject, "warn", error.what, error.fix), None
        commerce.page_size.largest = largest
        words = (
            f"Input limits are on: pages of at most {largest} rows, and, where nobody set otherwise, lists of "
            f"{LIMITED_LIST} in one request and 5,000 in one that is queued. Both are kept to."
        )
        if page_size > largest:
            return Finding(subject, "warn", words, f"Write page_size = {largest} under [commerce]."), largest
        return Finding(subject, "ok", words), largest
    except ChannelkitError as error:
        return Finding(subject, "warn", error.what, error.fix), None
    return Finding(subject, "ok", "Input limits are off."), None


def _probes(websites: Sequence[str]) -> list[tuple[Operation, Query | None, Mapping[str, str] | None]]:
    none = search_criteria([[Filter("entity_id", str(BEYOND), "gt")]], page_size=1, order="entity_id")
    one = search_criteria([[Filter("attribute_code", "sku")]], page_size=1, fields="items[attribute_code],total_count")
    probes: list[tuple[Operation, Query | None, Mapping[str, str] | None]] = [
        (LIST_WEBSITES, None, None),
        (LIST_STORE_VIEWS, None, None),
        (LIST_PRODUCTS, none, None),
        (LIST_ATTRIBUTES, one, None),
    ]
    if websites:
        probes.append((EXPORT_SALABLE, search_criteria([any_sku(["-"])], page_size=1), {"website": websites[0]}))
    return probes


def _missing_right(error: AuthError) -> Finding:
    resource = _resource(error)
    fix = (
        f"In Commerce under System > Integrations > the integration > API allow {resource}, save, and activate the "
        "integration again (its keys may change)."
    )
    return Finding(SUBJECT, "fail", f"The integration lacks the right {resource} ({error.operation}).", fix)


def _shut_out(refused: Mapping[str, AuthError], section: CommerceSettings) -> Finding:
    """Say what it means that not one call was allowed: Commerce says the same 401 to a stranger."""
    resources = ", ".join(dict.fromkeys(map(_resource, refused.values())))
    if section.auth == "bearer":
        return Finding(
            SUBJECT,
            "fail",
            "It does not take the token: bearer tokens are switched off there, or the token was revoked.",
            "Allow them in Commerce under Stores > Configuration > Services > OAuth > Consumer Settings (Allow OAuth "
            'Access Tokens to be used as standalone Bearer tokens), or write auth = "oauth1" under [commerce].',
        )
    return Finding(
        SUBJECT,
        "fail",
        f"The integration has none of the rights that are needed: {resources}.",
        "Allow them in Commerce under System > Integrations > the integration > API, and activate it again.",
    )


def _unknown(error: AuthError, section: CommerceSettings) -> Finding:
    """Say which key is wrong."""
    if error.code == "ClockSkew":
        words = "It refuses the time of our signatures: this machine's clock is ahead of the shop's."
        return Finding(SUBJECT, "fail", words, "Set this machine's clock by the network; ask that the shop's is, too.")
    if section.auth == "ims":
        fix = "Check client_id, client_secret and organization under [commerce] against Adobe's Developer Console."
        return Finding(SUBJECT, "fail", error.what, fix)
    for said, (key, words) in _KEYS.items():
        if said in error.what:
            fix = f"Look under System > Integrations, activate the integration, and check {key} under [commerce]."
            return Finding(SUBJECT, "fail", words, fix)
    return Finding(SUBJECT, "fail", error.what, error.fix)


def _unreachable(error: ChannelkitError, section: CommerceSettings) -> Finding:
    """Say what kind of address it is where no Commerce answered."""
    if not isinstance(error, RemoteError):
        return Finding(SUBJECT, "fail", error.what, error.fix)
    address = f"{section.url.rstrip('/')}/rest/all/V1/store/websites"
    host = urlsplit(section.url).netloc or section.url
    look = f"Open {address} in a browser, and mend url under [commerce]: the base address, without /rest."
    if error.code == "Redirected":
        return Finding(SUBJECT, "fail", f"{host} leads to another address.", error.fix)
    if error.status is None:
        return Finding(SUBJECT, "fail", f"Nothing answers at {host}.", f"Is the shop up, and the name right? {look}")
    if error.status == 502:
        words = f"{host} answers with a page and not with JSON: it is no Commerce, or the shop is being maintained."
        return Finding(SUBJECT, "fail", words, look)
    if error.status == 404:
        return Finding(SUBJECT, "fail", f"{host} answers, and there is no Commerce at this address.", look)
    return Finding(SUBJECT, "fail", error.what, error.fix or look)


def _clock(commerce: Commerce, error: AuthError | None = None) -> tuple[Finding, ...]:
    if error is not None and error.code == "ClockSkew" and commerce.transport.skew is None:
        return ()
    return check_clock(f"{SUBJECT}: clock", commerce.transport.skew, "Commerce")


def _resource(error: AuthError) -> str:
    found = _RESOURCE.search(f"{error.what};")
    return found[1] if found else "that it asks for"
