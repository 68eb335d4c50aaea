"""The watch over the sandbox sees what it is there to see, and both sides of the sandbox stand it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from starlette.types import Message, Receive, Scope, Send

from channelkit.sandbox.server import Running
from tests.conformance import conform
from tests.definitions import System, load

LISTINGS = "/listings/2021-08-01/items/A1"
PAGE = "searchCriteria[pageSize]=2"


def exchange(
    folder: Path,
    system: System,
    path: str,
    query: str = "",
    *,
    method: str = "GET",
    body: object = None,
    status: int = 200,
    answer: object = None,
    content_type: str = "application/json",
) -> list[str]:
    """Return what is said about one request and its answer."""
    violations: list[str] = []
    sent = b"" if body is None else json.dumps(body).encode()
    replied = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        headers = [(b"content-type", content_type.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": replied})

    async def receive() -> Message:
        return {"type": "http.request", "body": sent}

    async def send(_message: Message) -> None:
        return

    scope = {"type": "http", "method": method, "raw_path": path.encode(), "query_string": query.encode()}

    async def run() -> None:
        await conform(app, system, violations, folder)(scope, receive, send)

    asyncio.run(run())
    return violations


EMPTY: dict[str, Any] = {"items": [], "search_criteria": {"filter_groups": []}, "total_count": 0}


@pytest.mark.parametrize(
    ("system", "options", "word"),
    [
        ("commerce", {"path": "/rest/all/V1/products", "query": PAGE, "answer": EMPTY}, ""),
        ("commerce", {"path": "/rest/de/V1/products/", "query": PAGE, "answer": EMPTY}, ""),
        ("commerce", {"path": "/tenant/V1/products", "query": PAGE, "answer": EMPTY}, ""),
        ("commerce", {"path": "/rest/V1/products", "query": "limit=2", "answer": EMPTY}, "no query parameter limit"),
        ("commerce", {"path": "/rest/V1/products", "query": "searchCriteria[pageSize]=a", "answer": EMPTY}, "integer"),
        ("commerce", {"path": "/rest/V1/nothing", "answer": []}, "no operation"),
        ("commerce", {"path": "/rest/V1/nothing", "status": 404, "answer": {"message": "no"}}, ""),
        ("commerce", {"path": "/rest/V1/products", "query": PAGE, "answer": {"items": []}}, "search_criteria"),
        (
            "commerce",
            {"path": "/rest/V1/products", "query": f"{PAGE}%26&fields=items", "answer": {"items": []}},
            "integer",
        ),
        ("commerce", {"path": "/rest/V1/products", "query": f"{PAGE}&fields=items[sku]", "answer": {"items": []}}, ""),
        ("commerce", {"path": "/rest/V1/products", "status": 400, "answer": {"words": "no"}}, "message"),
        (
            "commerce",
            {"path": "/rest/V1/products", "status": 503, "answer": b"<html>", "content_type": "text/html"},
            "",
        ),
        ("commerce", {"path": "/rest/V1/products", "query": PAGE, "answer": b"oops"}, "no JSON"),
        ("amazon", {"path": LISTINGS, "query": "marketplaceIds=A", "answer": {"numberOfResults": 0, "items": []}}, ""),
        ("amazon", {"path": LISTINGS, "answer": {"numberOfResults": 0, "items": []}}, "marketplaceIds is required"),
        (
            "amazon",
            {
                "path": LISTINGS,
                "query": "marketplaceIds=A&includedData=summaries,wishes",
                "answer": {"numberOfResults": 0, "items": []},
            },
            "includedData",
        ),
        (
            "amazon",
            {
                "path": LISTINGS,
                "query": "marketplaceIds=A&pageSize=21",
                "answer": {"numberOfResults": 0, "items": []},
            },
            "pageSize",
        ),
        (
            "amazon",
            {"path": LISTINGS, "query": "marketplaceIds=A", "answer": {"numberOfResults": 0, "items": "none"}},
            "items",
        ),
        ("amazon", {"path": LISTINGS, "query": "marketplaceIds=A", "status": 418, "answer": {}}, "no such status"),
        ("amazon", {"path": "/auth/o2/token", "method": "POST", "answer": {"access_token": "t"}}, ""),
    ],
)
def test_the_watch_tells_what_a_definition_allows_from_what_it_does_not(
    openapi: Path, system: System, options: dict[str, Any], word: str
) -> None:
    violations = exchange(openapi, system, **options)
    assert bool(violations) == bool(word), violations
    assert all(word in violation for violation in violations)


@pytest.mark.parametrize("status", [200, 400])
def test_a_body_that_is_not_allowed_must_be_refused(openapi: Path, status: int) -> None:
    body = {"prices": [{"price": "cheap", "store_id": 0, "sku": "A"}]}
    answer: object = [] if status == 200 else {"message": "no"}
    violations = exchange(
        openapi, "commerce", "/rest/all/V1/products/base-prices", method="POST", body=body, status=status, answer=answer
    )
    assert bool(violations) == (status == 200)


def test_every_operation_of_both_systems_can_be_checked(openapi: Path) -> None:
    for system, least in (("amazon", 40), ("commerce", 400)):
        definition = load(system, openapi)
        assert len(definition.operations) > least


def test_without_definitions_the_application_stays_as_it_is() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None: ...

    assert conform(app, "amazon", [], None) is app


def test_both_sides_of_a_running_sandbox_stand_the_watch(sandbox: Running, openapi: Path) -> None:
    store = sandbox.ready["stores"][0]
    form = {
        "grant_type": "refresh_token",
        **{key: store[key] for key in ("refresh_token", "client_id", "client_secret")},
    }
    token = requests.post(sandbox.ready["token_url"], data=form, timeout=10).json()["access_token"]
    amazon = sandbox.ready["amazon"][store["region"]]
    where = f"{amazon}/listings/2021-08-01/items/{store['seller_id']}"
    query = {"marketplaceIds": store["marketplace_id"], "includedData": "summaries,offers,issues", "pageSize": 20}
    answer = requests.get(where, params=query, headers={"x-amz-access-token": token}, timeout=10)
    assert answer.status_code == 200
    sku = answer.json()["items"][0]["sku"]
    one = requests.get(
        f"{where}/{quote(sku, safe='')}",
        params={"marketplaceIds": store["marketplace_id"]},
        headers={"x-amz-access-token": token},
        timeout=10,
    )
    assert one.json()["sku"] == sku
    refused = requests.get(f"{sandbox.ready['commerce']}/rest/all/V1/store/websites", timeout=10)
    assert refused.status_code == 401
