"""Patches of offers: price and quantity of one listing, and nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from channelkit.amazon.client import Amazon, field_of
from channelkit.amazon.operations import PATCH_LISTING
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import Marketplace

ANY_PRODUCT = "PRODUCT"
"""The product type that offers of any type can be patched with."""


@dataclass(frozen=True)
class Submission:
    """What Amazon said to a patch: accepted means queued, and a later reading shows whether it took effect."""

    status: str
    submission_id: str
    request_id: str
    issues: tuple[str, ...]


def patch_offer(
    amazon: Amazon,
    marketplace: Marketplace,
    seller_sku: str,
    product_type: str,
    *,
    price: Decimal | None = None,
    quantity: int | None = None,
) -> Submission:
    """Change price, quantity or both of one listing, and nothing else of it.

    Merging leaves sale prices, business prices, handling time and restock dates as they are; replacing would erase
    them.

    Arguments:
        product_type: Amazon's, or empty where it is not known.
        price: in the marketplace's currency, with its decimals.
        quantity: units that the merchant ships; never for what Amazon fulfils.

    Raises:
        RefusedError: Amazon finds it invalid, also under status 200; the message has Amazon's words.
    """
    patches: list[dict[str, Any]] = []
    if price is not None:
        # Yen have no decimals and must not be written with any.
        amount = int(price) if marketplace.digits == 0 else price
        offer = {
            "marketplace_id": marketplace.id,
            "currency": marketplace.currency,
            "our_price": [{"schedule": [{"value_with_tax": amount}]}],
        }
        patches.append({"op": "merge", "path": "/attributes/purchasable_offer", "value": [offer]})
    if quantity is not None:
        available = {"fulfillment_channel_code": "DEFAULT", "quantity": quantity}
        patches.append({"op": "merge", "path": "/attributes/fulfillment_availability", "value": [available]})
    answer = amazon.transport.call(
        PATCH_LISTING,
        {"seller_id": amazon.seller_id, "seller_sku": seller_sku},
        [("marketplaceIds", marketplace.id), ("issueLocale", "en_US")],
        {"productType": product_type or ANY_PRODUCT, "patches": patches},
    )
    status = str(field_of(answer.body, "status", PATCH_LISTING.name))
    # What Amazon did stands in the status; issues that cannot be read must not make it look undone.
    told = answer.body.get("issues")
    issues = [issue for issue in told if isinstance(issue, dict)] if isinstance(told, list) else []
    words = tuple(str(issue.get("message", "")) for issue in issues)
    if status not in ("ACCEPTED", "VALID"):
        errors = [issue for issue in issues if issue.get("severity") == "ERROR"] or issues
        raise RefusedError(
            " ".join(str(issue.get("message", "")) for issue in errors)
            or f"Amazon answered {status} without a reason.",
            "Mend what Amazon names, in Commerce or in Seller Central.",
            system="amazon",
            operation=PATCH_LISTING.name,
            status=answer.status,
            code=str(errors[0].get("code", "")) if errors else status,
            request_id=answer.request_id,
        )
    return Submission(status, str(answer.body.get("submissionId", "")), answer.request_id, words)
