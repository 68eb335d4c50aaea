"""One HTTP request to Amazon's side, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from starlette.types import Receive, Scope


@dataclass(frozen=True)
class Request:
    """A request.

    Arguments:
        segments: the path's parts, unquoted after they were parted, so that a quoted slash belongs to its part.
        now: Unix seconds of sandbox time.
    """

    scope: Scope
    method: str
    segments: tuple[str, ...]
    headers: dict[str, str]
    query: dict[str, list[str]]
    body: bytes
    now: float

    @property
    def where(self) -> str:
        """The path, with its quotes taken off."""
        return "/" + "/".join(self.segments)

    def form(self) -> dict[str, str]:
        """Return the body's fields."""
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in fields.items()}


async def read_request(scope: Scope, receive: Receive, now: float) -> Request:
    """Return a request with its whole body."""
    raw = scope.get("raw_path") or scope["path"].encode()
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return Request(
        scope=scope,
        method=scope["method"],
        segments=tuple(unquote(part) for part in raw.decode("ascii").split("?")[0].strip("/").split("/")),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        query=parse_qs(scope["query_string"].decode("ascii"), keep_blank_values=True),
        body=b"".join(parts),
        now=now,
    )
