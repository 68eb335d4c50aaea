"""Login with Amazon: refresh tokens in, access tokens out, and what an access token opens."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from channelkit.sandbox.amazon.accounts import Account
from channelkit.sandbox.amazon.refusal import denied

LIFETIME = 3600


@dataclass
class Tokens:
    """The access tokens that were handed out, each with its seller and its end in sandbox time."""

    accounts: Mapping[str, Account]
    lifetime: float = LIFETIME
    revoked: set[str] = field(default_factory=set)
    _granted: dict[str, tuple[Account, float]] = field(default_factory=dict, repr=False)
    _random: random.Random = field(default_factory=lambda: random.Random("tokens"), repr=False)

    def grant(self, form: Mapping[str, str], now: float) -> tuple[int, dict[str, object]]:
        """Return status and body of the token endpoint's answer to a form."""
        kind = form.get("grant_type", "")
        if kind != "refresh_token":
            words = "The authorization grant type is not supported by the authorization server"
            return 400, {"error": "unsupported_grant_type", "error_description": words}
        if not form.get("client_id") or not form.get("client_secret") or not form.get("refresh_token"):
            missing = next(name for name in ("client_id", "client_secret", "refresh_token") if not form.get(name))
            words = f"The request is missing a required parameter : {missing}"
            return 400, {"error": "invalid_request", "error_description": words}
        clients = [account for account in self.accounts.values() if account.client_id == form["client_id"]]
        if not any(account.client_secret == form["client_secret"] for account in clients):
            return 401, {"error": "invalid_client", "error_description": "Client authentication failed"}
        account = next((known for known in clients if known.refresh_token == form["refresh_token"]), None)
        if account is None or account.seller_id in self.revoked:
            words = "The request has an invalid grant parameter : refresh_token"
            return 400, {"error": "invalid_grant", "error_description": words}
        token = f"Atza|{self._random.getrandbits(256):064x}"
        self._granted[token] = (account, now + self.lifetime)
        return 200, {
            "access_token": token,
            "refresh_token": account.refresh_token,
            "token_type": "bearer",
            "expires_in": int(self.lifetime),
        }

    def account(self, token: str, now: float) -> Account:
        """Return the account that an access token opens.

        Raises:
            Refusal: 403, the token is missing, unknown or has expired.
        """
        if not token:
            raise denied("Access token is missing in the request header.")
        account, until = self._granted.get(token, (None, 0.0))
        if account is None:
            raise denied("The access token you provided is revoked, malformed or invalid.")
        if now >= until:
            raise denied("The access token you provided has expired.")
        return account

    def expire(self) -> None:
        """Let every token that was handed out expire now."""
        self._granted = {token: (account, 0.0) for token, (account, _) in self._granted.items()}
