"""Who may call: OAuth 1.0a with HMAC-SHA256, integration tokens as bearer, and Adobe's tokens for the cloud service."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.settings import CommerceSettings
from channelkit.sandbox.commerce.state import Clock

_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_REQUIRED = (
    "oauth_consumer_key",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_token",
)
TOKEN_LIFE = 86_399
"""Seconds that one of Adobe's tokens is good for."""


@dataclass(frozen=True)
class CommerceCredentials:
    """The one integration that the shop knows; the last three belong to the cloud service."""

    consumer_key: str
    consumer_secret: str
    access_token: str
    access_token_secret: str
    client_id: str = ""
    client_secret: str = ""
    organization: str = ""


@dataclass(frozen=True)
class Request:
    """What of a request is signed or carries rights.

    Arguments:
        url: scheme, host, port and path as they came, still encoded.
        query: the query as it came, still encoded.
        headers: by lower-case name.
    """

    method: str
    url: str
    query: str
    headers: Mapping[str, str]


@dataclass
class Authorization:
    """Checks each request; remembers nonces and the tokens that it gave out."""

    credentials: CommerceCredentials
    settings: CommerceSettings
    clock: Clock
    nonces: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)

    def check(self, request: Request, resource: str) -> None:
        """Let the request pass, or not.

        Raises:
            Refusal: with Magento's words; a resource that the integration lacks is a 401 as well, not a 403.
        """
        given = request.headers.get("authorization", "")
        scheme, _space, rest = given.partition(" ")
        if self.settings.flavour == "accs":
            self._check_adobe(request.headers, scheme, rest)
        elif scheme.lower() == "oauth":
            self._check_signature(request, dict(_PARAMETER.findall(rest)))
        elif scheme.lower() == "bearer":
            right = hmac.compare_digest(rest.encode(), self.credentials.access_token.encode())
            if not (self.settings.bearer and right) or self.settings.revoked:
                raise _not_authorized(resource)
        else:
            raise _not_authorized(resource)
        if resource in self.settings.missing_resources:
            raise _not_authorized(resource)

    def issue(self, form: Mapping[str, str]) -> tuple[int, dict[str, object]]:
        """Answer Adobe's token endpoint: status and body."""
        known = (form.get("client_id"), form.get("client_secret"))
        if form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type", "error_description": "grant_type is not supported"}
        if not known[0] or known != (self.credentials.client_id, self.credentials.client_secret):
            return 400, {"error": "invalid_client", "error_description": "invalid client_id or client_secret"}
        if "commerce.accs" not in form.get("scope", "").split(","):
            return 400, {"error": "invalid_scope", "error_description": "scope commerce.accs is missing"}
        token = secrets.token_urlsafe(32)
        self.tokens[token] = self.clock.now() + TOKEN_LIFE
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": TOKEN_LIFE}

    def expire(self) -> None:
        """Forget every token that was given out."""
        self.tokens.clear()

    def _check_adobe(self, headers: Mapping[str, str], scheme: str, token: str) -> None:
        if headers.get("x-api-key") != self.credentials.client_id:
            raise Refusal(403, "Api Key is invalid")
        if headers.get("x-gw-ims-org-id") != self.credentials.organization:
            raise Refusal(403, "The organization does not match the token")
        if scheme.lower() != "bearer" or self.tokens.get(token, 0) <= self.clock.now():
            raise Refusal(401, "Oauth token is not valid")

    def _check_signature(self, request: Request, parameters: Mapping[str, str]) -> None:
        given = {unquote(name): unquote(value) for name, value in parameters.items()}
        for name in _REQUIRED:
            if not given.get(name):
                raise Refusal(400, "%fieldName is required. Enter and try again.", {"fieldName": name})
        if given.get("oauth_version", "1.0") != "1.0":
            raise Refusal(401, "The 'oauth_version' parameter value is not supported")
        if given["oauth_signature_method"] != "HMAC-SHA256":
            raise Refusal(401, "Signature method %1 is not supported", [given["oauth_signature_method"]])
        if given["oauth_consumer_key"] != self.credentials.consumer_key:
            raise Refusal(401, "A consumer having the specified key does not exist")
        if given["oauth_token"] != self.credentials.access_token:
            raise Refusal(401, "Specified token does not exist")
        if self.settings.revoked:
            raise Refusal(401, "Access token has been revoked")
        self._check_time(given)
        wanted = sign(request, given, self.credentials)
        # Magento cannot rebuild an address whose path hides a slash or an ampersand.
        hidden = "%2f" in request.url.lower() or "%26" in request.url
        if hidden or not hmac.compare_digest(wanted.encode(), given["oauth_signature"].encode()):
            raise Refusal(401, "The signature is invalid. Verify and try again.")
        self.nonces[given["oauth_nonce"]] = self.clock.now()

    def _check_time(self, given: Mapping[str, str]) -> None:
        now = self.clock.now()
        text = given["oauth_timestamp"]
        # Magento refuses times from the future only; an old request is refused by its nonce.
        if not text.isdecimal() or not 0 < int(text) <= now + self.settings.skew:
            raise Refusal(400, "Incorrect timestamp value in the oauth_timestamp parameter")
        if given["oauth_nonce"] in self.nonces:
            raise Refusal(401, "The nonce is already being used by the consumer with ID %1", ["1"])
        if len(self.nonces) > 100_000:
            oldest = sorted(self.nonces, key=self.nonces.__getitem__)[:50_000]
            for nonce in oldest:
                del self.nonces[nonce]


def sign(request: Request, given: Mapping[str, str], credentials: CommerceCredentials) -> str:
    """Return the signature that a request should have (RFC 5849, section 3.4, with SHA-256).

    The query is read as it came, so that a space written as ``+`` counts as a plus, and brackets that were not
    encoded spoil the signature, as they do in Magento.
    """
    pairs = [(name, value) for name, value in given.items() if name not in {"oauth_signature", "realm"}]
    if not set("[]") & set(request.query):
        pairs += parse_qsl(request.query.replace("+", "%2B"), keep_blank_values=True)
    encoded = sorted((_encode(name), _encode(value)) for name, value in pairs)
    line = "&".join(f"{name}={value}" for name, value in encoded)
    base = "&".join((request.method.upper(), _encode(request.url), _encode(line)))
    key = f"{_encode(credentials.consumer_secret)}&{_encode(credentials.access_token_secret)}"
    return b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()


def _encode(text: str) -> str:
    return quote(text, safe="-._~")


def _not_authorized(resource: str) -> Refusal:
    return Refusal(401, "The consumer isn't authorized to access %resources.", {"resources": resource})
