"""The REST server in front of a shop: scope, rights, the answer, and its envelope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route as HttpRoute

from channelkit.sandbox.commerce.authorization import Authorization, CommerceCredentials, Request
from channelkit.sandbox.commerce.bulk_answers import worker
from channelkit.sandbox.commerce.bulks import work_off
from channelkit.sandbox.commerce.call import Call
from channelkit.sandbox.commerce.fields import read_fields, trim
from channelkit.sandbox.commerce.floats import lengthen
from channelkit.sandbox.commerce.refusal import Refusal, no_route
from channelkit.sandbox.commerce.routes import Route, find_route
from channelkit.sandbox.commerce.state import Clock, CommerceState
from channelkit.sandbox.commerce.stores import ADMIN
from channelkit.sandbox.commerce.weather import Weather
from channelkit.sandbox.faults import Faults

# The scope comes before the word for the queue, which comes before the version; in the cloud it comes after that.
_PAAS = re.compile(r"^/rest/(?:(?P<scope>(?!async/)[^/]+)/)?(?P<queue>async/bulk/)?V1/(?P<route>(?!async/).+)$")
_ACCS = re.compile(r"^/(?:(?P<tenant>[^/]+)/)?V1/(?P<route>.+)$")
_METHODS = ["GET", "POST", "PUT", "DELETE"]
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


def commerce_app(state: CommerceState, faults: Faults, credentials: CommerceCredentials, clock: Clock) -> Starlette:
    """Return the application that serves a shop.

    Arguments:
        faults: bad weather, by the names of the official definition's operations (``GetV1Products``).
        credentials: those of the one integration that may call.
        clock: the sandbox's; signatures from its future are refused.
    """
    server = _Server(state, faults, Authorization(credentials, state.settings, clock))
    return Starlette(
        routes=[
            HttpRoute("/ims/token/v3", server.issue_token, methods=["POST"]),
            HttpRoute("/{path:path}", server.answer, methods=_METHODS),
        ]
    )


class _Server:
    def __init__(self, state: CommerceState, faults: Faults, authorization: Authorization) -> None:
        self.state = state
        self.faults = faults
        self.weather = Weather(faults)
        self.worker = worker(state, faults)
        self.authorization = authorization

    async def issue_token(self, request: HttpRequest) -> Response:
        """Answer Adobe's token endpoint, which only the cloud service has."""
        if self.state.settings.flavour != "accs":
            return _answer(404, no_route().envelope())
        status, body = self.authorization.issue(dict(parse_qsl((await request.body()).decode())))
        return _answer(status, body)

    async def answer(self, request: HttpRequest) -> Response:
        """Answer one call of the REST interface."""
        raw_path = request.scope["raw_path"].decode("ascii")
        route: Route | None = None
        try:
            route, path, scope = self._find(request, raw_path)
            struck = await self.weather.before(route.operation, request.scope)
            if struck is not None:
                return struck
            if self.weather.expires_token(route.operation):
                self.authorization.expire()
            url = f"{request.url.scheme}://{request.headers.get('host', '')}{raw_path}"
            query = request.scope["query_string"].decode("ascii")
            headers = {name.lower(): value for name, value in request.headers.items()}
            self.authorization.check(Request(request.method, url, query, headers), route.resource)
            self.state.before_read()
            body = self._work(route, path, scope, query, await request.body())
        except Refusal as refusal:
            return self._dated(_answer(refusal.status, refusal.envelope()), route)
        return self._dated(self.weather.after(route.operation, request.scope) or _answer(route.status, body), route)

    def _dated(self, answer: Response, route: Route | None) -> Response:
        """Put the shop's own time on an answer; it may be wrong."""
        at = self.authorization.clock.now() + (self.weather.skew(route.operation) if route else 0.0)
        answer.headers["date"] = formatdate(at, usegmt=True)
        return answer

    def _find(self, request: HttpRequest, raw_path: str) -> tuple[Route, Mapping[str, str], str]:
        """Return the route, its parameters, and the scope's code: from the path, or from the cloud's header."""
        match = (_ACCS if self.state.settings.flavour == "accs" else _PAAS).match(raw_path)
        if match is None:
            raise no_route()
        found = match.groupdict()
        route, path = find_route(request.method, f"{found.get('queue') or ''}{found['route']}")
        if route.path.startswith("async/") and not self.state.settings.has_bulk:
            raise no_route()
        if self.state.settings.flavour == "accs":
            return route, path, request.headers.get("store", "default")
        return route, path, match["scope"] or "default"

    def _work(self, route: Route, path: Mapping[str, str], scope: str, query: str, raw_body: bytes) -> Any:
        fields = parse_qsl(query, keep_blank_values=True)
        try:
            body = _decode(raw_body) if raw_body.strip() else None
        except msgspec.DecodeError:
            raise Refusal(400, "Decoding error.") from None
        with self.state.lock:
            store_id = ADMIN if scope == "all" else self.state.stores.view(scope).id
            settings = self.state.settings
            if settings.consumers:
                work_off(self.state.queue, int(self.state.clock.now() - settings.consumer_delay), self.worker)
            call = Call(self.state, route.operation, path, fields, body, store_id, self.faults)
            if self.weather.loses_write(route.operation):
                return []
            answer = self.weather.spoil(route.operation, route.handler(call))
        if self.state.settings.long_floats:
            answer = lengthen(answer)
        for name, value in fields:
            if name == "fields":
                return trim(answer, read_fields(value))
        return answer


def _answer(status: int, body: Any) -> Response:
    return Response(_encode(body), status, media_type="application/json; charset=utf-8")
