"""One call of the Selling Partner API as the handlers see it: who asks, for what, with which parameters."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from channelkit.model.marketplaces import MARKETPLACES
from channelkit.sandbox.amazon.accounts import Account
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.refusal import denied, invalid

Body = TypeVar("Body")

_KNOWN = frozenset(marketplace.id for marketplace in MARKETPLACES)


@dataclass
class Reply:
    """What is answered: an HTTP status and what is sent as JSON."""

    status: int
    body: object
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A call of one operation.

    Arguments:
        path: the path's parameters, unquoted.
        query: each parameter's values in order.
        now: Unix seconds of sandbox time.
    """

    operation: str
    account: Account
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: bytes
    now: float

    def text(self, name: str) -> str | None:
        """Return a parameter's last value."""
        values = self.query.get(name)
        return values[-1] if values else None

    def values(self, name: str, allowed: Sequence[str] = (), most: int | None = None) -> list[str]:
        """Return a list parameter's values, comma separated or repeated.

        Raises:
            Refusal: 400, there are too many, or one is not allowed.
        """
        found = [part for value in self.query.get(name, ()) for part in value.split(",") if part]
        if most is not None and len(found) > most:
            raise invalid(f"'{name}' takes at most {most} values, not {len(found)}.")
        wrong = [value for value in found if allowed and value not in allowed]
        if wrong:
            raise invalid(f"'{name}' has an invalid value {wrong[0]!r}.")
        return found

    def number(self, name: str, usual: int, most: int) -> int:
        """Return a whole number from 1 to ``most``.

        Raises:
            Refusal: 400, it is not one.
        """
        text = self.text(name)
        if text is None:
            return usual
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise invalid(f"'{name}' must be a whole number from 1 to {most}.")
        return int(text)

    def time(self, name: str) -> int | None:
        """Return a moment in milliseconds since 1970.

        Raises:
            Refusal: 400, it is no ISO 8601 date and time.
        """
        text = self.text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise invalid(f"'{name}' is not an ISO 8601 date and time: {text!r}.") from error
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1000)

    def decoded(self, kind: type[Body]) -> Body:
        """Return the body as what it must be.

        Raises:
            Refusal: 400, it is something else.
        """
        try:
            return _decoder(kind).decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise invalid("The request body is not valid.", str(error)) from error

    def seller_checked(self) -> None:
        """Refuse a call on another seller's listings.

        Raises:
            Refusal: 403.
        """
        if self.path["sellerId"] != self.account.seller_id:
            raise denied()

    def shelf(self, *, one: bool = False) -> Shelf:
        """Return the listings in the marketplace that the call names; of several, Amazon answers for the first.

        Raises:
            Refusal: 400, it names none, or several where one is wanted; 403, the seller does not sell there.
        """
        named = self.values("marketplaceIds")
        if not named:
            raise invalid("'marketplaceIds' is required.")
        if one and len(named) > 1:
            raise invalid("'marketplaceIds' takes exactly one marketplace here.")
        if named[0] not in _KNOWN:
            raise invalid(f"Invalid marketplace id {named[0]!r}.")
        shelf = self.account.shelves.get(named[0])
        if shelf is None:
            raise denied(f"The seller does not participate in marketplace {named[0]}.")
        return shelf


def _decoder(kind: type[Body]) -> msgspec.json.Decoder[Body]:
    return msgspec.json.Decoder(kind, float_hook=Decimal)


def page_token(*parts: object) -> str:
    """Return an opaque token that holds these parts."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode()


def token_parts(token: str, count: int) -> list[object]:
    """Return the parts that a token holds.

    Raises:
        Refusal: 400, the token is not one of ours.
    """
    try:
        parts = msgspec.json.decode(base64.urlsafe_b64decode(token.encode()))
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise invalid("The page token is not valid.") from error
    if not isinstance(parts, list) or len(parts) != count:
        raise invalid("The page token is not valid.")
    return parts
