"""The fixture ``run_shop``: a Commerce alone, small and known to the last product, watched by the definitions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn

from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.commerce.authorization import CommerceCredentials
from channelkit.sandbox.commerce.server import commerce_app
from channelkit.sandbox.commerce.settings import CommerceSettings
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.connections import Connection
from channelkit.sandbox.faults import Faults
from tests.conformance import conform
from tests.sandbox_clock import start_clock

CREDENTIALS = CommerceCredentials("key", "secret", "token", "token secret", "client", "client secret", "shop@AdobeOrg")


@dataclass(frozen=True)
class Shop:
    """A Commerce that runs: where, what it knows, what may go wrong, and a session that may call it."""

    url: str
    state: CommerceState
    faults: Faults
    clock: SandboxClock
    session: requests.Session

    def call(self, method: str, route: str, *, scope: str = "all", **options: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/rest/{scope}/V1/{route}", timeout=10, **options)

    def get(self, route: str, query: dict[str, Any] | None = None, *, scope: str = "all") -> Any:
        """Return what a GET answers, which must be 200."""
        answer = self.call("GET", route, scope=scope, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def search(self, route: str, *groups: str, scope: str = "all", **more: Any) -> Any:
        """Return what a search answers; a group is written ``field condition value | field condition value``."""
        return self.get(route, criteria(*groups, **more), scope=scope)


RunShop = Callable[..., Shop]


def criteria(*groups: str, size: int = 0, page: int = 0, sort: str = "", fields: str = "") -> dict[str, Any]:
    """Return the query of a search.

    >>> criteria("sku eq A", size=5)["searchCriteria[pageSize]"]
    5
    """
    query: dict[str, Any] = {"searchCriteria": ""} if not groups and not size else {}
    for g, group in enumerate(groups):
        for f, written in enumerate(group.split(" | ")):
            field, condition, *value = written.split(" ", 2)
            prefix = f"searchCriteria[filter_groups][{g}][filters][{f}]"
            query |= {f"{prefix}[field]": field, f"{prefix}[condition_type]": condition}
            query |= {f"{prefix}[value]": value[0] if value else ""}
    if size:
        query["searchCriteria[pageSize]"] = size
    if page:
        query["searchCriteria[currentPage]"] = page
    for s, written in enumerate(sort.split(",") if sort else ()):
        field, direction = written.split()
        query |= {
            f"searchCriteria[sortOrders][{s}][field]": field,
            f"searchCriteria[sortOrders][{s}][direction]": direction,
        }
    if fields:
        query["fields"] = fields
    return query


def stock_shop(state: CommerceState) -> None:
    """Fill a shop: two websites with currencies of their own, two stocks over three sources, seven products."""
    state.add_website("us", "United States", base_currency="USD")
    state.add_website("eu", "Europe", base_currency="EUR")
    state.add_store_view("us", "us_en", "English", locale="en_US", timezone="America/Los_Angeles")
    state.add_store_view("eu", "de_de", "Deutsch", locale="de_DE", timezone="Europe/Berlin")
    state.add_source("reno", "Reno")
    state.add_source("berlin", "Berlin", country="DE")
    state.add_stock("America", sources=["default", "reno"], websites=["us"])
    state.add_stock("Europe", sources=["berlin"], websites=["eu"])
    state.add_attribute("asin", "ASIN")
    state.add_attribute("color", "Color", "select", options=["Red", "Blue"])
    state.add_attribute("features", "Features", "multiselect", options=["Light", "Fast"])
    state.add_product(
        "KETTLE",
        name="Kettle",
        price="24.99",
        quantities={"default": 3, "reno": 4, "berlin": 2},
        attributes={"asin": "B000000001", "color": "Red", "features": ["Light", "Fast"], "description": "Boils."},
    )
    state.add_product("pan/24", name="Pan 24 cm", price="30", websites=["us"], quantities={"default": 10})
    state.add_product("A,B", name="Pair", price="5.5", websites=["us"], quantities={"reno": 1}, weight="0.4")
    state.add_product("off", name="Old lamp", price="8", quantities={"default": 5}, enabled=False)
    state.add_product(
        "ebook", name="E-book", price="3", type_id="virtual", quantities={"default": 0}, manage_stock=False
    )
    state.add_product("shirt-s", name="Shirt S", price="12", quantities={"berlin": 6}, visibility=1)
    state.add_product("shirt", name="Shirt", type_id="configurable", children=["shirt-s"], category_ids=[3])
    state.set_value("KETTLE", "name", "Wasserkocher", store_view="de_de")
    state.set_price("KETTLE", "22.50", store_view="de_de")


@pytest.fixture
def run_shop(openapi_folder: Path | None) -> Iterator[RunShop]:
    """Start shops; ``run_shop(bearer=True, largest_page=300)`` sets what a merchant may have set.

    Without further words a shop takes bearer tokens, so that the test's session may call it plainly.
    """
    violations: list[str] = []
    running: list[tuple[uvicorn.Server, threading.Thread, requests.Session]] = []

    def run(*, speed: float = 1.0, seed: Callable[[CommerceState], None] = stock_shop, **settings: Any) -> Shop:
        clock = start_clock(speed)
        state = CommerceState(clock, CommerceSettings(**{"bearer": True, **settings}))
        seed(state)
        faults = Faults()
        app = conform(commerce_app(state, faults, CREDENTIALS, clock), "commerce", violations, openapi_folder)
        config = uvicorn.Config(app, port=0, http=Connection, log_level="critical", access_log=False, date_header=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {CREDENTIALS.access_token}"
        running.append((server, thread, session))
        return Shop(f"http://127.0.0.1:{port}", state, faults, clock, session)

    yield run
    for server, thread, session in running:
        session.close()
        server.should_exit = True
        thread.join()
    assert not violations, "\n".join(violations)
