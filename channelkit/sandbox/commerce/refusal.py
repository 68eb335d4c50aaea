"""What this Commerce answers when it will not do as asked: Magento's status, words and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Parameters = Sequence[str] | Mapping[str, object]


class Refusal(Exception):
    """An answer in Magento's error envelope; the placeholders of ``message`` are filled by the caller, as there.

    Arguments:
        status: the HTTP status.
        message: Magento's words, with ``%1`` or ``%name`` where a parameter belongs.
        parameters: a list for ``%1``, an object for ``%name``, None to leave it out.
        errors: further failures of the same shape, for several at once.
    """

    def __init__(
        self,
        status: int,
        message: str,
        parameters: Parameters | None = None,
        errors: Sequence[Mapping[str, object]] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.parameters = parameters
        self.errors = errors

    def envelope(self) -> dict[str, object]:
        """Return the body of the answer.

        >>> Refusal(404, "No such entity with %fieldName = %fieldValue", {"fieldName": "sku"}).envelope()["parameters"]
        {'fieldName': 'sku'}
        """
        body: dict[str, object] = {"message": self.message}
        if self.errors:
            body["errors"] = list(self.errors)
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return body


def no_product() -> Refusal:
    """Return the answer for a SKU that nothing has."""
    return Refusal(404, "The product that was requested doesn't exist. Verify the product and try again.")


def no_entity(field: str, value: object) -> Refusal:
    """Return the answer for any other name that nothing has."""
    return Refusal(404, "No such entity with %fieldName = %fieldValue", {"fieldName": field, "fieldValue": str(value)})


def no_route() -> Refusal:
    """Return the answer for an address that there is not."""
    return Refusal(404, "Request does not match any route.")
