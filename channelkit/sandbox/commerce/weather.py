"""How the faults that wait look when they strike a Commerce."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.connections import reset
from channelkit.sandbox.faults import WEATHER, Faults

RETRY_AFTER = 2
"""Seconds that a 429 asks to wait."""

_ANSWERED_BY_NOTHING = {"PostV1ProductsBaseprices", "PostV1InventorySourceitems", "PostV1InventorySourceitemsdelete"}
"""Writes whose full success is an empty list."""

_MAINTENANCE = """<!doctype html><html><head><title>503 Service Temporarily Unavailable</title></head>
<body><h1>Service Temporarily Unavailable</h1><p>We are performing maintenance.
Please check back soon.</p></body></html>
"""


class Weather:
    """Asks the faults at each place of a call where they can strike."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._last: dict[str, Any] = {}

    async def before(self, operation: str, scope: Scope) -> Response | None:
        """Return what answers instead of the shop, None where the shop answers.

        Raises:
            Refusal: a deadlock, or a resource that is suddenly missing.
            ConnectionResetError: the connection was reset.
        """
        fault = self._faults.strike(operation, *WEATHER, "deadlock", "forbidden")
        if fault is None:
            return None
        if fault.kind == "slow":
            await asyncio.sleep(fault.amount)
            return None
        if fault.kind == "reset":
            reset(scope)
        if fault.kind == "deadlock":
            raise Refusal(
                400,
                "SQLSTATE[40001]: Serialization failure: 1213 Deadlock found when trying to get lock; "
                "try restarting transaction",
            )
        if fault.kind == "forbidden":
            raise Refusal(
                401,
                "The consumer isn't authorized to access %resources.",
                {"resources": "Magento_Backend::admin"},
            )
        return _instead(fault.kind)

    def expires_token(self, operation: str) -> bool:
        """Say whether the tokens that were given out end now."""
        return self._faults.strike(operation, "token_expired") is not None

    def skew(self, operation: str) -> float:
        """Return the seconds by which the answer's date is off."""
        fault = self._faults.strike(operation, "skewed_clock")
        return fault.amount if fault else 0.0

    def loses_write(self, operation: str) -> bool:
        """Say whether a write of many rows is answered well and never done."""
        return operation in _ANSWERED_BY_NOTHING and self._faults.strike(operation, "lost_write") is not None

    def spoil(self, operation: str, answer: Any) -> Any:
        """Return the answer as it leaves: a page may be lost, or the one before may come again."""
        if not isinstance(answer, dict) or "total_count" not in answer:
            return answer
        if self._faults.strike(operation, "lost_page") is not None:
            return answer | {"items": []}
        if self._faults.strike(operation, "repeated_token") is not None:
            return answer | {"items": self._last.get(operation, answer["items"])}
        self._last[operation] = answer["items"]
        return answer

    def after(self, operation: str, scope: Scope) -> Response | None:
        """Lose the answer to work that is done, or return the failure that is answered instead of it.

        Raises:
            ConnectionResetError: the connection was reset.
        """
        fault = self._faults.strike(operation, "lost_answer", "late_error")
        if fault is None:
            return None
        if fault.kind == "lost_answer":
            reset(scope)
        return _instead("server_error")


def _instead(kind: str) -> Response:
    if kind == "html_503":
        return HTMLResponse(_MAINTENANCE, 503)
    if kind == "not_json":
        return HTMLResponse("<html><body>It works!</body></html>", 200)
    if kind == "server_error":
        report = f"webapi-{secrets.token_hex(6)}"
        message = f"Internal Error. Details are available in Magento log file. Report ID: {report}"
        return JSONResponse({"message": message}, 500)
    headers = {"Retry-After": str(RETRY_AFTER)} if kind == "throttle" else None
    return JSONResponse({"message": "Too Many Requests", "trace": None}, 429, headers)
