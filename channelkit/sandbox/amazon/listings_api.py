"""Listings Items v2021-08-01: read, search, patch, put, delete."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from channelkit.sandbox.amazon import submissions
from channelkit.sandbox.amazon.call import Call, Reply, page_token, token_parts
from channelkit.sandbox.amazon.listing_answers import shown, shown_issue
from channelkit.sandbox.amazon.listings import Issue, Listing, Shelf
from channelkit.sandbox.amazon.refusal import Refusal, invalid
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.amazon.submissions import PatchRequest, PutRequest
from channelkit.sandbox.faults import Faults

INCLUDED = (
    "summaries",
    "attributes",
    "issues",
    "offers",
    "fulfillmentAvailability",
    "procurement",
    "relationships",
    "productTypes",
)
KINDS = ("ASIN", "EAN", "FNSKU", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC")
LARGEST_PAGE, MOST_IDENTIFIERS, MOST_RESULTS = 20, 20, 1000
_SEARCHES_KEPT = 256


class ListingsApi:
    """Answers the calls on listings."""

    def __init__(self, state: AmazonState, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._searches: OrderedDict[str, tuple[list[str], int]] = OrderedDict()
        self._searched = 0

    def get(self, call: Call) -> Reply:
        """Answer getListingsItem."""
        call.seller_checked()
        shelf = call.shelf()
        included = call.values("includedData", INCLUDED) or ["summaries"]
        listing = self._listing(shelf, call.path["sku"])
        return Reply(200, shown(listing, shelf, included, call.now, self._state.pictures))

    def _listing(self, shelf: Shelf, sku: str) -> Listing:
        listing = shelf.listings.get(sku)
        if listing is None:
            raise Refusal(404, "NOT_FOUND", f"SKU '{sku}' not found in marketplace {shelf.marketplace.id}.")
        return listing

    def search(self, call: Call) -> Reply:
        """Answer searchListingsItems."""
        call.seller_checked()
        shelf = call.shelf()
        included = call.values("includedData", INCLUDED) or ["summaries"]
        size = call.number("pageSize", 10, LARGEST_PAGE)
        token = call.text("pageToken")
        if token is None:
            found, total = self._found(call, shelf)
            name, start = self._kept(found, total), 0
        else:
            known, offset = token_parts(token, 2)
            if not isinstance(offset, int) or str(known) not in self._searches:
                raise invalid("The page token is not valid or has expired.")
            name, start = str(known), offset
            found, total = self._searches[name]
        page = found[start : start + size]
        at, pictures = call.now, self._state.pictures
        items = [shown(shelf.listings[sku], shelf, included, at, pictures) for sku in page if sku in shelf.listings]
        pagination = {}
        if start + size < len(found):
            pagination["nextToken"] = page_token(name, start + size)
        if start > 0:
            pagination["previousToken"] = page_token(name, max(0, start - size))
        if pagination.get("nextToken") and token and self._faults.strike(call.operation, "repeated_token"):
            pagination["nextToken"] = token
        if items and self._faults.strike(call.operation, "lost_page"):
            items = []
        return Reply(200, {"numberOfResults": total, "pagination": pagination, "items": items})

    def _kept(self, found: list[str], total: int) -> str:
        self._searched += 1
        name = str(self._searched)
        if len(found) > 1:
            self._searches[name] = (found, total)
            if len(self._searches) > _SEARCHES_KEPT:
                self._searches.popitem(last=False)
        return name

    def _found(self, call: Call, shelf: Shelf) -> tuple[list[str], int]:
        """Return the SKUs that can be paged, in order, and how many there are in all."""
        order = call.text("sortBy") or "lastUpdatedDate"
        direction = call.text("sortOrder") or "DESC"
        if order not in {"sku", "createdDate", "lastUpdatedDate"} or direction not in {"ASC", "DESC"}:
            raise invalid("'sortBy' or 'sortOrder' has an invalid value.")
        matching = _filtered(call, self._candidates(call, shelf))
        keys: dict[str, Callable[[Listing], str | int]] = {
            "sku": lambda listing: listing.sku,
            "createdDate": lambda listing: listing.created,
            "lastUpdatedDate": lambda listing: listing.updated,
        }
        # What comes from a log is in its order already, which sorting only confirms.
        matching.sort(key=keys[order])
        paged = matching[:MOST_RESULTS] if direction == "ASC" else matching[: -MOST_RESULTS - 1 : -1]
        return [listing.sku for listing in paged], len(matching)

    def _candidates(self, call: Call, shelf: Shelf) -> list[Listing]:
        wanted = call.values("identifiers", most=MOST_IDENTIFIERS)
        kind = call.text("identifiersType")
        if bool(wanted) != bool(kind):
            raise invalid("'identifiers' and 'identifiersType' go together.")
        created = call.time("createdAfter"), call.time("createdBefore")
        updated = call.time("lastUpdatedAfter"), call.time("lastUpdatedBefore")
        if kind:
            found = self._identified(shelf, wanted, kind)
        elif call.text("variationParentSku") or call.text("packageHierarchySku"):
            found = []
        elif created != (None, None) and updated == (None, None):
            found = list(shelf.created(*created))
        else:
            found = list(shelf.changed(*updated))
        return [listing for listing in found if _within(listing.created, created) and _within(listing.updated, updated)]

    def _identified(self, shelf: Shelf, wanted: Sequence[str], kind: str) -> list[Listing]:
        if kind not in KINDS:
            raise invalid(f"'identifiersType' has an invalid value {kind!r}.")
        if kind == "SKU":
            return [shelf.listings[sku] for sku in dict.fromkeys(wanted) if sku in shelf.listings]
        asins = wanted
        if kind not in {"ASIN", "FNSKU", "MINSAN"}:
            asins = [item.asin for item in self._state.items.with_codes(wanted)]
        return [listing for asin in dict.fromkeys(asins) for listing in shelf.with_asin(asin)]

    def patch(self, call: Call) -> Reply:
        """Answer patchListingsItem."""
        call.seller_checked()
        shelf, sku = call.shelf(), call.path["sku"]
        request = call.decoded(PatchRequest)
        submissions.check_patches(request)
        if not self._state.is_known(shelf, sku):
            return self._submitted(call, sku, [submissions.unknown_sku(sku, shelf.marketplace)])
        issues = submissions.judge_patches(request.patches, shelf.marketplace)
        return self._submitted(call, sku, issues, lambda: self._state.submit_patches(shelf, sku, request.patches))

    def put(self, call: Call) -> Reply:
        """Answer putListingsItem; an offer for an item of Amazon's catalog is what this Amazon can make."""
        call.seller_checked()
        shelf, sku = call.shelf(one=True), call.path["sku"]
        request = call.decoded(PutRequest)
        if request.requirements != "LISTING_OFFER_ONLY":
            raise invalid("This Amazon takes requirements LISTING_OFFER_ONLY.")
        state = self._state
        issues = submissions.judge_put(request, state.items, state.item_of(shelf, sku), shelf.marketplace)
        item = submissions.suggested(request, state.items)
        if item is None:
            return self._submitted(call, sku, issues)
        known = item
        return self._submitted(call, sku, issues, lambda: state.submit_listing(shelf, sku, known, request.attributes))

    def delete(self, call: Call) -> Reply:
        """Answer deleteListingsItem."""
        call.seller_checked()
        shelf, sku = call.shelf(one=True), call.path["sku"]
        if not self._state.is_known(shelf, sku):
            return self._submitted(call, sku, [submissions.unknown_sku(sku, shelf.marketplace)])
        return self._submitted(call, sku, [], lambda: self._state.submit_removal(shelf, sku))

    def _submitted(
        self,
        call: Call,
        sku: str,
        issues: Sequence[Issue],
        accept: Callable[[], None] | None = None,
    ) -> Reply:
        mode = call.text("mode")
        if mode not in {None, "VALIDATION_PREVIEW"}:
            raise invalid(f"'mode' has an invalid value {mode!r}.")
        if mode is None and self._faults.strike(call.operation, "rejected_write"):
            issues = [
                *issues,
                Issue("99001", "Amazon refuses this value at the moment.", "ERROR", ("INVALID_ATTRIBUTE",)),
            ]
        wrong = any(issue.severity == "ERROR" for issue in issues)
        if mode is None and not wrong and accept and not self._faults.strike(call.operation, "lost_write"):
            accept()
        shelf = call.shelf()
        body: dict[str, Any] = {
            "sku": sku,
            "status": "INVALID" if wrong else ("ACCEPTED" if mode is None else "VALID"),
            "submissionId": f"{self._state.random.getrandbits(128):032x}",
            "issues": [shown_issue(issue, shelf) for issue in issues],
        }
        included = (
            call.values("includedData", ("identifiers", "issues")) if call.operation != "deleteListingsItem" else []
        )
        if "identifiers" in included:
            item = self._state.item_of(shelf, sku)
            asin = {"asin": item.asin} if item else {}
            body["identifiers"] = [{"marketplaceId": shelf.marketplace.id, **asin}]
        return Reply(200, body)


def _within(at: int, window: tuple[int | None, int | None]) -> bool:
    since, until = window
    return (since is None or at >= since) and (until is None or at <= until)


def _filtered(call: Call, listings: list[Listing]) -> list[Listing]:
    words = ("BUYABLE", "DISCOVERABLE")
    having = set(call.values("withStatus", words))
    lacking = set(call.values("withoutStatus", words))
    severities = set(call.values("withIssueSeverity", ("WARNING", "ERROR")))
    if not (having or lacking or severities):
        return listings
    return [
        listing
        for listing in listings
        if (not having or having & set(listing.status))
        and not lacking & set(listing.status)
        and (not severities or any(issue.severity in severities for issue in listing.issues))
    ]
