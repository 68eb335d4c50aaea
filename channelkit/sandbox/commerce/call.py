"""One request that was understood: which operation, with which path, query and body, in which scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.faults import Faults

if TYPE_CHECKING:
    from channelkit.sandbox.commerce.state import CommerceState


@dataclass(frozen=True)
class Call:
    """What a handler is given.

    Arguments:
        path: the path's parameters by name, decoded.
        query: the query's fields in order, decoded.
        body: the decoded JSON, None without one.
        store_id: the store view that values are read and written under; 0 is all.
        faults: what may still go wrong inside.
        is_queued: done by whoever works off the queue, for whom the limits of a request do not count.
    """

    state: CommerceState
    operation: str
    path: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    body: Any
    store_id: int
    faults: Faults
    is_queued: bool = False

    def field(self, name: str) -> Any:
        """Return a field of the body.

        Raises:
            Refusal: it is missing.
        """
        value = self.body.get(name) if isinstance(self.body, dict) else None
        if value is None:
            raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})
        return value

    def records(self, name: str) -> list[dict[str, Any]]:
        """Return a field of the body that is a list of objects.

        Raises:
            Refusal: it is missing, is something else, or is longer than the shop's input limit.
        """
        value = self.field(name)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise invalid_type(value, f"{name}[]")
        self.check_length(value, name)
        return value

    def check_length(self, value: Any, name: str) -> None:
        """Let a list of objects pass, or not.

        Raises:
            Refusal: it is longer than the shop's input limit.
        """
        limit = self.state.settings.input_limit
        if limit is not None and isinstance(value, list) and len(value) > limit:
            raise Refusal(400, 'Maximum items of type "%type" is %max', {"type": name, "max": limit})

    def whole(self, name: str) -> int:
        """Return a path parameter that is a whole number.

        Raises:
            Refusal: it is none.
        """
        text = self.path[name]
        if not text.removeprefix("-").isdecimal():
            raise invalid_type(text, "int")
        return int(text)


def number(value: object) -> Decimal:
    """Return a number of a body or a path, exactly as written.

    Raises:
        Refusal: it is none.

    >>> number("12.50")
    Decimal('12.50')
    """
    if not isinstance(value, bool) and isinstance(value, (int, str, Decimal)):
        try:
            found = Decimal(value)
        except InvalidOperation:
            raise invalid_type(value, "float") from None
        if found.is_finite():
            return found
    raise invalid_type(value, "float")


def invalid_type(value: object, kind: str) -> Refusal:
    """Return the answer for a value of the wrong type."""
    shown = value if isinstance(value, (str, int)) else "array"
    return Refusal(
        400,
        'The "%value" value\'s type is invalid. The "%type" type was expected. Verify and try again.',
        {"value": str(shown), "type": kind},
    )
