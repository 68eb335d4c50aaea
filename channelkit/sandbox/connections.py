"""The connection under a request: kept for the server, so that it can be reset as bad weather resets it."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import Any

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol


class Connection(H11Protocol):
    """Uvicorn's HTTP connection, which also hands its transport to the application."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport where the application finds it."""
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        sock = transport.get_extra_info("socket")
        # Answers leave as two small packets; without this the second waits for the other side's delayed ACK.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state: dict[str, Any] = {**self.app_state, "transport": transport}


def reset(scope: Scope) -> None:
    """Reset the request's connection, without an answer.

    Raises:
        ConnectionResetError: always, so that nothing is sent after it.
    """
    transport = scope.get("state", {}).get("transport")
    if transport is not None:
        # Closing with a linger of zero sends RST instead of FIN.
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    raise ConnectionResetError("The sandbox reset this connection on purpose.")
