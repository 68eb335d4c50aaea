"""Product Type Definitions v2020-09-01: what each product type asks for, as a link to a JSON schema."""

from __future__ import annotations

import base64
import gzip
import hashlib
from typing import Any

import msgspec

from channelkit.sandbox.amazon.call import Call, Reply
from channelkit.sandbox.amazon.definition_schemas import META_SCHEMA, make_schema
from channelkit.sandbox.amazon.refusal import Refusal, invalid
from channelkit.sandbox.amazon.reports import Document
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.names import KINDS

REQUIREMENTS = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")
ENFORCED = ("ENFORCED", "NOT_ENFORCED")
VERSIONS = ("LATEST", "RELEASE_CANDIDATE")
LOCALES = ("DEFAULT", "de_DE", "en_GB", "en_US", "es_ES", "fr_FR", "it_IT", "ja_JP")
ANY_PRODUCT = "PRODUCT"


class DefinitionsApi:
    """Answers what product types ask for, which is the same for every seller."""

    def __init__(self, state: AmazonState) -> None:
        self._state = state

    def get(self, call: Call, address: str) -> Reply:
        """Answer getDefinitionsProductType; ``address`` is where this server's documents are fetched from."""
        shelf, kind = call.shelf(one=True), call.path["productType"]
        requirements = _choice(call, "requirements", REQUIREMENTS)
        enforced = _choice(call, "requirementsEnforced", ENFORCED)
        _choice(call, "productTypeVersion", VERSIONS)
        locale = _choice(call, "locale", LOCALES)
        names = {each.product_type: each.name for each in KINDS} | {ANY_PRODUCT: "Product"}
        if kind not in names:
            raise Refusal(404, "NOT_FOUND", f"Product type {kind} is not available in {shelf.marketplace.id}.")
        more = self._state.asked_more.get(kind, ())
        schema = make_schema(kind, shelf.marketplace, requirements, enforced == "ENFORCED", more)
        shown = locale if locale != "DEFAULT" else shelf.marketplace.locale
        body: dict[str, Any] = {
            "metaSchema": self._link(msgspec.json.encode(META_SCHEMA), "meta", address, call.now),
            "schema": self._link(msgspec.json.format(msgspec.json.encode(schema)), kind, address, call.now),
            "requirements": requirements,
            "requirementsEnforced": enforced,
            "propertyGroups": {
                "offer": {
                    "title": "Offer",
                    "description": "What is asked of the terms of sale.",
                    "propertyNames": list(schema["properties"]),
                }
            },
            "locale": shown,
            "marketplaceIds": [shelf.marketplace.id],
            "productType": kind,
            "displayName": names[kind],
            "productTypeVersion": {"version": f"U{len(more)}", "latest": True, "releaseCandidate": False},
        }
        return Reply(200, body)

    def _link(self, content: bytes, name: str, address: str, now: float) -> dict[str, Any]:
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        document_id = f"schema-{name}-{digest.hex()}"
        reports = self._state.reports
        kept = Document(document_id, gzip.compress(content, mtime=0), "application/json", now, compressed=False)
        reports.documents.setdefault(document_id, kept)
        signature = reports.open_address(document_id, now)
        resource = f"{address}/{document_id}?X-Amz-Expires=300&X-Amz-Signature={signature}"
        return {"link": {"resource": resource, "verb": "GET"}, "checksum": base64.b64encode(digest).decode()}


def _choice(call: Call, name: str, allowed: tuple[str, ...]) -> str:
    value = call.text(name) or allowed[0]
    if value not in allowed:
        raise invalid(f"'{name}' has an invalid value {value!r}.")
    return value
