"""What Amazon answers instead of doing what was asked."""

from __future__ import annotations


class Refusal(Exception):
    """An error in Amazon's envelope: ``{"errors": [{"code", "message", "details"}]}`` under an HTTP status."""

    def __init__(self, status: int, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def body(self) -> dict[str, object]:
        """Return the envelope."""
        return {"errors": [{"code": self.code, "message": self.message, "details": self.details}]}


def invalid(message: str, details: str = "") -> Refusal:
    """Return the refusal of a request that is wrong in itself."""
    return Refusal(400, "InvalidInput", message, details)


def denied(details: str = "") -> Refusal:
    """Return the refusal of a request that this caller may not make."""
    return Refusal(403, "Unauthorized", "Access to requested resource is denied.", details)
