"""How a call to Commerce shows who makes it: OAuth 1.0a, an integration's token as bearer, or Adobe's own tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import requests
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

from channelkit.clock import Clock
from channelkit.tokens import TokenSource

SCOPES = "openid,AdobeID,email,profile,additional_info.roles,additional_info.projectedProductContext,commerce.accs"
"""What a token of Adobe's identity service must be good for (Adobe Commerce as a Cloud Service, REST authentication)."""


@dataclass
class OAuth1:
    """Signs the exact address that is sent, query included, with HMAC-SHA256 (RFC 5849, 3.4).

    Arguments:
        consumer_secret, access_token, access_token_secret: looked up for each call, so that a rotated one is found.
        clock: its time is what Commerce compares with its own.
        random: numbers from 0 to 1, for the nonce.
    """

    consumer_key: str
    consumer_secret: Callable[[], str] = field(repr=False)
    access_token: Callable[[], str] = field(repr=False)
    access_token_secret: Callable[[], str] = field(repr=False)
    clock: Clock
    random: Callable[[], float] = field(repr=False)
    _calls: count[int] = field(default_factory=count, repr=False)

    def sign(self, request: requests.PreparedRequest) -> None:
        """Write the ``Authorization`` header."""
        signer = Client(
            self.consumer_key,
            self.consumer_secret(),
            self.access_token(),
            self.access_token_secret(),
            signature_method=SIGNATURE_HMAC_SHA256,
            # Commerce refuses a nonce that it has seen; the counter keeps two calls apart whatever is drawn.
            nonce=f"{int(self.random() * 2**53):014x}{next(self._calls):x}",
            timestamp=str(int(self.clock.now())),
        )
        _address, headers, _body = signer.sign(request.url, http_method=request.method)
        request.headers["Authorization"] = headers["Authorization"]

    def renew(self) -> None:
        """There is nothing to renew: these tokens are good until someone revokes them."""


@dataclass
class Bearer:
    """Sends an integration's access token as it is, where the merchant allows that."""

    access_token: Callable[[], str] = field(repr=False)

    def sign(self, request: requests.PreparedRequest) -> None:
        """Write the ``Authorization`` header."""
        request.headers["Authorization"] = f"Bearer {self.access_token()}"

    def renew(self) -> None:
        """There is nothing to renew."""


@dataclass
class Ims:
    """Sends a token of Adobe's identity service, as Adobe Commerce as a Cloud Service wants it.

    Arguments:
        client_id: also the API key.
        organization: the identity service's name of the merchant: ``…@AdobeOrg``.
    """

    client_id: str
    organization: str
    tokens: TokenSource

    def sign(self, request: requests.PreparedRequest) -> None:
        """Write the three headers."""
        request.headers["Authorization"] = f"Bearer {self.tokens.token()}"
        request.headers["x-api-key"] = self.client_id
        request.headers["x-gw-ims-org-id"] = self.organization

    def renew(self) -> None:
        """Ask for another token next time."""
        self.tokens.forget()


def ims_form(client_id: str, client_secret: Callable[[], str]) -> Callable[[], dict[str, str]]:
    """Return what looks the form for a token up anew each time."""
    return lambda: {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret(),
        "scope": SCOPES,
    }
