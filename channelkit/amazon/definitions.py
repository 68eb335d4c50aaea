"""Product type definitions: what Amazon asks of an offer, as a JSON schema behind a short-lived address.

The answer names the schema and its digest; who keeps the digest fetches a schema only when it has changed
(amazon-sp-api, "Can I sell it, and what is it").
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field

from channelkit.amazon.client import Amazon, documented
from channelkit.amazon.operations import GET_DEFINITION
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import Marketplace

OFFER_ONLY = "LISTING_OFFER_ONLY"
"""Terms of sale for an item that Amazon's catalog has; nothing is asked of the item itself."""


@dataclass(frozen=True)
class DefinitionLink:
    """Where the schema of a product type is to be had.

    Arguments:
        checksum: Amazon's digest of the schema: base64 of its MD5.
        version: which of Amazon's versions it is.
        address: signed, and good for a short time; it is kept and shown nowhere.
    """

    product_type: str
    checksum: str
    version: str
    address: str = field(repr=False)


def find_definition(amazon: Amazon, marketplace: Marketplace, product_type: str) -> DefinitionLink:
    """Return where the schema of an offer of this product type is.

    Raises:
        RefusedError: Amazon knows no such product type in this marketplace.
    """
    query = [
        ("marketplaceIds", marketplace.id),
        ("requirements", OFFER_ONLY),
        ("requirementsEnforced", "ENFORCED"),
        ("productTypeVersion", "LATEST"),
        # Some languages of marketplaces are unknown to this call; its own choice always is one that it knows.
        ("locale", "DEFAULT"),
    ]
    body = amazon.transport.call(GET_DEFINITION, {"product_type": product_type}, query).body
    with documented(GET_DEFINITION.name):
        schema = body["schema"]
        return DefinitionLink(
            str(body["productType"]),
            str(schema["checksum"]),
            str(body["productTypeVersion"]["version"]),
            str(schema["link"]["resource"]),
        )


def fetch_schema(amazon: Amazon, link: DefinitionLink) -> bytes:
    """Fetch the schema itself, as Amazon wrote it.

    Raises:
        DocumentError: what arrived is not what the digest is of.
        TemporaryError: it did not arrive completely.
    """
    content, _content_type = amazon.transport.download(link.address)
    # Amazon's digest tells two versions apart; it protects nothing.
    found = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
    if found != link.checksum:
        raise DocumentError(
            f"The definition of the product type {link.product_type} arrived damaged, or it changed meanwhile.",
            "What was known before stays; the next cycle fetches it again.",
        )
    return content


def read_required(content: bytes) -> dict[str, str]:
    """Return the attributes that a schema requires of every offer, with their titles.

    What is required only under conditions is left to `channelkit.listings.requirements.validate_offer`, and to Amazon.

    Raises:
        DocumentError: it is no JSON schema.

    >>> read_required(b'{"required": ["condition_type"], "properties": {"condition_type": {"title": "Condition"}}}')
    {'condition_type': 'Condition'}
    """
    try:
        schema = json.loads(content)
        properties = schema.get("properties") or {}
        return {str(name): str(properties.get(name, {}).get("title") or name) for name in schema.get("required") or ()}
    except (ValueError, AttributeError, TypeError) as error:
        raise DocumentError(
            f"A product type's definition cannot be read: {error}.",
            "What was known before stays. If it lasts, Amazon has changed its schemas: look for a newer channelkit.",
        ) from error
