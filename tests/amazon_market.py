"""A caller of Amazon's side of the sandbox that places orders, as buyers do, and reads them, as a merchant does."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.amazon.orders import Address, Buyer, Charges, Order, OrderLine
from channelkit.sandbox.amazon.sales import Sales
from channelkit.sandbox.clock import timestamp
from tests.amazon_caller import AmazonCaller

ORDERS = "/orders/2026-01-01/orders"
ALL_PARTS = ["BUYER", "RECIPIENT", "PROCEEDS", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX", "PAYMENT"]
BUYER = Buyer("Zoë O'Quill", "abc123@marketplace.amazon.com", "Quill & Co", "PO-77")
HOME = Address("Zoë O'Quill", "Quill & Co", "1 Elm Rd", "Apt 2", "", "Reno", "NV", "89501", "US", "+1 775-555-0100")


class Market(AmazonCaller):
    """A caller that places orders and reads them."""

    def place(self, *lines: OrderLine, **words: Any) -> Order:
        lines = lines or (self.line(),)
        return self.sales.place(self.shelf, lines, buyer=BUYER, address=HOME, **words)

    def line(self, units: int = 2, **charges: int) -> OrderLine:
        return OrderLine(self.sku(), units, Charges(**{"item": 2000, **charges}))

    def sku(self, *, by_amazon: bool = False) -> str:
        found = (e for e in self.shelf.listings.values() if "BUYABLE" in e.status and e.quantity > 5)
        return next(each.sku for each in found if each.by_amazon == by_amazon)

    def skip(self, seconds: float) -> None:
        self.running.world.clock.skip(seconds)
        # Access tokens live for an hour.
        self.token = ""

    def ago(self, seconds: float) -> str:
        return timestamp(self.running.world.clock.now() - seconds)

    def find(self, **query: Any) -> dict[str, Any]:
        """Search orders of the last hour, unless the query says otherwise."""
        asked = {"includedData": ALL_PARTS, **query}
        if not {"createdAfter", "lastUpdatedAfter"} & set(asked):
            asked["lastUpdatedAfter"] = self.ago(3600)
        answer = self.call("GET", ORDERS, **asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def read(self, order_id: str) -> dict[str, Any]:
        answer = self.call("GET", f"{ORDERS}/{order_id}", includedData=ALL_PARTS)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["order"]
        return found

    @property
    def sales(self) -> Sales:
        return self.running.world.amazon.sales

    def refused(self, **query: Any) -> str:
        answer = self.call("GET", ORDERS, **query)
        assert answer.status_code == 400, answer.text
        return str(answer.json()["errors"][0]["message"])


def ids(page: dict[str, Any]) -> list[str]:
    return [order["orderId"] for order in page["orders"]]
