"""A bare client of Amazon's side of the sandbox: it signs in and sends what a test tells it to, nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests

from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.server import Running


@dataclass
class AmazonCaller:
    """Calls as one of the practice stores."""

    running: Running
    name: str = "us"
    token: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def store(self) -> dict[str, str]:
        """What the line of JSON says of the store."""
        found: dict[str, str] = next(each for each in self.running.ready["stores"] if each["name"] == self.name)
        return found

    @property
    def shelf(self) -> Shelf:
        """The store's listings as the sandbox holds them."""
        return self.running.world.amazon.shelf(self.store["seller_id"], self.store["marketplace_id"])

    def sign_in(self, **changes: str) -> requests.Response:
        """Ask for an access token and keep it."""
        form = {name: self.store[name] for name in ("client_id", "client_secret", "refresh_token")}
        answer = self.session.post(
            self.running.ready["token_url"], data={"grant_type": "refresh_token", **form, **changes}, timeout=10
        )
        self.token = answer.json().get("access_token", "")
        return answer

    def call(self, method: str, path: str, *, body: Any = None, headers: Any = None, **query: Any) -> requests.Response:
        """Send one call; lists are comma separated."""
        if not self.token:
            self.sign_in()
        asked = {key: ",".join(value) if isinstance(value, list) else str(value) for key, value in query.items()}
        return self.session.request(
            method,
            self.running.ready["amazon"][self.store["region"]] + path,
            params=asked,
            json=body,
            headers={"x-amz-access-token": self.token, **(headers or {})},
            timeout=30,
        )

    def items(self, sku: str | None = None) -> str:
        """Return the path of the listings, or of one."""
        path = f"/listings/2021-08-01/items/{self.store['seller_id']}"
        return path if sku is None else f"{path}/{quote(sku, safe='')}"

    def search(self, **query: Any) -> dict[str, Any]:
        """Search the listings of the store's marketplace."""
        answer = self.call("GET", self.items(), **{"marketplaceIds": self.store["marketplace_id"], **query})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def get(self, sku: str, *included: str) -> dict[str, Any]:
        """Read one listing."""
        answer = self.call(
            "GET",
            self.items(sku),
            marketplaceIds=self.store["marketplace_id"],
            includedData=list(included) or ["summaries", "attributes", "issues", "offers", "fulfillmentAvailability"],
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def patch(self, sku: str, *patches: dict[str, Any], **query: Any) -> dict[str, Any]:
        """Patch one listing."""
        body = {"productType": "PRODUCT", "patches": list(patches)}
        query = {"marketplaceIds": self.store["marketplace_id"], **query}
        answer = self.call("PATCH", self.items(sku), body=body, **query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def price_patch(self, price: object, op: str = "merge", **more: object) -> dict[str, Any]:
        """Return the patch that sets the price."""
        value = {
            "marketplace_id": self.store["marketplace_id"],
            "currency": "USD" if self.name == "us" else "EUR",
            "our_price": [{"schedule": [{"value_with_tax": price}]}],
            **more,
        }
        return {"op": op, "path": "/attributes/purchasable_offer", "value": [value]}

    def create_report(self, marketplace_id: str = "", **options: str) -> str:
        """Ask for the all-listings report and return its id."""
        body: dict[str, Any] = {
            "reportType": "GET_MERCHANT_LISTINGS_ALL_DATA",
            "marketplaceIds": [marketplace_id or self.store["marketplace_id"]],
        }
        if options:
            body["reportOptions"] = options
        answer = self.call("POST", "/reports/2021-06-30/reports", body=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["reportId"])

    def report(self, report_id: str) -> dict[str, Any]:
        """Read the state of a report."""
        answer = self.call("GET", f"/reports/2021-06-30/reports/{report_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def document(self, report_id: str, **query: Any) -> dict[str, Any]:
        """Wait for a report and return where its document is."""
        self.running.world.clock.skip(60)
        document_id = self.report(report_id)["reportDocumentId"]
        answer = self.call("GET", f"/reports/2021-06-30/documents/{document_id}", **query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def quantity_patch(quantity: object, op: str = "merge", **more: object) -> dict[str, Any]:
    """Return the patch that sets the merchant's quantity."""
    value = {"fulfillment_channel_code": "DEFAULT", "quantity": quantity, **more}
    return {"op": op, "path": "/attributes/fulfillment_availability", "value": [value]}
