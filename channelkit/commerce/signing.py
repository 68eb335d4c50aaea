"""Credentials for Commerce: OAuth 1.0a signatures, bearer tokens, and Adobe's IMS tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import requests
from oauthlib.oauth1 import Client

from channelkit.tokens import TokenSource

Reveal = Callable[[], str]


@dataclass(frozen=True)
class OAuth1:
    """Signs each request with the four keys of an integration (HMAC-SHA256; commerce-rest, "Authentication").

    Arguments:
        now: Unix seconds; Commerce refuses a signature whose time is far from its own.
    """

    consumer_key: str
    consumer_secret: Reveal
    access_token: Reveal
    access_token_secret: Reveal
    now: Callable[[], float]

    def sign(self, request: requests.PreparedRequest) -> None:
        client = Client(
            self.consumer_key,
            client_secret=self.consumer_secret(),
            resource_owner_key=self.access_token(),
            resource_owner_secret=self.access_token_secret(),
            signature_method="HMAC-SHA256",
            timestamp=str(int(self.now())),
        )
        # A JSON body is no part of an OAuth 1 signature; the address is, exactly as it is sent.
        _, headers, _ = client.sign(request.url, http_method=request.method)
        request.headers["Authorization"] = headers["Authorization"]

    def renew(self) -> None:
        """The keys of an integration do not expire."""


@dataclass(frozen=True)
class Bearer:
    """Sends an integration's access token as it is; Commerce must allow that in its configuration."""

    access_token: Reveal

    def sign(self, request: requests.PreparedRequest) -> None:
        request.headers["Authorization"] = f"Bearer {self.access_token()}"

    def renew(self) -> None:
        """The token of an integration does not expire."""


@dataclass(frozen=True)
class Ims:
    """Sends a token of Adobe's identity service, as Adobe Commerce as a Cloud Service asks for."""

    tokens: TokenSource
    client_id: str
    organization: str

    def sign(self, request: requests.PreparedRequest) -> None:
        request.headers["Authorization"] = f"Bearer {self.tokens.token()}"
        request.headers["x-api-key"] = self.client_id
        request.headers["x-gw-ims-org-id"] = self.organization

    def renew(self) -> None:
        self.tokens.forget()
