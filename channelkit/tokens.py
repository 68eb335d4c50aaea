"""OAuth 2 access tokens: asked for when first needed, renewed before they expire, kept only in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf
from typing import Any

from channelkit.errors import TemporaryError

EARLY = 60.0
"""Seconds before its end at which a token is no longer used."""


@dataclass
class TokenSource:
    """Gives an access token that is good for the next minute.

    Arguments:
        ask: sends the form to the token address and returns the answer's body; it raises
            `channelkit.errors.AuthError` where the form is refused.
        form: the form's fields, looked up anew each time, so that a rotated secret is found.
        now: Unix seconds.

    >>> asked = iter([{"access_token": "first", "expires_in": 3600}, {"access_token": "second", "expires_in": 3600}])
    >>> source = TokenSource(lambda form: next(asked), dict, now=lambda: 0.0)
    >>> source.token(), source.token()
    ('first', 'first')
    >>> source.forget()
    >>> source.token()
    'second'
    """

    ask: Callable[[Mapping[str, str]], Mapping[str, Any]]
    form: Callable[[], Mapping[str, str]]
    now: Callable[[], float]
    _token: str = field(default="", repr=False)
    _good_until: float = 0.0

    def token(self) -> str:
        """Return a token, asking for a new one where the last is about to end.

        Raises:
            TemporaryError: the answer holds no token.
        """
        if self.now() >= self._good_until - EARLY:
            body = self.ask(self.form())
            token, lifetime = _granted(body)
            self._token, self._good_until = token, self.now() + lifetime
        return self._token

    def forget(self) -> None:
        """Ask for a new token next time: the other side said that this one has ended."""
        self._good_until = 0.0


def _granted(body: object) -> tuple[str, float]:
    """Return token and lifetime in seconds as an answer holds them."""
    token, lifetime = (body.get("access_token"), body.get("expires_in")) if isinstance(body, Mapping) else (None, None)
    try:
        seconds = float(lifetime) if isinstance(lifetime, (int, float, str, Decimal)) else 0.0
    except ValueError:
        seconds = 0.0
    if not isinstance(token, str) or not token or not 0 < seconds < inf:
        raise TemporaryError(
            "The answer to a request for an access token holds none.",
            "The next cycle asks again; if it lasts, check the token address in the settings.",
        )
    return token, seconds
