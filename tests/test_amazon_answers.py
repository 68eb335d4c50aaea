"""Whatever the form of Amazon's answers, callers get a result or an error of the tree, and nothing else escapes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channelkit.amazon.catalog import search_catalog
from channelkit.amazon.client import Amazon
from channelkit.amazon.documents import find_report, read_report_state, request_report
from channelkit.amazon.listings import look_up, search_changed
from channelkit.amazon.offers import patch_offer
from channelkit.amazon.publishing import Offer, delete_listing, put_listing
from channelkit.amazon.sellers import read_participations
from channelkit.errors import ChannelkitError
from channelkit.model.calls import ATTEMPTS
from channelkit.model.marketplaces import marketplace
from tests.amazon_kit import GRANTED, Played, staged

US = marketplace("US")
MOMENT = "2026-01-02T03:04:05Z"
ISSUE = {"code": "1", "message": "Words.", "severity": "ERROR", "categories": ["X"], "attributeNames": ["price"]}
LISTING = {
    "sku": "A,B",
    "summaries": [
        {
            "marketplaceId": US.id,
            "asin": "B1",
            "productType": "MUG",
            "status": ["BUYABLE"],
            "lastUpdatedDate": MOMENT,
            "mainImage": {"link": "https://image"},
        }
    ],
    "offers": [{"marketplaceId": US.id, "offerType": "B2C", "price": {"currencyCode": "USD", "amount": "9.90"}}],
    "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": 4}],
    "issues": [{**ISSUE, "enforcements": {"actions": [{"action": "LISTING_SUPPRESSED"}]}}],
    "attributes": {
        "condition_note": [{"value": "A dent.", "language_tag": "en_US", "marketplace_id": US.id}],
        "fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "lead_time_to_ship_max_days": 2}],
    },
}
SUBMITTED = {"sku": "A,B", "status": "INVALID", "submissionId": "s", "issues": [ISSUE]}
OFFER = Offer("B1", "used_good", Decimal(5), 1, "merchant")
ITEM = {
    "asin": "B1",
    "identifiers": [{"marketplaceId": US.id, "identifiers": [{"identifierType": "UPC", "identifier": "1"}]}],
    "summaries": [{"marketplaceId": US.id, "itemName": "Mug", "brand": "Acme"}],
    "productTypes": [{"marketplaceId": US.id, "productType": "MUG"}],
}
MARKETPLACE = {
    "id": US.id,
    "countryCode": "US",
    "defaultCurrencyCode": "USD",
    "defaultLanguageCode": "en_US",
    "name": "Amazon.com",
}
CALLS: dict[str, tuple[Any, Callable[[Amazon], object]]] = {
    "getMarketplaceParticipations": (
        {
            "payload": [
                {
                    "marketplace": MARKETPLACE,
                    "participation": {"isParticipating": True, "hasSuspendedListings": False},
                }
            ]
        },
        read_participations,
    ),
    "searchListingsItems": (
        {"numberOfResults": 1, "pagination": {}, "items": [LISTING]},
        lambda amazon: search_changed(amazon, US, 1_700_000_000_000),
    ),
    "getListingsItem": (LISTING, lambda amazon: look_up(amazon, US, ["A,B"])),
    "patchListingsItem": (SUBMITTED, lambda amazon: patch_offer(amazon, US, "A,B", "MUG", quantity=1)),
    "patchListingsItem (preview)": (
        SUBMITTED,
        lambda amazon: patch_offer(amazon, US, "A,B", "MUG", quantity=1, preview=True),
    ),
    "putListingsItem": (SUBMITTED, lambda amazon: put_listing(amazon, US, "A,B", OFFER)),
    "deleteListingsItem": (SUBMITTED, lambda amazon: delete_listing(amazon, US, "A,B")),
    "searchCatalogItems": (
        {"numberOfResults": 1, "pagination": {}, "items": [ITEM]},
        lambda amazon: search_catalog(amazon, US, ["1"], "UPC"),
    ),
    "createReport": ({"reportId": "1"}, lambda amazon: request_report(amazon, "REPORT", US.id)),
    "getReport": (
        {"reportId": "1", "processingStatus": "DONE", "reportDocumentId": "d"},
        lambda amazon: read_report_state(amazon, "1"),
    ),
    "getReports": (
        {"reports": [{"reportId": "1", "createdTime": MOMENT}]},
        lambda amazon: find_report(amazon, "REPORT", US.id, 0, lambda _: False),
    ),
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
GONE = object()


def places(value: Any, *path: Any) -> list[tuple[Any, ...]]:
    """Return the path of every value within one."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places(each, *path, key))]


def put(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return the body with another value at a place, or without what is there."""
    if not path:
        return None if value is GONE else value
    changed = copy.deepcopy(body)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    if value is GONE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return changed


@pytest.mark.parametrize("name", CALLS)
@given(data=st.data())
def test_an_answer_of_any_form_is_read_or_is_an_error_of_the_tree(name: str, data: st.DataObject) -> None:
    body, call = CALLS[name]
    wrong = put(body, data.draw(st.sampled_from(places(body))), data.draw(json_values | st.just(GONE)))
    amazon, _ = staged(*[Played(200, wrong)] * 8)
    try:
        call(amazon)
    except ChannelkitError as error:
        assert error.fix


@given(json_values)
@example([])
@example({"access_token": None, "expires_in": 3600})
@example({"access_token": "t", "expires_in": "nan"})
def test_a_grant_of_any_form_is_a_token_or_an_error_of_the_tree(body: Any) -> None:
    amazon, stage = staged(Played(200, {"payload": []}), tokens=[Played(200, body)] * ATTEMPTS)
    with pytest.raises(ChannelkitError):
        read_participations(amazon)
    assert not stage.requests
    amazon, stage = staged(Played(200, {"payload": []}), tokens=[Played(200, GRANTED)])
    assert read_participations(amazon) == []
