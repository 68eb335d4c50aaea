"""A client for a Commerce that runs in a test, with quotas that never run out."""

from __future__ import annotations

from typing import Any

from channelkit.clock import Clock
from channelkit.commerce.client import Commerce, open_commerce
from channelkit.model.calls import Operation
from channelkit.transport import open_session
from tests.shop_fixtures import CREDENTIALS, Shop


class Unlimited:
    """A throttle that lets every call pass."""

    def take(self, operation: Operation, patience: float) -> float | None:
        return 0.0

    def empty(self, operation: Operation) -> None:
        """Forget what the other side refused."""

    def learn(self, operation: Operation, rate: float) -> None:
        """Forget the rate."""


def connect(shop: Shop, **changed: Any) -> Commerce:
    """Return a client with the shop's own keys, and what a test changes of them."""
    clock = Clock(shop.clock.speed, shop.clock.real_epoch, shop.clock.epoch)
    settings: dict[str, Any] = {
        "url": shop.url,
        "flavour": "paas",
        "auth": "oauth1",
        "consumer_key": CREDENTIALS.consumer_key,
        "consumer_secret": lambda: CREDENTIALS.consumer_secret,
        "access_token": lambda: CREDENTIALS.access_token,
        "access_token_secret": lambda: CREDENTIALS.access_token_secret,
        "client_id": "client",
        "client_secret": lambda: "client secret",
        "organization": "shop@AdobeOrg",
        "token_url": f"{shop.url}/ims/token/v3",
    }
    return open_commerce(
        **{**settings, **changed}, clock=clock, random=lambda: 0.0, session=open_session(), throttle=Unlimited()
    )
