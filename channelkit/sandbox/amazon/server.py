"""The Selling Partner API as an ASGI application: who may call, how often, in which weather, and what is answered."""

from __future__ import annotations

import asyncio
import random
from email.utils import formatdate

import msgspec
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from channelkit.sandbox.amazon.accounts import Account
from channelkit.sandbox.amazon.call import Call, Reply
from channelkit.sandbox.amazon.downloads import Download, fetch
from channelkit.sandbox.amazon.feeds_api import FeedsApi
from channelkit.sandbox.amazon.quotas import PREVIEW, QUOTAS, Quotas
from channelkit.sandbox.amazon.refusal import Refusal, denied
from channelkit.sandbox.amazon.request import Request, read_request
from channelkit.sandbox.amazon.routes import Handler, Routes
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.amazon.tokens import Tokens
from channelkit.sandbox.connections import reset
from channelkit.sandbox.faults import ANYTHING, Faults
from channelkit.sandbox.pictures import draw

TOKEN_PATH = "/auth/o2/token"  # noqa: S105 - an address
FAULTS_PATH = "/sandbox/faults"
PICTURES_PATH = "/sandbox/pictures"
DOCUMENTS = "documents"
TOKEN, DOWNLOAD, UPLOAD = "token", "download", "upload"
"""What bad weather calls the three addresses that are no operations of the Selling Partner API."""
GATEWAY_PAGE = (
    b"<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>"
)

_encode = msgspec.json.Encoder(decimal_format="number").encode
Found = tuple[str, dict[str, str], Handler]


class AmazonServer:
    """Answers every request that comes to Amazon's side of the sandbox."""

    def __init__(self, state: AmazonState, faults: Faults) -> None:
        self.state = state
        self.faults = faults
        self.tokens = Tokens(state.accounts)
        self.quotas = Quotas()
        self._random = random.Random(f"requests:{state.seed}")
        self._feeds = FeedsApi(state, faults)
        self._routes = Routes(state, faults, self._feeds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = await read_request(scope, receive, self.state.clock.now())
        if request.where == FAULTS_PATH:
            await self._reply(send, self._weather(request), ANYTHING)
            return
        if request.where.startswith(PICTURES_PATH):
            name = request.segments[-1].removesuffix(".png")
            await _send(send, 200, {"content-type": "image/png", "cache-control": "max-age=86400"}, draw(name))
            return
        found = self._route(request)
        operation = found[0] if found else ANYTHING
        slow = self.faults.strike(operation, "slow")
        if slow is not None:
            await asyncio.sleep(slow.amount)
        self.state.before_read()
        with self.state.lock:
            self.state.settle(request.now)
            answer = self._storm(request, operation) or self._answer(request, found)
        if isinstance(answer, Reply):
            await self._reply(send, answer, operation)
        else:
            await _send(send, answer.status, answer.headers, answer.content)

    def _answer(self, request: Request, found: Found | None) -> Reply | Download:
        if found is None:
            return _refused(denied("There is no such operation."))
        operation, path, handler = found
        if operation == TOKEN:
            return self._token(request)
        if operation == DOWNLOAD:
            return fetch(self.state, self.faults, request)
        if operation == UPLOAD:
            return self._feeds.put(request)
        try:
            account = self._account(request, operation)
            call = Call(operation, account, path, request.query, request.body, request.now)
            reply = self._throttled(call) or handler(call)
        except Refusal as refusal:
            reply = _refused(refusal)
        if self.faults.strike(operation, "lost_answer"):
            reset(request.scope)
        quota = PREVIEW if "mode" in request.query else QUOTAS[operation]
        reply.headers.setdefault("x-amzn-RateLimit-Limit", str(quota[0]))
        return reply

    def _route(self, request: Request) -> Found | None:
        method, segments = request.method, request.segments
        if request.where == TOKEN_PATH and method == "POST":
            return TOKEN, {}, _unhandled
        if segments[0] == DOCUMENTS:
            return DOWNLOAD if method == "GET" else UPLOAD, {}, _unhandled
        address = f"http://{request.headers.get('host', 'localhost')}/{DOCUMENTS}"
        return self._routes.find(method, segments, address)

    def _account(self, request: Request, operation: str) -> Account:
        if self.faults.strike(operation, "token_expired"):
            self.tokens.expire()
        if self.faults.strike(operation, "forbidden"):
            raise denied()
        account = self.tokens.account(request.headers.get("x-amz-access-token", ""), request.now)
        _host, port = request.scope.get("server") or ("", 0)
        if account.region != self.state.regions.get(port, account.region):
            raise denied()
        return account

    def _throttled(self, call: Call) -> Reply | None:
        quota = PREVIEW if call.text("mode") else None
        fault = self.faults.strike(call.operation, "throttle", "throttle_without_header")
        if fault is None and (
            not self.state.throttling or self.quotas.take(call.account.seller_id, call.operation, call.now, quota)
        ):
            return None
        reply = _refused(Refusal(429, "QuotaExceeded", "You exceeded your quota for the requested resource."))
        if fault is not None and fault.kind == "throttle_without_header":
            reply.headers["x-amzn-RateLimit-Limit"] = ""
        return reply

    def _storm(self, request: Request, operation: str) -> Reply | Download | None:
        fault = self.faults.strike(operation, "reset", "html_503", "server_error", "not_json")
        if fault is None:
            return None
        if fault.kind == "reset":
            reset(request.scope)
        if fault.kind == "html_503":
            return Download(503, {"content-type": "text/html"}, GATEWAY_PAGE)
        if fault.kind == "not_json":
            return Download(200, {"content-type": "application/json"}, b"<html>200</html>")
        words = "We encountered an internal error. Please try again."
        return _refused(Refusal(500, "InternalFailure", words))

    def _token(self, request: Request) -> Reply:
        if self.faults.strike(TOKEN, "token_revoked"):
            words = "The request has an invalid grant parameter : refresh_token"
            return Reply(400, {"error": "invalid_grant", "error_description": words})
        return Reply(*self.tokens.grant(request.form(), request.now))

    def _weather(self, request: Request) -> Reply:
        """Answer the sandbox's own address for faults: GET lists, POST adds one or several, DELETE clears."""
        if request.method == "POST":
            try:
                described = msgspec.json.decode(request.body)
                for one in described if isinstance(described, list) else [described]:
                    self.faults.add_described(one)
            except (msgspec.DecodeError, ValueError, TypeError, AttributeError) as error:
                return Reply(400, {"error": str(error)})
        elif request.method == "DELETE":
            self.faults.clear()
        return Reply(200, self.faults.waiting())

    async def _reply(self, send: Send, reply: Reply, operation: str) -> None:
        skew = self.faults.strike(operation, "skewed_clock")
        at = self.state.clock.now() + (skew.amount if skew else 0.0)
        headers = {
            "content-type": "application/json",
            "date": formatdate(at, usegmt=True),
            "x-amzn-RequestId": f"{self._random.getrandbits(128):032x}",
            **{name: value for name, value in reply.headers.items() if value},
        }
        await _send(send, reply.status, headers, b"" if reply.body is None else _encode(reply.body))


def _unhandled(_call: Call) -> Reply:
    raise NotImplementedError("Answered before an account is known.")


def _refused(refusal: Refusal) -> Reply:
    return Reply(refusal.status, refusal.body(), {"x-amzn-ErrorType": refusal.code})


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def amazon_app(state: AmazonState, faults: Faults) -> Starlette:
    """Return Amazon's side of the sandbox as an application."""
    return Starlette(routes=[Mount("/", app=AmazonServer(state, faults))])
